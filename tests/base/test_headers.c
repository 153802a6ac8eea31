/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_headers.c - header fields, and everyone whom they may name
 */
#include "config.h"

#include "base/message.h"
#include "tests/testing.h"

#include <string.h>

static Headers *
read_text(const char *text)
{
	return headers_read(text, strlen(text));
}

static void
test_fields_are_split_with_their_folds_undone(void **state)
{
	g_autoptr(Headers) headers = read_text("From x Mon\n"
					       "Subject: one\r\n two\r\n"
					       "no field\r\n and its fold\r\n"
					       "SUBJECT :three\n"
					       "Empty:\n"
					       ": nameless\n"
					       "\n"
					       "Subject: body\n");

	(void)state;
	assert_int_equal(headers_len(headers), 3);
	assert_int_equal(headers_count(headers, "subject"), 2);
	assert_string_equal(headers_get(headers, "Subject", 0), "one two");
	assert_string_equal(headers_get(headers, "Subject", 1), "three");
	assert_null(headers_get(headers, "Subject", 2));
	assert_string_equal(headers_name(headers, 1), "SUBJECT");
	assert_string_equal(headers_value(headers, 2), "");
}

static void
test_odd_beginnings_have_no_fields(void **state)
{
	static const struct {
		const char *bytes;
		gsize len;
	} cases[] = { { NULL, 0 },      { "\n", 1 }, { "\r\nA: b\n", 7 },
		      { " A: b\n", 6 }, { "A", 1 },  { "\0A: b\n", 6 },
		      { ":", 1 },       { "\r", 1 } };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Headers) headers = headers_read(cases[i].bytes, cases[i].len);

		assert_int_equal(headers_len(headers), 0);
	}
}

static void
test_fields_from_the_mail_server_are_the_same(void **state)
{
	g_autoptr(Headers) headers = headers_new();

	(void)state;
	headers_add(headers, "Subject", " one\n\ttwo ");
	headers_add(headers, "Subject", "one\r\n two");
	assert_string_equal(headers_get(headers, "Subject", 0), "one\ttwo");
	assert_string_equal(headers_get(headers, "Subject", 1), "one two");
}

static void
test_encoded_words_are_decoded(void **state)
{
	static const struct {
		const char *raw, *text;
	} cases[] = {
		{ "plain", "plain" },
		{ "=?utf-8?q?caf=C3=A9?=", "café" },
		{ "=?iso-8859-1?Q?caf=E9?= =?iso-8859-1?Q?s?=", "cafés" },
		{ "=?utf-8?b?Y2Fmw6k=?=", "café" },
		{ "caf\xc3\xa9", "café" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Headers) headers = headers_new();
		g_autofree char *text = NULL;

		headers_add(headers, "Subject", cases[i].raw);
		text = headers_get_decoded(headers, "subject", 0);
		assert_string_equal(text, cases[i].text);
		assert_null(headers_get_decoded(headers, "subject", 1));
	}
}

static void
test_decoded_text_is_utf8_whatever_comes(void **state)
{
	static const char *const raws[] = {
		"caf\xe9",
		"=?utf-8?q?=FF=FE?=",
		"=?unknown?q?=FF?=",
		"=?utf-16?b?2AA=?=",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(raws); i++) {
		g_autofree char *text = message_decode(raws[i]);

		assert_true(g_utf8_validate(text, -1, NULL));
	}
}

/* "Name|address" of each, joined by blanks; "!" in front when not clean. */
static char *
mailboxes_text(const char *value)
{
	g_autoptr(Headers) headers = headers_new();
	g_autoptr(GPtrArray) found = NULL;
	GString *text = g_string_new(NULL);
	bool is_clean;

	headers_add(headers, "from", value);
	found = headers_originators(headers, &is_clean);
	if (!is_clean)
		g_string_append_c(text, '!');
	for (guint i = 0; i < found->len; i++) {
		const Mailbox *mailbox = found->pdata[i];

		assert_string_equal(mailbox->field, "From");
		g_string_append_printf(text, "%s%s|%s", i == 0 ? "" : " ",
				       mailbox->name == NULL ? "" : mailbox->name,
				       mailbox->address);
	}
	return g_string_free(text, FALSE);
}

