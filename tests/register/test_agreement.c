/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_agreement.c - an agreement says what the guidance asks, and holds on its days
 */
#include "config.h"

#include "tests/register/people.h"

#include <string.h>

#define BASE                                                                           \
	"'id':'A1','case':'C1','staff':['mia@agency.example'],'purpose':'rehearsals'," \
	"'from':'2026-01-01','until':'2026-06-30','agreed':'2025-12-20',"              \
	"'informed':'2025-12-20'"

static void
test_a_full_record_comes_back_the_same(void **state)
{
	static const char text[] =
		"{" BASE ",'channels':['email','text'],'ground':'parent','parent':'Ann',"
		"'parent_aware':'2025-12-21','parent_permits':'2025-12-22',"
		"'decision':'seen at school','decided_by':'max@agency.example',"
		"'ended':'2026-03-01','end_reason':'done'}";
	g_autoptr(json_t) json = people_json(text);
	g_autoptr(Agreement) agreement = people_agreement(text);
	g_autoptr(json_t) again = agreement_to_json(agreement);

	(void)state;
	assert_true(json_equal(json, again));
	assert_int_equal(agreement->channels, AGREEMENT_EMAIL | AGREEMENT_TEXT);
}

static void
test_it_holds_from_its_first_day_to_its_last_until_it_is_ended(void **state)
{
	g_autoptr(Agreement) whole = people_agreement("{" BASE ",'ground':'of-age'}");
	g_autoptr(Agreement) ended =
		people_agreement("{" BASE ",'ground':'of-age','ended':'2026-03-01'}");

	static const struct {
		const char *day;
		bool whole, ended;
	} cases[] = {
		{ "2025-12-31", false, false }, { "2026-01-01", true, true },
		{ "2026-02-28", true, true },   { "2026-03-01", true, false },
		{ "2026-06-30", true, false },  { "2026-07-01", false, false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Day day = day_parse(cases[i].day, NULL);

		assert_int_equal(agreement_holds_on(whole, day), cases[i].whole);
		assert_int_equal(agreement_holds_on(ended, day), cases[i].ended);
	}
}

static void
test_the_channel_is_mail_unless_said(void **state)
{
	g_autoptr(Agreement) agreement = people_agreement("{" BASE ",'ground':'of-age'}");

	(void)state;
	assert_int_equal(agreement->channels, AGREEMENT_EMAIL);
}

static void
test_an_error_begins_with_the_field(void **state)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{ "{" BASE "}", "ground: " },
		{ "{" BASE ",'ground':'luck'}", "ground: " },
		{ "{" BASE ",'ground':'parent','parent_aware':'2025-12-21'}",
		  "parent: " },
		{ "{" BASE ",'ground':'parent','parent':'Ann'}", "parent_aware: " },
		{ "{" BASE ",'ground':'decision'}", "decision: " },
		{ "{" BASE ",'ground':'decision','decision':'yes'}", "decided_by: " },
		{ "{" BASE ",'ground':'of-age','channels':['pigeon']}", "channels: " },
		{ "{'id':'A1','case':'C1','staff':[]}", "staff: " },
		{ "{'id':'A1','case':'C1','staff':['mia']}", "staff: " },
		{ "{'id':'A1','case':'C1','staff':['m@a.example'],'purpose':'x',"
		  "'from':'2026-02-01','until':'2026-01-31','agreed':'2026-01-01',"
		  "'informed':'2026-01-01','ground':'of-age'}",
		  "until: " },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) json = people_json(cases[i].text);
		g_autoptr(GError) error = NULL;

		assert_null(agreement_from_json(json, &error));
		assert_true(g_error_matches(error, REGISTER_ERROR, REGISTER_ERROR_FIELD));
		assert_true(g_str_has_prefix(error->message, cases[i].field));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_full_record_comes_back_the_same),
		cmocka_unit_test(
			test_it_holds_from_its_first_day_to_its_last_until_it_is_ended),
		cmocka_unit_test(test_the_channel_is_mail_unless_said),
		cmocka_unit_test(test_an_error_begins_with_the_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
