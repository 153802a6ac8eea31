/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erased.h - what a tombstone says: which records are gone
 *
 * A tombstone is a record of type `erased`, its payload has "records":[{"id","type",
 * "position","sha256","cases":[{"case","number"}]}]: the leaf of the log and what it
 * stood for, and nothing of what was in it.
 */
#ifndef ARCHIVE_ERASED_H
#define ARCHIVE_ERASED_H

#include "archive/record.h"
#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

/* id → digest of its file as hex, both owned by the table. */
GHashTable *erased_of(const Record *tombstone);

/* Those of every tombstone in the log that is signed by this archive.  Reads the log's
 * entries once. */
GHashTable *erased_all(Store *store, GError **error);

/* Whether it is this very leaf that is named, not another of its name. */
bool erased_has(GHashTable *erased, const StoreEntry *entry);

#endif
