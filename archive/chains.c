/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chains.c - whether the records of each case follow each other
 *
 * What is kept is the last link of each case.  One cause is one problem: a record that
 * quotes the digest of one that is gone or changed follows it as well as can be told.
 */
#include "config.h"

#include "archive/chains.h"

#include <string.h>

struct Chains {
	Store *store;
	const char *only;
	guint64 from;
	Problems *problems;
	GHashTable *links;   /* case → Link *, the newest */
	GHashTable *excused; /* digests, as hex, of files that are not as filed */
	GHashTable *sought;  /* digest, as hex → Seek *: in entries before from */
};

typedef struct Link {
	guint64 number;
	Digest file;
} Link;

/* The first new record of a case: which one it quotes stands among the old ones. */
typedef struct Seek {
	char *id;
	char *case_id;
	guint64 number;
} Seek;

static void
seek_free(gpointer data)
{
	Seek *seek = data;

	g_free(seek->id);
	g_free(seek->case_id);
	g_free(seek);
}

Chains *
chains_new(Store *store, const char *only, guint64 from, Problems *problems)
{
	Chains *chains = g_new0(Chains, 1);

	chains->store = store;
	chains->only = only;
	chains->from = from;
	chains->problems = problems;
	chains->links = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	chains->excused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	chains->sought =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seek_free);
	return chains;
}

void
chains_free(Chains *chains)
{
	if (chains == NULL)
		return;
	g_hash_table_unref(chains->sought);
	g_hash_table_unref(chains->excused);
	g_hash_table_unref(chains->links);
	g_free(chains);
}

/* Whether a record is the next of its case, as far as what is left can tell. */
static bool
follows(const Chains *chains, const Link *last, guint64 number, const char *previous)
{
	guint64 expected = last == NULL ? 1 : last->number + 1;
	g_autofree char *digest = last == NULL ? NULL : digest_format(&last->file);

	if (number == expected && g_strcmp0(previous, digest) == 0)
		return true;
	return number > expected && previous != NULL &&
	       g_hash_table_contains(chains->excused, previous);
}

static void
seek_previous(Chains *chains, const Inspection *inspection, const json_t *link)
{
	Seek *seek = g_new(Seek, 1);

	*seek = (Seek){ g_strdup(inspection->entry.id), g_strdup(json_text(link, "case")),
			(guint64)json_number(link, "number", 0) };
	g_hash_table_replace(chains->sought, g_strdup(json_text(link, "previous")), seek);
}

static void
check_link(Chains *chains, const Inspection *inspection, const json_t *link)
{
	const char *case_id = json_text(link, "case");
	guint64 number = (guint64)json_number(link, "number", 0);
	Link *last = g_hash_table_lookup(chains->links, case_id);

	if (chains->from > 0 && last == NULL && json_text(link, "previous") != NULL)
		seek_previous(chains, inspection, link);
	else if (inspection->is_wanted &&
		 !follows(chains, last, number, json_text(link, "previous"))) {
		g_autofree char *detail = g_strdup_printf(
			"it is number %" G_GUINT64_FORMAT " of case %s and does not "
			"follow number %" G_GUINT64_FORMAT,
			number, case_id, last == NULL ? 0 : last->number);

		problems_add(chains->problems, inspection->entry.id, "chain", detail);
	}
	if (last == NULL) {
		last = g_new(Link, 1);
		g_hash_table_insert(chains->links, g_strdup(case_id), last);
	}
	*last = (Link){ number, inspection->entry.file };
}

void
chains_add(Chains *chains, const Inspection *inspection)
{
	const json_t *link;
	gsize i;

	if (inspection->links == NULL) {
		/* Its entry may be what is wrong. */
		chains_excuse(chains, &inspection->entry.file);
		chains_excuse(chains, &inspection->found);
	}
	json_array_foreach(inspection->links, i, link)
		if (json_text(link, "case") != NULL &&
		    (chains->only == NULL ||
		     strcmp(json_text(link, "case"), chains->only) == 0))
			check_link(chains, inspection, link);
}

void
chains_excuse(Chains *chains, const Digest *file)
{
	g_hash_table_add(chains->excused, digest_format(file));
}

/* Whether a record is the one before another in its case. */
static bool
is_before(const Chains *chains, const StoreEntry *entry, const Seek *seek)
{
	g_autoptr(Record) record = store_get(chains->store, entry->id, NULL);
	const json_t *link;
	gsize i;

	if (record == NULL) /* erased, or named when its turn comes */
		return true;
	json_array_foreach(json_object_get(record_json(record), "cases"), i, link)
		if (g_strcmp0(json_text(link, "case"), seek->case_id) == 0)
			return (guint64)json_number(link, "number", 0) + 1 ==
			       seek->number;
	return false;
}

static bool
find_sought(const StoreEntry *entry, gpointer data)
{
	const Chains *chains = data;
	g_autofree char *digest = digest_format(&entry->file);
	const Seek *seek = g_hash_table_lookup(chains->sought, digest);

	if (seek != NULL && is_before(chains, entry, seek))
		g_hash_table_remove(chains->sought, digest);
	return entry->position + 1 < chains->from &&
	       g_hash_table_size(chains->sought) > 0;
}

void
chains_finish(Chains *chains)
{
	g_autoptr(GError) error = NULL;
	GHashTableIter iter;
	gpointer value;

	if (g_hash_table_size(chains->sought) > 0 &&
	    !store_iterate(chains->store, 0, find_sought, chains, &error))
		problems_add(chains->problems, "log", "log", error->message);
	g_hash_table_iter_init(&iter, chains->sought);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Seek *seek = value;
		g_autofree char *detail = g_strdup_printf(
			"it is number %" G_GUINT64_FORMAT " of case %s and does not "
			"follow one that was verified",
			seek->number, seek->case_id);

		problems_add(chains->problems, seek->id, "chain", detail);
	}
}
