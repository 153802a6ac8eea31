/* SPDX-License-Identifier: Apache-2.0 */
/*
 * casefile.h - everything that case export hands over: the signed files, and the page to
 * read
 *
 * Needs a store alone, so that it works without a running daemon.
 */
#ifndef DESK_CASEFILE_H
#define DESK_CASEFILE_H

#include "archive/export.h"

#include <glib.h>
#include <stdbool.h>

typedef struct CaseFile {
	const char *case_id;
	const char *agency; /* its name, or NULL */
	GTimeZone *zone;
	bool has_others; /* records of other young people too, as they are */
	/* As in ExportOptions; NULL: everything but what is restricted. */
	bool (*is_open)(const Record *record, void *data);
	void *open_data;
	/* Where the files go. */
	ExportSink sink;
	void *data;
} CaseFile;

bool casefile_export(Store *store, const CaseFile *file, GError **error);

#endif
