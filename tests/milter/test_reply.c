/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_reply.c - what the mail server is told for each conclusion
 *
 * The functions of libmilter that reply.c calls are these here: they write down what
 * was asked.
 */
#include "config.h"

#include "milter/reply.h"
#include "tests/testing.h"

#include <string.h>

static GString *told;
static bool is_broken;

static int
tell(const char *format, const char *name, int index, const char *value)
{
	g_autofree char *number = g_strdup_printf("%d", index);

	if (is_broken)
		return MI_FAILURE;
	g_string_append_printf(told, "%s %s %s%s\n", format, number, name,
			       value != NULL ? value : "");
	return MI_SUCCESS;
}

int
smfi_insheader(SMFICTX *ctx, int index, char *name, char *value)
{
	(void)ctx;
	return tell("insert", name, index, value);
}

int
smfi_chgheader(SMFICTX *ctx, char *name, int index, char *value)
{
	(void)ctx;
	return tell("change", name, index, value);
}

int
smfi_addrcpt(SMFICTX *ctx, char *recipient)
{
	(void)ctx;
	return tell("add", recipient, 0, NULL);
}

int
smfi_setreply(SMFICTX *ctx, char *code, char *status, char *text)
{
	(void)ctx;
	assert_true(strlen(text) <= 200);
	assert_null(strpbrk(text, "%\r\n"));
	g_string_append_printf(told, "%s %s %s\n", code, status, text);
	return MI_SUCCESS;
}

static int
set_up(void **state)
{
	(void)state;
	told = g_string_new(NULL);
	is_broken = false;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	g_string_free(told, TRUE);
	return 0;
}

static Finding *
finding(const char *rule, Action action)
{
	Finding *made = g_new0(Finding, 1);

	made->rule = g_strdup(rule);
	made->paragraph = g_strdup("1.6");
	made->where = g_strdup("body");
	made->excerpt = g_strdup("");
	made->reason = g_strdup("");
	made->action = action;
	return made;
}

static Conclusion *
conclusion_with(Answer answer, Direction direction, Action applied)
{
	Conclusion *conclusion = conclusion_new(answer, NULL);

	conclusion->id = g_strdup("ID");
	conclusion->verdict = verdict_new();
	conclusion->verdict->direction = direction;
	conclusion->verdict->applied = applied;
	g_ptr_array_add(conclusion->verdict->findings, finding("one", ACTION_TAG));
	g_ptr_array_add(conclusion->verdict->findings, finding("quiet", ACTION_PASS));
	g_ptr_array_add(conclusion->verdict->findings, finding("two", ACTION_TAG));
	g_ptr_array_add(conclusion->verdict->findings, finding("one", ACTION_TAG));
	return conclusion;
}

static void
test_each_answer_has_its_code(void **state)
{
	static const struct {
		Answer answer;
		sfsistat status;
		const char *says;
	} cases[] = {
		{ ANSWER_HOLD, SMFIS_DISCARD, "" },
		{ ANSWER_REJECT, SMFIS_REJECT,
		  "550 5.7.1 this message may not be sent; record ID\n" },
		{ ANSWER_BUSY, SMFIS_TEMPFAIL,
		  "451 4.3.2 too much mail at once: try again later\n" },
		{ ANSWER_FULL, SMFIS_TEMPFAIL,
		  "452 4.3.1 no room to record mail: try again later\n" },
		{ ANSWER_FAILED, SMFIS_TEMPFAIL,
		  "451 4.3.0 mail cannot be recorded: try again later\n" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Conclusion) conclusion = conclusion_new(cases[i].answer, NULL);

		conclusion->id = g_strdup("ID");
		g_string_truncate(told, 0);
		assert_int_equal(reply_give(NULL, conclusion, NULL), cases[i].status);
		assert_string_equal(told->str, cases[i].says);
	}
}

static void
test_inbound_findings_are_shown_under_the_record(void **state)
{
	g_autoptr(Headers) headers = headers_new();
	g_autoptr(Conclusion) conclusion =
		conclusion_with(ANSWER_DELIVER, DIRECTION_INBOUND, ACTION_TAG);

	(void)state;
	headers_add(headers, "Subject", " hello");
	assert_int_equal(reply_give(NULL, conclusion, headers), SMFIS_ACCEPT);
	assert_string_equal(told->str, "insert 0 Chaperone-Finding two; par=1.6\n"
				       "insert 0 Chaperone-Finding one; par=1.6\n"
				       "insert 0 Chaperone-Record ID\n");
}

static void
test_a_young_person_sees_no_findings(void **state)
{
	g_autoptr(Headers) headers = headers_new();
	g_autoptr(Conclusion) conclusion =
		conclusion_with(ANSWER_DELIVER, DIRECTION_OUTBOUND, ACTION_TAG);

	(void)state;
	assert_int_equal(reply_give(NULL, conclusion, headers), SMFIS_ACCEPT);
	assert_string_equal(told->str, "insert 0 Chaperone-Record ID\n");
}

static void
test_covers_are_added_to_the_recipients(void **state)
{
	g_autoptr(Headers) headers = headers_new();
	g_autoptr(Conclusion) conclusion =
		conclusion_with(ANSWER_DELIVER, DIRECTION_INBOUND, ACTION_PASS);

	(void)state;
	g_ptr_array_add(conclusion->verdict->deliver_to, g_strdup("will@a.example"));
	g_ptr_array_add(conclusion->verdict->deliver_to, g_strdup("mia@a.example"));
	assert_int_equal(reply_give(NULL, conclusion, headers), SMFIS_ACCEPT);
	assert_string_equal(told->str, "insert 0 Chaperone-Record ID\n"
				       "add 0 <will@a.example>\n"
				       "add 0 <mia@a.example>\n");
}

static void
test_whatever_claims_to_be_ours_is_removed_from_the_last_to_the_first(void **state)
{
	g_autoptr(Headers) headers = headers_new();
	g_autoptr(Conclusion) conclusion = conclusion_new(ANSWER_DELIVER, NULL);

	(void)state;
	conclusion->id = g_strdup("ID");
	headers_add(headers, "Chaperone-Record", " forged");
	headers_add(headers, "X-Chaperone-Record", " theirs");
	headers_add(headers, "CHAPERONE-record", " forged too");
	headers_add(headers, "Chaperone-Anything", " new");
	headers_add(headers, "Chaperone", " theirs");
	assert_int_equal(reply_give(NULL, conclusion, headers), SMFIS_ACCEPT);
	assert_string_equal(told->str, "change 1 Chaperone-Anything\n"
				       "change 2 CHAPERONE-record\n"
				       "change 1 Chaperone-Record\n"
				       "insert 0 Chaperone-Record ID\n");
}

static void
test_without_our_header_nothing_is_delivered(void **state)
{
	g_autoptr(Headers) headers = headers_new();
	g_autoptr(Conclusion) conclusion = conclusion_new(ANSWER_DELIVER, NULL);

	(void)state;
	conclusion->id = g_strdup("ID");
	is_broken = true;
	assert_int_equal(reply_give(NULL, conclusion, headers), SMFIS_TEMPFAIL);
	assert_int_equal(conclusion->answer, ANSWER_FAILED);
	assert_non_null(conclusion->fault);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_answer_has_its_code, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_inbound_findings_are_shown_under_the_record, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_a_young_person_sees_no_findings,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_covers_are_added_to_the_recipients,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_whatever_claims_to_be_ours_is_removed_from_the_last_to_the_first,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_without_our_header_nothing_is_delivered, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
