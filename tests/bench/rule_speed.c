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
#include "tests/rules/court.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FEW = 40, MANY = 1000, REPEATS = 20, CYCLES_MAX = 1000 };

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
	const RuleQuery query = { text, DIRECTION_OUTBOUND, is_plain, pass_by, NULL, NULL };
	struct timespec from;
	struct timespec to;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	for (int i = 0; i < REPEATS; i++)
		ruleset_search(set, &query);
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	return ((double)(to.tv_sec - from.tv_sec) +
		(double)(to.tv_nsec - from.tv_nsec) / 1e9) /
	       REPEATS;
}

static int
compare(const void *a, const void *b)
{
	const double *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static void
print(const char *name, double *values, int len, const char *unit)
{
	qsort(values, (size_t)len, sizeof(*values), compare);
	printf("%-42s %8.3f %8.3f %8.3f %s\n", name, values[len / 2], values[len / 20],
	       values[len - 1 - len / 20], unit);
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
	static double ratio[CYCLES_MAX], many[CYCLES_MAX], cost[CYCLES_MAX];
	RuleSet *few_set = make_set(shipped, FEW);
	RuleSet *many_set = make_set(shipped, MANY);
	double kib = (double)bytes_of(text) / 1024;

	for (int i = 0; i < cycles; i++) {
		double fast = time_of(few_set, text, false);
		double slow = time_of(few_set, text, true);

		ratio[i] = fast / slow;
		many[i] = time_of(many_set, text, false) / fast;
		cost[i] = fast * 1e6 / kib;
	}
	print("P10 40 rules, to PCRE2 one by one", ratio, cycles, "ratio");
	print("P10 1,000 rules, to 40", many, cycles, "ratio");
	print("P10 40 rules, each KiB of text", cost, cycles, "us");
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
	measure(ruleset_rules(policy_rules(policy)), text,
		MIN(atoi(argv[3]), CYCLES_MAX));
	return 0;
}
