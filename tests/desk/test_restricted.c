/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_restricted.c - what may be about staff is for leads alone, whichever way somebody
 * looks for it
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

#define SECOND "sue@agency.example"

/* Carl's manager is mia, and sue is the second lead. */
static Bureau *
open_bureau(void)
{
	Bureau *bureau = bureau_new();

	assert_int_equal(bureau_exit(bureau, NULL, "staff add " SECOND,
				     "{'name':'Sue Second','role':['lead']}"),
			 0);
	assert_int_equal(
		bureau_exit(bureau, NULL, "person change C1", "{'manager':'" MIA "'}"),
		0);
	return bureau;
}

/* From Carl to wendy, about her and whoever else is named. */
static char *
put_restricted(Bureau *bureau, const char *also)
{
	return bureau_put_mail(bureau,
			       &(BureauMail){ .author = CARL,
					      .to = { WENDY },
					      .cases = { "C1" },
					      .subject = "Zebra",
					      .action = ACTION_TAG,
					      .notify = NOTIFY_MANAGER | NOTIFY_LEAD,
					      .is_inbound = true,
					      .about = { WENDY, also } });
}

/* Everything that a request answers, as text. */
static char *
answer_to(Bureau *bureau, const char *as, const char *verb, const char *options)
{
	g_autoptr(json_t) answer = bureau_ask(bureau, as, verb, options);

	return answer == NULL ? g_strdup(bureau->error) : json_write(answer);
}

static const char *const channels[][2] = {
	{ "case list", NULL },
	{ "case list", "{'search':'zebra'}" },
	{ "case list", "{'search':'secret'}" },
	{ "case list", "{'search':'rule:agreement'}" },
	{ "case list", "{'search':'restricted:yes'}" },
	{ "case show C1", NULL },
	{ "case export C1", NULL },
	{ "person show C1", "{'history':true}" },
	{ "held list", "{'all':true}" },
	{ "archive status", NULL },
	{ "status", NULL },
	{ "rules replay", NULL },
};

static char *
all_answers(Bureau *bureau, const char *as)
{
	GString *all = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(channels); i++) {
		g_autofree char *one =
			answer_to(bureau, as, channels[i][0], channels[i][1]);

		g_string_append_printf(all, "%s %s: %d %s\n", channels[i][0],
				       channels[i][1] == NULL ? "" : channels[i][1],
				       bureau->exit, one);
	}
	return g_string_free(all, FALSE);
}

/* Figures that move with every record, whatever it is, and with the log's checkpoint. */
static char *
without_totals(const char *answers)
{
	g_autoptr(GRegex) regex = g_regex_new(
		"\"(records|indexed|done|of|size|root|disk_free_bytes|last_stamp|in_scope"
		"|seen|pass|time|files|unfiled_bytes|filing)\":\"?[^,}\"]*\"?",
		0, 0, NULL);
	g_autoptr(GRegex) case_count =
		g_regex_new("\"name\":\"([^\"]*)\",\"records\":", 0, 0, NULL);
	g_autofree char *kept = g_regex_replace(case_count, answers, -1, 0,
						"\"name\":\"\\1\",\"count\":", 0, NULL);

	return g_regex_replace(regex, kept, -1, 0, "", 0, NULL);
}

/* Line by line, so that a difference can be read. */
static void
assert_same(const char *now, const char *was)
{
	g_auto(GStrv) now_lines = g_strsplit(now, "\n", -1);
	g_auto(GStrv) was_lines = g_strsplit(was, "\n", -1);

	for (gsize i = 0; was_lines[i] != NULL && now_lines[i] != NULL; i++)
		assert_string_equal(now_lines[i], was_lines[i]);
	assert_string_equal(now, was);
}

static void
test_nobody_but_leads_can_tell_that_it_is_there(void **state)
{
	static const char *const others[] = { MIA, TOM, WENDY, WILL, DORA, AUDREY, NULL };
	g_autoptr(Bureau) bureau = open_bureau();
	g_autoptr(GPtrArray) before = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *id = NULL;
	g_autofree char *extract = NULL;

	(void)state;
	for (const char *const *one = others; *one != NULL; one++)
		g_ptr_array_add(before, all_answers(bureau, *one));
	id = put_restricted(bureau, NULL);
	extract = g_strconcat("archive extract ", id, NULL);
	for (gsize i = 0; others[i] != NULL; i++) {
		g_autofree char *now = all_answers(bureau, others[i]);
		g_autofree char *was_bare = without_totals(before->pdata[i]);
		g_autofree char *now_bare = without_totals(now);

		assert_same(now_bare, was_bare);
		assert_null(strstr(now, id));
		assert_int_equal(bureau_exit(bureau, others[i], extract, NULL), 3);
	}
}

