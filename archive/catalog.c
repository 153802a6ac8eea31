/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.c - brings the index up to the log
 *
 * The index is derived: one that is damaged, or covers more than there is, is removed
 * and made again.  A record whose file is not there, or not the one that the log names, has
 * its place in the index and no row.
 */
#include "config.h"

#include "archive/catalog.h"
#include "archive/index.h"
#include "base/file.h"

#include <glib/gstdio.h>

struct Catalog {
	char *directory;
	char *path;
	Entries *entries;
	StoreRead read;
	Index *index; /* NULL until it is needed, or after it failed */
};

Catalog *
catalog_new(const char *directory, Entries *entries, StoreRead read)
{
	Catalog *catalog = g_new0(Catalog, 1);

	catalog->directory = g_strdup(directory);
	catalog->path = g_build_filename(directory, "index.sqlite", NULL);
	catalog->entries = entries;
	catalog->read = read;
	return catalog;
}

static void
close_index(Catalog *catalog)
{
	g_clear_pointer(&catalog->index, index_close);
}

void
catalog_free(Catalog *catalog)
{
	if (catalog == NULL)
		return;
	close_index(catalog);
	g_free(catalog->directory);
	g_free(catalog->path);
	g_free(catalog);
}

const char *
catalog_path(const Catalog *catalog)
{
	return catalog->path;
}

void
catalog_remove(Catalog *catalog)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

	close_index(catalog);
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *path = g_strconcat(catalog->path, suffixes[i], NULL);

		g_unlink(path);
	}
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
unref_record(gpointer record)
{
	if (record != NULL)
		record_unref(record);
}

/* NULL when its file is missing or not the one that the log names. */
static Record *
read_record(const Catalog *catalog, const char *line)
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
	digest = digest_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return digest_equal(&digest, &entry.file) ? record_read(bytes, NULL) : NULL;
}

/* The rest of the bundle that the index stands in. */
static bool
add_bundle(Catalog *catalog, guint64 *position, GError **error)
{
	g_autoptr(GPtrArray) lines = entries_read(catalog->entries, *position, error);
	g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(unref_record);
	guint first = (guint)(*position % ENTRIES_OF_BUNDLE);

	if (lines == NULL)
		return false;
	for (guint i = first; i < lines->len; i++)
		g_ptr_array_add(records, read_record(catalog, lines->pdata[i]));
	if (!index_add(catalog->index, *position, records, catalog->read, error))
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
	return *position == size || add_bundle(catalog, position, error);
}

bool
catalog_advance(Catalog *catalog, guint64 *position, GError **error)
{
	g_autoptr(GError) cause = NULL;

	*position = 0;
	if (advance(catalog, position, &cause))
		return true;
	if (g_error_matches(cause, INDEX_ERROR, INDEX_ERROR_CORRUPT)) {
		catalog_remove(catalog);
		*position = 0;
		if (advance(catalog, position, error))
			return true;
	} else {
		g_propagate_error(error, g_steal_pointer(&cause));
	}
	close_index(catalog);
	*position = 0;
	return false;
}
