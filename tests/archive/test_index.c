/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_index.c - lists of records, and an index that is not what it was
 */
#include "config.h"

#include "archive/index.h"
#include "archive/layout.h"
#include "base/clock.h"
#include "base/ulid.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#define BOUNDARY "00112233445566778899aabbccddeeff"

typedef struct Fixture {
	char *directory;
	char *path;
	Index *index;
	GPtrArray *ids; /* of what was added, in its order */
} Fixture;

/* A record of no more than its JSON part; the index asks for no signature. */
static Record *
make_record(const char *id, const char *type, const char *key, const char *cases)
{
	g_autofree char *keyed =
		key == NULL ? g_strdup("") : g_strdup_printf("\"key\":\"%s\",", key);
	g_autofree char *time = clock_format_utc(ulid_time(id));
	g_autofree char *text = g_strdup_printf(
		LAYOUT_TOP BOUNDARY LAYOUT_OPEN BOUNDARY LAYOUT_CRLF LAYOUT_MIXED BOUNDARY
			LAYOUT_FIRST BOUNDARY LAYOUT_CRLF LAYOUT_JSON
		"{\"version\":1,\"id\":\"%s\",\"type\":\"%s\",\"time\":\"%s\",%s"
		"\"payload\":{},\"cases\":[%s]}" LAYOUT_NEXT BOUNDARY
		"--" LAYOUT_NEXT BOUNDARY LAYOUT_CRLF LAYOUT_SIGNATURE
		"AAAA" LAYOUT_NEXT BOUNDARY "--" LAYOUT_CRLF,
		id, type, time, keyed, cases);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autoptr(GError) error = NULL;
	Record *record = record_read(bytes, &error);

	assert_null(error);
	return record;
}

static GPtrArray *
new_records(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)record_unref);
}

static void
add_record(Fixture *fixture, GPtrArray *records, const char *type, const char *key,
	   const char *cases)
{
	g_autofree char *id = ulid_new(1700000000000 + fixture->ids->len);

	g_ptr_array_add(records, make_record(id, type, key, cases));
	g_ptr_array_add(fixture->ids, g_steal_pointer(&id));
}

/* Five records: two cases, one record in both. */
static void
add_five(Fixture *fixture)
{
	g_autoptr(GPtrArray) records = new_records();

	add_record(fixture, records, "person", "C1",
		   "{\"case\":\"C1\",\"number\":1,\"previous\":null}");
	add_record(fixture, records, "mail", NULL,
		   "{\"case\":\"C1\",\"number\":2,\"previous\":null}");
	add_record(fixture, records, "mail", "held",
		   "{\"case\":\"C1\",\"number\":3,\"previous\":null},"
		   "{\"case\":\"C2\",\"number\":1,\"previous\":null}");
	add_record(fixture, records, "policy", "policy", "");
	add_record(fixture, records, "decision", "held",
		   "{\"case\":\"C2\",\"number\":2,\"previous\":null}");
	assert_true(index_add(fixture->index, 0, records, NULL, NULL));
}

static int
set_up(void **state)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->directory = g_dir_make_tmp("index-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->directory, "index.sqlite", NULL);
	fixture->index = index_open(fixture->path, true, NULL);
	fixture->ids = g_ptr_array_new_with_free_func(g_free);
	assert_non_null(fixture->index);
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;
	g_autofree char *wal = g_strconcat(fixture->path, "-wal", NULL);
	g_autofree char *shm = g_strconcat(fixture->path, "-shm", NULL);

	index_close(fixture->index);
	g_unlink(fixture->path);
	g_unlink(wal);
	g_unlink(shm);
	assert_int_equal(g_rmdir(fixture->directory), 0);
	g_free(fixture->path);
	g_free(fixture->directory);
	g_ptr_array_unref(fixture->ids);
	g_free(fixture);
	return 0;
}

/* Ids as the numbers of what was added: "0 2 4". */
static char *
name_ids(const Fixture *fixture, const GPtrArray *ids)
{
	GString *names = g_string_new(NULL);
	guint number;

	for (guint i = 0; i < ids->len; i++) {
		assert_true(g_ptr_array_find_with_equal_func(fixture->ids, ids->pdata[i],
							     g_str_equal, &number));
		g_string_append_printf(names, "%s%u", i > 0 ? " " : "", number);
	}
	return g_string_free(names, FALSE);
}

