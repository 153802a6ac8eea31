/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_imports.c - the register as a table, out and in
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

static bool
take(const char *path, GBytes *bytes, void *data, GError **error)
{
	(void)path;
	(void)error;
	*(GBytes **)data = g_bytes_ref(bytes);
	return true;
}

static GBytes *export(Bureau *bureau, bool is_access)
{
	g_autoptr(json_t) body =
		json_pack("{s:s, s:s, s:[], s:{s:b}}", "area", "register", "verb",
			  "export", "words", "options", "postfix-access", is_access);
	GBytes *bytes = NULL;
	DeskRequest request = { .body = body, .file = take, .data = &bytes };
	g_autoptr(json_t) result = desk_answer(bureau->desk, &request, NULL);

	assert_non_null(result);
	return bytes;
}

/* The result, or NULL with the bureau's exit and error set. */
static json_t *
import(Bureau *bureau, const char *csv, bool is_really)
{
	g_autoptr(json_t) body =
		json_pack("{s:s, s:s, s:[], s:{s:b}}", "area", "register", "verb",
			  "import", "words", "options", "really", is_really);
	g_autoptr(GBytes) content = g_bytes_new(csv, strlen(csv));
	g_autoptr(GError) error = NULL;
	DeskRequest request = { .body = body, .content = content };
	json_t *result = desk_answer(bureau->desk, &request, &error);

	bureau->exit = error == NULL ? 0 : error->code;
	g_free(bureau->error);
	bureau->error = g_strdup(error == NULL ? "" : error->message);
	return result;
}

static gsize
count(const json_t *result, const char *part)
{
	return json_array_size(json_object_get(result, part));
}

static void
test_what_was_exported_changes_nothing(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(json_t) result = NULL;
	g_autofree char *text = NULL;
	gsize len;
	const char *data;

	(void)state;
	bureau_exit(bureau, NULL, "person change C2",
		    "{'name':'Cleo, née X','address':['c@x.example from 2026-01-01']}");
	bureau_exit(bureau, NULL, "contact add",
		    "{'case':'C2','name':'S','role':'school','address':'s@x.example'}");
	before = export(bureau, false);
	data = g_bytes_get_data(before, &len);
	text = g_strdup_printf("\xEF\xBB\xBF%.*s", (int)len, data);
	result = import(bureau, text, false);
	assert_string_equal(bureau->error, "");
	assert_int_equal(count(result, "added"), 0);
	assert_int_equal(count(result, "changed"), 0);
	assert_int_equal(count(result, "ended"), 0);
	after = export(bureau, false);
	assert_true(g_bytes_equal(before, after));
}

static void
test_rows_are_added_once_and_what_is_missing_is_ended(void **state)
{
	static const char csv[] =
		"kind,case,name,born,addresses\r\n"
		"person,C1,Carl,2012-05-01,carl@kids.example\r\n"
		"person,C7,Dan,2011-01-01,dan@kids.example; d@x.example\r\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) refused = import(bureau, csv, false);
	g_autoptr(json_t) first = NULL;
	g_autoptr(json_t) again = NULL;

	(void)state;
	assert_null(refused);
	assert_int_equal(bureau->exit, 3);
	first = import(bureau, csv, true);
	assert_string_equal(bureau->error, "");
	assert_int_equal(count(first, "added"), 1);
	assert_int_equal(count(first, "changed"), 0);
	assert_int_equal(count(first, "ended"), 1);
	again = import(bureau, csv, false);
	assert_int_equal(bureau->exit, 0);
	assert_int_equal(count(again, "added") + count(again, "changed") +
				 count(again, "ended"),
			 0);
}

static void
test_all_errors_come_at_once_and_nothing_is_done(void **state)
{
	static const char csv[] = "kind,case,name,born,addresses\n"
				  "person,C1,Carl,2012-05-01,carl@kids.example\n"
				  "person,C2,Cleo,2005-05-01,cleo@kids.example\n"
				  "person,C7,Dan,soon,dan@kids.example\n"
				  "persn,C8,Eve,2011-01-01,eve@kids.example\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) result = import(bureau, csv, true);

	(void)state;
	assert_null(result);
	assert_int_equal(bureau->exit, 2);
	assert_non_null(strstr(bureau->error, "line 4, born 'soon': "));
	assert_non_null(strstr(bureau->error, "line 5, kind 'persn': "));
	assert_int_equal(bureau_exit(bureau, NULL, "person show C7", NULL), 2);
}

static void
test_a_conflict_between_rows_names_its_line(void **state)
{
	static const char csv[] = "kind,case,name,born,addresses\n"
				  "person,C1,Carl,2012-05-01,carl@kids.example\n"
				  "person,C2,Cleo,2005-05-01,cleo@kids.example\n"
				  "person,C7,Dan,2011-01-01,carl@kids.example\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) result = import(bureau, csv, true);

	(void)state;
	assert_null(result);
	assert_int_equal(bureau->exit, 2);
	assert_non_null(strstr(bureau->error, "line 4, addresses 'carl@kids.example': "));
}

static void
test_a_table_makes_no_decision(void **state)
{
	static const char csv[] =
		"kind,case,staff,channels,purpose,from,until,agreed,informed,ground,"
		"decision,decided_by\n"
		"agreement,C1," WENDY ",email,p,2020-01-01,2035-01-01,2020-01-01,"
		"2020-01-01,decision,fine," MIA "\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) result = import(bureau, csv, true);

	(void)state;
	assert_null(result);
	assert_int_equal(bureau->exit, 2);
	assert_non_null(strstr(bureau->error, "line 2, ground 'decision': "));
}

static void
test_the_map_lets_every_registered_address_pass(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(GBytes) map = export(bureau, true);
	gsize len;
	const char *data = g_bytes_get_data(map, &len);
	g_autofree char *text = g_strndup(data, len);

	(void)state;
	assert_string_equal(text, "carl@kids.example\tOK\ncleo@kids.example\tOK\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_exported_changes_nothing),
		cmocka_unit_test(test_rows_are_added_once_and_what_is_missing_is_ended),
		cmocka_unit_test(test_all_errors_come_at_once_and_nothing_is_done),
		cmocka_unit_test(test_a_conflict_between_rows_names_its_line),
		cmocka_unit_test(test_a_table_makes_no_decision),
		cmocka_unit_test(test_the_map_lets_every_registered_address_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
