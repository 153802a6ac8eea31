/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_verify.c - whatever is done to an archive has one name
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/layout.h"
#include "archive/verify.h"
#include "base/file.h"
#include "tests/archive/library.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
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

static json_t *
verify(Library *library, const VerifyOptions *options)
{
	g_autoptr(GError) error = NULL;
	json_t *result;

	if (library->store == NULL)
		library_open(library, true);
	result = verify_archive(library->store, options, &error);
	assert_null(error);
	return result;
}

/* A record by its number, anything else by its name. */
static char *
name_id(const Library *library, const char *id)
{
	for (int i = 0; i < LIBRARY_RECORDS; i++)
		if (strcmp(library->ids[i], id) == 0)
			return g_strdup_printf("%d", i);
	return g_strdup(id);
}

/* "altered 2, missing 4" */
static char *
list_problems(const Library *library, const json_t *result)
{
	GString *text = g_string_new(NULL);
	const json_t *problem;
	gsize i;

	json_array_foreach(json_object_get(result, "problems"), i, problem) {
		g_autofree char *name = name_id(library, json_text(problem, "id"));

		g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "",
				       json_text(problem, "problem"), name);
		assert_non_null(json_text(problem, "detail"));
	}
	assert_int_equal(json_truth(result, "ok"), text->len == 0);
	return g_string_free(text, FALSE);
}

static void
assert_problems(Library *library, const VerifyOptions *options, const char *expected)
{
	g_autoptr(json_t) result = verify(library, options);
	g_autofree char *problems = list_problems(library, result);

	assert_string_equal(problems, expected);
}

static void
assert_found(Library *library, const char *expected)
{
	assert_problems(library, &(VerifyOptions){ NULL }, expected);
}

static void
write_file(const char *path, const char *data, gsize len)
{
	g_chmod(path, 0600);
	assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
}

/* Flips the lowest bit of the byte that lies so far behind where a text begins. */
static void
flip(const Library *library, int number, const char *text, gsize behind)
{
	g_autofree char *path = library_file(library, number);
	g_autofree char *data = NULL;
	char *at;
	gsize len;

	assert_true(g_file_get_contents(path, &data, &len, NULL));
	at = g_strstr_len(data, (gssize)len, text);
	assert_non_null(at);
	at[behind] ^= 1;
	write_file(path, data, len);
}

static void
remove_record(const Library *library, int number)
{
	g_autofree char *path = library_file(library, number);

	assert_int_equal(g_unlink(path), 0);
}

static void
change_index(const Library *library, const char *sql)
{
	g_autofree char *path =
		g_build_filename(library->directory, "index.sqlite", NULL);
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
test_an_untouched_archive_has_no_problem(void **state)
{
	Library *library = *state;
	g_autoptr(json_t) result = verify(library, &(VerifyOptions){ NULL });

	assert_true(json_truth(result, "ok"));
	assert_int_equal(json_number(result, "records", 0), LIBRARY_RECORDS);
	assert_int_equal(json_array_size(json_object_get(result, "problems")), 0);
	assert_int_equal(json_array_size(json_object_get(result, "notes")), 0);
}

static void
test_a_record_that_is_gone_is_missing_and_no_other_is_blamed(void **state)
{
	Library *library = *state;

	remove_record(library, 5);
	assert_found(library, "missing 5");
	remove_record(library, 2);
	remove_record(library, 3);
	assert_found(library, "missing 2, missing 3, missing 5");
}

static void
test_an_index_that_says_otherwise_is_named(void **state)
{
	static const struct {
		const char *sql;
		const char *expected;
	} cases[] = {
		{ "DELETE FROM record WHERE position = 2; "
		  "DELETE FROM record_case WHERE position = 2",
		  "index 2" },
		{ "UPDATE record_case SET case_id = 'C9' WHERE position = 3", "index 3" },
		{ "UPDATE record_case SET number = 9 WHERE position = 4 "
		  "AND case_id = 'C2'",
		  "index 4" },
		{ "UPDATE record SET type = 'mail' WHERE position = 1", "index 1" },
		{ "UPDATE record SET key = 'C1' WHERE position = 5", "index 5" },
		{ "INSERT INTO record VALUES (99, 'X', 'mail', 0, NULL)",
		  "index index.sqlite" },
		{ "DROP TABLE record_case", "index index.sqlite" },
		{ "PRAGMA user_version = 9", "index index.sqlite" },
	};

	Library *library = *state;
	g_autofree char *copy = scratch_file(library->scratch, "copy");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Library changed = *library;

		changed.directory = g_strdup_printf("%s%zu", copy, i);
		scratch_copy(library->directory, changed.directory);
		change_index(&changed, cases[i].sql);
		assert_found(&changed, cases[i].expected);
		library_close(&changed);
		g_free(changed.directory);
	}
}

