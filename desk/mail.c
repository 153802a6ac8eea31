/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail.c - a judged message becomes a record, and a held one a hold
 */
#include "config.h"

#include "desk/mail.h"

#include "base/clock.h"
#include "desk/concern.h"
#include "desk/inside.h"
#include "desk/judged.h"
#include "desk/sealing.h"
#include "desk/words.h"
#include "rules/scope.h"

#include <string.h>

static json_t *
recipients_of(const Envelope *envelope)
{
	json_t *to = json_array();

	for (guint i = 0; i < envelope->recipients->len; i++)
		json_array_append_new(
			to, json_text_new(path_text(envelope->recipients->pdata[i])));
	return to;
}

/* The addresses of From, each once. */
static json_t *
header_authors(const Headers *headers)
{
	g_autoptr(GPtrArray) boxes = headers_mailboxes(headers, "From", NULL);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	json_t *authors = json_array();

	for (guint i = 0; i < boxes->len; i++) {
		const Mailbox *box = boxes->pdata[i];

		if (g_hash_table_add(seen, box->address))
			json_array_append_new(authors, json_text_new(box->address));
	}
	return authors;
}

static json_t *
covers_of(const Verdict *verdict)
{
	json_t *covers = json_array();

	for (guint i = 0; i < verdict->deliver_to->len; i++)
		json_array_append_new(covers,
				      json_text_new(verdict->deliver_to->pdata[i]));
	return covers;
}

static json_t *
payload_of(const DeskMail *mail)
{
	const Verdict *verdict = mail->verdict;
	g_autofree char *subject = headers_get_decoded(mail->headers, "Subject", 0);
	g_autofree char *received = clock_format_utc(mail->time);
	const Path *sender = mail->envelope->sender;
	json_t *payload =
		json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "envelope",
			  envelope_to_json(mail->envelope), "from",
			  json_text_new(sender == NULL ? "" : path_text(sender)), "to",
			  recipients_of(mail->envelope), "deliver_to", covers_of(verdict),
			  "header_authors", header_authors(mail->headers), "subject",
			  json_text_new(subject), "message_id",
			  json_text_new(headers_get(mail->headers, "Message-ID", 0)),
			  "received", received);

	json_object_set_new(payload, "direction",
			    json_text_new(direction_name(verdict->direction)));
	judged_describe(verdict, payload);
	return payload;
}

static void
fill(const DeskMail *mail, json_t *payload)
{
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "server");

	draft_set_actor(mail->draft, actor);
	draft_set_payload(mail->draft, payload);
	for (guint i = 0; i < mail->verdict->cases->len; i++)
		draft_add_case(mail->draft, mail->verdict->cases->pdata[i]);
}

static bool
record_held(Desk *desk, const DeskMail *mail, json_t *payload, Draft *sealed,
	    GError **error)
{
	const char *id = draft_id(mail->draft);
	Digest digest = draft_content_digest(mail->draft);
	g_autofree char *hex = digest_format(&digest);
	g_autofree char *match = holds_match(hex, json_text(payload, "from"),
					     json_object_get(payload, "to"));
	g_autofree char *first = holds_enter(desk->holds, match);
	bool is_put = false;

	if (first != NULL)
		json_object_set_new(payload, "again_of", json_string(first));
	draft_set_key(mail->draft, id);
	fill(mail, payload);
	is_put = judged_put(desk, mail, sealed, error);
	holds_settle(desk->holds, match, id, first, is_put);
	return is_put;
}

static bool
record_plain(Desk *desk, const DeskMail *mail, json_t *payload, Draft *sealed,
	     GError **error)
{
	g_autofree char *key = concern_key(draft_id(mail->draft), payload);

	if (key != NULL)
		draft_set_key(mail->draft, key);
	fill(mail, payload);
	return judged_put(desk, mail, sealed, error);
}

/* Those who may not know of a finding see no count of it move. */
static Action
shown_action(const Verdict *verdict)
{
	return verdict->is_restricted ? ACTION_PASS : verdict->action;
}

static void
note_answerable(Desk *desk, const DeskMail *mail)
{
	g_autoptr(json_t) cases = json_array();

	for (guint i = 0; i < mail->verdict->cases->len; i++)
		json_array_append_new(cases,
				      json_text_new(mail->verdict->cases->pdata[i]));
	answers_note(desk->answers, headers_get(mail->headers, "Message-ID", 0), cases);
}

json_t *
desk_answered(Desk *desk, const World *world, const Envelope *envelope,
	      const Headers *headers)
{
	g_auto(GStrv) ids =
		scope_answered(envelope, headers, world->directory, world->policy);
	json_t *cases = json_array();

	for (char **id = ids; *id != NULL; id++)
		answers_find(desk->answers, *id, cases);
	return json_pack("{s:o}", "answers", cases);
}

/* Who does not get our answer sends again.  It is recorded again, and says what it
 * repeats.  The index is asked, as it is: what it does not have yet is not found. */
static void
note_earlier(Desk *desk, const DeskMail *mail, json_t *payload)
{
	const Digest digest = draft_content_digest(mail->draft);
	g_autofree char *hex = digest_format(&digest);
	g_autofree char *label = words_same(hex, payload);
	g_autoptr(GPtrArray) ids = store_labelled(desk->store, label, 1);

	if (ids->len > 0)
		json_object_set_new(payload, "repeats", json_string(ids->pdata[0]));
}

bool
desk_record_mail(Desk *desk, const DeskMail *mail, GError **error)
{
	g_autoptr(json_t) payload = payload_of(mail);
	g_autoptr(Draft) sealed = NULL;
	bool is_put = false;

	if (!desk_keep_policy(desk, error))
		return false;
	if (mail->verdict->cuts->len > 0) {
		sealed = sealing_make(desk, mail, payload, mail->shown, error);
		if (sealed == NULL)
			return false;
	}
	note_earlier(desk, mail, payload);
	is_put = mail->verdict->applied == ACTION_HOLD
			 ? record_held(desk, mail, payload, sealed, error)
			 : record_plain(desk, mail, payload, sealed, error);
	if (is_put) {
		desk_count_verdict(desk, shown_action(mail->verdict));
		note_answerable(desk, mail);
	}
	return is_put;
}
