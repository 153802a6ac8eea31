/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_scope.c - which messages are between staff and a young person, and which way
 */
#include "config.h"

#include "rules/scope.h"

#include "tests/rules/court.h"

typedef struct Row {
	const char *what;
	Mail mail;
	ScopeAnswer at_data;
	ScopeAnswer answer;
	Direction direction;
} Row;

#define OUTSIDE .client = "192.0.2.9", .listener = "MX"

static const Row rows[] = {
	{ "staff to a young person",
	  { .login = "mia" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "staff to a colleague and to the world",
	  { .login = "mia", .to = "tom@agency.example x@world.example" },
	  SCOPE_OUT,
	  SCOPE_OUT,
	  DIRECTION_NONE },
	{ "staff to a young person among others",
	  { .login = "mia", .to = "tom@agency.example d@pupils.example" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "staff from a far network by login",
	  { .login = "mia", .client = "192.0.2.9" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "a login of the work domain that is not registered",
	  { .login = "new@agency.example", .client = "192.0.2.9" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "an internal client without login",
	  { .from = "x@world.example" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "staff with a child's From to a child",
	  { .login = "mia", .headers = "From: c@kids.example\n" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "staff with a child's From to a colleague",
	  { .login = "mia",
	    .to = "tom@agency.example",
	    .from = "c@kids.example",
	    .headers = "From: c@kids.example\n" },
	  SCOPE_OUT,
	  SCOPE_OUT,
	  DIRECTION_NONE },
	{ "to a percent address that is undone at our domain",
	  { .login = "mia", .to = "c%kids.example@agency.example" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "to a young person by another spelling",
	  { .login = "mia", .to = "C+x@KIDS.example" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "to a young person's number at a gateway",
	  { .login = "mia", .to = "07700900123@sms.example" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "to another number at a gateway",
	  { .login = "mia", .to = "07700900124@sms.example" },
	  SCOPE_OUT,
	  SCOPE_OUT,
	  DIRECTION_NONE },
	{ "to that number elsewhere",
	  { .login = "mia", .to = "07700900123@world.example" },
	  SCOPE_OUT,
	  SCOPE_OUT,
	  DIRECTION_NONE },
	{ "to someone whose case has ended",
	  { .login = "mia", .to = "e@kids.example" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },

	{ "a young person from outside",
	  { .from = "c@kids.example",
	    .to = "mia@agency.example",
	    .headers = "From: c@kids.example\n",
	    OUTSIDE },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person by From alone",
	  { .from = "bounce@list.example",
	    .to = "mia@agency.example",
	    .headers = "From: Carl <c@kids.example>\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person by Reply-To alone",
	  { .from = "x@world.example",
	    .to = "mia@agency.example",
	    .headers = "From: x@world.example\nReply-To: c@kids.example\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person in a field that does not parse",
	  { .from = "x@world.example",
	    .to = "mia@agency.example",
	    .headers = "From: <<;;c@kids.example(\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person by a text gateway",
	  { .from = "447700900123@sms.example",
	    .to = "mia@agency.example",
	    .headers = "From: 447700900123@sms.example\n",
	    OUTSIDE },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person to an address of ours that is not registered",
	  { .from = "c@kids.example",
	    .to = "info@agency.example",
	    .headers = "From: c@kids.example\n",
	    OUTSIDE },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person's reply to all",
	  { .from = "c@kids.example",
	    .to = "mia@agency.example d@pupils.example x@world.example",
	    .headers = "From: c@kids.example\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person with their own login",
	  { .login = "d@pupils.example",
	    .from = "d@pupils.example",
	    .to = "mia@agency.example c@kids.example",
	    .headers = "From: d@pupils.example\n" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person inside without login",
	  { .from = "d@pupils.example",
	    .to = "mia@agency.example",
	    .headers = "From: d@pupils.example\n" },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person's mail with friends, by login",
	  { .login = "d@pupils.example",
	    .from = "d@pupils.example",
	    .to = "c@kids.example",
	    .headers = "From: d@pupils.example\n" },
	  SCOPE_PERHAPS,
	  SCOPE_OUT,
	  DIRECTION_NONE },
	{ "a young person's mail with friends, from outside",
	  { .from = "c@kids.example",
	    .to = "d@pupils.example x@world.example",
	    .headers = "From: c@kids.example\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_OUT,
	  DIRECTION_NONE },
	{ "the world to a young person",
	  { .from = "x@world.example",
	    .headers = "From: X <x@world.example>\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_OUT,
	  DIRECTION_NONE },
	{ "the world to ours",
	  { .from = "x@world.example",
	    .to = "mia@agency.example",
	    .headers = "From: x@world.example\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_OUT,
	  DIRECTION_NONE },
	{ "the world to the world",
	  { .from = "x@world.example", .to = "y@world.example", OUTSIDE },
	  SCOPE_OUT,
	  SCOPE_OUT,
	  DIRECTION_NONE },

	{ "staff by a private address",
	  { .from = "mia@home.example", .headers = "From: mia@home.example\n", OUTSIDE },
	  SCOPE_IN,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "staff by a private address in Reply-To",
	  { .from = "x@world.example",
	    .headers = "From: x@world.example\nReply-To: mia@home.example\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "a claim to a work address from outside",
	  { .from = "x@world.example", .headers = "From: new@agency.example\n", OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "a member of staff's name from outside",
	  { .from = "x@world.example",
	    .headers = "From: \"MILL, Mia\" <x@world.example>\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "staff's From to a young person behind a child's envelope sender",
	  { .from = "d@pupils.example",
	    .to = "c@kids.example tom@agency.example",
	    .headers = "From: mia@agency.example\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "a young person who bears a member of staff's name, to all",
	  { .from = "c@kids.example",
	    .to = "d@pupils.example tom@agency.example",
	    .headers = "From: Mia Mill <c@kids.example>\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_INBOUND },
	{ "a young person's login with staff's From to a friend",
	  { .login = "d@pupils.example",
	    .from = "d@pupils.example",
	    .to = "c@kids.example",
	    .headers = "From: mia@agency.example\n" },
	  SCOPE_PERHAPS,
	  SCOPE_IN,
	  DIRECTION_OUTBOUND },
	{ "a bounce to staff",
	  { .from = "",
	    .to = "mia@agency.example",
	    .headers = "From: MAILER-DAEMON@world.example\n",
	    OUTSIDE },
	  SCOPE_PERHAPS,
	  SCOPE_OUT,
	  DIRECTION_NONE },
};

static void
check_row(const Court *court, const Row *row)
{
	g_autoptr(Envelope) envelope = court_envelope(&row->mail);
	g_autoptr(Message) message = court_message(&row->mail);
	Scope early = scope_decide(envelope, NULL, court->directory, court->policy);
	Scope late = scope_decide(envelope, message_headers(message), court->directory,
				  court->policy);

	if (early.answer != row->at_data || late.answer != row->answer ||
	    late.direction != row->direction)
		fail_msg("%s: %d, then %d, direction %d", row->what, (int)early.answer,
			 (int)late.answer, (int)late.direction);
	if (early.answer == SCOPE_IN && early.direction != late.direction)
		fail_msg("%s: turns round once the headers are read", row->what);
}

static void
test_scope_and_direction_follow_from_facts(void **state)
{
	Court court;

	(void)state;
	court_open(&court, "", "");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check_row(&court, &rows[i]);
	court_close(&court);
}

static void
test_without_recipients_nothing_is_in_scope(void **state)
{
	g_autoptr(Envelope) envelope = envelope_new();
	Court court;

	(void)state;
	court_open(&court, "", "");
	assert_int_equal(
		scope_decide(envelope, NULL, court.directory, court.policy).answer,
		SCOPE_OUT);
	court_close(&court);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scope_and_direction_follow_from_facts),
		cmocka_unit_test(test_without_recipients_nothing_is_in_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
