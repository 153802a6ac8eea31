/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_adopt.c - a copy that was restored takes nothing until it is adopted, and then goes
 * on under another name
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/lost.h"
#include "archive/note.h"
#include "archive/prove.h"
#include "archive/verify.h"
#include "tests/archive/library.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

/* With the marker beside it; puts so many. */
static void
open_marked(Library *library)
{
	g_autofree char *marker = scratch_file(library->scratch, "marker");
	const StoreOptions options = { .directory = library->directory,
				       .origin = "agency.example/archive",
				       .marker = marker,
				       .reserve = 1 };
	g_autoptr(GError) error = NULL;

	library->store = store_open(&options, &error);
	assert_null(error);
	assert_true(
		store_set_signer(library->store, scratch_signer(library->scratch), NULL));
	assert_true(store_set_log_key(library->store, scratch_log_key(library->scratch),
				      NULL));
}

static char *
read_pin(const Library *library)
{
	g_autofree char *path =
		g_build_filename(library->directory, "log", "checkpoint", NULL);
	char *note = NULL;

	assert_true(g_file_get_contents(path, &note, NULL, NULL));
	return note;
}

static void
put_more(Library *library, guint count)
{
	open_marked(library);
	for (guint i = 0; i < count; i++)
		g_free(library_put(library, "note", LIBRARY_TIME(20 + i), NULL, NULL));
	library_close(library);
	open_marked(library);
	assert_true(store_mark(library->store, NULL));
	library_close(library);
}

static int
set_up(void **state)
{
	Library *library = library_new();

	library_close(library);
	put_more(library, 1);
	*state = library;
	return 0;
}

static int
tear_down(void **state)
{
	library_free(*state);
	return 0;
}

/* Goes on, and comes back to where it was; the pin of what is lost. */
static char *
restore(Library *library)
{
	g_autofree char *copy = scratch_file(library->scratch, "copy");
	g_autofree char *gone = scratch_file(library->scratch, "gone");
	char *pin;

	scratch_copy(library->directory, copy);
	put_more(library, 3);
	pin = read_pin(library);
	assert_int_equal(g_rename(library->directory, gone), 0);
	assert_int_equal(g_rename(copy, library->directory), 0);
	return pin;
}

static void
assert_takes(Library *library, bool takes)
{
	g_autoptr(Draft) draft = draft_new("note", LIBRARY_TIME(30));
	g_autofree char *fault = store_fault(library->store);

	assert_int_equal(fault == NULL, takes);
	assert_int_equal(store_put(library->store, &draft, 1, NULL), takes);
}

static char *
find_problems(Library *library, const char *pinned)
{
	const VerifyOptions options = { .pinned = pinned };
	GString *list = g_string_new(NULL);
	g_autoptr(json_t) result = NULL;
	const json_t *problem;
	gsize i;

	library_open(library, true);
	result = verify_archive(library->store, &options, NULL);
	library_close(library);
	json_array_foreach(json_object_get(result, "problems"), i, problem)
		g_string_append_printf(list, "%s %s;", json_text(problem, "problem"),
				       json_text(problem, "id"));
	return g_string_free(list, FALSE);
}

static void
assert_found(Library *library, const char *pinned, const char *expected)
{
	g_autofree char *found = find_problems(library, pinned);

	assert_string_equal(found, expected);
}

static bool
adopt(Library *library)
{
	g_autoptr(json_t) said = json_pack("{s:s}", "reason", "the disk died");
	g_autoptr(GError) error = NULL;
	g_autofree char *origin = NULL;
	const bool is_done = store_adopt(library->store, said, &origin, &error);

	if (is_done)
		assert_true(g_str_has_prefix(origin, "agency.example/archive/2"));
	return is_done;
}

static void
test_an_archive_that_goes_on_where_it_was_is_no_copy(void **state)
{
	Library *library = *state;

	for (int i = 0; i < 3; i++) {
		open_marked(library);
		assert_takes(library, true);
		assert_false(adopt(library));
		library_close(library);
	}
	assert_found(library, NULL, "");
}

static void
test_a_restored_copy_takes_nothing_and_publishes_nothing(void **state)
{
	Library *library = *state;
	g_autofree char *lost = restore(library);
	g_autofree char *before = read_pin(library);
	g_autofree char *after = NULL;
	g_autofree char *fault = NULL;

	for (int i = 0; i < 2; i++) {
		open_marked(library);
		fault = (g_free(fault), store_fault(library->store));
		assert_non_null(strstr(fault, "remembers 10 records, there are 7"));
		assert_takes(library, false);
		assert_true(store_mark(library->store, NULL));
		library_close(library);
	}
	after = read_pin(library);
	assert_string_equal(before, after);
	assert_found(library, NULL, "");
	assert_found(library, lost, "log pinned checkpoint;");
}

