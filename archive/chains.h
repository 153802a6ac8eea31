/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chains.h - whether the records of each case follow each other
 */
#ifndef ARCHIVE_CHAINS_H
#define ARCHIVE_CHAINS_H

#include "archive/inspect.h"
#include "archive/problems.h"
#include "archive/store.h"

#include <glib.h>

typedef struct Chains Chains;

/* only: the one case that is asked about, or NULL; borrowed, as store and problems are.
 * from: records before it were verified another time and are not added. */
Chains *chains_new(Store *store, const char *only, guint64 from, Problems *problems);
void chains_free(Chains *chains);

/* A record, in the order of the log. */
void chains_add(Chains *chains, const Inspection *inspection);
/* The digest of a file that is not there, or not as it was filed: the next record of its
 * cases, which quotes it, is not blamed for the gap. */
void chains_excuse(Chains *chains, const Digest *file);
/* There are no more: where the chains of the new records begin, those of the old ones
 * end. */
void chains_finish(Chains *chains);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Chains, chains_free)

#endif
