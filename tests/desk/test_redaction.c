/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_redaction.c - who is named in the file is taken out, however they are written
 */
#include "config.h"

#include "desk/redaction.h"
#include "tests/testing.h"

#include <string.h>

static const char file[] = "# third parties\r\n"
			   "\n"
			   "Karen Smith : his mother's partner\r\n"
			   "Karen : his mother's partner\n"
			   "k.smith@home.example : her address\n"
			   "07700 900123 : her number\n"
			   "Zo\xC3\xAB : a friend\n"
			   "O'Neil : a neighbour\n";

static void
test_who_is_named_goes_however_they_are_written(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "Karen Smith came", "[taken out: his mother's partner] came" },
		{ "KAREN   smith", "[taken out: his mother's partner]" },
		{ "Karen\nSmith", "[taken out: his mother's partner]" },
		{ "> Karen\n> > Smith", "> [taken out: his mother's partner]" },
		{ "Ka\xC2\xADren's dog", "[taken out: his mother's partner]'s dog" },
		{ "Karen, Karenina", "[taken out: his mother's partner], Karenina" },
		{ "<K.Smith@Home.example>", "<[taken out: her address]>" },
		{ "ring 07700 900123.", "ring [taken out: her number]." },
		{ "Zoe\xCC\x88 and ZO\xC3\x8B", "[taken out: a friend] and [taken out: a "
						"friend]" },
		{ "O\xE2\x80\x99Neil", "[taken out: a neighbour]" },
		{ "Smith alone stays", "Smith alone stays" },
		{ "", "" },
	};

	g_autoptr(GError) error = NULL;
	g_autoptr(Redaction) redaction = redaction_parse("f", file, strlen(file), &error);

	(void)state;
	assert_null(error);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *left = redaction_apply(redaction, cases[i].text);

		assert_string_equal(left, cases[i].expected);
		assert_int_equal(redaction_line(redaction, left), 0);
	}
}

static void
test_what_is_wrong_is_named_by_its_line(void **state)
{
	static const char *const wrong[] = {
		"Karen Smith",
		"Karen Smith :",
		"Karen Smith : ",
		"Karen Smith: partner",
		" : partner",
		"K : partner",
		"Karen : partner of karen",
		"[Karen] : a partner",
		"taken : a word of ours",
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *text =
			g_strconcat("# x\nBob Jones : a friend\n", wrong[i], "\n", NULL);
		g_autoptr(GError) error = NULL;

		assert_null(redaction_parse("r.txt", text, strlen(text), &error));
		assert_int_equal(error->code, REDACTION_ERROR_SYNTAX);
		assert_true(g_str_has_prefix(error->message, "r.txt:3: "));
	}
}

static void
test_an_empty_file_takes_nobody_out(void **state)
{
	g_autoptr(Redaction) redaction = redaction_parse("f", "# none\n", 7, NULL);
	g_autofree char *left = redaction_apply(redaction, "Karen Smith");

	(void)state;
	assert_string_equal(left, "Karen Smith");
}

static void
test_a_payload_keeps_its_form(void **state)
{
	g_autoptr(Redaction) redaction =
		redaction_parse("f", "outbound : x\nKaren : y\n", 23, NULL);
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:s, s:[s, s], s:{s:s}, s:i}", "direction", "outbound",
			  "subject", "To Karen, outbound", "to", "karen", "bob", "deep",
			  "reason", "Karen", "count", 3);
	g_autoptr(json_t) left = redaction_apply_json(redaction, payload);
	g_autofree char *text = json_write(left);

	(void)state;
	assert_string_equal(json_text(left, "direction"), "outbound");
	assert_null(strstr(text, "Karen"));
	assert_null(strstr(text, "karen"));
	assert_int_equal(json_number(left, "count", 0), 3);
	assert_int_equal(json_array_size(json_object_get(left, "to")), 2);
}

static void
test_reasons_are_counted(void **state)
{
	g_autoptr(Redaction) redaction = redaction_parse("f", file, strlen(file), NULL);
	g_autoptr(json_t) counts =
		redaction_count(redaction, "Karen Smith and karen, O'Neil");

	(void)state;
	assert_int_equal(json_array_size(counts), 2);
	assert_int_equal(json_number(json_array_get(counts, 0), "count", 0), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_named_goes_however_they_are_written),
		cmocka_unit_test(test_what_is_wrong_is_named_by_its_line),
		cmocka_unit_test(test_an_empty_file_takes_nobody_out),
		cmocka_unit_test(test_a_payload_keeps_its_form),
		cmocka_unit_test(test_reasons_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