static void
test_an_index_that_is_gone_is_only_noted(void **state)
{
	Library *library = *state;
	g_autofree char *path =
		g_build_filename(library->directory, "index.sqlite", NULL);
	g_autoptr(json_t) result = NULL;

	g_unlink(path);
	result = verify(library, &(VerifyOptions){ NULL });
	assert_true(json_truth(result, "ok"));
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(result, "notes"), 0)),
		"6 not indexed yet");
}

/* A record that is signed and logged, but was not numbered by the store. */
static void
forge(Library *library, const char *cases)
{
	g_autofree char *directory =
		g_build_filename(library->directory, "log/tile/entries", NULL);
	g_autoptr(Entries) entries = entries_open(directory, NULL);
	g_autoptr(Signer) signer = scratch_signer(library->scratch);
	g_autoptr(Draft) draft = draft_new("note", LIBRARY_TIME(LIBRARY_RECORDS));
	g_autoptr(json_t) links = json_read(cases, strlen(cases), NULL);
	g_autoptr(Sealed) sealed = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *name = record_path(draft_id(draft));
	g_autofree char *path = g_build_filename(library->directory, name, NULL);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *line = NULL;
	StoreEntry entry = { .type = "note", .time = LIBRARY_TIME(LIBRARY_RECORDS) };

	assert_true(draft_prepare(draft, NULL));
	sealed = draft_seal(draft, links, signer, NULL);
	bytes = sealed_bytes(sealed, NULL, NULL);
	g_mkdir_with_parents(folder, 0700);
	assert_true(file_create(path, g_bytes_get_data(bytes, NULL),
				g_bytes_get_size(bytes), 0600, NULL));
	g_strlcpy(entry.id, draft_id(draft), sizeof entry.id);
	entry.file = sealed->file;
	line = entry_format(&entry);
	assert_true(entries_append(entries, (const char *const *)&line, 1, NULL));
	g_free(library->ids[5]);
	library->ids[5] = g_strdup(draft_id(draft));
}

/* A `key` record of somebody who can write to the disk and has none of our keys. */
static void
forge_key(Library *library, const Scratch *stranger)
{
	g_autofree char *directory =
		g_build_filename(library->directory, "log/tile/entries", NULL);
	g_autoptr(Entries) entries = entries_open(directory, NULL);
	g_autoptr(Signer) signer = scratch_signer(stranger);
	g_autoptr(Draft) draft = draft_new("key", LIBRARY_TIME(LIBRARY_RECORDS));
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:s}", "certificate", signer_certificate(signer),
			  "origin", "agency.example/archive");
	g_autoptr(json_t) none = json_array();
	g_autoptr(Sealed) sealed = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *name = record_path(draft_id(draft));
	g_autofree char *path = g_build_filename(library->directory, name, NULL);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *line = NULL;
	StoreEntry entry = { .type = "key", .time = LIBRARY_TIME(LIBRARY_RECORDS) };

	draft_set_key(draft, "stranger");
	draft_set_payload(draft, payload);
	assert_true(draft_prepare(draft, NULL));
	sealed = draft_seal(draft, none, signer, NULL);
	bytes = sealed_bytes(sealed, NULL, NULL);
	g_mkdir_with_parents(folder, 0700);
	assert_true(file_create(path, g_bytes_get_data(bytes, NULL),
				g_bytes_get_size(bytes), 0600, NULL));
	g_strlcpy(entry.id, draft_id(draft), sizeof entry.id);
	entry.file = sealed->file;
	line = entry_format(&entry);
	assert_true(entries_append(entries, (const char *const *)&line, 1, NULL));
	g_free(library->ids[5]);
	library->ids[5] = g_strdup(draft_id(draft));
}

static void
test_a_key_that_nobody_introduced_is_named_and_stops_the_archive(void **state)
{
	Library *library = *state;
	g_autoptr(Scratch) stranger = scratch_new();
	g_autofree char *fault = NULL;

	forge_key(library, stranger);
	assert_found(library, "signature 5");
	fault = store_fault(library->store);
	assert_non_null(fault);
}

static void
test_a_record_out_of_its_case_s_sequence_is_named(void **state)
{
	static const char *const cases[] = {
		"[{\"case\":\"C3\",\"number\":2,\"previous\":null}]",
		"[{\"case\":\"C1\",\"number\":1,\"previous\":null}]",
		"[{\"case\":\"C1\",\"number\":5,\"previous\":null}]",
		"[{\"case\":\"C1\",\"number\":6,\"previous\":"
		"\"00112233445566778899aabbccdd"
		"eeff00112233445566778899aabbccddeeff\"}]",
	};
	Library *library = *state;
	g_autofree char *copy = scratch_file(library->scratch, "copy");

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Library changed = *library;

		changed.ids[5] = g_strdup(library->ids[5]);
		changed.directory = g_strdup_printf("%s%zu", copy, i);
		scratch_copy(library->directory, changed.directory);
		forge(&changed, cases[i]);
		assert_found(&changed, "chain 5");
		library_close(&changed);
		g_free(changed.directory);
		g_free(changed.ids[5]);
	}
}

