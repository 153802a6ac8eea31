/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_publish.c - tiles, checkpoints and proofs of logs of many sizes
 */
#include "config.h"

#include "archive/prove.h"
#include "archive/publish.h"
#include "archive/tiles.h"
#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct Log {
	Scratch *scratch;
	char *path;
	char *key; /* "file:PATH" */
	char *verifier;
	Entries *entries;
	Publisher *publisher;
} Log;

static void
open_log(Log *log)
{
	g_autofree char *path = g_build_filename(log->path, "tile", "entries", NULL);

	log->entries = entries_open(path, NULL);
	assert_non_null(log->entries);
	log->publisher = publisher_new(log->path, log->entries);
	publisher_set_key(log->publisher, "a.example/log", log_key_open(log->key, NULL),
			  0);
}

static void
close_log(Log *log)
{
	publisher_free(log->publisher);
	entries_close(log->entries);
}

static int
set_up(void **state)
{
	Log *log = g_new0(Log, 1);
	g_autofree char *key = NULL;
	g_autofree char *entries = NULL;
	g_autoptr(LogKey) opened = NULL;

	log->scratch = scratch_new();
	log->path = scratch_file(log->scratch, "log");
	key = scratch_file(log->scratch, "log.key");
	log->key = g_strconcat("file:", key, NULL);
	entries = g_build_filename(log->path, "tile", "entries", NULL);
	assert_int_equal(g_mkdir_with_parents(entries, 0700), 0);
	assert_true(seal_make_log_key(key, NULL));
	opened = log_key_open(log->key, NULL);
	log->verifier = note_verifier_key("a.example/log", opened);
	open_log(log);
	*state = log;
	return 0;
}

static int
tear_down(void **state)
{
	Log *log = *state;

	close_log(log);
	scratch_free(log->scratch);
	g_free(log->path);
	g_free(log->key);
	g_free(log->verifier);
	g_free(log);
	return 0;
}

static char *
make_line(guint64 number)
{
	return g_strdup_printf("entry %" G_GUINT64_FORMAT, number);
}

static void
grow(Log *log, guint64 size)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint64 i = entries_size(log->entries); i < size; i++)
		g_ptr_array_add(lines, make_line(i));
	assert_true(entries_append(log->entries, (const char *const *)lines->pdata,
				   lines->len, NULL));
}

static void
publish(Log *log)
{
	guint64 size = 0;

	assert_true(publisher_advance(log->publisher, true, &size, NULL));
	assert_int_equal(size, entries_size(log->entries));
}

static void
read_checkpoint(const Log *log, Checkpoint *checkpoint)
{
	g_autofree char *note = publish_read(log->path, checkpoint, NULL);
	g_autofree char *text = NULL;

	assert_non_null(note);
	text = note_open(note, log->verifier, NULL);
	assert_non_null(text);
}

static Digest
root_of(guint64 size)
{
	Tree tree = { .size = 0 };

	for (guint64 i = 0; i < size; i++) {
		g_autofree char *line = make_line(i);

		tree_add(&tree, line, strlen(line));
	}
	return tree_root(&tree);
}

static const guint64 sizes[] = { 1,   2,   3,    255,   256,   257,
				 511, 512, 1000, 65535, 65536, 65537 };

static void
test_each_checkpoint_has_the_root_of_its_entries(void **state)
{
	Log *log = *state;

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		const Digest root = root_of(sizes[i]);
		g_auto(Checkpoint) checkpoint = { 0 };

		grow(log, sizes[i]);
		publish(log);
		read_checkpoint(log, &checkpoint);
		assert_int_equal(checkpoint.size, sizes[i]);
		assert_true(digest_equal(&checkpoint.root, &root));
	}
}

static void
test_a_log_that_was_closed_goes_on_where_it_was(void **state)
{
	Log *log = *state;
	const Digest root = root_of(700);
	g_auto(Checkpoint) checkpoint = { 0 };

	grow(log, 300);
	publish(log);
	close_log(log);
	open_log(log);
	grow(log, 700);
	publish(log);
	read_checkpoint(log, &checkpoint);
	assert_true(digest_equal(&checkpoint.root, &root));
}

static void
assert_file(const Log *log, const char *name, bool is_there)
{
	g_autofree char *path = g_build_filename(log->path, name, NULL);

	assert_int_equal(g_file_test(path, G_FILE_TEST_EXISTS), is_there);
}

static void
test_tiles_of_every_published_size_stay_until_they_are_full(void **state)
{
	Log *log = *state;

	grow(log, 3);
	publish(log);
	grow(log, 255);
	publish(log);
	assert_file(log, "tile/0/000.p/3", true);
	assert_file(log, "tile/0/000.p/255", true);
	assert_file(log, "tile/entries/000.p/3", true);
	grow(log, 259);
	publish(log);
	grow(log, 300);
	assert_file(log, "tile/0/000.p/3", false); /* the full one is there */
	assert_file(log, "tile/0/000", true);
	assert_file(log, "tile/0/001.p/3", true);
	assert_file(log, "tile/1/000.p/1", true);
	assert_file(log, "tile/entries/000", true);
	assert_file(log, "tile/entries/000.p/3", false);
	assert_file(log, "tile/entries/001.p/3", true);
	assert_file(log, "tile/entries/001.p/44", true);
	assert_file(log, "tile/0/001.p/44", false); /* not published */
}

