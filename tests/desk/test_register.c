/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_register.c - people, staff and agreements: what is refused, and as what
 */
#include "config.h"

#include "base/clock.h"
#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

/* One request, how it must end, and what its error begins with. */
typedef struct Case {
	const char *as, *verb, *options;
	int exit;
	const char *error; /* NULL: whatever */
} Case;

static void
check(Bureau *bureau, const Case *one)
{
	int code = bureau_exit(bureau, one->as, one->verb, one->options);

	if (code != one->exit)
		fail_msg("%s %s: exit %d, not %d: %s", one->verb, one->options, code,
			 one->exit, bureau->error);
	if (one->error != NULL && !g_str_has_prefix(bureau->error, one->error))
		fail_msg("%s %s: '%s' does not begin with '%s'", one->verb, one->options,
			 bureau->error, one->error);
}

static void
check_all(const Case *cases, gsize count)
{
	g_autoptr(Bureau) bureau = bureau_new();

	for (gsize i = 0; i < count; i++)
		check(bureau, &cases[i]);
}

static void
test_a_wrong_person_is_refused_by_field(void **state)
{
	static const Case cases[] = {
		{ NULL, "person add C3",
		  "{'born':'2010-01-01','address':['x@y.example']}", 2, "--name: " },
		{ NULL, "person add C3", "{'name':'N','address':['x@y.example']}", 2,
		  "--born: " },
		{ NULL, "person add C3",
		  "{'name':'N','born':'2010-13-01','address':['x@y.example']}", 2,
		  "--born: '2010-13-01' is not a day: write YYYY-MM-DD" },
		{ NULL, "person add C3",
		  "{'name':'N','born':'2999-01-01','address':['x@y.example']}", 2,
		  "--born: " },
		{ NULL, "person add C3", "{'name':'N','born':'2010-01-01'}", 2,
		  "--address: " },
		{ NULL, "person add C3",
		  "{'name':'N','born':'2010-01-01','address':['x y']}", 2,
		  "--address: 'x y' " },
		{ NULL, "person add C3",
		  "{'name':'N','born':'2010-01-01','address':['x@y.example'],"
		  "'manager':'nobody@agency.example'}",
		  2, "--manager: 'nobody@agency.example' " },
		{ NULL, "person add C3",
		  "{'name':'N','born':'2010-01-01','address':['carl@kids.example']}", 3,
		  "--address: 'carl@kids.example' " },
		{ NULL, "person add C3",
		  "{'name':'N','born':'2010-01-01','address':['CARL+x@Kids.example']}", 3,
		  "--address: " },
		{ NULL, "person add C1",
		  "{'name':'N','born':'2010-01-01','address':['x@y.example']}", 3,
		  "CASE: 'C1' " },
		{ NULL, "person add ../C3",
		  "{'name':'N','born':'2010-01-01','address':['x@y.example']}", 2,
		  "CASE: " },
		{ NULL, "person add", "{'name':'N','born':'2010-01-01'}", 2, "CASE: " },
		{ NULL, "person change C9", "{'name':'N'}", 2, "CASE: 'C9' " },
		{ NULL, "person change C1", "{'shoe-size':'4'}", 2, "--shoe-size: " },
		{ NULL, "person change C1", "{'name':true}", 2, "--name: " },
		{ NULL, "person change C1", "{'shared':'yes'}", 2, "--shared: " },
		{ NULL, "person end C1", "{}", 2, "--reason: " },
		{ NULL, "person remove C1", "{'reason':' '}", 2, "--reason: " },
	};

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
}

static void
test_a_refused_address_names_no_other_case(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_int_equal(bureau_exit(bureau, MIA, "person add C3",
				     "{'name':'N','born':'2010-01-01','address':['carl@"
				     "kids.example']}"),
			 3);
	assert_null(strstr(bureau->error, "C1"));
	assert_null(strstr(bureau->error, "Carl"));
}

