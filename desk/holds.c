/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holds.c - the held messages in memory, beside their records
 *
 * Invariants:
 * 1. A state in memory is on record, but for what hold_recover made at start while
 *    the store took nothing; since every decision carries the whole state, the next
 *    one puts that right.
 * 2. Of several messages that are one (holds_match), one is in `live`; the others are
 *    in its `again`.  When the first is settled, decisions that close the others go
 *    into the same batch.  A record that says it repeats one that is settled stands
 *    for itself: nothing held is ever without a place here.
 * 3. `entering` has the matches whose first message is on its way into the store.
 * 4. One that is settled while somebody must still be told of it is in `owing`, and its
 *    key is not closed: so that it is found again at a start.
 */
#include "config.h"

#include "desk/holds.h"

#include "base/clock.h"
#include "desk/concern.h"
#include "desk/desk.h"

#include <string.h>

enum { PREFIX_LEN = 4 };

typedef struct Hold {
	char *id;
	char *match;
	json_t *mail;
	json_t *state;
	GPtrArray *again; /* char * */
} Hold;

struct Holds {
	Store *store;
	GMutex lock;
	GCond settled;
	HoldsOwed owed;
	void *data;           /* of it */
	GHashTable *live;     /* id → Hold, owned */
	GHashTable *owing;    /* the same of those that are settled */
	GHashTable *matches;  /* match → Hold, borrowed */
	GHashTable *entering; /* match, owned */
};

static void
hold_free(void *data)
{
	Hold *hold = data;

	g_free(hold->id);
	g_free(hold->match);
	json_decref(hold->mail);
	json_decref(hold->state);
	g_ptr_array_unref(hold->again);
	g_free(hold);
}

static int
compare_words(const void *a, const void *b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

char *
holds_match(const char *digest, const char *sender, json_t *recipients)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *joined = NULL;
	gsize index;
	json_t *recipient;

	json_array_foreach(recipients, index, recipient)
		g_ptr_array_add(sorted, g_strdup(json_string_value(recipient)));
	g_ptr_array_sort(sorted, compare_words);
	g_ptr_array_add(sorted, NULL);
	joined = g_strjoinv("\n", (char **)sorted->pdata);
	return g_strconcat(digest, "\n", sender, "\n", joined, NULL);
}

static Hold *
hold_new(const char *id, const char *match, json_t *mail, json_t *state)
{
	Hold *hold = g_new0(Hold, 1);
	const json_t *payload = json_object_get(mail, "payload");

	hold->id = g_strdup(id);
	hold->match = g_strdup(match);
	hold->mail = json_incref(mail);
	hold->state = state != NULL ? json_incref(state)
				    : hold_state_new(id, json_object_get(payload, "to"));
	hold->again = g_ptr_array_new_with_free_func(g_free);
	return hold;
}

static void
add_live(Holds *holds, Hold *hold)
{
	g_hash_table_insert(holds->live, hold->id, hold);
	if (!g_hash_table_contains(holds->matches, hold->match))
		g_hash_table_insert(holds->matches, hold->match, hold);
}

/* It is the caller's. */
static void
take_live(Holds *holds, Hold *hold)
{
	if (g_hash_table_lookup(holds->matches, hold->match) == hold)
		g_hash_table_remove(holds->matches, hold->match);
	g_hash_table_steal(holds->live, hold->id);
}

static char *
match_of(const json_t *mail)
{
	const json_t *payload = json_object_get(mail, "payload");
	const char *digest = json_text(json_object_get(mail, "original"), "sha256");
	const char *from = json_text(payload, "from");

	return holds_match(digest == NULL ? "" : digest, from == NULL ? "" : from,
			   json_object_get(payload, "to"));
}

static void
load_first(Holds *holds, json_t *mail)
{
	const char *id = json_text(mail, "id");
	g_autofree char *match = match_of(mail);
	g_autoptr(json_t) decision = store_latest(holds->store, "decision", id);
	json_t *state = json_object_get(decision, "payload");
	Hold *hold = hold_new(id, match, mail, state);

	if (hold_is_over(hold->state))
		g_hash_table_insert(holds->owing, hold->id, hold);
	else
		add_live(holds, hold);
}

