/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.c - brings the index up to the log
 *
 * The index is derived: one that is damaged, or covers more than there is, is removed
 * and made again.  A record whose file is not there, or not the one that the log names, has
 * its place in the index and no row.
 *
 * One that is sound but is to be made anew, because words in it are to go or somebody
 * asks for it, is asked until its successor covers as much.  Then the successor is closed,
 * which leaves it whole in one file, and renamed over the other.  What SQLite keeps beside
 * the other file goes first, and nobody opens it in between: that is what the lock is for.
 * Who has the other open reads it to the end.
 */
#include "config.h"

#include "archive/catalog.h"

#include "base/file.h"

#include <errno.h>
#include <glib/gstdio.h>

enum { AT_ONCE_MAX = 16 * 1024 * 1024 }; /* bytes of records */

struct Catalog {
	char *directory;
	char *path;
	char *next_path;
	Entries *entries;
	StoreRead read;
	Index *index; /* NULL until it is needed, or after it failed */
	Index *next;  /* its successor; NULL: none is being made */
	guint64 next_position;
	GMutex opening; /* held while the file at path is opened or replaced; over: */
	Index *kept;    /* for catalog_labelled; NULL: not open */
};

Catalog *
catalog_new(const char *directory, Entries *entries, StoreRead read)
{
	Catalog *catalog = g_new0(Catalog, 1);

	catalog->directory = g_strdup(directory);
	catalog->path = g_build_filename(directory, "index.sqlite", NULL);
	catalog->next_path = g_build_filename(directory, "index.sqlite.new", NULL);
	g_mutex_init(&catalog->opening);
	catalog->entries = entries;
	catalog->read = read;
	return catalog;
}

void
catalog_free(Catalog *catalog)
{
	if (catalog == NULL)
		return;
	index_close(catalog->index);
	index_close(catalog->next);
	index_close(catalog->kept);
	g_mutex_clear(&catalog->opening);
	g_free(catalog->directory);
	g_free(catalog->path);
	g_free(catalog->next_path);
	g_free(catalog);
}

Index *
catalog_ask(Catalog *catalog, GError **error)
{
	Index *index;

	g_mutex_lock(&catalog->opening);
	index = index_open(catalog->path, false, error);
	g_mutex_unlock(&catalog->opening);
	return index;
}

GPtrArray *
catalog_labelled(Catalog *catalog, const char *label, guint limit)
{
	GPtrArray *ids = NULL;

	g_mutex_lock(&catalog->opening);
	if (catalog->kept == NULL)
		catalog->kept = index_open(catalog->path, false, NULL);
	if (catalog->kept != NULL)
		ids = index_labelled(catalog->kept, label, limit, NULL);
	if (ids == NULL)
		g_clear_pointer(&catalog->kept, index_close);
	g_mutex_unlock(&catalog->opening);
	return ids;
}

static void
remove_beside(const char *path)
{
	static const char *const suffixes[] = { "-wal", "-shm", "-journal" };

	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *name = g_strconcat(path, suffixes[i], NULL);

		g_unlink(name);
	}
}

void
catalog_remove(Catalog *catalog)
{
	g_mutex_lock(&catalog->opening);
	g_clear_pointer(&catalog->index, index_close);
	g_clear_pointer(&catalog->kept, index_close);
	g_unlink(catalog->path);
	remove_beside(catalog->path);
	g_mutex_unlock(&catalog->opening);
}

void
catalog_forget(Catalog *catalog, const GArray *positions)
{
	if (catalog->index == NULL)
		catalog->index = index_open(catalog->path, true, NULL);
	if (catalog->index == NULL || !index_forget(catalog->index, positions, NULL))
		catalog_remove(catalog);
}

static void
drop_next(Catalog *catalog)
{
	g_clear_pointer(&catalog->next, index_close);
	g_unlink(catalog->next_path);
	remove_beside(catalog->next_path);
}

bool
catalog_remake(Catalog *catalog, GError **error)
{
	drop_next(catalog);
	catalog->next_position = 0;
	catalog->next = index_open(catalog->next_path, true, error);
	return catalog->next != NULL;
}