static void
test_a_change_is_in_force_and_on_record_before_the_answer(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) answer = bureau_ask(
		bureau, NULL, "person change C1",
		"{'address':['carl@kids.example','carl2@kids.example'],'manager':'" MIA
		"'}");
	g_autoptr(Address) address = address_parse("Carl2@kids.example", NULL);
	g_autoptr(World) world = desk_world(bureau->desk);
	g_autoptr(Record) record = NULL;

	(void)state;
	assert_int_equal(bureau->exit, 0);
	assert_non_null(directory_people_at(world->directory, address));
	record = store_get(bureau->store, json_text(answer, "id"), NULL);
	assert_non_null(record);
	assert_string_equal(record_type(record), "person");
	assert_string_equal(json_text(record_payload(record), "manager"), MIA);
	assert_string_equal(json_text(record_payload(record), "name"), "Carl");
}

static void
test_the_register_is_read_from_the_records(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) before = bureau_ask(bureau, NULL, "person show C2", NULL);
	g_autoptr(json_t) after = NULL;

	(void)state;
	bureau_restart(bureau);
	after = bureau_ask(bureau, NULL, "person show C2", NULL);
	assert_true(json_equal(before, after));
}

static void
test_an_ended_person_stays_and_a_removed_one_leaves(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(Address) address = address_parse(CARL, NULL);
	g_autoptr(json_t) all = NULL;
	g_autoptr(json_t) active = NULL;
	g_autoptr(World) ended = NULL;
	g_autoptr(World) removed = NULL;

	(void)state;
	assert_int_equal(bureau_exit(bureau, NULL, "person end C1", "{'reason':'moved'}"),
			 0);
	ended = desk_world(bureau->desk);
	assert_non_null(directory_people_at(ended->directory, address));
	assert_int_equal(
		bureau_exit(bureau, NULL, "person remove C1", "{'reason':'moved'}"), 0);
	removed = desk_world(bureau->desk);
	assert_null(directory_people_at(removed->directory, address));
	active = bureau_ask(bureau, NULL, "person list", NULL);
	all = bureau_ask(bureau, NULL, "person list", "{'all':true}");
	assert_int_equal(json_array_size(active), 1);
	assert_int_equal(json_array_size(all), 2);
}

static void
test_a_manager_changes_only_those_they_decide_for(void **state)
{
	static const Case cases[] = {
		{ TOM, "person change C2", "{'name':'Cleopatra'}", 0, NULL },
		{ MIA, "person change C2", "{'name':'Cleopatra'}", 3, "CASE: " },
		{ MIA, "person show C2", "{}", 3, "CASE: " },
		{ MIA, "person show C9", "{}", 3, "CASE: " },
		{ DSL, "person change C2", "{'name':'Cleo'}", 0, NULL },
	};

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
}

static void
test_contacts_are_refused_by_field_and_right(void **state)
{
	static const Case cases[] = {
		{ NULL, "contact add",
		  "{'name':'S','role':'school','address':'s@x.example'}", 2, "--case: " },
		{ NULL, "contact add",
		  "{'case':'C1','agency':true,'name':'S','role':'school','address':'s@x."
		  "example'}",
		  2, "--case: " },
		{ NULL, "contact add",
		  "{'case':'C9','name':'S','role':'school','address':'s@x.example'}", 3,
		  "--case: " },
		{ NULL, "contact add",
		  "{'agency':true,'name':'S','role':'school','address':'s'}", 2,
		  "--address: " },
		{ NULL, "contact add",
		  "{'agency':true,'name':'S','role':'partner','address':'@agency.example'"
		  "}",
		  3, "--address: " },
		{ NULL, "contact add",
		  "{'agency':true,'name':'S','role':'partner','address':'@x.example',"
		  "'until':'2001-01-01'}",
		  2, "--until: " },
		{ TOM, "contact add",
		  "{'case':'C1','name':'S','role':'school','address':'s@x.example'}", 3,
		  "--case: " },
		{ TOM, "contact add",
		  "{'agency':true,'name':'S','role':'school','address':'s@x.example'}", 3,
		  "--agency: " },
		{ TOM, "contact add",
		  "{'case':'C2','name':'S','role':'school','address':'s@x.example'}", 0,
		  NULL },
		{ NULL, "contact end 01AA", "{'reason':'r'}", 2, "ID: " },
		{ NULL, "contact end 01", "{}", 2, "--reason: " },
	};

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
}

