/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.c - one rule of the agency
 */
#include "config.h"

#include "rules/rule.h"

#include <string.h>

/* Where the names of headers begin in a piece's place. */
static const char header_prefix[] = "header:";

static void
line_free(gpointer data)
{
	RuleLine *line = data;

	g_free(line->text);
	g_free(line->place);
	g_free(line);
}

static void
free_pattern(gpointer data)
{
	pattern_free(data);
}

/* What a block need not say. */
Rule *
rule_new(const char *name, const char *place)
{
	Rule *rule = g_new0(Rule, 1);

	rule->name = g_strdup(name);
	rule->place = g_strdup(place);
	rule->is_outbound = true;
	rule->units = 1U << TEXT_SUBJECT | 1U << TEXT_BODY;
	rule->headers = g_ptr_array_new_with_free_func(g_free);
	rule->patterns = g_ptr_array_new_with_free_func(free_pattern);
	rule->unless = g_ptr_array_new_with_free_func(line_free);
	rule->hits = g_ptr_array_new_with_free_func(line_free);
	rule->misses = g_ptr_array_new_with_free_func(line_free);
	rule->tells_plainly = true;
	rule->paragraph = g_strdup("3.3");
	return rule;
}

void
rule_free(Rule *rule)
{
	if (rule == NULL)
		return;
	g_ptr_array_unref(rule->headers);
	g_ptr_array_unref(rule->patterns);
	g_ptr_array_unref(rule->unless);
	g_ptr_array_unref(rule->hits);
	g_ptr_array_unref(rule->misses);
	g_free(rule->name);
	g_free(rule->place);
	g_free(rule->paragraph);
	g_free(rule->reason);
	g_free(rule);
}

bool
rule_goes(const Rule *rule, Direction direction)
{
	return (direction == DIRECTION_OUTBOUND && rule->is_outbound) ||
	       (direction == DIRECTION_INBOUND && rule->is_inbound);
}

bool
rule_doubts_quotes(const Rule *rule, Direction direction)
{
	return direction == DIRECTION_OUTBOUND && rule->action >= ACTION_HOLD &&
	       (rule->units & (1U << TEXT_BODY | 1U << TEXT_QUOTED)) == 1U << TEXT_BODY;
}

bool
rule_looks_in(const Rule *rule, const TextPiece *piece, Direction direction)
{
	if (piece->unit == TEXT_QUOTED && rule_doubts_quotes(rule, direction))
		return true;
	if (piece->unit != TEXT_HEADER)
		return (rule->units & 1U << piece->unit) != 0;
	for (guint i = 0; i < rule->headers->len; i++)
		if (g_ascii_strcasecmp(piece->where + strlen(header_prefix),
				       rule->headers->pdata[i]) == 0)
			return true;
	return false;
}
