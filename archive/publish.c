/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish.c - tiles, and the signed checkpoint over them
 *
 * Invariants:
 * 1. A checkpoint is only written over tiles that go on from the last one's: its size
 *    and root are compared with what the entries lead to first, and nothing is
 *    published ever after when they differ.
 * 2. Entries and tiles are durable before the checkpoint is, and it is before anyone
 *    sees it (it is renamed into its place).
 * 3. Tiles and notes follow from entries and key alone: after a crash the same bytes
 *    are made again, and a tile that is there with other bytes is never written over.
 */
#include "config.h"

#include "archive/publish.h"
#include "archive/tiles.h"
#include "base/file.h"

#include <string.h>
#include <sys/stat.h>

enum { NOTE_MAX = 1000000, APART_US = G_USEC_PER_SEC };

struct Publisher {
	char *log;
	Entries *entries;
	void (*step)(const char *name, void *data);
	void *data;

	GMutex lock; /* over what is told from outside */
	char *origin;
	LogKey *key;
	LogKey *former; /* who signed before in this run, and signs with it; or NULL */
	guint64 from;
	bool is_held; /* while keys change hands */

	/* Of the one thread. */
	Tiles *tiles;   /* as published; NULL: to be loaded */
	gint64 last;    /* monotonic time */
	bool is_signed; /* what is published is by this key */
	GError *fork;   /* set: nothing is published any more */
};

G_DEFINE_QUARK(publish_error, publish_error)

Publisher *
publisher_new(const char *log, Entries *entries)
{
	Publisher *publisher = g_new0(Publisher, 1);

	publisher->log = g_strdup(log);
	publisher->entries = entries;
	g_mutex_init(&publisher->lock);
	return publisher;
}

void
publisher_free(Publisher *publisher)
{
	if (publisher == NULL)
		return;
	tiles_free(publisher->tiles);
	log_key_free(publisher->key);
	log_key_free(publisher->former);
	g_clear_error(&publisher->fork);
	g_mutex_clear(&publisher->lock);
	g_free(publisher->origin);
	g_free(publisher->log);
	g_free(publisher);
}

void
publisher_set_step(Publisher *publisher, void (*step)(const char *name, void *data),
		   void *data)
{
	publisher->step = step;
	publisher->data = data;
}

/* Whether a key takes over from another of the same log. */
static bool
is_other(const Publisher *publisher, const char *origin, const LogKey *key)
{
	return publisher->key != NULL && strcmp(publisher->origin, origin) == 0 &&
	       memcmp(log_key_public(publisher->key), log_key_public(key), LOG_KEY_LEN) !=
		       0;
}

void
publisher_set_key(Publisher *publisher, const char *origin, LogKey *key, guint64 from)
{
	g_mutex_lock(&publisher->lock);
	if (is_other(publisher, origin, key)) {
		log_key_free(publisher->former);
		publisher->former = g_steal_pointer(&publisher->key);
	}
	log_key_free(publisher->key);
	g_free(publisher->origin);
	publisher->key = key;
	publisher->origin = g_strdup(origin);
	publisher->from = from;
	publisher->is_signed = false;
	publisher->is_held = false;
	g_mutex_unlock(&publisher->lock);
}

void
publisher_hold(Publisher *publisher, bool is_held)
{
	g_mutex_lock(&publisher->lock);
	publisher->is_held = is_held;
	g_mutex_unlock(&publisher->lock);
}

char *
publish_read(const char *log, Checkpoint *checkpoint, GError **error)
{
	g_autofree char *path = g_build_filename(log, "checkpoint", NULL);
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) bytes = file_read(path, NOTE_MAX, &cause);
	g_autofree char *note = NULL;
	g_autofree char *text = NULL;

	if (bytes == NULL) {
		g_set_error(error, PUBLISH_ERROR, PUBLISH_ERROR_MISSING,
			    "the log has no checkpoint: %s", cause->message);
		return NULL;
	}
	note = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	text = note_text(note, error);
	if (text == NULL || !checkpoint_parse(text, checkpoint, error)) {
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	return g_steal_pointer(&note);
}

/* A file's directory and those above it, up to the log's. */
static bool
sync_above(const Publisher *publisher, const char *path, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(path);

	while (strlen(directory) >= strlen(publisher->log)) {
		g_autofree char *below = g_steal_pointer(&directory);

		if (!file_sync_directory(below, error))
			return false;
		directory = g_path_get_dirname(below);
	}
	return true;
}

static bool
write_tile(const Tile *tile, void *data, GError **error)
{
	const Publisher *publisher = data;
	g_autofree char *relative = tile_path(tile);
	g_autofree char *path = g_build_filename(publisher->log, relative, NULL);
	g_autofree char *directory = g_path_get_dirname(path);

	if (!file_make_directories(directory, S_IRWXU, error) ||
	    !file_create(path, tile->bytes, (gsize)tile->width * DIGEST_LEN,
			 S_IRUSR | S_IWUSR, error) ||
	    !sync_above(publisher, path, error))
		return false;
	if (tile->width == TILE_WIDTH)
		tile_remove_partials(path);
	return true;
}

