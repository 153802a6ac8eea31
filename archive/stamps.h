/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamps.h - time stamps over the log's checkpoint: asked for, kept as records, found
 * again
 *
 * A stamp covers every record below the size of its checkpoint; being a record itself,
 * it is covered by the next one.
 */
#ifndef ARCHIVE_STAMPS_H
#define ARCHIVE_STAMPS_H

#include "archive/note.h"
#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

typedef enum StampsError {
	STAMPS_ERROR_FORMAT, /* a record that is no stamp's */
	STAMPS_ERROR_CLOCK,  /* the authority's time is far from ours */
} StampsError;

#define STAMPS_ERROR (stamps_error_quark())
GQuark stamps_error_quark(void);

/* A question to an authority, and what it is about. */
typedef struct StampQuestion {
	char *note; /* the signed checkpoint */
	GBytes *bytes;
	gint64 time; /* when it was asked */
} StampQuestion;

/* Over a checkpoint that covers all that was put before.  policy: NULL for any. */
bool stamps_ask(Store *store, const char *policy, StampQuestion *question,
		GError **error);
/* Checks the reply in full and puts the record; anchors: PEM, whom we believe. */
bool stamps_keep(Store *store, const StampQuestion *question, GBytes *reply,
		 const char *anchors, GError **error);
void stamp_question_clear(StampQuestion *question);

/* The certificates of the authorities that are believed, as text (PEM). */
char *stamps_read_anchors(const char *path, GError **error);

/* When the newest stamp says that it was; 0: there is none. */
gint64 stamps_last(Store *store);

/* A stamp's payload, taken apart. */
typedef struct StampRecord {
	char *note;
	Checkpoint head; /* what it is over */
	GBytes *reply;
} StampRecord;

bool stamp_record_read(const json_t *payload, StampRecord *stamp, GError **error);
/* Whether the reply is about the note, by one of the anchors (NULL: by anyone). */
bool stamp_record_check(const StampRecord *stamp, const char *anchors, gint64 *time,
			GError **error);
/* "stamps/SIZE.tsr", inside the log. */
char *stamp_record_path(const StampRecord *stamp);
void stamp_record_clear(StampRecord *stamp);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StampQuestion, stamp_question_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StampRecord, stamp_record_clear)

#endif
