/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chronology.h - CHRONOLOGY.html: a case as its young person may read it one day
 *
 * Both sides of each conversation in order; agreements and decisions in their place;
 * what was stopped at the end.  The page is for reading: the records are what counts.
 * No finding about a young person's own words is ever on it.
 */
#ifndef DESK_CHRONOLOGY_H
#define DESK_CHRONOLOGY_H

#include "archive/store.h"
#include "desk/redaction.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Chronology Chronology;

/* agency: its name, or NULL.  The zone is kept by reference. */
Chronology *chronology_new(Store *store, const char *case_id, const char *agency,
			   GTimeZone *zone);
/* Before anything is added: who is taken out of all that is shown.  Borrowed. */
void chronology_redact(Chronology *chronology, const Redaction *redaction);
void chronology_free(Chronology *chronology);

/* The next record of the case; one that may not be read is only counted. */
void chronology_add(Chronology *chronology, const Record *record, bool is_readable);

/* The whole page.  Owned by the caller. */
char *chronology_format(const Chronology *chronology);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Chronology, chronology_free)

#endif
