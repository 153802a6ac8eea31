/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.c - a case as files that someone without our programs can check
 *
 * Files are the archive's own bytes: nothing is written anew that a signature or a
 * digest stands for.  What is left out is named with its number and its reason, because
 * a gap that nobody explains reads as a page torn out.  Only what the one who asks must
 * not know of is passed over in silence: of it a gap between numbers remains, which the
 * signed records on either side show in any case, and the digest that the next one has.
 */
#include "config.h"

#include "archive/export.h"

#include "archive/entries.h"
#include "archive/guide.h"
#include "archive/prove.h"
#include "archive/publish.h"
#include "archive/witness.h"
#include "base/clock.h"

#include <string.h>

typedef struct Export {
	Store *store;
	const ExportOptions *options;
	ExportSink sink;
	void *data;
	char *log;           /* its directory */
	char *note;          /* the checkpoint that is proved against, or NULL */
	Witness *witness;    /* the stamps of the log */
	GHashTable *stamped; /* paths of stamps that were put */
	GHashTable *entries; /* id → StoreEntry, of what is exported */
	GHashTable *erased;  /* number in the case → what a tombstone says of it */
	GHashTable *hidden;  /* number → GBytes, the file of what is not for them */
	gint64 last;         /* number of the case that was reached */
	json_t *records;
	json_t *left_out;
} Export;

static void
unref_json(gpointer json)
{
	json_decref(json);
}

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

/* id and file: NULL when they are not known. */
static void
leave_out(Export *task, const char *id, GBytes *file, const char *why)
{
	g_autofree char *digest = file == NULL ? NULL : hex_of(file);

	json_array_append_new(task->left_out,
			      json_pack("{s:o, s:I, s:o, s:s}", "id", json_text_new(id),
					"number", (json_int_t)task->last, "sha256",
					json_text_new(digest), "why", why));
}

/* A number that no list gave: erased, as a tombstone of the case says, hidden, or torn
 * out.  With no more of it than it takes to check the record that follows. */
static void
name_gap(Export *task)
{
	json_t *erased = g_hash_table_lookup(task->erased, &task->last);

	if (erased != NULL)
		json_array_append(task->left_out, erased);
	else
		leave_out(task, NULL, g_hash_table_lookup(task->hidden, &task->last),
			  "no record with this number is part of this export");
}

static void
reach(Export *task, gint64 number)
{
	for (task->last++; task->last < number; task->last++)
		name_gap(task);
	task->last = number;
}

/* Its number in the case that is exported, among the links that a tombstone names. */
static gint64
get_erased_number(const Export *task, const json_t *erased)
{
	const json_t *link;
	gsize i;

	json_array_foreach(json_object_get(erased, "cases"), i, link)
		if (g_strcmp0(json_text(link, "case"), task->options->case_id) == 0)
			return json_number(link, "number", 0);
	return 0;
}

static void
add_erased(Export *task, const Record *tombstone)
{
	const char *reason = json_text(record_payload(tombstone), "reason");
	g_autofree char *why =
		g_strdup_printf("it was erased: %s: tombstone %s",
				reason == NULL ? "" : reason, record_id(tombstone));
	const json_t *erased;
	gsize i;

	json_array_foreach(json_object_get(record_payload(tombstone), "records"), i,
			   erased) {
		gint64 number = get_erased_number(task, erased);

		g_hash_table_replace(task->erased, g_memdup2(&number, sizeof number),
				     json_pack("{s:O?, s:I, s:O?, s:s}", "id",
					       json_object_get(erased, "id"), "number",
					       (json_int_t)number, "sha256",
					       json_object_get(erased, "sha256"), "why",
					       why));
	}
}

