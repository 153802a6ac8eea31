/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control.h - the control socket: requests of the command and the web console
 *
 * docs/control.md is the protocol.  Does no work itself: each request goes to one
 * function, as a rule desk_answer.
 */
#ifndef MILTER_CONTROL_H
#define MILTER_CONTROL_H

#include "base/json.h"
#include "desk/desk.h"

#include <glib.h>
#include <stdbool.h>

/* A server with threads of its own. */
typedef struct Control Control;

typedef enum ControlError {
	CONTROL_ERROR_PATH,   /* the path cannot be a socket */
	CONTROL_ERROR_SYSTEM, /* the socket or its thread cannot be made */
} ControlError;

#define CONTROL_ERROR (control_error_quark())
GQuark control_error_quark(void);

/* As desk_answer; called from many threads at once. */
typedef json_t *(*ControlAnswer)(void *data, const DeskRequest *request, GError **error);

typedef struct ControlOptions {
	const char *path; /* of the socket; copied */
	ControlAnswer answer;
	void *data;        /* for answer */
	gsize content_max; /* bytes of content that a request may bring */
	guint arrival;     /* milliseconds that a request may take to arrive; 0: 30 s */
} ControlOptions;

/* Makes the socket and serves it at once: call it after the process is what it will be
 * (no fork afterwards) and while it holds its lock, for a socket that is there is
 * taken for one that a dead process left. */
Control *control_open(const ControlOptions *options, GError **error);

/* Takes no more requests, lets those that arrived be answered, for at most so many
 * milliseconds.  False when some were not done by then: their threads go on, and the
 * process must end without freeing what answer uses. */
bool control_close(Control *control, guint wait);

#endif
