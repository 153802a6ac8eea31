/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c - the archive's one face
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

#include "archive/catalog.h"
#include "archive/commit.h"
#include "archive/index.h"
#include "archive/marker.h"
#include "archive/past.h"
#include "archive/publish.h"
#include "archive/stamps.h"
#include "archive/store.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { PREFIX_MIN = 4 };

static const gsize reserve_default = (gsize)64 * 1024 * 1024;
static const gsize segment_default = (gsize)16 * 1024 * 1024;

G_DEFINE_QUARK(store_error, store_error)

struct Store {
	char *directory;
	char *spool;
	char *name;   /* as it was configured: what origins begin with */
	char *marker; /* a path, or NULL */
	bool is_offline;
	char *damage;    /* of journal or log, when it was opened; NULL: none */
	bool is_damaged; /* the journal stays as it is, for people to look at */
	int lock_fd;
	Entries *entries;
	Journal *journal;
	Catalog *catalog;
	Publisher *publisher;
	Filer *filer;
	Commit *commit;
	GMutex lock;        /* over what follows */
	char *verifier_key; /* what signs the log now, or NULL */
	char *origin;
	GPtrArray *origins; /* char *: former ones, for who borrowed them */
	LogKey *waiting;    /* of a restored log, until it is adopted */
};

static bool
fail(GError **error, StoreError code, const char *what, const char *which)
{
	g_set_error(error, STORE_ERROR, (int)code, "%s: %s", which, what);
	return false;
}

static char *
inside(const Store *store, const char *name)
{
	return g_build_filename(store->directory, name, NULL);
}

bool
store_init(const char *directory, GError **error)
{
	static const char *const parts[] = { "records",    "log/tile/entries",
					     "log/stamps", "journal",
					     "spool",      "certs" };
	g_autofree char *lock = g_build_filename(directory, "lock", NULL);

	if (g_file_test(lock, G_FILE_TEST_EXISTS))
		return fail(error, STORE_ERROR_FAILED, "there is an archive already",
			    directory);
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path = g_build_filename(directory, parts[i], NULL);

		if (!file_make_directories(path, S_IRWXU, error))
			return false;
	}
	if (g_chmod(directory, S_IRWXU) != 0)
		return fail(error, STORE_ERROR_FAILED, g_strerror(errno), directory);
	return file_replace(lock, "", 0, S_IRUSR | S_IWUSR, error) &&
	       file_sync_directory(directory, error);
}

static bool
check_place(const StoreOptions *options, GError **error)
{
	g_autofree char *lock = g_build_filename(options->directory, "lock", NULL);
	struct statfs place;

	if (!g_file_test(lock, G_FILE_TEST_EXISTS))
		return fail(error, STORE_ERROR_FAILED,
			    "not an archive: `chaperone init` makes one",
			    options->directory);
	if (options->allows_nfs || statfs(options->directory, &place) != 0 ||
	    place.f_type != NFS_SUPER_MAGIC)
		return true;
	return fail(error, STORE_ERROR_FAILED,
		    "is on NFS, whose flushes cannot be relied on", options->directory);
}

/* The lock, or -1 with a fault when nothing can be written here. */
static bool
take_lock(Store *store, char **fault, GError **error)
{
	g_autofree char *path = inside(store, "lock");
	g_autoptr(GError) cause = NULL;

	store->lock_fd = file_lock(path, &cause);
	if (store->lock_fd >= 0)
		return true;
	if (g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_AGAIN))
		return fail(error, STORE_ERROR_LOCKED,
			    "another process has the archive open", store->directory);
	*fault = g_strdup(cause->message);
	return true;
}

/* A log keeps the name that it was published under. */
static char *
find_origin(const StoreOptions *options)
{
	g_autofree char *log = g_build_filename(options->directory, "log", NULL);
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *note = publish_read(log, &checkpoint, NULL);

	if (note != NULL)
		return g_strdup(checkpoint.origin);
	return g_strdup(options->origin != NULL ? options->origin : "");
}

static Store *
make_store(const StoreOptions *options)
{
	Store *store = g_new0(Store, 1);

	store->directory = g_strdup(options->directory);
	store->spool = inside(store, "spool");
	store->origin = find_origin(options);
	store->origins = g_ptr_array_new_with_free_func(g_free);
	store->name = g_strdup(options->origin != NULL ? options->origin : "");
	store->marker = g_strdup(options->marker);
	store->is_offline = options->is_offline;
	store->lock_fd = -1;
	g_mutex_init(&store->lock);
	return store;
}

