/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset.c - all rules of a policy
 *
 * A prefilter says in one pass which patterns may match a piece; PCRE2 decides.  There is
 * one for each way that a message goes and for each sort of words, so that a pass looks
 * for no pattern that has no business there: most of a mail is quoted, and few rules look
 * at what is quoted.  What a thread matches with is taken from a pool and put back, for a
 * thread of our own is nothing that we can count on.
 */
#include "config.h"

#include "rules/ruleset.h"

#include "base/memory.h"
#include "rules/prefilter.h"

#include <string.h>

/* The author's own words, and what others wrote: quoted, headers. */
enum { SORT_OWN, SORT_OTHERS, SORTS };

/* By way and sort. */
enum { STAGES = 2 * SORTS };

struct RuleSet {
	GPtrArray *rules;
	GHashTable *lists;
	GPtrArray *patterns; /* Pattern *, borrowed from the rules, rule by rule */
	Prefilter *prefilters[STAGES]; /* NULL: every pattern may match there */
	bool is_filtered;              /* there is one of them */
	gint *limits;                  /* atomic; by rule: how often it reached one */
	GMutex lock;                   /* guards what follows */
	GPtrArray *benches;            /* Bench *: those not in use */
};

/* What one thread works with. */
typedef struct Bench {
	Matcher *matcher;
	PrefilterScratch *scratches[STAGES];
} Bench;

/* One search. */
typedef struct Search {
	const RuleQuery *query;
	Matcher *matcher;
	const Rule *rule;
	const bool *may; /* piece by piece, pattern by pattern, then those of any piece;
			    NULL: all may */
	guint patterns;  /* how many there are of them */
	guint first;     /* of this rule's */
	bool looks_anywhere;
	gint *limits; /* of this rule; NULL: not counted */
} Search;

static void
bench_free(gpointer data)
{
	Bench *bench = data;

	matcher_free(bench->matcher);
	for (int i = 0; i < STAGES; i++)
		prefilter_scratch_free(bench->scratches[i]);
	g_free(bench);
}

RuleSet *
ruleset_new(GPtrArray *rules, GHashTable *lists)
{
	RuleSet *set = g_new0(RuleSet, 1);

	set->rules = rules;
	set->lists = lists;
	set->patterns = g_ptr_array_new();
	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = rules->pdata[i];

		g_ptr_array_extend(set->patterns, rule->patterns, NULL, NULL);
	}
	set->limits = g_new0(gint, rules->len + 1);
	g_mutex_init(&set->lock);
	set->benches = g_ptr_array_new_with_free_func(bench_free);
	return set;
}

void
ruleset_free(RuleSet *set)
{
	if (set == NULL)
		return;
	g_ptr_array_unref(set->benches);
	g_mutex_clear(&set->lock);
	for (int i = 0; i < STAGES; i++)
		prefilter_free(set->prefilters[i]);
	g_free(set->limits);
	g_ptr_array_unref(set->patterns);
	g_ptr_array_unref(set->rules);
	g_hash_table_unref(set->lists);
	g_free(set);
}

static int
stage_of(Direction direction, int sort)
{
	return (direction == DIRECTION_INBOUND ? SORTS : 0) + sort;
}

static bool
has_business(const Rule *rule, Direction direction, int sort)
{
	const guint others = 1U << TEXT_QUOTED | 1U << TEXT_HEADER;
	const bool looks = sort == SORT_OWN ? (rule->units & ~others) != 0
					    : (rule->units & others) != 0 ||
						      rule->headers->len > 0 ||
						      rule_doubts_quotes(rule, direction);

	return looks && rule_goes(rule, direction);
}

/* All patterns in their places, NULL for those that have no business there. */
static GPtrArray *
patterns_for(const RuleSet *set, Direction direction, int sort)
{
	GPtrArray *patterns = g_ptr_array_new();

	for (guint i = 0; i < set->rules->len; i++) {
		const Rule *rule = set->rules->pdata[i];
		const bool is_wanted = has_business(rule, direction, sort);

		for (guint j = 0; j < rule->patterns->len; j++)
			g_ptr_array_add(patterns,
					is_wanted ? rule->patterns->pdata[j] : NULL);
	}
	return patterns;
}

/* One of the prefilters, on its way. */
typedef struct Preparation {
	GPtrArray *patterns;
	Prefilter *prefilter;
	GThread *thread;
} Preparation;

static gpointer
prepare(gpointer data)
{
	Preparation *preparation = data;

	preparation->prefilter = prefilter_new(preparation->patterns);
	return NULL;
}

/* Each has a thread of its own while it is compiled. */
void
ruleset_prepare(RuleSet *set)
{
	Preparation preparations[STAGES] = { 0 };

	if (set->is_filtered)
		return;
	for (int sort = 0; sort < SORTS; sort++)
		for (int i = 0; i < 2; i++) {
			const Direction direction =
				i == 0 ? DIRECTION_OUTBOUND : DIRECTION_INBOUND;
			Preparation *one = &preparations[stage_of(direction, sort)];

			one->patterns = patterns_for(set, direction, sort);
			one->thread = g_thread_new("prefilter", prepare, one);
		}
	for (int i = 0; i < STAGES; i++) {
		g_thread_join(preparations[i].thread);
		g_ptr_array_unref(preparations[i].patterns);
		set->prefilters[i] = preparations[i].prefilter;
		set->is_filtered |= set->prefilters[i] != NULL;
	}
	memory_give_back(); /* most of what they were made from */
}

const GPtrArray *
ruleset_rules(const RuleSet *set)
{
	return set->rules;
}

guint
ruleset_limits(const RuleSet *set, guint rule)
{
	return (guint)g_atomic_int_get(&set->limits[rule]);
}

