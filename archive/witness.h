/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.h - the first time stamp that covers a record, found among all of a log
 */
#ifndef ARCHIVE_WITNESS_H
#define ARCHIVE_WITNESS_H

#include "archive/stamps.h"

#include <glib.h>

typedef struct Witness Witness;

Witness *witness_new(Store *store); /* which outlives it */
void witness_free(Witness *witness);

/* Every entry of the log, in order; those that are no stamp's are passed over. */
void witness_add(Witness *witness, const StoreEntry *entry);
/* The first stamp over more records than a position has before it; NULL when there is
 * none.  Borrowed until the next call. */
const StampRecord *witness_find(Witness *witness, guint64 position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Witness, witness_free)

#endif
