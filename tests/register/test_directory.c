/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_directory.c - everyone is found by every spelling, and nobody twice
 */
#include "config.h"

#include "tests/register/people.h"

#include <string.h>

#define CARL \
	"{'case':'C1','name':'Carl','born':'2010-12-01','addresses':['c@kids.example']"
#define DORA \
	"{'case':'C2','name':'Dora','born':'2011-12-01','addresses':['d@kids.example']"
#define MIA                                                                          \
	"{'email':'mia@agency.example','name':'Mia O\\u2019Neill','logins':['mia']," \
	"'also':['mia@home.example'],'unix_user':'mia'}"
#define TOM "{'email':'tom@agency.example','name':'Tom Tick'}"

static const char *const two_people[] = { CARL ",'sms':['+44 7700 900123']}", DORA "}",
					  NULL };
static const char *const two_staff[] = { MIA, TOM, NULL };

static Directory *
directory(void)
{
	g_autoptr(GError) error = NULL;
	Directory *made = people_directory(two_people, two_staff, NULL, &error);

	assert_null(error);
	return made;
}

static const Person *
only_person(const GPtrArray *people)
{
	assert_non_null(people);
	assert_int_equal(people->len, 1);
	return people->pdata[0];
}

static void
test_a_young_person_is_found_by_every_spelling(void **state)
{
	static const char *const spellings[] = { "c@kids.example", "C@Kids.Example",
						 "c+tag@kids.example",
						 "\"c\"@kids.example" };
	g_autoptr(Directory) all = directory();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++) {
		g_autoptr(Address) address = address_parse(spellings[i], NULL);

		assert_string_equal(
			only_person(directory_people_at(all, address))->case_id, "C1");
	}
	assert_string_equal(directory_person(all, "C2")->name, "Dora");
	assert_null(directory_person(all, "C3"));
}

static void
test_a_number_is_found_however_it_is_written(void **state)
{
	g_autoptr(Directory) all = directory();

	(void)state;
	assert_string_equal(
		only_person(directory_people_texted(all, "07700900123"))->case_id, "C1");
	assert_string_equal(
		only_person(directory_people_texted(all, "00447700900123"))->case_id,
		"C1");
	assert_null(directory_people_texted(all, "07700900124"));
	assert_null(directory_people_texted(all, "carl"));
}

static void
test_staff_are_found_by_address_login_account_and_name(void **state)
{
	g_autoptr(Directory) all = directory();
	g_autoptr(Address) private = address_parse("MIA@home.example", NULL);
	g_autoptr(Address) work = address_parse("Mia@agency.example", NULL);
	const Staff *mia = directory_staff(all, "mia@agency.example");

	(void)state;
	assert_non_null(mia);
	assert_ptr_equal(directory_staff_at(all, private), mia);
	assert_ptr_equal(directory_staff_at(all, work), mia);
	assert_true(directory_is_work_address(all, mia, work));
	assert_false(directory_is_work_address(all, mia, private));
	assert_null(directory_staff(all, "mia@home.example"));
	assert_ptr_equal(directory_staff_login(all, "mia"), mia);
	assert_ptr_equal(directory_staff_login(all, "MIA@agency.example"), mia);
	assert_null(directory_staff_login(all, "tom"));
	assert_ptr_equal(directory_staff_unix(all, "mia"), mia);
	assert_true(directory_is_work_domain(all, "agency.example"));
	assert_false(directory_is_work_domain(all, "home.example"));
}

static void
test_a_display_name_carries_a_name_in_any_order_and_case(void **state)
{
	static const struct {
		const char *name;
		bool is_mia;
	} cases[] = {
		{ "Mia O'Neill", true },
		{ "ONEILL, MIA", true },
		{ "M\303\255a O\342\200\231Neill (private)", true },
		{ "Mia", false },
		{ "O'Neill", false },
		{ "Mia Farrow", false },
		{ "", false },
		{ "\377\376", false },
	};

	g_autoptr(Directory) all = directory();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		if ((directory_staff_named(all, cases[i].name) != NULL) !=
		    cases[i].is_mia)
			fail_msg("%s", cases[i].name);
}