const WordList *
ruleset_list(const RuleSet *set, const char *name)
{
	return g_hash_table_lookup(set->lists, name);
}

static Bench *
take_bench(RuleSet *set)
{
	Bench *bench = NULL;

	g_mutex_lock(&set->lock);
	if (set->benches->len > 0)
		bench = g_ptr_array_steal_index_fast(set->benches, set->benches->len - 1);
	g_mutex_unlock(&set->lock);
	if (bench != NULL)
		return bench;
	bench = g_new0(Bench, 1);
	bench->matcher = matcher_new();
	for (int i = 0; i < STAGES; i++)
		if (set->prefilters[i] != NULL)
			bench->scratches[i] = prefilter_scratch_new(set->prefilters[i]);
	return bench;
}

static void
put_back(RuleSet *set, Bench *bench)
{
	g_mutex_lock(&set->lock);
	g_ptr_array_add(set->benches, bench);
	g_mutex_unlock(&set->lock);
}

static void
count_limit(const Search *search, RuleMatch *match)
{
	gint *given_up = search->query->given_up;

	match->start = match->end = 0;
	if (search->limits != NULL &&
	    (given_up == NULL || g_atomic_int_get(given_up) == 0))
		g_atomic_int_inc(search->limits);
}

/* Every match of one pattern in one piece; false when it is enough of the rule. */
static bool
search_pattern(const Search *search, const Pattern *pattern, guint place)
{
	const TextPiece *piece = text_piece(search->query->text, place);
	RuleMatch match = { .rule = search->rule, .piece = place };
	gsize next = 0;

	while (next <= piece->len) {
		PatternAnswer answer;

		match.end = next;
		answer = pattern_find(pattern, search->matcher, piece->utf8, piece->len,
				      &match.start, &match.end);
		if (answer == PATTERN_NONE)
			return true;
		match.is_limit = answer == PATTERN_LIMIT;
		if (match.is_limit)
			count_limit(search, &match);
		if (!search->query->visit(&match, search->query->data) || match.is_limit)
			return false;
		next = MAX(match.end, next + (match.end == match.start));
	}
	return true;
}

static bool
may_match(const Search *search, guint piece, guint pattern)
{
	return search->may == NULL ||
	       search->may[(gsize)piece * search->patterns + search->first + pattern];
}

static bool
looks_at(const Search *search, guint place)
{
	const TextPiece *piece = text_piece(search->query->text, place);

	return search->looks_anywhere
		       ? piece->unit == TEXT_BODY || piece->unit == TEXT_QUOTED
		       : rule_looks_in(search->rule, piece, search->query->direction);
}

/* Whether a piece may match any of the rule's patterns: most rules end here. */
static bool
rule_may(const Search *search, guint piece)
{
	for (guint i = 0; i < search->rule->patterns->len; i++)
		if (may_match(search, piece, i))
			return true;
	return false;
}

static void
search_rule(const Search *search)
{
	const GPtrArray *patterns = search->rule->patterns;
	guint len = text_len(search->query->text);

	for (guint i = 0; i < len; i++) {
		if (!rule_may(search, i) || !looks_at(search, i))
			continue;
		for (guint j = 0; j < patterns->len; j++)
			if (may_match(search, i, j) &&
			    !search_pattern(search, patterns->pdata[j], i))
				return;
	}
}

static void
scan_piece(const RuleSet *set, const Bench *bench, const RuleQuery *query, guint place,
	   bool *may)
{
	const TextPiece *piece = text_piece(query->text, place);
	const bool is_others = piece->unit == TEXT_QUOTED || piece->unit == TEXT_HEADER;
	const int stage = stage_of(query->direction, is_others ? SORT_OTHERS : SORT_OWN);

	if (set->prefilters[stage] == NULL)
		memset(may, true, set->patterns->len);
	else
		prefilter_scan(set->prefilters[stage], bench->scratches[stage],
			       piece->utf8, piece->len, may);
}

static void
add_row(bool *any, const bool *row, guint len)
{
	for (guint i = 0; i < len; i++)
		any[i] |= row[i];
}

/* NULL when there is no prefilter. */
static bool *
scan(const RuleSet *set, const Bench *bench, const RuleQuery *query)
{
	const guint len = text_len(query->text), width = set->patterns->len;
	bool *may;
	bool *any;

	if (!set->is_filtered || query->is_plain)
		return NULL;
	may = g_new0(bool, ((gsize)len + 1) * width + 1);
	any = may + (gsize)len * width;
	for (guint i = 0; i < len; i++) {
		bool *row = may + (gsize)i * width;

		scan_piece(set, bench, query, i, row);
		add_row(any, row, width);
	}
	return may;
}

void
ruleset_search(RuleSet *set, const RuleQuery *query)
{
	const guint any = text_len(query->text); /* the row behind those of pieces */
	Bench *bench = take_bench(set);
	g_autofree bool *may = scan(set, bench, query);
	Search search = { .query = query,
			  .matcher = bench->matcher,
			  .may = may,
			  .patterns = set->patterns->len };

	matcher_begin(search.matcher, query->given_up);
	for (guint i = 0; i < set->rules->len; i++) {
		search.rule = set->rules->pdata[i];
		search.limits = &set->limits[i];
		if (rule_may(&search, any) && rule_goes(search.rule, query->direction))
			search_rule(&search);
		search.first += search.rule->patterns->len;
	}
	put_back(set, bench);
}

void
ruleset_try(const Rule *rule, const RuleQuery *query)
{
	g_autoptr(Matcher) matcher = matcher_new();
	const Search search = {
		.query = query, .matcher = matcher, .rule = rule, .looks_anywhere = true
	};

	matcher_begin(matcher, NULL);
	search_rule(&search);
}
