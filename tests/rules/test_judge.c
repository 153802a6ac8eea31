/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_judge.c - what each check catches, and the innocent message beside it
 */
#include "config.h"

#include "tests/rules/court.h"

typedef struct Row {
	const char *what;
	Mail mail;
	const char *findings; /* as court_findings */
} Row;

#define OUTSIDE .client = "192.0.2.9", .listener = "MX"
#define TEAM    "From: team@agency.example\nSender: mia@agency.example\n"

static const Row rows[] = {
	{ "as it should be", { .login = "mia" }, "" },
	{ "by the work address as login", { .login = "MIA@agency.example" }, "" },
	{ "by another spelling", { .login = "mia", .from = "Mia+x@AGENCY.example" }, "" },

	{ "without login", { .login = NULL }, "work-sender=hold" },
	{ "a login that is nobody's", { .login = "ghost" }, "work-sender=hold" },
	{ "a colleague's login", { .login = "tom" }, "work-sender=hold agreement=hold" },
	{ "a colleague's From",
	  { .login = "mia", .headers = "From: tom@agency.example\n" },
	  "work-sender=hold" },
	{ "a private Reply-To",
	  { .login = "mia",
	    .headers = "From: mia@agency.example\nReply-To: mia@home.example\n" },
	  "work-sender=hold" },
	{ "a Reply-To that nobody knows",
	  { .login = "mia",
	    .headers = "From: mia@agency.example\nReply-To: x@world.example\n" },
	  "work-sender=hold" },
	{ "a Reply-To to oneself",
	  { .login = "mia",
	    .headers = "From: mia@agency.example\nReply-To: Mia@agency.example\n" },
	  "" },
	{ "a copy to a private address of one's own",
	  { .login = "mia", .to = "c@kids.example mia@home.example" },
	  "work-sender=hold third-party=hold" },
	{ "a private address of one's own in Cc",
	  { .login = "mia",
	    .headers = "From: mia@agency.example\nCc: mia@home.example\n" },
	  "work-sender=hold third-party=hold" },
	{ "a work address that is not registered",
	  { .login = "mia", .headers = "From: new@agency.example\n" },
	  "work-sender=hold" },
	{ "another envelope sender",
	  { .login = "mia", .from = "x@world.example" },
	  "work-sender=hold" },
	{ "a child's From with staff's login",
	  { .login = "mia", .headers = "From: d@pupils.example\n" },
	  "work-sender=hold" },
	{ "the null sender of an automatic answer",
	  { .login = "mia", .from = "" },
	  "automatic=tag" },
	{ "staff by a known private address from outside",
	  { .from = "mia@home.example", .headers = "From: mia@home.example\n", OUTSIDE },
	  "work-sender=hold" },
	{ "somebody who has left",
	  { .login = "gus",
	    .from = "gus@agency.example",
	    .headers = "From: gus@agency.example\n" },
	  "work-sender=hold agreement=hold" },
	{ "the same while they were here",
	  { .login = "gus",
	    .from = "gus@agency.example",
	    .headers = "From: gus@agency.example\n",
	    .day = "2026-01-31" },
	  "" },
	{ "a registered program inside our network",
	  { .from = "robot@agency.example", .headers = "From: robot@agency.example\n" },
	  "" },
	{ "the same address from outside",
	  { .from = "robot@agency.example",
	    .headers = "From: robot@agency.example\n",
	    OUTSIDE },
	  "work-sender=hold" },
	{ "sendmail(1) that is not trusted",
	  { .client = "local", .login = NULL },
	  "work-sender=hold" },

	{ "a team's address by a member",
	  { .login = "mia", .to = "d@pupils.example", .headers = TEAM },
	  "" },
	{ "a team's address by someone else",
	  { .login = "max@agency.example",
	    .from = "max@agency.example",
	    .to = "d@pupils.example",
	    .headers = "From: team@agency.example\n" },
	  "work-sender=hold agreement=hold" },
	{ "a member under the team's agreement",
	  { .login = "tom",
	    .from = "tom@agency.example",
	    .to = "d@pupils.example",
	    .headers = "From: tom@agency.example\n" },
	  "" },

	{ "before the agreement begins",
	  { .login = "mia", .day = "2025-12-31" },
	  "agreement=hold parent-aware=hold" },
	{ "after it has run out",
	  { .login = "mia", .day = "2027-01-01" },
	  "agreement=hold parent-aware=hold" },
	{ "another worker",
	  { .login = "tom",
	    .from = "tom@agency.example",
	    .headers = "From: tom@agency.example\n" },
	  "agreement=hold" },
	{ "the cover while she is away",
	  { .login = "tom",
	    .from = "tom@agency.example",
	    .headers = "From: tom@agency.example\n",
	    .day = "2026-08-31" },
	  "" },
	{ "another channel",
	  { .login = "mia", .to = "07700900123@sms.example" },
	  "agreement=hold" },
	{ "a case that has ended",
	  { .login = "mia", .to = "e@kids.example" },
	  "agreement=hold" },
	{ "one of two who share a mailbox has no agreement",
	  { .login = "mia", .to = "family@kids.example" },
	  "agreement=hold" },
	{ "two young people, each with an agreement",
	  { .login = "mia", .to = "c@kids.example d@pupils.example" },
	  "third-party=tag" },

	{ "before the parent was aware",
	  { .login = "mia", .day = "2026-01-31" },
	  "parent-aware=hold" },
	{ "from the day the parent was aware",
	  { .login = "mia", .day = "2026-02-01" },
	  "" },

	{ "two From fields",
	  { .login = "mia",
	    .headers = "From: mia@agency.example\nFrom: mia@agency.example\n" },
	  "ambiguous-author=hold" },
	{ "two authors in one From",
	  { .login = "mia",
	    .headers = "From: mia@agency.example, team@agency.example\n" },
	  "ambiguous-author=hold" },
	{ "no From",
	  { .login = "mia", .headers = "Subject: x\n" },
	  "ambiguous-author=hold" },
	{ "a group in From",
	  { .login = "mia", .headers = "From: us: mia@agency.example;\n" },
	  "ambiguous-author=hold" },
	{ "a group in To",
	  { .login = "mia",
	    .headers = "From: mia@agency.example\nTo: undisclosed-recipients:;\n" },
	  "" },

	{ "a young person to their worker",
	  { .from = "c@kids.example",
	    .to = "mia@agency.example",
	    .headers = "From: c@kids.example\n",
	    OUTSIDE },
	  "" },
	{ "a young person to the worker's team",
	  { .from = "c@kids.example",
	    .to = "team@agency.example",
	    .headers = "From: c@kids.example\n",
	    OUTSIDE },
	  "" },
	{ "a young person to somebody else",
	  { .from = "c@kids.example",
	    .to = "max@agency.example",
	    .headers = "From: c@kids.example\n",
	    OUTSIDE },
	  "agreement=tag" },
	{ "a young person to an address that is nobody's",
	  { .from = "c@kids.example",
	    .to = "info@agency.example",
	    .headers = "From: c@kids.example\n",
	    OUTSIDE },
	  "agreement=tag" },
	{ "a young person whose case has ended",
	  { .from = "e@kids.example",
	    .to = "mia@agency.example",
	    .headers = "From: e@kids.example\n",
	    OUTSIDE },
	  "agreement=tag" },
	{ "a young person with two From fields",
	  { .from = "c@kids.example",
	    .to = "mia@agency.example",
	    .headers = "From: c@kids.example\nFrom: d@pupils.example\n",
	    OUTSIDE },
	  "unreadable=tag ambiguous-author=tag" },
};

