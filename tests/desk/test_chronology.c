/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_chronology.c - the page that a case is read on: what is on it, what never is, and
 * that no message can be part of it
 */
#include "config.h"

#include "desk/casefile.h"
#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include "base/clock.h"

#include <string.h>

/* One message as it is on record; what is NULL has a plain default. */
typedef struct Mail {
	const char *direction;
	const char *from, *to;
	const char *headers; /* besides From, To, Subject */
	const char *subject, *body;
	const char *verdict;
	const char *cases[3];
} Mail;

static json_t *
payload_of(const Mail *mail)
{
	g_autoptr(json_t) findings = json_array();
	const char *verdict = mail->verdict == NULL ? "tag" : mail->verdict;

	json_array_append_new(
		findings, json_pack("{s:s, s:s, s:s, s:s, s:s}", "rule", "secret-rule",
				    "where", "body", "action", verdict, "excerpt",
				    "secret-excerpt", "reason", "a reason in words"));
	return json_pack("{s:s, s:s, s:b, s:O, s:s, s:[s], s:[s], s:o}", "direction",
			 mail->direction, "verdict", verdict, "enforced", 1, "findings",
			 findings, "from", mail->from, "to", mail->to, "header_authors",
			 mail->from, "subject",
			 json_text_new(mail->subject == NULL ? "Hello" : mail->subject));
}

static char *
put(Bureau *bureau, const Mail *mail)
{
	g_autoptr(Draft) draft = draft_new("mail", clock_now());
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "server");
	g_autoptr(json_t) payload = payload_of(mail);
	g_autofree char *text = g_strdup_printf(
		"From: %s\r\nTo: %s\r\n%s\r\n%s\r\n", mail->from, mail->to,
		mail->headers == NULL ? "" : mail->headers, mail->body);

	for (gsize i = 0; mail->cases[i] != NULL; i++)
		draft_add_case(draft, mail->cases[i]);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	draft_open_content(draft, store_spool(bureau->store));
	assert_true(draft_write(draft, text, strlen(text), NULL));
	assert_true(store_put(bureau->store, &draft, 1, NULL));
	return g_strdup(draft_id(draft));
}

static bool
keep_page(const char *path, GBytes *bytes, void *data, GError **error)
{
	char **page = data;
	gsize len;
	const char *text = g_bytes_get_data(bytes, &len);

	(void)error;
	if (strcmp(path, "CHRONOLOGY.html") == 0)
		*page = g_strndup(text, len);
	return true;
}

static char *
page_of(Bureau *bureau, const char *case_id)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/London");
	char *page = NULL;
	const CaseFile file = { .case_id = case_id,
				.agency = "Anytown <Youth> Service",
				.zone = zone,
				.sink = keep_page,
				.data = &page };

	assert_true(casefile_export(bureau->store, &file, NULL));
	assert_non_null(page);
	return page;
}

static void
check_has(const char *page, const char *text)
{
	if (strstr(page, text) == NULL)
		fail_msg("'%s' is not in:\n%s", text, page);
}

static void
check_lacks(const char *page, const char *text)
{
	if (strstr(page, text) != NULL)
		fail_msg("'%s' is in:\n%s", text, page);
}

static guint
count_of(const char *page, const char *text)
{
	guint count = 0;

	for (page = strstr(page, text); page != NULL; page = strstr(page + 1, text))
		count++;
	return count;
}

/* Every tag of a page, one a line. */
static char *
tags_of(const char *page)
{
	GString *tags = g_string_new(NULL);

	for (const char *at = strchr(page, '<'); at != NULL; at = strchr(at, '<')) {
		const char *end = strchr(at, '>');

		assert_non_null(end);
		g_string_append_len(tags, at, end + 1 - at);
		g_string_append_c(tags, '\n');
		at = end;
	}
	return g_string_free(tags, FALSE);
}

/* The page with this content in every place where content can be. */
static char *
page_with(const char *content)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *headers = g_strdup_printf(
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
	g_autofree char *body = g_strdup_printf(
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n--b\r\n"
		"Content-Type: image/png; name*=utf-8''x%%3Cimg%%20src%%3Dx%%3E.png\r\n"
		"Content-Disposition: attachment\r\n\r\nabc\r\n--b--\r\n",
		content);
	const Mail mail = { .direction = "inbound",
			    .from = CARL,
			    .to = WENDY,
			    .headers = headers,
			    .subject = content,
			    .body = body,
			    .cases = { "C1" } };
	g_autofree char *id = put(bureau, &mail);

	return page_of(bureau, "C1");
}