static void
test_one_address_for_two_is_refused_unless_both_share_it(void **state)
{
	static const struct {
		const char *people[3];
		bool is_taken;
	} cases[] = {
		{ { CARL "}", "{'case':'C2','name':'D','born':'2011-12-01',"
			      "'addresses':['C+x@kids.example']}" },
		  true },
		{ { CARL ",'shared':true}", "{'case':'C2','name':'D','born':'2011-12-01',"
					    "'addresses':['c@kids.example']}" },
		  true },
		{ { CARL ",'shared':true}", "{'case':'C2','name':'D','born':'2011-12-01',"
					    "'addresses':['c@kids.example'],"
					    "'shared':true}" },
		  false },
		{ { CARL ",'state':'removed'}",
		    "{'case':'C2','name':'D','born':'2011-12-01',"
		    "'addresses':['c@kids.example']}" },
		  false },
		{ { CARL ",'state':'ended'}",
		    "{'case':'C2','name':'D','born':'2011-12-01',"
		    "'addresses':['c@kids.example']}" },
		  true },
		{ { CARL "}", CARL "}" }, true },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Directory) all =
			people_directory(cases[i].people, NULL, NULL, &error);

		assert_int_equal(all == NULL, cases[i].is_taken);
		assert_int_equal(
			g_error_matches(error, REGISTER_ERROR, REGISTER_ERROR_TAKEN),
			cases[i].is_taken);
	}
}

static void
test_a_refusal_names_the_address_and_not_the_other_case(void **state)
{
	static const char *const people[] = {
		"{'case':'SECRET','name':'S','born':'2011-12-01',"
		"'addresses':['c@kids.example']}",
		"{'case':'ZED','name':'Z','born':'2011-12-01',"
		"'addresses':['c@kids.example']}",
		NULL
	};
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(people_directory(people, NULL, NULL, &error));
	assert_non_null(strstr(error->message, "'c@kids.example'"));
	assert_null(strstr(error->message, "SECRET"));
}

static void
test_staff_share_neither_address_nor_login(void **state)
{
	static const char *const others[] = {
		"{'email':'mia@agency.example','name':'M'}",
		"{'email':'m2@agency.example','name':'M','also':['mia@home.example']}",
		"{'email':'m2@agency.example','name':'M','logins':['Mia']}",
		"{'email':'m2@agency.example','name':'M','logins':['mia@agency.example']"
		"}",
		"{'email':'m2@agency.example','name':'M','unix_user':'mia'}",
		"{'email':'c@kids.example','name':'M'}",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		const char *staff[] = { MIA, others[i], NULL };
		g_autoptr(GError) error = NULL;

		assert_null(people_directory(two_people, staff, NULL, &error));
		assert_true(g_error_matches(error, REGISTER_ERROR, REGISTER_ERROR_TAKEN));
	}
}

static void
test_someone_removed_is_found_by_case_alone(void **state)
{
	static const char *const people[] = {
		CARL ",'sms':['07700900123'],'state':'removed','state_reason':'error'}",
		NULL
	};
	g_autoptr(Directory) all = people_directory(people, NULL, NULL, NULL);
	g_autoptr(Address) address = address_parse("c@kids.example", NULL);

	(void)state;
	assert_null(directory_people_at(all, address));
	assert_null(directory_people_texted(all, "07700900123"));
	assert_non_null(directory_person(all, "C1"));
}

#define AGREED(id)                                                                 \
	"{'id':'" id "','case':'C1','staff':['mia@agency.example'],'purpose':'x'," \
	"'from':'2026-01-01','until':'2026-06-30','agreed':'2025-12-20',"          \
	"'informed':'2025-12-20','ground':'of-age'}"

static void
test_agreements_of_a_case_come_newest_last(void **state)
{
	static const char *const agreements[] = { AGREED("B"), AGREED("C"), AGREED("A"),
						  NULL };
	g_autoptr(Directory) all =
		people_directory(two_people, two_staff, agreements, NULL);
	const GPtrArray *of_carl = directory_agreements(all, "C1");

	(void)state;
	assert_int_equal(of_carl->len, 3);
	assert_string_equal(((const Agreement *)of_carl->pdata[0])->id, "A");
	assert_string_equal(((const Agreement *)of_carl->pdata[2])->id, "C");
	assert_null(directory_agreements(all, "C2"));
	assert_ptr_equal(directory_agreement(all, "C"), of_carl->pdata[2]);
}

