/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.c - the agency's rules run on a message
 *
 * A match is a finding unless a list of the rule lets what it matched pass, or another
 * form or another rendering of the same words has been found already.
 */
#include "config.h"

#include "rules/engine.h"

#include "rules/details.h"
#include "rules/heard.h"

#include <string.h>

enum { SAME_MAX = 20, AROUND = 40, EXCERPT_MAX = 120 };

/* One message, or the words of an example. */
typedef struct Run {
	Inquiry *inquiry;  /* NULL for an example */
	Verdict *verdict;  /* NULL for an example */
	GHashTable *lists; /* NULL for a message */
	const Text *text;
	const Rule *rule;  /* of the findings that follow */
	GPtrArray *ranges; /* Range *: where this rule has found something */
	char *matched;     /* of an example: the first match */
} Run;

/* Bytes of a plain piece. */
typedef struct Range {
	guint piece;
	gsize start, end;
} Range;

bool
engine_is_own_list(const char *name)
{
	return details_is_list(name);
}

static char *
matched_words(const Text *text, const RuleMatch *match)
{
	const TextPiece *piece = text_piece(text, match->piece);

	return g_strndup(piece->utf8 + match->start, match->end - match->start);
}

static const WordList *
list_of(const Run *run, const char *name)
{
	return run->lists != NULL
		       ? g_hash_table_lookup(run->lists, name)
		       : ruleset_list(policy_rules(run->inquiry->hearing->policy), name);
}

/* Whether a list of the rule lets it pass. */
static bool
is_excused(const Run *run, const RuleMatch *match)
{
	g_autofree char *words = NULL;

	if (match->rule->unless->len == 0)
		return false;
	words = matched_words(run->text, match);
	for (guint i = 0; i < match->rule->unless->len; i++) {
		const RuleLine *line = match->rule->unless->pdata[i];
		const WordList *list = list_of(run, line->text);

		if ((list != NULL && wordlist_has(list, words)) ||
		    (run->inquiry != NULL &&
		     details_has(run->inquiry, line->text, words)))
			return true;
	}
	return false;
}

/* Whether this rule has found it already, in another form. */
static bool
is_known(const Run *run, const Range *range)
{
	for (guint i = 0; i < run->ranges->len; i++) {
		const Range *known = run->ranges->pdata[i];

		if (known->piece == range->piece && known->start < range->end &&
		    range->start < known->end)
			return true;
	}
	return false;
}

/* Whether it is a quote that the other person did write, by a rule that is not about
 * quotes. */
static bool
is_heard(const Run *run, const RuleMatch *match, const Range *range)
{
	const TextPiece *plain = text_piece(run->text, range->piece);

	return plain->unit == TEXT_QUOTED &&
	       rule_doubts_quotes(match->rule, run->inquiry->direction) &&
	       heard_has(run->inquiry->hearing->history, plain, range->start, range->end);
}

/* In the plain text and the HTML of one message the same words stand twice. */
static bool
is_shown(const Run *run, const char *where, const char *excerpt)
{
	const GPtrArray *findings = run->verdict->findings;

	for (guint i = findings->len; i > 0; i--) {
		const Finding *finding = findings->pdata[i - 1];

		if (strcmp(finding->rule, run->rule->name) != 0)
			return false;
		if (strcmp(finding->where, where) == 0 &&
		    strcmp(finding->excerpt, excerpt) == 0)
			return true;
	}
	return false;
}

static char *
cut(const char *utf8, gsize len)
{
	g_autofree char *text = g_strndup(utf8, len);

	g_strdelimit(text, "\r\n\t", ' ');
	return g_utf8_make_valid(text, -1);
}

/* Back or on to the edge of a character. */
static gsize
align(const TextPiece *piece, gsize at)
{
	while (at < piece->len && ((guchar)piece->utf8[at] & 0xC0) == 0x80)
		at++;
	return MIN(at, piece->len);
}

static char *
context_of(const Text *text, const Range *range, const char *excerpt)
{
	const TextPiece *piece = text_piece(text, range->piece);
	gsize first = align(piece, range->start - MIN(range->start, AROUND));
	gsize last = align(piece, MIN(range->end + AROUND, piece->len));
	g_autofree char *before = cut(piece->utf8 + first, range->start - first);
	g_autofree char *after = cut(piece->utf8 + range->end, last - range->end);

	return g_strdup_printf("%s»%s«%s", before, excerpt, after);
}

