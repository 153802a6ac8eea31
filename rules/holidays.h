/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holidays.h - days on which nobody works, from a file of "YYYY-MM-DD words" lines
 */
#ifndef RULES_HOLIDAYS_H
#define RULES_HOLIDAYS_H

#include "base/day.h"

#include <glib.h>

/* Immutable. */
typedef struct Holidays Holidays;

typedef enum HolidaysError {
	HOLIDAYS_ERROR_SYNTAX, /* "name:line: …", one line for each fault */
} HolidaysError;

#define HOLIDAYS_ERROR (holidays_error_quark())
GQuark holidays_error_quark(void);

/* name: of the file, for messages.  '#' comments; text need not be terminated. */
Holidays *holidays_parse(const char *name, const char *text, gsize len, GError **error);
void holidays_free(Holidays *holidays);

/* What a day is called ("" where the file gives no words); NULL for a working day and
 * when there are no holidays (NULL).  Borrowed. */
const char *holidays_name(const Holidays *holidays, Day day);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Holidays, holidays_free)

#endif