static bool
find_erased(Export *task, GError **error)
{
	const StoreQuery query = { .case_id = task->options->case_id, .type = "erased" };
	g_autoptr(GPtrArray) ids = store_list(task->store, &query, error);

	for (guint i = 0; ids != NULL && i < ids->len; i++) {
		g_autoptr(Record) tombstone = store_get(task->store, ids->pdata[i], NULL);

		if (tombstone != NULL)
			add_erased(task, tombstone);
	}
	return ids != NULL;
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

/* A stamp and the text that it is over, once. */
static bool
put_stamp(const Export *task, const StampRecord *stamp, const char *path, GError **error)
{
	g_autofree char *text = note_text(stamp->note, NULL);
	g_autofree char *text_path =
		g_strdup_printf("stamps/%" G_GUINT64_FORMAT ".txt", stamp->head.size);

	return !g_hash_table_add(task->stamped, g_strdup(path)) || text == NULL ||
	       (put(task, path, stamp->reply, error) &&
		put_text(task, text_path, text, error));
}

/* That the record is in the log: under the first checkpoint over it that was stamped,
 * else under the newest; none where no checkpoint covers it. */
static bool
put_proof(const Export *task, const Record *record, json_t *entry, GError **error)
{
	const StoreEntry *place = g_hash_table_lookup(task->entries, record_id(record));
	const StampRecord *stamp =
		place == NULL ? NULL : witness_find(task->witness, place->position);
	const char *note = stamp != NULL ? stamp->note : task->note;
	g_autofree char *path = g_strdup_printf("proofs/%s.proof", record_id(record));
	g_autofree char *stamp_path = stamp == NULL ? NULL : stamp_record_path(stamp);
	g_autofree char *line = place == NULL ? NULL : entry_format(place);
	g_autofree char *proof = NULL;

	if (place != NULL && note != NULL)
		proof = prove_entry(task->log, note, place->position, line, NULL);
	if (proof == NULL)
		return true;
	json_object_set_new(entry, "proof", json_string(path));
	if (stamp != NULL)
		json_object_set_new(entry, "stamp", json_string(stamp_path));
	return put_text(task, path, proof, error) &&
	       (stamp == NULL || put_stamp(task, stamp, stamp_path, error));
}

/* A record that came from another case has no number in this one. */
static bool
put_record(Export *task, const Record *record, GBytes *original, GError **error)
{
	g_autofree char *path = name_file(task, record);
	g_autofree char *time = clock_format_utc(record_time(record));
	g_autofree char *digest = hex_of(record_file(record));
	json_t *entry =
		json_pack("{s:s, s:s, s:s, s:o, s:s, s:s}", "id", record_id(record),
			  "type", record_type(record), "time", time, "number",
			  task->options->case_id != NULL && get_number(task, record) == 0
				  ? json_null()
				  : json_integer((json_int_t)task->last),
			  "file", path, "sha256", digest);

	json_array_append_new(task->records, entry);
	if (!put(task, path, record_file(record), error) ||
	    !put_proof(task, record, entry, error))
		return false;
	return original == NULL || put_original(task, record, original, entry, error);
}

/* Whether it may go out; whoever follows the export is told of it, unless it is gone. */
static bool
show(const Export *task, const Record *record, bool is_gone)
{
	const ExportOptions *options = task->options;
	bool is_open =
		options->is_open == NULL || options->is_open(record, options->data);

	if (options->seen != NULL && !is_gone)
		options->seen(record, is_open, options->data);
	return is_open;
}

/* Whether it is one that came from another case. */
static bool
is_guest(const Export *task, const char *id)
{
	const GPtrArray *guests = task->options->ids;

	return guests != NULL &&
	       g_ptr_array_find_with_equal_func((GPtrArray *)(gpointer)(gsize)guests, id,
						g_str_equal, NULL);
}

static bool
has_number(const Export *task, const char *id)
{
	return task->options->case_id != NULL && !is_guest(task, id);
}

/* False: the list is wrong. */
static bool
is_of_case(const Export *task, const Record *record, const char *id)
{
	return record == NULL || !has_number(task, id) || get_number(task, record) > 0;
}

/* Goes on to its number in the case. */
static void
find_place(Export *task, const Record *record, const char *id)
{
	if (!has_number(task, id))
		return;
	if (record == NULL)
		task->last++; /* they come in the order of their numbers */
	else
		reach(task, get_number(task, record));
}

static void
hide(const Export *task, const Record *record)
{
	gint64 number = get_number(task, record);

	g_hash_table_replace(task->hidden, g_memdup2(&number, sizeof number),
			     g_bytes_ref(record_file(record)));
}

/* Why it is not of the case any more, or NULL. */
static char *
why_gone(const Export *task, const Record *record)
{
	const ExportOptions *options = task->options;

	return record == NULL || options->why_gone == NULL
		       ? NULL
		       : options->why_gone(record, options->data);
}

/* A record that cannot be read is left out by name: the rest is still wanted. */
static bool
export_record(Export *task, const char *id, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(Record) record = store_get(task->store, id, &problem);
	g_autoptr(GBytes) original = NULL;
	g_autofree char *gone = why_gone(task, record);

	if (!is_of_case(task, record, id))
		return true;
	if (record != NULL && !show(task, record, gone != NULL)) {
		hide(task, record);
		return true;
	}
	find_place(task, record, id);
	if (record != NULL)
		original = record_original(record, &problem);
	if (problem != NULL) {
		leave_out(task, id, NULL, problem->message);
		return true;
	}
	if (gone != NULL) {
		leave_out(task, id, record_file(record), gone);
		return true;
	}
	if (strcmp(record_type(record), "sealed") == 0) {
		leave_out(task, id, record_file(record),
			  "a sealed picture or film: only a lead's key opens it");
		return true;
	}
	if (has_other_case(record) && !task->options->has_others) {
		leave_out(task, id, record_file(record),
			  "it belongs to another young person's case as well");
		return true;
	}
	return put_record(task, record, original, error);
}

static bool
take_entry(const StoreEntry *entry, void *data)
{
	const Export *task = data;

	witness_add(task->witness, entry);
	if (g_hash_table_contains(task->entries, entry->id))
		g_hash_table_replace(task->entries, g_strdup(entry->id),
				     g_memdup2(entry, sizeof *entry));
	return true;
}

/* Which stamp is the first over a record, only the log can say: it is read in full where
 * it has any. */
static bool
has_stamps(const Export *task)
{
	g_autoptr(GPtrArray) stamps = store_latest_all(task->store, "stamp");

	return stamps->len > 0;
}

/* Where the records stand in the log, and the checkpoint that covers them. */
static bool
find_places(Export *task, const GPtrArray *ids, GError **error)
{
	g_autoptr(json_t) status = store_status(task->store);
	const gint64 size = json_number(status, "records", 0);
	g_auto(Checkpoint) checkpoint = { 0 };

	for (guint i = 0; i < ids->len; i++)
		g_hash_table_insert(task->entries, g_strdup(ids->pdata[i]), NULL);
	if (size > 0 && store_wait_for_checkpoint(task->store, (guint64)size - 1, NULL))
		task->note = publish_read(task->log, &checkpoint, NULL);
	return has_stamps(task) ? store_iterate(task->store, 0, take_entry, task, error)
				: store_find_all(task->store, task->entries, error);
}

static bool
export_records(Export *task, GError **error)
{
	const ExportOptions *options = task->options;
	StoreQuery query = { .case_id = options->case_id };
	g_autoptr(GPtrArray) ids = options->case_id == NULL
					   ? g_ptr_array_ref(options->ids)
					   : store_list(task->store, &query, error);

	if (ids == NULL || (options->case_id != NULL && !find_erased(task, error)))
		return false;
	for (guint i = 0;
	     options->case_id != NULL && options->ids != NULL && i < options->ids->len;
	     i++)
		g_ptr_array_add(ids, g_strdup(options->ids->pdata[i]));
	if (!find_places(task, ids, error))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!export_record(task, ids->pdata[i], error))
			return false;
	return true;
}

