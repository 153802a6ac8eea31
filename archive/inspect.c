/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect.c - one record's file against what the log says of it
 *
 * The log's entry holds the digest of the whole file, so that any change shows.  What
 * changed is asked afterwards, to give one problem its one name: a signature that is
 * none of ours is "signature", every other change is "altered".
 */
#include "config.h"

#include "archive/inspect.h"

#include "base/file.h"

#include <string.h>

static void
set_problem(Inspection *inspection, const char *problem, const char *what,
	    const GError *cause)
{
	inspection->problem = problem;
	inspection->detail = cause == NULL
				     ? g_strdup(what)
				     : g_strconcat(what, ": ", cause->message, NULL);
}

/* The file's bytes; NULL with the problem set. */
static GBytes *
fetch_filed(Store *store, Inspection *inspection)
{
	g_autofree char *name = record_path(inspection->entry.id);
	g_autofree char *path = g_build_filename(store_directory(store), name, NULL);
	g_autoptr(GError) error = NULL;
	GBytes *file = NULL;

	if (g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
		set_problem(inspection, "unreadable",
			    "in its place is a link to a file somewhere else", NULL);
		return NULL;
	}
	file = file_read(path, G_MAXUINT32, &error);
	if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		set_problem(inspection, "missing",
			    "the record was filed and its file is gone", NULL);
	else if (file == NULL)
		set_problem(inspection, "unreadable", "its file cannot be read", error);
	return file;
}

static GBytes *
fetch_committed(Store *store, Inspection *inspection)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Record) record = store_get(store, inspection->entry.id, &error);

	if (record != NULL)
		return g_bytes_ref(record_file(record));
	set_problem(inspection, "unreadable", "the journal does not give it", error);
	return NULL;
}

static bool
is_of_case(const json_t *links, const char *case_id)
{
	const json_t *link;
	gsize i;

	json_array_foreach(links, i, link)
		if (g_strcmp0(json_text(link, "case"), case_id) == 0)
			return true;
	return false;
}

/* The bytes are those that were filed. */
static void
check_content(Store *store, const Record *record, Inspection *inspection)
{
	const StoreEntry *entry = &inspection->entry;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) original = NULL;

	if (strcmp(record_id(record), entry->id) != 0 ||
	    strcmp(record_type(record), entry->type) != 0 ||
	    record_time(record) != entry->time) {
		set_problem(inspection, "log",
			    "its log entry gives another id, type or time", NULL);
		return;
	}
	if (!record_check_until(record, store_trust(store), &inspection->signed_until,
				&error)) {
		set_problem(inspection, "signature", "its signature does not hold",
			    error);
		return;
	}
	original = record_original(record, &error);
	if (original == NULL && error != NULL)
		set_problem(inspection, "altered",
			    "the message in it is not the one it tells of", error);
}

/* The bytes are not those that were filed: what is in their place? */
static void
explain_change(Store *store, const Record *record, const GError *format,
	       Inspection *inspection)
{
	g_autoptr(GError) error = NULL;

	if (record == NULL)
		set_problem(inspection, "altered",
			    "its file has changed and is no record any more", format);
	else if (strcmp(record_id(record), inspection->entry.id) != 0) {
		g_autofree char *what =
			g_strdup_printf("its file holds record %s", record_id(record));

		set_problem(inspection, "altered", what, NULL);
	} else if (record_check(record, store_trust(store), &error))
		set_problem(inspection, "altered",
			    "its file is not the one that the log names, though what "
			    "is signed in it is signed by this archive",
			    NULL);
	else if (g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CONTENT))
		set_problem(inspection, "altered",
			    "what is signed in it has changed since it was filed", error);
	else
		set_problem(inspection, "signature",
			    "its signature is not the one it was filed with", error);
}

/* Whether the rest of the archive is compared with what such a record says. */
static bool
is_about_archive(const char *type)
{
	return strcmp(type, "snapshot") == 0 || strcmp(type, "stamp") == 0 ||
	       strcmp(type, "key") == 0;
}

void
inspect_record(Store *store, const InspectScope *scope, Inspection *inspection)
{
	const StoreEntry *entry = &inspection->entry;
	g_autoptr(GBytes) file = entry->is_filed ? fetch_filed(store, inspection)
						 : fetch_committed(store, inspection);
	g_autoptr(Record) record = NULL;
	g_autoptr(GError) error = NULL;

	inspection->is_wanted = entry->time >= scope->since;
	if (file == NULL)
		return;
	record = record_read(file, &error);
	inspection->found =
		digest_of(g_bytes_get_data(file, NULL), g_bytes_get_size(file));
	if (!digest_equal(&inspection->found, &entry->file)) {
		explain_change(store, record, error, inspection);
		return;
	}
	if (record == NULL) {
		set_problem(inspection, "unreadable", "its file is no record", error);
		return;
	}
	inspection->links = json_incref(json_object_get(record_json(record), "cases"));
	inspection->key = g_strdup(json_text(record_json(record), "key"));
	inspection->is_wanted &=
		scope->case_id == NULL || is_of_case(inspection->links, scope->case_id);
	if (inspection->is_wanted)
		check_content(store, record, inspection);
	if (inspection->problem == NULL && is_about_archive(entry->type))
		inspection->payload =
			json_incref(json_object_get(record_json(record), "payload"));
}

void
inspection_clear(Inspection *inspection)
{
	json_decref(inspection->links);
	json_decref(inspection->payload);
	g_free(inspection->detail);
	g_free(inspection->key);
}