static void
test_no_content_is_part_of_the_page(void **state)
{
	static const char *const hostile[] = {
		"<script>alert(1)</script>",
		"<img src=https://evil.example/x onerror=alert(1)>",
		"</div></article></body><h1>not ours</h1>",
		"<!-- ",
		"--><b>",
		"]]><b>",
		"</style><style>body{display:none}",
		"\"><svg onload=alert(1)>",
		"' onmouseover='alert(1)",
		"&lt;script&gt;",
		"<\xC2\xA0script>",
		"\xEF\xBC\x9Cscript\xEF\xBC\x9E",
		"<meta http-equiv=refresh content=0;url=https://evil.example>",
		"<base href=https://evil.example>",
		"@import url(https://evil.example);",
		"\xE2\x80\xAEgnp.exe",
		"\x1b[2J\x07 bell",
		"a\xFF\xFE<b>\xC0\xBCscript\xC0\xBE",
		"<iframe srcdoc='<script>1</script>'>",
		"javascript:alert(1)",
	};
	g_autofree char *plain = page_with("plain words");
	g_autofree char *expected = tags_of(plain);

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
		g_autofree char *page = page_with(hostile[i]);
		g_autofree char *tags = tags_of(page);

		if (strcmp(tags, expected) != 0)
			fail_msg("%s changes the page:\n%s", hostile[i], tags);
		check_lacks(page, "\xE2\x80\xAE");
		check_lacks(page, "\x1b");
		assert_true(g_utf8_validate(page, -1, NULL));
	}
}

static void
test_the_page_loads_nothing(void **state)
{
	static const char *const loading[] = { "<img", "<script", "<link", "<a ",
					       "src=", "href=",   "url(",  "@import" };
	g_autofree char *page = page_with("plain words");
	g_autofree char *tags = tags_of(page);

	(void)state;
	check_has(page, "default-src 'none'");
	for (gsize i = 0; i < G_N_ELEMENTS(loading); i++)
		check_lacks(tags, loading[i]);
}

static void
test_a_young_persons_words_carry_no_findings(void **state)
{
	g_autofree char *page = page_with("my own words");

	(void)state;
	check_has(page, "my own words");
	check_has(page, "From Carl\xE2\x80\x99s address");
	check_lacks(page, "secret-rule");
	check_lacks(page, "secret-excerpt");
	check_lacks(page, "a reason in words");
}

static void
test_what_was_stopped_stands_apart_with_its_decision(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *sent =
		bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						       .to = { CARL },
						       .cases = { "C1" },
						       .subject = "went" });
	g_autofree char *held = bureau_hold(bureau);
	g_autofree char *refuse = g_strdup_printf("held refuse %s", held);
	g_autofree char *page = NULL;
	const char *apart;

	(void)state;
	assert_int_equal(
		bureau_exit(bureau, MIA, refuse, "{'reason':'not by <b>mail</b>'}"), 0);
	page = page_of(bureau, "C1");
	apart = strstr(page, "<h2>Written but never sent</h2>");
	assert_non_null(apart);
	assert_true(strstr(page, "went") < apart);
	check_has(apart, "Tuesday");
	check_has(apart, "decided that it should not be sent");
	check_has(apart, "not by &lt;b&gt;mail&lt;/b&gt;");
	check_has(apart, "Mia");
	check_lacks(apart, "agreement"); /* the rule's name */
}

static void
test_a_released_message_is_among_the_others(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *held = bureau_hold(bureau);
	g_autofree char *release = g_strdup_printf("held release %s", held);
	g_autofree char *page = NULL;

	(void)state;
	bureau->transit = bureau_let_pass;
	assert_int_equal(bureau_exit(bureau, MIA, release, "{'reason':'all is well'}"),
			 0);
	page = page_of(bureau, "C1");
	check_lacks(page, "Written but never sent");
	check_has(page, "read it and let it go");
	check_has(page, "all is well");
}