static void
test_a_contact_is_there_until_it_is_ended(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) made = bureau_ask(
		bureau, TOM, "contact add",
		"{'case':'C2','name':'S','role':'school','address':'s@x.example'}");
	g_autofree char *end = g_strdup_printf("contact end %s", json_text(made, "id"));
	g_autoptr(json_t) others = bureau_ask(bureau, MIA, "contact list", NULL);
	g_autoptr(json_t) before = bureau_ask(bureau, TOM, "contact list", NULL);
	g_autoptr(json_t) after = NULL;
	g_autoptr(json_t) all = NULL;

	(void)state;
	assert_int_equal(json_array_size(others), 0);
	assert_int_equal(json_array_size(before), 1);
	assert_int_equal(bureau_exit(bureau, MIA, end, "{'reason':'r'}"), 3);
	assert_int_equal(bureau_exit(bureau, TOM, end, "{'reason':'r'}"), 0);
	assert_int_equal(bureau_exit(bureau, TOM, end, "{'reason':'r'}"), 3);
	after = bureau_ask(bureau, TOM, "contact list", NULL);
	all = bureau_ask(bureau, TOM, "contact list", "{'all':true}");
	assert_int_equal(json_array_size(after), 0);
	assert_int_equal(json_array_size(all), 1);
}

static void
test_an_address_has_days(void **state)
{
	static const Case cases[] = {
		{ NULL, "person change C1", "{'address':['from','2026-01-01']}", 2,
		  "--address: 'from' " },
		{ NULL, "person change C1", "{'address':['a@x.example from']}", 2,
		  "--address: 'from' " },
		{ NULL, "person change C1", "{'address':['a@x.example','from','soon']}",
		  2, "--address: 'soon' " },
		{ NULL, "person change C1",
		  "{'address':['a@x.example from 2026-02-01 until 2026-01-01']}", 2,
		  "--address: 'a@x.example' ends before it begins" },
	};
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) expected =
		json_pack("[s, {s:s, s:s, s:s}]", "a@x.example", "address", "b@x.example",
			  "from", "2026-01-01", "until", "2026-06-30");
	g_autoptr(json_t) shown = NULL;

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
	assert_int_equal(
		bureau_exit(bureau, NULL, "person change C1",
			    "{'address':['a@x.example','b@x.example from 2026-01-01',"
			    "'until','2026-06-30']}"),
		0);
	shown = bureau_ask(bureau, NULL, "person show C1", NULL);
	assert_true(json_equal(json_object_get(shown, "addresses"), expected));
}

static void
test_nobodys_mail_loses_everyone_who_could_release_it(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	static const Case cases[] = {
		/* Mia's manager would be Mia, and so on. */
		{ NULL, "staff end " DSL, "{'cover':'" MIA "','reason':'left'}", 3,
		  "nobody could release the mail of " },
		{ NULL, "staff add dsl2@agency.example", "{'name':'D','role':['lead']}",
		  0, NULL },
		{ NULL, "staff end " DSL, "{'cover':'" MIA "','reason':'left'}", 0,
		  NULL },
		{ NULL, "staff change " MIA, "{'cover':'" MIA "'}", 2, "--cover: " },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check(bureau, &cases[i]);
}

static void
test_a_history_tells_who_did_what(void **state)
{
	static const char *const steps[][3] = {
		{ "person", "added", NULL },
		{ "person", "changed", "name" },
		{ "contact", "added", NULL },
		{ "person", "ended", "state" },
	};
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) shown = NULL;
	const json_t *story;

	(void)state;
	bureau_exit(bureau, TOM, "person change C2", "{'name':'Cleopatra'}");
	bureau_exit(bureau, TOM, "contact add",
		    "{'case':'C2','name':'S','role':'school','address':'s@x.example'}");
	bureau_exit(bureau, DSL, "person end C2", "{'reason':'moved'}");
	shown = bureau_ask(bureau, TOM, "person show C2", "{'history':true}");
	story = json_object_get(shown, "history");
	assert_int_equal(json_array_size(story), G_N_ELEMENTS(steps));
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		const json_t *told = json_array_get(story, i);

		assert_string_equal(json_text(told, "type"), steps[i][0]);
		assert_string_equal(json_text(told, "what"), steps[i][1]);
		if (steps[i][2] != NULL)
			assert_string_equal(json_string_value(json_array_get(
						    json_object_get(told, "changed"), 0)),
					    steps[i][2]);
	}
	assert_string_equal(json_text(json_array_get(story, 3), "reason"), "moved");
	assert_string_equal(
		json_text(json_object_get(json_array_get(story, 3), "actor"), "staff"),
		DSL);
}

