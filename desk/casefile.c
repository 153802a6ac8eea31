/* SPDX-License-Identifier: Apache-2.0 */
/*
 * casefile.c - a case as files to check and a page to read, in one pass
 */
#include "config.h"

#include "desk/casefile.h"

#include "desk/chronology.h"

#include <string.h>

typedef struct Reader {
	const CaseFile *file;
	Chronology *chronology;
} Reader;

static bool
is_open(const Record *record, void *data)
{
	const CaseFile *file = ((const Reader *)data)->file;

	return file->is_open == NULL || file->is_open(record, file->open_data);
}

static void
read_on(const Record *record, bool is_readable, void *data)
{
	Reader *reader = data;

	chronology_add(reader->chronology, record, is_readable);
}

bool
casefile_export(Store *store, const CaseFile *file, GError **error)
{
	g_autoptr(Chronology) chronology =
		chronology_new(store, file->case_id, file->agency, file->zone);
	Reader reader = { file, chronology };
	const ExportOptions options = { .case_id = file->case_id,
					.zone = file->zone,
					.has_others = file->has_others,
					.is_open = is_open,
					.seen = read_on,
					.data = &reader };
	g_autoptr(GBytes) page = NULL;
	char *text = NULL;

	if (!export_case(store, &options, file->sink, file->data, error))
		return false;
	text = chronology_format(chronology);
	page = g_bytes_new_take(text, strlen(text));
	return file->sink("CHRONOLOGY.html", page, file->data, error);
}
