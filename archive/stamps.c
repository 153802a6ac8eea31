/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamps.c - time stamps over the log's checkpoint
 *
 * What is stamped is the text of the note (C2SP tlog-checkpoint), so that the stamp holds
 * whoever signs the log.  The whole reply, with the authority's certificates in it, is in
 * the record; log/stamps/SIZE.tsr is made from it, for people with openssl.
 */
#include "config.h"

#include "archive/stamps.h"

#include "archive/publish.h"
#include "archive/stamp.h"
#include "base/clock.h"
#include "base/file.h"

#include <string.h>

enum { REPLY_MAX = 1024 * 1024, ANCHORS_MAX = 1024 * 1024 };

/* How far an authority's clock may be from ours. */
static const gint64 apart_ms = (gint64)10 * 60 * 1000;

/* All stamps are about one thing, the log. */
static const char key[] = "log";

G_DEFINE_QUARK(stamps_error, stamps_error)

static bool
wait_for_all(Store *store, GError **error)
{
	g_autoptr(json_t) status = store_status(store);
	const gint64 records = json_number(status, "records", 0);

	return records == 0 ||
	       store_wait_for_checkpoint(store, (guint64)records - 1, error);
}

bool
stamps_ask(Store *store, const char *policy, StampQuestion *question, GError **error)
{
	g_autofree char *log = store_log(store);
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *text = NULL;

	if (!wait_for_all(store, error))
		return false;
	question->note = publish_read(log, &checkpoint, error);
	text = question->note == NULL ? NULL : note_text(question->note, error);
	if (text == NULL)
		return false;
	question->time = clock_now();
	question->bytes = stamp_ask(text, policy, true, error);
	return question->bytes != NULL;
}

static bool
check_clock(gint64 asked, gint64 time, GError **error)
{
	g_autofree char *theirs = NULL;
	g_autofree char *ours = NULL;

	if (time >= asked - apart_ms && time <= clock_now() + apart_ms)
		return true;
	theirs = clock_format_utc(time);
	ours = clock_format_utc(clock_now());
	g_set_error(error, STAMPS_ERROR, STAMPS_ERROR_CLOCK,
		    "the authority's clock says %s, ours %s: one of them is wrong",
		    theirs, ours);
	return false;
}

static Draft *
make_draft(const StampQuestion *question, GBytes *reply, gint64 time)
{
	g_autofree char *encoded =
		g_base64_encode(g_bytes_get_data(reply, NULL), g_bytes_get_size(reply));
	g_autofree char *at = clock_format_utc(time);
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:s, s:s}", "checkpoint", question->note, "time", at,
			  "reply", encoded);
	Draft *draft = draft_new("stamp", clock_now());

	draft_set_key(draft, key);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	return draft;
}

bool
stamps_keep(Store *store, const StampQuestion *question, GBytes *reply,
	    const char *anchors, GError **error)
{
	g_autoptr(Draft) draft = NULL;
	gint64 time = 0;

	if (!stamp_check(reply, question->bytes, anchors, &time, error) ||
	    !check_clock(question->time, time, error))
		return false;
	draft = make_draft(question, reply, time);
	return store_put(store, &draft, 1, error);
}

void
stamp_question_clear(StampQuestion *question)
{
	g_clear_pointer(&question->note, g_free);
	g_clear_pointer(&question->bytes, g_bytes_unref);
}

char *
stamps_read_anchors(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = file_read(path, ANCHORS_MAX, error);

	return bytes == NULL ? NULL
			     : g_strndup(g_bytes_get_data(bytes, NULL),
					 g_bytes_get_size(bytes));
}

gint64
stamps_last(Store *store)
{
	g_autoptr(json_t) record = store_latest(store, "stamp", key);
	const char *at = json_text(json_object_get(record, "payload"), "time");
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	gint64 time = 0;

	return at != NULL && clock_parse(at, utc, &time, NULL) ? time : 0;
}

static GBytes *
read_base64(const char *text)
{
	gsize len = 0;
	guint8 *bytes;

	if (text == NULL || strlen(text) > REPLY_MAX)
		return NULL;
	bytes = g_base64_decode(text, &len);
	return g_bytes_new_take(bytes, len);
}

bool
stamp_record_read(const json_t *payload, StampRecord *stamp, GError **error)
{
	g_autofree char *text = NULL;

	stamp->note = g_strdup(json_text(payload, "checkpoint"));
	stamp->reply = read_base64(json_text(payload, "reply"));
	if (stamp->note == NULL || stamp->reply == NULL) {
		g_set_error_literal(error, STAMPS_ERROR, STAMPS_ERROR_FORMAT,
				    "a stamp without checkpoint or reply");
		return false;
	}
	text = note_text(stamp->note, error);
	return text != NULL && checkpoint_parse(text, &stamp->head, error);
}

bool
stamp_record_check(const StampRecord *stamp, const char *anchors, gint64 *time,
		   GError **error)
{
	g_autofree char *text = note_text(stamp->note, error);
	g_autoptr(GBytes) question =
		text == NULL ? NULL : stamp_ask(text, NULL, false, error);

	return question != NULL &&
	       stamp_check(stamp->reply, question, anchors, time, error);
}

char *
stamp_record_path(const StampRecord *stamp)
{
	return g_strdup_printf("stamps/%" G_GUINT64_FORMAT ".tsr", stamp->head.size);
}

void
stamp_record_clear(StampRecord *stamp)
{
	g_clear_pointer(&stamp->note, g_free);
	g_clear_pointer(&stamp->reply, g_bytes_unref);
	checkpoint_clear(&stamp->head);
}
