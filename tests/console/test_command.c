/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_command.c - command lines become requests, or one line that says what to do
 */
#include "config.h"

#include "console/command.h"
#include "desk/desk.h"
#include "tests/testing.h"

#include <string.h>

/* Words are separated by '|'. */
static Command *
parse(const char *line, GError **error)
{
	g_auto(GStrv) args = g_strsplit(line, "|", -1);

	return command_parse((const char *const *)args, error);
}

typedef struct Case {
	const char *line;
	const char *expected; /* the request, or a part of the error */
} Case;

static void
test_a_line_becomes_a_request(void **state)
{
	static const Case cases[] = {
		{ "person|add|C1|--name|Carl|--address|a@x|b@x|--shared",
		  "{\"area\":\"person\",\"verb\":\"add\",\"words\":[\"C1\"],\"options\":"
		  "{\"name\":\"Carl\",\"address\":[\"a@x\",\"b@x\"],\"shared\":true,"
		  "\"born\":\"2010-01-01\"}}" },
		/* options before the area, between the words, with '=' */
		{ "--as|mia@y|person|--name=Carl|add|--address|a@x|--shared|C1|--address="
		  "b@x",
		  "{\"area\":\"person\",\"verb\":\"add\",\"words\":[\"C1\"],\"options\":"
		  "{\"name\":\"Carl\",\"address\":[\"a@x\",\"b@x\"],\"shared\":true,"
		  "\"born\":\"2010-01-01\"},\"as\":\"mia@y\"}" },
		/* an option with many words, before its verb, takes one */
		{ "--address|a@x|person|add|C1|--name|N",
		  "{\"area\":\"person\",\"verb\":\"add\",\"words\":[\"C1\"],\"options\":"
		  "{\"address\":[\"a@x\"],\"name\":\"N\",\"born\":\"2010-01-01\"}}" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *line =
			g_strconcat(cases[i].line, "|--born|2010-01-01", NULL);
		g_autoptr(Command) command = parse(line, &error);
		g_autoptr(json_t) request = NULL;
		g_autoptr(json_t) expected =
			json_read(cases[i].expected, strlen(cases[i].expected), NULL);

		assert_null(error);
		request = command_request(command, 0);
		assert_non_null(expected);
		assert_true(json_equal(request, expected));
	}
}

static void
test_options_are_read_as_the_verb_has_them(void **state)
{
	static const Case cases[] = {
		{ "staff|change|w@x|--away|2026-01-02|2026-01-09|--cover|c@x",
		  "{\"away\":\"2026-01-02 2026-01-09\",\"cover\":\"c@x\"}" },
		{ "held|release|01AB|--to|a@x|b@x|--reason|fine",
		  "{\"to\":[\"a@x\",\"b@x\"],\"reason\":\"fine\"}" },
		/* the same name, for the command itself: never sent */
		{ "case|export|C1|--to|/tmp/x", "{}" },
		{ "-c|/etc/c|--json|archive|verify|--since|2026-01-01",
		  "{\"since\":\"2026-01-01\"}" },
		{ "rules|explain|-|--from|a@x|--to|b@x|--outside",
		  "{\"from\":\"a@x\",\"to\":[\"b@x\"],\"outside\":true}" },
		{ "held|refuse|01AB|--reason|-5", "{\"reason\":\"-5\"}" },
		{ "held|refuse|01AB|--reason=--no", "{\"reason\":\"--no\"}" },
		{ "held|refuse|01AB|--reason=", "{\"reason\":\"\"}" },
		{ "status", "{}" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Command) command = parse(cases[i].line, &error);
		g_autoptr(json_t) request = NULL;
		g_autofree char *options = NULL;

		assert_null(error);
		request = command_request(command, 0);
		options = json_write(json_object_get(request, "options"));
		assert_string_equal(options, cases[i].expected);
	}
}

static void
test_what_is_wrong_is_said_with_what_to_do(void **state)
{
	static const Case cases[] = {
		{ "persn|list", "persn is not known: there is person" },
		{ "letter|list", "there is person, staff, contact, agreement" },
		{ "person|ad", "person ad is not known: there is add" },
		{ "person", "person what: there is add, change" },
		{ "person|show", "CASE is missing: write chaperone person show CASE" },
		{ "person|show|C1|C2", "C2 is a word too many" },
		{ "status|now", "now is a word too many" },
		{ "person|add|C1|--adress|a@x", "--adress is no option of person add: "
						"there is --address" },
		{ "person|add|--born|2010-01-01|--name|N|--address|a@x|C1",
		  "CASE is missing: write it before --address" },
		{ "person|end|C1", "--reason is missing: write --reason TEXT" },
		{ "held|release|01AB|--reason", "--reason has no value" },
		{ "held|release|01AB|--reason|--again", "--reason has no value" },
		{ "held|refuse|01AB|--reason|a|--reason|b", "--reason is there twice" },
		{ "person|list|--all=yes", "--all takes no value" },
		{ "staff|change|w@x|--away|2026-01-02", "--away has no value" },
		{ "staff|add|w@x|--name|W|--away|2026-01-02|2026-01-03",
		  "--away is no option" },
		{ "person|list|-x", "-x is no option of person list" },
		{ "--json", "nothing is asked for" },
		{ "person|show|--|--all|C2", "C2 is a word too many" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Command) command = parse(cases[i].line, &error);

		assert_null(command);
		assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_USAGE));
		if (strstr(error->message, cases[i].expected) == NULL)
			fail_msg("%s: %s", cases[i].line, error->message);
		assert_null(strchr(error->message, '\n'));
	}
}

static void
test_two_dashes_end_the_options(void **state)
{
	g_autoptr(Command) command = parse("person|show|--|--help", NULL);

	(void)state;
	assert_non_null(command);
	assert_false(command->wants_help);
	assert_string_equal(command_word(command, 0), "--help");
}

static void
test_help_is_answered_everywhere(void **state)
{
	static const char *const lines[] = { "--help", "person|--help", "person|add|-h",
					     "-h|person|add|--name|x", "--json|--help" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(Command) command = parse(lines[i], NULL);

		assert_non_null(command);
		assert_true(command->wants_help);
	}
}

static void
test_no_words_at_all_are_no_error(void **state)
{
	static const char *const none[] = { NULL };
	g_autoptr(Command) command = command_parse(none, NULL);

	(void)state;
	assert_non_null(command);
	assert_null(command->area);
}

static void
test_content_is_announced(void **state)
{
	g_autoptr(Command) command = parse("rules|explain|-|--from|a@x|--to|b@x", NULL);
	g_autoptr(json_t) request = command_request(command, 12);

	(void)state;
	assert_int_equal(json_number(request, "content", 0), 12);
	/* the file is the command's business */
	assert_int_equal(json_array_size(json_object_get(request, "words")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_becomes_a_request),
		cmocka_unit_test(test_options_are_read_as_the_verb_has_them),
		cmocka_unit_test(test_what_is_wrong_is_said_with_what_to_do),
		cmocka_unit_test(test_two_dashes_end_the_options),
		cmocka_unit_test(test_help_is_answered_everywhere),
		cmocka_unit_test(test_no_words_at_all_are_no_error),
		cmocka_unit_test(test_content_is_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
