/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c - finds records: in the order of the log, by id, by what the index knows
 *
 * The log is what counts.  The index says where to look first and which records a list
 * has; where something is to be proved, or nobody keeps the index up, the log is read.
 */
#include "config.h"

#include "archive/index.h"
#include "archive/inside.h"

#include <string.h>

enum { PREFIX_MIN = 4 };

/* Visits what one bundle has from a position up to an end; the next position. */
static bool
visit_bundle(Store *store, guint64 *position, guint64 end, StoreVisit visit, void *data,
	     GError **error)
{
	g_autoptr(GPtrArray) lines = entries_read(store->entries, *position, error);
	guint i = (guint)(*position % ENTRIES_OF_BUNDLE);

	if (lines == NULL)
		return false;
	for (; i < lines->len && *position < end; i++) {
		StoreEntry entry;

		if (!entry_parse(lines->pdata[i], &entry))
			return store_fail(error, STORE_ERROR_FAILED, lines->pdata[i],
					  "an entry of the log is malformed");
		entry.position = *position;
		entry.is_filed = true;
		++*position;
		if (!visit(&entry, data))
			*position = end;
	}
	return true;
}

static void
visit_pending(Store *store, guint64 *position, guint64 end, StoreVisit visit, void *data)
{
	g_autoptr(GPtrArray) records = filer_pending(store->filer, *position);

	for (guint i = 0; i < records->len && *position < end; i++) {
		const Sealed *sealed = records->pdata[i];
		StoreEntry entry = { .position = sealed->position,
				     .time = sealed->time,
				     .file = sealed->file };

		if (sealed->position != *position)
			return; /* filed in between: it is an entry now */
		g_strlcpy(entry.type, sealed->type, sizeof(entry.type));
		g_strlcpy(entry.id, sealed->id, sizeof(entry.id));
		++*position;
		if (!visit(&entry, data))
			*position = end;
	}
}

bool
store_iterate(Store *store, guint64 from, StoreVisit visit, void *data, GError **error)
{
	const guint64 end = commit_tree(store->commit).size;

	while (from < end) {
		if (from >= entries_size(store->entries))
			visit_pending(store, &from, end, visit, data);
		else if (!visit_bundle(store, &from, end, visit, data, error))
			return false;
	}
	return true;
}

/* What is looked for in the log. */
typedef struct Lookup {
	Store *store;
	GHashTable *entries; /* id → StoreEntry *; NULL until it is found */
	guint missing;
} Lookup;

static bool
take_entry(const StoreEntry *entry, void *data)
{
	Lookup *lookup = data;
	gpointer id = NULL, known = NULL;

	if (g_hash_table_lookup_extended(lookup->entries, entry->id, &id, &known) &&
	    known == NULL) {
		g_hash_table_insert(lookup->entries, g_strdup(id),
				    g_memdup2(entry, sizeof *entry));
		lookup->missing--;
	}
	return lookup->missing > 0;
}

/* Ends with the first entry. */
static bool
take_one(const StoreEntry *entry, void *data)
{
	(void)take_entry(entry, data);
	return false;
}

/* The index says where to look first; the log says whether it is there. */
static void
follow_index(Lookup *lookup)
{
	g_autoptr(Index) index = catalog_ask(lookup->store->catalog, NULL);
	g_autofree gpointer *ids = g_hash_table_get_keys_as_array(lookup->entries, NULL);
	const guint64 size = commit_tree(lookup->store->commit).size;

	for (gpointer *id = ids; index != NULL && *id != NULL; id++) {
		g_autofree char *wanted = g_strdup(*id); /* the key may be replaced */
		guint64 position = 0;

		if (index_find(index, wanted, &position, NULL) && position < size)
			(void)store_iterate(lookup->store, position, take_one, lookup,
					    NULL);
	}
}

bool
store_find_all(Store *store, GHashTable *entries, GError **error)
{
	Lookup lookup = { store, entries, g_hash_table_size(entries) };

	follow_index(&lookup);
	return lookup.missing == 0 || store_iterate(store, 0, take_entry, &lookup, error);
}

/* From the log itself: no index is believed where something is to be proved, but it may
 * say where to look first. */
bool
store_find(Store *store, const char *id, StoreEntry *entry, GError **error)
{
	g_autoptr(GHashTable) entries =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const StoreEntry *found;

	g_hash_table_insert(entries, g_strdup(id), NULL);
	if (!store_find_all(store, entries, error))
		return false;
	found = g_hash_table_lookup(entries, id);
	if (found == NULL)
		return store_fail(error, STORE_ERROR_MISSING, "no such record", id);
	*entry = *found;
	return true;
}