static void
check_row(const Court *court, const Row *row)
{
	g_autoptr(Verdict) verdict = court_judge(court, &row->mail);
	g_autofree char *findings = court_findings(verdict);

	if (!verdict->in_scope || strcmp(findings, row->findings) != 0)
		fail_msg("%s: %s", row->what, findings);
}

static void
test_each_check_catches_what_it_should_and_lets_the_rest_pass(void **state)
{
	Court court;

	(void)state;
	court_open(&court, "", "");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check_row(&court, &rows[i]);
	court_close(&court);
}

static void
test_a_young_persons_message_is_never_stopped(void **state)
{
	static const char rules[] = "check agreement\n  action reject\n"
				    "check ambiguous-author\n  action reject\n"
				    "check unreadable\n  action reject\n";
	Court court;

	(void)state;
	court_open(&court, rules, "");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Verdict) verdict = court_judge(&court, &rows[i].mail);

		if (verdict->direction == DIRECTION_INBOUND)
			assert_true(verdict->applied <= ACTION_TAG);
	}
	court_close(&court);
}

static void
test_a_trusted_submitters_envelope_sender_stands_for_the_login(void **state)
{
	static const Row trusted[] = {
		{ "from sendmail(1)", { .client = "local" }, "" },
		{ "for a colleague",
		  { .client = "local", .from = "tom@agency.example" },
		  "work-sender=hold agreement=hold" },
		{ "for nobody",
		  { .client = "local", .from = "x@world.example" },
		  "work-sender=hold" },
		{ "an automatic answer",
		  { .client = "local", .from = "" },
		  "automatic=tag" },
	};
	Court court;

	(void)state;
	court_open(&court, "", "trusted-submitter local-users\n");
	for (size_t i = 0; i < G_N_ELEMENTS(trusted); i++)
		check_row(&court, &trusted[i]);
	court_close(&court);
}