static Action
limit(const Rule *rule, Direction direction)
{
	return direction == DIRECTION_INBOUND && !rule->may_stop
		       ? MIN(rule->action, ACTION_TAG)
		       : rule->action;
}

static void
seal(const Run *run, const char *where)
{
	static const char prefix[] = "part:";

	if (run->rule->seals && g_str_has_prefix(where, prefix))
		verdict_seal(run->verdict, where + strlen(prefix));
}

static void
add_finding(const Run *run, const Range *range, const char *where, const char *excerpt)
{
	const Rule *rule = run->rule;
	Finding *finding = g_new0(Finding, 1);

	finding->rule = g_strdup(rule->name);
	finding->paragraph = g_strdup(rule->paragraph);
	finding->action = limit(rule, run->inquiry->direction);
	finding->where = g_strdup(where);
	finding->excerpt =
		g_utf8_make_valid(excerpt, (gssize)strnlen(excerpt, EXCERPT_MAX));
	finding->reason = g_strdup(rule->reason);
	finding->decides = rule->decides;
	finding->tells_plainly = rule->tells_plainly;
	finding->notify = rule->notify;
	finding->urgent = rule->urgent;
	finding->context = context_of(run->text, range, excerpt);
	g_ptr_array_add(run->verdict->findings, finding);
	seal(run, where);
}

/* What a rule could not look for in full is not known to be right. */
static void
find_limit(const Run *run)
{
	Inquiry *inquiry = run->inquiry;
	g_autofree char *detail =
		g_strdup_printf("rule %s reached its limit", run->rule->name);

	inquiry->setting = policy_check(inquiry->hearing->policy, "unreadable");
	if (inquiry->setting->action != ACTION_PASS)
		inquiry_find(inquiry, "body", "", detail);
	inquiry->setting = NULL;
}

/* Another rule begins. */
static void
turn_to(Run *run, const Rule *rule)
{
	if (run->rule == rule)
		return;
	run->rule = rule;
	g_ptr_array_set_size(run->ranges, 0);
}

static bool
visit(const RuleMatch *match, void *data)
{
	Run *run = data;
	const TextPiece *piece = text_piece(run->text, match->piece);
	Range range = { piece->plain, match->start, match->end };
	g_autofree char *excerpt = NULL;

	turn_to(run, match->rule);
	if (match->is_limit) {
		find_limit(run);
		return false;
	}
	text_trace(run->text, match->piece, &range.start, &range.end);
	if (is_excused(run, match) || is_known(run, &range) ||
	    is_heard(run, match, &range))
		return true;
	g_ptr_array_add(run->ranges, g_memdup2(&range, sizeof(range)));
	excerpt = text_excerpt(run->text, match->piece, match->start, match->end, 0);
	if (!is_shown(run, piece->where, excerpt))
		add_finding(run, &range, piece->where, excerpt);
	return run->ranges->len < SAME_MAX;
}

void
engine_run(Inquiry *inquiry, Verdict *verdict)
{
	g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func(g_free);
	RuleSet *rules = policy_rules(inquiry->hearing->policy);
	Run run = { .inquiry = inquiry, .verdict = verdict, .ranges = ranges };
	RuleQuery query = { .direction = inquiry->direction,
			    .visit = visit,
			    .data = &run,
			    .given_up = inquiry->hearing->given_up };

	if (ruleset_rules(rules)->len == 0)
		return;
	run.text = inquiry_text(inquiry);
	query.text = run.text;
	if (run.text != NULL)
		ruleset_search(rules, &query);
}

static bool
visit_example(const RuleMatch *match, void *data)
{
	Run *run = data;

	if (match->is_limit || is_excused(run, match))
		return !match->is_limit;
	run->matched = matched_words(run->text, match);
	return false;
}

bool
engine_hits(const Rule *rule, GHashTable *lists, const char *words, char **matched)
{
	static const MessageLimits limits = { G_MAXINT32, 4, 4 };
	g_autofree char *bytes = g_strconcat(
		"Content-Type: text/plain; charset=utf-8\r\n\r\n", words, "\r\n", NULL);
	g_autoptr(GBytes) all = g_bytes_new_static(bytes, strlen(bytes));
	g_autoptr(Message) message = message_read(all, &limits);
	g_autoptr(Text) text = text_read(message);
	Run run = { .lists = lists, .text = text };
	const RuleQuery query = { .text = text, .visit = visit_example, .data = &run };
	g_autofree char *found = NULL;

	ruleset_try(rule, &query);
	found = run.matched;
	if (matched != NULL)
		*matched = g_strdup(found);
	return found != NULL;
}