static Directory *
with_contacts(const char *const *contacts, GError **error)
{
	static const char *const people[] = { "{'case':'C1','name':'Carl','born':'2010-"
					      "01-01','addresses':['c@k.example']}",
					      "{'case':'C2','name':'Dora','born':'2010-"
					      "01-01','addresses':['d@k.example']}",
					      NULL };

	return people_directory_with(people, NULL, NULL, contacts, error);
}

static const char *
contact_id(const Directory *all, const char *case_id, const char *text, const char *day)
{
	g_autoptr(Address) address = address_parse(text, NULL);
	const Contact *contact =
		directory_contact_at(all, case_id, address, day_parse(day, NULL));

	return contact == NULL ? "" : contact->id;
}

static void
test_a_contact_is_found_for_its_case_and_its_days(void **state)
{
	static const char *const contacts[] = {
		"{'id':'K1','case':'C1','name':'Ann','role':'carer',"
		"'address':'ann@home.example','until':'2026-05-01'}",
		"{'id':'K2','name':'School','role':'school','address':'@School.Example'}",
		"{'id':'K3','case':'C1','name':'Head','role':'school',"
		"'address':'head@school.example'}",
		"{'id':'K4','name':'Old','role':'partner','address':'@old.example',"
		"'ended':'2026-02-01'}",
		NULL
	};

	static const struct {
		const char *case_id, *address, *day, *id;
	} rows[] = {
		{ "C1", "ANN+x@home.example", "2026-05-01", "K1" },
		{ "C1", "ann@home.example", "2026-05-02", "" },
		{ "C2", "ann@home.example", "2026-05-01", "" },
		{ "C2", "teacher@school.example", "2026-05-01", "K2" },
		{ "C1", "head@school.example", "2026-05-01", "K3" },
		{ "C2", "head@school.example", "2026-05-01", "K2" },
		{ "C2", "x@sub.school.example", "2026-05-01", "" },
		{ "C2", "x@old.example", "2026-01-31", "K4" },
		{ "C2", "x@old.example", "2026-02-01", "" },
	};

	g_autoptr(GError) error = NULL;
	g_autoptr(Directory) all = with_contacts(contacts, &error);

	(void)state;
	assert_non_null(all);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_string_equal(
			contact_id(all, rows[i].case_id, rows[i].address, rows[i].day),
			rows[i].id);
	assert_int_equal(directory_contacts(all, "C1")->len, 2);
	assert_int_equal(directory_contacts(all, NULL)->len, 2);
	assert_string_equal(directory_contact(all, "K3")->name, "Head");
	assert_int_equal(directory_all_contacts(all)->len, 4);
}

static void
test_a_contact_of_no_case_or_of_the_agency_itself_is_refused(void **state)
{
	static const char *const no_case[] = { "{'id':'K1','case':'C9','name':'Ann','"
					       "role':'carer','address':'a@h.example'}",
					       NULL };
	static const char *const own[] = {
		"{'id':'K1','name':'We','role':'partner','address':'@agency.example'}",
		NULL
	};
	g_autoptr(GError) first = NULL;
	g_autoptr(GError) second = NULL;

	(void)state;
	assert_null(with_contacts(no_case, &first));
	assert_true(
		g_str_has_prefix(first->message, "case: 'C9' is not in the register"));
	assert_null(with_contacts(own, &second));
	assert_true(g_str_has_prefix(second->message, "address: '@agency.example'"));
}

