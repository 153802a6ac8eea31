/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft.h - a record on its way into the archive
 *
 * Used by one thread at a time.  The content of a mail record is written as it comes
 * and hashed on the way: in memory up to 1 MiB, past that in a file of the archive
 * under a temporary name, which goes when the draft is freed unput.
 */
#ifndef ARCHIVE_DRAFT_H
#define ARCHIVE_DRAFT_H

#include "archive/seal.h"
#include "archive/sealed.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Draft Draft;

/* type: "mail", "person", … (3-archive-format's list; see record.h).  time: of the
 * record, milliseconds since 1970.  The id is made here. */
Draft *draft_new(const char *type, gint64 time);
void draft_free(Draft *draft);
const char *draft_id(const Draft *draft);

/* A case that the record belongs to; repeated ones count once.  Its number in the case
 * and the digest of the case's record before it are filled in when it is put. */
void draft_add_case(Draft *draft, const char *case_id);

/* The latest record of a (type, key) is the current state of a thing. */
void draft_set_key(Draft *draft, const char *key);
/* With this record the thing of its key is over: neither the mail, transcript or note of
 * that key nor its decision or erasure is kept as current state any more. */
void draft_set_closes(Draft *draft);

/* Who did it ({"kind":"server|daemon|admin|staff", "staff": EMAIL …}) and what:
 * references are taken, the values must not change afterwards. */
void draft_set_actor(Draft *draft, json_t *actor);
void draft_set_payload(Draft *draft, json_t *payload);

/* Content: the message as received by the milter. spool: the directory for what is
 * past 1 MiB (store_spool). */
void draft_open_content(Draft *draft, const char *spool);
bool draft_write(Draft *draft, const void *data, gsize len, GError **error);
/* Other content instead of what was written, of which no file keeps a name. */
bool draft_replace_content(Draft *draft, GBytes *content, GError **error);
gsize draft_content_len(const Draft *draft);
/* All that was written, verbatim, without copying; the draft must outlive it only as
 * long as nothing more is written.  New reference. */
GBytes *draft_content(Draft *draft, GError **error);
Digest draft_content_digest(const Draft *draft);

/* For the store alone, in this order.  Prepare does all that needs no number: chooses
 * the form, hashes, and syncs what is in the spool.  Seal, under the store's lock and
 * repeated when a batch failed, fills in the cases ([{"case","number","previous"}])
 * and signs.  Keep: the record is durable, so its spool file is no longer ours. */
bool draft_prepare(Draft *draft, GError **error);
const GPtrArray *draft_cases(const Draft *draft); /* char * */
Sealed *draft_seal(Draft *draft, json_t *cases, const Signer *signer, GError **error);
void draft_keep(Draft *draft);
/* Gives back what prepare made, of a draft without content; sealing it again prepares it
 * again. */
void draft_relax(Draft *draft);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Draft, draft_free)

#endif
