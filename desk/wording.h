/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wording.h - the words of notices: the bodies of letters, without content of the messages
 * that they are about.  All are owned by the caller.
 */
#ifndef DESK_WORDING_H
#define DESK_WORDING_H

#include "base/settings.h"
#include "desk/holds.h"
#include "desk/world.h"

#include <glib.h>
#include <stdbool.h>

/* What the texts are made from. */
typedef struct Writing {
	const World *world;
	const Settings *settings;
	const Held *held; /* NULL where the text is not about a held message */
	char **deciders;  /* work addresses; NULL: nothing is left to decide */
	gint64 now;
	GPtrArray *notices; /* DeskNotice *: those made so far */
} Writing;

/* Of a message that waits: to who wrote it, and to who may release it. */
char *wording_for_author(const Writing *writing);
char *wording_for_decider(const Writing *writing);

/* To the author of one that does not wait any more, or of which nobody knows. */
char *wording_of_outcome(const Writing *writing);

/* Of a message with a finding that somebody must hear of, in their role; and to staff
 * whose message went out all the same. */
char *wording_of_concern(const Writing *writing, const json_t *payload, const char *id,
			 const char *role);
char *wording_for_sender(const Writing *writing, const json_t *payload, const char *id);
bool wording_is_urgent(const json_t *payload);

#endif