/* An Ed25519 public key as openssl reads it: what stands before the 32 bytes is the same
 * for all (RFC 8410), and a whole number of base64's groups. */
static char *
format_public_key(const guint8 *public_key)
{
	g_autofree char *encoded = g_base64_encode(public_key, LOG_KEY_LEN);

	return g_strconcat("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA", encoded,
			   "\n-----END PUBLIC KEY-----\n", NULL);
}

/* The key that signs the log, where a record introduces one. */
static bool
export_log_key(const Export *task, const Record *record, GError **error)
{
	const char *verifier_key = json_text(record_payload(record), "verifier_key");
	g_autofree char *path = g_strdup_printf("certs/log-%s.pub", record_id(record));
	g_autofree char *vkey_path =
		g_strdup_printf("certs/log-%s.vkey", record_id(record));
	g_autofree char *line = g_strconcat(verifier_key, "\n", NULL);
	g_autofree char *pem = NULL;
	guint8 public_key[LOG_KEY_LEN];

	if (verifier_key == NULL || !note_key_parse(verifier_key, public_key))
		return true;
	pem = format_public_key(public_key);
	return put_text(task, path, pem, error) && put_text(task, vkey_path, line, error);
}

/* One that cannot be read is passed over: what it signed will not verify. */
static bool
export_certificate(const Export *task, const char *id, GString *all, GError **error)
{
	g_autoptr(Record) record = store_get(task->store, id, NULL);
	g_autofree char *path = g_strdup_printf("certs/%s.pem", id);
	const char *pem =
		record == NULL ? NULL : json_text(record_payload(record), "certificate");

	if (pem == NULL)
		return true;
	g_string_append(all, pem);
	return put_text(task, path, pem, error) && export_log_key(task, record, error);
}

/* Every certificate that the log introduced, and all of them in one file for openssl;
 * never what lies in certs/, where anyone may have put it. */
static bool
export_certificates(const Export *task, GError **error)
{
	const StoreQuery query = { .type = "key" };
	g_autoptr(GPtrArray) ids = store_list(task->store, &query, error);
	g_autoptr(GString) all = g_string_new(NULL);

	if (ids == NULL)
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!export_certificate(task, ids->pdata[i], all, error))
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
	g_hash_table_unref(task->entries);
	g_hash_table_unref(task->stamped);
	witness_free(task->witness);
	g_hash_table_unref(task->hidden);
	g_hash_table_unref(task->erased);
	g_free(task->note);
	g_free(task->log);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Export, export_clear)

bool
export_case(Store *store, const ExportOptions *options, ExportSink sink, void *data,
	    GError **error)
{
	g_auto(Export) task = {
		.store = store,
		.options = options,
		.sink = sink,
		.data = data,
		.log = store_log(store),
		.witness = witness_new(store),
		.stamped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		.erased = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
						unref_json),
		.hidden = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
						(GDestroyNotify)g_bytes_unref),
		.records = json_array(),
		.left_out = json_array()
	};

	return export_records(&task, error) && export_certificates(&task, error) &&
	       export_manifest(&task, error);
}
