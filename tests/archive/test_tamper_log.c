/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tamper_log.c - whatever is done to the log of an archive has a name
 *
 * By somebody who can write to the disk and has none of our keys; with tiles and bundles
 * as if it had always been so.
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/note.h"
#include "archive/tiles.h"
#include "base/ulid.h"
#include "tests/archive/tampering.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

static void
flip_file(const Copy *copy, const char *name, gsize place)
{
	g_autofree char *path = tampering_path(copy, name);
	g_autofree char *data = NULL;
	gsize len;

	assert_true(g_file_get_contents(path, &data, &len, NULL));
	data[place] ^= 1;
	tampering_write(path, data, (gssize)len);
}

static void
take_directory(Copy *copy, const char *from)
{
	char *taken = g_strconcat(copy->library.directory, "-taken", NULL);

	g_free(copy->library.directory);
	copy->library.directory = taken;
	scratch_copy(from, taken);
}

static char *
last_name(const Copy *copy, const char *folder)
{
	return g_strdup_printf("log/tile/%s/000.p/%" G_GUINT64_FORMAT, folder,
			       copy->place->size);
}

static bool
write_tile(const Tile *tile, void *data, GError **error)
{
	g_autofree char *relative = tile_path(tile);
	g_autofree char *path = g_build_filename(data, relative, NULL);
	g_autofree char *folder = g_path_get_dirname(path);

	(void)error;
	g_mkdir_with_parents(folder, 0700);
	tampering_write(path, (const char *)tile->bytes, tile->width * DIGEST_LEN);
	return true;
}

/* The log's files for other lines than they were: bundles and tiles, as if it had always
 * been so.  Only the checkpoint cannot be made. */
static void
write_log(const Copy *copy, const GPtrArray *lines)
{
	g_autofree char *log = tampering_path(copy, "log");
	g_autofree char *tile = g_build_filename(log, "tile", NULL);
	g_autofree char *old = g_build_filename(log, "old", NULL);
	g_autofree char *directory = g_build_filename(tile, "entries", NULL);
	g_autoptr(Entries) entries = NULL;
	g_autoptr(Tiles) tiles = tiles_new(write_tile, log);

	assert_int_equal(g_rename(tile, old), 0);
	g_mkdir_with_parents(directory, 0700);
	entries = entries_open(directory, NULL);
	assert_true(entries_append(entries, (const char *const *)lines->pdata, lines->len,
				   NULL));
	for (guint i = 0; i < lines->len; i++)
		tiles_add(tiles, lines->pdata[i], strlen(lines->pdata[i]), NULL);
	tiles_flush(tiles, NULL);
}

static void
bit_of_tile(Copy *copy)
{
	g_autofree char *name = last_name(copy, "0");

	flip_file(copy, name, 40);
}

static void
bit_of_entry(Copy *copy)
{
	g_autofree char *name = last_name(copy, "entries");
	g_autofree char *path = tampering_path(copy, name);

	tampering_flip(path, copy->library.ids[4],
		       ULID_LEN + 3); /* a digit of its time */
}

static void
bit_of_digest_in_entry(Copy *copy)
{
	g_autofree char *name = last_name(copy, "entries");
	g_autofree char *path = tampering_path(copy, name);
	g_autofree char *data = NULL;
	char *at;
	gsize len;

	assert_true(g_file_get_contents(path, &data, &len, NULL));
	at = memmem(data, len, copy->library.ids[4], ULID_LEN);
	at += ULID_LEN + strlen(" 2023-11-22T16:46:00.500Z ");
	*at = *at == '0' ? '1' : '0';
	tampering_write(path, data, (gssize)len);
}

static void
bit_of_checkpoint(Copy *copy)
{
	flip_file(copy, "log/checkpoint", strlen("agency.example/archive\n"));
}

static void
bit_of_checkpoint_signature(Copy *copy)
{
	flip_file(copy, "log/checkpoint", strlen(copy->place->pinned) - 40);
}

static void
bit_of_stamp(Copy *copy)
{
	flip_file(copy, "log/stamps/6.tsr", 200);
}

