/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.h - a message as it comes in: envelope, scope, and every byte
 */
#ifndef MILTER_CAPTURE_H
#define MILTER_CAPTURE_H

#include "archive/draft.h"
#include "base/envelope.h"
#include "base/message.h"
#include "desk/world.h"
#include "rules/judge.h"
#include "rules/scope.h"

#include <glib.h>
#include <stdbool.h>

/* Reference-counted, because a judge that hangs keeps what it was given.  Filled by one
 * callback after another, and read only from the end of the message on. */
typedef struct Capture {
	World *world; /* the message keeps the one it started with */
	Envelope *envelope;
	Headers *headers;
	Scope scope;
	gint64 time; /* of the end of the headers */
	Draft *draft; /* from the end of the headers on, if in scope: the message's bytes */
	Account *account; /* of what did not come by mail, whom it was with; else NULL */
	json_t *answers;  /* as desk_answered has them, or NULL */
	char *release;    /* what its first header says when that is Chaperone-Release */

	GString *block;   /* the header lines, until the draft has them */
	gsize first_len;  /* of the first of them */
	Hasher *original; /* of the bytes without it, when release is set */
} Capture;

/* Takes ownership of both. */
Capture *capture_new(World *world, Envelope *envelope);
Capture *capture_ref(Capture *capture);
void capture_unref(Capture *capture);

/* One header as libmilter gives it, with its leading blanks. */
void capture_add_header(Capture *capture, const char *name, const char *value);

/* Decides by envelope and headers.  In scope: opens the draft (spool: store_spool) and
 * writes the headers into it. */
bool capture_end_headers(Capture *capture, const char *spool, GError **error);

bool capture_add_body(Capture *capture, const void *data, gsize len, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Capture, capture_unref)

#endif