static void
test_a_lead_reads_it_everywhere(void **state)
{
	g_autoptr(Bureau) bureau = open_bureau();
	g_autoptr(json_t) before = bureau_ask(bureau, DSL, "case list", NULL);
	g_autofree char *id = put_restricted(bureau, NULL);
	g_autoptr(json_t) after = bureau_ask(bureau, DSL, "case list", NULL);
	g_autofree char *shown = answer_to(bureau, DSL, "case show C1", NULL);
	g_autofree char *found =
		answer_to(bureau, DSL, "case list", "{'search':'zebra'}");
	g_autofree char *extract = g_strconcat("archive extract ", id, NULL);

	(void)state;
	assert_int_equal(json_number(json_array_get(after, 0), "records", 0),
			 json_number(json_array_get(before, 0), "records", 0) + 1);
	assert_non_null(strstr(shown, id));
	assert_non_null(strstr(shown, "\"about\":[\"" WENDY "\"]"));
	assert_non_null(strstr(found, id));
	assert_int_equal(bureau_exit(bureau, DSL, extract, NULL), 0);
}

static void
test_where_the_lead_is_named_the_second_lead_alone_reads_it(void **state)
{
	g_autoptr(Bureau) bureau = open_bureau();
	g_autofree char *before = all_answers(bureau, DSL);
	g_autofree char *id = put_restricted(bureau, DSL);
	g_autofree char *after = all_answers(bureau, DSL);
	g_autofree char *was = without_totals(before);
	g_autofree char *now = without_totals(after);
	g_autofree char *extract = g_strconcat("archive extract ", id, NULL);
	g_autofree char *restrict_it = g_strconcat("case restrict ", id, NULL);

	(void)state;
	assert_same(now, was);
	assert_null(strstr(after, id));
	assert_int_equal(bureau_exit(bureau, DSL, extract, NULL), 3);
	assert_int_equal(bureau_exit(bureau, DSL, restrict_it, "{'reason':'r'}"), 3);
	assert_int_equal(bureau_exit(bureau, SECOND, extract, NULL), 0);
}

/* "to role" of each notice, in order. */
static char *
told(Bureau *bureau)
{
	g_autoptr(GPtrArray) notices = desk_notices(bureau->desk);
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < notices->len; i++) {
		const DeskNotice *notice = notices->pdata[i];

		g_string_append_printf(all, "%s%s %s", i > 0 ? ", " : "", notice->to,
				       notice->role);
	}
	return g_string_free(all, FALSE);
}

static void
test_leads_alone_are_told(void **state)
{
	g_autoptr(Bureau) bureau = open_bureau();
	g_autofree char *id = put_restricted(bureau, NULL);
	g_autofree char *who = told(bureau);

	(void)state;
	assert_non_null(id);
	assert_string_equal(who, DSL " lead, " SECOND " lead");
}

static void
test_the_second_lead_alone_is_told_where_the_lead_is_named(void **state)
{
	g_autoptr(Bureau) bureau = open_bureau();
	g_autofree char *id = put_restricted(bureau, DSL);
	g_autofree char *who = told(bureau);

	(void)state;
	assert_non_null(id);
	assert_string_equal(who, SECOND " lead");
}

/* A young person's message reaches somebody all the same: not mia, who manages wendy. */
static void
test_others_are_asked_for_another_lead_where_all_are_named(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = put_restricted(bureau, DSL);
	g_autoptr(GPtrArray) notices = desk_notices(bureau->desk);
	g_autofree char *who = told(bureau);

	(void)state;
	assert_non_null(id);
	assert_string_equal(who, ADAM " other, " DORA " other, " TOM " other");
	for (guint i = 0; i < notices->len; i++) {
		const DeskNotice *notice = notices->pdata[i];
		const char *text = g_bytes_get_data(notice->text, NULL);

		assert_non_null(g_strstr_len(text, (gssize)g_bytes_get_size(notice->text),
					     "another one can read it"));
	}
}

static void
test_what_a_lead_restricts_is_hidden_from_those_on_it_with_the_decision(void **state)
{
	g_autoptr(Bureau) bureau = open_bureau();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *restrict_it = g_strconcat("case restrict ", id, NULL);
	g_autofree char *manager = NULL;
	g_autofree char *auditor = NULL;

	(void)state;
	assert_int_equal(
		bureau_exit(bureau, DSL, restrict_it, "{'reason':'about staff'}"), 0);
	manager = all_answers(bureau, MIA);
	auditor = all_answers(bureau, AUDREY);
	assert_null(strstr(manager, id));
	assert_null(strstr(auditor, id));
	assert_null(strstr(manager, "restricted\""));
	assert_null(strstr(auditor, "restricted\""));
}