static void
load(Holds *holds)
{
	g_autoptr(GPtrArray) mails = store_latest_all(holds->store, "mail");

	/* Those of which somebody must be told are current state as well. */
	for (guint i = mails->len; i > 0; i--)
		if (concern_is_key(json_text(mails->pdata[i - 1], "key")))
			g_ptr_array_remove_index(mails, i - 1);
	for (guint i = 0; i < mails->len; i++)
		if (json_text(json_object_get(mails->pdata[i], "payload"), "again_of") ==
		    NULL)
			load_first(holds, mails->pdata[i]);
	for (guint i = 0; i < mails->len; i++) {
		json_t *mail = mails->pdata[i];
		const char *first_id =
			json_text(json_object_get(mail, "payload"), "again_of");
		Hold *first = first_id == NULL
				      ? NULL
				      : g_hash_table_lookup(holds->live, first_id);

		if (first != NULL)
			g_ptr_array_add(first->again, g_strdup(json_text(mail, "id")));
		else if (first_id != NULL)
			load_first(holds, mail);
	}
}

/* What a change would leave. */
typedef struct Change {
	json_t *state;
	json_t *actor;
	bool is_owing; /* settled, and somebody must still be told */
} Change;

static Draft *
decision_new(const Hold *hold, json_t *state, const Change *change)
{
	Draft *draft = draft_new("decision", clock_now());
	const json_t *cases = json_object_get(hold->mail, "cases");

	draft_set_key(draft, json_text(state, "mail"));
	draft_set_actor(draft, change->actor);
	draft_set_payload(draft, state);
	for (gsize i = 0; i < json_array_size(cases); i++)
		draft_add_case(draft, json_text(json_array_get(cases, i), "case"));
	if (hold_is_over(state) && !(change->is_owing && state == change->state))
		draft_set_closes(draft);
	return draft;
}

/* The decision about one that came again: as the first's, in its own name. */
static json_t *
state_of_again(const json_t *state, const char *id, const char *first)
{
	json_t *copy = json_deep_copy(state);

	json_object_set_new(copy, "mail", json_string(id));
	json_object_set_new(copy, "again_of", json_string(first));
	return copy;
}

static bool
put_state(Holds *holds, const Hold *hold, const Change *change, GError **error)
{
	g_autoptr(GPtrArray) drafts =
		g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);

	g_ptr_array_add(drafts, decision_new(hold, change->state, change));
	for (guint i = 0; hold_is_over(change->state) && i < hold->again->len; i++) {
		g_autoptr(json_t) copy =
			state_of_again(change->state, hold->again->pdata[i], hold->id);

		g_ptr_array_add(drafts, decision_new(hold, copy, change));
	}
	return store_put(holds->store, (Draft *const *)drafts->pdata, drafts->len, error);
}

/* In its place: live, owing, or none. */
static void
set_state(Holds *holds, Hold *hold, const Change *change)
{
	json_decref(hold->state);
	hold->state = json_incref(change->state);
	if (!hold_is_over(change->state))
		return;
	if (g_hash_table_lookup(holds->live, hold->id) == hold)
		take_live(holds, hold);
	else
		g_hash_table_steal(holds->owing, hold->id);
	g_ptr_array_set_size(hold->again, 0); /* they are closed */
	if (change->is_owing)
		g_hash_table_insert(holds->owing, hold->id, hold);
	else
		hold_free(hold);
}

static void
recover_one(Holds *holds, Hold *hold)
{
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(json_t) state = json_deep_copy(hold->state);
	const Change change = { .state = state, .actor = actor };

	if (!hold_recover(state, clock_now()))
		return;
	hold_set_action(state,
			strcmp(hold_summary(state), "unknown") == 0 ? "unknown"
								    : "returned",
			"chaperoned stopped while it was being released");
	(void)put_state(holds, hold, &change, NULL); /* invariant 1 */
	json_decref(hold->state);
	hold->state = json_incref(state);
}

/* What recovery leaves is never over, so nothing leaves the table meanwhile. */
static void
recover(Holds *holds)
{
	GHashTableIter iter;
	void *hold;

	g_hash_table_iter_init(&iter, holds->live);
	while (g_hash_table_iter_next(&iter, NULL, &hold))
		recover_one(holds, hold);
}

