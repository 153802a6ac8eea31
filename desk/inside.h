/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside.h - what the desk's own files share: the desk itself, and one request while
 * it is answered
 *
 * For desk/ alone; others include desk.h and mail.h.
 */
#ifndef DESK_INSIDE_H
#define DESK_INSIDE_H

#include "desk/actor.h"
#include "desk/answers.h"
#include "desk/desk.h"
#include "desk/holds.h"

enum { DESK_VERDICTS = ACTION_REJECT + 1 };

struct Desk {
	DeskOptions options;
	Store *store; /* borrowed */
	Holds *holds;
	Answers *answers;
	GMutex change; /* one change of register or settings at a time */
	GMutex lock;   /* guards what follows */
	World *world;
	Settings *settings;
	bool is_policy_kept; /* the policy in force is on record */
	guint64 verdicts[DESK_VERDICTS];
};

/* One request while it is answered. */
typedef struct Ask {
	Desk *desk;
	const DeskRequest *request;
	World *world; /* as it is while the request is answered */
	Actor *actor;
	const char *area, *verb;
	char **words;
	json_t *options; /* an object; borrowed, not changed */
	gint64 now;
	Day today; /* in the agency's zone */
} Ask;

GTimeZone *ask_zone(const Ask *ask); /* borrowed */
const Directory *ask_directory(const Ask *ask);

/* One more message recorded with this verdict; and how many by now. */
void desk_count_verdict(Desk *desk, Action action);
guint64 desk_verdicts(Desk *desk, Action action);

/* The policy in force put on record, unless it is already. */
bool desk_keep_policy(Desk *desk, GError **error);
/* The same world with another directory. */
void desk_set_directory(Desk *desk, Directory *directory);

/* {"id":ID} */
json_t *answer_id(const char *id);

#endif
