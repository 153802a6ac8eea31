/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erase.h - lets records go, and leaves a signed tombstone in their place
 */
#ifndef ARCHIVE_ERASE_H
#define ARCHIVE_ERASE_H

#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Erasure {
	const char *key;      /* of the tombstone: what it carries out */
	const GPtrArray *ids; /* char *: the records */
	json_t *actor;
	json_t *payload; /* reason, who approved, …; "records" is added to a copy */
} Erasure;

/* Puts the tombstone, which belongs to the records' cases and names as well each
 * snapshot that holds one of them, and takes away what it names.  When only the second
 * failed, erase_finish does it later.  Both by the thread that takes snapshots. */
bool erase_records(Store *store, const Erasure *erasure, GError **error);

/* Takes away what tombstones name and a crash or an error left: files, rows of the
 * index, segments of the journal.  Quick when there is nothing to do. */
bool erase_finish(Store *store, GError **error);

#endif
