/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ahead.h - records of a large put, sealed by several threads before the store's lock is
 * taken
 *
 * Each is numbered by where its case ended when we looked.  Where a case has moved since,
 * the record is sealed anew under the lock; so a put of 100,000 keeps others waiting for
 * those few, and not for all of its signatures.
 */
#ifndef ARCHIVE_AHEAD_H
#define ARCHIVE_AHEAD_H

#include "archive/draft.h"
#include "archive/state.h"
#include "archive/store.h"

#include <glib.h>

typedef struct Ahead Ahead;

/* heads: case → CaseHead, of those that have one; taken over, as is the reference of the
 * signer.  The drafts are borrowed, and prepared here. */
Ahead *ahead_new(Draft *const *drafts, gsize count, GHashTable *heads, Signer *signer);
void ahead_free(Ahead *ahead);

/* Seals all that belong to one case at most. */
void ahead_seal(Ahead *ahead, StoreProgress progress, void *data);

/* The record of a draft by its place, when it stands on this head (of its only case;
 * ignored without one) and is signed by this signer; else NULL.  The caller's. */
Sealed *ahead_take(Ahead *ahead, gsize i, const CaseHead *head, const Signer *signer);

/* The JSON part's line about a case whose chain ends there. */
json_t *ahead_number(const char *case_id, const CaseHead *head);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ahead, ahead_free)

#endif
