/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiles.c - the log's digests in tiles of 256
 *
 * Tile N of level L has the digests of the subtrees of 256^L leaves from 256·N on.  The
 * last of each level is kept here until it is full; a full one is one digest of the
 * level above.  So a log is one tile a level, however long it is.
 *
 * Invariant: size is what the levels say, each digest counted for 256^L leaves.
 */
#include "config.h"

#include "archive/tiles.h"
#include "base/file.h"

#include <glib/gstdio.h>
#include <string.h>

enum { BITS = 8, GROUP = 1000 };

struct Tiles {
	TileSink sink;
	void *data;
	guint64 size;
	GArray *last[TILE_LEVELS]; /* Digest */
};

char *
tile_name(guint64 number, guint width)
{
	g_autoptr(GString) name = g_string_new(NULL);

	g_string_printf(name, "%03d", (int)(number % GROUP));
	for (number /= GROUP; number > 0; number /= GROUP) {
		g_autofree char *group = g_strdup_printf("x%03d/", (int)(number % GROUP));

		g_string_prepend(name, group);
	}
	if (width % TILE_WIDTH != 0)
		g_string_append_printf(name, ".p/%u", width);
	return g_string_free(g_steal_pointer(&name), FALSE);
}

Tiles *
tiles_new(TileSink sink, void *data)
{
	Tiles *tiles = g_new0(Tiles, 1);

	tiles->sink = sink;
	tiles->data = data;
	for (guint level = 0; level < TILE_LEVELS; level++)
		tiles->last[level] =
			g_array_sized_new(FALSE, FALSE, sizeof(Digest), TILE_WIDTH);
	return tiles;
}

void
tiles_free(Tiles *tiles)
{
	if (tiles == NULL)
		return;
	for (guint level = 0; level < TILE_LEVELS; level++)
		g_array_unref(tiles->last[level]);
	g_free(tiles);
}

void
tile_remove_partials(const char *path)
{
	g_autofree char *directory = g_strconcat(path, ".p", NULL);
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *partial = g_build_filename(directory, name, NULL);

		g_unlink(partial);
	}
	g_rmdir(directory);
}

char *
tile_path(const Tile *tile)
{
	g_autofree char *name = tile_name(tile->number, tile->width);

	return g_strdup_printf("tile/%u/%s", tile->level, name);
}

/* A file of at least so many digests; those. */
static GBytes *
read_digests(const char *log, const Tile *tile, guint width, GError **error)
{
	g_autofree char *relative = tile_path(tile);
	g_autofree char *path = g_build_filename(log, relative, NULL);
	g_autoptr(GBytes) bytes = file_read(path, (gsize)TILE_WIDTH * DIGEST_LEN, error);

	if (bytes == NULL)
		return NULL;
	if (g_bytes_get_size(bytes) == (gsize)tile->width * DIGEST_LEN)
		return g_bytes_new_from_bytes(bytes, 0, (gsize)width * DIGEST_LEN);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		    "%s: not a tile of %u digests", path, tile->width);
	return NULL;
}

