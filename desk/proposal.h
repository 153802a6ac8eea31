/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proposal.h - a proposal to erase: a decision under its own id (key "erase:ID") that
 * carries all of it; the tombstone has the same key, and what closes that closes both
 */
#ifndef DESK_PROPOSAL_H
#define DESK_PROPOSAL_H

#include "archive/draft.h"
#include "archive/record.h"
#include "archive/store.h"
#include "base/json.h"
#include "desk/inside.h"

#include <stdbool.h>

/* What is to go.  Borrowed from the proposal. */
typedef struct Target {
	Store *store;
	const char *case_id; /* the whole of it; or NULL, with: */
	const char *record;
	const char *for_case; /* the one case that lets the record go; NULL: all */
} Target;

Target target_of(Store *store, const json_t *proposal);

/* The readable record of a message, whichever of the two was named. */
Record *target_readable(Store *store, const char *id, GError **error);

/* The cases that it touches, the caller's; NULL when its record cannot be read. */
char **target_cases(const Target *target, GError **error);

/* Whether that case is the one that lets go, or all do. */
bool target_lets_go(const Target *target, const char *case_id);

/* Why it may not go now, the caller's; NULL when it may.  Of a record in several cases it
 * is enough that one may let it go.  cooling_off: days. */
char *target_hindrance(const Target *target, guint cooling_off, gint64 now);

/* Whether mail of it still waits for a decision. */
bool target_waits(Desk *desk, const Target *target);

/* Payloads, the caller's.  NULL when there is none that is open. */
json_t *proposal_find(Store *store, const char *id);
json_t *proposal_all(Store *store);

char *proposal_key(const json_t *proposal); /* the caller's */
bool proposal_is_key(const char *key);

bool proposal_put(Store *store, Draft *draft, json_t *proposal, json_t *actor,
		  GError **error);

/* The id of a restricted record of a case that may be about one of the two who decide:
 * they do not know of it, and must not destroy it.  NULL when there is none.  Owned by the
 * caller. */
char *proposal_conflict(const Target *target, const Directory *directory,
			const json_t *proposal);

#endif
