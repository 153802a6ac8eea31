/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_audit.c - who tampers with the log is found out, by the log or by what was
 * pinned outside
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/prove.h"
#include "archive/publish.h"
#include "archive/verify.h"
#include "tests/archive/library.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

static int
set_up(void **state)
{
	Library *library = library_new();

	library_close(library);
	*state = library;
	return 0;
}

static int
tear_down(void **state)
{
	library_free(*state);
	return 0;
}

static char *
inside(const Library *library, const char *name)
{
	return g_build_filename(library->directory, name, NULL);
}

static char *
read_text(const Library *library, const char *name)
{
	g_autofree char *path = inside(library, name);
	char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "PROBLEM ID" of each problem, in order of text. */
static char *
find_problems(Library *library, const char *pinned)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	const VerifyOptions options = { .pinned = pinned };
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;
	const json_t *problem;
	gsize i;

	library_open(library, true);
	result = verify_archive(library->store, &options, &error);
	assert_null(error);
	json_array_foreach(json_object_get(result, "problems"), i, problem)
		g_ptr_array_add(lines, g_strconcat(json_text(problem, "problem"), " ",
						   json_text(problem, "id"), NULL));
	library_close(library);
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv(", ", (char **)lines->pdata);
}

static void
assert_found(Library *library, const char *pinned, const char *expected)
{
	g_autofree char *found = find_problems(library, pinned);

	assert_string_equal(found, expected);
}

/* Changes the byte that is so far before the end, and back: one bit, and a hexadecimal digit so
 * that it stays one. */
static void
flip(const Library *library, const char *name, gsize behind)
{
	g_autofree char *path = inside(library, name);
	g_autofree char *data = NULL;
	gsize len = 0;

	assert_true(g_file_get_contents(path, &data, &len, NULL));
	data[len - 1 - behind] ^= strchr("afg`", data[len - 1 - behind]) != NULL ? 7 : 1;
	assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
}

static void
remove_file(const Library *library, const char *name)
{
	g_autofree char *path = inside(library, name);

	assert_int_equal(g_unlink(path), 0);
}

static void
put_more(Library *library, int count)
{
	library_open(library, false);
	for (int i = 0; i < count; i++)
		g_free(library_put(library, "note", LIBRARY_TIME(20 + i), NULL, NULL));
	library_close(library);
}

static void
test_a_checkpoint_that_nobody_signed_stops_no_mail(void **state)
{
	Library *library = *state;

	flip(library, "log/checkpoint", 150);
	put_more(library, 1);
	flip(library, "log/checkpoint", 150);
	put_more(library, 1);
	assert_found(library, NULL, "");
}

/* The newest bundle goes, an older one is there. */
static void
test_a_log_whose_end_is_cut_off_is_a_problem_and_takes_nothing(void **state)
{
	Library *library = *state;
	g_autofree char *found = NULL;
	g_autofree char *fault = NULL;

	put_more(library, 1);
	remove_file(library, "log/tile/entries/000.p/7");
	found = find_problems(library, NULL);
	assert_string_equal(found, "log journal");
	library_open(library, true);
	fault = store_fault(library->store);
	assert_non_null(strstr(fault, "the end was lost or cut off"));
}

/* Yesterday's copy, all of it, as if nothing had been since. */
static void
test_an_archive_that_was_rewound_is_found_out_by_a_pin(void **state)
{
	Library *library = *state;
	g_autofree char *yesterday = scratch_file(library->scratch, "yesterday");
	g_autofree char *pinned = NULL;

	scratch_copy(library->directory, yesterday);
	put_more(library, 3);
	pinned = read_text(library, "log/checkpoint");
	assert_found(library, pinned, "");
	g_free(library->directory);
	library->directory = g_steal_pointer(&yesterday);
	assert_found(library, NULL, "");
	assert_found(library, pinned, "log pinned checkpoint");
	put_more(library, 4); /* and it went on another way */
	assert_found(library, NULL, "");
	assert_found(library, pinned, "log pinned checkpoint");
}

static void
test_an_archive_goes_on_from_what_was_pinned_before(void **state)
{
	Library *library = *state;
	g_autofree char *pinned = read_text(library, "log/checkpoint");
	g_autofree char *mail =
		g_strconcat("From: a@b.example\r\nSubject: s\r\n\r\n", pinned, NULL);

	put_more(library, 300);
	assert_found(library, pinned, "");
	assert_found(library, mail, "");
}

static char *
prove(Library *library, int number)
{
	g_autofree char *log = inside(library, "log");
	g_autofree char *note = read_text(library, "log/checkpoint");
	g_autofree char *line = NULL;
	StoreEntry entry;
	char *proof;

	library_open(library, true);
	assert_true(store_find(library->store, library->ids[number], &entry, NULL));
	library_close(library);
	line = entry_format(&entry);
	proof = prove_entry(log, note, entry.position, line, NULL);
	assert_non_null(proof);
	return proof;
}

static void
test_a_proof_holds_against_the_log_that_it_is_of_and_no_other(void **state)
{
	Library *library = *state;
	g_autofree char *proof = prove(library, 3);
	g_autofree char *altered = g_strdup(proof);
	g_autoptr(Library) other = library_new();

	library_close(other);
	assert_found(library, proof, "");
	strstr(altered, "\nindex ")[strlen("\nindex ")] ^= 1;
	assert_found(library, altered, "log pinned checkpoint");
	assert_found(other, proof, "log pinned checkpoint, log pinned checkpoint");
}

