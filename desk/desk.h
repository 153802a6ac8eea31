/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk.h - what people may ask for: a request, who asks, and what the register lets
 * them do; every answer that changed something is a record first
 *
 * Safe to use from many threads.
 */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "archive/store.h"
#include "base/json.h"
#include "base/settings.h"
#include "desk/post.h"
#include "desk/world.h"
#include "rules/judge.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct Desk Desk;

/* Each becomes an exit code of the command. */
typedef enum DeskError {
	DESK_ERROR_FOUND =
		1, /* a check found something; there is a result all the same */
	DESK_ERROR_USAGE = 2,   /* wrong as written; the message names the field */
	DESK_ERROR_REFUSED = 3, /* no right, or policy */
	DESK_ERROR_SERVER = 4,  /* the mail server refused for good; still held */
	DESK_ERROR_LATER = 75,  /* not now, or not known */
} DeskError;

#define DESK_ERROR (desk_error_quark())
GQuark desk_error_quark(void);

/* What is to be judged; all borrowed. */
typedef struct DeskTrial {
	World *world;
	const Envelope *envelope;
	const Account *account;
	GBytes *message;
	gint64 time;
} DeskTrial;

typedef struct DeskOptions {
	Store *store; /* borrowed; must outlive the desk; may have a fault */
	PostSend post;
	void *post_data;
	/* Judges what was written down or brought as the daemon judges mail; NULL when it
	 * cannot now.  Where it is NULL itself, the desk judges on the caller's thread. */
	Verdict *(*judge)(void *data, const DeskTrial *trial);
	void *judge_data;
	/* How many messages were seen and how many in scope since the start, for status;
	 * may be NULL. */
	void (*count)(void *data, guint64 *seen, guint64 *in_scope);
	void *count_data;
	/* Has the log stamped now; may be NULL. */
	bool (*stamp)(void *data, GError **error);
	void *stamp_data;
} DeskOptions;

/* Loads register and policy; error when either does not hold. */
Desk *desk_new(const DeskOptions *options, Settings *settings, GError **error);
void desk_free(Desk *desk);

/* A new set of settings, checked in full, then in force for the next MAIL; with an
 * error the old set stays.  A policy whose version is not the latest on record is put
 * on record first. */
bool desk_reload(Desk *desk, Settings *settings, GError **error);

/* The world of now.  New reference. */
World *desk_world(Desk *desk);
Settings *desk_settings(Desk *desk); /* new reference */

/* One request as the control socket brings it: {"area","verb","words":[],"options":{},
 * "as"}; docs/control.md has the form and every verb's options. */
typedef struct DeskRequest {
	uid_t uid; /* of the peer, from the kernel */
	const json_t *body;
	GBytes *content; /* what follows the request (a message to explain), or NULL */
	/* Answers that are files or progress go out as they come; both may be NULL. */
	bool (*file)(const char *path, GBytes *bytes, void *data, GError **error);
	void (*progress)(guint64 done, guint64 of, void *data);
	/* Whether somebody still waits for the answer, and it may still take long; may be
	 * NULL. */
	bool (*is_awaited)(void *data);
	void *data;
} DeskRequest;

/* The result (new reference).  With a DESK_ERROR there is a result as well where the
 * answer is about several things (FOUND, SERVER, LATER), else NULL. */
json_t *desk_answer(Desk *desk, const DeskRequest *request, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

#endif