static void
test_lists_are_in_the_order_of_the_log(void **state)
{
	static const struct {
		StoreQuery query;
		const char *expected;
	} cases[] = {
		{ { .limit = 0 }, "0 1 2 3 4" },
		{ { .limit = 2 }, "3 4" },
		{ { .case_id = "C1" }, "0 1 2" },
		{ { .case_id = "C2" }, "2 4" },
		{ { .case_id = "C1", .limit = 1 }, "2" },
		{ { .type = "mail" }, "1 2" },
		{ { .key = "held" }, "2 4" },
		{ { .type = "decision", .key = "held" }, "4" },
		{ { .case_id = "C1", .type = "mail" }, "1 2" },
		{ { .case_id = "C1", .key = "held" }, "2" },
		{ { .case_id = "C1", .type = "decision", .key = "held" }, "" },
		{ { .case_id = "C3" }, "" },
	};

	Fixture *fixture = *state;

	add_five(fixture);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) ids =
			index_list(fixture->index, &cases[i].query, NULL);
		g_autofree char *names = NULL;

		assert_non_null(ids);
		names = name_ids(fixture, ids);
		assert_string_equal(names, cases[i].expected);
	}
}

static void
test_a_prefix_finds_its_record_in_any_case_of_letters(void **state)
{
	Fixture *fixture = *state;
	g_autofree char *prefix = NULL;
	g_autoptr(GPtrArray) one = NULL;
	g_autoptr(GPtrArray) many = NULL;
	g_autoptr(GPtrArray) none = NULL;

	add_five(fixture);
	prefix = g_ascii_strdown(fixture->ids->pdata[3], 20);
	one = index_resolve(fixture->index, prefix, NULL);
	many = index_resolve(fixture->index, "01HF", NULL);
	none = index_resolve(fixture->index, "7ZZZ", NULL);
	assert_int_equal(one->len, 1);
	assert_string_equal(one->pdata[0], fixture->ids->pdata[3]);
	assert_int_equal(many->len, 2);
	assert_int_equal(none->len, 0);
}

static void
test_a_row_says_what_the_record_said(void **state)
{
	Fixture *fixture = *state;
	g_autoptr(json_t) row = NULL;
	g_autofree char *text = NULL;
	g_autofree char *expected = NULL;
	g_autoptr(GError) error = NULL;

	add_five(fixture);
	row = index_row(fixture->index, 2, NULL);
	text = json_write(row);
	expected = g_strdup_printf(
		"{\"id\":\"%s\",\"type\":\"mail\",\"time\":1700000000002,"
		"\"key\":\"held\",\"cases\":[{\"case\":\"C1\",\"number\":3},"
		"{\"case\":\"C2\",\"number\":1}]}",
		(char *)fixture->ids->pdata[2]);
	assert_string_equal(text, expected);
	assert_null(index_row(fixture->index, 5, &error));
	assert_null(error);
}

static void
test_a_second_reader_sees_what_was_added(void **state)
{
	Fixture *fixture = *state;
	g_autoptr(Index) reader = index_open(fixture->path, false, NULL);
	guint64 position = 99;

	assert_non_null(reader);
	assert_true(index_position(reader, &position, NULL));
	assert_int_equal(position, 0);
	add_five(fixture);
	assert_true(index_position(reader, &position, NULL));
	assert_int_equal(position, 5);
}

static void
test_records_out_of_their_place_change_nothing(void **state)
{
	static const guint64 places[] = { 0, 4, 6 };
	Fixture *fixture = *state;
	g_autoptr(GPtrArray) records = new_records();
	g_autoptr(GPtrArray) ids = NULL;
	guint64 position;

	add_five(fixture);
	add_record(fixture, records, "note", NULL, "");
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(GError) error = NULL;

		assert_false(index_add(fixture->index, places[i], records, NULL, &error));
		assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_CORRUPT));
	}
	assert_true(index_position(fixture->index, &position, NULL));
	assert_int_equal(position, 5);
	ids = index_list(fixture->index, &(StoreQuery){ .type = "note" }, NULL);
	assert_int_equal(ids->len, 0);
}