static void
test_a_copy_without_its_marker_takes_nothing(void **state)
{
	Library *library = *state;
	g_autofree char *marker = scratch_file(library->scratch, "marker");
	g_autofree char *fault = NULL;

	assert_int_equal(g_unlink(marker), 0);
	open_marked(library);
	fault = store_fault(library->store);
	assert_non_null(strstr(fault, "was restored from a copy"));
	assert_takes(library, false);
	assert_true(adopt(library));
	assert_takes(library, true);
}

static void
test_an_adopted_copy_goes_on_under_another_name(void **state)
{
	Library *library = *state;
	g_autofree char *pinned = read_pin(library);
	g_autofree char *lost = restore(library);
	g_autofree char *newest = NULL;
	g_autoptr(GPtrArray) keys = NULL;

	open_marked(library);
	assert_true(adopt(library));
	assert_takes(library, true);
	library_close(library);
	open_marked(library); /* and stays adopted */
	assert_takes(library, true);
	assert_false(adopt(library));
	library_close(library);
	newest = read_pin(library);
	assert_true(g_str_has_prefix(newest, "agency.example/archive/2"));
	assert_found(library, NULL, "");
	assert_found(library, pinned, "");
	assert_found(library, newest, "");
	assert_found(library, lost, "log pinned checkpoint;");
}

/* Of a record of the archive that is gone, which is in the directory "gone". */
static char *
prove_gone(const Library *library, guint64 position, const char *pin)
{
	g_autofree char *log = g_build_filename(library->scratch->path, "gone/log", NULL);
	g_autofree char *directory = g_build_filename(log, "tile", "entries", NULL);
	g_autoptr(Entries) entries = entries_open(directory, NULL);
	g_autoptr(GPtrArray) lines = entries_read(entries, 0, NULL);

	return prove_entry(log, pin, position, lines->pdata[position], NULL);
}

static void
test_pins_of_any_age_say_together_what_is_lost(void **state)
{
	Library *library = *state;
	g_autofree char *before = read_pin(library);
	g_autofree char *after = restore(library);
	g_autofree char *proof = prove_gone(library, 8, after);
	g_autofree char *kept = prove_gone(library, 2, after);
	g_autoptr(json_t) none = NULL;
	g_autoptr(json_t) lost = NULL;
	const json_t *known;

	open_marked(library);
	none = lost_list(library->store, (char *[]){ before, NULL }, NULL);
	assert_int_equal(json_object_size(none), 0);
	lost = lost_list(library->store,
			 (char *[]){ before, after, proof, proof, kept, NULL }, NULL);
	assert_int_equal(json_number(lost, "from", 0), 7);
	assert_int_equal(json_number(lost, "to", 0), 9);
	known = json_object_get(lost, "known");
	assert_int_equal(json_array_size(known), 1);
	known = json_array_get(known, 0);
	assert_int_equal(json_number(known, "position", 0), 8);
	assert_string_equal(json_text(known, "type"), "note");
	assert_non_null(json_text(known, "time"));
}

static void
test_a_pin_of_another_log_among_several_is_refused(void **state)
{
	Library *library = *state;
	g_autoptr(Library) other = library_new();
	g_autofree char *ours = read_pin(library);
	g_autofree char *theirs = NULL;
	g_autoptr(GError) error = NULL;

	library_close(other);
	theirs = read_pin(other);
	open_marked(library);
	assert_null(lost_list(library->store, (char *[]){ ours, theirs, NULL }, &error));
	assert_true(g_error_matches(error, NOTE_ERROR, NOTE_ERROR_FORMAT));
	assert_non_null(strstr(error->message, "number 2"));
}

static void
test_the_record_that_adopts_quotes_the_old_head(void **state)
{
	Library *library = *state;
	g_autofree char *lost = restore(library);
	g_autoptr(GPtrArray) keys = NULL;
	guint found = 0;

	open_marked(library);
	assert_true(adopt(library));
	keys = store_latest_all(library->store, "key");
	for (guint i = 0; i < keys->len; i++) {
		const json_t *adopts = json_object_get(
			json_object_get(keys->pdata[i], "payload"), "adopts");

		if (adopts == NULL)
			continue;
		found++;
		assert_string_equal(json_text(adopts, "origin"),
				    "agency.example/archive");
		assert_string_equal(json_text(adopts, "reason"), "the disk died");
		assert_int_equal(json_number(adopts, "size", 0), 7);
		assert_non_null(json_text(adopts, "root"));
	}
	assert_int_equal(found, 1);
}

#define ADOPT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ADOPT_TEST(test_an_archive_that_goes_on_where_it_was_is_no_copy),
		ADOPT_TEST(test_a_restored_copy_takes_nothing_and_publishes_nothing),
		ADOPT_TEST(test_a_copy_without_its_marker_takes_nothing),
		ADOPT_TEST(test_an_adopted_copy_goes_on_under_another_name),
		ADOPT_TEST(test_the_record_that_adopts_quotes_the_old_head),
		ADOPT_TEST(test_pins_of_any_age_say_together_what_is_lost),
		ADOPT_TEST(test_a_pin_of_another_log_among_several_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