static void
test_wrong_staff_is_refused_by_field(void **state)
{
	static const Case cases[] = {
		{ NULL, "staff add x@agency.example", "{'name':'X'}", 2, "--manager: " },
		{ NULL, "staff add x@agency.example",
		  "{'name':'X','manager':'y@agency.example'}", 2, "--manager: " },
		{ NULL, "staff add x@agency.example", "{'name':'X','role':['lead']}", 0,
		  NULL },
		{ NULL, "staff add x@agency.example", "{'name':'X','role':['lead']}", 3,
		  "EMAIL: " },
		{ NULL, "staff add z@agency.example", "{'name':'Z','role':['boss']}", 2,
		  "--role: " },
		{ NULL, "staff add z", "{'name':'Z'}", 2, "EMAIL: " },
		{ NULL, "staff add z@agency.example",
		  "{'name':'Z','manager':'" MIA "','unix-user':'daemon'}", 3,
		  "--unix-user: " },
		{ NULL, "staff add z@agency.example",
		  "{'name':'Z','manager':'" MIA "','login':['" WENDY "']}", 3,
		  "--login: " },
		{ NULL, "staff change " WENDY, "{'manager':'" WENDY "'}", 2,
		  "--manager: " },
		{ NULL, "staff change " WENDY, "{'away':'2026-01-02 2026-01-01'}", 2,
		  "--away: " },
		{ NULL, "staff change " WENDY,
		  "{'away':'2026-01-02 2026-01-09','cover':'" WILL "'}", 0, NULL },
		{ NULL, "staff change q@agency.example", "{}", 2, "EMAIL: " },
		{ NULL, "staff end " WENDY, "{'reason':'left'}", 2, "--cover: " },
		{ NULL, "staff end " WENDY, "{'cover':'" WILL "'}", 2, "--reason: " },
		{ NULL, "staff end " WENDY, "{'reason':'left','cover':'" WENDY "'}", 2,
		  "--cover: " },
		{ NULL, "staff end " WENDY, "{'reason':'left','cover':'" WILL "'}", 0,
		  NULL },
		{ NULL, "staff end " WENDY, "{'reason':'left','cover':'" WILL "'}", 3,
		  "EMAIL: " },
		{ NULL, "staff change " WILL, "{'manager':'" WENDY "'}", 2,
		  "--manager: " },
	};

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
}

static void
test_staff_who_end_have_left_at_once(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(World) world = NULL;
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();

	(void)state;
	assert_int_equal(bureau_exit(bureau, NULL, "staff end " WENDY,
				     "{'reason':'left','cover':'" WILL "'}"),
			 0);
	world = desk_world(bureau->desk);
	assert_false(staff_is_employed_on(directory_staff(world->directory, WENDY),
					  day_of(clock_now(), zone)));
}

#define OTHER(person, staff)                                            \
	"'case':'" person "','staff':'" staff "','purpose':'homework'," \
	"'agreed':'2026-01-01','informed':'2026-01-01'"
#define AGREEMENT OTHER("C1", WENDY)
#define SPAN      "'from':'2026-01-01','until':'2027-01-01'"
#define PARENT    "'parent':'Pat','parent-aware':'2026-01-01'"

