/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rules.c - rules and lists: what does not hold does not load, and what does finds
 * what it says, in the same way with and without the prefilter
 */
#include "config.h"

#include "rules/check.h"
#include "tests/corpus.h"
#include "tests/rules/court.h"

/* What every rule needs, to put its own lines behind. */
#define RULE(name) "rule " name "\n    action hold\n    reason because\n"
#define MOBILE                                                                  \
	RULE("mobile")                                                          \
	"    pattern /(?<!\\d)(?:\\+44\\s?|0)7\\d(?:[\\s.-]?\\d){8}(?!\\d)/i\n" \
	"    hit text me on 07700 900999\n    miss ring 01202 496000\n"

static void
test_a_fault_in_a_rule_names_its_line_and_the_text(void **state)
{
	static const struct {
		const char *rules, *fault;
	} cases[] = {
		{ RULE("a") "    pattern a\n    hit a\n    miss b\n",
		  ":4: pattern a: a pattern stands between slashes" },
		{ RULE("a") "    pattern /(a/\n    hit a\n    miss b\n",
		  ":4: pattern /(a/: missing closing parenthesis" },
		{ RULE("a") "    pattern /a/q\n    hit a\n    miss b\n",
		  ":4: pattern /a/q: 'q' behind the last slash" },
		{ RULE("a") "    pattern /a\\C/\n    hit a\n    miss b\n",
		  ":4: pattern /a\\C/: using \\C is disabled" },
		{ RULE("a") "    pattern /a/\n    hit b\n    miss b\n",
		  ":5: hit is not found: 'b'" },
		{ RULE("a") "    pattern /A/i\n    hit a\n    miss xay\n",
		  ":6: miss is found all the same: 'a' in 'xay'" },
		{ RULE("a") "    pattern /a/\n    miss b\n",
		  ":1: rule a has no hit: give it one" },
		{ RULE("a") "    pattern /a/\n    hit a\n", ":1: rule a has no miss" },
		{ RULE("a") "    hit a\n    miss b\n", ":1: rule a has no pattern" },
		{ "rule a\n    reason r\n    pattern /a/\n    hit a\n    miss b\n",
		  ":1: rule a has no action" },
		{ RULE("a") "    colour red\n    pattern /a/\n    hit a\n    miss b\n",
		  ":4: 'colour' is no setting of a rule" },
		{ RULE("a") "    look-in feet\n    pattern /a/\n    hit a\n    miss b\n",
		  ":4: look-in 'feet' is not known" },
		{ RULE("a") "    unless no-list\n    pattern /a/\n    hit a\n    miss "
			    "b\n",
		  ":4: there is no list 'no-list'" },
		{ RULE("a b") "    pattern /a/\n    hit a\n    miss b\n",
		  ":1: rule 'a b' is no name" },
		{ RULE("agreement") "    pattern /a/\n    hit a\n    miss b\n",
		  ":1: rule agreement: there is a check of that name" },
		{ RULE("a") "    when any\n    pattern /a/\n    hit a\n    miss b\n",
		  ":1: rule a would stop a young person's message" },
		{ MOBILE RULE("mobile") "    pattern /a/\n    hit a\n    miss b\n",
		  ":7: rule mobile has a block already" },
		{ "list a\n    file no-such-file\n", ":2: file no-such-file: " },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(court_policy_load(cases[i].rules, "", &error));
		if (strstr(error->message, cases[i].fault) == NULL ||
		    strchr(error->message, '\n') != NULL)
			fail_msg("%zu: %s", i, error->message);
	}
}

/* Mail of Mia's to Carl, or with a young person's headers from outside. */
static Verdict *
judge_words(const char *rules, const char *headers, const char *body)
{
	Court court;
	g_autofree char *all = g_strconcat(headers, "\n", body, NULL);
	const bool is_inbound = strstr(headers, "From: c@kids.example") != NULL;
	const Mail mail = { .headers = all,
			    .login = is_inbound ? NULL : "mia",
			    .listener = is_inbound ? "MX" : NULL,
			    .client = is_inbound ? "192.0.2.1" : NULL,
			    .from = is_inbound ? "c@kids.example" : NULL,
			    .to = is_inbound ? "mia@agency.example" : NULL };
	Verdict *verdict;

	court_open(&court, rules, "");
	policy_prepare(court.policy);
	verdict = court_judge(&court, &mail);
	court_close(&court);
	return verdict;
}

