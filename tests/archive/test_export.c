/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_export.c - a case as a stranger gets it, checked as VERIFY.txt says
 */
#include "config.h"

#include "archive/export.h"
#include "archive/stamps.h"
#include "tests/archive/authority.h"
#include "tests/archive/library.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct Fixture {
	Library *library;
	char *directory; /* where the export is */
} Fixture;

static int
set_up(void **state)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->library = library_new();
	fixture->directory = scratch_file(fixture->library->scratch, "export");
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;

	library_free(fixture->library);
	g_free(fixture->directory);
	g_free(fixture);
	return 0;
}

static bool
write_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	const Fixture *fixture = data;
	g_autofree char *full = g_build_filename(fixture->directory, path, NULL);
	g_autofree char *folder = g_path_get_dirname(full);

	g_mkdir_with_parents(folder, 0700);
	return g_file_set_contents(full, g_bytes_get_data(bytes, NULL),
				   (gssize)g_bytes_get_size(bytes), error);
}

static void
export_to(Fixture *fixture, const char *case_id, bool has_others)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(3600);
	const ExportOptions options = { .case_id = case_id,
					.zone = zone,
					.has_others = has_others };
	g_autoptr(GError) error = NULL;

	export_case(fixture->library->store, &options, write_file, fixture, &error);
	assert_null(error);
}

/* What the lines of VERIFY.txt say, run by a shell; its exit status. */
static int
run_guide(const Fixture *fixture, char **output)
{
	const char *const words[] = { "/bin/sh", "-c",
				      "cd \"$0\" && sed -n 's/^    //p' VERIFY.txt | "
				      "/bin/sh 2>&1",
				      fixture->directory, NULL };
	int status = -1;

	assert_true(g_spawn_sync(NULL, (char **)(gpointer)(gsize)words, NULL,
				 G_SPAWN_DEFAULT, NULL, NULL, output, NULL, &status,
				 NULL));
	return status;
}

static void
assert_all_good(const Fixture *fixture)
{
	g_autofree char *output = NULL;
	int status = run_guide(fixture, &output);

	if (status != 0)
		print_message("%s", output);
	assert_int_equal(status, 0);
	assert_null(strstr(output, "PROBLEM"));
	assert_non_null(strstr(output, "Anytown Youth Service"));
	assert_true(g_str_has_suffix(output, "\nALL GOOD\n"));
}

static void
assert_problem(const Fixture *fixture, const char *expected)
{
	g_autofree char *output = NULL;
	int status = run_guide(fixture, &output);

	if (strstr(output, expected) == NULL)
		print_message("%s", output);
	assert_int_not_equal(status, 0);
	assert_non_null(strstr(output, expected));
	assert_null(strstr(output, "ALL GOOD"));
}

/* The one file whose name has a text in it.  Owned by the caller. */
static char *
find_file(const Fixture *fixture, const char *folder, const char *text)
{
	g_autofree char *full = g_build_filename(fixture->directory, folder, NULL);
	g_autoptr(GDir) dir = g_dir_open(full, 0, NULL);
	const char *name;

	assert_non_null(dir);
	while ((name = g_dir_read_name(dir)) != NULL)
		if (strstr(name, text) != NULL)
			return g_build_filename(full, name, NULL);
	fail_msg("no file named %s in %s", text, folder);
	return NULL;
}

static json_t *
read_manifest(const Fixture *fixture)
{
	g_autofree char *path =
		g_build_filename(fixture->directory, "MANIFEST.json", NULL);
	g_autofree char *text = NULL;
	gsize len;

	assert_true(g_file_get_contents(path, &text, &len, NULL));
	return json_read(text, len, NULL);
}

static void
flip(const char *path, const char *text)
{
	g_autofree char *data = NULL;
	char *at;
	gsize len;

	assert_true(g_file_get_contents(path, &data, &len, NULL));
	at = g_strstr_len(data, (gssize)len, text);
	assert_non_null(at);
	at[0] ^= 1;
	assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
}

static void
test_the_commands_of_the_guide_find_all_good(void **state)
{
	Fixture *fixture = *state;

	export_to(fixture, "C1", true);
	assert_all_good(fixture);
}