static void
test_during_the_trial_everything_is_judged_and_nothing_held(void **state)
{
	const Mail mail = { .login = NULL };
	g_autoptr(Verdict) verdict = NULL;
	Court court;

	(void)state;
	court_open(&court, "", "enforce no 2026-11-20\n");
	verdict = court_judge(&court, &mail);
	assert_int_equal(verdict->action, ACTION_HOLD);
	assert_int_equal(verdict->applied, ACTION_TAG);
	court_close(&court);
}

static void
test_a_check_that_passes_finds_nothing(void **state)
{
	const Mail mail = { .login = NULL };
	g_autoptr(Verdict) verdict = NULL;
	Court court;

	(void)state;
	court_open(&court, "check work-sender\n  action pass\n", "");
	verdict = court_judge(&court, &mail);
	assert_int_equal(verdict->findings->len, 0);
	assert_int_equal(verdict->action, ACTION_PASS);
	court_close(&court);
}

static void
test_a_private_address_is_for_the_lead_and_told_without_words(void **state)
{
	const Mail private = { .from = "mia@home.example",
			       .headers = "From: mia@home.example\n",
			       OUTSIDE };
	const Mail plain = { .login = NULL };
	g_autoptr(Verdict) one = NULL;
	g_autoptr(Verdict) other = NULL;
	const Finding *last;
	Court court;

	(void)state;
	court_open(&court, "", "");
	one = court_judge(&court, &private);
	other = court_judge(&court, &plain);
	last = one->findings->pdata[one->findings->len - 1];
	assert_int_equal(one->decides, DECIDES_LEAD);
	assert_false(last->tells_plainly);
	assert_string_equal(one->author, "mia@agency.example");
	assert_int_equal(other->decides, DECIDES_MANAGER);
	court_close(&court);
}

static void
test_the_facts_explain_the_decision(void **state)
{
	const Mail mail = { .login = "mia", .to = "d@pupils.example c@kids.example" };
	g_autoptr(Verdict) verdict = NULL;
	g_autoptr(json_t) json = NULL;
	g_autoptr(json_t) people = people_json(
		"[{'case':'C1','age':14,'aware_needed':true,'agreement':'A1'},"
		"{'case':'C2','age':17,'aware_needed':false,'agreement':'A2'}]");
	Court court;

	(void)state;
	court_open(&court, "", "");
	verdict = court_judge(&court, &mail);
	json = verdict_to_json(verdict);
	assert_true(json_equal(json_object_get(verdict->facts, "people"), people));
	assert_string_equal(json_text(verdict->facts, "agreement"), "A1");
	assert_string_equal(json_text(verdict->facts, "login"), "mia");
	assert_int_equal(verdict->cases->len, 2);
	assert_string_equal(json_text(json, "direction"), "outbound");
	assert_string_equal(json_text(json, "verdict"), "tag");
	assert_string_equal(json_text(json, "author"), "mia@agency.example");
	assert_string_equal(json_text(json, "policy_version"),
			    policy_version(court.policy));
	court_close(&court);
}

/* The rules found and the decision, in one text. */
static char *
outcome(const Court *court, const Mail *mail)
{
	g_autoptr(Verdict) verdict = court_judge(court, mail);
	g_autofree char *findings = court_findings(verdict);
	g_autofree char *facts = json_write(verdict->facts);

	return g_strdup_printf("%d %d %d %s %s", (int)verdict->direction,
			       (int)verdict->action, (int)verdict->decides, findings,
			       facts);
}

