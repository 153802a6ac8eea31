/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - a case as files that someone without our programs can check
 */
#ifndef ARCHIVE_EXPORT_H
#define ARCHIVE_EXPORT_H

#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

/* Where the files go: a path relative to the export's directory ("original/ID.eml"),
 * its bytes.  False with the error set ends the export. */
typedef bool (*ExportSink)(const char *path, GBytes *bytes, void *data, GError **error);

/* records/, original/, proofs/, stamps/, certs/, MANIFEST.json, VERIFY.txt.  A record that was
 * erased is left out with its tombstone's words and digest.  A record that belongs to
 * another case as well is left out with a note in the manifest when has_others is
 * false.  zone: for the local times in file names. */
typedef struct ExportOptions {
	const char *case_id; /* or NULL, with: */
	GPtrArray *ids;      /* char *: these records, of whatever cases, not numbered;
	                        with a case: those that came to it from another */
	GTimeZone *zone;
	bool has_others;
	/* Each may be NULL.  Why a record is no longer of the case, owned by the caller, or
	 * NULL: then it is left out by name, and not seen.  Whether a record may go out;
	 * nothing is said of it when not.  And every record of the case that can be read, in
	 * order. */
	char *(*why_gone)(const Record *record, void *data);
	bool (*is_open)(const Record *record, void *data);
	void (*seen)(const Record *record, bool is_open, void *data);
	void *data;
} ExportOptions;

bool export_case(Store *store, const ExportOptions *options, ExportSink sink, void *data,
		 GError **error);

#endif