static void
bit_of_stamp_record(Copy *copy)
{
	g_autofree char *path = tampering_record_path(copy, copy->place->stamp);

	tampering_flip(path, "\"reply\":\"", 300);
}

static void
newest_cut(Copy *copy)
{
	g_autoptr(GPtrArray) lines = tampering_entries(copy);

	tampering_remove_record(copy, lines->pdata[lines->len - 1]);
	g_ptr_array_remove_index(lines, lines->len - 1);
	write_log(copy, lines);
}

static void
end_of_log_cut(Copy *copy)
{
	g_autofree char *name = last_name(copy, "entries");

	tampering_remove(copy, name);
}

static void
middle_cut(Copy *copy)
{
	g_autoptr(GPtrArray) lines = tampering_entries(copy);

	tampering_remove_record(copy, lines->pdata[3]);
	g_ptr_array_remove_index(lines, 3);
	write_log(copy, lines);
}

static void
entries_swapped(Copy *copy)
{
	g_autoptr(GPtrArray) lines = tampering_entries(copy);
	gpointer line = lines->pdata[2];

	lines->pdata[2] = lines->pdata[3];
	lines->pdata[3] = line;
	write_log(copy, lines);
}

static void
record_again(Copy *copy)
{
	g_autofree char *directory = tampering_path(copy, "log/tile/entries");
	g_autoptr(Entries) entries = entries_open(directory, NULL);
	g_autoptr(GPtrArray) lines = tampering_entries(copy);
	const char *const line[] = { lines->pdata[0] };

	assert_true(entries_append(entries, line, 1, NULL));
}

static void
entry_changed(Copy *copy)
{
	g_autoptr(GPtrArray) lines = tampering_entries(copy);
	char *type = strstr(lines->pdata[5], " note ");

	assert_non_null(type);
	memcpy(type, " mail ", 6);
	write_log(copy, lines);
}

static void
former_tile_changed(Copy *copy)
{
	flip_file(copy, "log/tile/0/000.p/6", 70);
}

static void
former_bundle_changed(Copy *copy)
{
	flip_file(copy, "log/tile/entries/000.p/6", 70);
}

static void
former_tile_gone(Copy *copy)
{
	tampering_remove(copy, "log/tile/0/000.p/6");
}

static void
tile_gone(Copy *copy)
{
	g_autofree char *name = last_name(copy, "0");

	tampering_remove(copy, name);
}

static void
checkpoint_gone(Copy *copy)
{
	tampering_remove(copy, "log/checkpoint");
}

static void
checkpoint_of_yesterday(Copy *copy)
{
	g_autofree char *from =
		g_build_filename(copy->place->yesterday, "log/checkpoint", NULL);
	g_autofree char *to = tampering_path(copy, "log/checkpoint");
	g_autofree char *note = NULL;

	assert_true(g_file_get_contents(from, &note, NULL, NULL));
	tampering_write(to, note, -1);
}

static void
sign_checkpoint(const Copy *copy, LogKey *key, const char *origin, const char *text)
{
	g_autofree char *path = tampering_path(copy, "log/checkpoint");
	g_autofree char *note = note_sign(text, origin, key, NULL);

	assert_non_null(note);
	tampering_write(path, note, -1);
}

static void
checkpoint_by_another_key(Copy *copy)
{
	g_autoptr(Scratch) stranger = scratch_new();
	g_autoptr(LogKey) key = scratch_log_key(stranger);
	g_autofree char *text = note_text(copy->place->pinned, NULL);

	sign_checkpoint(copy, key, "agency.example/archive", text);
}

static void
checkpoint_of_another_name(Copy *copy)
{
	g_autoptr(LogKey) key = scratch_log_key(copy->place->library->scratch);
	g_autoptr(GString) text = NULL;
	g_autofree char *old = note_text(copy->place->pinned, NULL);

	text = g_string_new(old);
	g_string_replace(text, "agency.example/archive", "other.example/archive", 1);
	sign_checkpoint(copy, key, "other.example/archive", text->str);
}

