/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.c - a small archive with records of two cases in it
 */
#include "config.h"

#include "tests/archive/library.h"
#include "tests/testing.h"

#include <string.h>

static const char *const one[] = { "C1", NULL };
static const char *const other[] = { "C2", NULL };
static const char *const both[] = { "C1", "C2", NULL };

static const struct {
	const char *type;
	const char *const *cases;
	const char *content;
} contents[LIBRARY_RECORDS] = {
	{ "key", NULL, NULL }, /* the store makes it */
	{ "person", one, NULL },
	{ "mail", one, "From: mia@agency.example\r\n\r\nSee you at four.\r\n" },
	{ "mail", one, "From: c@kids.example\r\n\r\nbare\nline ends\n" },
	{ "mail", both, "From: c@kids.example\r\n\r\nMy sister comes too.\r\n" },
	{ "note", other, NULL },
};

/* Ends at the first entry: the key's. */
static bool
take_id(const StoreEntry *entry, void *data)
{
	Library *library = data;

	library->ids[0] = g_strdup(entry->id);
	return false;
}

Library *
library_new(void)
{
	Library *library = g_new0(Library, 1);

	library->scratch = scratch_new();
	library->directory = scratch_file(library->scratch, "archive");
	assert_true(store_init(library->directory, NULL));
	library_open(library, false);
	for (int i = 1; i < LIBRARY_RECORDS; i++)
		library->ids[i] = library_put(library, contents[i].type, LIBRARY_TIME(i),
					      contents[i].cases, contents[i].content);
	assert_true(store_iterate(library->store, 0, take_id, library, NULL));
	return library;
}

void
library_free(Library *library)
{
	library_close(library);
	for (int i = 0; i < LIBRARY_RECORDS; i++)
		g_free(library->ids[i]);
	g_free(library->directory);
	scratch_free(library->scratch);
	g_free(library);
}

void
library_close(Library *library)
{
	if (library->store != NULL)
		store_close(library->store);
	library->store = NULL;
}

void
library_open(Library *library, bool is_offline)
{
	const StoreOptions options = { .directory = library->directory,
				       .origin = "agency.example/archive",
				       .is_offline = is_offline,
				       .reserve = 1 };
	g_autoptr(GError) error = NULL;

	library->store = store_open(&options, &error);
	assert_null(error);
	if (is_offline)
		return;
	assert_true(
		store_set_signer(library->store, scratch_signer(library->scratch), NULL));
	assert_true(store_set_log_key(library->store, scratch_log_key(library->scratch),
				      NULL));
}

char *
library_put(Library *library, const char *type, gint64 time, const char *const *cases,
	    const char *content)
{
	g_autoptr(Draft) draft = draft_new(type, time);
	g_autoptr(GError) error = NULL;

	for (gsize i = 0; cases != NULL && cases[i] != NULL; i++)
		draft_add_case(draft, cases[i]);
	if (content != NULL) {
		draft_open_content(draft, store_spool(library->store));
		assert_true(draft_write(draft, content, strlen(content), NULL));
	}
	store_put(library->store, &draft, 1, &error);
	assert_null(error);
	return g_strdup(draft_id(draft));
}

char *
library_file(const Library *library, int number)
{
	g_autofree char *path = record_path(library->ids[number]);

	return g_build_filename(library->directory, path, NULL);
}
