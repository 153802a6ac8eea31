/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keeping.h - what makes a case be kept: its holds, its classes, the days that count
 */
#ifndef DESK_KEEPING_H
#define DESK_KEEPING_H

#include "desk/inside.h"
#include "desk/retention.h"

#include <glib.h>
#include <stdbool.h>

/* The case's holds: [{"authority","reason","by","since"}].  New reference. */
json_t *keeping_holds(Store *store, const char *case_id);

/* Why nothing of the case may be erased at an instant: a hold, or one that was lifted so
 * short a time ago; NULL when nothing forbids it.  Owned by the caller. */
char *keeping_forbids(Store *store, const char *case_id, guint cooling_off, gint64 now);

/* How long it is to be kept. */
bool keeping_judge(Store *store, const Retention *retention, const Person *person,
		   GTimeZone *zone, RetentionTerm *term, GError **error);

#endif