static void
test_the_same_message_twice_is_one_with_two_times(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	const Mail mail = { .direction = "inbound",
			    .from = CARL,
			    .to = WENDY,
			    .body = "only once",
			    .cases = { "C1" } };
	g_autofree char *first = put(bureau, &mail);
	g_autofree char *second = put(bureau, &mail);
	g_autofree char *page = page_of(bureau, "C1");

	(void)state;
	assert_int_equal(count_of(page, "only once"), 1);
	check_has(page, "The same message was sent again at");
	check_has(page, first);
	check_lacks(page, second);
}

static void
test_another_young_person_is_not_named(void **state)
{
	static const char *const names[] = { "Cleo", "cleo@kids.example", "yours; C2" };
	g_autoptr(Bureau) bureau = bureau_new();
	const Mail mail = { .direction = "outbound",
			    .from = WENDY,
			    .to = "cleo@kids.example",
			    .subject = "For CLEO",
			    .body = "Dear Cleo, cleo@kids.example is yours; C2",
			    .cases = { "C1", "C2" } };
	g_autofree char *id = put(bureau, &mail);
	g_autofree char *page = page_of(bureau, "C1");
	g_autofree char *other = page_of(bureau, "C2");

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		check_lacks(page, names[i]);
	check_lacks(page, "CLEO");
	check_has(page, "[another young person]");
	check_has(other, "Dear Cleo");
}

static void
test_two_clocks_are_both_shown_where_they_differ(void **state)
{
	static const struct {
		const char *date;
		const char *shown; /* or NULL */
	} cases[] = {
		{ "Date: Tue, 3 Mar 2026 09:15:00 +0000\r\n", "3 March 2026, 09:15 GMT" },
		{ "Date: 1 Jul 2026 09:15:00 +0200\r\n", "1 July 2026, 08:15 BST" },
		{ "Date: sometime\r\n", NULL },
		{ "Date: Tue, 33 Mar 2026 09:15:00 +0000\r\n", NULL },
		{ "Date: Tue, 3 Foo 2026 09:15:00 +0000\r\n", NULL },
		{ "", NULL },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Bureau) bureau = bureau_new();
		const Mail mail = { .direction = "inbound",
				    .from = CARL,
				    .to = WENDY,
				    .headers = cases[i].date,
				    .body = "x",
				    .cases = { "C1" } };
		g_autofree char *id = put(bureau, &mail);
		g_autofree char *page = page_of(bureau, "C1");

		if (cases[i].shown != NULL)
			check_has(page, cases[i].shown);
		else
			check_lacks(page, "sender\xE2\x80\x99s clock");
	}
}

static void
test_an_agreement_is_told_in_its_place(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *page = NULL;

	(void)state;
	assert_int_equal(
		bureau_exit(
			bureau, MIA, "agreement add",
			"{'case':'C1','staff':'" WENDY "','purpose':'a lift <home>',"
			"'from':'2026-01-01','until':'2030-01-01','agreed':'2026-01-01',"
			"'informed':'2026-01-02','parent':'Ann','parent-aware':"
			"'2026-01-03'}"),
		0);
	page = page_of(bureau, "C1");
	check_has(page, "Thursday 1 January 2026");
	check_has(page, "a lift &lt;home&gt;");
	check_has(page, "was told on Friday 2 January 2026");
	check_has(page, "Ann (parent or carer) was told on Saturday 3 January 2026");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_content_is_part_of_the_page),
		cmocka_unit_test(test_the_page_loads_nothing),
		cmocka_unit_test(test_a_young_persons_words_carry_no_findings),
		cmocka_unit_test(test_what_was_stopped_stands_apart_with_its_decision),
		cmocka_unit_test(test_a_released_message_is_among_the_others),
		cmocka_unit_test(test_the_same_message_twice_is_one_with_two_times),
		cmocka_unit_test(test_another_young_person_is_not_named),
		cmocka_unit_test(test_two_clocks_are_both_shown_where_they_differ),
		cmocka_unit_test(test_an_agreement_is_told_in_its_place),
	};

	return cmocka_run_group_tests_name("chronology", tests, NULL, NULL);
}
