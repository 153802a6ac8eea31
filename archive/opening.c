/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opening.c - opens an archive and closes it (the invariants are at the head of store.c)
 *
 * An archive that can be read but must take nothing, because its journal is damaged or
 * nothing can be written, opens all the same, with a fault that says so.
 */
#include "config.h"

#include "archive/inside.h"
#include "archive/past.h"
#include "base/file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static const gsize reserve_default = (gsize)64 * 1024 * 1024;
static const gsize segment_default = (gsize)16 * 1024 * 1024;

bool
store_init(const char *directory, GError **error)
{
	static const char *const parts[] = { "records",    "log/tile/entries",
					     "log/stamps", "journal",
					     "spool",      "certs" };
	g_autofree char *lock = g_build_filename(directory, "lock", NULL);

	if (g_file_test(lock, G_FILE_TEST_EXISTS))
		return store_fail(error, STORE_ERROR_FAILED,
				  "there is an archive already", directory);
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path = g_build_filename(directory, parts[i], NULL);

		if (!file_make_directories(path, S_IRWXU, error))
			return false;
	}
	if (g_chmod(directory, S_IRWXU) != 0)
		return store_fail(error, STORE_ERROR_FAILED, g_strerror(errno),
				  directory);
	return file_replace(lock, "", 0, S_IRUSR | S_IWUSR, error) &&
	       file_sync_directory(directory, error);
}

static bool
check_place(const StoreOptions *options, GError **error)
{
	g_autofree char *lock = g_build_filename(options->directory, "lock", NULL);
	struct statfs place;

	if (!g_file_test(lock, G_FILE_TEST_EXISTS))
		return store_fail(error, STORE_ERROR_FAILED,
				  "not an archive: `chaperone init` makes one",
				  options->directory);
	if (options->allows_nfs || statfs(options->directory, &place) != 0 ||
	    place.f_type != NFS_SUPER_MAGIC)
		return true;
	return store_fail(error, STORE_ERROR_FAILED,
			  "is on NFS, whose flushes cannot be relied on",
			  options->directory);
}

/* The lock, or -1 with a fault when nothing can be written here. */
static bool
take_lock(Store *store, char **fault, GError **error)
{
	g_autofree char *path = store_path(store, "lock");
	g_autoptr(GError) cause = NULL;

	store->lock_fd = file_lock(path, &cause);
	if (store->lock_fd >= 0)
		return true;
	if (g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_AGAIN))
		return store_fail(error, STORE_ERROR_LOCKED,
				  "another process has the archive open",
				  store->directory);
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
	store->spool = store_path(store, "spool");
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
	g_autofree char *entries = store_path(store, "log/tile/entries");
	g_autofree char *journal = store_path(store, "journal");
	g_autofree char *log = store_path(store, "log");
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
	store_set_origin(store, state_key_field(past.state, "origin"));
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
