/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h - what must be true of something new or changed before it is registered,
 * whichever way it comes
 *
 * What it says of itself is checked where it is read (person.h …), and whether its
 * addresses are free where it is entered (directory.h); this is about the rest of the
 * register and the day.
 */
#ifndef REGISTER_ENTRY_H
#define REGISTER_ENTRY_H

#include "base/day.h"
#include "register/directory.h"

#include <glib.h>
#include <stdbool.h>

typedef struct EntryTerms {
	Day today;
	int aware_age; /* from which no parent is asked, in years */
} EntryTerms;

/* after: the register with the thing in it; before: what stood in its place, or NULL.
 * What has not changed since then is not asked again: a manager may have left.  A
 * REGISTER_ERROR_FIELD where it is wrong as written and _RULE where the rules forbid it,
 * beginning with the field. */
bool entry_check(RegisterKind kind, const void *thing, const void *before,
		 const Directory *after, const EntryTerms *terms, GError **error);

/* The member of staff whom a field names, who must be there and not have left. */
const Staff *entry_find_staff(const Directory *directory, const char *field,
			      const char *email, GError **error);

#endif
