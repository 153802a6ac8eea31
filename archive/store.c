/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c - the archive's one face: what is put, what is read, and what signs it
 *
 * opening.c opens and closes it, lookup.c finds records in it.
 *
 * Invariants.  The tests cite them by number.
 *
 *  1. store_put returns true only after one flush of the journal has returned that
 *     covers all of its records.
 *  2. The journal is the one commit point: what it holds is put, what it does not hold
 *     was never answered.  Every other file is made from it.
 *  3. A put is there wholly or not at all.
 *  4. A case's records are numbered 1, 2, 3 … without a gap, each with the digest of
 *     the one before; a batch that failed takes its numbers back.
 *  5. A record's file has its name only when its bytes are durable, is never written
 *     over, and an entry is written only when its file has its name.
 *  6. A segment of the journal goes only when the files and entries of all its records
 *     are durable.
 *  7. A torn end of a segment was never answered and is dropped; a batch that is bad
 *     or missing before a good one is damage: the store opens, reads, and takes
 *     nothing.
 *  8. After a write or flush of the journal that failed nothing is taken until a
 *     restart; a full disk, or a segment that cannot be made, passes by itself.
 *  9. The current state follows from verified records alone.  What the index says
 *     has no part in it, and an index that fails stops nothing but lists.
 * 10. One process has the archive open; what is read offline writes nothing.
 *
 * States of a record, what is on disk, and what a crash leaves:
 *
 *  drafted    content past 1 MiB: spool/ID           removed at the next start
 *  queued     the same                               the same
 *  written    frames in a segment, not flushed       nothing, or a torn end (7)
 *  put        frames, commit, flushed                replayed from the journal (2)
 *  synced     and spool/ID, whole                    replayed; spool/ID written anew
 *  named      and records/Y/M/ID.eml                 replayed; the file found and synced
 *  filed      and its entry                          in its file; the segment is passed
 *                                                    over up to here
 *  cleared    no spool/ID, no segment                in its file
 *  indexed    and its row                            the index goes on from its position
 */
#include "config.h"

#include "archive/inside.h"
#include "archive/marker.h"
#include "archive/stamps.h"
#include "base/clock.h"
#include "base/file.h"

#include <string.h>

G_DEFINE_QUARK(store_error, store_error)

bool
store_fail(GError **error, StoreError code, const char *what, const char *which)
{
	g_set_error(error, STORE_ERROR, (int)code, "%s: %s", which, what);
	return false;
}

char *
store_path(const Store *store, const char *name)
{
	return g_build_filename(store->directory, name, NULL);
}

void
store_set_origin(Store *store, const char *origin)
{
	if (origin == NULL || strcmp(origin, store->origin) == 0)
		return;
	g_mutex_lock(&store->lock);
	g_ptr_array_add(store->origins, store->origin);
	store->origin = g_strdup(origin);
	g_mutex_unlock(&store->lock);
}

bool
store_set_signer(Store *store, Signer *signer, GError **error)
{
	if (store->is_offline) {
		signer_free(signer);
		return store_fail(error, STORE_ERROR_STOPPED, "is open for reading only",
				  store->directory);
	}
	return commit_set_signer(store->commit, signer, error);
}

static void
set_verifier_key(Store *store, const char *verifier_key)
{
	g_mutex_lock(&store->lock);
	g_free(store->verifier_key);
	store->verifier_key = g_strdup(verifier_key);
	g_mutex_unlock(&store->lock);
}

/* Another key takes over while the former still signs, not from nowhere. */
static bool
may_sign_log(Store *store, const char *verifier_key, GError **error)
{
	g_autofree char *newest = commit_verifier_key(store->commit);
	bool has_former;

	g_mutex_lock(&store->lock);
	has_former = store->verifier_key != NULL;
	g_mutex_unlock(&store->lock);
	return newest == NULL || has_former || strcmp(newest, verifier_key) == 0 ||
	       store_fail(error, STORE_ERROR_STOPPED,
			  "the log is signed by another key: start with the former, then "
			  "name "
			  "the new one and reload, so that both sign",
			  "log-key");
}

bool
store_set_log_key(Store *store, LogKey *key, GError **error)
{
	g_autoptr(LogKey) owned = key;
	g_autofree char *verifier_key = note_verifier_key(store->origin, key);

	if (store->is_offline)
		return store_fail(error, STORE_ERROR_STOPPED, "is open for reading only",
				  store->directory);
	if (!may_sign_log(store, verifier_key, error))
		return false;
	if (commit_is_restored(store->commit)) {
		g_mutex_lock(&store->lock);
		log_key_free(store->waiting);
		store->waiting = g_steal_pointer(&owned);
		g_mutex_unlock(&store->lock);
		return true;
	}
	publisher_hold(store->publisher, true);
	commit_set_verifier_key(store->commit, verifier_key);
	if (!commit_introduce(store->commit, error)) {
		publisher_hold(store->publisher, false);
		return false;
	}
	set_verifier_key(store, verifier_key);
	publisher_set_key(store->publisher, store->origin, g_steal_pointer(&owned),
			  commit_tree(store->commit).size);
	return true;
}

