/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_show.c - results as people read them
 */
#include "config.h"

#include "console/letter.h"
#include "console/show.h"
#include "desk/desk.h"
#include "tests/testing.h"

#include <string.h>

typedef struct Case {
	const char *area, *verb;
	const char *result;
	const char *expected;
} Case;

static void
check(const Case *item, bool has_color)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/London");
	const Look look = { .zone = zone, .has_color = has_color };
	g_autoptr(json_t) result = json_read(item->result, strlen(item->result), NULL);
	g_autofree char *text = NULL;

	assert_non_null(result);
	text = show_result(verbs_find(item->area, item->verb), result, &look);
	assert_string_equal(text, item->expected);
}

static void
test_results_are_short_lines(void **state)
{
	static const Case cases[] = {
		{ "person", "add", "{\"id\":\"01ABC\"}", "01ABC\n" },
		{ "held", "refuse", "{\"id\":\"01ABC\"}", "01ABC\n" },
		{ "held", "list", "[]", "nothing is held\n" },
		{ "case", "show", "{\"case\":\"C1\",\"entries\":[]}",
		  "nothing is on record\n" },
		{ "case", "export", "{\"files\":7}", "7 files: start with VERIFY.txt\n" },
		/* a column without values is left out, widths follow the widest */
		{ "case", "list",
		  "[{\"case\":\"C1\",\"name\":\"Zoë\",\"records\":2},"
		  "{\"case\":\"C200\",\"name\":\"Al\",\"records\":11}]",
		  "CASE  NAME  RECORDS\n"
		  "C1    Zoë   2\n"
		  "C200  Al    11\n" },
		{ "held", "list",
		  "[{\"id\":\"01A\",\"state\":\"held\",\"from\":\"w@x\",\"to\":[\"a@y\","
		  "\"b@y\"],"
		  "\"findings\":[{\"rule\":\"agreement\"},{\"rule\":\"agreement\"}],"
		  "\"age_seconds\":7300,\"decides\":\"\"}]",
		  "ID   WAITS  STATE  FROM  TO        WHY\n"
		  "01A  2 h    held   w@x   a@y, b@y  agreement\n" },
		{ "held", "release",
		  "{\"id\":\"01A\",\"recipients\":[{\"to\":\"a@y\",\"state\":"
		  "\"released\","
		  "\"reply\":\"250 OK\"}]}",
		  "01A\n"
		  "RECIPIENT  STATE     THE SERVER SAID\n"
		  "a@y        released  250 OK\n" },
		{ "case", "show",
		  "{\"entries\":[{\"id\":\"01A\",\"time\":\"2026-07-01T11:00:00.000Z\","
		  "\"type\":\"mail\",\"subject\":\"Hi\"}]}",
		  "TIME                  TYPE  SUBJECT  ID\n"
		  "2026-07-01 12:00 BST  mail  Hi       01A\n" },
		{ "archive", "verify",
		  "{\"ok\":true,\"records\":3,\"problems\":[],\"notes\":[]}",
		  "3 records: everything is whole\n" },
		{ "archive", "verify",
		  "{\"ok\":false,\"records\":3,\"problems\":[{\"id\":\"01A\",\"problem\":"
		  "\"altered\","
		  "\"detail\":\"digest\"}],\"notes\":[\"in journal\"]}",
		  "RECORD  PROBLEM  DETAIL\n"
		  "01A     altered  digest\n"
		  "note: in journal\n"
		  "3 records: problems found: 1\n" },
		{ "init", "", "{\"made\":[\"/a\"],\"kept\":[\"/b\"]}",
		  "made /a\nkept /b\n" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check(&cases[i], false);
}

static void
test_outside_text_does_nothing_to_a_terminal(void **state)
{
	static const Case item = {
		"case", "list",
		"[{\"case\":\"C1\",\"name\":\"a\\u001b[2Jb\\nc\\u202ed\\u009be\"}]",
		"CASE  NAME\n"
		"C1    a\xef\xbf\xbd[2Jb c\xef\xbf\xbd"
		"d\xef\xbf\xbd"
		"e\n"
	};

	(void)state;
	check(&item, false);
}

static void
test_no_enforcement_is_red_on_a_terminal(void **state)
{
	static const Case item = {
		"status", "", "{\"held\":0,\"enforce\":false}",
		"held             0\n"
		"enforce          no\n"
		"\033[31menforce is no: everything is recorded, nothing "
		"held\033[0m\n"
	};

	(void)state;
	check(&item, true);
}

static void
test_a_file_with_unix_lines_becomes_mail(void **state)
{
	static const struct {
		const char *file, *mail;
	} cases[] = {
		{ "A: b\n\nhi\n", "A: b\r\n\r\nhi\r\n" },
		{ "A: b\n\r\nhi", "A: b\r\n\r\nhi" },
		/* CRLF from the start: whatever follows is as it was meant */
		{ "A: b\r\n\r\nbare\nLF", "A: b\r\n\r\nbare\nLF" },
		{ "no line", "no line" },
		{ "\n", "\r\n" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) file =
			g_bytes_new_static(cases[i].file, strlen(cases[i].file));
		g_autoptr(GBytes) mail = letter_with_crlf(file);
		g_autoptr(GBytes) expected =
			g_bytes_new_static(cases[i].mail, strlen(cases[i].mail));

		assert_true(g_bytes_equal(mail, expected));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_are_short_lines),
		cmocka_unit_test(test_outside_text_does_nothing_to_a_terminal),
		cmocka_unit_test(test_no_enforcement_is_red_on_a_terminal),
		cmocka_unit_test(test_a_file_with_unix_lines_becomes_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
