/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_tile.c - what lies on the disk as a tile is taken for one only when it is as long
 * as its name says, and the log goes on from it to the root that its digests have
 *
 * The first two bytes are a size, the others the bytes of a tile file, of level 0.
 */
#include "config.h"

#include "archive/tiles.h"
#include "base/file.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>

enum { PREFIX_LEN = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A number out of its name: groups of three digits. */
static guint64
read_name(const char *name)
{
	guint64 number = 0;

	for (; *name != '\0'; name++)
		if (g_ascii_isdigit(*name))
			number = number * 10 + (guint64)(*name - '0');
		else
			g_assert(*name == 'x' || *name == '/');
	return number;
}

/* Every tile that is put is full of what was added, up to the root of it all. */
static bool
check_tile(const Tile *tile, void *data, GError **error)
{
	const Tree *tree = data;

	(void)error;
	g_assert(tile->width > 0 && tile->width <= TILE_WIDTH);
	g_assert((tile->number * TILE_WIDTH + tile->width) << (8 * tile->level) <=
		 tree->size);
	return true;
}

/* The log goes on from the tiles on the disk as from the digests in them. */
static void
check_load(const char *log, guint64 count, const uint8_t *data, size_t size)
{
	Tree tree = { .size = 0 };
	g_autoptr(Tiles) tiles = tiles_new(check_tile, &tree);
	const bool is_loaded = tiles_load(tiles, log, count, NULL);
	const guint width = (guint)(count % TILE_WIDTH);
	Digest expected;
	Digest found;

	g_assert(is_loaded == (width == 0 || size == (size_t)width * DIGEST_LEN));
	if (!is_loaded || count >= TILE_WIDTH)
		return;
	for (guint i = 0; i < width; i++) {
		Digest digest;

		memcpy(digest.bytes, data + (size_t)i * DIGEST_LEN, DIGEST_LEN);
		tree_add_node(&tree, 0, &digest);
	}
	for (guint i = 0; i < TILE_WIDTH; i++) {
		tree_add(&tree, data, MIN(size, i));
		g_assert(tiles_add(tiles, data, MIN(size, i), NULL));
	}
	g_assert(tiles_flush(tiles, NULL));
	expected = tree_root(&tree);
	found = tiles_root(tiles);
	g_assert(tiles_size(tiles) == tree.size && digest_equal(&expected, &found));
}

static void
check_read(const char *log, const Tile *tile, const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = tile_read(log, tile, NULL);

	g_assert((bytes != NULL) == (size == (size_t)tile->width * DIGEST_LEN));
	g_assert(bytes == NULL || size == 0 ||
		 memcmp(g_bytes_get_data(bytes, NULL), data, size) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char log[] = "fuzz-tile.log"; /* where it is built */
	guint64 count = size < PREFIX_LEN ? 0 : (guint64)data[0] << 8 | data[1];
	const Tile tile = { .number = count / TILE_WIDTH,
			    .width = (guint)(count % TILE_WIDTH) };
	g_autofree char *name = tile_name(count, 0);
	g_autofree char *relative = tile_path(&tile);
	g_autofree char *path = g_build_filename(log, relative, NULL);
	g_autofree char *folder = g_path_get_dirname(path);

	g_assert(read_name(name) == count);
	if (size >= PREFIX_LEN && tile.width > 0) {
		data += PREFIX_LEN;
		size -= PREFIX_LEN;
		file_make_directories(folder, 0700, NULL);
		g_assert(file_create(path, data, size, 0600, NULL));
		check_read(log, &tile, data, size);
		if (count < TILE_WIDTH)
			check_load(log, count, data, size);
		g_unlink(path);
	}
	return 0;
}
