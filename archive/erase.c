/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erase.c - lets records go, and leaves a signed tombstone in their place
 *
 * 1. The tombstone is put: from here on the records are erased, whatever happens.
 * 2. Everything up to it is filed; then the files go, and the directories are synced.
 * 3. The index forgets, a new snapshot is put in a new segment of the journal, and the
 *    segments before it go (store_forget).
 * 4. A decision under the tombstone's key closes it.
 *
 * A crash after step 1 leaves the tombstone in the current state, and every step finds
 * what it did before; so the next start goes on with step 2.  The log's entries stay:
 * they tell nothing of anyone, and everything that was proved goes on to hold.
 */
#include "config.h"

#include "archive/erase.h"

#include "archive/record.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* --- the tombstone ---------------------------------------------------------------- */

typedef struct Listing {
	Store *store;
	GHashTable *wanted; /* ids that are to go, borrowed */
	json_t *records;
	GPtrArray *snapshots; /* StoreEntry */
} Listing;

static void
add_entry(json_t *records, const StoreEntry *entry, const Record *record)
{
	g_autofree char *digest = digest_format(&entry->file);
	json_t *cases = json_array();
	const json_t *link;
	size_t i;

	json_array_foreach(record == NULL ? NULL
					  : json_object_get(record_json(record), "cases"),
			   i, link)
		json_array_append_new(cases,
				      json_pack("{s:O, s:O}", "case",
						json_object_get(link, "case"), "number",
						json_object_get(link, "number")));
	json_array_append_new(records, json_pack("{s:s, s:s, s:I, s:s, s:o}", "id",
						 entry->id, "type", entry->type,
						 "position", (json_int_t)entry->position,
						 "sha256", digest, "cases", cases));
}

static bool
visit(const StoreEntry *entry, void *data)
{
	Listing *listing = data;

	if (strcmp(entry->type, "snapshot") == 0)
		g_ptr_array_add(listing->snapshots, g_memdup2(entry, sizeof *entry));
	if (g_hash_table_contains(listing->wanted, entry->id)) {
		g_autoptr(Record) record = store_get(listing->store, entry->id, NULL);

		add_entry(listing->records, entry, record);
	}
	return true;
}

/* Whether the state that a snapshot holds has one of the records in it. */
static bool
holds_one(const Listing *listing, const StoreEntry *entry)
{
	g_autoptr(Record) snapshot = store_get(listing->store, entry->id, NULL);
	const json_t *json;
	size_t i;

	if (snapshot == NULL)
		return false; /* erased before */
	json_array_foreach(json_object_get(record_payload(snapshot), "current"), i, json)
		if (json_text(json, "id") != NULL &&
		    g_hash_table_contains(listing->wanted, json_text(json, "id")))
			return true;
	return false;
}

/* The records as the log has them, and the snapshots that hold any of them. */
static json_t *
list_records(Store *store, const GPtrArray *ids, GError **error)
{
	g_autoptr(GHashTable) wanted = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) snapshots = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(json_t) records = json_array();
	Listing listing = { store, wanted, records, snapshots };

	for (guint i = 0; i < ids->len; i++)
		g_hash_table_add(wanted, ids->pdata[i]);
	if (!store_iterate(store, 0, visit, &listing, error))
		return NULL;
	if (json_array_size(records) != g_hash_table_size(wanted)) {
		g_set_error_literal(error, STORE_ERROR, STORE_ERROR_MISSING,
				    "not every record to erase is in the log");
		return NULL;
	}
	for (guint i = 0; i < snapshots->len; i++)
		if (holds_one(&listing, snapshots->pdata[i]))
			add_entry(records, snapshots->pdata[i], NULL);
	return g_steal_pointer(&records);
}

static void
add_cases(Draft *draft, const json_t *records)
{
	const json_t *record;
	const json_t *link;
	size_t i;
	size_t j;

	json_array_foreach(records, i, record)
		json_array_foreach(json_object_get(record, "cases"), j, link)
			draft_add_case(draft, json_text(link, "case"));
}

bool
erase_records(Store *store, const Erasure *erasure, GError **error)
{
	g_autoptr(json_t) records = list_records(store, erasure->ids, error);
	g_autoptr(json_t) payload = json_deep_copy(erasure->payload);
	g_autoptr(Draft) draft = draft_new("erased", clock_now());

	if (records == NULL)
		return false;
	json_object_set(payload, "records", records);
	add_cases(draft, records);
	draft_set_key(draft, erasure->key);
	draft_set_actor(draft, erasure->actor);
	draft_set_payload(draft, payload);
	return store_put(store, &draft, 1, error) && erase_finish(store, error);
}

/* --- what it names goes ----------------------------------------------------------- */

static bool
fail(const char *path, GError **error)
{
	const int number = errno;

	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(number),
		    "%s: cannot be removed: %s", path, g_strerror(number));
	return false;
}

static bool
remove_file(const Store *store, const json_t *record, GHashTable *months, GError **error)
{
	const char *id = json_text(record, "id");
	g_autofree char *relative =
		id == NULL || !ulid_is_valid(id) ? NULL : record_path(id);
	g_autofree char *path = g_build_filename(
		store_directory(store), relative == NULL ? "records" : relative, NULL);

	if (relative == NULL)
		return true;
	if (g_unlink(path) != 0 && errno != ENOENT)
		return fail(path, error);
	g_hash_table_add(months, g_path_get_dirname(path));
	return true;
}

static bool
remove_files(const Store *store, const json_t *records, GError **error)
{
	g_autoptr(GHashTable) months =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	const json_t *record;
	gpointer month;
	size_t i;

	json_array_foreach(records, i, record)
		if (!remove_file(store, record, months, error))
			return false;
	g_hash_table_iter_init(&iter, months);
	while (g_hash_table_iter_next(&iter, &month, NULL))
		if (!file_sync_directory(month, error))
			return false;
	return true;
}

static GArray *
get_positions(const json_t *records)
{
	GArray *positions = g_array_new(FALSE, FALSE, sizeof(guint64));
	const json_t *record;
	size_t i;

	json_array_foreach(records, i, record) {
		const guint64 position = (guint64)json_number(record, "position", 0);

		g_array_append_val(positions, position);
	}
	return positions;
}

static bool
close_tombstone(Store *store, const json_t *tombstone, GError **error)
{
	g_autoptr(Draft) draft = draft_new("decision", clock_now());
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:O}", "action", "erased", "tombstone",
			  json_object_get(tombstone, "id"));

	draft_set_key(draft, json_text(tombstone, "key"));
	draft_set_closes(draft);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	return store_put(store, &draft, 1, error);
}

static bool
finish_one(Store *store, const json_t *tombstone, GError **error)
{
	const json_t *records =
		json_object_get(json_object_get(tombstone, "payload"), "records");
	g_autoptr(GArray) positions = get_positions(records);

	return store_wait_for_files(store, error) &&
	       remove_files(store, records, error) &&
	       store_forget(store, positions, error) &&
	       close_tombstone(store, tombstone, error);
}

bool
erase_finish(Store *store, GError **error)
{
	g_autoptr(GPtrArray) open = store_latest_all(store, "erased");

	for (guint i = 0; i < open->len; i++)
		if (!finish_one(store, open->pdata[i], error))
			return false;
	return true;
}
