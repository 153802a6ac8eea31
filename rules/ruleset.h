/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset.h - all rules of a policy: one pass over a text finds what any of them matches
 */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include "rules/rule.h"
#include "rules/wordlist.h"

#include <glib.h>
#include <stdbool.h>

/* Immutable but for a pool of what threads match with; safe to share. */
typedef struct RuleSet RuleSet;

/* Takes both: Rule *, and name → WordList *. */
RuleSet *ruleset_new(GPtrArray *rules, GHashTable *lists);
void ruleset_free(RuleSet *set);

/* Makes the prefilter, which takes a while: before the set is shared, or never. */
void ruleset_prepare(RuleSet *set);

const GPtrArray *ruleset_rules(const RuleSet *set); /* Rule *, in order of the files */
const WordList *ruleset_list(const RuleSet *set, const char *name); /* NULL: none */

/* How often the rule at a place has reached a limit since the set was loaded. */
guint ruleset_limits(const RuleSet *set, guint rule);

/* One place where a rule matches. */
typedef struct RuleMatch {
	const Rule *rule;
	guint piece; /* of the text */
	gsize start, end;
	bool is_limit; /* a limit was reached instead: the rest is not known */
} RuleMatch;

/* False: enough of this rule. */
typedef bool (*RuleVisit)(const RuleMatch *match, void *data);

typedef struct RuleQuery {
	const Text *text;
	Direction direction;
	bool is_plain; /* without the prefilter, to compare */
	RuleVisit visit;
	void *data;
	gint *given_up; /* see matcher_begin; NULL */
} RuleQuery;

/* Rule by rule in their order, piece by piece. */
void ruleset_search(RuleSet *set, const RuleQuery *query);

/* One rule alone in every piece of subject and body, for its hits and misses. */
void ruleset_try(const Rule *rule, const RuleQuery *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RuleSet, ruleset_free)

#endif