Holds *
holds_new(Store *store, HoldsOwed owed, void *data)
{
	Holds *holds = g_new0(Holds, 1);

	holds->store = store;
	holds->owed = owed;
	holds->data = data;
	g_mutex_init(&holds->lock);
	g_cond_init(&holds->settled);
	holds->live = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, hold_free);
	holds->owing = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, hold_free);
	holds->matches = g_hash_table_new(g_str_hash, g_str_equal);
	holds->entering = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	load(holds);
	recover(holds);
	return holds;
}

void
holds_free(Holds *holds)
{
	if (holds == NULL)
		return;
	g_hash_table_unref(holds->matches);
	g_hash_table_unref(holds->live);
	g_hash_table_unref(holds->owing);
	g_hash_table_unref(holds->entering);
	g_cond_clear(&holds->settled);
	g_mutex_clear(&holds->lock);
	g_free(holds);
}

void
held_free(Held *held)
{
	if (held == NULL)
		return;
	g_free(held->id);
	json_decref(held->mail);
	json_decref(held->state);
	g_strfreev(held->again);
	g_free(held);
}

const json_t *
held_payload(const Held *held)
{
	return json_object_get(held->mail, "payload");
}

char **
held_cases(const Held *held)
{
	const json_t *cases = json_object_get(held->mail, "cases");
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (gsize i = 0; i < json_array_size(cases); i++)
		g_strv_builder_add(builder, json_text(json_array_get(cases, i), "case"));
	return g_strv_builder_end(builder);
}

static Held *
held_new(const Hold *hold)
{
	Held *held = g_new0(Held, 1);
	g_autoptr(GStrvBuilder) again = g_strv_builder_new();

	for (guint i = 0; i < hold->again->len; i++)
		g_strv_builder_add(again, hold->again->pdata[i]);
	held->id = g_strdup(hold->id);
	held->mail = json_incref(hold->mail);
	held->state = json_incref(hold->state);
	held->again = g_strv_builder_end(again);
	return held;
}

static int
compare_held(const void *a, const void *b)
{
	return strcmp((*(Held *const *)a)->id, (*(Held *const *)b)->id);
}

static GPtrArray *
list(Holds *holds, GHashTable *from)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)held_free);
	GHashTableIter iter;
	void *hold;

	g_mutex_lock(&holds->lock);
	g_hash_table_iter_init(&iter, from);
	while (g_hash_table_iter_next(&iter, NULL, &hold))
		g_ptr_array_add(all, held_new(hold));
	g_mutex_unlock(&holds->lock);
	g_ptr_array_sort(all, compare_held);
	return all;
}

GPtrArray *
holds_all(Holds *holds)
{
	return list(holds, holds->live);
}

GPtrArray *
holds_owing(Holds *holds)
{
	return list(holds, holds->owing);
}

/* Its own id, or that of a message that repeated it. */
static bool
has_prefix(const Hold *hold, const char *prefix)
{
	for (guint i = 0; i < hold->again->len; i++)
		if (g_str_has_prefix(hold->again->pdata[i], prefix))
			return true;
	return g_str_has_prefix(hold->id, prefix);
}

static const Hold *
find_prefix(Holds *holds, const char *prefix)
{
	const Hold *found = g_hash_table_lookup(holds->live, prefix);
	GHashTableIter iter;
	void *hold;

	if (found != NULL || strlen(prefix) < PREFIX_LEN)
		return found;
	g_hash_table_iter_init(&iter, holds->live);
	while (g_hash_table_iter_next(&iter, NULL, &hold)) {
		if (!has_prefix(hold, prefix))
			continue;
		if (found != NULL)
			return NULL;
		found = hold;
	}
	return found;
}

Held *
holds_get(Holds *holds, const char *prefix)
{
	g_autofree char *upper = g_ascii_strup(prefix, -1);
	const Hold *hold = NULL;
	Held *held = NULL;

	g_mutex_lock(&holds->lock);
	hold = find_prefix(holds, upper);
	if (hold != NULL)
		held = held_new(hold);
	g_mutex_unlock(&holds->lock);
	return held;
}

/* The payload of a settled message's last decision, or NULL. */
static json_t *
last_state(Holds *holds, const char *id, GError **error)
{
	StoreQuery query = { .type = "decision", .key = id, .limit = 1 };
	g_autoptr(GPtrArray) ids = store_list(holds->store, &query, error);
	g_autoptr(Record) record = NULL;

	if (ids == NULL)
		return NULL;
	if (ids->len == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_LATER,
			    "%s: its decision is not on record yet: try again", id);
		return NULL;
	}
	record = store_get(holds->store, ids->pdata[0], error);
	return record == NULL ? NULL : json_deep_copy(record_payload(record));
}