static void
test_an_agreement_needs_one_ground_and_who_may_give_it(void **state)
{
	static const Case cases[] = {
		{ NULL, "agreement add", "{" AGREEMENT "," SPAN "}", 3,
		  "agreement without permission" },
		{ NULL, "agreement add",
		  "{" AGREEMENT "," SPAN "," PARENT ",'of-age':true}", 2, "--of-age: " },
		{ NULL, "agreement add",
		  "{" AGREEMENT "," SPAN "," PARENT ",'decision':'yes'}", 2,
		  "--decision: " },
		{ NULL, "agreement add", "{" AGREEMENT "," SPAN ",'parent':'Pat'}", 2,
		  "--parent-aware: " },
		{ NULL, "agreement add",
		  "{" AGREEMENT "," SPAN ",'parent-aware':'2026-01-01'}", 2,
		  "--parent: " },
		{ NULL, "agreement add", "{" AGREEMENT "," SPAN "," PARENT "}", 0, NULL },
		{ NULL, "agreement add", "{" AGREEMENT "," SPAN ",'decision':'yes'}", 3,
		  "--decision: say who decides" },
		{ MIA, "agreement add", "{" AGREEMENT "," SPAN ",'decision':'yes'}", 0,
		  NULL },
		{ DSL, "agreement add", "{" AGREEMENT "," SPAN ",'decision':'yes'}", 0,
		  NULL },
		{ TOM, "agreement add", "{" AGREEMENT "," SPAN ",'decision':'yes'}", 3,
		  NULL },
		{ TOM, "agreement add", "{" AGREEMENT "," SPAN "," PARENT "}", 3, NULL },
		{ WENDY, "agreement add", "{" AGREEMENT "," SPAN "," PARENT "}", 3,
		  NULL },
		{ MIA, "agreement add", "{" AGREEMENT "," SPAN ",'decision':''}", 2,
		  "--decision: " },
	};

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
}

static void
test_an_agreement_is_wrong_by_field(void **state)
{
	static const Case cases[] = {
		{ NULL, "agreement add",
		  "{" AGREEMENT ",'from':'2026-02-01','until':'2026-01-31'," PARENT "}",
		  2, "--until: " },
		{ NULL, "agreement add",
		  "{" AGREEMENT ",'from':'2026-02-01','until':'2026-02-01'," PARENT "}",
		  0, NULL },
		{ NULL, "agreement add",
		  "{" AGREEMENT ",'from':'1 May','until':'2026-02-01'," PARENT "}", 2,
		  "--from: " },
		{ NULL, "agreement add", "{" OTHER("C9", WENDY) "," SPAN "," PARENT "}",
		  2, "--case: " },
		{ NULL, "agreement add",
		  "{" OTHER("C1", "q@agency.example") "," SPAN "," PARENT "}", 2,
		  "--staff: " },
		{ NULL, "agreement add",
		  "{" AGREEMENT "," SPAN "," PARENT ",'channel':'email,fax'}", 2,
		  "--channel: " },
		{ NULL, "agreement add",
		  "{" AGREEMENT "," SPAN "," PARENT ",'channel':'email, text'}", 0,
		  NULL },
		/* Carl is 16 on 2028-05-01. */
		{ NULL, "agreement add",
		  "{" AGREEMENT
		  ",'from':'2028-04-30','until':'2029-01-01','of-age':true}",
		  3, "--of-age: " },
		{ NULL, "agreement add",
		  "{" AGREEMENT
		  ",'from':'2028-05-01','until':'2029-01-01','of-age':true}",
		  0, NULL },
		{ NULL, "agreement show 01ZZZZ", "{}", 2, "ID: " },
		{ NULL, "agreement list", "{'expiring':'soon'}", 2, "--expiring: " },
	};

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
}