static void
test_an_address_may_pass_from_one_to_another(void **state)
{
	static const char *const passed[] = {
		"{'case':'C1','name':'Carl','born':'2010-01-01','addresses':"
		"[{'address':'kid@k.example','until':'2026-05-01'}]}",
		"{'case':'C2','name':'Dora','born':'2010-01-01','addresses':"
		"[{'address':'kid@k.example','from':'2026-05-02'}]}",
		NULL
	};
	static const char *const both[] = {
		"{'case':'C1','name':'Carl','born':'2010-01-01','addresses':"
		"[{'address':'kid@k.example','until':'2026-05-01'}]}",
		"{'case':'C2','name':'Dora','born':'2010-01-01','addresses':"
		"[{'address':'kid@k.example','from':'2026-05-01'}]}",
		NULL
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(Directory) all = people_directory(passed, NULL, NULL, &error);
	g_autoptr(Address) address = address_parse("Kid@k.example", NULL);

	(void)state;
	assert_non_null(all);
	assert_int_equal(directory_people_at(all, address)->len, 2);
	assert_true(directory_holds_on(all, directory_person(all, "C1"), address,
				       day_parse("2026-05-01", NULL)));
	assert_false(directory_holds_on(all, directory_person(all, "C1"), address,
					day_parse("2026-05-02", NULL)));
	assert_true(directory_holds_on(all, directory_person(all, "C2"), address,
				       day_parse("2026-05-02", NULL)));
	assert_null(people_directory(both, NULL, NULL, &error));
}

static GPtrArray *
one_list(void *thing)
{
	GPtrArray *list = g_ptr_array_new();

	g_ptr_array_add(list, thing);
	return list;
}

static Directory *
with_person(const Directory *before, const char *text, GError **error)
{
	g_autoptr(Person) person = people_person(text);
	g_autoptr(GPtrArray) list = one_list(person);
	const DirectoryLists changed = { .of[REGISTER_PERSON] = list };

	return directory_change(before, &changed, error);
}

/* Who has an address, "" for nobody. */
static const char *
case_at(const Directory *all, const char *text)
{
	g_autoptr(Address) address = address_parse(text, NULL);
	const GPtrArray *people = directory_people_at(all, address);

	return people == NULL ? "" : only_person(people)->case_id;
}

static void
test_a_change_leaves_the_directory_before_it_as_it_was(void **state)
{
	g_autoptr(Directory) before = directory();
	g_autoptr(Directory) moved =
		with_person(before,
			    "{'case':'C1','name':'Carl','born':'2010-12-01',"
			    "'addresses':['new@kids.example']}",
			    NULL);
	g_autoptr(Directory) more =
		with_person(moved,
			    "{'case':'C0','name':'Al','born':'2010-12-01',"
			    "'addresses':['c@kids.example']}",
			    NULL);

	(void)state;
	assert_string_equal(case_at(before, "c@kids.example"), "C1");
	assert_string_equal(case_at(before, "new@kids.example"), "");
	assert_string_equal(case_at(moved, "c@kids.example"), "");
	assert_string_equal(case_at(moved, "new@kids.example"), "C1");
	assert_string_equal(case_at(more, "c@kids.example"), "C0");
	assert_string_equal(case_at(more, "d@kids.example"), "C2");
	assert_int_equal(directory_all_people(before)->len, 2);
	assert_int_equal(directory_all_people(moved)->len, 2);
	assert_int_equal(directory_all_people(more)->len, 3);
	assert_string_equal(
		((const Person *)directory_all_people(more)->pdata[0])->case_id, "C0");
}

static void
test_a_change_is_refused_what_a_new_directory_is_refused(void **state)
{
	static const char *const refused[] = {
		"{'case':'C3','name':'D','born':'2011-12-01',"
		"'addresses':['C+x@kids.example']}",
		"{'case':'C3','name':'D','born':'2011-12-01',"
		"'addresses':['mia@agency.example']}",
	};
	g_autoptr(Directory) all = directory();
	g_autoptr(Directory) apprentice = NULL;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(with_person(all, refused[i], &error));
		assert_true(g_error_matches(error, REGISTER_ERROR, REGISTER_ERROR_TAKEN));
		assert_true(g_str_has_prefix(error->message, "addresses: '"));
	}
	/* An apprentice: their work address is staff's, their private one a case's. */
	apprentice = with_person(all,
				 "{'case':'C3','name':'Mia','born':'2010-12-01',"
				 "'addresses':['mia@home.example']}",
				 NULL);
	assert_non_null(apprentice);
	assert_string_equal(case_at(apprentice, "mia@home.example"), "C3");
}

/* Two of one name: the other is still found when one of them has another. */
static void
test_a_name_is_anybodys_who_has_it(void **state)
{
	static const char *const two[] = {
		TOM, "{'email':'tom2@agency.example','name':'Tom Tick'}", NULL
	};
	g_autoptr(Directory) all = people_directory(NULL, two, NULL, NULL);
	g_autoptr(Staff) renamed =
		people_staff("{'email':'tom@agency.example','name':'Tim Tock'}");
	g_autoptr(GPtrArray) list = one_list(renamed);
	const DirectoryLists changed = { .of[REGISTER_STAFF] = list };
	g_autoptr(Directory) after = directory_change(all, &changed, NULL);

	(void)state;
	assert_string_equal(
		address_text(directory_staff_named(after, "Tick, Tom")->email),
		"tom2@agency.example");
	assert_non_null(directory_staff_named(after, "Tim Tock"));
}

