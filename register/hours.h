/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hours.h - the agency's office hours and the zone that its days are counted in
 */
#ifndef REGISTER_HOURS_H
#define REGISTER_HOURS_H

#include <glib.h>
#include <stdbool.h>

/* Office hours.  Immutable. */
typedef struct Hours Hours;

typedef enum HoursError {
	HOURS_ERROR_SYNTAX, /* not "DAYS HH:MM-HH:MM … ZONE"; the message says which word */
} HoursError;

#define HOURS_ERROR (hours_error_quark())
GQuark hours_error_quark(void);

/* Reads the value of office-hours: "Mon-Fri 08:00-18:00 Europe/London", several
 * pairs of days and times before the zone, or "always Europe/London". */
Hours *hours_parse(const char *text, GError **error);
Hours *hours_ref(Hours *hours);
void hours_unref(Hours *hours);

GTimeZone *hours_zone(const Hours *hours); /* borrowed */

/* Whether an instant (milliseconds since 1970) lies within office hours. */
bool hours_contains(const Hours *hours, gint64 time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hours, hours_unref)

#endif
