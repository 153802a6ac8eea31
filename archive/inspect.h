/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect.h - one record's file against what the log says of it
 */
#ifndef ARCHIVE_INSPECT_H
#define ARCHIVE_INSPECT_H

#include "archive/store.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* Which records are checked in full: of a case (NULL: of any), from an instant on. */
typedef struct InspectScope {
	const char *case_id;
	gint64 since;
} InspectScope;

/* The entry goes in, the rest comes out. */
typedef struct Inspection {
	StoreEntry entry;
	bool is_wanted;      /* within the scope; what can no longer be read may be */
	const char *problem; /* as verify.h's list; NULL when all is well */
	char *detail;        /* the problem in plain words */
	Digest found;        /* of the file, where there is one */
	json_t *links; /* the record's cases; NULL when the file is not what was filed */
	char *key;
	json_t *payload;     /* of a snapshot, stamp or key that holds; else NULL */
	gint64 signed_until; /* where the days of its signer's certificate end; 0: not
				known */
} Inspection;

/* Reads the file from the disk, or, while it is not filed yet, through the store.  Of a
 * record out of scope only the file's digest is checked. */
void inspect_record(Store *store, const InspectScope *scope, Inspection *inspection);

void inspection_clear(Inspection *inspection);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inspection, inspection_clear)

#endif
