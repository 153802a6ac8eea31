/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.h - what was found in a message, and what follows
 */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include "base/cut.h"
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

/* Bits: who is told of a finding, beside those who are asked to release. */
typedef enum Notify {
	NOTIFY_MANAGER = 1 << 0,
	NOTIFY_LEAD = 1 << 1,
	NOTIFY_DUTY = 1 << 2,
	NOTIFY_AUTHOR = 1 << 3, /* staff who wrote it, though it does not wait */
} Notify;

/* In order of strength. */
typedef enum Urgent { URGENT_NO, URGENT_TODAY, URGENT_NOW } Urgent;

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
	guint notify;       /* Notify bits */
	Urgent urgent;
	char *context; /* the excerpt between » and « with what stands around it; or NULL */
} Finding;

typedef struct Verdict {
	bool in_scope;
	Direction direction;
	Action action;  /* the strongest of the findings */
	Action applied; /* what is done: as action, but never more than tag while
	                        `enforce no` is in force */
	Decides decides;
	guint notify;        /* Notify bits of all findings */
	Urgent urgent;       /* the strongest of those that tell somebody */
	GPtrArray *sealed;   /* char *: paths of parts that are sealed, each once */
	GPtrArray *cuts;     /* Cut *: where they stand in the message */
	GPtrArray *findings; /* Finding *, in the order of checks, then rules */
	GPtrArray
		*cases; /* char *: cases it belongs to; those of all young people on it */
	GPtrArray *deliver_to; /* char *: work addresses to add to the recipients of
	                          inbound mail, because somebody covers for one of them */
	bool is_restricted; /* may be about staff: for leads alone, from the beginning */
	GPtrArray *about;   /* char *: work addresses of those whom it may be about */
	char *author;       /* work address of the member of staff who wrote it; NULL when
	                        inbound or not known */
	json_t *facts;      /* what was used to decide: ages, agreements, people */
	char *policy_version;
} Verdict;

Verdict *verdict_new(void);
void verdict_free(Verdict *verdict);

/* "pass", "tag", "hold", "reject"; and back, false when it is none of them. */
const char *action_name(Action action);
bool action_parse(const char *name, Action *action);
const char *direction_name(Direction direction); /* NULL for DIRECTION_NONE */

/* "manager", "lead", "duty", "author": a vector that is owned by the caller; and back, false for
 * another word ("nobody" alone is 0). */
char **notify_words(guint notify);
bool notify_parse(const char *const *words, guint *notify);
/* "no", "today", "now"; and back. */
const char *urgent_name(Urgent urgent);
bool urgent_parse(const char *name, Urgent *urgent);

/* A part's path among the sealed ones, once. */
void verdict_seal(Verdict *verdict, const char *path);

/* {"rule","paragraph","action","where","excerpt","reason","notify":["manager"],
 * "urgent":"no"}. */
json_t *finding_to_json(const Finding *finding);

/* {"scope","direction","verdict","sealed","notify","findings","facts",
 * "policy_version"} as the interface has it, with "enforced", "decides", "urgent",
 * "deliver_to", "cases", "author", "restricted", "about". */
json_t *verdict_to_json(const Verdict *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Verdict, verdict_free)

#endif
