/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.h - what was found in a message, and what follows
 */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* In order of strength: the strongest finding decides. */
typedef enum Action { ACTION_PASS, ACTION_TAG, ACTION_HOLD, ACTION_REJECT } Action;

typedef enum Direction {
	DIRECTION_NONE,
	DIRECTION_OUTBOUND,
	DIRECTION_INBOUND
} Direction;

typedef enum Decides { DECIDES_MANAGER, DECIDES_LEAD } Decides;

/* One thing that a rule or check found.  Strings are owned. */
typedef struct Finding {
	char *rule;      /* name of the rule or check, as rules list shows it */
	char *paragraph; /* of the guidance */
	Action action;   /* after the limits of its direction */
	char *where;     /* subject, body, header:NAME, part:1.2, envelope, login */
	char *excerpt; /* what was seen there, short; "" when there is nothing to show */
	char *reason;  /* in words that a worker can read without shame */
	Decides decides;
	bool tells_plainly; /* whether the author is told which finding it was */
} Finding;

typedef struct Verdict {
	bool in_scope;
	Direction direction;
	Action action;  /* the strongest of the findings */
	Action applied; /* what is done: as action, but never more than tag while
	                        `enforce no` is in force */
	Decides decides;
	GPtrArray *findings; /* Finding *, in the order of the checks */
	GPtrArray
		*cases; /* char *: cases it belongs to; those of all young people on it */
	char *author;   /* work address of the member of staff who wrote it; NULL when
	                        inbound or not known */
	json_t *facts;  /* what was used to decide: ages, agreements, people */
	char *policy_version;
} Verdict;

Verdict *verdict_new(void);
void verdict_free(Verdict *verdict);

/* "pass", "tag", "hold", "reject"; and back, false when it is none of them. */
const char *action_name(Action action);
bool action_parse(const char *name, Action *action);
const char *direction_name(Direction direction); /* NULL for DIRECTION_NONE */

/* {"rule","paragraph","action","where","excerpt","reason"}. */
json_t *finding_to_json(const Finding *finding);

/* {"scope","direction","verdict","sealed","notify","findings","facts",
 * "policy_version"} as the interface has it, with "enforced", "decides", "cases",
 * "author". */
json_t *verdict_to_json(const Verdict *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Verdict, verdict_free)

#endif
