/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.c - what the records say is so now
 *
 * It is what applying every record in the order of the log gives, and nothing else; a
 * snapshot is only a way not to begin with the first.
 */
#include "config.h"

#include "archive/state.h"

#include <string.h>

G_DEFINE_QUARK(state_error, state_error)

struct State {
	GHashTable *heads;   /* case → CaseHead */
	GHashTable *current; /* type → GTree of key → json_t */
	GArray *keys;        /* guint64: where the key records stand */
};

/* The types of which the latest record of a key is kept. */
static const char *const kept_types[] = {
	"person", "staff",    "contact",    "agreement",  "policy", "key",
	"mail",   "decision", "sealed",     "picture",    "erased", "stamp",
	"recall", "note",     "transcript", "checkpoint",
};

static int
compare_keys(gconstpointer a, gconstpointer b, gpointer data)
{
	(void)data;
	return strcmp(a, b);
}

static void
unref_json(gpointer json)
{
	json_decref(json);
}

static void
unref_tree(gpointer tree)
{
	g_tree_unref(tree);
}

State *
state_new(void)
{
	State *state = g_new0(State, 1);

	state->heads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	state->current =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_tree);
	state->keys = g_array_new(FALSE, FALSE, sizeof(guint64));
	for (gsize i = 0; i < G_N_ELEMENTS(kept_types); i++)
		g_hash_table_insert(
			state->current, g_strdup(kept_types[i]),
			g_tree_new_full(compare_keys, NULL, g_free, unref_json));
	return state;
}

void
state_free(State *state)
{
	if (state == NULL)
		return;
	g_hash_table_unref(state->heads);
	g_hash_table_unref(state->current);
	g_array_unref(state->keys);
	g_free(state);
}

static void
set_head(State *state, const char *case_id, guint64 number, const Digest *last)
{
	CaseHead *head = g_new(CaseHead, 1);

	head->number = number;
	head->last = *last;
	g_hash_table_replace(state->heads, g_strdup(case_id), head);
}

static void
set_current(State *state, const char *type, const char *key, json_t *json)
{
	GTree *things = g_hash_table_lookup(state->current, type);

	if (things == NULL)
		return;
	if (json != NULL)
		g_tree_replace(things, g_strdup(key), json_incref(json));
	else
		g_tree_remove(things, key);
}

/* What a tree has of the ids in a set. */
typedef struct Harvest {
	GHashTable *ids;
	GPtrArray *keys; /* borrowed from the tree */
} Harvest;

static gboolean
find_erased(gpointer key, gpointer json, gpointer data)
{
	Harvest *harvest = data;

	if (g_hash_table_contains(harvest->ids, json_text(json, "id")))
		g_ptr_array_add(harvest->keys, key);
	return FALSE;
}

/* What is erased is not current either. */
static void
forget(State *state, const json_t *records)
{
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
	const json_t *record;
	size_t i;

	json_array_foreach(records, i, record)
		if (json_text(record, "id") != NULL)
			g_hash_table_add(ids, (gpointer)(gsize)json_text(record, "id"));
	for (i = 0; i < G_N_ELEMENTS(kept_types); i++) {
		GTree *things = g_hash_table_lookup(state->current, kept_types[i]);
		g_autoptr(GPtrArray) keys = g_ptr_array_new();
		Harvest harvest = { ids, keys };

		g_tree_foreach(things, find_erased, &harvest);
		for (guint j = 0; j < keys->len; j++)
			g_tree_remove(things, keys->pdata[j]);
	}
}

void
state_apply(State *state, guint64 position, json_t *json, const Digest *file)
{
	const char *type = json_text(json, "type");
	const char *key = json_text(json, "key");
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(json, "cases"), i, entry)
		set_head(state, json_text(entry, "case"),
			 (guint64)json_number(entry, "number", 0), file);
	if (strcmp(type, "key") == 0)
		g_array_append_val(state->keys, position);
	if (strcmp(type, "erased") == 0)
		forget(state,
		       json_object_get(json_object_get(json, "payload"), "records"));
	if (key == NULL)
		return;
	if (json_truth(json, "closes")) {
		set_current(state, "mail", key, NULL);
		set_current(state, "note", key, NULL);
		set_current(state, "transcript", key, NULL);
		set_current(state, "decision", key, NULL);
		set_current(state, "erased", key, NULL);
		return;
	}
	set_current(state, type, key, json);
}

const CaseHead *
state_head(const State *state, const char *case_id)
{
	return g_hash_table_lookup(state->heads, case_id);
}

json_t *
state_latest(const State *state, const char *type, const char *key)
{
	GTree *things = g_hash_table_lookup(state->current, type);

	return things == NULL ? NULL : g_tree_lookup(things, key);
}

/* What is looked for among the `key` records. */
typedef struct Newest {
	const char *field;
	const char *id;
	const char *value;
} Newest;

static gboolean
compare_age(gpointer key, gpointer json, gpointer data)
{
	Newest *newest = data;
	const char *id = json_text(json, "id");
	const char *value = json_text(json_object_get(json, "payload"), newest->field);

	(void)key;
	if (value != NULL && g_strcmp0(id, newest->id) > 0) {
		newest->id = id;
		newest->value = value;
	}
	return FALSE;
}

