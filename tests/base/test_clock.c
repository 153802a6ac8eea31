/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_clock.c - instants as text
 */
#include "config.h"

#include "base/clock.h"
#include "tests/testing.h"

#include <glib/gstdio.h>

static void
test_every_spelling_of_an_instant_is_read(void **state)
{
	static const struct {
		const char *text, *utc;
	} cases[] = {
		{ "2026-11-22T16:46:00Z", "2026-11-22T16:46:00.000Z" },
		{ "2026-11-22T16:46:00.5Z", "2026-11-22T16:46:00.500Z" },
		{ "2026-11-22T16:46:00.123Z", "2026-11-22T16:46:00.123Z" },
		{ "2026-11-22T16:46:00.1239Z", "2026-11-22T16:46:00.123Z" },
		{ "2026-11-22T16:46:00+01:00", "2026-11-22T15:46:00.000Z" },
		{ "2026-11-22T16:46:00-05:30", "2026-11-22T22:16:00.000Z" },
		{ "2026-07-01", "2026-06-30T23:00:00.000Z" },
		{ "2026-07-01 09:30", "2026-07-01T08:30:00.000Z" },
		{ "2026-11-22 09:30", "2026-11-22T09:30:00.000Z" },
		{ "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z" },
	};

	g_autoptr(GTimeZone) london = g_time_zone_new_identifier("Europe/London");

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *utc = NULL;
		gint64 time;

		assert_true(clock_parse(cases[i].text, london, &time, NULL));
		utc = clock_format_utc(time);
		assert_string_equal(utc, cases[i].utc);
	}
}

static void
test_milliseconds_survive_the_way_there_and_back(void **state)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	(void)state;
	for (gint64 time = -1000; time < 1000; time++) {
		g_autofree char *text = clock_format_utc(time);
		gint64 back;

		assert_true(clock_parse(text, utc, &back, NULL));
		assert_int_equal(back, time);
	}
}

static void
test_what_is_no_instant_is_refused_and_changes_nothing(void **state)
{
	static const char *const bad[] = {
		"",
		"now",
		"2026-11-22T16:46:00",
		"2026-11-22T16:46Z",
		"2026-11-22T16:46:00.Z",
		"2026-11-22T24:00:00Z",
		"2026-11-22T16:46:00+24:00",
		"2026-11-22T16:46:00+0100",
		"2026-11-22T16:46:00Zx",
		"2026-02-30",
		"2026-11-22 9:30",
		"2026-11-22 09:30 ",
		"20261122T164600Z",
		"0000-01-01",
	};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		gint64 time = 42;

		assert_false(clock_parse(bad[i], utc, &time, &error));
		assert_true(g_error_matches(error, CLOCK_ERROR, CLOCK_ERROR_SYNTAX));
		assert_int_equal(time, 42);
	}
}

static void
test_people_read_their_zone(void **state)
{
	g_autoptr(GTimeZone) london = g_time_zone_new_identifier("Europe/London");
	g_autofree char *winter = clock_format_local(1795365960000, london);
	g_autofree char *summer = clock_format_local(1782860400000, london);

	(void)state;
	assert_string_equal(winter, "2026-11-22 16:46 GMT");
	assert_string_equal(summer, "2026-07-01 00:00 BST");
}

static void
test_an_instant_out_of_range_is_still_text(void **state)
{
	g_autofree char *first = clock_format_utc(G_MININT64);
	g_autofree char *last = clock_format_utc(G_MAXINT64);

	(void)state;
	assert_string_equal(first, "0001-01-01T00:00:00.000Z");
	assert_string_equal(last, "9999-12-31T23:59:59.999Z");
}

static void
test_a_file_moves_the_clock_for_trials(void **state)
{
	static const struct {
		const char *content;
		gint64 seconds;
	} cases[] = { { "86400\n", 86400 }, { "-60", -60 }, { "", 0 } };

	g_autofree char *folder = g_dir_make_tmp("clock-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "offset", NULL);

	(void)state;
	g_setenv("CHAPERONE_CLOCK", path, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 moved;

		g_file_set_contents(path, cases[i].content, -1, NULL);
		moved = clock_now() - g_get_real_time() / 1000;
		assert_in_range(moved - cases[i].seconds * 1000 + 5000, 0, 10000);
	}
	g_unlink(path);
	assert_in_range(clock_now() - g_get_real_time() / 1000 + 5000, 0, 10000);
	g_unsetenv("CHAPERONE_CLOCK");
	g_rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_spelling_of_an_instant_is_read),
		cmocka_unit_test(test_milliseconds_survive_the_way_there_and_back),
		cmocka_unit_test(test_what_is_no_instant_is_refused_and_changes_nothing),
		cmocka_unit_test(test_people_read_their_zone),
		cmocka_unit_test(test_an_instant_out_of_range_is_still_text),
		cmocka_unit_test(test_a_file_moves_the_clock_for_trials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