bool
store_mark(Store *store, GError **error)
{
	return store->marker == NULL || store->is_offline || store->is_damaged ||
	       commit_is_restored(store->commit) ||
	       marker_write(store->marker, store->directory, error);
}

static json_t *
describe_adoption(Store *store, const json_t *said)
{
	const Tree tree = commit_tree(store->commit);
	const Digest digest = tree_root(&tree);
	g_autofree char *root = g_base64_encode(digest.bytes, DIGEST_LEN);
	json_t *what = json_deep_copy(said);

	json_object_update_new(what, json_pack("{s:o, s:I, s:s}", "origin",
					       json_text_new(store->origin), "size",
					       (json_int_t)tree.size, "root", root));
	return what;
}

/* The name of a log that goes on from a restored copy: that of its agency and a time. */
static char *
make_origin(const Store *store)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(clock_now() / 1000);
	g_autofree char *time = g_date_time_format(now, "%Y%m%dT%H%M%SZ");

	return g_strdup_printf("%s/%s", store->name, time);
}

/* It is published under the new name, and the marker remembers that. */
static bool
publish_adopted(Store *store, LogKey *key, const char *verifier_key, GError **error)
{
	const guint64 size = commit_tree(store->commit).size;

	set_verifier_key(store, verifier_key);
	publisher_set_key(store->publisher, store->origin, key, size);
	return filer_wait_for_checkpoint(store->filer, size, error) &&
	       store_mark(store, error);
}

bool
store_adopt(Store *store, const json_t *said, char **origin, GError **error)
{
	g_autofree char *name = make_origin(store);
	g_autoptr(json_t) what = describe_adoption(store, said);
	g_autofree char *verifier_key = NULL;
	g_autoptr(LogKey) key = NULL;
	CommitAdoption adoption = { .origin = name, .what = what };

	g_mutex_lock(&store->lock);
	key = g_steal_pointer(&store->waiting);
	g_mutex_unlock(&store->lock);
	if (key == NULL)
		return store_fail(
			error, STORE_ERROR_FAILED,
			"was not restored, or its log has no key: there is nothing "
			"to adopt",
			store->directory);
	verifier_key = note_verifier_key(name, key);
	adoption.verifier_key = verifier_key;
	if (!commit_adopt(store->commit, &adoption, error)) {
		g_mutex_lock(&store->lock);
		store->waiting = g_steal_pointer(&key);
		g_mutex_unlock(&store->lock);
		return false;
	}
	store_set_origin(store, name);
	*origin = g_steal_pointer(&name);
	return publish_adopted(store, g_steal_pointer(&key), verifier_key, error);
}

char *
store_fault(Store *store)
{
	return commit_fault(store->commit);
}

char *
store_trouble(Store *store)
{
	return filer_trouble(store->filer);
}

const char *
store_damage(const Store *store)
{
	return store->damage;
}

const char *
store_directory(const Store *store)
{
	return store->directory;
}

char *
store_log(const Store *store)
{
	return store_path(store, "log");
}

const char *
store_origin(Store *store)
{
	const char *origin;

	g_mutex_lock(&store->lock);
	origin = store->origin;
	g_mutex_unlock(&store->lock);
	return origin;
}

const char *
store_spool(const Store *store)
{
	return store->spool;
}

const Trust *
store_trust(const Store *store)
{
	return commit_trust(store->commit);
}

bool
store_put(Store *store, Draft *const *drafts, gsize count, GError **error)
{
	return store_put_many(store, drafts, count, NULL, NULL, error);
}

bool
store_put_many(Store *store, Draft *const *drafts, gsize count, StoreProgress progress,
	       void *data, GError **error)
{
	return commit_put(store->commit, drafts, count, progress, data, error);
}

GBytes *
store_sign(Store *store, const Digest *content, gint64 time, GError **error)
{
	return commit_sign(store->commit, content, time, error);
}

static char *
filed_path(const Store *store, const char *id)
{
	g_autofree char *relative = record_path(id);

	return store_path(store, relative);
}

/* From the journal's memory, else from its file; it may go from one to the other
 * while we look. */
static GBytes *
read_bytes(Store *store, const char *id, GError **error)
{
	g_autoptr(Sealed) sealed = filer_get(store->filer, id);
	g_autofree char *path = filed_path(store, id);
	g_autoptr(GError) cause = NULL;
	GBytes *bytes = NULL;

	if (sealed != NULL)
		bytes = sealed_bytes(sealed, store->spool, NULL);
	if (bytes == NULL)
		bytes = file_read(path, G_MAXSSIZE, &cause);
	if (bytes == NULL)
		store_fail(error,
			   g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT)
				   ? STORE_ERROR_MISSING
				   : STORE_ERROR_FAILED,
			   cause->message, id);
	return bytes;
}

