/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_contact.c - a contact's record is checked in full and comes back the same
 */
#include "config.h"

#include "tests/register/people.h"

#include <string.h>

static void
test_a_full_record_comes_back_the_same(void **state)
{
	static const char *const texts[] = {
		"{'id':'K1','case':'C1','name':'Ann','role':'foster-carer',"
		"'address':'ann@home.example','until':'2026-05-01','private':false,"
		"'ended':null,'end_reason':null}",
		"{'id':'K2','case':null,'name':'Lex','role':'solicitor',"
		"'address':'@law.example','until':null,'private':true,"
		"'ended':'2026-02-01','end_reason':'merged'}",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(json_t) json = people_json(texts[i]);
		g_autoptr(Contact) contact = people_contact(texts[i]);
		g_autoptr(json_t) again = contact_to_json(contact);

		assert_true(json_equal(json, again));
	}
}

static void
test_an_error_begins_with_the_field_and_says_what_to_do(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "{'id':'K','role':'carer','address':'a@b.example'}",
		  "name: is missing: give it" },
		{ "{'id':'K','name':'A','role':'two words','address':'a@b.example'}",
		  "role: 'two words' is not one word: write carer, school, solicitor or "
		  "the like" },
		{ "{'id':'K','name':'A','role':'carer','address':'ann'}",
		  "address: 'ann' is not a mail address: write NAME@DOMAIN" },
		{ "{'id':'K','name':'A','role':'carer','address':'@a b'}",
		  "address: '@a b' is no domain: write @DOMAIN" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) json = people_json(cases[i].text);
		g_autoptr(GError) error = NULL;

		assert_null(contact_from_json(json, &error));
		assert_string_equal(error->message, cases[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_full_record_comes_back_the_same),
		cmocka_unit_test(test_an_error_begins_with_the_field_and_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