/* What a scan of the log looks for, where the index cannot be used. */
typedef struct Scan {
	Store *store;
	const StoreQuery *query; /* NULL: the prefix */
	const char *prefix;
	GPtrArray *ids;
} Scan;

static bool
has_case(const Record *record, const char *case_id)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(record_json(record), "cases"), i, entry) {
		if (g_strcmp0(json_text(entry, "case"), case_id) == 0)
			return true;
	}
	return false;
}

static bool
is_wanted(const Scan *scan, const StoreEntry *entry)
{
	const StoreQuery *query = scan->query;
	g_autoptr(Record) record = NULL;

	if (query == NULL)
		return g_str_has_prefix(entry->id, scan->prefix);
	if (query->type != NULL && strcmp(query->type, entry->type) != 0)
		return false;
	if (query->case_id == NULL && query->key == NULL)
		return true;
	record = store_get(scan->store, entry->id, NULL);
	return record != NULL &&
	       (query->case_id == NULL || has_case(record, query->case_id)) &&
	       (query->key == NULL ||
		g_strcmp0(json_text(record_json(record), "key"), query->key) == 0);
}

static bool
scan_entry(const StoreEntry *entry, void *data)
{
	const Scan *scan = data;

	if (is_wanted(scan, entry))
		g_ptr_array_add(scan->ids, g_strdup(entry->id));
	return true;
}

/* The offline tools trust the log alone, and wait for nobody to index it. */
static GPtrArray *
scan_log(Store *store, const StoreQuery *query, const char *prefix, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	Scan scan = { store, query, prefix, ids };

	if (query != NULL && (query->words != NULL || query->labels != NULL)) {
		store_fail(error, STORE_ERROR_BUSY, "cannot be asked without its daemon",
			   "the index");
		return NULL;
	}
	if (!store_iterate(store, 0, scan_entry, &scan, error))
		return NULL;
	if (query != NULL && query->limit > 0 && ids->len > query->limit)
		g_ptr_array_remove_range(ids, 0, ids->len - query->limit);
	return g_steal_pointer(&ids);
}

/* One question to the index, by query or by prefix.  It is opened each time, because
 * the filer may have put another in its place. */
static GPtrArray *
ask_index(Store *store, const StoreQuery *query, const char *prefix, GError **error)
{
	g_autoptr(Index) index = catalog_ask(store->catalog, error);

	if (index == NULL)
		return NULL;
	return query != NULL ? index_list(index, query, error)
			     : index_resolve(index, prefix, error);
}

/* A damaged index is made anew, and asked once more. */
static GPtrArray *
find_ids(Store *store, const StoreQuery *query, const char *prefix, GError **error)
{
	const guint64 size = commit_tree(store->commit).size;
	g_autoptr(GError) cause = NULL;
	GPtrArray *ids;

	if (store->is_offline || store->is_damaged)
		return scan_log(store, query, prefix, error);
	if (!filer_wait_for_index(store->filer, size, error))
		return NULL;
	ids = ask_index(store, query, prefix, &cause);
	if (ids == NULL && store_reindex(store, NULL, NULL, NULL))
		ids = ask_index(store, query, prefix, NULL);
	if (ids == NULL)
		store_fail(error, STORE_ERROR_BUSY, cause->message, "the index");
	return ids;
}

char *
store_resolve(Store *store, const char *prefix, GError **error)
{
	g_autofree char *upper = g_ascii_strup(prefix, -1);
	g_autoptr(GPtrArray) ids = NULL;

	if (strlen(prefix) < PREFIX_MIN) {
		store_fail(error, STORE_ERROR_MISSING,
			   "at least four characters of an id are needed", prefix);
		return NULL;
	}
	ids = find_ids(store, NULL, upper, error);
	if (ids == NULL)
		return NULL;
	if (ids->len == 1)
		return g_strdup(ids->pdata[0]);
	if (ids->len == 0)
		store_fail(error, STORE_ERROR_MISSING, "no such record", prefix);
	else
		store_fail(error, STORE_ERROR_MANY,
			   "stands for several records: write more", prefix);
	return NULL;
}

GPtrArray *
store_labelled(Store *store, const char *label, guint limit)
{
	GPtrArray *ids = catalog_labelled(store->catalog, label, limit);

	return ids != NULL ? ids : g_ptr_array_new_with_free_func(g_free);
}

GPtrArray *
store_list(Store *store, const StoreQuery *query, GError **error)
{
	return find_ids(store, query, NULL, error);
}
