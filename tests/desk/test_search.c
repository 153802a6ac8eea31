/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_search.c - what can be found, by whom, and that looking for it is on record
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

/* Cases and how many of their records were found: "C1:2 C2:0". */
static char *
search(Bureau *bureau, const char *as, const char *words)
{
	g_autoptr(json_t) options = json_pack("{s:s}", "search", words);
	g_autofree char *text = json_write(options);
	g_autoptr(json_t) list = bureau_ask(bureau, as, "case list", text);
	GString *found = g_string_new(NULL);
	const json_t *line;
	gsize i;

	json_array_foreach(list, i, line)
		g_string_append_printf(found, "%s%s:%zu", i > 0 ? " " : "",
				       json_text(line, "case"),
				       json_array_size(json_object_get(line, "matches")));
	return g_string_free(found, FALSE);
}

static void
check(Bureau *bureau, const char *as, const char *words, const char *expected)
{
	g_autofree char *found = search(bureau, as, words);

	if (strcmp(found, expected) != 0)
		fail_msg("%s finds '%s', not '%s'", words, found, expected);
}

static void
put_both(Bureau *bureau)
{
	g_autofree char *first = bureau_put_mail(
		bureau, &(BureauMail){ .author = WENDY,
				       .to = { CARL },
				       .cases = { "C1" },
				       .subject = "Swimming at the Café on Tuesday",
				       .action = ACTION_HOLD });
	g_autofree char *second = bureau_put_mail(
		bureau, &(BureauMail){ .author = WILL,
				       .to = { "cleo@kids.example" },
				       .cases = { "C2" },
				       .subject = "Tuesday, then swimming",
				       .action = ACTION_PASS });
}

static void
test_words_phrases_beginnings_and_filters_find(void **state)
{
	static const struct {
		const char *words, *found;
	} cases[] = {
		{ "swimming", "C1:1 C2:1" },
		{ "SWIMMING tuesday", "C1:1 C2:1" },
		{ "\"tuesday then\"", "C2:1" },
		{ "\"then tuesday\"", "" },
		{ "swim", "" },
		{ "swim*", "C1:1 C2:1" },
		{ "cafe", "C1:1" },
		{ "secret", "C1:1 C2:1" }, /* what the message says */
		{ "swimming staff:" WENDY, "C1:1" },
		{ "staff:will@agency.example type:mail", "C2:1" },
		{ "person:" CARL " type:mail", "C1:1" },
		{ "person:C1 type:mail", "C1:1" },
		{ "verdict:hold", "C1:1" },
		{ "direction:inbound", "" },
		{ "rule:agreement", "C1:1 C2:1" },
		{ "swimming until:2020-01-01", "" },
		{ "swimming since:2020-01-01", "C1:1 C2:1" },
		{ "Cleo", "C2:2" },
		{ "nothing-of-this-kind", "" },
		{ "\"", "C1:2 C2:2" }, /* asks for nothing: all is that */
	};

	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	put_both(bureau);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		check(bureau, AUDREY, cases[i].words, cases[i].found);
}

static void
test_nothing_in_a_search_is_a_language_of_the_database(void **state)
{
	static const char *const hostile[] = {
		"swimming OR x",
		"swimming NEAR(x)",
		"subject:{x}",
		"a\"b",
		"); DROP TABLE r;--",
		"^swim",
		"- -",
		"*",
		"()",
		"\"\"\"",
		": * :",
		"swimming AND",
	};
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	put_both(bureau);
	for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
		g_autofree char *found = search(bureau, AUDREY, hostile[i]);

		if (bureau->exit != 0)
			fail_msg("%s: %s", hostile[i], bureau->error);
	}
	check(bureau, AUDREY, "swimming", "C1:1 C2:1");
	g_free(search(bureau, AUDREY, "since:soon"));
	assert_int_equal(bureau->exit, 2);
}

static void
test_nobody_finds_what_they_may_not_read(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	put_both(bureau);
	check(bureau, TOM, "swimming", "C2:1");
	check(bureau, MIA, "staff:" WILL, "");
	assert_int_equal(bureau_exit(bureau, WENDY, "case list", "{'search':'x'}"), 3);
}

static void
test_what_is_restricted_is_found_by_leads_alone(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *restrict_it = g_strdup_printf("case restrict %s", id);
	g_autofree char *extract = g_strdup_printf("archive extract %s", id);

	(void)state;
	check(bureau, AUDREY, "secret", "C1:1");
	assert_int_equal(bureau_exit(bureau, AUDREY, restrict_it, "{'reason':'r'}"), 3);
	assert_int_equal(bureau_exit(bureau, DSL, restrict_it, NULL), 2);
	assert_int_equal(
		bureau_exit(bureau, DSL, restrict_it, "{'reason':'about staff'}"), 0);
	check(bureau, AUDREY, "secret", "");
	check(bureau, DSL, "secret", "C1:1");
	assert_int_equal(bureau_exit(bureau, AUDREY, extract, NULL), 3);
	assert_int_equal(bureau_exit(bureau, DSL, extract, NULL), 0);
}