static void
test_nobody_decides_about_an_agreement_of_their_own(void **state)
{
	static const char own[] =
		"{'case':'C1','staff':'" MIA "','purpose':'p','agreed':'2026-01-01',"
		"'informed':'2026-01-01'," SPAN ",'decision':'yes'}";
	static const char lead[] = "{'case':'C1','staff':'" WENDY "," DSL
				   "','purpose':'p','agreed':'2026-01-01',"
				   "'informed':'2026-01-01'," SPAN "," PARENT "}";
	static const Case cases[] = {
		{ MIA, "agreement add", own, 3, "--staff: " },
		{ DSL, "agreement add", own, 0, NULL },
		{ DSL, "agreement add", lead, 3, "--staff: " },
		{ NULL, "staff add team@agency.example",
		  "{'name':'Team','manager':'" DSL "','members':['" MIA "','" WENDY "']}",
		  0, NULL },
		{ MIA, "agreement add",
		  "{'case':'C1','staff':'team@agency.example','purpose':'p',"
		  "'agreed':'2026-01-01','informed':'2026-01-01'," SPAN
		  ",'decision':'yes'}",
		  3, "--staff: " },
	};

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
}

static void
test_an_agreement_ends_once_and_with_a_reason(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) made = bureau_ask(bureau, NULL, "agreement add",
					    "{" AGREEMENT "," SPAN "," PARENT "}");
	g_autofree char *end =
		g_strdup_printf("agreement end %.20s", json_text(made, "id"));
	g_autofree char *show =
		g_strdup_printf("agreement show %s", json_text(made, "id"));
	g_autoptr(json_t) shown = NULL;
	g_autoptr(json_t) listed = NULL;

	(void)state;
	assert_int_equal(bureau_exit(bureau, MIA, end, "{}"), 2);
	assert_int_equal(bureau_exit(bureau, TOM, end, "{'reason':'done'}"), 3);
	assert_int_equal(bureau_exit(bureau, MIA, end, "{'reason':'done'}"), 0);
	assert_int_equal(bureau_exit(bureau, MIA, end, "{'reason':'done'}"), 3);
	shown = bureau_ask(bureau, NULL, show, NULL);
	assert_string_equal(json_text(shown, "id"), json_text(made, "id"));
	assert_string_equal(json_text(shown, "end_reason"), "done");
	listed = bureau_ask(bureau, MIA, "agreement list", "{'staff':'" WENDY "'}");
	assert_int_equal(json_array_size(listed), 1);
}

static void
test_a_manager_who_left_is_stood_in_for_by_their_cover(void **state)
{
	static const Case cases[] = {
		{ TOM, "agreement add", "{" AGREEMENT "," SPAN ",'decision':'yes'}", 3,
		  NULL },
		{ NULL, "staff end " MIA, "{'cover':'" TOM "','reason':'left'}", 0,
		  NULL },
		{ TOM, "agreement add", "{" AGREEMENT "," SPAN ",'decision':'yes'}", 0,
		  NULL },
	};

	(void)state;
	check_all(cases, G_N_ELEMENTS(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_wrong_person_is_refused_by_field),
		cmocka_unit_test(test_a_refused_address_names_no_other_case),
		cmocka_unit_test(
			test_a_change_is_in_force_and_on_record_before_the_answer),
		cmocka_unit_test(test_the_register_is_read_from_the_records),
		cmocka_unit_test(test_an_ended_person_stays_and_a_removed_one_leaves),
		cmocka_unit_test(test_a_manager_changes_only_those_they_decide_for),
		cmocka_unit_test(test_contacts_are_refused_by_field_and_right),
		cmocka_unit_test(test_a_contact_is_there_until_it_is_ended),
		cmocka_unit_test(test_an_address_has_days),
		cmocka_unit_test(test_nobodys_mail_loses_everyone_who_could_release_it),
		cmocka_unit_test(test_a_history_tells_who_did_what),
		cmocka_unit_test(test_wrong_staff_is_refused_by_field),
		cmocka_unit_test(test_staff_who_end_have_left_at_once),
		cmocka_unit_test(test_an_agreement_needs_one_ground_and_who_may_give_it),
		cmocka_unit_test(test_an_agreement_is_wrong_by_field),
		cmocka_unit_test(test_nobody_decides_about_an_agreement_of_their_own),
		cmocka_unit_test(test_an_agreement_ends_once_and_with_a_reason),
		cmocka_unit_test(test_a_manager_who_left_is_stood_in_for_by_their_cover),
	};

	return cmocka_run_group_tests_name("register", tests, NULL, NULL);
}
