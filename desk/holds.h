/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holds.h - all held messages that are not settled yet, derived from the records, and
 * the one way in which their state changes
 *
 * Thread-safe.  Every change is a decision record before anyone can see it.
 */
#ifndef DESK_HOLDS_H
#define DESK_HOLDS_H

#include "archive/store.h"
#include "base/json.h"
#include "desk/hold.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Holds Holds;

/* One held message as it was at a moment.  All owned. */
typedef struct Held {
	char *id;
	json_t *mail;  /* JSON part of its record; never changed */
	json_t *state; /* as in hold.h; never changed */
	char **again;  /* ids of the records of it that came later */
} Held;

void held_free(Held *held);
/* Borrowed from the mail record. */
const json_t *held_payload(const Held *held);
char **held_cases(const Held *held); /* owned by the caller */

/* Whether somebody must still be told of one that is settled.  Asked while nothing else
 * can be asked of the holds. */
typedef bool (*HoldsOwed)(const Held *held, void *data);

/* Reads them all from the store.  Releases that a dead process left half done are
 * settled, on record where the store takes it. */
Holds *holds_new(Store *store, HoldsOwed owed, void *data);
void holds_free(Holds *holds);

/* Those not settled, oldest first: Held *, with the array's free function set. */
GPtrArray *holds_all(Holds *holds);

/* Those that are settled and of which somebody must still be told; the same. */
GPtrArray *holds_owing(Holds *holds);

/* By id, or a prefix of at least four characters that is one's alone among them; the id
 * of a message that came again finds the first.  NULL when there is none. */
Held *holds_get(Holds *holds, const char *prefix);

/* The same for those that are settled, from the records. */
Held *holds_get_past(Holds *holds, const char *id, GError **error);

/* Changes a state (a copy that becomes the new state); false leaves it as it was, with
 * or without an error. */
typedef bool (*HoldsStep)(json_t *state, void *data, GError **error);

/* Runs the step on the state of now, puts the decision on record, with the message's
 * cases; one at a time.  False with the step's error, the store's, or
 * DESK_ERROR_REFUSED when it is settled already; false without one when the step
 * wanted nothing. */
bool holds_change(Holds *holds, const char *id, json_t *actor, HoldsStep step, void *data,
		  GError **error);
/* The same for that somebody was told, of those that are settled and owing too. */
bool holds_tell(Holds *holds, const char *id, json_t *actor, HoldsStep step, void *data,
		GError **error);

/* Before a held message is put: the id of the one still held that it repeats (owned by
 * the caller), or NULL when it is the first; it must then be settled, and the next of
 * its kind waits until it is. */
char *holds_enter(Holds *holds, const char *match);
/* After it: is_put tells whether it is on record.  first: what holds_enter said. */
void holds_settle(Holds *holds, const char *match, const char *id, const char *first,
		  bool is_put);

/* What makes two messages one: content, sender, recipients.  Owned by the caller. */
char *holds_match(const char *digest, const char *sender, json_t *recipients);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Held, held_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Holds, holds_free)

#endif
