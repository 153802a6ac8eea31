/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value.h - the kinds of values that a setting may have
 */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include <glib.h>

typedef enum ValueKind {
	VALUE_TEXT,      /* anything */
	VALUE_WORD,      /* one word */
	VALUE_TRUTH,     /* yes or no */
	VALUE_ENFORCE,   /* yes, no, or no and the last day of it */
	VALUE_COUNT,     /* 64 */
	VALUE_SIZE,      /* 50M, 10K: bytes */
	VALUE_DURATION,  /* 5s, 15m, 1h, 1d: milliseconds */
	VALUE_MODE,      /* 0660 */
	VALUE_PATH,      /* from the root */
	VALUE_KEY,       /* file:PATH */
	VALUE_SOCKET,    /* unix:PATH or inet:PORT@HOST */
	VALUE_SERVER,    /* smtp://HOST:PORT */
	VALUE_STAMP,     /* an URL and how often */
	VALUE_OID,       /* an object identifier: 1.2.3.4 */
	VALUE_EMAILS,    /* mail addresses */
	VALUE_LEAD,      /* a mail address and perhaps the path of a certificate */
	VALUE_DOMAINS,   /* domains; may be empty, as the lists below */
	VALUE_NETWORKS,  /* CIDR… */
	VALUE_OUTSIDE,   /* listener NAME…, or CIDR… */
	VALUE_SUBMITTER, /* CIDR… or local-users */
	VALUE_ROUTE,     /* lead, second-lead, manager, duty, in order */
} ValueKind;

/* Bounds of a number, in its own unit. */
typedef struct ValueRange {
	gint64 least, most;
} ValueRange;

/* What is wrong and what to do, as a text that is not freed; NULL when the words are a
 * value of the kind.  The range is of counts, sizes and durations. */
const char *value_check(ValueKind kind, ValueRange range, const char *const *words);

/* The number that a checked word of a kind stands for. */
gint64 value_number(ValueKind kind, const char *word);

#endif
