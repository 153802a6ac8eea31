/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_imports.c - the register as a table, out and in
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

static bool
take(const char *path, GBytes *bytes, void *data, GError **error)
{
	(void)path;
	(void)error;
	*(GBytes **)data = g_bytes_ref(bytes);
	return true;
}

static GBytes *export(Bureau *bureau, bool is_access)
{
	g_autoptr(json_t) body =
		json_pack("{s:s, s:s, s:[], s:{s:b}}", "area", "register", "verb",
			  "export", "words", "options", "postfix-access", is_access);
	GBytes *bytes = NULL;
	DeskRequest request = { .body = body, .file = take, .data = &bytes };
	g_autoptr(json_t) result = desk_answer(bureau->desk, &request, NULL);

	assert_non_null(result);
	return bytes;
}

/* The result, or NULL with the bureau's exit and error set. */
static json_t *
import_as(Bureau *bureau, const char *as, const char *csv, bool is_really)
{
	g_autoptr(json_t) body =
		json_pack("{s:s, s:s, s:[], s:{s:b}, s:s*}", "area", "register", "verb",
			  "import", "words", "options", "really", is_really, "as", as);
	g_autoptr(GBytes) content = g_bytes_new(csv, strlen(csv));
	g_autoptr(GError) error = NULL;
	DeskRequest request = { .body = body, .content = content };
	json_t *result = desk_answer(bureau->desk, &request, &error);

	bureau->exit = error == NULL ? 0 : error->code;
	g_free(bureau->error);
	bureau->error = g_strdup(error == NULL ? "" : error->message);
	return result;
}

static json_t *
import(Bureau *bureau, const char *csv, bool is_really)
{
	return import_as(bureau, NULL, csv, is_really);
}

static gsize
count(const json_t *result, const char *part)
{
	return json_array_size(json_object_get(result, part));
}

static void
test_what_was_exported_changes_nothing(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(json_t) result = NULL;
	g_autofree char *text = NULL;
	gsize len;
	const char *data;

	(void)state;
	bureau_exit(bureau, NULL, "person change C2",
		    "{'name':'Cleo, née X','address':['c@x.example from 2026-01-01']}");
	bureau_exit(bureau, NULL, "contact add",
		    "{'case':'C2','name':'S','role':'school','address':'s@x.example'}");
	before = export(bureau, false);
	data = g_bytes_get_data(before, &len);
	text = g_strdup_printf("\xEF\xBB\xBF%.*s", (int)len, data);
	result = import(bureau, text, false);
	assert_string_equal(bureau->error, "");
	assert_int_equal(count(result, "added"), 0);
	assert_int_equal(count(result, "changed"), 0);
	assert_int_equal(count(result, "ended"), 0);
	after = export(bureau, false);
	assert_true(g_bytes_equal(before, after));
}

static void
test_rows_are_added_once_and_what_is_missing_is_ended(void **state)
{
	static const char csv[] =
		"kind,case,name,born,addresses\r\n"
		"person,C1,Carl,2012-05-01,carl@kids.example\r\n"
		"person,C7,Dan,2011-01-01,dan@kids.example; d@x.example\r\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) refused = import(bureau, csv, false);
	g_autoptr(json_t) first = NULL;
	g_autoptr(json_t) again = NULL;

	(void)state;
	assert_null(refused);
	assert_int_equal(bureau->exit, 3);
	first = import(bureau, csv, true);
	assert_string_equal(bureau->error, "");
	assert_int_equal(count(first, "added"), 1);
	assert_int_equal(count(first, "changed"), 0);
	assert_int_equal(count(first, "ended"), 1);
	again = import(bureau, csv, false);
	assert_int_equal(bureau->exit, 0);
	assert_int_equal(count(again, "added") + count(again, "changed") +
				 count(again, "ended"),
			 0);
}

