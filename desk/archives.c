/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archives.c - archive verify, reindex, status, stamp, adopt, extract, prove
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/lost.h"
#include "archive/prove.h"
#include "archive/publish.h"
#include "archive/stamps.h"
#include "archive/verify.h"
#include "base/clock.h"
#include "desk/access.h"
#include "desk/held.h"
#include "desk/rights.h"
#include "desk/unseal.h"
#include "desk/verbs.h"

#include <string.h>

/* Who wants to hear how far it is. */
typedef struct Listener {
	const DeskRequest *request;
} Listener;

static void
pass_progress(guint64 done, guint64 of, void *data)
{
	const DeskRequest *request = ((const Listener *)data)->request;

	if (request->progress != NULL)
		request->progress(done, of, request->data);
}

static bool
read_since(const Ask *ask, gint64 *since, GError **error)
{
	const char *text = json_text(ask->options, "since");

	*since = 0;
	if (text == NULL || clock_parse(text, ask_zone(ask), since, NULL))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--since: '%s' is not a time: write YYYY-MM-DD[ HH:MM]", text);
	return false;
}

/* What was pinned elsewhere, as text, where --against sends it; else NULL. */
static char *
read_pinned(const Ask *ask)
{
	gsize len = 0;
	const char *data = json_text(ask->options, "against") == NULL ||
					   ask->request->content == NULL
				   ? NULL
				   : g_bytes_get_data(ask->request->content, &len);

	return data == NULL ? NULL : g_strndup(data, len);
}

json_t *
archives_verify(Ask *ask, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	g_autofree char *pinned = read_pinned(ask);
	g_autofree char *anchors =
		stamps_read_anchors(settings_text(settings, "stamp-ca"), NULL);
	Listener listener = { .request = ask->request };
	VerifyOptions options = { .case_id = json_text(ask->options, "case"),
				  .pinned = pinned,
				  .anchors = anchors,
				  .is_incremental =
					  json_truth(ask->options, "incremental"),
				  .notes_head = true,
				  .progress = pass_progress,
				  .data = &listener };
	json_t *result = NULL;

	if (!read_since(ask, &options.since, error))
		return NULL;
	result = verify_archive(ask->desk->store, &options, error);
	if (result != NULL && !json_truth(result, "ok"))
		g_set_error(error, DESK_ERROR, DESK_ERROR_FOUND,
			    "the archive is not whole: %zu problems: see the list",
			    json_array_size(json_object_get(result, "problems")));
	return result;
}

json_t *
archives_reindex(Ask *ask, GError **error)
{
	Listener listener = { .request = ask->request };
	g_autoptr(json_t) status = NULL;

	if (!store_reindex(ask->desk->store, pass_progress, &listener, error))
		return NULL;
	status = store_status(ask->desk->store);
	return json_pack("{s:I}", "records",
			 (json_int_t)json_number(status, "records", 0));
}

json_t *
archives_status(Ask *ask, GError **error)
{
	json_t *status = store_status(ask->desk->store);

	(void)error;
	held_add_counts(ask, status);
	unseal_add_counts(ask->desk, status);
	return status;
}

json_t *
archives_stamp(Ask *ask, GError **error)
{
	const DeskOptions *options = &ask->desk->options;
	g_autoptr(json_t) status = NULL;

	if (options->stamp == NULL || !options->stamp(options->stamp_data, error))
		return NULL;
	status = store_status(ask->desk->store);
	return json_pack("{s:O}", "last_stamp", json_object_get(status, "last_stamp"));
}

/* Several texts in one content, with a zero byte between two. */
static char **
split_content(GBytes *content)
{
	gsize len = 0;
	const char *data = content == NULL ? NULL : g_bytes_get_data(content, &len);
	GPtrArray *texts = g_ptr_array_new();

	for (gsize i = 0; i < len; i += strnlen(data + i, len - i) + 1)
		g_ptr_array_add(texts, g_strndup(data + i, len - i));
	g_ptr_array_add(texts, NULL);
	return (char **)g_ptr_array_free(texts, FALSE);
}

