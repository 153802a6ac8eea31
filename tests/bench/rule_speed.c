/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_speed.c - P10: what matching rules costs for each KiB of text, in one pass with the
 * prefilter and by PCRE2 one by one, with as many rules as are asked for
 *
 * usage: rule_speed RULES FILE CYCLES
 * Variants are taken in turns; prints the ratio's median and range.  More rules than are
 * shipped are made from those by changing their words, so that they are as hard.
 */
#include "config.h"

#include "rules/ruleset.h"
#include "tests/bench/figures.h"
#include "tests/rules/court.h"

enum { FEW = 40, MANY = 1000, REPEATS = 20 };

static bool
pass_by(const RuleMatch *match, void *data)
{
	(void)match;
	(void)data;
	return true;
}

/* The i-th pattern that is made: a shipped one behind a word of its own. */
static Rule *
make_rule(const GPtrArray *shipped, guint i)
{
	const Rule *from = shipped->pdata[i % shipped->len];
	const Pattern *old =
		from->patterns->pdata[(i / shipped->len) % from->patterns->len];
	g_autofree char *name = g_strdup_printf("r%u", i);
	g_autofree char *words =
		i < FEW ? g_strdup_printf("/%s/i", pattern_expression(old))
			: g_strdup_printf("/word%u[a-z]?\\s+(?:%s)/i", i,
					  pattern_expression(old));
	Rule *rule = rule_new(name, "made");

	g_ptr_array_add(rule->patterns, pattern_new(words, NULL));
	return rule;
}

static RuleSet *
make_set(const GPtrArray *shipped, guint len)
{
	GPtrArray *rules = g_ptr_array_new();
	GHashTable *lists = g_hash_table_new(g_str_hash, g_str_equal);
	RuleSet *set;

	for (guint i = 0; i < len; i++)
		g_ptr_array_add(rules, make_rule(shipped, i));
	set = ruleset_new(rules, lists);
	ruleset_prepare(set);
	return set;
}

static double
time_of(RuleSet *set, const Text *text, bool is_plain)
{
	const RuleQuery query = {
		text, DIRECTION_OUTBOUND, is_plain, pass_by, NULL, NULL
	};
	const double begin = figures_cpu();

	for (int i = 0; i < REPEATS; i++)
		ruleset_search(set, &query);
	return (figures_cpu() - begin) / REPEATS;
}

static gsize
bytes_of(const Text *text)
{
	gsize len = 0;

	for (guint i = 0; i < text_len(text); i++)
		len += text_piece(text, i)->len;
	return len;
}

static void
measure(const GPtrArray *shipped, const Text *text, int cycles)
{
	static Figures ratio, many, cost;
	RuleSet *few_set = make_set(shipped, FEW);
	RuleSet *many_set = make_set(shipped, MANY);
	double kib = (double)bytes_of(text) / 1024;

	for (int i = 0; i < cycles; i++) {
		double fast = time_of(few_set, text, false);
		double slow = time_of(few_set, text, true);

		figures_add(&ratio, fast / slow);
		figures_add(&many, time_of(many_set, text, false) / fast);
		figures_add(&cost, fast * 1e6 / kib);
	}
	figures_print("P10 40 rules, to PCRE2 one by one", &ratio, "ratio");
	figures_print("P10 1,000 rules, to 40", &many, "ratio");
	figures_print("P10 40 rules, each KiB of text", &cost, "us");
	ruleset_free(few_set);
	ruleset_free(many_set);
}

int
main(int argc, char **argv)
{
	static const MessageLimits limits = { 1 << 24, 32, 1000 };
	g_autofree char *bytes = NULL;
	g_autoptr(GBytes) all = NULL;
	g_autoptr(Message) message = NULL;
	g_autoptr(Text) text = NULL;
	g_autoptr(Policy) policy = NULL;
	gsize len;

	if (argc != 4 || !g_file_get_contents(argv[2], &bytes, &len, NULL)) {
		(void)fprintf(stderr, "usage: rule_speed RULES FILE CYCLES\n");
		return 2;
	}
	all = g_bytes_new_static(bytes, len);
	message = message_read(all, &limits);
	text = text_read(message);
	policy = court_policy_at(argv[1]);
	measure(ruleset_rules(policy_rules(policy)), text, atoi(argv[3]));
	return 0;
}
