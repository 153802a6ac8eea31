/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quotes.c - what a message may quote
 *
 * Looked up by Message-ID in the index, so that only an answer costs anything.  A record
 * that the index has not got yet, or that belongs to somebody else's case, proves nothing:
 * then the quote is judged as the author's own words.
 */
#include "config.h"

#include "desk/quotes.h"

#include "desk/words.h"
#include "rules/heard.h"
#include "rules/scope.h"

#include <string.h>

/* So many of the latest messages of a conversation, and records of one Message-ID. */
enum { ANSWERED_MAX = 10, SAME_ID_MAX = 3 };

static bool
is_of(const Record *record, GHashTable *cases)
{
	const json_t *links = json_object_get(record_json(record), "cases");
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link) {
		const char *case_id = json_text(link, "case");

		if (case_id != NULL && g_hash_table_contains(cases, case_id))
			return true;
	}
	return false;
}

static void
add_words(const Record *record, json_t *written)
{
	g_autoptr(Message) message = words_message(record);
	g_autofree char *words = NULL;

	if (message == NULL)
		return;
	words = heard_words(message);
	json_array_append_new(written, json_pack("{s:s, s:s}", "record",
						 record_id(record), "words", words));
}

static void
add_record(Desk *desk, GHashTable *cases, const char *id, json_t *written)
{
	g_autoptr(Record) record = store_get(desk->store, id, NULL);

	if (record != NULL && is_of(record, cases) &&
	    g_strcmp0(json_text(record_payload(record), "direction"), "inbound") == 0)
		add_words(record, written);
}

static void
add_message(Desk *desk, GHashTable *cases, const char *message_id, json_t *written)
{
	g_autofree char *folded = g_utf8_strdown(message_id, -1);
	g_autofree char *label = g_strdup_printf("message:<%s>", folded);
	const char *const labels[] = { label, NULL };
	const StoreQuery query = { .labels = labels, .limit = SAME_ID_MAX };
	g_autoptr(GPtrArray) ids = store_list(desk->store, &query, NULL);

	for (guint i = 0; ids != NULL && i < ids->len; i++)
		add_record(desk, cases, ids->pdata[i], written);
}

void
quotes_add(Desk *desk, GHashTable *cases, const Message *message, json_t *history)
{
	g_auto(GStrv) ids = scope_message_ids(message_headers(message));
	const guint len = g_strv_length(ids);
	json_t *written = json_array();

	if (len > 0 && g_hash_table_size(cases) > 0)
		add_message(desk, cases, ids[0], written);
	for (guint i = 1; g_hash_table_size(cases) > 0 && i < MIN(len, ANSWERED_MAX); i++)
		if (strcmp(ids[len - i], ids[0]) != 0)
			add_message(desk, cases, ids[len - i], written);
	json_object_set_new(history, "written", written);
}

void
quotes_add_known(Desk *desk, const json_t *answered, json_t *history)
{
	json_t *written = json_array();
	json_t *id;
	size_t i;

	json_array_foreach(answered, i, id) {
		g_autoptr(Record) record =
			json_is_string(id)
				? store_get(desk->store, json_string_value(id), NULL)
				: NULL;

		if (record != NULL)
			add_words(record, written);
	}
	json_object_set_new(history, "written", written);
}
