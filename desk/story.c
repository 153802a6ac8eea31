/* SPDX-License-Identifier: Apache-2.0 */
/*
 * story.c - each record against the one of the same thing before it
 */
#include "config.h"

#include "desk/story.h"

#include <string.h>

/* Names of the fields that differ; the record's own id is none. */
static json_t *
changed_fields(const json_t *before, const json_t *after)
{
	g_autoptr(json_t) fields = json_deep_copy(after);
	json_t *names = json_array();
	const char *key;
	json_t *value;

	json_object_foreach(fields, key, value) {
		json_t *old = json_object_get(before, key);

		if (before != NULL && strcmp(key, "id") != 0 &&
		    (old == NULL ? !json_is_null(value) : !json_equal(old, value)))
			json_array_append_new(names, json_string(key));
	}
	return names;
}

static const char *
what_became(const json_t *before, const json_t *after)
{
	const char *state = json_text(after, "state");

	if (before == NULL)
		return "added";
	if (state != NULL && g_strcmp0(json_text(before, "state"), state) != 0)
		return state;
	if (json_text(before, "ended") == NULL && json_text(after, "ended") != NULL)
		return "ended";
	return "changed";
}

static json_t *
reason_of(const json_t *payload)
{
	const char *reason = json_text(payload, "state_reason");

	return json_text_new(reason != NULL ? reason : json_text(payload, "end_reason"));
}

/* before: thing → payload of its record so far, as "type key". */
static json_t *
entry(const Record *record, GHashTable *before)
{
	const json_t *json = record_json(record);
	json_t *payload = json_object_get(json, "payload");
	char *thing = g_strjoin(" ", record_type(record), json_text(json, "key"), NULL);
	const json_t *last = g_hash_table_lookup(before, thing);
	json_t *told = json_pack(
		"{s:s, s:O, s:s, s:s, s:o, s:o, s:O}", "id", record_id(record), "time",
		json_object_get(json, "time"), "type", record_type(record), "what",
		what_became(last, payload), "changed", changed_fields(last, payload),
		"reason", reason_of(payload), "actor", json_object_get(json, "actor"));

	g_hash_table_replace(before, thing, json_incref(payload));
	return told;
}

static bool
is_told(const Record *record)
{
	static const char *const types[] = { "person", "agreement", "contact", NULL };

	return g_strv_contains(types, record_type(record));
}

static void
free_json(gpointer json)
{
	json_decref(json);
}

json_t *
story_tell(const Ask *ask, const char *case_id, GError **error)
{
	StoreQuery query = { .case_id = case_id };
	g_autoptr(GPtrArray) ids = store_list(ask->desk->store, &query, error);
	g_autoptr(GHashTable) before =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_json);
	g_autoptr(json_t) story = json_array();

	for (guint i = 0; ids != NULL && i < ids->len; i++) {
		g_autoptr(Record) record =
			store_get(ask->desk->store, ids->pdata[i], error);

		if (record == NULL)
			return NULL;
		if (is_told(record))
			json_array_append_new(story, entry(record, before));
	}
	return ids == NULL ? NULL : g_steal_pointer(&story);
}
