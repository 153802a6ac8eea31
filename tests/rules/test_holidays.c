/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_holidays.c - the file of holidays, right and wrong
 */
#include "config.h"

#include "rules/holidays.h"
#include "tests/testing.h"

#include <string.h>

static void
test_days_are_read_with_their_words(void **state)
{
	static const char text[] = "# closed\n\n2026-12-25  Christmas Day # of course\n"
				   "2026-12-26\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(Holidays) holidays = holidays_parse("h", text, strlen(text), &error);

	(void)state;
	assert_non_null(holidays);
	assert_string_equal(holidays_name(holidays, day_parse("2026-12-25", NULL)),
			    "Christmas Day");
	assert_string_equal(holidays_name(holidays, day_parse("2026-12-26", NULL)), "");
	assert_null(holidays_name(holidays, day_parse("2026-12-27", NULL)));
	assert_null(holidays_name(NULL, day_parse("2026-12-25", NULL)));
}

static void
test_every_fault_names_its_line(void **state)
{
	static const char text[] = "2026-12-25 a\nChristmas\n2026-12-25 b\n";
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(holidays_parse("/etc/h", text, strlen(text), &error));
	assert_string_equal(error->message,
			    "/etc/h:2: 'Christmas' does not begin with a day: write "
			    "YYYY-MM-DD and what it is\n"
			    "/etc/h:3: '2026-12-25' names a day that is there already: "
			    "leave one");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_are_read_with_their_words),
		cmocka_unit_test(test_every_fault_names_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
