/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.h - finding the held message that a request is about
 */
#ifndef DESK_HELD_H
#define DESK_HELD_H

#include "desk/inside.h"

/* The one that the request's word names, while it is held. */
Held *held_find(const Ask *ask, GError **error);

/* The same, when the actor may decide about it. */
Held *held_find_to_decide(const Ask *ask, GError **error);

/* Adds "held" and "oldest_held_seconds" to a status. */
void held_add_counts(const Ask *ask, json_t *status);

#endif