static void
test_a_search_is_on_record_with_its_words(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	StoreQuery query = { .type = "access", .limit = 1 };
	g_autoptr(GPtrArray) ids = NULL;
	g_autoptr(Record) record = NULL;

	(void)state;
	g_free(search(bureau, AUDREY, "swimming"));
	ids = store_list(bureau->store, &query, NULL);
	record = store_get(bureau->store, ids->pdata[0], NULL);
	assert_string_equal(json_text(record_payload(record), "search"), "swimming");
}

static void
test_an_index_made_anew_finds_the_same(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	put_both(bureau);
	assert_int_equal(bureau_exit(bureau, NULL, "archive reindex", NULL), 0);
	check(bureau, AUDREY, "\"tuesday then\"", "C2:1");
}

static const char a_call[] = "{'case':'C1','staff':'" WENDY "','at':'2026-03-03 16:40',"
			     "'direction':'in','with':'07700 900123'}";

static void
test_a_call_that_was_written_down_is_found_and_is_a_workers_own(void **state)
{
	static const struct {
		const char *as, *verb, *options;
		int exit;
	} cases[] = {
		{ WENDY, "record call", a_call, 0 },
		{ MIA, "record call", a_call, 0 },
		{ WILL, "record call", a_call, 3 },
		{ AUDREY, "record call", a_call, 3 },
		{ NULL, "record call", a_call, 3 },
		{ WENDY, "record text", "{'case':'C1','staff':'" WENDY "'}", 2 },
		{ WENDY, "record text",
		  "{'case':'C9','staff':'" WENDY "','at':'2026-03-03'}", 2 },
		{ WENDY, "record text",
		  "{'case':'C1','staff':'" WENDY "','at':'2999-03-03'}", 2 },
		{ WENDY, "record text",
		  "{'case':'C1','staff':'" WENDY "','at':'2026-03-03','direction':'up'}",
		  2 },
		{ WENDY, "record mail",
		  "{'case':'C1','staff':'" WENDY "','at':'2026-03-03','direction':'out'}",
		  0 },
		{ WENDY, "record note",
		  "{'case':'C1','staff':'" WENDY "','at':'2026-03-03','kind':'concern'}",
		  0 },
	};

	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		if (bureau_exit(bureau, cases[i].as, cases[i].verb, cases[i].options) !=
		    cases[i].exit)
			fail_msg("%zu: exit %d: %s", i, bureau->exit, bureau->error);
	check(bureau, AUDREY, "hello type:transcript", "C1:3");
	check(bureau, AUDREY, "hello type:note", "C1:1");
	check(bureau, AUDREY, "900123 direction:inbound", "C1:2");
	check(bureau, AUDREY, "concern staff:" WENDY, "C1:1");
}

static void
test_all_of_one_member_of_staff_is_for_another_lead(void **state)
{
	static const char days[] = "{'from':'2020-01-01','until':'2999-01-01',"
				   "'reason':'an inquiry'}";

	static const struct {
		const char *as, *verb, *options;
		int exit;
	} cases[] = {
		{ DSL, "staff export " WENDY, days, 0 },
		{ DSL, "staff export " DSL, days, 3 },
		{ MIA, "staff export " WENDY, days, 3 },
		{ DSL, "staff export nobody@agency.example", days, 2 },
		{ DSL, "staff export " WENDY,
		  "{'from':'2020-01-01','until':'2021-01-01'}", 2 },
		{ DSL, "staff export " WENDY,
		  "{'from':'2021-01-01','until':'2020-01-01','reason':'x'}", 2 },
	};

	g_autoptr(Bureau) bureau = bureau_new();
	guint without = 0;

	(void)state;
	put_both(bureau);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		if (bureau_exit(bureau, cases[i].as, cases[i].verb, cases[i].options) !=
		    cases[i].exit)
			fail_msg("%zu: exit %d: %s", i, bureau->exit, bureau->error);
	assert_int_equal(bureau_exit(bureau, DSL, "staff export " TOM, days), 0);
	without = bureau->files;
	assert_int_equal(bureau_exit(bureau, DSL, "staff export " WENDY, days), 0);
	assert_true(bureau->files > without);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_phrases_beginnings_and_filters_find),
		cmocka_unit_test(test_nothing_in_a_search_is_a_language_of_the_database),
		cmocka_unit_test(test_nobody_finds_what_they_may_not_read),
		cmocka_unit_test(test_what_is_restricted_is_found_by_leads_alone),
		cmocka_unit_test(test_a_search_is_on_record_with_its_words),
		cmocka_unit_test(test_an_index_made_anew_finds_the_same),
		cmocka_unit_test(test_all_of_one_member_of_staff_is_for_another_lead),
		cmocka_unit_test(
			test_a_call_that_was_written_down_is_found_and_is_a_workers_own),
	};

	return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
