/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.h - reads the whole archive and says what is not as it should be
 */
#ifndef ARCHIVE_VERIFY_H
#define ARCHIVE_VERIFY_H

#include "archive/store.h"
#include "base/json.h"

#include <glib.h>

/* Checks every record's file, digest, signature, original, its place in the chain of
 * each of its cases, the log's root, tiles and checkpoint, its time stamps, files that no
 * entry names, and the index against the records.  pinned: the text of a checkpoint or a
 * proof that was kept elsewhere, which the log must go on from; may be NULL.  anchors:
 * certificates (PEM) of the time stamp authorities that are believed; NULL: none is said.
 * case_id: only that case's; NULL for all.  since: only records from an instant on; 0 for
 * all.  {"ok","records","problems":[{"id","problem","detail"}],
 * "notes":[…]}; NULL with the error set only when the archive cannot be read at all. */
typedef struct VerifyOptions {
	const char *case_id;
	gint64 since;
	const char *pinned;
	/* Of records before the pinned checkpoint only the entries are read, because they
	 * were found whole under it; for lack of one, under the head that was noted. */
	bool is_incremental;
	bool notes_head; /* an archive that is whole is noted as such, for next time */
	const char *anchors;
	StoreProgress progress; /* may be NULL */
	void *data;
} VerifyOptions;

json_t *verify_archive(Store *store, const VerifyOptions *options, GError **error);

#endif