static void
test_all_errors_come_at_once_and_nothing_is_done(void **state)
{
	static const char csv[] = "kind,case,name,born,addresses\n"
				  "person,C1,Carl,2012-05-01,carl@kids.example\n"
				  "person,C2,Cleo,2005-05-01,cleo@kids.example\n"
				  "person,C7,Dan,soon,dan@kids.example\n"
				  "persn,C8,Eve,2011-01-01,eve@kids.example\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) result = import(bureau, csv, true);

	(void)state;
	assert_null(result);
	assert_int_equal(bureau->exit, 2);
	assert_non_null(strstr(bureau->error, "line 4, born 'soon': "));
	assert_non_null(strstr(bureau->error, "line 5, kind 'persn': "));
	assert_int_equal(bureau_exit(bureau, NULL, "person show C7", NULL), 2);
}

static void
test_a_conflict_between_rows_names_its_line(void **state)
{
	static const char csv[] = "kind,case,name,born,addresses\n"
				  "person,C1,Carl,2012-05-01,carl@kids.example\n"
				  "person,C2,Cleo,2005-05-01,cleo@kids.example\n"
				  "person,C7,Dan,2011-01-01,carl@kids.example\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) result = import(bureau, csv, true);

	(void)state;
	assert_null(result);
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, "line 4, addresses 'carl@kids.example': "));
}

static void
test_a_table_makes_no_decision(void **state)
{
	static const char csv[] =
		"kind,case,staff,channels,purpose,from,until,agreed,informed,ground,"
		"decision,decided_by\n"
		"agreement,C1," WENDY ",email,p,2020-01-01,2035-01-01,2020-01-01,"
		"2020-01-01,decision,fine," MIA "\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) result = import(bureau, csv, true);

	(void)state;
	assert_null(result);
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, "line 2, ground 'decision': "));
}

