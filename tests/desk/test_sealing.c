/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_sealing.c - until when it must be said what became of a picture
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include "base/clock.h"
#include "base/day.h"

#include <string.h>

static const char a_picture[] =
	"From: carl@kids.example\r\nTo: wendy@agency.example\r\n"
	"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"/9j/4AAQSkZJRgABAQAAAQABAADwicture\r\n";

/* Whether it is overdue so many days later. */
static bool
is_due_after(Bureau *bureau, int days)
{
	g_autofree char *path = scratch_file(bureau->scratch, "clock");
	g_autofree char *offset = g_strdup_printf("%d", days * 24 * 60 * 60);
	g_autoptr(json_t) status = NULL;

	assert_true(g_file_set_contents(path, offset, -1, NULL));
	g_setenv("CHAPERONE_CLOCK", path, TRUE);
	status = bureau_ask(bureau, DSL, "archive status", NULL);
	g_unsetenv("CHAPERONE_CLOCK");
	assert_int_equal(json_number(status, "sealed_open", 0), 1);
	return json_number(status, "sealed_due", 0) == 1;
}

static void
put_picture(Bureau *bureau)
{
	bureau->content = a_picture;
	assert_int_equal(bureau_exit(bureau, WENDY, "record mail",
				     "{'case':'C1','staff':'" WENDY
				     "','at':'2026-03-03'}"),
			 0);
	bureau->content = NULL;
}

/* The same settings, and the three days to come are holidays. */
static void
declare_holidays(Bureau *bureau)
{
	g_autofree char *path = scratch_file(bureau->scratch, "chaperone.conf");
	g_autofree char *holidays = scratch_file(bureau->scratch, "holidays");
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GString) days = g_string_new(NULL);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;

	for (Day day = day_of(clock_now(), utc) + 1; days->len < 3 * 20; day++) {
		g_autofree char *text = day_format(day);

		g_string_append_printf(days, "%s snow day\n", text);
	}
	assert_true(g_file_set_contents(holidays, days->str, -1, NULL));
	assert_true(g_file_get_contents(path, &before, NULL, NULL));
	after = g_strdup_printf("%sholidays %s\n", before, holidays);
	assert_true(g_file_set_contents(path, after, -1, NULL));
	bureau_close(bureau);
	settings_unref(bureau->settings);
	bureau->settings = settings_load(path, NULL);
	assert_non_null(bureau->settings);
	bureau_open(bureau);
}

/* Any fourteen days have ten working days, any eleven at most nine. */
static void
test_an_outcome_is_due_in_ten_days_on_which_people_work(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	put_picture(bureau);
	assert_false(is_due_after(bureau, 11));
	assert_true(is_due_after(bureau, 14));
	declare_holidays(bureau);
	assert_false(is_due_after(bureau, 14));
	assert_true(is_due_after(bureau, 21));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_outcome_is_due_in_ten_days_on_which_people_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