static bool
open_parts(Store *store, const StoreOptions *options, GError **error)
{
	g_autofree char *entries = inside(store, "log/tile/entries");
	g_autofree char *journal = inside(store, "journal");
	g_autofree char *log = inside(store, "log");
	FilerOptions parts = { .directory = store->directory,
			       .spool = store->spool,
			       .step = options->step,
			       .data = options->step_data };

	store->entries = entries_open(entries, error);
	if (store->entries == NULL)
		return false;
	store->journal = journal_open(journal, options->segment != 0 ? options->segment
								     : segment_default);
	store->catalog = catalog_new(store->directory, store->entries, options->read);
	parts.entries = store->entries;
	parts.journal = store->journal;
	store->publisher = publisher_new(log, store->entries);
	publisher_set_step(store->publisher, options->step, options->step_data);
	parts.catalog = store->catalog;
	parts.publisher = store->publisher;
	store->filer = filer_new(&parts);
	return true;
}

/* Files in the spool that no batch names: drafts that were never put. */
static void
clear_spool(const Store *store)
{
	g_autoptr(GDir) dir = g_dir_open(store->spool, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autoptr(Sealed) sealed = filer_get(store->filer, name);
		g_autofree char *path = g_build_filename(store->spool, name, NULL);

		if (sealed == NULL)
			g_unlink(path);
	}
}

/* What was replayed is filed again before its segments go. */
static bool
start(Store *store, GError **error)
{
	const Tree tree = commit_tree(store->commit);
	const Digest root = tree_root(&tree);

	if (!entries_sync(store->entries, error))
		return false;
	clear_spool(store);
	journal_begin(store->journal, tree.size, &root);
	journal_drop(store->journal, entries_size(store->entries), false);
	filer_start(store->filer);
	return true;
}

static void
make_commit(Store *store, const StoreOptions *options, Past *past)
{
	const CommitOptions parts = {
		.directory = store->directory,
		.origin = store->origin,
		.reserve = options->reserve != 0 ? options->reserve : reserve_default,
		.batch_max = options->segment != 0 ? options->segment : segment_default,
		.journal = store->journal,
		.filer = store->filer,
	};

	store->commit = commit_new(&parts, past);
	filer_add(store->filer, past->pending);
}

static bool
load_past(Store *store, const StoreOptions *options, Past *past, char **damage,
	  GError **error)
{
	past_init(past, store->directory, store->spool, store->entries);
	if (!journal_read(store->journal, past_add_batch, past, damage, error))
		return false;
	if (options->marker != NULL)
		past_set_marker(past, options->marker);
	return past_load(past, error);
}

/* The newest `key` record says under which name the log goes on. */
static void
set_origin(Store *store, const char *origin)
{
	if (origin == NULL || strcmp(origin, store->origin) == 0)
		return;
	g_mutex_lock(&store->lock);
	g_ptr_array_add(store->origins, store->origin);
	store->origin = g_strdup(origin);
	g_mutex_unlock(&store->lock);
}

static bool
load(Store *store, const StoreOptions *options, char *fault, GError **error)
{
	g_auto(Past) past;
	g_autofree char *damage = NULL;

	if (!load_past(store, options, &past, &damage, error))
		return false;
	store->damage = g_strdup(damage != NULL ? damage : past.damage);
	if (damage != NULL) {
		g_free(past.fault);
		past.fault = g_steal_pointer(&damage);
	}
	if (past.fault == NULL && fault != NULL)
		past.fault = g_strdup(fault);
	store->is_damaged = past.fault != NULL;
	set_origin(store, state_key_field(past.state, "origin"));
	make_commit(store, options, &past);
	if (store->is_offline)
		commit_stop(store->commit, "the archive is open for reading only");
	return true;
}

static void
free_store(Store *store)
{
	filer_free(store->filer);
	commit_free(store->commit);
	publisher_free(store->publisher);
	catalog_free(store->catalog);
	journal_close(store->journal);
	entries_close(store->entries);
	if (store->lock_fd >= 0)
		close(store->lock_fd);
	g_mutex_clear(&store->lock);
	g_free(store->verifier_key);
	log_key_free(store->waiting);
	g_ptr_array_unref(store->origins);
	g_free(store->name);
	g_free(store->marker);
	g_free(store->damage);
	g_free(store->origin);
	g_free(store->spool);
	g_free(store->directory);
	g_free(store);
}

/* Errors of what it is made of become its own. */
static void
adopt(GError **error, GError *cause)
{
	if (cause->domain == STORE_ERROR)
		g_propagate_error(error, cause);
	else {
		g_set_error_literal(error, STORE_ERROR, STORE_ERROR_FAILED,
				    cause->message);
		g_error_free(cause);
	}
}