/* One row that the single verb would refuse as well; how, and in which column. */
static void
test_a_table_is_refused_what_the_verbs_refuse(void **state)
{
#define STAFF                     "kind,email,name,manager,cover,members,ended,end_reason,roles\n"
#define ROW(email, manager, role) "staff," email ",Somebody," manager ",,,,," role "\n"
#define OTHERS                         \
	ROW(DSL, "", "lead")           \
	ROW(MIA, DSL, "manager")       \
	ROW(TOM, DSL, "manager")       \
	ROW(WENDY, MIA, "")            \
	ROW(WILL, MIA, "")             \
	ROW(DORA, DSL, "duty")         \
	ROW(AUDREY, DSL, "auditor")    \
	ROW(RUPERT, DSL, "rule-admin") \
	ROW(ADAM, DSL, "admin")
#define PERSON  "kind,case,name,born,addresses,sms,manager,state,state_reason\n"
#define CONTACT "kind,case,name,role,address,until\n"
#define AGREEMENT                                                           \
	"kind,case,staff,purpose,from,until,agreed,informed,ground,parent," \
	"parent_aware,ended,end_reason\n"

	static const struct {
		const char *csv;
		int exit;
		const char *error;
	} rows[] = {
		{ STAFF "staff,new@agency.example,New,,,,,,\n" OTHERS, 2,
		  "line 2, manager ''" },
		{ STAFF "staff,new@agency.example,New,no@agency.example,,,,,\n" OTHERS, 2,
		  "line 2, manager 'no@agency.example': " },
		{ STAFF "staff,new@agency.example,New,NEW@agency.example,,,,,\n" OTHERS,
		  2, "line 2, manager 'NEW@agency.example': " },
		{ STAFF "staff,new@agency.example,New," MIA
			",no@agency.example,,,,\n" OTHERS,
		  2, "line 2, cover 'no@agency.example': " },
		{ STAFF "staff,new@agency.example,New," MIA
			",,no@agency.example,,,\n" OTHERS,
		  2, "line 2, members 'no@agency.example': " },
		{ STAFF "staff,new@agency.example,New," MIA
			",,,2026-01-01,left,\n" OTHERS,
		  2, "line 2, cover ''" },
		{ STAFF "staff,new@agency.example,New," MIA "," WILL
			",,2026-01-01,,\n" OTHERS,
		  2, "line 2, end_reason ''" },
		{ STAFF "staff,carl@kids.example,New," MIA ",,,,,\n" OTHERS, 3,
		  "line 2, email 'carl@kids.example': " },
		{ PERSON "person,C 7,N,2012-01-01,n@kids.example,,,,\n", 2,
		  "line 2, case 'C 7': " },
		{ PERSON "person,C7,N,2999-01-01,n@kids.example,,,,\n", 2,
		  "line 2, born '2999-01-01': " },
		{ PERSON "person,C7,N,2012-01-01,,,,,\n", 2, "line 2, addresses ''" },
		{ PERSON "person,C7,N,2012-01-01,n@kids.example,,no@agency.example,,\n",
		  2, "line 2, manager 'no@agency.example': " },
		{ PERSON "person,C7,N,2012-01-01,n@kids.example,,,ended,\n", 2,
		  "line 2, state_reason ''" },
		{ PERSON
		  "person,C7,N,2012-01-01,C+x@kids.example; carl@kids.example,,,,\n",
		  3, "line 2, addresses " },
		{ PERSON "person,C7,N,2012-01-01," WENDY ",,,,\n", 3,
		  "line 2, addresses '" WENDY "': " },
		{ CONTACT "contact,C9,Ann,carer,ann@home.example,\n", 3,
		  "line 2, case 'C9': " },
		{ CONTACT "contact,C1,Ann,carer,ann@home.example,2020-01-01\n", 2,
		  "line 2, until '2020-01-01': " },
		{ CONTACT "contact,,We,partner,@agency.example,\n", 3,
		  "line 2, address '@agency.example': " },
		{ AGREEMENT "agreement,C9," WENDY ",p,2026-01-01,2035-01-01,2026-01-01,"
			    "2026-01-01,parent,Pa,2026-01-01,,\n",
		  2, "line 2, case 'C9': " },
		{ AGREEMENT "agreement,C1,no@agency.example,p,2026-01-01,2035-01-01,"
			    "2026-01-01,2026-01-01,parent,Pa,2026-01-01,,\n",
		  2, "line 2, staff 'no@agency.example': " },
		{ AGREEMENT "agreement,C1," WENDY ",p,2026-01-01,2035-01-01,2026-01-01,"
			    "2026-01-01,of-age,,,,\n",
		  3, "line 2, ground 'of-age': " },
		{ AGREEMENT "agreement,C1," WENDY ",p,2026-01-01,2025-01-01,2026-01-01,"
			    "2026-01-01,parent,Pa,2026-01-01,,\n",
		  2, "line 2, until '2025-01-01': " },
		{ AGREEMENT "agreement,C1," WENDY ",p,2026-01-01,2035-01-01,2026-01-01,"
			    "2026-01-01,parent,Pa,2026-01-01,2026-02-01,\n",
		  2, "line 2, end_reason ''" },
	};

	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *result = import(bureau, rows[i].csv, true);

		if (result != NULL || bureau->exit != rows[i].exit ||
		    strstr(bureau->error, rows[i].error) == NULL)
			fail_msg("%s: exit %d: %s", rows[i].csv, bureau->exit,
				 bureau->error);
	}
}

static void
test_a_lead_brings_in_no_agreement_of_their_own(void **state)
{
	static const char csv[] =
		AGREEMENT "agreement,C1," DSL ",p,2026-01-01,2035-01-01,2026-01-01,"
			  "2026-01-01,parent,Pa,2026-01-01,,\n";
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_null(import_as(bureau, DSL, csv, true));
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, "line 2, staff '" DSL "': "));
	json_decref(import_as(bureau, NULL, csv, true));
	assert_int_equal(bureau->exit, 0);
}

