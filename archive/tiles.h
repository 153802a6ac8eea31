/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiles.h - the log's digests in tiles of 256, as C2SP tlog-tiles names and fills them
 *
 * Not thread-safe.
 */
#ifndef ARCHIVE_TILES_H
#define ARCHIVE_TILES_H

#include "archive/tree.h"

#include <glib.h>
#include <stdbool.h>

enum { TILE_WIDTH = 256, TILE_LEVELS = 8 };

/* "x001/x234/067", and "….p/W" where a tile or bundle is not full (0 or TILE_WIDTH: it
 * is). */
char *tile_name(guint64 number, guint width);

/* Removes those that are not full, of a full one that is durable at a path; what stays
 * does no harm. */
void tile_remove_partials(const char *path);

typedef struct Tile {
	guint level;
	guint64 number;
	guint width;         /* how many digests it has */
	const guint8 *bytes; /* of all of them */
} Tile;

char *tile_path(const Tile *tile); /* under log/ */
/* Its bytes as they are on the disk, if need be out of the full one. */
GBytes *tile_read(const char *log, const Tile *tile, GError **error);

/* Takes a tile.  False with the error set ends it. */
typedef bool (*TileSink)(const Tile *tile, void *data, GError **error);

typedef struct Tiles Tiles;

Tiles *tiles_new(TileSink sink, void *data);
void tiles_free(Tiles *tiles);

/* Goes on where a size was published, from its tiles under a log's directory, without
 * visiting the sink.  What they say is the caller's to compare, by the root. */
bool tiles_load(Tiles *tiles, const char *log, guint64 size, GError **error);

/* One more entry; tiles that it fills go to the sink. */
bool tiles_add(Tiles *tiles, const void *entry, gsize len, GError **error);
/* The tiles that are not full, as they must be when this size is published. */
bool tiles_flush(Tiles *tiles, GError **error);

guint64 tiles_size(const Tiles *tiles);
Digest tiles_root(const Tiles *tiles);

/* The digest of the full subtree of 2^level leaves with that index among its likes, out
 * of the tiles of a published size. */
bool tiles_read_node(const char *log, guint64 size, guint level, guint64 index,
		     Digest *digest, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tiles, tiles_free)

#endif
