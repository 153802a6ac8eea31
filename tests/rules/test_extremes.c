/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_extremes.c - ten mebibytes of anything are judged by the shipped rules to the end:
 * no clock is asked and no limit reached, so that nobody's long message is held for its
 * length; and what a bad pattern costs is bounded by counting
 */
#include "config.h"

#include "tests/rules/court.h"

enum { TEN_MEBIBYTES = 10 << 20, RUN = 4000 };

/* One thing again and again, in a message with these headers behind the usual ones. */
static GBytes *
fill(const char *headers, const char *thing)
{
	GString *text = g_string_sized_new(TEN_MEBIBYTES + 1024);

	g_string_append_printf(text, "From: mia@agency.example\r\n%s\r\n", headers);
	while (text->len < TEN_MEBIBYTES)
		g_string_append(text, thing);
	return g_string_free_to_bytes(text);
}

static GBytes *
fill_randomly(const char *headers, const char *letters)
{
	GString *text = g_string_sized_new(TEN_MEBIBYTES + 1024);
	g_autoptr(GRand) chance = g_rand_new_with_seed(1);
	const gint32 len = (gint32)strlen(letters);

	g_string_append_printf(text, "From: mia@agency.example\r\n%s\r\n", headers);
	while (text->len < TEN_MEBIBYTES)
		g_string_append_c(text, letters[g_rand_int_range(chance, 0, len)]);
	return g_string_free_to_bytes(text);
}

static Verdict *
judge_bytes(const Court *court, GBytes *bytes)
{
	static const MessageLimits limits = { 50 << 20, 32, 1000 };
	const Mail mail = { .login = "mia" };
	g_autoptr(Envelope) envelope = court_envelope(&mail);
	g_autoptr(Message) message = message_read(bytes, &limits);
	g_autoptr(json_t) history = json_object();
	const Hearing hearing = { .envelope = envelope,
				  .message = message,
				  .directory = court->directory,
				  .policy = court->policy,
				  .history = history,
				  .time = 1700000000000 };

	return judge(&hearing);
}

static bool
is_unreadable(const Verdict *verdict)
{
	for (guint i = 0; i < verdict->findings->len; i++) {
		const Finding *finding = verdict->findings->pdata[i];

		if (strcmp(finding->rule, "unreadable") == 0) {
			print_message("%s\n", finding->reason);
			return true;
		}
	}
	return false;
}

static void
open_shipped(Court *court)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *folder =
		g_build_filename(top == NULL ? "." : top, "rules", NULL);

	court->directory = court_directory();
	court->policy = court_policy_at(folder);
	policy_prepare(court->policy);
}

#define HTML "Content-Type: text/html; charset=utf-8\r\n"
#define BASE64                                        \
	"Content-Type: text/plain; charset=utf-8\r\n" \
	"Content-Transfer-Encoding: base64\r\n"

static void
test_ten_mebibytes_of_anything_are_judged_to_the_end(void **state)
{
	static const struct {
		const char *what, *headers, *thing;
		bool is_unreadable; /* not for its length: for what it is */
	} rows[] = {
		{ "one letter", "", "a", false },
		{ "one digit", "", "7", false },
		{ "digits, spaced", "", "0 7 ", false },
		{ "blanks", "", " ", false },
		{ "empty lines", "", "\r\n", false },
		{ "short words", "", "I am on my own at home and you call me ", false },
		{ "number words", "", "oh double seven ", false },
		{ "dots", "", ".", false },
		{ "a dot, a letter", "", "a.", false },
		{ "at signs", "", "a@", false },
		{ "brackets", "", "(", false },
		{ "quotes", "", "> ", false },
		{ "turns", "", "> a\r\nb\r\n", false },
		{ "wrote", "", "On Monday, Jo wrote:\r\n\r\n", false },
		{ "combining marks", "Content-Type: text/plain; charset=utf-8\r\n",
		  "a\xCC\x81\xCC\x81\xCC\x81", false },
		{ "look-alikes", "Content-Type: text/plain; charset=utf-8\r\n", "ѕ",
		  false },
		{ "digits of another script",
		  "Content-Type: text/plain; charset=utf-8\r\n", "٠", false },
		{ "tags", HTML, "<b>", true },
		{ "tags in and out", HTML, "<p>a</p>", false },
		{ "half tags", HTML, "<", false },
		{ "quotes in quotes", HTML, "<blockquote type=cite>a", true },
		{ "entities", HTML, "&#48;&amp;", false },
		{ "base64", BASE64, "MDc3MDAg\r\n", false },
		{ "no base64", BASE64, "=", false },
	};

	Court court;

	(void)state;
	open_shipped(&court);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = fill(rows[i].headers, rows[i].thing);
		g_autoptr(Verdict) verdict = judge_bytes(&court, bytes);

		if (!verdict->in_scope || is_unreadable(verdict) != rows[i].is_unreadable)
			fail_msg("%s", rows[i].what);
	}
	court_close(&court);
}

static void
test_nobody_is_held_for_ten_mebibytes_of_letters(void **state)
{
	static const char *const letters[] = {
		"abcdefghijklmnopqrstuvwxyz",
		"abcdefghijklmnopqrstuvwxyz      \n",
		"0123456789 \n",
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
	};
	Court court;

	(void)state;
	open_shipped(&court);
	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
		g_autoptr(GBytes) bytes = fill_randomly("", letters[i]);
		g_autoptr(Verdict) verdict = judge_bytes(&court, bytes);

		assert_false(is_unreadable(verdict));
	}
	court_close(&court);
}

static char *
findings_of(const Court *court, GBytes *bytes)
{
	g_autoptr(Verdict) verdict = judge_bytes(court, bytes);

	return court_findings(verdict);
}

/* What they find, or that they reached a limit, is the same each time. */
static void
test_bad_patterns_end_by_counting(void **state)
{
	static const char *const patterns[] = {
		"/a+b/",
		"/(a+)+b/",
		"/^(?:a|aa)+(?=[yz])/",
		"/.*x.*y.*z/s",
		"/(?:[a-z]+\\s?)+!/",
		"/(a|b|ab)*c/",
		"/(?:\\w+\\W*){20,}q/",
	};
	g_autofree char *run = g_strnfill(RUN, 'a');
	g_autofree char *thing = g_strconcat(run, " -!-y-z-c-q-b-x\n", NULL);
	g_autoptr(GBytes) bytes = fill("", thing);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_autofree char *rules = g_strdup_printf(
			"rule bad\n    action hold\n    reason bad\n    pattern %s\n"
			"    pattern /aabc?d?!/\n    hit aab!\n    miss -\n",
			patterns[i]);
		g_autofree char *first = NULL;
		g_autofree char *second = NULL;
		Court court;

		court_open(&court, rules, "");
		policy_prepare(court.policy);
		first = findings_of(&court, bytes);
		second = findings_of(&court, bytes);
		assert_string_equal(first, second);
		court_close(&court);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_mebibytes_of_anything_are_judged_to_the_end),
		cmocka_unit_test(test_bad_patterns_end_by_counting),
		cmocka_unit_test(test_nobody_is_held_for_ten_mebibytes_of_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
