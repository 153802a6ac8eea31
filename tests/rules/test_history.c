/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_history.c - what earlier mail makes of a message, as facts of the history say it
 */
#include "config.h"

#include "tests/rules/trial.h"

/* A message that stands in no table. */
typedef struct Sent {
	const char *way, *from, *to, *message;
	const char *when; /* NULL: a Tuesday at 11:00 */
} Sent;

static TableRow *
row_of(const Sent *sent)
{
	TableRow *row = g_new0(TableRow, 1);

	row->way = g_strdup(sent->way);
	row->from = g_strdup(sent->from);
	row->to = g_strdup(sent->to);
	row->message = g_strdup(sent->message);
	row->when = g_strdup(sent->when == NULL ? "2026-11-24 11:00" : sent->when);
	return row;
}

/* Its outcome with a history. */
static char *
outcome(const Table *table, const Sent *sent, const char *facts)
{
	const Telling plainly = { 0 };
	TableRow *row = row_of(sent);
	g_autoptr(json_t) history = people_json(facts);
	g_autoptr(Verdict) verdict = trial_judge_with(table, row, &plainly, history);

	table_free_row(row);
	return trial_outcome(verdict);
}

#define WORK   .way = "login mia@agency.example", .from = "mia@agency.example"
#define NOBODY .way = "login jo@agency.example", .from = "jo@agency.example"
#define ANSWER "From: new@world.example / In-Reply-To: <a@agency.example>"

static const struct {
	const char *what;
	Sent sent;
	const char *facts, *outcome;
} cases[] = {
	{ "a number that was given before",
	  { WORK, .to = "c@kids.example", .message = "body Ring 01202 496000" },
	  "{'numbers_given':[{'staff':'mia@agency.example','case':'C1',"
	  "'number':'202496000'}]}",
	  "outbound tag work-number-given=tag" },
	{ "the same to another young person",
	  { WORK, .to = "hana@kids.example", .message = "body Ring 01202 496000" },
	  "{'numbers_given':[{'staff':'mia@agency.example','case':'C1',"
	  "'number':'202496000'}]}",
	  "outbound tag work-number-given=tag told manager" },
	{ "a picture of ours that comes back",
	  { .way = "outside",
	    .from = "c@kids.example",
	    .to = "mia@agency.example",
	    .message = "attach image/jpeg a.jpg jpg / verified" },
	  "{'pictures_sent':"
	  "['2b5a4ff8dfa0eb1ba5a3d1cf4ea9a1ab5e9a3b1c']}",
	  "inbound tag image=tag told manager lead" },
	{ "an answer from a new address",
	  { .way = "outside",
	    .from = "new@world.example",
	    .to = "mia@agency.example",
	    .message = ANSWER },
	  "{'answers':['C1']}",
	  "inbound tag unregistered=tag told manager" },
	{ "an answer to what is not on record",
	  { .way = "outside",
	    .from = "new@world.example",
	    .to = "mia@agency.example",
	    .message = ANSWER },
	  "{}",
	  "out" },
	{ "an answer of a contact",
	  { .way = "outside",
	    .from = "pat@home.example",
	    .to = "mia@agency.example",
	    .message = "In-Reply-To: <a@agency.example>" },
	  "{'answers':['C1']}",
	  "out" },
	{ "an answer of ours",
	  { WORK, .to = "tom@agency.example",
	    .message = "In-Reply-To: <a@agency.example>" },
	  "{'answers':['C1']}",
	  "out" },
	{ "a reply in a crisis, without an agreement",
	  { NOBODY, .to = "c@kids.example", .message = "-" },
	  "{'danger':[{'case':'C1','time':'2026-11-22T12:00:00Z'}]}",
	  "outbound tag agreement=tag crisis-reply=tag told manager lead author" },
	{ "in a crisis, at night, with a work number, when the agreement is over",
	  { WORK, .to = "c@kids.example", .message = "body Ring me on 01202 496000.",
	    .when = "2027-01-05 23:30" },
	  "{'danger':[{'case':'C1','time':'2027-01-05T22:00:00Z'}]}",
	  "outbound tag agreement=tag parent-aware=tag office-hours=tag "
	  "work-number-given=tag crisis-reply=tag told manager lead author" },
	{ "in a crisis, with a stranger",
	  { WORK, .to = "c@kids.example x@world.example", .message = "-" },
	  "{'danger':[{'case':'C1','time':'2026-11-22T12:00:00Z'}]}",
	  "outbound hold third-party=hold crisis-reply=tag told manager lead author" },
	{ "two young people, one of them in danger",
	  { .way = "login jo@agency.example",
	    .from = "jo@agency.example",
	    .to = "c@kids.example d@pupils.example",
	    .message = "To: jo@agency.example" },
	  "{'danger':[{'case':'C1','time':'2026-11-22T12:00:00Z'}]}",
	  "outbound hold agreement=hold third-party=tag told manager" },
	{ "the same after 48 hours",
	  { NOBODY, .to = "c@kids.example", .message = "-" },
	  "{'danger':[{'case':'C1','time':'2026-11-22T10:00:00Z'}]}",
	  "outbound hold agreement=hold told manager" },
	{ "another young person's danger",
	  { NOBODY, .to = "c@kids.example", .message = "-" },
	  "{'danger':[{'case':'C2','time':'2026-11-22T12:00:00Z'}]}",
	  "outbound hold agreement=hold told manager" },
	{ "in a crisis, but from home",
	  { .way = "login mia@agency.example",
	    .from = "mia@home.example",
	    .to = "c@kids.example",
	    .message = "-" },
	  "{'danger':[{'case':'C1','time':'2026-11-22T12:00:00Z'}]}",
	  "outbound hold work-sender=hold crisis-reply=tag told manager lead author" },
};

static void
test_earlier_mail_changes_what_is_found(void **state)
{
	Table table;

	(void)state;
	table_open(&table);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *got = outcome(&table, &cases[i].sent, cases[i].facts);

		if (strcmp(got, cases[i].outcome) != 0)
			fail_msg("%s: %s", cases[i].what, got);
	}
	table_close(&table);
}

static void
test_a_picture_of_ours_passes_when_it_comes_back(void **state)
{
	static const guchar jpeg[] = {
		0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10, 'J', 'F', 'I', 'F'
	};
	g_autofree char *digest =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, jpeg, sizeof jpeg);
	g_autofree char *facts = g_strdup_printf("{'pictures_sent':['%s']}", digest);
	const Sent sent = { "outside", "c@kids.example", "mia@agency.example",
			    "attach image/jpeg a.jpg jpg / verified", NULL };
	g_autofree char *got = NULL;
	Table table;

	(void)state;
	table_open(&table);
	got = outcome(&table, &sent, facts);
	assert_string_equal(got, "inbound pass");
	table_close(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_earlier_mail_changes_what_is_found),
		cmocka_unit_test(test_a_picture_of_ours_passes_when_it_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