GBytes *
tile_read(const char *log, const Tile *tile, GError **error)
{
	const Tile full = { tile->level, tile->number, TILE_WIDTH, NULL };
	g_autoptr(GError) cause = NULL;
	GBytes *bytes = read_digests(log, tile, tile->width, &cause);

	if (g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		bytes = read_digests(log, &full, tile->width, NULL);
	if (bytes == NULL)
		g_propagate_error(error, g_steal_pointer(&cause));
	return bytes;
}

/* How many digests a level of a log has. */
static guint64
count_digests(guint64 size, guint level)
{
	return size >> (BITS * level);
}

static guint
partial_width(guint64 size, guint level)
{
	return (guint)(count_digests(size, level) % TILE_WIDTH);
}

/* The bytes of a tile as a published size has it. */
static GBytes *
read_tile(const char *log, guint64 size, guint level, guint64 number, GError **error)
{
	const bool is_full = number < count_digests(size, level) / TILE_WIDTH;
	const Tile tile = { level, number,
			    is_full ? TILE_WIDTH : partial_width(size, level), NULL };

	return tile_read(log, &tile, error);
}

bool
tiles_load(Tiles *tiles, const char *log, guint64 size, GError **error)
{
	for (guint level = 0; level < TILE_LEVELS; level++) {
		const guint width = partial_width(size, level);
		g_autoptr(GBytes) bytes = NULL;

		g_array_set_size(tiles->last[level], 0);
		if (width == 0)
			continue;
		bytes = read_tile(log, size, level,
				  count_digests(size, level) / TILE_WIDTH, error);
		if (bytes == NULL)
			return false;
		g_array_append_vals(tiles->last[level], g_bytes_get_data(bytes, NULL),
				    width);
	}
	tiles->size = size;
	return true;
}

static bool
put_tile(Tiles *tiles, guint level, GError **error)
{
	const GArray *last = tiles->last[level];
	const Tile tile = { .level = level,
			    .number =
				    (count_digests(tiles->size, level) - 1) / TILE_WIDTH,
			    .width = last->len,
			    .bytes = (const guint8 *)last->data };

	return tiles->sink(&tile, tiles->data, error);
}

/* Of 2^n digests. */
static Digest
join_all(const Digest *digests, gsize count)
{
	Tree tree = { .size = 0 };

	for (gsize i = 0; i < count; i++)
		tree_add_node(&tree, 0, &digests[i]);
	return tree_root(&tree);
}

bool
tiles_add(Tiles *tiles, const void *entry, gsize len, GError **error)
{
	Digest digest = tree_leaf(entry, len);

	tiles->size++;
	for (guint level = 0; level < TILE_LEVELS; level++) {
		GArray *last = tiles->last[level];

		g_array_append_val(last, digest);
		if (last->len < TILE_WIDTH)
			break;
		if (!put_tile(tiles, level, error))
			return false;
		digest = join_all((const Digest *)(gpointer)last->data, TILE_WIDTH);
		g_array_set_size(last, 0);
	}
	return true;
}

bool
tiles_flush(Tiles *tiles, GError **error)
{
	for (guint level = 0; level < TILE_LEVELS; level++)
		if (tiles->last[level]->len > 0 && !put_tile(tiles, level, error))
			return false;
	return true;
}

guint64
tiles_size(const Tiles *tiles)
{
	return tiles->size;
}

Digest
tiles_root(const Tiles *tiles)
{
	Tree tree = { .size = 0 };

	for (guint level = TILE_LEVELS; level > 0; level--) {
		const GArray *last = tiles->last[level - 1];

		for (guint i = 0; i < last->len; i++)
			tree_add_node(&tree, BITS * (level - 1),
				      &g_array_index(last, Digest, i));
	}
	return tree_root(&tree);
}

bool
tiles_read_node(const char *log, guint64 size, guint level, guint64 index, Digest *digest,
		GError **error)
{
	const guint above = level % BITS;
	const guint64 first = index << above;
	const gsize count = (gsize)1 << above;
	g_autoptr(GBytes) bytes =
		read_tile(log, size, level / BITS, first / TILE_WIDTH, error);
	g_autofree Digest *digests = NULL;

	if (bytes == NULL)
		return false;
	if ((first % TILE_WIDTH + count) * DIGEST_LEN > g_bytes_get_size(bytes)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    "level %u of the log has no digest %" G_GUINT64_FORMAT, level,
			    index);
		return false;
	}
	digests = g_new(Digest, count);
	memcpy(digests,
	       (const guint8 *)g_bytes_get_data(bytes, NULL) +
		       first % TILE_WIDTH * DIGEST_LEN,
	       count * DIGEST_LEN);
	*digest = join_all(digests, count);
	return true;
}