static void
test_what_was_left_out_is_named_and_the_rest_is_good(void **state)
{
	Fixture *fixture = *state;
	g_autoptr(json_t) manifest = NULL;
	const json_t *left_out;

	export_to(fixture, "C1", false);
	manifest = read_manifest(fixture);
	assert_int_equal(json_array_size(json_object_get(manifest, "records")), 3);
	left_out = json_array_get(json_object_get(manifest, "left_out"), 0);
	assert_string_equal(json_text(left_out, "id"), fixture->library->ids[4]);
	assert_int_equal(json_number(left_out, "number", 0), 4);
	assert_non_null(strstr(json_text(left_out, "why"), "another"));
	assert_all_good(fixture);
}

static void
test_the_manifest_tells_what_each_file_is(void **state)
{
	static const char bare[] = "From: c@kids.example\r\n\r\nbare\nline ends\n";
	Fixture *fixture = *state;
	const char *id = fixture->library->ids[3];
	g_autoptr(json_t) manifest = NULL;
	g_autofree char *path = NULL;
	g_autofree char *name = g_strdup_printf("original/%s.eml", id);
	g_autofree char *text = NULL;
	const json_t *entry;

	export_to(fixture, "C1", true);
	manifest = read_manifest(fixture);
	assert_string_equal(json_text(manifest, "case"), "C1");
	entry = json_array_get(json_object_get(manifest, "records"), 2);
	assert_string_equal(json_text(entry, "id"), id);
	assert_string_equal(json_text(entry, "type"), "mail");
	assert_string_equal(json_text(entry, "time"), "2023-11-17T22:13:20.000Z");
	assert_int_equal(json_number(entry, "number", 0), 3);
	assert_true(g_str_has_prefix(json_text(entry, "file"),
				     "records/2023-11-17-231320-mail-"));
	assert_string_equal(json_text(entry, "original"), name);
	path = find_file(fixture, "original", id);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_string_equal(text, bare);
}

static void
test_a_byte_changed_anywhere_fails_the_guide(void **state)
{
	static const struct {
		const char *folder;
		int number;
		const char *text;
		const char *expected;
	} cases[] = {
		{ "records", 2, "See you", "its signature does not hold" },
		{ "records", 3, "\"nonce\":\"", "its signature does not hold" },
		{ "records", 1, "MIME-Version", "PROBLEM" },
		{ "original", 2, "See you", "not the message that was signed" },
		{ "original", 3, "bare", "not the message that was signed" },
	};

	Fixture *fixture = *state;

	export_to(fixture, "C1", true);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = find_file(fixture, cases[i].folder,
						  fixture->library->ids[cases[i].number]);

		flip(path, cases[i].text);
		assert_problem(fixture, cases[i].expected);
		export_to(fixture, "C1", true);
	}
	assert_all_good(fixture);
}

static void
test_a_proof_that_is_changed_fails_the_guide(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{ "=\n\nagency", "does not lead from the record to the root" },
		{ "gency.example/archive\n", "the log's key did not sign" },
		{ "=\n\n\xe2\x80\x94", "does not lead from the record to the root" },
	};

	Fixture *fixture = *state;

	export_to(fixture, "C1", true);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name =
			g_strdup_printf("proofs/%s.proof", fixture->library->ids[3]);
		g_autofree char *path = g_build_filename(fixture->directory, name, NULL);
		g_autofree char *before = NULL;

		assert_true(g_file_get_contents(path, &before, NULL, NULL));
		flip(path, cases[i].text);
		assert_problem(fixture, cases[i].expected);
		assert_true(g_file_set_contents(path, before, -1, NULL));
	}
	assert_all_good(fixture);
}

static void
test_a_page_taken_out_fails_the_guide(void **state)
{
	static const char *const expected[] = {
		[1] = "after number 0 comes number 2",
		[2] = "after number 1 comes number 3",
		[4] = "the last is number 3",
	};
	Fixture *fixture = *state;

	for (int i = 1; i <= 4; i++) {
		g_autofree char *path = NULL;

		if (expected[i] == NULL)
			continue;
		export_to(fixture, "C1", true);
		path = find_file(fixture, "records", fixture->library->ids[i]);
		assert_int_equal(g_unlink(path), 0);
		assert_problem(fixture, expected[i]);
	}
}

static void
test_a_message_that_imitates_a_record_changes_nothing(void **state)
{
	static const char *const cases[] = { "C1", NULL };
	Fixture *fixture = *state;

	g_free(library_put(
		fixture->library, "mail", LIBRARY_TIME(9), cases,
		"Subject: x\r\n\r\n"
		"{\"version\":1,\"id\":\"01\",\"original\":{\"sha256\":\"00\"},"
		"\"payload\":{},\"cases\":[{\"case\":\"C1\",\"number\":9}]}\r\n"));
	export_to(fixture, "C1", true);
	assert_all_good(fixture);
}

