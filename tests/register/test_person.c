/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_person.c - a young person's record is checked in full and comes back the same
 */
#include "config.h"

#include "tests/register/people.h"

#include <string.h>

static void
test_a_full_record_comes_back_the_same(void **state)
{
	static const char text[] =
		"{'case':'C1','name':'Carl','born':'2010-12-01','born_estimated':true,"
		"'addresses':['c@kids.example',{'address':'old@kids.example',"
		"'from':null,'until':'2025-01-01'}],'shared':true,'via':'alias',"
		"'sms':['07700 900123'],'manager':'max@agency.example',"
		"'read_by':'his mother','state':'ended','state_reason':'moved away'}";
	g_autoptr(json_t) json = people_json(text);
	g_autoptr(Person) person = people_person(text);
	g_autoptr(json_t) again = person_to_json(person);

	(void)state;
	assert_true(json_equal(json, again));
	assert_int_equal(person->state, PERSON_ENDED);
}

static const char *
first_address(const Person *person)
{
	const PersonAddress *first = person->addresses->pdata[0];

	return address_text(first->address);
}

static void
test_what_is_left_out_is_empty(void **state)
{
	g_autoptr(Person) person =
		people_person("{'case':'C1','name':'Carl','born':'2010-12-01',"
			      "'addresses':['C@KIDS.example'],'manager':''}");

	(void)state;
	assert_null(person->manager);
	assert_null(person->sms[0]);
	assert_int_equal(person->state, PERSON_ACTIVE);
	assert_string_equal(first_address(person), "C@kids.example");
}

static void
test_an_error_begins_with_the_field_and_says_what_to_do(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "{'name':'Carl','born':'2010-12-01','addresses':['c@k.example']}",
		  "case: is missing: give it" },
		{ "{'case':'C1','name':'Carl','born':'2010-13-01','addresses':['c@k."
		  "example']}",
		  "born: '2010-13-01' is not a day: write YYYY-MM-DD" },
		{ "{'case':'C1','name':'Carl','addresses':['c@k.example']}",
		  "born: is missing: give the day as YYYY-MM-DD" },
		{ "{'case':'C1','name':7,'born':'2010-12-01','addresses':['c@k.example']"
		  "}",
		  "name: is not text: write it as text" },
		{ "{'case':'C1','name':'a\\nb','born':'2010-12-01'}",
		  "name: holds a line break or control character: write it on one line" },
		{ "{'case':'C1','name':'Carl','born':'2010-12-01','addresses':['carl']}",
		  "addresses: 'carl' is not a mail address: write NAME@DOMAIN" },
		{ "{'case':'C1','name':'Carl','born':'2010-12-01','addresses':'c@k."
		  "example'}",
		  "addresses: is not a list: write a list of texts" },
		{ "{'case':'C1','name':'Carl','born':'2010-12-01','addresses':[]}",
		  "addresses: is missing: give an address, or a number with sms" },
		{ "{'case':'C1','name':'Carl','born':'2010-12-01','sms':['call me']}",
		  "sms: 'call me' is not a telephone number: write digits, as +44 7700 "
		  "900123" },
		{ "{'case':'C1','name':'Carl','born':'2010-12-01','sms':['07700900123'],"
		  "'via':'pigeon'}",
		  "via: 'pigeon' is not known: write alias or leave it out" },
		{ "{'case':'C1','name':'Carl','born':'2010-12-01','sms':['07700900123'],"
		  "'shared':'yes'}",
		  "shared: is neither true nor false: write one" },
		{ "{'case':'C1','name':'Carl','born':'2010-12-01','sms':['07700900123'],"
		  "'state':'gone'}",
		  "state: 'gone' is no state: write active, ended or removed" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) json = people_json(cases[i].text);
		g_autoptr(GError) error = NULL;

		assert_null(person_from_json(json, &error));
		assert_true(g_error_matches(error, REGISTER_ERROR, REGISTER_ERROR_FIELD));
		assert_string_equal(error->message, cases[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_full_record_comes_back_the_same),
		cmocka_unit_test(test_what_is_left_out_is_empty),
		cmocka_unit_test(test_an_error_begins_with_the_field_and_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