static void
test_lists_that_are_right_are_clean(void **state)
{
	static const struct {
		const char *value, *mailboxes;
	} cases[] = {
		{ "carl@kids.example", "|carl@kids.example" },
		{ "<carl@kids.example>", "|carl@kids.example" },
		{ "Carl <carl@kids.example>", "Carl|carl@kids.example" },
		{ "\"Carl, C.\" <carl@kids.example>", "Carl, C.|carl@kids.example" },
		{ "=?utf-8?q?Zo=C3=AB?= <zoe@x.example>", "Zoë|zoe@x.example" },
		{ "carl@kids.example (Carl)", "Carl|carl@kids.example" },
		{ "carl(his)@(mail)kids.example", "his|carl@kids.example" },
		{ "a@x.example, B <b@x.example>", "|a@x.example B|b@x.example" },
		{ "a@x.example,a@x.example", "|a@x.example" },
		{ "\"a b\"@x.example", "|\"a b\"@x.example" },
		{ "J. R. (Bob) <j@x.example>", "J. R. (Bob)|j@x.example" },
		{ "\"carl@kids.example\" <ann@x.example>",
		  "carl@kids.example|ann@x.example" },
		{ "\"<carl@kids.example>\" <ann@x.example>",
		  "<carl@kids.example>|ann@x.example" },
		{ "Ann <zo\xc3\xab@m\xc3\xbcnchen.example>",
		  "Ann|zo\xc3\xab@m\xc3\xbcnchen.example" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = mailboxes_text(cases[i].value);

		assert_string_equal(text, cases[i].mailboxes);
	}
}

static void
test_no_spelling_hides_an_address(void **state)
{
	static const char *const values[] = {
		"carl@kids.example <ann@x.example>",
		"ann@x.example carl@kids.example",
		"Friends: ann@x.example, carl@kids.example;",
		"Friends: Carl <carl@kids.example>;, ann@x.example",
		"a: b: c: carl@kids.example;;;",
		"<@relay.example:carl@kids.example>",
		"Carl <carl@kids.example",
		"Carl carl@kids.example>",
		"<<carl@kids.example>>",
		"\"Carl <carl@kids.example>",
		"Carl <ann@x.example> <carl@kids.example>",
		"Carl <ann@x.example> carl@kids.example",
		"carl @ kids . example",
		"(open <carl@kids.example>",
		"'carl@kids.example'",
		"mailto:carl@kids.example",
		"x=carl@kids.example=",
		"=?utf-8?q?carl=40kids.example?=",
		"=?utf-8?b?Y2FybEBraWRzLmV4YW1wbGU=?=",
		"<=?utf-8?q?carl=40kids.example?=>",
		"Ann <=?utf-8?q?carl?=@kids.example>",
		"ann@x.example; carl@kids.example",
		"ann@x.example,, carl@kids.example",
		"caf\xe9@x.example, carl@kids.example",
		"Ann <> carl@kids.example",
		"[carl@kids.example]",
		"\\<carl@kids.example\\>",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autofree char *text = mailboxes_text(values[i]);
		g_autofree char *padded = g_strconcat(text, " ", NULL);

		if (*text != '!' || strstr(padded, "|carl@kids.example ") == NULL)
			fail_msg("%s gives %s", values[i], text);
	}
}

static void
test_a_nul_hides_nothing(void **state)
{
	static const char bytes[] = "From: ann@x.example\0 <carl@kids.example>\n\n";
	g_autoptr(Headers) headers = headers_read(bytes, sizeof(bytes) - 1);
	g_autoptr(GPtrArray) found = NULL;
	bool is_clean;

	(void)state;
	found = headers_originators(headers, &is_clean);
	assert_false(is_clean);
	assert_int_equal(found->len, 2);
	assert_string_equal(((const Mailbox *)found->pdata[0])->address,
			    "carl@kids.example");
	assert_string_equal(((const Mailbox *)found->pdata[1])->address, "ann@x.example");
}

static void
test_a_field_without_an_address_is_not_clean(void **state)
{
	static const char *const values[] = {
		"", "Carl", "<>", "undisclosed:;", "carl@", "@kids.example", ","
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autofree char *text = mailboxes_text(values[i]);

		assert_string_equal(text, "!");
	}
}

static void
test_every_originator_field_counts(void **state)
{
	g_autoptr(Headers) headers = read_text("From: a@x.example\n"
					       "FROM: b@x.example\n"
					       "Sender: c@x.example\n"
					       "Reply-To: d@x.example\n"
					       "Resent-From: e@x.example\n"
					       "Resent-Sender: f@x.example\n"
					       "Resent-Reply-To: g@x.example\n"
					       "To: t@x.example\n");
	g_autoptr(GPtrArray) found = NULL;
	g_autoptr(GPtrArray) to = headers_mailboxes(headers, "To", NULL);
	bool is_clean;

	(void)state;
	found = headers_originators(headers, &is_clean);
	assert_true(is_clean);
	assert_int_equal(found->len, 7);
	assert_string_equal(((const Mailbox *)found->pdata[2])->field, "Sender");
	assert_int_equal(to->len, 1);
	assert_string_equal(((const Mailbox *)to->pdata[0])->field, "To");
}

static void
test_a_field_made_to_take_long_does_not(void **state)
{
	static const char *const pieces[] = {
		"a:", "(", "a@b,",           "=@",          "\"", "<",
		"a=", "@", "=?utf-8?q?a?= ", "a@b.example,"
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		GString *value = g_string_new(NULL);
		g_autofree char *owned = NULL;
		g_autofree char *text = NULL;
		gint64 start = g_get_monotonic_time();

		while (value->len < 60000)
			g_string_append(value, pieces[i]);
		owned = g_string_free(value, FALSE);
		text = mailboxes_text(owned);
		assert_non_null(text);
		assert_true(g_get_monotonic_time() - start < 5 * (gint64)G_USEC_PER_SEC);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_are_split_with_their_folds_undone),
		cmocka_unit_test(test_odd_beginnings_have_no_fields),
		cmocka_unit_test(test_fields_from_the_mail_server_are_the_same),
		cmocka_unit_test(test_encoded_words_are_decoded),
		cmocka_unit_test(test_decoded_text_is_utf8_whatever_comes),
		cmocka_unit_test(test_lists_that_are_right_are_clean),
		cmocka_unit_test(test_no_spelling_hides_an_address),
		cmocka_unit_test(test_a_nul_hides_nothing),
		cmocka_unit_test(test_a_field_without_an_address_is_not_clean),
		cmocka_unit_test(test_every_originator_field_counts),
		cmocka_unit_test(test_a_field_made_to_take_long_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
