/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tampering.c - one archive, and copies of it that something is done to
 */
#include "config.h"

#include "tests/archive/tampering.h"

#include "archive/entries.h"
#include "archive/erase.h"
#include "archive/stamps.h"
#include "archive/verify.h"
#include "base/ulid.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- the archive ------------------------------------------------------------------ */

static char *
read_text(const Library *library, const char *name)
{
	g_autofree char *path = g_build_filename(library->directory, name, NULL);
	char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static char *
newest(const Library *library, const char *type)
{
	const StoreQuery query = { .type = type };
	g_autoptr(GPtrArray) ids = store_list(library->store, &query, NULL);

	assert_true(ids != NULL && ids->len > 0);
	return g_strdup(ids->pdata[0]);
}

static void
add_stamp(Place *place)
{
	g_auto(StampQuestion) question = { 0 };
	g_autoptr(GBytes) reply = NULL;

	assert_true(stamps_ask(place->library->store, NULL, &question, NULL));
	reply = authority_reply(place->authority, "none", question.bytes);
	assert_true(stamps_keep(place->library->store, &question, reply,
				place->authority->anchors, NULL));
	place->stamp = newest(place->library, "stamp");
}

static void
add_tombstone(Place *place)
{
	static const char *const cases[] = { "C1", NULL };
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(json_t) payload = json_pack("{s:s}", "reason", "a test");
	const Erasure erasure = { "erase:1", ids, actor, payload };

	place->erased = library_put(place->library, "mail", LIBRARY_TIME(7), cases,
				    "Subject: goes\r\n\r\nIt goes.\r\n");
	g_ptr_array_add(ids, place->erased);
	assert_true(erase_records(place->library->store, &erasure, NULL));
	place->tombstone = newest(place->library, "erased");
}

int
tampering_set_up(void **state)
{
	static const char *const one[] = { "C1", NULL };
	Place *place = g_new0(Place, 1);
	g_autoptr(Library) other = library_new();
	g_autoptr(json_t) status = NULL;

	place->library = library_new();
	place->authority = authority_new(place->library->scratch);
	add_stamp(place);
	library_close(place->library);
	place->yesterday = scratch_file(place->library->scratch, "yesterday");
	scratch_copy(place->library->directory, place->yesterday);
	library_open(place->library, false);
	add_tombstone(place);
	g_free(library_put(place->library, "note", LIBRARY_TIME(8), one, NULL));
	library_close(place->library);
	library_close(other);
	place->other = scratch_file(place->library->scratch, "other");
	scratch_copy(other->directory, place->other);
	place->pinned = read_text(place->library, "log/checkpoint");
	library_open(place->library, true);
	status = store_status(place->library->store);
	place->size = (guint64)json_number(json_object_get(status, "log"), "size", 0);
	library_close(place->library);
	*state = place;
	return 0;
}

int
tampering_tear_down(void **state)
{
	Place *place = *state;

	authority_free(place->authority);
	library_free(place->library);
	g_free(place->yesterday);
	g_free(place->other);
	g_free(place->pinned);
	g_free(place->stamp);
	g_free(place->tombstone);
	g_free(place->erased);
	g_free(place);
	return 0;
}

/* --- what is found ---------------------------------------------------------------- */

/* A record by its number or what it is, anything else by its name. */
static char *
name_id(const Place *place, const char *id)
{
	for (int i = 0; i < LIBRARY_RECORDS; i++)
		if (strcmp(place->library->ids[i], id) == 0)
			return g_strdup_printf("%d", i);
	return g_strdup(strcmp(id, place->stamp) == 0       ? "STAMP"
			: strcmp(id, place->tombstone) == 0 ? "TOMBSTONE"
			: strcmp(id, place->erased) == 0    ? "ERASED"
			: ulid_is_valid(id)                 ? "OTHER"
							    : id);
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "altered 2, missing 4", in order of text. */
static char *
list_problems(const Place *place, const json_t *result)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	const json_t *problem;
	gsize i;

	json_array_foreach(json_object_get(result, "problems"), i, problem) {
		g_autofree char *name = name_id(place, json_text(problem, "id"));

		g_ptr_array_add(
			lines,
			g_strdup_printf("%s %s", json_text(problem, "problem"), name));
	}
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv(", ", (char **)lines->pdata);
}

static char *
find_problems(Copy *copy, const char *pinned)
{
	const VerifyOptions options = { .pinned = pinned,
					.anchors = copy->place->authority->anchors };
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;

	library_open(&copy->library, true);
	result = verify_archive(copy->library.store, &options, &error);
	library_close(&copy->library);
	return result != NULL ? list_problems(copy->place, result)
			      : g_strconcat("cannot: ", error->message, NULL);
}

/* --- rows ------------------------------------------------------------------------- */

static char *
tamper(const Place *place, const Row *row, const char *name, const char *pinned)
{
	Copy copy = { place, *place->library };
	char *found;

	copy.library.directory = scratch_file(place->library->scratch, name);
	scratch_copy(place->library->directory, copy.library.directory);
	row->tamper(&copy);
	found = find_problems(&copy, pinned);
	g_free(copy.library.directory);
	return found;
}

static bool
check_row(const Place *place, const Row *row, const char *name, const char *pinned)
{
	const bool is_more = pinned != NULL && row->is_rewritten;
	g_autofree char *expected =
		g_strconcat(row->found, is_more && row->found[0] != '\0' ? ", " : "",
			    is_more ? "log pinned checkpoint" : "", NULL);
	g_autofree char *found = tamper(place, row, name, pinned);

	if (strcmp(found, expected) != 0)
		print_message("# %s: \"%s\", not \"%s\"\n", row->what, found, expected);
	return strcmp(found, expected) == 0;
}

/* All rows are tried, so that one look tells of all. */
void
tampering_assert(const Place *place, const Row *rows, gsize count, const char *pinned)
{
	guint wrong = 0;

	for (gsize i = 0; i < count; i++) {
		g_autofree char *name =
			g_strdup_printf("copy%zu%s", i, pinned != NULL ? "p" : "");

		wrong += check_row(place, &rows[i], name, pinned) ? 0 : 1;
	}
	assert_int_equal(wrong, 0);
}

/* --- what rows do ------------------------------------------------------------------ */

char *
tampering_path(const Copy *copy, const char *name)
{
	return g_build_filename(copy->library.directory, name, NULL);
}

char *
tampering_record_path(const Copy *copy, const char *id)
{
	g_autofree char *name = record_path(id);

	return tampering_path(copy, name);
}

void
tampering_write(const char *path, const char *data, gssize len)
{
	g_unlink(path);
	assert_true(g_file_set_contents(path, data, len, NULL));
}

void
tampering_flip(const char *path, const char *text, gsize behind)
{
	g_autofree char *data = NULL;
	char *at;
	gsize len;

	assert_true(g_file_get_contents(path, &data, &len, NULL));
	at = memmem(data, len, text, strlen(text));
	assert_non_null(at);
	at[behind] ^= 1;
	tampering_write(path, data, (gssize)len);
}

void
tampering_remove(const Copy *copy, const char *name)
{
	g_autofree char *path = tampering_path(copy, name);

	assert_int_equal(g_unlink(path), 0);
}

GPtrArray *
tampering_entries(const Copy *copy)
{
	g_autofree char *directory = tampering_path(copy, "log/tile/entries");
	g_autoptr(Entries) entries = entries_open(directory, NULL);

	return entries_read(entries, 0, NULL);
}

void
tampering_remove_record(const Copy *copy, const char *line)
{
	g_autofree char *path = NULL;
	StoreEntry entry;

	assert_true(entry_parse(line, &entry));
	path = tampering_record_path(copy, entry.id);
	assert_int_equal(g_unlink(path), 0);
}
