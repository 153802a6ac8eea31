/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_day.c - days, ages and birthdays
 */
#include "config.h"

#include "base/day.h"
#include "tests/testing.h"

static Day
day(const char *text)
{
	Day parsed = day_parse(text, NULL);

	assert_int_not_equal(parsed, DAY_NONE);
	return parsed;
}

static void
test_a_day_makes_the_way_there_and_back(void **state)
{
	static const char *const days[] = { "0001-01-01", "1970-01-01", "2024-02-29",
					    "2026-11-22", "9999-12-31" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
		g_autofree char *text = day_format(day(days[i]));

		assert_string_equal(text, days[i]);
	}
	assert_int_equal(day("0001-01-01"), 1);
}

static void
test_no_day_is_no_text_and_before_every_day(void **state)
{
	g_autofree char *text = day_format(DAY_NONE);

	(void)state;
	assert_string_equal(text, "");
	assert_true(DAY_NONE < day("0001-01-01"));
}

static void
test_what_is_no_day_is_refused(void **state)
{
	static const char *const bad[] = {
		"",           "2026-11",     "2026-11-2",   "2026-11-222",
		"2026-02-29", "2026-13-01",  "0000-01-01",  "22/11/2026",
		"2026-11-00", " 2026-11-22", "2026-11-22 ", "+026-11-22",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		assert_int_equal(day_parse(bad[i], &error), DAY_NONE);
		assert_true(g_error_matches(error, DAY_ERROR, DAY_ERROR_SYNTAX));
	}
}

static void
test_the_day_of_an_instant_depends_on_the_zone(void **state)
{
	g_autoptr(GTimeZone) london = g_time_zone_new_identifier("Europe/London");
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	const gint64 instant = 1782858600000; /* 2026-06-30T22:30:00Z */
	const gint64 hour = 3600000;

	(void)state;
	assert_int_equal(day_of(instant, utc), day("2026-06-30"));
	assert_int_equal(day_of(instant, london), day("2026-06-30"));
	assert_int_equal(day_of(instant + hour, london), day("2026-07-01"));
	assert_int_equal(day_of(instant + hour, utc), day("2026-06-30"));
	assert_int_equal(day_of(-1, utc), day("1969-12-31"));
}

static void
test_a_day_starts_at_its_own_midnight(void **state)
{
	g_autoptr(GTimeZone) london = g_time_zone_new_identifier("Europe/London");
	const gint64 summer = 1782860400000; /* 2026-06-30T23:00:00Z */

	(void)state;
	assert_int_equal(day_start(day("2026-07-01"), london), summer);
	assert_int_equal(day_of(summer, london), day("2026-07-01"));
	assert_int_equal(day_of(summer - 1, london), day("2026-06-30"));
	assert_int_equal(day_start(day("9999-12-31") + 1, london), G_MAXINT64);
}

static void
test_age_counts_whole_years(void **state)
{
	static const struct {
		const char *born, *on;
		int age;
	} cases[] = {
		{ "2010-05-17", "2026-05-16", 15 }, { "2010-05-17", "2026-05-17", 16 },
		{ "2010-05-17", "2010-05-17", 0 },  { "2010-05-17", "2010-05-16", -1 },
		{ "2008-02-29", "2026-02-28", 17 }, { "2008-02-29", "2026-03-01", 18 },
		{ "2008-02-29", "2024-02-28", 15 }, { "2008-02-29", "2024-02-29", 16 },
		{ "2010-12-31", "2026-01-01", 15 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_int_equal(day_age(day(cases[i].born), day(cases[i].on)),
				 cases[i].age);
}

static void
test_a_birthday_is_the_first_day_of_that_age(void **state)
{
	(void)state;
	for (Day born = day("2003-12-30"); born < day("2009-01-02"); born++)
		for (int age = 0; age < 20; age++) {
			Day birthday = day_birthday(born, age);

			assert_int_equal(day_age(born, birthday), age);
			assert_int_equal(day_age(born, birthday - 1), age - 1);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_day_makes_the_way_there_and_back),
		cmocka_unit_test(test_no_day_is_no_text_and_before_every_day),
		cmocka_unit_test(test_what_is_no_day_is_refused),
		cmocka_unit_test(test_the_day_of_an_instant_depends_on_the_zone),
		cmocka_unit_test(test_a_day_starts_at_its_own_midnight),
		cmocka_unit_test(test_age_counts_whole_years),
		cmocka_unit_test(test_a_birthday_is_the_first_day_of_that_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
