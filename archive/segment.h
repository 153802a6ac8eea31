/* SPDX-License-Identifier: Apache-2.0 */
/*
 * segment.h - what stands in one file of the journal
 */
#ifndef ARCHIVE_SEGMENT_H
#define ARCHIVE_SEGMENT_H

#include "archive/seal.h"
#include "archive/sealed.h"

#include <glib.h>
#include <stdbool.h>

enum { SEGMENT_ID_LEN = 16, SEGMENT_HEAD_LEN = 128 };

/* How a segment begins. */
typedef struct SegmentHead {
	guint8 id[SEGMENT_ID_LEN];
	guint8 previous[SEGMENT_ID_LEN]; /* zeros: there was none */
	guint64 first_batch;             /* the number that its first batch has */
	guint64 size;                    /* of the log before it */
	Digest root;
} SegmentHead;

void segment_write_head(const SegmentHead *head, guint8 bytes[SEGMENT_HEAD_LEN]);
bool segment_read_head(const guint8 *bytes, gsize len, SegmentHead *head);

/* What one flush made durable. */
typedef struct Batch {
	guint64 number;
	guint64 size;       /* of the log after it */
	Digest root;        /* of that log */
	GPtrArray *records; /* Sealed */
} Batch;

/* The bytes of a batch. */
GByteArray *segment_format_batch(const guint8 *id, const Batch *batch);

typedef enum SegmentEnd {
	SEGMENT_WHOLE,   /* zeros after the last batch, or nothing */
	SEGMENT_TORN,    /* something, but no batch that was ever answered */
	SEGMENT_DAMAGED, /* a batch is bad and a later one is good */
} SegmentEnd;

/* Visits each good batch in order, up to the first that is not good; the batch is the
 * visitor's to read only during the call, its records may be kept by reference.  next:
 * the number of the batch that was not found.  Ends early, as whole, when the visitor
 * returns false. */
typedef bool (*SegmentVisit)(const Batch *batch, void *data);
SegmentEnd segment_scan(GBytes *bytes, const SegmentHead *head, SegmentVisit visit,
			void *data, guint64 *next);

/* Whether a batch with a number of at least from ends anywhere in the bytes. */
bool segment_has_batch(const guint8 *bytes, gsize len, const guint8 *id, guint64 from);

#endif