static void
stamp_moved(Copy *copy)
{
	g_autofree char *from = tampering_path(copy, "log/stamps/6.tsr");
	g_autofree char *to = tampering_path(copy, "log/stamps/5.tsr");

	assert_int_equal(g_rename(from, to), 0);
}

static void
stamp_gone(Copy *copy)
{
	tampering_remove(copy, "log/stamps/6.tsr");
}

static void
rewound(Copy *copy)
{
	take_directory(copy, copy->place->yesterday);
}

static void
made_anew(Copy *copy)
{
	take_directory(copy, copy->place->other);
}

static void
tile_of_no_name(Copy *copy)
{
	g_autofree char *path = tampering_path(copy, "log/tile/0/000.p/x");

	tampering_write(path, "x", 1);
}

static const Row rows[] = {
	{ "a bit of a tile", bit_of_tile, "log log/tile/0/000.p/12", false },
	{ "a bit of an entry", bit_of_entry, "log 4, log log/checkpoint", true },
	{ "a bit of a digest in an entry", bit_of_digest_in_entry,
	  "altered 4, log log/checkpoint", true },
	{ "a bit of the checkpoint", bit_of_checkpoint, "log log/checkpoint", false },
	{ "a bit of its signature", bit_of_checkpoint_signature, "log log/checkpoint",
	  false },
	{ "a bit of a stamp", bit_of_stamp, "stamp log/stamps/6.tsr", false },
	{ "a bit of a stamp's record", bit_of_stamp_record, "altered STAMP", false },
	{ "the newest cut with its entry", newest_cut, "log journal", true },
	{ "the newest bundle gone", end_of_log_cut, "log journal", true },
	{ "one in the middle cut", middle_cut, "chain 4, log journal", true },
	{ "two entries swapped", entries_swapped,
	  "chain 2, chain 3, chain 4, log log/checkpoint", true },
	{ "a record once more at the end", record_again, "log 0", false },
	{ "another type in an entry", entry_changed, "log 5, log log/checkpoint", true },
	{ "a former tile", former_tile_changed, "log log/tile/0/000.p/6", false },
	{ "a former bundle", former_bundle_changed, "log log/tile/entries/000.p/6",
	  false },
	/* The longer one has it. */
	{ "a former tile gone", former_tile_gone, "", false },
	{ "a tile of no name", tile_of_no_name, "log log/tile/0/000.p/x", false },
	{ "the newest tile gone", tile_gone, "log log/tile/0/000.p/12", false },
	{ "the checkpoint gone", checkpoint_gone, "log log/checkpoint", false },
	/* It is published behind what is recorded, and the log goes on from it. */
	{ "yesterday's checkpoint", checkpoint_of_yesterday, "", false },
	{ "a checkpoint by another key", checkpoint_by_another_key, "log log/checkpoint",
	  false },
	{ "a checkpoint of another name", checkpoint_of_another_name,
	  "log log/checkpoint", false },
	{ "a stamp at another size", stamp_moved,
	  "stamp log/stamps/5.tsr, stamp log/stamps/6.tsr", false },
	{ "a stamp gone", stamp_gone, "stamp log/stamps/6.tsr", false },
	/* Only a pin knows. */
	{ "yesterday's copy", rewound, "", true },
	/* The same. */
	{ "all made anew with other keys", made_anew, "", true },
};

static void
test_whatever_is_done_to_the_log_has_a_name(void **state)
{
	tampering_assert(*state, rows, G_N_ELEMENTS(rows), NULL);
}

static void
test_a_checkpoint_kept_elsewhere_knows_what_the_archive_does_not(void **state)
{
	const Place *place = *state;

	tampering_assert(place, rows, G_N_ELEMENTS(rows), place->pinned);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whatever_is_done_to_the_log_has_a_name),
		cmocka_unit_test(
			test_a_checkpoint_kept_elsewhere_knows_what_the_archive_does_not),
	};

	return cmocka_run_group_tests(tests, tampering_set_up, tampering_tear_down);
}