static bool
open_all(Store *store, const StoreOptions *options, GError **error)
{
	g_autofree char *fault = NULL;
	g_autoptr(GError) cause = NULL;

	if (!check_place(options, error) || !take_lock(store, &fault, error) ||
	    !open_parts(store, options, error) || !load(store, options, fault, error))
		return false;
	if (store->is_offline || store->is_damaged)
		return true;
	if (!start(store, &cause)) {
		store->is_damaged = true;
		commit_stop(store->commit, cause->message);
	}
	return true;
}

Store *
store_open(const StoreOptions *options, GError **error)
{
	Store *store = make_store(options);
	GError *cause = NULL;

	if (open_all(store, options, &cause))
		return store;
	adopt(error, cause);
	free_store(store);
	return NULL;
}

void
store_close(Store *store)
{
	if (store == NULL)
		return;
	if (!store->is_offline && !store->is_damaged && filer_stop(store->filer))
		journal_drop(store->journal, entries_size(store->entries), true);
	free_store(store);
}

bool
store_set_signer(Store *store, Signer *signer, GError **error)
{
	if (store->is_offline) {
		signer_free(signer);
		return fail(error, STORE_ERROR_STOPPED, "is open for reading only",
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
	       fail(error, STORE_ERROR_STOPPED,
		    "the log is signed by another key: start with the former, then name "
		    "the new one and reload, so that both sign",
		    "log-key");
}

bool
store_set_log_key(Store *store, LogKey *key, GError **error)
{
	g_autoptr(LogKey) owned = key;
	g_autofree char *verifier_key = note_verifier_key(store->origin, key);

	if (store->is_offline)
		return fail(error, STORE_ERROR_STOPPED, "is open for reading only",
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
	commit_set_verifier_key(store->commit, verifier_key);
	if (!commit_introduce(store->commit, error))
		return false;
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
		return fail(error, STORE_ERROR_FAILED,
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
	set_origin(store, name);
	*origin = g_steal_pointer(&name);
	return publish_adopted(store, g_steal_pointer(&key), verifier_key, error);
}

char *
store_fault(Store *store)
{
	return commit_fault(store->commit);
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
	return inside(store, "log");
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

	return inside(store, relative);
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
		fail(error,
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
		fail(error, STORE_ERROR_MISSING, "no such record", id);
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
		fail(error, STORE_ERROR_FAILED, "its file holds another record", id);
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
			return fail(error, STORE_ERROR_FAILED, lines->pdata[i],
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
	g_autoptr(Index) index =
		index_open(catalog_path(lookup->store->catalog), false, NULL);
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
		return fail(error, STORE_ERROR_MISSING, "no such record", id);
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
		fail(error, STORE_ERROR_BUSY, "cannot be asked without its daemon",
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
	g_autoptr(Index) index = index_open(catalog_path(store->catalog), false, error);

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
		fail(error, STORE_ERROR_BUSY, cause->message, "the index");
	return ids;
}

char *
store_resolve(Store *store, const char *prefix, GError **error)
{
	g_autofree char *upper = g_ascii_strup(prefix, -1);
	g_autoptr(GPtrArray) ids = NULL;

	if (strlen(prefix) < PREFIX_MIN) {
		fail(error, STORE_ERROR_MISSING,
		     "at least four characters of an id are needed", prefix);
		return NULL;
	}
	ids = find_ids(store, NULL, upper, error);
	if (ids == NULL)
		return NULL;
	if (ids->len == 1)
		return g_strdup(ids->pdata[0]);
	if (ids->len == 0)
		fail(error, STORE_ERROR_MISSING, "no such record", prefix);
	else
		fail(error, STORE_ERROR_MANY, "stands for several records: write more",
		     prefix);
	return NULL;
}

GPtrArray *
store_list(Store *store, const StoreQuery *query, GError **error)
{
	return find_ids(store, query, NULL, error);
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
		return fail(error, STORE_ERROR_BUSY, "the log has no key: see log-key",
			    store->directory);
	return filer_wait_for_checkpoint(store->filer, position + 1, error);
}

/* The size that is published, and what keeps more from it. */
static void
add_publishing(Store *store, json_t *log)
{
	g_autofree char *directory = inside(store, "log");
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
	g_autofree char *trouble = filer_trouble(store->filer);
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
	g_autofree char *journal = inside(store, "journal");

	if (store->is_offline || store->is_damaged)
		return fail(error, STORE_ERROR_STOPPED, "takes nothing, so nothing goes",
			    store->directory);
	filer_forget(store->filer, positions);
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
	const guint64 size = commit_tree(store->commit).size;

	if (store->is_offline || store->is_damaged)
		return remake_offline(store, progress, data, error);
	return filer_remake_index(store->filer, size, progress, data, error);
}
