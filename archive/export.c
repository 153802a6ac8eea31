/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.c - a case as files that someone without our programs can check
 *
 * Files are the archive's own bytes: nothing is written anew that a signature or a
 * digest stands for.  What is left out is named with its number and its reason, because
 * a gap that nobody explains reads as a page torn out.
 */
#include "config.h"

#include "archive/export.h"

#include "archive/guide.h"
#include "base/clock.h"
#include "base/file.h"

#include <string.h>

enum { CERT_MAX = 1 << 20 };

typedef struct Export {
	Store *store;
	const ExportOptions *options;
	ExportSink sink;
	void *data;
	json_t *records;
	json_t *left_out;
} Export;

static bool
put(const Export *task, const char *path, GBytes *bytes, GError **error)
{
	return task->sink(path, bytes, task->data, error);
}

static bool
put_text(const Export *task, const char *path, const char *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	return put(task, path, bytes, error);
}

static char *
hex_of(GBytes *bytes)
{
	Digest digest = digest_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

	return digest_format(&digest);
}

/* Its number in the case that is exported. */
static gint64
get_number(const Export *task, const Record *record)
{
	const json_t *link;
	gsize i;

	json_array_foreach(json_object_get(record_json(record), "cases"), i, link)
		if (g_strcmp0(json_text(link, "case"), task->options->case_id) == 0)
			return json_number(link, "number", 0);
	return 0;
}

static bool
has_other_case(const Record *record)
{
	return json_array_size(json_object_get(record_json(record), "cases")) > 1;
}

/* "records/2026-11-22-164600-inbound-ULID.eml" */
static char *
name_file(const Export *task, const Record *record)
{
	const char *direction = json_text(record_payload(record), "direction");
	g_autoptr(GDateTime) utc =
		g_date_time_new_from_unix_utc(record_time(record) / 1000);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, task->options->zone);
	g_autofree char *time = g_date_time_format(local, "%Y-%m-%d-%H%M%S");

	return g_strdup_printf("records/%s-%s-%s.eml", time,
			       direction != NULL ? direction : record_type(record),
			       record_id(record));
}

static void
leave_out(Export *task, const char *id, const Record *record, const char *why)
{
	g_autofree char *digest = record == NULL ? NULL : hex_of(record_file(record));
	gint64 number = record == NULL ? 0 : get_number(task, record);

	json_array_append_new(task->left_out,
			      json_pack("{s:s, s:o, s:o, s:s}", "id", id, "number",
					number > 0 ? json_integer(number) : json_null(),
					"sha256", json_text_new(digest), "why", why));
}

/* The message as received, and what the manifest says of it. */
static bool
put_original(const Export *task, const Record *record, GBytes *original, json_t *entry,
	     GError **error)
{
	g_autofree char *path = g_strdup_printf("original/%s.eml", record_id(record));
	g_autofree char *digest = hex_of(original);

	json_object_set_new(entry, "original", json_string(path));
	json_object_set_new(entry, "original_sha256", json_string(digest));
	return put(task, path, original, error);
}

static bool
put_record(Export *task, const Record *record, GBytes *original, GError **error)
{
	g_autofree char *path = name_file(task, record);
	g_autofree char *time = clock_format_utc(record_time(record));
	g_autofree char *digest = hex_of(record_file(record));
	json_t *entry = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "id",
				  record_id(record), "type", record_type(record), "time",
				  time, "number", (json_int_t)get_number(task, record),
				  "file", path, "sha256", digest);

	json_array_append_new(task->records, entry);
	if (!put(task, path, record_file(record), error))
		return false;
	return original == NULL || put_original(task, record, original, entry, error);
}

/* A record that cannot be read is left out by name: the rest is still wanted. */
static bool
export_record(Export *task, const char *id, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(Record) record = store_get(task->store, id, &problem);
	g_autoptr(GBytes) original = NULL;

	if (record != NULL)
		original = record_original(record, &problem);
	if (problem != NULL) {
		leave_out(task, id, record, problem->message);
		return true;
	}
	if (has_other_case(record) && !task->options->has_others) {
		leave_out(task, id, record,
			  "it belongs to another young person's case as well");
		return true;
	}
	return put_record(task, record, original, error);
}

static bool
export_records(Export *task, GError **error)
{
	StoreQuery query = { .case_id = task->options->case_id };
	g_autoptr(GPtrArray) ids = store_list(task->store, &query, error);

	if (ids == NULL)
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!export_record(task, ids->pdata[i], error))
			return false;
	return true;
}

static bool
export_certificate(const Export *task, const char *name, GString *all, GError **error)
{
	g_autofree char *from =
		g_build_filename(store_directory(task->store), "certs", name, NULL);
	g_autofree char *to = g_strconcat("certs/", name, NULL);
	g_autoptr(GBytes) pem = file_read(from, CERT_MAX, error);

	if (pem == NULL)
		return false;
	g_string_append_len(all, g_bytes_get_data(pem, NULL),
			    (gssize)g_bytes_get_size(pem));
	return put(task, to, pem, error);
}

/* Every certificate that ever signed, and all of them in one file for openssl. */
static bool
export_certificates(const Export *task, GError **error)
{
	g_autofree char *folder =
		g_build_filename(store_directory(task->store), "certs", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
	g_autoptr(GString) all = g_string_new(NULL);
	const char *name;

	if (dir == NULL)
		return false;
	while ((name = g_dir_read_name(dir)) != NULL)
		if (name[0] != '.' && g_str_has_suffix(name, ".pem") &&
		    !export_certificate(task, name, all, error))
			return false;
	return put_text(task, "certs/all.pem", all->str, error);
}

static bool
export_manifest(const Export *task, GError **error)
{
	g_autofree char *made = clock_format_utc(clock_now());
	g_autoptr(json_t) manifest = json_pack(
		"{s:o, s:s, s:O, s:O}", "case", json_text_new(task->options->case_id),
		"made", made, "records", task->records, "left_out", task->left_out);
	g_autofree char *text = json_write_pretty(manifest);
	g_autofree char *guide = guide_write(manifest);

	return put_text(task, "MANIFEST.json", text, error) &&
	       put_text(task, "VERIFY.txt", guide, error);
}

static void
export_clear(Export *task)
{
	json_decref(task->records);
	json_decref(task->left_out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Export, export_clear)

bool
export_case(Store *store, const ExportOptions *options, ExportSink sink, void *data,
	    GError **error)
{
	g_auto(Export) task = { store, options, sink, data, json_array(), json_array() };

	return export_records(&task, error) && export_certificates(&task, error) &&
	       export_manifest(&task, error);
}