static bool
add_entries(Publisher *publisher, Tiles *tiles, guint64 end, GError **error)
{
	while (tiles_size(tiles) < end) {
		const guint64 from = tiles_size(tiles);
		guint i = (guint)(from % ENTRIES_OF_BUNDLE);
		g_autoptr(GPtrArray) lines =
			entries_read(publisher->entries, from, error);

		if (lines == NULL)
			return false;
		for (; i < lines->len && tiles_size(tiles) < end; i++)
			if (!tiles_add(tiles, lines->pdata[i], strlen(lines->pdata[i]),
				       error))
				return false;
	}
	return true;
}

static bool
has_root(const Tiles *tiles, const Checkpoint *checkpoint)
{
	const Digest root = tiles_root(tiles);

	return digest_equal(&root, &checkpoint->root);
}

/* Where the published log left off: by its tiles, or, when they are not there or not
 * right, by the entries. */
static Tiles *
resume(Publisher *publisher, const Checkpoint *checkpoint, GError **error)
{
	g_autoptr(Tiles) tiles = tiles_new(write_tile, publisher);

	if (tiles_load(tiles, publisher->log, checkpoint->size, NULL) &&
	    has_root(tiles, checkpoint))
		return g_steal_pointer(&tiles);
	tiles_free(tiles);
	tiles = tiles_new(write_tile, publisher);
	if (checkpoint->size <= entries_size(publisher->entries) &&
	    !add_entries(publisher, tiles, checkpoint->size, error))
		return NULL;
	if (tiles_size(tiles) == checkpoint->size && has_root(tiles, checkpoint))
		return g_steal_pointer(&tiles);
	g_set_error(error, PUBLISH_ERROR, PUBLISH_ERROR_FORKED,
		    "the log's entries are not those of its checkpoint of size "
		    "%" G_GUINT64_FORMAT ": no other is published: `chaperone archive "
		    "verify` says more",
		    checkpoint->size);
	return NULL;
}

static bool
load(Publisher *publisher, GError **error)
{
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autoptr(GError) cause = NULL;
	g_autofree char *note = publish_read(publisher->log, &checkpoint, &cause);

	if (note != NULL) {
		publisher->tiles = resume(publisher, &checkpoint, error);
		return publisher->tiles != NULL;
	}
	if (!g_error_matches(cause, PUBLISH_ERROR, PUBLISH_ERROR_MISSING)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	publisher->tiles = tiles_new(write_tile, publisher);
	return true;
}

static char *
make_note(Publisher *publisher, GError **error)
{
	const Digest root = tiles_root(publisher->tiles);
	g_autofree char *text =
		checkpoint_format(publisher->origin, tiles_size(publisher->tiles), &root);
	g_autofree char *note = note_sign(text, publisher->origin, publisher->key, error);

	if (note == NULL || publisher->former == NULL)
		return g_steal_pointer(&note);
	return note_add_signature(note, publisher->origin, publisher->former, error);
}

/* With the lock, so that the key stays. */
static bool
write_checkpoint(Publisher *publisher, GError **error)
{
	g_autofree char *path = g_build_filename(publisher->log, "checkpoint", NULL);
	g_autofree char *note = make_note(publisher, error);

	publisher->is_signed = note != NULL && file_replace(path, note, strlen(note),
							    S_IRUSR | S_IWUSR, error);
	return publisher->is_signed;
}

static bool
publish(Publisher *publisher, guint64 end, GError **error)
{
	bool is_done;

	if (!add_entries(publisher, publisher->tiles, end, error) ||
	    !tiles_flush(publisher->tiles, error))
		return false;
	if (publisher->step != NULL)
		publisher->step("tiled", publisher->data);
	g_mutex_lock(&publisher->lock);
	is_done = write_checkpoint(publisher, error);
	g_mutex_unlock(&publisher->lock);
	publisher->last = g_get_monotonic_time();
	return is_done;
}

/* Whether there is something to publish, and a key that may. */
static bool
is_due(Publisher *publisher, guint64 end)
{
	bool is_so;

	g_mutex_lock(&publisher->lock);
	is_so = publisher->key != NULL && !publisher->is_held && end > 0 &&
		end >= publisher->from &&
		(publisher->tiles == NULL || !publisher->is_signed ||
		 tiles_size(publisher->tiles) < end);
	g_mutex_unlock(&publisher->lock);
	return is_so;
}

/* What failed is tried again from what is on the disk, a fork never. */
static bool
give_up(Publisher *publisher, GError *cause, GError **error)
{
	g_clear_pointer(&publisher->tiles, tiles_free);
	publisher->last = g_get_monotonic_time();
	if (g_error_matches(cause, PUBLISH_ERROR, PUBLISH_ERROR_FORKED))
		publisher->fork = g_error_copy(cause);
	g_propagate_error(error, cause);
	return false;
}

bool
publisher_advance(Publisher *publisher, bool is_last, guint64 *size, GError **error)
{
	const guint64 end = entries_size(publisher->entries);
	GError *cause = NULL;

	*size = publisher->tiles != NULL ? tiles_size(publisher->tiles) : 0;
	if (publisher->fork != NULL) {
		g_propagate_error(error, g_error_copy(publisher->fork));
		return false;
	}
	if (!is_due(publisher, end) ||
	    (!is_last && publisher->last != 0 &&
	     g_get_monotonic_time() < publisher->last + APART_US))
		return true;
	if ((publisher->tiles == NULL && !load(publisher, &cause)) ||
	    !publish(publisher, end, &cause)) {
		*size = 0;
		return give_up(publisher, cause, error);
	}
	*size = end;
	return true;
}