/* Those who are named may come in the same file, in any order. */
static void
test_rows_may_name_each_other(void **state)
{
	static const char csv[] =
		"kind,email,case,name,born,addresses,manager,cover,members,roles,ended,"
		"end_reason\n"
		"person,,C7,Dan,2012-01-01,dan@kids.example,boss@agency.example,,,,,\n"
		"staff,team@agency.example,,Team,,,boss@agency.example,,"
		"one@agency.example; two@agency.example,,,\n"
		"staff,one@agency.example,,One,,,boss@agency.example,"
		"two@agency.example,,,,\n"
		"staff,two@agency.example,,Two,,,boss@agency.example,"
		"one@agency.example,,,,\n"
		"staff,boss@agency.example,,Boss,,," DSL ",,,manager,,\n"
		"staff," DSL ",,Lea Lead,,,,,,lead,,\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) result = NULL;

	static const char *const leavers[] = { MIA,  TOM,    WENDY,  WILL,
					       DORA, AUDREY, RUPERT, ADAM };

	(void)state;
	/* Of the others, each must have somebody who covers. */
	assert_null(import(bureau, csv, true));
	assert_int_equal(bureau->exit, 2);
	assert_non_null(strstr(bureau->error, "staff '" MIA "' is not in the file"));
	for (gsize i = 0; i < G_N_ELEMENTS(leavers); i++) {
		g_autofree char *change = g_strdup_printf("staff change %s", leavers[i]);

		assert_int_equal(bureau_exit(bureau, NULL, change, "{'cover':'" DSL "'}"),
				 0);
	}
	result = import(bureau, csv, true);
	assert_string_equal(bureau->error, "");
	assert_int_equal(count(result, "added"), 5);
	assert_int_equal(
		bureau_exit(bureau, "boss@agency.example", "person show C7", NULL), 0);
}

/* What would not pass one after the other passes at once. */
static void
test_two_may_change_addresses_with_each_other(void **state)
{
	static const char csv[] = "kind,case,name,born,addresses,manager\n"
				  "person,C1,Carl,2012-05-01,cleo@kids.example,\n"
				  "person,C2,Cleo,2005-05-01,carl@kids.example," TOM "\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) result = import(bureau, csv, false);
	g_autoptr(World) world = desk_world(bureau->desk);
	g_autoptr(Address) address = address_parse(CARL, NULL);

	(void)state;
	assert_string_equal(bureau->error, "");
	assert_int_equal(count(result, "changed"), 2);
	assert_string_equal(
		((const Person *)directory_people_at(world->directory, address)->pdata[0])
			->case_id,
		"C2");
}

static void
test_what_has_left_need_not_be_named_anew(void **state)
{
	static const char csv[] =
		"kind,case,name,born,addresses,manager\n"
		"person,C1,Carl,2012-05-01,carl@kids.example,\n"
		"person,C2,Cleo New,2005-05-01,cleo@kids.example," TOM "\n";
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_int_equal(bureau_exit(bureau, NULL, "staff end " TOM,
				     "{'cover':'" MIA "','reason':'left'}"),
			 0);
	json_decref(import(bureau, csv, false));
	assert_string_equal(bureau->error, "");
}

static void
test_the_map_lets_every_registered_address_pass(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(GBytes) map = export(bureau, true);
	gsize len;
	const char *data = g_bytes_get_data(map, &len);
	g_autofree char *text = g_strndup(data, len);

	(void)state;
	assert_string_equal(text, "carl@kids.example\tOK\ncleo@kids.example\tOK\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_exported_changes_nothing),
		cmocka_unit_test(test_rows_are_added_once_and_what_is_missing_is_ended),
		cmocka_unit_test(test_all_errors_come_at_once_and_nothing_is_done),
		cmocka_unit_test(test_a_conflict_between_rows_names_its_line),
		cmocka_unit_test(test_a_table_makes_no_decision),
		cmocka_unit_test(test_a_table_is_refused_what_the_verbs_refuse),
		cmocka_unit_test(test_a_lead_brings_in_no_agreement_of_their_own),
		cmocka_unit_test(test_rows_may_name_each_other),
		cmocka_unit_test(test_two_may_change_addresses_with_each_other),
		cmocka_unit_test(test_what_has_left_need_not_be_named_anew),
		cmocka_unit_test(test_the_map_lets_every_registered_address_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
