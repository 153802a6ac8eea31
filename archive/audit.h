/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.h - the published log against its entries, and against what was pinned outside
 */
#ifndef ARCHIVE_AUDIT_H
#define ARCHIVE_AUDIT_H

#include "archive/note.h"
#include "archive/problems.h"
#include "archive/store.h"
#include "archive/tree.h"

#include <glib.h>

typedef struct Audit Audit;

/* Reads what is published now: to be made before the end of the log is asked for.
 * pinned: a checkpoint or a proof that was kept elsewhere, or NULL.  What the store
 * itself found wrong with the log when it opened it (store_damage) is told by whoever
 * asks, and not a second time here.  Store and problems outlive it. */
Audit *audit_new(Store *store, const char *pinned, Problems *problems);
void audit_free(Audit *audit);

/* Whether a note is a checkpoint of this log, by a key that it introduced. */
bool audit_knows(const Audit *audit, const char *note, GError **error);
/* Whether the entries so far had a checkpoint's root when there were so many. */
bool audit_had(const Audit *audit, const Checkpoint *head);

/* The entries of the log, one by one from the first. */
void audit_add(Audit *audit, const char *entry);
/* There are no more. */
void audit_finish(Audit *audit);
/* Whether it was told that the entries are not what was signed: what is at odds with them
 * may be right. */
bool audit_is_at_odds(const Audit *audit);
/* Of the entries so far; borrowed. */
const Tree *audit_tree(const Audit *audit);
/* Of the log that the pinned checkpoint was signed over; 0 when there is none that is
 * signed by a key of this log. */
guint64 audit_pinned_size(const Audit *audit);
/* The published checkpoint, once the entries have come to its size; NULL before.
 * Borrowed. */
const char *audit_note(const Audit *audit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Audit, audit_free)

#endif
