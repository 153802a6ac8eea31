/* SPDX-License-Identifier: Apache-2.0 */
/*
 * telling.h - the sentences of a chronology
 *
 * For moment.c alone.
 */
#ifndef DESK_TELLING_H
#define DESK_TELLING_H

#include "desk/moment.h"

typedef struct Telling {
	const Moment *moment;
	const Names *names;
	GTimeZone *zone;
	GString *page;
} Telling;

void telling_mail(const Telling *telling);
void telling_event(const Telling *telling);

/* "16:46 GMT"; "Tuesday 3 March 2026".  Owned by the caller. */
char *telling_time(gint64 time, GTimeZone *zone);
char *telling_day(gint64 time, GTimeZone *zone);

#endif