/* Whatever way it came to be, a directory of the same people answers the same. */
static void
test_many_changes_lead_where_one_list_leads(void **state)
{
	enum { STEPS = 2000, PEOPLE = 40, ADDRESSES = 60 };

	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	g_autoptr(Directory) all = people_directory(NULL, NULL, NULL, NULL);
	g_autoptr(Directory) again = NULL;

	(void)state;
	for (int i = 0; i < STEPS; i++) {
		g_autofree char *text = g_strdup_printf(
			"{'case':'C%d','name':'P','born':'2010-01-01','addresses':["
			"'a%d@kids.example','a%d@kids.example'],'state':'%s'}",
			g_rand_int_range(random, 0, PEOPLE),
			g_rand_int_range(random, 0, ADDRESSES),
			g_rand_int_range(random, 0, ADDRESSES),
			g_rand_int_range(random, 0, 4) == 0 ? "removed" : "active");
		Directory *next = with_person(all, text, NULL);

		if (next == NULL)
			continue;
		directory_unref(all);
		all = next;
	}
	{
		static const char *const none[] = { NULL };
		g_autoptr(AddressForm) form = address_form_new(none, none);
		const DirectoryOptions options = { form, none };
		const DirectoryLists lists = {
			.of[REGISTER_PERSON] =
				(GPtrArray *)(gpointer)(gsize)directory_all_people(all)
		};

		again = directory_new(&options, &lists, NULL);
	}
	assert_non_null(again);
	for (int i = 0; i < ADDRESSES; i++) {
		g_autofree char *text = g_strdup_printf("A%d@kids.example", i);

		assert_string_equal(case_at(all, text), case_at(again, text));
	}
}

static void
test_a_hundred_thousand_people_are_ready_well_within_a_second(void **state)
{
	static const char *const none[] = { NULL };
	g_autoptr(AddressForm) form = address_form_new(none, none);
	DirectoryOptions options = { form, none };
	g_autoptr(GPtrArray) people =
		g_ptr_array_new_with_free_func((GDestroyNotify)person_unref);
	const DirectoryLists lists = { .of[REGISTER_PERSON] = people };
	g_autoptr(Directory) all = NULL;
	g_autoptr(Address) address = address_parse("P99999@kids.example", NULL);
	gint64 start;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		g_autofree char *text =
			g_strdup_printf("{'case':'C%d','name':'P','born':'2010-01-01',"
					"'addresses':['p%d@kids.example']}",
					i, i);

		g_ptr_array_add(people, people_person(text));
	}
	start = g_get_monotonic_time();
	all = directory_new(&options, &lists, NULL);
	if (g_getenv("MAKE_TIMING") != NULL)
		print_message("built in %" G_GINT64_FORMAT " ms\n",
			      (g_get_monotonic_time() - start) / 1000);
	assert_string_equal(only_person(directory_people_at(all, address))->case_id,
			    "C99999");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_young_person_is_found_by_every_spelling),
		cmocka_unit_test(test_a_number_is_found_however_it_is_written),
		cmocka_unit_test(test_staff_are_found_by_address_login_account_and_name),
		cmocka_unit_test(
			test_a_display_name_carries_a_name_in_any_order_and_case),
		cmocka_unit_test(
			test_one_address_for_two_is_refused_unless_both_share_it),
		cmocka_unit_test(test_a_refusal_names_the_address_and_not_the_other_case),
		cmocka_unit_test(test_staff_share_neither_address_nor_login),
		cmocka_unit_test(test_someone_removed_is_found_by_case_alone),
		cmocka_unit_test(test_agreements_of_a_case_come_newest_last),
		cmocka_unit_test(test_a_contact_is_found_for_its_case_and_its_days),
		cmocka_unit_test(
			test_a_contact_of_no_case_or_of_the_agency_itself_is_refused),
		cmocka_unit_test(test_an_address_may_pass_from_one_to_another),
		cmocka_unit_test(test_a_change_leaves_the_directory_before_it_as_it_was),
		cmocka_unit_test(
			test_a_change_is_refused_what_a_new_directory_is_refused),
		cmocka_unit_test(test_a_name_is_anybodys_who_has_it),
		cmocka_unit_test(test_many_changes_lead_where_one_list_leads),
		cmocka_unit_test(
			test_a_hundred_thousand_people_are_ready_well_within_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