static void
test_names_of_tiles_have_groups_of_three_digits(void **state)
{
	static const struct {
		guint64 number;
		guint width;
		const char *name;
	} cases[] = {
		{ 0, 0, "000" },
		{ 67, 256, "067" },
		{ 999, 1, "999.p/1" },
		{ 1000, 0, "x001/000" },
		{ 1234067, 0, "x001/x234/067" },
		{ 1234067, 17, "x001/x234/067.p/17" },
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = tile_name(cases[i].number, cases[i].width);

		assert_string_equal(name, cases[i].name);
	}
}

static void
test_a_lost_or_changed_tile_is_made_again_from_the_entries(void **state)
{
	Log *log = *state;
	g_autofree char *path = g_build_filename(log->path, "tile/0/000.p/5", NULL);

	grow(log, 5);
	publish(log);
	close_log(log);
	assert_int_equal(g_unlink(path), 0);
	open_log(log);
	grow(log, 6);
	publish(log);
	assert_file(log, "tile/0/000.p/6", true);
}

static void
test_nothing_is_published_over_other_entries(void **state)
{
	Log *log = *state;
	g_autofree char *gone = g_build_filename(log->path, "tile/entries/000.p/5", NULL);
	g_autofree char *path = g_build_filename(log->path, "checkpoint", NULL);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	const char *const other[] = { "another entry" };
	g_autoptr(GError) error = NULL;
	guint64 size = 0;

	grow(log, 4);
	grow(log, 5);
	publish(log);
	assert_true(g_file_get_contents(path, &before, NULL, NULL));
	close_log(log);
	assert_int_equal(g_unlink(gone), 0);
	open_log(log);
	assert_true(entries_append(log->entries, other, 1, NULL));
	grow(log, 6);
	{
		g_autofree char *tile =
			g_build_filename(log->path, "tile/0/000.p/5", NULL);

		assert_int_equal(g_unlink(tile), 0);
	}
	assert_false(publisher_advance(log->publisher, true, &size, &error));
	assert_true(g_error_matches(error, PUBLISH_ERROR, PUBLISH_ERROR_FORKED));
	g_clear_error(&error);
	assert_false(publisher_advance(log->publisher, true, &size, &error));
	assert_true(g_file_get_contents(path, &after, NULL, NULL));
	assert_string_equal(before, after);
}

/* Against what is published. */
static char *
prove(const Log *log, guint64 position, const char *line, GError **error)
{
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *note = publish_read(log->path, &checkpoint, NULL);

	return prove_entry(log->path, note, position, line, error);
}

static void
check_proof(const Log *log, guint64 position)
{
	g_autofree char *line = make_line(position);
	g_autofree char *other = make_line(position + 1);
	g_autofree char *text = prove(log, position, line, NULL);
	g_auto(Proof) proof = { 0 };

	assert_non_null(text);
	assert_true(proof_parse(text, &proof, NULL));
	assert_int_equal(proof.position, position);
	assert_string_equal(proof.entry, line);
	assert_true(proof_check(&proof, line, log->verifier, NULL));
	assert_false(proof_check(&proof, other, log->verifier, NULL));
	proof.position ^= 1;
	assert_false(proof_check(&proof, line, log->verifier, NULL));
}

static void
test_every_entry_of_a_log_can_be_proved(void **state)
{
	Log *log = *state;
	static const guint64 wanted[] = { 1, 2, 3, 7, 256, 259 };

	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		grow(log, wanted[i]);
		publish(log);
		for (guint64 at = 0; at < wanted[i] && wanted[i] > 1; at++)
			check_proof(log, at);
	}
	grow(log, 66000);
	publish(log);
	check_proof(log, 0);
	check_proof(log, 65535);
	check_proof(log, 65536);
	check_proof(log, 65999);
}

static void
test_an_entry_that_no_checkpoint_covers_is_not_proved(void **state)
{
	Log *log = *state;
	g_autoptr(GError) error = NULL;

	grow(log, 1);
	publish(log);
	grow(log, 2);
	assert_null(prove(log, 1, "entry 1", &error));
	assert_true(g_error_matches(error, PROVE_ERROR, PROVE_ERROR_EARLY));
}

static void
test_what_is_no_proof_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"c2sp.org/tlog-proof@v1\n",
		"c2sp.org/tlog-proof@v1\nindex 1\n",
		"c2sp.org/tlog-proof@v2\nindex 1\n\nnote",
		"c2sp.org/tlog-proof@v1\nindex 01\n\nnote",
		"c2sp.org/tlog-proof@v1\nindex\n\nnote",
		"c2sp.org/tlog-proof@v1\nextra !\nindex 1\n\nnote",
		"c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote",
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(Proof) proof = { 0 };

		assert_false(proof_parse(texts[i], &proof, NULL));
	}
}

#define ON_A_LOG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_LOG(test_each_checkpoint_has_the_root_of_its_entries),
		ON_A_LOG(test_a_log_that_was_closed_goes_on_where_it_was),
		ON_A_LOG(test_tiles_of_every_published_size_stay_until_they_are_full),
		cmocka_unit_test(test_names_of_tiles_have_groups_of_three_digits),
		ON_A_LOG(test_a_lost_or_changed_tile_is_made_again_from_the_entries),
		ON_A_LOG(test_nothing_is_published_over_other_entries),
		ON_A_LOG(test_every_entry_of_a_log_can_be_proved),
		ON_A_LOG(test_an_entry_that_no_checkpoint_covers_is_not_proved),
		cmocka_unit_test(test_what_is_no_proof_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
