/* SPDX-License-Identifier: Apache-2.0 */
/*
 * moment.h - one record of a case in words that a young person can follow
 */
#ifndef DESK_MOMENT_H
#define DESK_MOMENT_H

#include "archive/record.h"
#include "desk/names.h"

#include <glib.h>
#include <stdbool.h>

/* One thing that happened.  What a message says is read once, when it is made. */
typedef struct Moment {
	json_t *json;     /* the record's JSON part; never changed */
	gint64 time;      /* when it happened */
	gint64 sent;      /* when the sender's clock said it was written; 0: not known */
	char *text;       /* as written, or NULL: it is in the record only */
	bool has_more;    /* the message has another version of its text */
	GPtrArray *files; /* char *: what came with it */
	GArray *again;    /* gint64: when it came once more */
	json_t *decision; /* about a message: the last decision's payload, or NULL */
	char *decided_by; /* name, or NULL */
	gint64 decided;   /* when */
} Moment;

Moment *moment_new(const Record *record, const Names *names);
void moment_free(Moment *moment);

bool moment_is_mail(const Moment *moment);
/* Whether it is a message that was stopped and has reached nobody. */
bool moment_is_unsent(const Moment *moment);
/* The id of the record. */
const char *moment_id(const Moment *moment);
const json_t *moment_payload(const Moment *moment);

/* Adds it to the page; nothing for a record that says nothing to a reader. */
void moment_format(const Moment *moment, const Names *names, GTimeZone *zone,
		   GString *page);

#endif