static void
test_orders_and_spellings_change_nothing(void **state)
{
	static const Mail same[][2] = {
		{ { .login = "tom", .to = "c@kids.example d@pupils.example" },
		  { .login = "tom", .to = "d@pupils.example c@kids.example" } },
		{ { .login = "mia", .to = "c@kids.example" },
		  { .login = "mia", .to = "\"C\"+x@KIDS.example." } },
		{ { .login = "mia",
		    .headers = "From: mia@agency.example\nReply-To: x@w.example\n"
			       "Cc: mia@home.example\n" },
		  { .login = "mia",
		    .headers = "Cc: mia@home.example\nReply-To: x@w.example\n"
			       "From: Mia Mill <MIA@agency.example>\n" } },
		{ { .from = "c@kids.example",
		    .to = "max@agency.example tom@agency.example",
		    .headers = "From: c@kids.example\nReply-To: d@pupils.example\n",
		    OUTSIDE },
		  { .from = "c@kids.example",
		    .to = "tom@agency.example max@agency.example",
		    .headers = "REPLY-TO: D@Pupils.example\nfrom: C@Kids.example\n",
		    OUTSIDE } },
	};
	Court court;

	(void)state;
	court_open(&court, "", "");
	for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
		g_autofree char *one = outcome(&court, &same[i][0]);
		g_autofree char *other = outcome(&court, &same[i][1]);

		assert_string_equal(one, other);
	}
	court_close(&court);
}

static void
test_a_flood_of_addresses_makes_few_findings(void **state)
{
	g_autoptr(GString) headers = g_string_new("From: mia@agency.example\nReply-To: ");
	Mail mail = { .login = "mia" };
	g_autoptr(Verdict) verdict = NULL;
	Court court;

	(void)state;
	for (int i = 0; i < 500; i++)
		g_string_append_printf(headers, "new%d@agency.example,\n ", i);
	g_string_append(headers, "mia@home.example\n");
	mail.headers = headers->str;
	court_open(&court, "", "");
	verdict = court_judge(&court, &mail);
	assert_true(verdict->findings->len < 50);
	assert_int_equal(verdict->decides, DECIDES_LEAD);
	court_close(&court);
}

static Verdict *
unreadable(const Court *court, const Mail *mail)
{
	g_autoptr(Envelope) envelope = court_envelope(mail);
	g_autoptr(Headers) headers =
		headers_read(court_headers(mail), strlen(court_headers(mail)));
	Hearing hearing = { .envelope = envelope,
			    .directory = court->directory,
			    .policy = court->policy,
			    .time = G_GINT64_CONSTANT(1780000000000) };

	return judge_unreadable(&hearing, headers, "it took too long");
}

static void
test_what_could_not_be_judged_is_held_outbound_and_delivered_inbound(void **state)
{
	const Mail outbound = { .login = "mia" };
	const Mail inbound = { .from = "c@kids.example",
			       .to = "mia@agency.example",
			       .headers = "From: c@kids.example\n",
			       OUTSIDE };
	g_autoptr(Verdict) held = NULL;
	g_autoptr(Verdict) tagged = NULL;
	const Finding *finding;
	Court court;

	(void)state;
	court_open(&court, "check unreadable\n  action pass\n", "");
	held = unreadable(&court, &outbound);
	tagged = unreadable(&court, &inbound);
	finding = held->findings->pdata[0];
	assert_true(held->in_scope);
	assert_int_equal(held->applied, ACTION_HOLD);
	assert_string_equal(finding->rule, "unreadable");
	assert_true(g_str_has_suffix(finding->reason, ": it took too long"));
	assert_string_equal(held->author, "mia@agency.example");
	assert_string_equal(held->cases->pdata[0], "C1");
	assert_int_equal(tagged->direction, DIRECTION_INBOUND);
	assert_int_equal(tagged->applied, ACTION_TAG);
	assert_null(tagged->author);
	court_close(&court);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_each_check_catches_what_it_should_and_lets_the_rest_pass),
		cmocka_unit_test(test_a_young_persons_message_is_never_stopped),
		cmocka_unit_test(
			test_a_trusted_submitters_envelope_sender_stands_for_the_login),
		cmocka_unit_test(
			test_during_the_trial_everything_is_judged_and_nothing_held),
		cmocka_unit_test(test_a_check_that_passes_finds_nothing),
		cmocka_unit_test(
			test_a_private_address_is_for_the_lead_and_told_without_words),
		cmocka_unit_test(test_the_facts_explain_the_decision),
		cmocka_unit_test(test_orders_and_spellings_change_nothing),
		cmocka_unit_test(test_a_flood_of_addresses_makes_few_findings),
		cmocka_unit_test(
			test_what_could_not_be_judged_is_held_outbound_and_delivered_inbound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