static void
test_a_snapshot_of_another_log_is_a_problem(void **state)
{
	Library *library = *state;
	g_autofree char *frontier = g_strnfill(DIGEST_HEX_LEN, '0');
	g_autoptr(json_t) payload =
		json_pack("{s:i, s:[s], s:[i], s:[], s:[]}", "size", 1, "frontier",
			  frontier, "keys", 0, "heads", "current");
	g_autoptr(Draft) draft = draft_new("snapshot", LIBRARY_TIME(30));
	g_autofree char *expected = NULL;

	draft_set_payload(draft, payload);
	library_open(library, false);
	assert_true(store_put(library->store, &draft, 1, NULL));
	expected = g_strconcat("log ", draft_id(draft), NULL);
	library_close(library);
	{
		g_autofree char *found = find_problems(library, NULL);

		assert_non_null(strstr(found, expected));
	}
}

/* Another log key, or another certificate, in the place of the former. */
static void
make_new_keys(const Library *library)
{
	const Scratch *scratch = library->scratch;
	const char *key = scratch->key + strlen("file:");

	assert_int_equal(g_unlink(scratch->log_key + strlen("file:")), 0);
	assert_int_equal(g_unlink(key), 0);
	assert_int_equal(g_unlink(scratch->certificate), 0);
	assert_true(seal_make_log_key(scratch->log_key + strlen("file:"), NULL));
	assert_true(seal_make_identity("Anytown", key, scratch->certificate, NULL));
}

static char *
verifier_key(Library *library)
{
	g_autoptr(json_t) status = store_status(library->store);

	return g_strdup(json_text(json_object_get(status, "log"), "verifier_key"));
}

/* As openssl sees it: by which certificate a record is. */
static bool
is_signed_by(const Library *library, const char *id, const char *certificate)
{
	g_autofree char *name = record_path(id);
	g_autofree char *path = inside(library, name);
	const char *const words[] = {
		"openssl",  "cms",     "-verify",   "-in",
		path,       "-CAfile", certificate, "-partial_chain",
		"-purpose", "any",     "-out",      "/dev/null",
		NULL
	};
	int status = -1;

	assert_true(g_spawn_sync(NULL, (char **)(gpointer)(gsize)words, NULL,
				 G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
				 NULL, NULL, NULL, &status, NULL));
	return status == 0;
}

static void
test_new_keys_are_introduced_by_the_former_and_both_sign_the_hand_over(void **state)
{
	Library *library = *state;
	g_autofree char *before = read_text(library, "log/checkpoint");
	g_autofree char *old = scratch_file(library->scratch, "old.crt");
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autofree char *id = NULL;
	g_autofree char *note = NULL;
	g_autofree char *by_first = NULL;
	g_autofree char *by_second = NULL;

	scratch_copy(library->scratch->certificate, old);
	library_open(library, false);
	first = verifier_key(library);
	make_new_keys(library);
	assert_true(
		store_set_signer(library->store, scratch_signer(library->scratch), NULL));
	assert_true(store_set_log_key(library->store, scratch_log_key(library->scratch),
				      NULL));
	id = library_put(library, "note", LIBRARY_TIME(9), NULL, NULL);
	second = verifier_key(library);
	library_close(library);
	note = read_text(library, "log/checkpoint");
	by_first = note_open(note, first, NULL);
	by_second = note_open(note, second, NULL);
	assert_string_not_equal(first, second);
	assert_non_null(by_first);
	assert_string_equal(by_first, by_second);
	assert_true(is_signed_by(library, id, library->scratch->certificate));
	assert_false(is_signed_by(library, id, old));
	assert_true(is_signed_by(library, library->ids[5], old));
	assert_found(library, NULL, "");
	assert_found(library, before, "");
	put_more(library, 2); /* with the new keys alone */
	assert_found(library, NULL, "");
	assert_found(library, before, "");
	assert_found(library, note, "");
}

static void
test_keys_from_nowhere_are_refused(void **state)
{
	Library *library = *state;
	const StoreOptions options = { .directory = library->directory,
				       .origin = "agency.example/archive",
				       .reserve = 1 };
	g_autoptr(GError) signer = NULL;
	g_autoptr(GError) log_key = NULL;
	g_autofree char *fault = NULL;

	make_new_keys(library);
	library->store = store_open(&options, NULL);
	assert_false(store_set_signer(library->store, scratch_signer(library->scratch),
				      &signer));
	assert_non_null(strstr(signer->message, "the former introduces them"));
	assert_false(store_set_log_key(library->store, scratch_log_key(library->scratch),
				       &log_key));
	assert_non_null(strstr(log_key->message, "signed by another key"));
	fault = store_fault(library->store);
	assert_non_null(fault);
	library_close(library);
	assert_found(library, NULL, "");
}

#define AUDIT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AUDIT_TEST(test_a_checkpoint_that_nobody_signed_stops_no_mail),
		AUDIT_TEST(
			test_a_log_whose_end_is_cut_off_is_a_problem_and_takes_nothing),
		AUDIT_TEST(test_an_archive_that_was_rewound_is_found_out_by_a_pin),
		AUDIT_TEST(test_an_archive_goes_on_from_what_was_pinned_before),
		AUDIT_TEST(test_a_proof_holds_against_the_log_that_it_is_of_and_no_other),
		AUDIT_TEST(test_a_snapshot_of_another_log_is_a_problem),
		AUDIT_TEST(
			test_new_keys_are_introduced_by_the_former_and_both_sign_the_hand_over),
		AUDIT_TEST(test_keys_from_nowhere_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