bool
catalog_is_remaking(const Catalog *catalog, guint64 *position)
{
	*position = catalog->next_position;
	return catalog->next != NULL;
}

static bool
replace_index(Catalog *catalog, GError **error)
{
	bool is_done;

	g_mutex_lock(&catalog->opening);
	g_clear_pointer(&catalog->next, index_close);
	g_clear_pointer(&catalog->index, index_close);
	g_clear_pointer(&catalog->kept, index_close);
	remove_beside(catalog->path);
	is_done = g_rename(catalog->next_path, catalog->path) == 0;
	if (!is_done)
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_FAILED,
			    "%s: cannot be replaced: %s", catalog->path,
			    g_strerror(errno));
	g_mutex_unlock(&catalog->opening);
	return is_done;
}

static void
unref_record(gpointer record)
{
	if (record != NULL)
		record_unref(record);
}

/* NULL when its file is missing or not the one that the log names.  Adds its bytes to
 * weight. */
static Record *
read_record(const Catalog *catalog, const char *line, gsize *weight)
{
	g_autofree char *relative = NULL;
	g_autofree char *path = NULL;
	g_autoptr(GBytes) bytes = NULL;
	StoreEntry entry;
	Digest digest;

	if (!entry_parse(line, &entry))
		return NULL;
	relative = record_path(entry.id);
	path = g_build_filename(catalog->directory, relative, NULL);
	bytes = file_read(path, G_MAXSSIZE, NULL);
	if (bytes == NULL)
		return NULL;
	*weight += g_bytes_get_size(bytes);
	digest = digest_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return digest_equal(&digest, &entry.file) ? record_read(bytes, NULL) : NULL;
}

/* The rest of the bundle that the index stands in, or as much as is good to have in
 * memory. */
static bool
add_bundle(const Catalog *catalog, Index *index, guint64 *position, GError **error)
{
	g_autoptr(GPtrArray) lines = entries_read(catalog->entries, *position, error);
	g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(unref_record);
	guint first = (guint)(*position % ENTRIES_OF_BUNDLE);
	gsize weight = 0;

	if (lines == NULL)
		return false;
	for (guint i = first; i < lines->len && weight < AT_ONCE_MAX; i++)
		g_ptr_array_add(records, read_record(catalog, lines->pdata[i], &weight));
	if (!index_add(index, *position, records, catalog->read, error))
		return false;
	*position += records->len;
	return true;
}

static bool
advance(Catalog *catalog, guint64 *position, GError **error)
{
	const guint64 size = entries_size(catalog->entries);

	if (catalog->index == NULL)
		catalog->index = index_open(catalog->path, true, error);
	if (catalog->index == NULL || !index_position(catalog->index, position, error))
		return false;
	if (*position > size) {
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_CORRUPT,
			    "%s: covers more than the log has", catalog->path);
		return false;
	}
	return *position == size || add_bundle(catalog, catalog->index, position, error);
}

/* One bundle a call, as for the one that is asked, which it has to catch up with. */
static bool
advance_next(Catalog *catalog, guint64 position, GError **error)
{
	if (catalog->next_position < position &&
	    !add_bundle(catalog, catalog->next, &catalog->next_position, error)) {
		drop_next(catalog);
		return false;
	}
	return catalog->next_position < position || replace_index(catalog, error);
}

/* One that is damaged is made anew at once. */
static bool
advance_this(Catalog *catalog, guint64 *position, GError **error)
{
	g_autoptr(GError) cause = NULL;

	*position = 0;
	if (advance(catalog, position, &cause))
		return true;
	if (!g_error_matches(cause, INDEX_ERROR, INDEX_ERROR_CORRUPT)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	catalog_remove(catalog);
	*position = 0;
	return advance(catalog, position, error);
}

bool
catalog_advance(Catalog *catalog, guint64 *position, GError **error)
{
	if (advance_this(catalog, position, error) &&
	    (catalog->next == NULL || advance_next(catalog, *position, error)))
		return true;
	g_clear_pointer(&catalog->index, index_close);
	*position = 0;
	return false;
}