static void
test_damaged_records_keep_their_place_and_stop_nothing(void **state)
{
	Fixture *fixture = *state;
	g_autoptr(GPtrArray) records = g_ptr_array_new();
	g_autoptr(GPtrArray) sound = new_records();
	g_autoptr(GPtrArray) ids = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *names = NULL;
	guint64 position;

	add_record(fixture, sound, "mail", NULL,
		   "{\"case\":\"C1\",\"number\":1,\"previous\":null}");
	add_record(fixture, sound, "note", NULL,
		   "{\"case\":\"C1\",\"number\":2,\"previous\":null}");
	g_ptr_array_add(records, sound->pdata[0]);
	g_ptr_array_add(records, NULL);            /* its file is gone */
	g_ptr_array_add(records, sound->pdata[0]); /* the first one's file again */
	g_ptr_array_add(records, sound->pdata[1]);
	assert_true(index_add(fixture->index, 0, records, NULL, &error));
	assert_true(index_position(fixture->index, &position, NULL));
	assert_int_equal(position, 4);
	ids = index_list(fixture->index, &(StoreQuery){ .case_id = "C1" }, NULL);
	names = name_ids(fixture, ids);
	assert_string_equal(names, "0 1");
	assert_null(index_row(fixture->index, 1, NULL));
}

static void
change_database(const Fixture *fixture, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
test_rows_that_stand_for_no_entry_are_strays(void **state)
{
	Fixture *fixture = *state;
	g_autoptr(GPtrArray) none = NULL;
	g_autoptr(GPtrArray) strays = NULL;

	add_five(fixture);
	none = index_strays(fixture->index, NULL);
	assert_int_equal(none->len, 0);
	change_database(fixture, "INSERT INTO record VALUES (7, 'X', 'mail', 0, NULL);"
				 "INSERT INTO record_case VALUES ('C9', 1, 8)");
	strays = index_strays(fixture->index, NULL);
	assert_int_equal(strays->len, 2);
	assert_string_equal(strays->pdata[0], "7");
	assert_string_equal(strays->pdata[1], "8");
}

static void
test_a_database_that_is_not_ours_is_corrupt(void **state)
{
	static const char *const changes[] = {
		"PRAGMA user_version = 99",
		"DROP TABLE meta",
		"DELETE FROM meta",
	};
	Fixture *fixture = *state;

	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(GError) error = NULL;

		g_clear_pointer(&fixture->index, index_close);
		g_unlink(fixture->path);
		fixture->index = index_open(fixture->path, true, NULL);
		assert_non_null(fixture->index);
		g_clear_pointer(&fixture->index, index_close);
		change_database(fixture, changes[i]);
		assert_null(index_open(fixture->path, true, &error));
		assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_CORRUPT));
	}
}

static void
test_a_file_that_is_no_database_is_corrupt(void **state)
{
	Fixture *fixture = *state;
	g_autofree char *noise = g_strnfill(8192, 'x');
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&fixture->index, index_close);
	assert_true(g_file_set_contents(fixture->path, noise, 8192, NULL));
	assert_null(index_open(fixture->path, true, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_CORRUPT));
}

static void
test_an_index_that_is_not_there_is_made_by_its_writer_alone(void **state)
{
	Fixture *fixture = *state;
	g_autoptr(GError) error = NULL;
	struct stat status;

	g_clear_pointer(&fixture->index, index_close);
	g_unlink(fixture->path);
	assert_null(index_open(fixture->path, false, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_FAILED));
	g_clear_error(&error);
	assert_true(g_file_set_contents(fixture->path, "", 0, NULL));
	assert_null(index_open(fixture->path, false, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_EMPTY));
	g_unlink(fixture->path);
	fixture->index = index_open(fixture->path, true, NULL);
	assert_non_null(fixture->index);
	assert_int_equal(stat(fixture->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define INDEX_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		INDEX_TEST(test_lists_are_in_the_order_of_the_log),
		INDEX_TEST(test_a_prefix_finds_its_record_in_any_case_of_letters),
		INDEX_TEST(test_a_row_says_what_the_record_said),
		INDEX_TEST(test_a_second_reader_sees_what_was_added),
		INDEX_TEST(test_records_out_of_their_place_change_nothing),
		INDEX_TEST(test_damaged_records_keep_their_place_and_stop_nothing),
		INDEX_TEST(test_rows_that_stand_for_no_entry_are_strays),
		INDEX_TEST(test_a_database_that_is_not_ours_is_corrupt),
		INDEX_TEST(test_a_file_that_is_no_database_is_corrupt),
		INDEX_TEST(test_an_index_that_is_not_there_is_made_by_its_writer_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