static Held *
held_past(const Record *record, json_t *state)
{
	Held *held = g_new0(Held, 1);

	held->id = g_strdup(record_id(record));
	held->mail = json_deep_copy(record_json(record));
	held->state = json_incref(state);
	held->again = g_new0(char *, 1);
	return held;
}

Held *
holds_get_past(Holds *holds, const char *id, GError **error)
{
	g_autoptr(Record) record = store_get(holds->store, id, error);
	g_autoptr(json_t) state = NULL;

	if (record == NULL)
		return NULL;
	if (strcmp(record_type(record), "mail") != 0 ||
	    g_strcmp0(json_text(record_json(record), "key"), record_id(record)) != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "ID: '%s' was never held: see held list --all", id);
		return NULL;
	}
	state = last_state(holds, id, error);
	return state == NULL ? NULL : held_past(record, state);
}

static bool
is_owing(const Holds *holds, const Hold *hold, json_t *state)
{
	g_autoptr(Held) held = NULL;

	if (!hold_is_over(state))
		return false;
	held = held_new(hold);
	json_decref(held->state);
	held->state = json_incref(state);
	return holds->owed(held, holds->data);
}

static bool
change_locked(Holds *holds, Hold *hold, json_t *actor, HoldsStep step, void *data,
	      GError **error)
{
	g_autoptr(json_t) state = json_deep_copy(hold->state);
	Change change = { .state = state, .actor = actor };

	if (!step(state, data, error))
		return false;
	change.is_owing = is_owing(holds, hold, state);
	if (!put_state(holds, hold, &change, error))
		return false;
	set_state(holds, hold, &change);
	return true;
}

static bool
is_settled(const char *id, GError **error)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "%s: is settled already: see held show", id);
	return false;
}

bool
holds_change(Holds *holds, const char *id, json_t *actor, HoldsStep step, void *data,
	     GError **error)
{
	Hold *hold;
	bool is_done;

	g_mutex_lock(&holds->lock);
	hold = g_hash_table_lookup(holds->live, id);
	is_done = hold != NULL ? change_locked(holds, hold, actor, step, data, error)
			       : is_settled(id, error);
	g_mutex_unlock(&holds->lock);
	return is_done;
}

bool
holds_tell(Holds *holds, const char *id, json_t *actor, HoldsStep step, void *data,
	   GError **error)
{
	Hold *hold;
	bool is_done;

	g_mutex_lock(&holds->lock);
	hold = g_hash_table_lookup(holds->live, id);
	if (hold == NULL)
		hold = g_hash_table_lookup(holds->owing, id);
	is_done = hold != NULL ? change_locked(holds, hold, actor, step, data, error)
			       : is_settled(id, error);
	g_mutex_unlock(&holds->lock);
	return is_done;
}

char *
holds_enter(Holds *holds, const char *match)
{
	const Hold *first = NULL;
	char *first_id = NULL;

	g_mutex_lock(&holds->lock);
	while (g_hash_table_contains(holds->entering, match))
		g_cond_wait(&holds->settled, &holds->lock);
	first = g_hash_table_lookup(holds->matches, match);
	if (first != NULL)
		first_id = g_strdup(first->id);
	else
		g_hash_table_add(holds->entering, g_strdup(match));
	g_mutex_unlock(&holds->lock);
	return first_id;
}

static void
settle_put(Holds *holds, const char *match, const char *id, const char *first)
{
	g_autoptr(json_t) mail = store_latest(holds->store, "mail", id);
	Hold *hold = first == NULL ? NULL : g_hash_table_lookup(holds->live, first);

	if (hold != NULL)
		g_ptr_array_add(hold->again, g_strdup(id));
	else if (mail != NULL)
		add_live(holds, hold_new(id, match, mail, NULL)); /* invariant 2 */
}

void
holds_settle(Holds *holds, const char *match, const char *id, const char *first,
	     bool is_put)
{
	g_mutex_lock(&holds->lock);
	if (is_put)
		settle_put(holds, match, id, first);
	if (first == NULL)
		g_hash_table_remove(holds->entering, match);
	g_cond_broadcast(&holds->settled);
	g_mutex_unlock(&holds->lock);
}
