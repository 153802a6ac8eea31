/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hours.c - office hours are wall-clock hours of a zone
 */
#include "config.h"

#include "base/clock.h"
#include "register/hours.h"
#include "tests/testing.h"

#include <string.h>

static void
test_hours_follow_the_clock_of_their_zone(void **state)
{
	static const struct {
		const char *hours, *time;
		bool is_inside;
	} cases[] = {
		{ "always Europe/London", "2026-11-22T03:00:00Z", true },
		{ "Mon-Fri 08:00-18:00 Europe/London", "2026-11-20T08:00:00Z", true },
		{ "Mon-Fri 08:00-18:00 Europe/London", "2026-11-20T07:59:59Z", false },
		{ "Mon-Fri 08:00-18:00 Europe/London", "2026-11-20T18:00:00Z", false },
		{ "Mon-Fri 08:00-18:00 Europe/London", "2026-11-21T12:00:00Z", false },
		/* British summer time is an hour ahead. */
		{ "Mon-Fri 08:00-18:00 Europe/London", "2026-07-01T07:00:00Z", true },
		{ "Mon-Fri 08:00-18:00 Europe/London", "2026-07-01T17:00:00Z", false },
		{ "Mon-Thu 09:00-17:00 Fri 09:00-12:00 Europe/London",
		  "2026-11-20T11:59:00Z", true },
		{ "Mon-Thu 09:00-17:00 Fri 09:00-12:00 Europe/London",
		  "2026-11-20T12:00:00Z", false },
		{ "Mon,Wed,Fri-Sun 00:00-24:00 UTC", "2026-11-21T23:59:59Z", true },
		{ "mon,Wed,Fri-Sun 00:00-24:00 UTC", "2026-11-24T12:00:00Z", false },
		{ "Sat-Mon 10:00-11:00 UTC", "2026-11-23T10:30:00Z", true },
		{ "Sat-Mon 10:00-11:00 UTC", "2026-11-24T10:30:00Z", false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Hours) hours = hours_parse(cases[i].hours, &error);
		gint64 time = 0;

		assert_null(error);
		assert_true(clock_parse(cases[i].time, hours_zone(hours), &time, NULL));
		if (hours_contains(hours, time) != cases[i].is_inside)
			fail_msg("%s at %s", cases[i].hours, cases[i].time);
	}
}

static void
test_an_error_names_the_word(void **state)
{
	static const struct {
		const char *text, *word;
	} cases[] = {
		{ "", "''" },
		{ "Europe/London", "'Europe/London'" },
		{ "always", "'always'" },
		{ "Mon-Fri 08:00-18:00", "'08:00-18:00'" },
		{ "Mon-Fri 08:00-18:00 Europe/Lundon", "'Europe/Lundon'" },
		{ "Mon-Fry 08:00-18:00 Europe/London", "'Mon-Fry'" },
		{ "Mon,,Fri 08:00-18:00 Europe/London", "'Mon,,Fri'" },
		{ "Mon-Fri 8-18 Europe/London", "'8-18'" },
		{ "Mon-Fri 18:00-08:00 Europe/London", "'18:00-08:00'" },
		{ "Mon-Fri 08:00-24:01 Europe/London", "'08:00-24:01'" },
		{ "Mon-Fri Europe/London", "'Mon-Fri'" },
		{ "Mon-Fri 08:00-12:00 Sat Europe/London", "'Sat'" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(hours_parse(cases[i].text, &error));
		assert_true(g_error_matches(error, HOURS_ERROR, HOURS_ERROR_SYNTAX));
		if (!g_str_has_prefix(error->message, cases[i].word))
			fail_msg("%s: %s", cases[i].text, error->message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hours_follow_the_clock_of_their_zone),
		cmocka_unit_test(test_an_error_names_the_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
