/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pictures.c - pictures that the agency itself sent, known by their digest
 *
 * The logo of a signature comes back in every answer, and is no picture from a young
 * person.  One small record for each picture when it is first let through; what is held
 * or refused was not sent.
 */
#include "config.h"

#include "desk/pictures.h"

#include "desk/recall.h"

#include <string.h>

static bool
is_known(Desk *desk, const char *sha256)
{
	g_autoptr(json_t) known = store_latest(desk->store, "picture", sha256);

	return known != NULL;
}

static Draft *
make_record(const DeskMail *mail, const char *sha256)
{
	Draft *draft = draft_new("picture", mail->time);
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "server");
	g_autoptr(json_t) payload = json_pack("{s:s}", "mail", draft_id(mail->draft));

	draft_set_key(draft, sha256);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	return draft;
}

static void
free_draft(gpointer draft)
{
	draft_free(draft);
}

GPtrArray *
pictures_new(Desk *desk, const DeskMail *mail)
{
	const Verdict *verdict = mail->verdict;
	const json_t *seen = json_object_get(verdict->facts, "pictures");
	g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *drafts = g_ptr_array_new_with_free_func(free_draft);

	if (verdict->direction != DIRECTION_OUTBOUND || verdict->applied > ACTION_TAG)
		return drafts;
	for (size_t i = 0; i < json_array_size(seen); i++) {
		const char *sha256 = json_text(json_array_get(seen, i), "sha256");

		if (sha256 != NULL && g_hash_table_add(met, (gpointer)(gsize)sha256) &&
		    !is_known(desk, sha256))
			g_ptr_array_add(drafts, make_record(mail, sha256));
	}
	return drafts;
}

json_t *
desk_history(Desk *desk, const Envelope *envelope, const Message *message)
{
	const GPtrArray *parts = message_parts(message);
	json_t *sent = json_array();
	json_t *history = json_object();

	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];
		g_autoptr(GBytes) content = NULL;
		g_autofree char *sha256 = NULL;

		if (g_str_has_prefix(part->type, "text/"))
			continue;
		content = message_part_decode(message, part, G_MAXSIZE);
		sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);
		if (is_known(desk, sha256))
			json_array_append_new(sent, json_string(sha256));
	}
	json_object_set_new(history, "pictures_sent", sent);
	recall_add(desk, envelope, history);
	recall_quotes(desk, envelope, message, history);
	return history;
}
