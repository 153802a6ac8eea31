/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notices.h - tells people what waits, until they have been told
 */
#ifndef MILTER_NOTICES_H
#define MILTER_NOTICES_H

#include "desk/desk.h"
#include "desk/post.h"
#include "milter/alarms.h"

#include <glib.h>

/* A thread of its own; safe to use from many threads. */
typedef struct Notices Notices;

typedef struct NoticesOptions {
	Desk *desk; /* borrowed, as the alarms */
	Alarms *alarms;
	PostSend post;
	void *post_data;
} NoticesOptions;

Notices *notices_start(const NoticesOptions *options);

/* Ends the thread, after the letter that it is handing over. */
void notices_stop(Notices *notices);

/* That somebody may have to be told: looks now. */
void notices_wake(Notices *notices);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notices, notices_stop)

#endif
