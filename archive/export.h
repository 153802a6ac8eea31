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

/* records/, original/, certs/, MANIFEST.json, VERIFY.txt.  A record that belongs to
 * another case as well is left out with a note in the manifest when has_others is
 * false.  zone: for the local times in file names. */
typedef struct ExportOptions {
	const char *case_id;
	GTimeZone *zone;
	bool has_others;
} ExportOptions;

bool export_case(Store *store, const ExportOptions *options, ExportSink sink, void *data,
		 GError **error);

#endif
