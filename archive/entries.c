/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entries.c - the entries of the log on disk: bundles of 256
 *
 * Bundle N of 256 entries is the file N (in groups of three digits, all but the last
 * with an x before them), one of W entries is N.p/W.  A bundle is the entries, each
 * after its length in two bytes, the higher first.  No file changes once it has its
 * name; a longer bundle is a new file, and the shorter ones, whose sizes may have been
 * published, stay until it is full and durable.
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/tiles.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/ulid.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LENGTH_LEN = 2,
	BUNDLE_MAX = ENTRIES_OF_BUNDLE * (65535 + LENGTH_LEN),
	FIELDS = 5,
};

G_DEFINE_QUARK(entries_error, entries_error)

struct Entries {
	char *directory;
	GMutex lock;     /* over what follows */
	guint64 size;    /* of all bundles */
	GByteArray *end; /* the bytes of the bundle that is not full */
};

char *
entry_format(const StoreEntry *entry)
{
	g_autofree char *time = clock_format_utc(entry->time);
	g_autofree char *digest = digest_format(&entry->file);

	return g_strjoin(" ", "1", entry->type, entry->id, time, digest, NULL);
}

bool
entry_parse(const char *text, StoreEntry *entry)
{
	g_auto(GStrv) words = g_strsplit(text, " ", FIELDS + 1);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	StoreEntry parsed = { 0 };

	if (g_strv_length(words) != FIELDS || !g_str_equal(words[0], "1") ||
	    words[1][0] == '\0' || strlen(words[1]) >= sizeof(parsed.type) ||
	    !ulid_is_valid(words[2]) || !clock_parse(words[3], utc, &parsed.time, NULL) ||
	    !digest_parse(words[4], &parsed.file))
		return false;
	g_strlcpy(parsed.type, words[1], sizeof(parsed.type));
	g_strlcpy(parsed.id, words[2], sizeof(parsed.id));
	*entry = parsed;
	return true;
}

GPtrArray *
bundle_parse(const guint8 *bytes, gsize len)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	while (len > 0) {
		gsize line_len;

		if (len < LENGTH_LEN)
			return NULL;
		line_len = (gsize)bytes[0] << 8 | bytes[1];
		if (len - LENGTH_LEN < line_len ||
		    memchr(bytes + LENGTH_LEN, '\0', line_len) != NULL)
			return NULL;
		g_ptr_array_add(lines,
				g_strndup((const char *)bytes + LENGTH_LEN, line_len));
		bytes += LENGTH_LEN + line_len;
		len -= LENGTH_LEN + line_len;
	}
	return g_steal_pointer(&lines);
}

/* Of a bundle that is full, or has so many entries. */
static char *
bundle_path(const Entries *entries, guint64 number, guint count)
{
	g_autofree char *name = tile_name(number, count);

	return g_build_filename(entries->directory, name, NULL);
}

static GPtrArray *
read_bundle(const char *path, guint count, GBytes **bytes, GError **error)
{
	g_autoptr(GBytes) read = file_read(path, BUNDLE_MAX, error);
	g_autoptr(GPtrArray) lines = NULL;

	if (read == NULL)
		return NULL;
	lines = bundle_parse(g_bytes_get_data(read, NULL), g_bytes_get_size(read));
	if (lines == NULL || lines->len != count) {
		g_set_error(error, ENTRIES_ERROR, ENTRIES_ERROR_FORMAT,
			    "%s: not a bundle of %u entries", path, count);
		return NULL;
	}
	if (bytes != NULL)
		*bytes = g_steal_pointer(&read);
	return g_steal_pointer(&lines);
}

/* The longest of the bundles that are not full; 0 when there is none. */
static guint
find_partial(const char *directory)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;
	guint longest = 0;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		guint64 count = 0;

		if (g_ascii_string_to_unsigned(name, 10, 1, ENTRIES_OF_BUNDLE - 1, &count,
					       NULL))
			longest = MAX(longest, (guint)count);
	}
	return longest;
}

/* Reads the last bundle, and with it how many entries there are. */
static bool
find_end(Entries *entries, GError **error)
{
	guint64 full = 0;
	g_autofree char *path = bundle_path(entries, 0, 0);
	g_autofree char *partial = NULL;
	g_autofree char *file = NULL;
	g_autoptr(GPtrArray) lines = NULL;
	g_autoptr(GBytes) bytes = NULL;
	guint count;

	while (g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_free(path);
		path = bundle_path(entries, ++full, 0);
	}
	entries->size = full * ENTRIES_OF_BUNDLE;
	partial = g_strconcat(path, ".p", NULL);
	count = find_partial(partial);
	if (count == 0)
		return true;
	file = bundle_path(entries, full, count);
	lines = read_bundle(file, count, &bytes, error);
	if (lines == NULL)
		return false;
	g_byte_array_append(entries->end, g_bytes_get_data(bytes, NULL),
			    (guint)g_bytes_get_size(bytes));
	entries->size += count;
	return true;
}

