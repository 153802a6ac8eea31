/* SPDX-License-Identifier: Apache-2.0 */
/*
 * casefile.c - a case as files to check and a page to read, in one pass
 */
#include "config.h"

#include "desk/casefile.h"

#include "desk/chronology.h"
#include "desk/filing.h"
#include "desk/restriction.h"

#include <string.h>

typedef struct Reader {
	Store *store;
	const CaseFile *file;
	Chronology *chronology;
} Reader;

/* Where nobody knows who asks, what is restricted is for nobody. */
static bool
is_open(const Record *record, void *data)
{
	const Reader *reader = data;
	const CaseFile *file = reader->file;

	return file->is_open != NULL
		       ? file->is_open(record, file->open_data)
		       : !restriction_is_on(reader->store, record_json(record));
}

static void
read_on(const Record *record, bool is_readable, void *data)
{
	Reader *reader = data;

	chronology_add(reader->chronology, record, is_readable);
}

static char *
why_gone(const Record *record, void *data)
{
	const Reader *reader = data;

	return filing_why_gone(reader->store, record, reader->file->case_id);
}

/* Those that it has no number for. */
static GPtrArray *
find_guests(Store *store, const char *case_id, GError **error)
{
	const StoreQuery query = { .case_id = case_id };
	g_autoptr(GPtrArray) guests = filing_guests(store, case_id);
	g_autoptr(GPtrArray) own = NULL;

	if (guests->len == 0)
		return g_steal_pointer(&guests);
	own = store_list(store, &query, error);
	for (guint i = guests->len; own != NULL && i > 0; i--)
		if (g_ptr_array_find_with_equal_func(own, guests->pdata[i - 1],
						     g_str_equal, NULL))
			g_ptr_array_remove_index(guests, i - 1);
	return own == NULL ? NULL : g_steal_pointer(&guests);
}

bool
casefile_export(Store *store, const CaseFile *file, GError **error)
{
	g_autoptr(Chronology) chronology =
		chronology_new(store, file->case_id, file->agency, file->zone);
	Reader reader = { store, file, chronology };
	g_autoptr(GPtrArray) guests = find_guests(store, file->case_id, error);
	const ExportOptions options = { .case_id = file->case_id,
					.ids = guests,
					.why_gone = why_gone,
					.zone = file->zone,
					.has_others = file->has_others,
					.is_open = is_open,
					.seen = read_on,
					.data = &reader };
	g_autoptr(GBytes) page = NULL;
	char *text = NULL;

	if (guests == NULL ||
	    !export_case(store, &options, file->sink, file->data, error))
		return false;
	text = chronology_format(chronology);
	page = g_bytes_new_take(text, strlen(text));
	return file->sink("CHRONOLOGY.html", page, file->data, error);
}