static const char from_mia[] = "From: mia@agency.example\n";
static const char from_carl[] = "From: c@kids.example\n";

static void
test_rules_find_what_they_say_and_lists_let_pass_what_they_hold(void **state)
{
	static const char reception[] = "list reception\n    07700 900555  \n    # a "
					"remark\n    @partner.example\n";
	static const char mail[] = RULE("mail") "    pattern /\\S+@\\S+\\.example/\n"
						"    unless own-details work-addresses "
						"reception\n"
						"    hit x@y.example\n    miss x\n";
	g_autofree char *numbers =
		g_strconcat(reception, MOBILE,
			    "    unless own-details work-numbers reception\n", NULL);
	g_autofree char *addresses = g_strconcat(reception, mail, NULL);

	const struct {
		const char *rules, *headers, *body, *findings;
	} cases[] = {
		{ MOBILE, from_mia, "text 07700 900999 now", "mobile=hold" },
		{ MOBILE, from_mia, "ring us", "" },
		{ numbers, from_mia, "text 07700 900999 now", "mobile=hold" },
		{ numbers, from_mia, "ring +44 7700 900555", "" },
		{ numbers, from_mia, "is yours still 07700 900123?", "" },
		{ addresses, from_mia, "write to me@home.example", "mail=hold" },
		{ addresses, from_mia, "write to max@partner.example", "" },
		{ addresses, from_mia, "write to any@agency.example", "" },
		{ addresses, from_mia, "is it C@kids.example?", "" },
		{ addresses, from_mia, "is it d@pupils.example?", "mail=hold" },
		{ MOBILE, from_carl, "text 07700 900999 now", "" },
		{ MOBILE "    look-in subject\n", from_mia, "text 07700 900999", "" },
		{ MOBILE "    look-in headers:X-Note\n",
		  "From: mia@agency.example\nx-note: 07700 900999\n", "", "mobile=hold" },
		{ MOBILE "    look-in names\n",
		  "From: mia@agency.example\nx-note: 07700 900999\n", "", "" },
		{ RULE("a") "    when any\n    pattern /help/\n    pattern /hurt/\n"
			    "    hit help\n    miss me\nmay-stop-young-people yes\n",
		  from_carl, "I am hurt", "a=hold" },
		{ "rule a\n    action tag\n    reason r\n    when inbound\n"
		  "    pattern /help/\n    hit help\n    miss me\n",
		  from_carl, "help help", "a=tag" },
		{ "rule a\n    action tag\n    reason r\n    when inbound\n"
		  "    pattern /help/\n    hit help\n    miss me\n",
		  from_mia, "help", "" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Verdict) verdict =
			judge_words(cases[i].rules, cases[i].headers, cases[i].body);
		g_autofree char *all = court_findings(verdict);
		g_auto(GStrv) words = g_strsplit(all, " ", -1);
		g_autoptr(GString) ours = g_string_new(NULL);

		for (char **word = words; *word != NULL; word++)
			if (g_str_has_prefix(*word, "mobile=") ||
			    g_str_has_prefix(*word, "mail=") ||
			    g_str_has_prefix(*word, "a="))
				g_string_append(ours, *word);
		if (strcmp(ours->str, cases[i].findings) != 0)
			fail_msg("%zu: %s", i, all);
	}
}

