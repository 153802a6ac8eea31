/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hold.h - the state of one held message: what its recipients have come to, as the
 * payload of decision records has it
 *
 * held → releasing → released | held again | unknown; held → refused | withdrawn.
 * Pure functions on that payload.
 */
#ifndef DESK_HOLD_H
#define DESK_HOLD_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* Every recipient held: the state that a mail record begins with.  to: envelope
 * recipients; one that comes twice is one. */
json_t *hold_state_new(const char *id, json_t *to);

/* One recipient of a state, borrowed; NULL when there is no such. */
json_t *hold_recipient(const json_t *state, const char *to);

/* The state of a recipient: "held", …; and setting it, with the time and (unless NULL)
 * what the mail server said.  Any token is void from then on. */
bool hold_is(const json_t *recipient, const char *state);
void hold_set(json_t *recipient, const char *state, const char *reply, gint64 time);

/* The token of a release under way, as its digest in hex; NULL when it was used or
 * there is none. */
const char *hold_token(const json_t *recipient);
void hold_set_token(json_t *recipient, const char *digest);
/* Whether a release under way has come by, which uses the token up. */
bool hold_has_passed(const json_t *recipient);

/* The word for the whole: the least finished of the recipients'. */
const char *hold_summary(const json_t *state);

/* No recipient is held, releasing or unknown any more. */
bool hold_is_over(const json_t *state);

/* What was done last, and why (NULL for none). */
void hold_set_action(json_t *state, const char *action, const char *reason);

/* Whether someone was told in a role; and that they were. */
bool hold_has_told(const json_t *state, const char *to, const char *role);
void hold_add_told(json_t *state, const char *to, const char *role, gint64 time);

/* A release whose process died: held again when it never came by, unknown when it did.
 * True when anything changed. */
bool hold_recover(json_t *state, gint64 time);

#endif