const char *
state_key_field(const State *state, const char *field)
{
	Newest newest = { .field = field };

	g_tree_foreach(g_hash_table_lookup(state->current, "key"), compare_age, &newest);
	return newest.value;
}

static gboolean
add_thing(gpointer key, gpointer json, gpointer array)
{
	(void)key;
	g_ptr_array_add(array, json_incref(json));
	return FALSE;
}

GPtrArray *
state_latest_all(const State *state, const char *type)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(unref_json);
	GTree *things = g_hash_table_lookup(state->current, type);

	if (things != NULL)
		g_tree_foreach(things, add_thing, all);
	return all;
}

guint64
state_size(const State *state)
{
	guint64 size = g_hash_table_size(state->heads);

	for (gsize i = 0; i < G_N_ELEMENTS(kept_types); i++)
		size += (guint64)g_tree_nnodes(
			g_hash_table_lookup(state->current, kept_types[i]));
	return size;
}

static json_t *
digest_to_json(const Digest *digest)
{
	g_autofree char *hex = digest_format(digest);

	return json_string(hex);
}

static json_t *
heads_to_json(const State *state)
{
	json_t *array = json_array();
	GHashTableIter iter;
	gpointer case_id;
	gpointer value;

	g_hash_table_iter_init(&iter, state->heads);
	while (g_hash_table_iter_next(&iter, &case_id, &value)) {
		const CaseHead *head = value;

		json_array_append_new(array, json_pack("[s, I, o]", (const char *)case_id,
						       (json_int_t)head->number,
						       digest_to_json(&head->last)));
	}
	return array;
}

static json_t *
current_to_json(const State *state)
{
	json_t *array = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(kept_types); i++) {
		g_autoptr(GPtrArray) things = state_latest_all(state, kept_types[i]);

		for (guint j = 0; j < things->len; j++)
			json_array_append(array, things->pdata[j]);
	}
	return array;
}

json_t *
state_to_json(const State *state, const Tree *tree)
{
	json_t *frontier = json_array();
	json_t *keys = json_array();

	for (guint level = 0; level < 64 && tree->size >> level != 0; level++)
		if ((tree->size >> level & 1) != 0)
			json_array_append_new(frontier,
					      digest_to_json(&tree->edge[level]));
	for (guint i = 0; i < state->keys->len; i++)
		json_array_append_new(keys, json_integer((json_int_t)g_array_index(
						    state->keys, guint64, i)));
	return json_pack("{s:I, s:o, s:o, s:o, s:o}", "size", (json_int_t)tree->size,
			 "frontier", frontier, "keys", keys, "heads",
			 heads_to_json(state), "current", current_to_json(state));
}

static bool
refuse(GError **error, const char *field)
{
	g_set_error(error, STATE_ERROR, STATE_ERROR_FORMAT,
		    "'%s' of a snapshot is missing or malformed", field);
	return false;
}

bool
state_read_tree(const json_t *payload, Tree *tree, GError **error)
{
	const json_t *frontier = json_object_get(payload, "frontier");
	const gint64 size = json_number(payload, "size", -1);
	size_t next = 0;

	if (size < 0)
		return refuse(error, "size");
	memset(tree, 0, sizeof(*tree));
	tree->size = (guint64)size;
	for (guint level = 0; level < 64; level++)
		if ((tree->size >> level & 1) != 0 &&
		    !digest_parse(json_string_value(json_array_get(frontier, next++)),
				  &tree->edge[level]))
			return refuse(error, "frontier");
	return true;
}

static bool
read_heads(State *state, const json_t *heads, GError **error)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(heads, i, entry) {
		const char *case_id = json_string_value(json_array_get(entry, 0));
		const json_int_t number = json_integer_value(json_array_get(entry, 1));
		Digest last;

		if (case_id == NULL || number < 1 ||
		    !digest_parse(json_string_value(json_array_get(entry, 2)), &last))
			return refuse(error, "heads");
		set_head(state, case_id, (guint64)number, &last);
	}
	return true;
}

static bool
read_current(State *state, const json_t *current, GError **error)
{
	json_t *json;
	size_t i;

	json_array_foreach(current, i, json) {
		const char *type = json_text(json, "type");
		const char *key = json_text(json, "key");

		if (type == NULL || key == NULL)
			return refuse(error, "current");
		set_current(state, type, key, json);
	}
	return true;
}

GArray *
state_keys(const json_t *payload)
{
	GArray *keys = g_array_new(FALSE, FALSE, sizeof(guint64));
	const json_t *position;
	size_t i;

	json_array_foreach(json_object_get(payload, "keys"), i, position) {
		const guint64 value = (guint64)json_integer_value(position);

		g_array_append_val(keys, value);
	}
	return keys;
}

State *
state_from_json(const json_t *payload, Tree *tree, GError **error)
{
	g_autoptr(State) state = state_new();

	if (!state_read_tree(payload, tree, error) ||
	    !read_heads(state, json_object_get(payload, "heads"), error) ||
	    !read_current(state, json_object_get(payload, "current"), error))
		return NULL;
	g_array_unref(state->keys);
	state->keys = state_keys(payload);
	return g_steal_pointer(&state);
}