/* What the pins know of and the copy that was restored does not have. */
static bool
add_lost(const Ask *ask, json_t *said, GError **error)
{
	g_auto(GStrv) pins = split_content(ask->request->content);
	g_autoptr(GError) cause = NULL;
	g_autoptr(json_t) lost = lost_list(ask->desk->store, pins, &cause);

	if (lost == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "--against: %s",
			    cause->message);
		return false;
	}
	if (json_object_size(lost) > 0)
		json_object_set(said, "lost", lost);
	return true;
}

json_t *
archives_adopt(Ask *ask, GError **error)
{
	g_autoptr(json_t) said =
		json_pack("{s:O, s:O}", "reason", json_object_get(ask->options, "reason"),
			  "actor", ask->actor->json);
	g_autofree char *origin = NULL;

	if (!add_lost(ask, said, error) ||
	    !store_adopt(ask->desk->store, said, &origin, error))
		return NULL;
	return json_pack("{s:o, s:O?}", "origin", json_text_new(origin), "lost",
			 json_object_get(said, "lost"));
}

static json_t *
hand_over(const Ask *ask, const Record *record, GBytes *bytes, GError **error)
{
	const DeskRequest *request = ask->request;
	g_autofree char *name = g_strconcat(record_id(record), ".eml", NULL);
	gsize len = 0;
	const void *data = g_bytes_get_data(bytes, &len);
	Digest digest = digest_of(data, len);
	g_autofree char *hex = digest_format(&digest);

	if (request->file != NULL && !request->file(name, bytes, request->data, error))
		return NULL;
	return json_pack("{s:s, s:s, s:I}", "id", record_id(record), "sha256", hex,
			 "length", (json_int_t)len);
}

json_t *
archives_extract(Ask *ask, GError **error)
{
	g_autofree char *id = store_resolve(ask->desk->store, ask->words[0], error);
	g_autoptr(Record) record = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) cause = NULL;

	if (id == NULL || !access_record(ask, NULL, id, error))
		return NULL;
	record = store_get(ask->desk->store, id, error);
	if (record == NULL)
		return NULL;
	if (!rights_may_read_record(ask, record)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: '%s' is not yours to read: ask a lead", id);
		return NULL;
	}
	if (strcmp(record_type(record), "sealed") == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: '%s' is sealed: see archive unseal", id);
		return NULL;
	}
	bytes = record_original(record, &cause);
	if (bytes != NULL)
		return hand_over(ask, record, bytes, error);
	if (cause == NULL)
		g_set_error(&cause, DESK_ERROR, DESK_ERROR_USAGE,
			    "ID: '%s' is a record without a message: see case show", id);
	g_propagate_error(error, g_steal_pointer(&cause));
	return NULL;
}

static json_t *
hand_over_proof(const Ask *ask, const StoreEntry *entry, GError **error)
{
	Store *store = ask->desk->store;
	const DeskRequest *request = ask->request;
	g_autofree char *log = store_log(store);
	g_autofree char *line = entry_format(entry);
	g_autofree char *name = g_strconcat(entry->id, ".proof", NULL);
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *note = NULL;
	g_autofree char *proof = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (store_wait_for_checkpoint(store, entry->position, error))
		note = publish_read(log, &checkpoint, error);
	if (note != NULL)
		proof = prove_entry(log, note, entry->position, line, error);
	if (proof == NULL)
		return NULL;
	bytes = g_bytes_new(proof, strlen(proof));
	if (request->file != NULL && !request->file(name, bytes, request->data, error))
		return NULL;
	return json_pack("{s:s, s:I, s:I}", "id", entry->id, "index",
			 (json_int_t)entry->position, "size",
			 (json_int_t)checkpoint.size);
}

json_t *
archives_prove(Ask *ask, GError **error)
{
	g_autofree char *id = store_resolve(ask->desk->store, ask->words[0], error);
	StoreEntry entry;

	if (id == NULL || !store_find(ask->desk->store, id, &entry, error))
		return NULL;
	return hand_over_proof(ask, &entry, error);
}
