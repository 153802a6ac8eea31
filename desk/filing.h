/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filing.h - whose a record is now: its cases as it was put, unless a decision moved it
 * to another, or took it out of one that was let go
 *
 * The record stays as it is; the decision (key "refile:ID") names its cases since.
 */
#ifndef DESK_FILING_H
#define DESK_FILING_H

#include "desk/inside.h"

#include <glib.h>
#include <stdbool.h>

/* Its cases now: char *, in the order of the record.  Owned by the caller. */
char **filing_cases(Store *store, const Record *record);
bool filing_is_of(Store *store, const Record *record, const char *case_id);

/* The records of a case now, in the order of the log: those that it had and has, and
 * those that came from another. */
GPtrArray *filing_list(Store *store, const char *case_id, GError **error);
/* The ids of those alone that a decision gave to the case; some may have been its own. */
GPtrArray *filing_guests(Store *store, const char *case_id);

/* Whether it is a message or a note: what can be filed anew, or erased by itself. */
bool filing_is_paper(const Record *record);

/* Why a record of the case is no longer in it, for those who read the case without it;
 * NULL when it is.  Owned by the caller. */
char *filing_why_gone(Store *store, const Record *record, const char *case_id);

/* Puts the decision that these are its cases from now on; details are its payload beside
 * that: an action, "refiled" or "withdrawn", and why.  The id, owned by the caller. */
char *filing_put(Store *store, const Record *record, const char *const *cases,
		 const json_t *details, json_t *actor, GError **error);

#endif
