/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_log.c - a line is one line, whatever is in it
 */
#include "config.h"

#include "base/log.h"
#include "tests/testing.h"

#include <string.h>
#include <unistd.h>

static void
test_values_are_escaped(void **state)
{
	static const struct {
		const char *value, *escaped;
	} cases[] = {
		{ "ann@example.org", "ann@example.org" },
		{ "Zoë", "Zoë" },
		{ "", "\"\"" },
		{ "two words", "\"two words\"" },
		{ "a=b", "\"a=b\"" },
		{ "say \"x\\\"", "\"say \\\"x\\\\\\\"\"" },
		{ "a\r\nb", "\"a\\x0d\\x0ab\"" },
		{ "caf\xe9", "\"caf\\xe9\"" },
		{ "\xe2\x80\xaeno\xe2\x80\xac", "\"\\u202eno\\u202c\"" },
		{ "\xc2\x85", "\"\\u0085\"" },
		{ "\xe2\x80\xa8", "\"\\u2028\"" },
		{ "\x1b[2J", "\"\\x1b[2J\"" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *escaped = log_escape(cases[i].value);

		assert_string_equal(escaped, cases[i].escaped);
	}
}

static void
test_a_long_value_is_cut(void **state)
{
	g_autofree char *value = g_strnfill(100000, 'a');
	g_autofree char *escaped = log_escape(value);

	(void)state;
	assert_true(strlen(escaped) < 600);
	assert_true(g_str_has_suffix(escaped, "…"));
}

/* What was written to standard error while log_event ran. */
static char *
capture(LogLevel most, LogLevel level, const char *id, const char *value)
{
	char *text = g_malloc0(1000);
	int ends[2], saved = dup(STDERR_FILENO);

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_open("test", true, most);
	log_event(level, id, "recorded", "id", "01X", "dropped", NULL, "to", value, NULL);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	assert_true(read(ends[0], text, 999) >= 0);
	close(ends[0]);
	return text;
}

static void
test_an_event_is_one_line_with_its_pairs(void **state)
{
	g_autofree char *line =
		capture(LOG_LEVEL_NOTICE, LOG_LEVEL_NOTICE, "4Fq1", "carl\n@x");
	g_autofree char *unqueued =
		capture(LOG_LEVEL_NOTICE, LOG_LEVEL_ALARM, NULL, "carl@x");

	(void)state;
	assert_string_equal(line, "4Fq1 recorded id=01X to=\"carl\\x0a@x\"\n");
	assert_string_equal(unqueued, "NOQUEUE recorded id=01X to=carl@x\n");
}

static void
test_what_is_finer_than_asked_for_is_not_written(void **state)
{
	g_autofree char *quiet =
		capture(LOG_LEVEL_NOTICE, LOG_LEVEL_DEBUG, "4Fq1", "carl@x");
	g_autofree char *fine =
		capture(LOG_LEVEL_DEBUG, LOG_LEVEL_DEBUG, "4Fq1", "carl@x");

	(void)state;
	assert_string_equal(quiet, "");
	assert_string_not_equal(fine, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_escaped),
		cmocka_unit_test(test_a_long_value_is_cut),
		cmocka_unit_test(test_an_event_is_one_line_with_its_pairs),
		cmocka_unit_test(test_what_is_finer_than_asked_for_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