/* Who got no answer sends again: that is another record. */
static void
test_what_a_lead_restricts_is_hidden_however_often_it_came(void **state)
{
	const BureauMail mail = { .author = WENDY,
				  .to = { CARL },
				  .cases = { "C1" },
				  .subject = "Tuesday",
				  .action = ACTION_PASS };
	g_autoptr(Bureau) bureau = open_bureau();
	g_autofree char *first = bureau_put_mail(bureau, &mail);
	g_autofree char *second = bureau_put_mail(bureau, &mail);
	g_autofree char *restrict_it = g_strconcat("case restrict ", first, NULL);
	g_autofree char *third = NULL;
	g_autofree char *manager = NULL;

	(void)state;
	assert_int_equal(
		bureau_exit(bureau, DSL, restrict_it, "{'reason':'about staff'}"), 0);
	third = bureau_put_mail(bureau, &mail);
	bureau_restart(bureau);
	manager = all_answers(bureau, MIA);
	assert_null(strstr(manager, first));
	assert_null(strstr(manager, second));
	assert_null(strstr(manager, third));
	assert_int_equal(bureau_exit(bureau, DSL, "case show C1", NULL), 0);
}

/* The answer of the worker is judged as if nothing had been found. */
static void
test_words_of_danger_that_are_restricted_show_in_no_answer(void **state)
{
	g_autoptr(Bureau) bureau = open_bureau();
	guint before = bureau_count(bureau, "recall");
	g_autofree char *id =
		bureau_put_mail(bureau, &(BureauMail){ .author = CARL,
						       .to = { WENDY },
						       .cases = { "C1" },
						       .subject = "x",
						       .rule = "danger-now",
						       .action = ACTION_TAG,
						       .is_inbound = true,
						       .about = { WENDY } });
	g_autofree char *other = NULL;

	(void)state;
	assert_non_null(id);
	assert_int_equal(bureau_count(bureau, "recall"), before);
	other = bureau_put_mail(bureau, &(BureauMail){ .author = CARL,
						       .to = { WENDY },
						       .cases = { "C1" },
						       .subject = "x",
						       .rule = "danger-now",
						       .action = ACTION_TAG,
						       .is_inbound = true });
	assert_int_equal(bureau_count(bureau, "recall"), before + 1);
}

static void
test_mail_with_a_private_contact_is_not_in_the_teams_searches(void **state)
{
	g_autoptr(Bureau) bureau = open_bureau();
	g_autofree char *id = NULL;
	g_autofree char *manager = NULL;
	g_autofree char *auditor = NULL;
	g_autofree char *who = NULL;

	(void)state;
	assert_int_equal(bureau_exit(bureau, NULL, "contact add",
				     "{'case':'C1','name':'Lex Law','role':'solicitor',"
				     "'address':'lex@law.example','private':true}"),
			 0);
	id = bureau_put_mail(bureau, &(BureauMail){ .author = CARL,
						    .to = { WENDY, "lex@law.example" },
						    .cases = { "C1" },
						    .subject = "Zebra",
						    .action = ACTION_TAG,
						    .notify = NOTIFY_LEAD,
						    .is_inbound = true,
						    .is_private = true });
	manager = all_answers(bureau, MIA);
	auditor = all_answers(bureau, AUDREY);
	who = told(bureau);
	assert_null(strstr(manager, id));
	assert_non_null(strstr(auditor, id));
	assert_string_equal(who, DSL " lead, " SECOND " lead");
}

static void
test_who_answers_words_of_danger_is_told_to_ring_or_go(void **state)
{
	g_autoptr(Bureau) bureau = open_bureau();
	g_autofree char *id = bureau_put_mail(
		bureau, &(BureauMail){ .author = WENDY,
				       .to = { CARL },
				       .cases = { "C1" },
				       .subject = "Zebra",
				       .rule = "crisis-reply",
				       .action = ACTION_TAG,
				       .notify = NOTIFY_MANAGER | NOTIFY_AUTHOR });
	g_autofree char *who = told(bureau);

	(void)state;
	assert_non_null(id);
	assert_string_equal(who, MIA " manager, " WENDY " author");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_but_leads_can_tell_that_it_is_there),
		cmocka_unit_test(test_a_lead_reads_it_everywhere),
		cmocka_unit_test(
			test_where_the_lead_is_named_the_second_lead_alone_reads_it),
		cmocka_unit_test(test_leads_alone_are_told),
		cmocka_unit_test(
			test_the_second_lead_alone_is_told_where_the_lead_is_named),
		cmocka_unit_test(
			test_others_are_asked_for_another_lead_where_all_are_named),
		cmocka_unit_test(
			test_what_a_lead_restricts_is_hidden_from_those_on_it_with_the_decision),
		cmocka_unit_test(
			test_what_a_lead_restricts_is_hidden_however_often_it_came),
		cmocka_unit_test(
			test_words_of_danger_that_are_restricted_show_in_no_answer),
		cmocka_unit_test(
			test_mail_with_a_private_contact_is_not_in_the_teams_searches),
		cmocka_unit_test(test_who_answers_words_of_danger_is_told_to_ring_or_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
