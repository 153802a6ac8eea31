/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases.h - one line of a case file, and the search that finds it
 */
#ifndef DESK_CASES_H
#define DESK_CASES_H

#include "desk/inside.h"

/* A record as case show lists it. */
json_t *case_entry(const Ask *ask, const Record *record);

/* What the search of --search finds of each case that the actor may read: an object,
 * case → its entries in order, newest so many.  docs/control.md has the syntax. */
json_t *search_records(const Ask *ask, const char *text, GError **error);

#endif