static void
test_one_case_alone_can_be_checked(void **state)
{
	const VerifyOptions only = { .case_id = "C2" };
	Library *library = *state;
	g_autoptr(json_t) result = verify(library, &only);

	assert_true(json_truth(result, "ok"));
	assert_int_equal(json_number(result, "records", 0), 2);
	library_close(library);
	change_index(library, "UPDATE record SET type = 'x' WHERE position IN (2, 5)");
	assert_problems(library, &only, "index 5");
	remove_record(library, 4);
	assert_problems(library, &only, "missing 4, index 5");
}

static void
test_what_is_older_than_since_is_left_alone(void **state)
{
	const VerifyOptions late = { .since = LIBRARY_TIME(3) };
	Library *library = *state;
	g_autoptr(json_t) result = NULL;

	remove_record(library, 2);
	flip(library, 1, "\"nonce\":\"", 12);
	assert_problems(library, &late, "");
	flip(library, 3, "\"nonce\":\"", 12);
	assert_problems(library, &late, "altered 3");
}

static void
note_progress(guint64 done, guint64 of, gpointer data)
{
	guint64 *last = data;

	assert_true(done > *last && done <= of);
	*last = done;
}

static void
test_progress_goes_to_the_end(void **state)
{
	guint64 last = 0;
	const VerifyOptions options = { .progress = note_progress, .data = &last };

	assert_problems(*state, &options, "");
	assert_int_equal(last, LIBRARY_RECORDS);
}

static bool
is_last_filed(const StoreEntry *entry, void *data)
{
	bool *is_filed = data;

	*is_filed = entry->is_filed;
	return true;
}

static void
wait_until_filed(const Library *library)
{
	bool is_filed = false;

	for (int i = 0; i < 1000 && !is_filed; i++) {
		g_usleep(10000);
		assert_true(
			store_iterate(library->store, 0, is_last_filed, &is_filed, NULL));
	}
	assert_true(is_filed);
}

static void
test_a_filed_record_that_goes_while_the_store_is_open_is_missing(void **state)
{
	Library *library = *state;

	library_open(library, false);
	g_free(library->ids[5]);
	library->ids[5] = library_put(library, "note", LIBRARY_TIME(7), NULL, NULL);
	wait_until_filed(library);
	remove_record(library, 5);
	assert_found(library, "missing 5");
}

/* Flips a bit of the first batch in the newest segment of a journal. */
static void
damage_journal(const Library *library)
{
	g_autofree char *journal = g_build_filename(library->directory, "journal", NULL);
	g_autoptr(GDir) dir = g_dir_open(journal, 0, NULL);
	static const char text[] = "first in the journal";
	const char *name;
	int changed = 0;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(journal, name, NULL);
		g_autofree char *data = NULL;
		char *at;
		gsize len;

		assert_true(g_file_get_contents(path, &data, &len, NULL));
		at = memmem(data, len, text, strlen(text)); /* among zeros */
		if (at == NULL)
			continue;
		at[0] ^= 1;
		write_file(path, data, len);
		changed++;
	}
	assert_int_equal(changed, 1);
}

static void
test_a_damaged_journal_is_a_problem_of_the_log(void **state)
{
	Library *library = *state;
	Library changed = *library;

	library_open(library, false);
	g_free(library_put(library, "mail", LIBRARY_TIME(7), NULL,
			   "first in the journal\r\n"));
	g_free(library_put(library, "mail", LIBRARY_TIME(7), NULL, "second\r\n"));
	wait_until_filed(library);
	changed.directory = scratch_file(library->scratch, "copy");
	scratch_copy(library->directory, changed.directory);
	library_close(library);
	changed.store = NULL;
	damage_journal(&changed);
	assert_found(&changed, "log journal");
	library_close(&changed);
	g_free(changed.directory);
}

static gpointer
put_many(gpointer data)
{
	static const char *const cases[] = { "C1", NULL };

	for (int i = 0; i < 300; i++)
		g_free(library_put(data, "mail", LIBRARY_TIME(20), cases,
				   "Subject: again\r\n\r\nand again\r\n"));
	return NULL;
}

