/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h - one rule of the agency, as its block says it
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include "rules/pattern.h"
#include "rules/text.h"
#include "rules/verdict.h"

#include <glib.h>
#include <stdbool.h>

/* A line of its block that is kept with its place. */
typedef struct RuleLine {
	char *text;
	char *place; /* "file:line" */
} RuleLine;

/* Immutable once it is read. */
typedef struct Rule {
	char *name;
	char *place; /* "file:line" of its block */
	bool is_outbound, is_inbound;
	guint units;              /* 1 << TextUnit */
	GPtrArray *headers;       /* char *, names that look-in gives */
	GPtrArray *patterns;      /* Pattern *: any of them */
	GPtrArray *unless;        /* RuleLine *: names of lists */
	GPtrArray *hits, *misses; /* RuleLine * */
	Action action;
	bool seals;
	guint notify; /* Notify bits */
	Urgent urgent;
	Decides decides;
	bool tells_plainly;
	bool may_stop; /* a young person's message, by its file's leave */
	char *paragraph;
	char *reason;
} Rule;

Rule *rule_new(const char *name, const char *place);
void rule_free(Rule *rule);

bool rule_goes(const Rule *rule, Direction direction);
bool rule_looks_in(const Rule *rule, const TextPiece *piece, Direction direction);

/* Whether it would stop words in the body and does not name `quoted`: then it stops the
 * same words in a quote of a member of staff, unless the other person wrote them. */
bool rule_doubts_quotes(const Rule *rule, Direction direction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, rule_free)

#endif