Entries *
entries_open(const char *directory, GError **error)
{
	g_autoptr(Entries) entries = g_new0(Entries, 1);

	g_mutex_init(&entries->lock);
	entries->directory = g_strdup(directory);
	entries->end = g_byte_array_new();
	return find_end(entries, error) ? g_steal_pointer(&entries) : NULL;
}

void
entries_close(Entries *entries)
{
	if (entries == NULL)
		return;
	g_byte_array_unref(entries->end);
	g_mutex_clear(&entries->lock);
	g_free(entries->directory);
	g_free(entries);
}

guint64
entries_size(Entries *entries)
{
	guint64 size;

	g_mutex_lock(&entries->lock);
	size = entries->size;
	g_mutex_unlock(&entries->lock);
	return size;
}

GPtrArray *
entries_read(Entries *entries, guint64 position, GError **error)
{
	const guint64 number = position / ENTRIES_OF_BUNDLE;
	g_autofree char *path = bundle_path(entries, number, 0);
	GPtrArray *lines = NULL;
	bool is_full;

	g_mutex_lock(&entries->lock);
	is_full = number < entries->size / ENTRIES_OF_BUNDLE;
	if (!is_full)
		lines = bundle_parse(entries->end->data, entries->end->len);
	g_mutex_unlock(&entries->lock);
	return is_full ? read_bundle(path, ENTRIES_OF_BUNDLE, NULL, error) : lines;
}

/* The directory of a file and those above it, up to the entries' own parent. */
static bool
sync_above(const Entries *entries, const char *path, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(path);

	while (strlen(directory) >= strlen(entries->directory)) {
		g_autofree char *below = directory;

		if (!file_sync_directory(below, error)) {
			directory = NULL;
			return false;
		}
		directory = g_path_get_dirname(below);
	}
	return true;
}

static bool
write_bundle(const Entries *entries, const char *path, const GByteArray *bytes,
	     GError **error)
{
	g_autofree char *directory = g_path_get_dirname(path);

	return file_make_directories(directory, S_IRWXU, error) &&
	       file_create(path, bytes->data, bytes->len, S_IRUSR | S_IWUSR, error) &&
	       sync_above(entries, path, error);
}

/* Writes a bundle of so many entries. */
static bool
write_numbered(const Entries *entries, guint64 number, guint count,
	       const GByteArray *bytes, GError **error)
{
	g_autofree char *path = bundle_path(entries, number, count);

	if (!write_bundle(entries, path, bytes, error))
		return false;
	if (count == ENTRIES_OF_BUNDLE)
		tile_remove_partials(path);
	return true;
}

static void
add_line(GByteArray *bytes, const char *line)
{
	const gsize len = strlen(line);
	const guint8 length[LENGTH_LEN] = { (guint8)(len >> 8), (guint8)len };

	g_assert(len <= G_MAXUINT16);
	g_byte_array_append(bytes, length, LENGTH_LEN);
	g_byte_array_append(bytes, (const guint8 *)line, (guint)len);
}

static void
set_end(Entries *entries, guint64 size, const GByteArray *bytes)
{
	g_mutex_lock(&entries->lock);
	entries->size = size;
	g_byte_array_set_size(entries->end, 0);
	if (size % ENTRIES_OF_BUNDLE != 0)
		g_byte_array_append(entries->end, bytes->data, bytes->len);
	g_mutex_unlock(&entries->lock);
}

bool
entries_append(Entries *entries, const char *const *lines, gsize count, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint64 size = entries_size(entries);

	g_byte_array_append(bytes, entries->end->data, entries->end->len);
	for (gsize i = 0; i < count; i++) {
		const bool is_last = i + 1 == count;
		guint held;

		add_line(bytes, lines[i]);
		held = (guint)(size++ % ENTRIES_OF_BUNDLE) + 1;
		if (held != ENTRIES_OF_BUNDLE && !is_last)
			continue;
		if (!write_numbered(entries, (size - 1) / ENTRIES_OF_BUNDLE, held, bytes,
				    error))
			return false;
		set_end(entries, size, bytes);
		if (held == ENTRIES_OF_BUNDLE)
			g_byte_array_set_size(bytes, 0);
	}
	return true;
}

bool
entries_sync(Entries *entries, GError **error)
{
	const guint64 size = entries_size(entries);
	const guint held = (guint)(size % ENTRIES_OF_BUNDLE);

	if (held == 0)
		return true;
	return write_numbered(entries, size / ENTRIES_OF_BUNDLE, held, entries->end,
			      error);
}