static void
test_mail_that_is_filed_meanwhile_is_no_problem(void **state)
{
	Library *library = *state;
	g_autoptr(GString) problems = g_string_new(NULL);
	GThread *thread;

	library_open(library, false);
	thread = g_thread_new("put", put_many, library);
	for (int i = 0; i < 20; i++) {
		g_autoptr(json_t) result = verify(library, &(VerifyOptions){ NULL });
		g_autofree char *found = list_problems(library, result);

		g_string_append(problems, found);
	}
	g_thread_join(thread);
	assert_string_equal(problems->str, "");
	assert_found(library, "");
}

/* The size that what was noted was signed over; 0 when nothing is. */
static guint64
noted_size(const Library *library)
{
	g_autofree char *path = g_build_filename(library->directory, "verified", NULL);
	g_autofree char *note = NULL;
	const char *line;

	if (!g_file_get_contents(path, &note, NULL, NULL))
		return 0;
	line = strchr(note, '\n');
	assert_non_null(line);
	return g_ascii_strtoull(line + 1, NULL, 10);
}

static void
test_what_was_found_whole_need_not_be_read_again(void **state)
{
	static const char *const cases[] = { "C1", "C2", NULL };
	const VerifyOptions whole = { .notes_head = true };
	const VerifyOptions rest = { .notes_head = true, .is_incremental = true };
	Library *library = *state;
	g_autofree char *newer = NULL;
	g_autoptr(json_t) result = NULL;
	g_autofree char *path = NULL;
	g_autofree char *name = NULL;
	g_autofree char *missing = NULL;

	assert_problems(library, &rest, ""); /* the first time is in full */
	assert_int_equal(noted_size(library), LIBRARY_RECORDS);
	library_close(library);
	library_open(library, false);
	newer = library_put(library, "mail", LIBRARY_TIME(9), cases,
			    "Subject: x\r\n\r\n");
	library_close(library);
	flip(library, 2, "See you", 0);
	result = verify(library, &rest);
	assert_true(json_truth(result, "ok"));
	assert_int_equal(json_number(result, "records", 0), 1);
	assert_int_equal(noted_size(library), LIBRARY_RECORDS + 1);
	assert_problems(library, &whole, "altered 2");
	assert_int_equal(noted_size(library), 0);
	flip(library, 2, "Ree you", 0);
	assert_problems(library, &whole, "");
	name = record_path(newer);
	path = g_build_filename(library->directory, name, NULL);
	assert_int_equal(g_unlink(path), 0);
	missing = g_strconcat("missing ", newer, NULL);
	assert_problems(library, &whole, missing);
}

static void
test_a_new_record_goes_on_from_one_that_was_verified(void **state)
{
	const VerifyOptions rest = { .notes_head = true, .is_incremental = true };
	static const char *const one[] = { "C1", NULL };
	Library *library = *state;
	g_autofree char *path = g_build_filename(library->directory, "verified", NULL);
	g_autofree char *noted = NULL;

	assert_problems(library, &rest, "");
	assert_true(g_file_get_contents(path, &noted, NULL, NULL));
	library_close(library);
	library_open(library, false);
	g_free(library_put(library, "note", LIBRARY_TIME(8), one, NULL));
	g_free(library_put(library, "note", LIBRARY_TIME(9), one, NULL));
	library_close(library);
	assert_problems(library, &rest, "");
	/* Signed by another log's key, it is a problem and passes nothing over. */
	noted[strlen(noted) - 8] ^= 1;
	assert_true(g_file_set_contents(path, noted, -1, NULL));
	assert_problems(library, &rest, "log pinned checkpoint");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define VERIFY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		VERIFY_TEST(test_an_untouched_archive_has_no_problem),
		VERIFY_TEST(test_a_record_that_is_gone_is_missing_and_no_other_is_blamed),
		VERIFY_TEST(test_an_index_that_says_otherwise_is_named),
		VERIFY_TEST(test_an_index_that_is_gone_is_only_noted),
		VERIFY_TEST(test_a_record_out_of_its_case_s_sequence_is_named),
		VERIFY_TEST(
			test_a_key_that_nobody_introduced_is_named_and_stops_the_archive),
		VERIFY_TEST(test_one_case_alone_can_be_checked),
		VERIFY_TEST(test_what_is_older_than_since_is_left_alone),
		VERIFY_TEST(test_progress_goes_to_the_end),
		VERIFY_TEST(test_what_was_found_whole_need_not_be_read_again),
		VERIFY_TEST(test_a_new_record_goes_on_from_one_that_was_verified),
		VERIFY_TEST(
			test_a_filed_record_that_goes_while_the_store_is_open_is_missing),
		VERIFY_TEST(test_a_damaged_journal_is_a_problem_of_the_log),
		VERIFY_TEST(test_mail_that_is_filed_meanwhile_is_no_problem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