static void
test_a_finding_shows_what_was_written_and_where(void **state)
{
	g_autoptr(Verdict) verdict = judge_words(
		MOBILE "    notify lead manager\n    urgent today\n    decide lead\n"
		       "    tell-author neutral\n    paragraph 1.9\n",
		from_mia, "please text me on\n07700 900999 tonight");
	const Finding *finding = verdict->findings->pdata[0];

	(void)state;
	assert_int_equal(verdict->findings->len, 1);
	assert_string_equal(finding->rule, "mobile");
	assert_string_equal(finding->excerpt, "07700 900999");
	assert_string_equal(finding->context,
			    "please text me on »07700 900999« tonight Hello ");
	assert_string_equal(finding->where, "body");
	assert_string_equal(finding->paragraph, "1.9");
	assert_int_equal(verdict->notify, NOTIFY_LEAD | NOTIFY_MANAGER);
	assert_int_equal(verdict->urgent, URGENT_TODAY);
	assert_int_equal(verdict->decides, DECIDES_LEAD);
	assert_false(finding->tells_plainly);
}

static void
test_a_rule_that_reaches_a_limit_is_a_finding(void **state)
{
	g_autofree char *letters = g_strnfill(64 * 1024, 'a');
	/* Without the last one nobody would try. */
	g_autofree char *text = g_strconcat(letters, " y", NULL);
	g_autoptr(Verdict) verdict = judge_words(
		RULE("slow") "    pattern /^(?:a|aa)+(?=[yz])/\n    hit ay\n    "
			     "miss b\n" MOBILE,
		from_mia, text);
	const Finding *finding = verdict->findings->pdata[0];

	(void)state;
	assert_string_equal(finding->rule, "unreadable");
	assert_non_null(strstr(finding->reason, "rule slow reached its limit"));
	assert_int_equal(verdict->action, ACTION_HOLD);
	assert_int_equal(verdict->findings->len, 1);
}

static bool
note_match(const RuleMatch *match, void *data)
{
	g_string_append_printf(data, "%s %u %zu-%zu%s\n", match->rule->name, match->piece,
			       match->start, match->end, match->is_limit ? " limit" : "");
	return true;
}

static char *
search(RuleSet *rules, const Text *text, Direction direction, bool is_plain)
{
	GString *found = g_string_new(NULL);
	const RuleQuery query = { text, direction, is_plain, note_match, found, NULL };

	ruleset_search(rules, &query);
	return g_string_free(found, FALSE);
}

/* The rules as shipped. */
static Policy *
shipped(void)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *folder =
		g_build_filename(top == NULL ? "." : top, "rules", NULL);

	return court_policy_at(folder);
}

static void
compare(const Policy *policy, const char *path)
{
	static const MessageLimits limits = { 1 << 24, 32, 1000 };
	g_autofree char *bytes = NULL;
	gsize len;
	g_autoptr(GBytes) all = NULL;
	g_autoptr(Message) message = NULL;
	g_autoptr(Text) text = NULL;

	assert_true(g_file_get_contents(path, &bytes, &len, NULL));
	all = g_bytes_new_static(bytes, len);
	message = message_read(all, &limits);
	text = text_read(message);
	for (Direction way = DIRECTION_OUTBOUND; way <= DIRECTION_INBOUND; way++) {
		g_autofree char *with = search(policy_rules(policy), text, way, false);
		g_autofree char *without = search(policy_rules(policy), text, way, true);

		if (strcmp(with, without) != 0)
			fail_msg("%s:\n%s--\n%s", path, with, without);
	}
}

static void
test_with_and_without_the_prefilter_the_corpus_finds_the_same(void **state)
{
	g_auto(GStrv) paths = corpus_paths();
	g_autoptr(Policy) policy = NULL;

	(void)state;
	if (paths == NULL)
		skip();
	policy = shipped();
	policy_prepare(policy);
	for (char **path = paths; *path != NULL; path++)
		compare(policy, *path);
}

static void
test_the_shipped_rules_hold(void **state)
{
	g_autoptr(Policy) policy = shipped();

	(void)state;
	assert_true(ruleset_rules(policy_rules(policy)) != NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fault_in_a_rule_names_its_line_and_the_text),
		cmocka_unit_test(
			test_rules_find_what_they_say_and_lists_let_pass_what_they_hold),
		cmocka_unit_test(test_a_finding_shows_what_was_written_and_where),
		cmocka_unit_test(test_a_rule_that_reaches_a_limit_is_a_finding),
		cmocka_unit_test(test_the_shipped_rules_hold),
		cmocka_unit_test(
			test_with_and_without_the_prefilter_the_corpus_finds_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