Record *
store_get(Store *store, const char *id, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(Record) record = NULL;

	if (!ulid_is_valid(id)) {
		store_fail(error, STORE_ERROR_MISSING, "no such record", id);
		return NULL;
	}
	bytes = read_bytes(store, id, error);
	if (bytes == NULL)
		return NULL;
	record = record_read(bytes, error);
	if (record == NULL || !record_check(record, store_trust(store), error)) {
		g_prefix_error(error, "%s: ", id);
		return NULL;
	}
	if (strcmp(record_id(record), id) != 0) {
		store_fail(error, STORE_ERROR_FAILED, "its file holds another record",
			   id);
		return NULL;
	}
	return g_steal_pointer(&record);
}

json_t *
store_latest(Store *store, const char *type, const char *key)
{
	return commit_latest(store->commit, type, key);
}

GPtrArray *
store_latest_all(Store *store, const char *type)
{
	return commit_latest_all(store->commit, type);
}

bool
store_wait_for_checkpoint(Store *store, guint64 position, GError **error)
{
	bool has_key;

	if (store->is_offline || store->is_damaged)
		return true; /* none will come */
	g_mutex_lock(&store->lock);
	has_key = store->verifier_key != NULL;
	g_mutex_unlock(&store->lock);
	if (!has_key)
		return store_fail(error, STORE_ERROR_BUSY,
				  "the log has no key: see log-key", store->directory);
	return filer_wait_for_checkpoint(store->filer, position + 1, error);
}

/* The size that is published, and what keeps more from it. */
static void
add_publishing(Store *store, json_t *log)
{
	g_autofree char *directory = store_path(store, "log");
	g_autofree char *trouble = filer_log_trouble(store->filer);
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *note = publish_read(directory, &checkpoint, NULL);

	g_mutex_lock(&store->lock);
	json_object_set_new(log, "verifier_key", json_text_new(store->verifier_key));
	g_mutex_unlock(&store->lock);
	json_object_set_new(log, "published",
			    note != NULL ? json_integer((json_int_t)checkpoint.size)
					 : json_null());
	json_object_set_new(log, "trouble", json_text_new(trouble));
}

json_t *
store_status(Store *store)
{
	const Tree tree = commit_tree(store->commit);
	const Digest digest = tree_root(&tree);
	g_autofree char *root = g_base64_encode(digest.bytes, DIGEST_LEN);
	g_autofree char *trouble = store_trouble(store);
	const gint64 stamped = stamps_last(store);
	g_autofree char *last_stamp = stamped != 0 ? clock_format_utc(stamped) : NULL;
	json_t *log = json_pack("{s:o, s:I, s:s}", "origin", json_text_new(store->origin),
				"size", (json_int_t)tree.size, "root", root);

	add_publishing(store, log);
	return json_pack("{s:I, s:I, s:I, s:o, s:s?, s:o}", "records",
			 (json_int_t)tree.size, "indexed",
			 (json_int_t)filer_indexed(store->filer), "unfiled_bytes",
			 (json_int_t)filer_weight(store->filer), "log", log, "last_stamp",
			 last_stamp, "filing", json_text_new(trouble));
}

static bool
put_snapshot(Store *store, bool is_needed, GError **error)
{
	const gint64 now = clock_now();
	g_autoptr(json_t) payload = commit_snapshot(store->commit, now, is_needed);
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(Draft) draft = NULL;

	if (payload == NULL)
		return true;
	draft = draft_new("snapshot", now);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	return store_put(store, &draft, 1, error);
}

bool
store_snapshot(Store *store, GError **error)
{
	return put_snapshot(store, false, error);
}

bool
store_wait_for_files(Store *store, GError **error)
{
	return filer_wait_for_files(store->filer, commit_tree(store->commit).size, error);
}

/* The snapshot is the first in its segment, so that the state which it holds is all that
 * any segment has once it is filed. */
bool
store_forget(Store *store, const GArray *positions, GError **error)
{
	g_autofree char *journal = store_path(store, "journal");

	if (store->is_offline || store->is_damaged)
		return store_fail(error, STORE_ERROR_STOPPED,
				  "takes nothing, so nothing goes", store->directory);
	if (positions->len > 0 && !filer_forget(store->filer, positions, error))
		return false;
	journal_turn(store->journal);
	return put_snapshot(store, true, error) && store_wait_for_files(store, error) &&
	       file_sync_directory(journal, error);
}

static bool
remake_offline(Store *store, StoreProgress progress, void *data, GError **error)
{
	const guint64 size = entries_size(store->entries);
	guint64 position = 0;

	catalog_remove(store->catalog);
	do {
		if (!catalog_advance(store->catalog, &position, error))
			return false;
		if (progress != NULL)
			progress(position, size, data);
	} while (position < size);
	return true;
}

bool
store_reindex(Store *store, StoreProgress progress, void *data, GError **error)
{
	if (store->is_offline || store->is_damaged)
		return remake_offline(store, progress, data, error);
	return filer_remake_index(store->filer, progress, data, error);
}
