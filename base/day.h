/* SPDX-License-Identifier: Apache-2.0 */
/*
 * day.h - calendar days, as agreements and birthdays use them
 */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <glib.h>

/* A day of the Gregorian calendar, counted from 0001-01-01 = 1 (GDate's Julian
 * day).  DAY_NONE stands for "no day", and sorts before every day. */
typedef guint32 Day;

enum { DAY_NONE = 0 };

typedef enum DayError {
	DAY_ERROR_SYNTAX, /* not a day of the form YYYY-MM-DD */
} DayError;

#define DAY_ERROR (day_error_quark())
GQuark day_error_quark(void);

/* Reads "YYYY-MM-DD" and nothing else.  DAY_NONE with the error set otherwise. */
Day day_parse(const char *text, GError **error);

/* "YYYY-MM-DD"; for DAY_NONE "".  Owned by the caller. */
char *day_format(Day day);

/* The day that an instant (milliseconds since 1970, UTC) falls on in a zone; DAY_NONE
 * outside the years 1 to 9999. */
Day day_of(gint64 time, GTimeZone *zone);

/* Midnight at the start of the day in a zone, milliseconds since 1970; G_MININT64 for
 * DAY_NONE, G_MAXINT64 after the year 9999. */
gint64 day_start(Day day, GTimeZone *zone);

/* Neither day of the next two may be DAY_NONE. */

/* Whole years lived on a day by someone born on another; a birthday on
 * 29 February counts from 1 March in other years.  Negative before birth. */
int day_age(Day born, Day on);

/* The day on which someone born on a day reaches an age. */
Day day_birthday(Day born, int age);

#endif
