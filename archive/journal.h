/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal.h - the one place where a batch becomes durable: segments, one after the
 * other, each written once from front to back
 *
 * One thread at a time writes; another may prepare and drop at the same time.
 */
#ifndef ARCHIVE_JOURNAL_H
#define ARCHIVE_JOURNAL_H

#include "archive/segment.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Journal Journal;

typedef enum JournalError {
	JOURNAL_ERROR_FULL, /* no room: nothing was written, the same may be tried again */
	JOURNAL_ERROR_FAILED, /* no segment can be made: may be tried again */
	JOURNAL_ERROR_LOST, /* a write or flush failed: nobody knows what is on the disk */
} JournalError;

#define JOURNAL_ERROR (journal_error_quark())
GQuark journal_error_quark(void);

/* segment_len: bytes of a segment, unless a batch needs more. */
Journal *journal_open(const char *directory, gsize segment_len);
void journal_close(Journal *journal);

/* Reads every segment there is, in order.  damage is set to words that name segment
 * and batch when a batch that was answered is not there; what comes before it was
 * visited.  False only when a file cannot be read. */
bool journal_read(Journal *journal, SegmentVisit visit, void *data, char **damage,
		  GError **error);

/* After reading and before writing: what the log is now. */
void journal_begin(Journal *journal, guint64 size, const Digest *root);

/* Numbers a batch, writes it and flushes. */
bool journal_write(Journal *journal, Batch *batch, GError **error);

/* What is written next goes into a new segment, so that what was written before can be
 * dropped.  From any thread. */
void journal_turn(Journal *journal);

/* Makes the next segment beforehand, when there is none yet. */
bool journal_prepare(Journal *journal, GError **error);

/* Removes the segments that hold nothing past a size of the log; the one that is
 * written to stays unless is_end. */
void journal_drop(Journal *journal, guint64 size, bool is_end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Journal, journal_close)

#endif
