/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_staff.c - a member of staff's record is checked in full and comes back the same
 */
#include "config.h"

#include "tests/register/people.h"

#include <string.h>

static void
test_a_full_record_comes_back_the_same(void **state)
{
	static const char text[] =
		"{'email':'mia@agency.example','name':'Mia','manager':'max@agency."
		"example',"
		"'logins':['mia'],'also':['mia@home.example'],'numbers':['01202 496000'],"
		"'roles':['manager','lead'],'members':['tom@agency.example'],"
		"'unix_user':'mia','away_from':'2026-08-01','away_until':'2026-08-14',"
		"'cover':'tom@agency.example','suspended':'2026-11-01','ended':'2026-12-"
		"31','end_reason':'moves'}";
	g_autoptr(json_t) json = people_json(text);
	g_autoptr(Staff) staff = people_staff(text);
	g_autoptr(json_t) again = staff_to_json(staff);

	(void)state;
	assert_true(json_equal(json, again));
	assert_int_equal(staff->roles, STAFF_MANAGER | STAFF_LEAD);
}

static void
test_without_a_role_one_is_a_worker(void **state)
{
	g_autoptr(Staff) staff =
		people_staff("{'email':'mia@agency.example','name':'Mia'}");

	(void)state;
	assert_int_equal(staff->roles, STAFF_WORKER);
}

static void
test_dates_say_who_is_employed_and_who_is_away(void **state)
{
	g_autoptr(Staff) staff =
		people_staff("{'email':'mia@agency.example','name':'Mia',"
			     "'away_from':'2026-08-01','away_until':'2026-08-14',"
			     "'ended':'2026-12-31'}");

	static const struct {
		const char *day;
		bool is_employed, is_away;
	} cases[] = {
		{ "2026-07-31", true, false }, { "2026-08-01", true, true },
		{ "2026-08-14", true, true },  { "2026-08-15", true, false },
		{ "2026-12-31", true, false }, { "2027-01-01", false, false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Day day = day_parse(cases[i].day, NULL);

		assert_int_equal(staff_is_employed_on(staff, day), cases[i].is_employed);
		assert_int_equal(staff_is_away_on(staff, day), cases[i].is_away);
	}
}

static void
test_an_error_begins_with_the_field(void **state)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{ "{'name':'Mia'}", "email: " },
		{ "{'email':'mia','name':'Mia'}", "email: " },
		{ "{'email':'<>','name':'Mia'}", "email: " },
		{ "{'email':'m@a.example'}", "name: " },
		{ "{'email':'m@a.example','name':'Mia','roles':['king']}", "roles: " },
		{ "{'email':'m@a.example','name':'Mia','manager':'m@a.example'}",
		  "manager: " },
		{ "{'email':'m@a.example','name':'Mia','cover':'m@A.example'}",
		  "cover: " },
		{ "{'email':'m@a.example','name':'Mia','members':['m@a.example']}",
		  "members: " },
		{ "{'email':'m@a.example','name':'Mia','away_from':'2026-08-01'}",
		  "away_until: " },
		{ "{'email':'m@a.example','name':'Mia','away_from':'2026-08-02',"
		  "'away_until':'2026-08-01'}",
		  "away_until: " },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) json = people_json(cases[i].text);
		g_autoptr(GError) error = NULL;

		assert_null(staff_from_json(json, &error));
		assert_true(g_error_matches(error, REGISTER_ERROR, REGISTER_ERROR_FIELD));
		assert_true(g_str_has_prefix(error->message, cases[i].field));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_full_record_comes_back_the_same),
		cmocka_unit_test(test_without_a_role_one_is_a_worker),
		cmocka_unit_test(test_dates_say_who_is_employed_and_who_is_away),
		cmocka_unit_test(test_an_error_begins_with_the_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
