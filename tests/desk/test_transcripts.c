/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_transcripts.c - what was said another way is judged by the same rules as mail
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include "base/clock.h"

#include <string.h>

static const char a_picture[] =
	"From: carl@kids.example\r\nTo: wendy@agency.example\r\n"
	"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\nContent-Type: text/plain\r\n\r\nMy words.\r\n"
	"--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"/9j/4AAQSkZJRgABAQAAAQABAADwicture\r\n--b--\r\n";

static const char an_agreement[] =
	"{'case':'C1','staff':['" WENDY "'],'purpose':'swimming','from':'2026-01-01',"
	"'until':'2026-12-31','agreed':'2026-01-01','informed':'2026-01-01',"
	"'channel':'text','parent':'Pat','parent-aware':'2026-01-01'}";

/* The newest record of the case: "VERDICT RULE RULE… > NOTIFIED…". */
static char *
found_in(Bureau *bureau, const char *id)
{
	g_autoptr(Record) record = store_get(bureau->store, id, NULL);
	const json_t *payload = record_payload(record);
	GString *text = g_string_new(json_text(payload, "verdict"));
	const json_t *one;
	gsize i;

	json_array_foreach(json_object_get(payload, "findings"), i, one)
		g_string_append_printf(text, " %s", json_text(one, "rule"));
	g_string_append(text, " >");
	json_array_foreach(json_object_get(payload, "notify"), i, one)
		g_string_append_printf(text, " %s", json_string_value(one));
	return g_string_free(text, FALSE);
}

static char *
record(Bureau *bureau, const char *form, const char *more)
{
	g_autofree char *verb = g_strconcat("record ", form, NULL);
	g_autofree char *options =
		g_strdup_printf("{'case':'C1','staff':'" WENDY "','at':'2026-03-03 "
				"16:40'%s}",
				more);
	g_autoptr(json_t) result = bureau_ask(bureau, WENDY, verb, options);

	if (result == NULL)
		fail_msg("%s %s: %s", form, more, bureau->error);
	return g_strdup(json_text(result, "id"));
}

static void
test_what_was_written_down_is_judged_as_mail_is(void **state)
{
	static const struct {
		const char *form, *more, *content, *found;
	} cases[] = {
		{ "text", ",'direction':'out'", "See you at four.", "pass >" },
		{ "call", ",'direction':'out'", "Rang about Friday.",
		  "tag agreement > manager" },
		{ "call", ",'direction':'in'", "He rang about Friday.",
		  "tag agreement > manager" },
		{ "text", "", "See you at four.", "pass >" },
		{ "note", "", "Carl seemed tired.", "pass >" },
		{ "note", ",'kind':'concern'", "Carl seemed tired.",
		  "tag concern > manager" },
		{ "call", ",'kind':'number-given','direction':'in'", "He has my number.",
		  "tag agreement work-number-given > manager" },
		{ "note", ",'kind':'image-report'", "He showed me a picture.",
		  "tag image > manager lead" },
		{ "mail", "", a_picture, "tag agreement image > manager lead" },
	};

	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_int_equal(bureau_exit(bureau, MIA, "agreement add", an_agreement), 0);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *id = NULL;
		g_autofree char *found = NULL;

		bureau->content = cases[i].content;
		id = record(bureau, cases[i].form, cases[i].more);
		found = found_in(bureau, id);
		if (strcmp(found, cases[i].found) != 0)
			fail_msg("%s%s: '%s', not '%s'", cases[i].form, cases[i].more,
				 found, cases[i].found);
	}
}

/* Work addresses that a notice is due for, in the order of the notices. */
static char *
due(Bureau *bureau)
{
	g_autoptr(GPtrArray) notices = desk_notices(bureau->desk);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < notices->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
				       ((const DeskNotice *)notices->pdata[i])->to);
	return g_string_free(text, FALSE);
}

static void
test_whoever_must_be_told_is_told_once_also_after_a_restart(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = record(bureau, "note", ",'kind':'image-report'");
	g_autofree char *first = due(bureau);
	g_autofree char *again = NULL;
	g_autofree char *last = NULL;
	g_autoptr(GPtrArray) notices = NULL;

	(void)state;
	assert_string_equal(first, MIA " " DSL);
	bureau_restart(bureau);
	again = due(bureau);
	assert_string_equal(again, first);
	notices = desk_notices(bureau->desk);
	for (guint i = 0; i < notices->len; i++)
		assert_true(desk_notice_sent(bureau->desk, notices->pdata[i], NULL));
	last = due(bureau);
	assert_string_equal(last, "");
}

static void
test_a_picture_in_mail_that_is_brought_is_put_away(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = NULL;
	g_autoptr(Record) kept = NULL;
	g_autoptr(GBytes) shown = NULL;

	(void)state;
	bureau->content = a_picture;
	id = record(bureau, "mail", "");
	kept = store_get(bureau->store, id, NULL);
	shown = record_original(kept, NULL);
	assert_non_null(g_strstr_len(g_bytes_get_data(shown, NULL),
				     (gssize)g_bytes_get_size(shown), "My words."));
	assert_null(g_strstr_len(g_bytes_get_data(shown, NULL),
				 (gssize)g_bytes_get_size(shown), "/9j/"));
	assert_int_equal(bureau_count(bureau, "sealed"), 1);
	assert_non_null(json_object_get(record_payload(kept), "sealed"));
}

static Verdict *
judge_nothing(void *data, const DeskTrial *trial)
{
	(void)data;
	(void)trial;
	return NULL;
}

static void
test_a_court_that_cannot_judge_now_leaves_nothing_half_done(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	const guint before = bureau_count(bureau, "note");

	(void)state;
	bureau_close(bureau);
	bureau->judge = judge_nothing;
	bureau_open(bureau);
	assert_int_equal(bureau_exit(bureau, WENDY, "record note",
				     "{'case':'C1','staff':'" WENDY
				     "','at':'2026-03-03'}"),
			 75);
	assert_int_equal(bureau_count(bureau, "note"), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_written_down_is_judged_as_mail_is),
		cmocka_unit_test(
			test_whoever_must_be_told_is_told_once_also_after_a_restart),
		cmocka_unit_test(test_a_picture_in_mail_that_is_brought_is_put_away),
		cmocka_unit_test(
			test_a_court_that_cannot_judge_now_leaves_nothing_half_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
