/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - the time now, and instants as text
 *
 * An instant is a gint64 of milliseconds since 1970-01-01 00:00 UTC.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <glib.h>
#include <stdbool.h>

typedef enum ClockError {
	CLOCK_ERROR_SYNTAX, /* not an instant in one of the forms below */
} ClockError;

#define CLOCK_ERROR (clock_error_quark())
GQuark clock_error_quark(void);

/* Now.  When the environment names a file in CHAPERONE_CLOCK, the seconds in it
 * (signed, read at each call; 0 when it cannot be read) are added: for trials. */
gint64 clock_now(void);

/* Reads RFC 3339 with zone ("2026-11-22T16:46:00.5Z", "…+01:00"), or
 * "YYYY-MM-DD" or "YYYY-MM-DD HH:MM" in the given zone. */
bool clock_parse(const char *text, GTimeZone *zone, gint64 *time, GError **error);

/* "2026-11-22T16:46:00.500Z", for records, JSON and proofs.  Owned by the caller. */
char *clock_format_utc(gint64 time);

/* "2026-11-22 16:46 GMT", for people.  Owned by the caller. */
char *clock_format_local(gint64 time, GTimeZone *zone);

#endif
