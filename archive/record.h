/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - one record's file, read: multipart/signed (RFC 8551), see
 * docs/archive-format.md
 *
 * The JSON part: {"version":1, "id", "type", "time", "cases":[{"case","number",
 * "previous"}], "actor":{}, "key", "closes", "nonce", "original":{"encoding":
 * "8bit|base64","offset","length","sha256"}, "payload":{}}; key, closes and original
 * only where they apply; previous is null in a case's first record.
 */
#ifndef ARCHIVE_RECORD_H
#define ARCHIVE_RECORD_H

#include "archive/seal.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* A record, read.  Immutable; safe to share. */
typedef struct Record Record;

typedef enum RecordError {
	RECORD_ERROR_FORMAT,  /* not a record file, or its JSON part is none */
	RECORD_ERROR_CONTENT, /* the original is not what its digest says */
} RecordError;

#define RECORD_ERROR (record_error_quark())
GQuark record_error_quark(void);

/* Reads the structure; checks neither signature nor digests.  Keeps the bytes. */
Record *record_read(GBytes *file, GError **error);
Record *record_ref(Record *record);
void record_unref(Record *record);

/* All borrow from the record. */
const char *record_id(const Record *record);
const char *record_type(const Record *record);
gint64 record_time(const Record *record);
const json_t *record_json(const Record *record);    /* the whole JSON part */
const json_t *record_payload(const Record *record); /* its payload object */
GBytes *record_file(const Record *record);

/* Whether its signature is by one of the certificates, over what the file holds. */
bool record_check(const Record *record, const Trust *trust, GError **error);
/* The same; until: where the days of that certificate end, in milliseconds. */
bool record_check_until(const Record *record, const Trust *trust, gint64 *until,
			GError **error);

/* The message exactly as received, its digest checked; NULL with no error set when the
 * record has no original. */
GBytes *record_original(const Record *record, GError **error);

/* "records/2026/11/ULID.eml" for an id.  Owned by the caller. */
char *record_path(const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Record, record_unref)

#endif