static void
test_a_case_may_have_any_name(void **state)
{
	static const char *const cases[] = { "O'Neill & \"Co\" \\ [1]/$(x)", NULL };
	Fixture *fixture = *state;

	for (int i = 0; i < 3; i++)
		g_free(library_put(fixture->library, "note", LIBRARY_TIME(9 + i), cases,
				   NULL));
	export_to(fixture, cases[0], false);
	assert_all_good(fixture);
}

static void
test_a_damaged_record_is_left_out_by_number(void **state)
{
	Fixture *fixture = *state;
	g_autofree char *path = library_file(fixture->library, 2);

	library_close(fixture->library);
	g_chmod(path, 0600);
	flip(path, "See you");
	for (int is_offline = 0; is_offline <= 1; is_offline++) {
		g_autoptr(json_t) manifest = NULL;
		const json_t *left_out;

		library_open(fixture->library, is_offline);
		export_to(fixture, "C1", true);
		library_close(fixture->library);
		manifest = read_manifest(fixture);
		left_out = json_object_get(manifest, "left_out");
		assert_int_equal(json_array_size(left_out), 1);
		left_out = json_array_get(left_out, 0);
		assert_int_equal(json_number(left_out, "number", 0), 2);
		assert_true(json_is_null(json_object_get(left_out, "sha256")));
		assert_problem(fixture, "after number 1 comes number 3");
	}
}

/* The log stamped by the toy authority. */
static void
stamp(const Fixture *fixture, const Authority *authority)
{
	g_auto(StampQuestion) question = { 0 };
	g_autoptr(GBytes) reply = NULL;
	Store *store = fixture->library->store;

	assert_true(stamps_ask(store, NULL, &question, NULL));
	reply = authority_reply(authority, "none", question.bytes);
	assert_true(stamps_keep(store, &question, reply, authority->anchors, NULL));
}

static void
test_each_record_is_proved_under_the_first_stamp_that_covers_it(void **state)
{
	static const char *const one[] = { "C1", NULL };
	Fixture *fixture = *state;
	g_autoptr(Authority) authority = authority_new(fixture->library->scratch);
	g_autofree char *first = NULL;
	g_autofree char *output = NULL;
	g_autofree char *forged = NULL;

	stamp(fixture, authority);
	g_free(library_put(fixture->library, "note", LIBRARY_TIME(7), one, NULL));
	stamp(fixture, authority);
	stamp(fixture, authority); /* the first two are enough */
	g_free(library_put(fixture->library, "note", LIBRARY_TIME(8), one, NULL));
	export_to(fixture, "C1", true);
	assert_all_good(fixture);
	assert_int_equal(run_guide(fixture, &output), 0);
	assert_non_null(strstr(output, "stamps/6.tsr: "));
	assert_non_null(strstr(output, "stamps/8.tsr: "));
	assert_null(strstr(output, "stamps/9.tsr: "));
	assert_non_null(strstr(output, "toy good"));
	forged = g_build_filename(fixture->directory, "stamps", "6.txt", NULL);
	assert_true(g_file_get_contents(forged, &first, NULL, NULL));
	first[strlen(first) - 4] ^= 1;
	assert_true(g_file_set_contents(forged, first, -1, NULL));
	assert_problem(fixture, "stamps/6.tsr: it is not a time stamp over the log");
	assert_problem(fixture, "what was stamped is another log");
}

#define EXPORT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EXPORT_TEST(
			test_each_record_is_proved_under_the_first_stamp_that_covers_it),
		EXPORT_TEST(test_the_commands_of_the_guide_find_all_good),
		EXPORT_TEST(test_what_was_left_out_is_named_and_the_rest_is_good),
		EXPORT_TEST(test_the_manifest_tells_what_each_file_is),
		EXPORT_TEST(test_a_byte_changed_anywhere_fails_the_guide),
		EXPORT_TEST(test_a_proof_that_is_changed_fails_the_guide),
		EXPORT_TEST(test_a_page_taken_out_fails_the_guide),
		EXPORT_TEST(test_a_message_that_imitates_a_record_changes_nothing),
		EXPORT_TEST(test_a_case_may_have_any_name),
		EXPORT_TEST(test_a_damaged_record_is_left_out_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
