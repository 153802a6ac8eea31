/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_help.c - the table is complete, and help and completion follow it
 */
#include "config.h"

#include "console/help.h"
#include "console/nearest.h"
#include "tests/testing.h"

#include <string.h>

static void
test_every_verb_says_what_it_needs(void **state)
{
	(void)state;
	for (const Verb *verb = verbs_all(); verb->area != NULL; verb++) {
		g_autofree char *text = help_text(verb->area, verb);
		g_auto(GStrv) needs = g_strsplit(verb->needs, " ", -1);

		assert_ptr_equal(verbs_find(verb->area, verb->name), verb);
		assert_non_null(strstr(text, verb->help));
		for (guint i = 0; needs[i] != NULL; i++) {
			g_autofree char *option = g_strconcat(" --", needs[i], " ", NULL);

			assert_non_null(verbs_option(verb, needs[i]));
			assert_non_null(strstr(text, option)); /* not in brackets */
		}
	}
}

static void
test_an_option_with_a_value_names_it(void **state)
{
	(void)state;
	for (const Verb *verb = verbs_all(); verb->area != NULL; verb++)
		for (const Option *option = verb->options; option->name != NULL; option++)
			assert_int_equal(option->kind == OPTION_FLAG,
					 option->value == NULL);
}

static void
test_area_help_lists_its_verbs_alone(void **state)
{
	g_autofree char *text = help_text("held", NULL);

	(void)state;
	assert_non_null(strstr(text, "held release"));
	assert_null(strstr(text, "person add"));
}

static void
test_words_are_completed(void **state)
{
	static const struct {
		const char *words, *expected;
	} cases[] = {
		{ "", "person\nstaff\ncontact\nagreement\nregister\nheld\ncase\nerase"
		      "\nrecord\narchive\nrules\ninit\nstatus\n" },
		{ "pe", "person\n" },
		{ "held|re", "release\nrefuse\n" },
		{ "--as|x@y|held|wi", "withdraw\n" },
		{ "held|release|--r", "--reason\n" },
		{ "held|release|--reason|r", "" },
		{ "held|release|ID|--reason|x|--a", "--again\n--as\n" },
		{ "status|--j", "--json\n" },
		{ "-c|FILE|sta", "staff\nstatus\n" },
		{ "status|", "" },
		{ "nonsense|x", "" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) words = g_strsplit(cases[i].words, "|", -1);
		g_autofree char *text = help_complete((const char *const *)words);

		assert_string_equal(text, cases[i].expected);
	}
}

static void
test_the_nearest_names_are_offered(void **state)
{
	static const struct {
		const char *word, *expected;
	} cases[] = {
		{ "relase", "release" },
		{ "re", "release or refuse" },
		{ "shwo", "show" },
		{ "delete", "list, show, release or refuse" },
		{ "x", "list, show, release or refuse" },
	};

	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	static const char *const known[] = { "list", "show", "release", "refuse" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		g_ptr_array_add(names, g_strdup(known[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = nearest_names(cases[i].word, names, "");

		assert_string_equal(text, cases[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_verb_says_what_it_needs),
		cmocka_unit_test(test_an_option_with_a_value_names_it),
		cmocka_unit_test(test_area_help_lists_its_verbs_alone),
		cmocka_unit_test(test_words_are_completed),
		cmocka_unit_test(test_the_nearest_names_are_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
