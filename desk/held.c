/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.c - held list, show, refuse, withdraw
 *
 * release.c has release, which takes the mail server.
 */
#include "config.h"

#include "desk/held.h"

#include "base/clock.h"
#include "desk/access.h"
#include "desk/rights.h"
#include "desk/verbs.h"

#include <string.h>

enum { MILLISECONDS = 1000 };

static bool
is_mine(const Ask *ask, const Held *held)
{
	const Directory *directory = ask_directory(ask);
	const Staff *self = ask->actor->email == NULL
				    ? NULL
				    : directory_staff(directory, ask->actor->email);

	return self != NULL && rights_author(directory, held) == self;
}

/* The findings, for the author without those that are not named to them. */
static json_t *
shown_findings(const json_t *findings, bool is_author)
{
	json_t *shown = json_array();

	for (gsize i = 0; i < json_array_size(findings); i++) {
		json_t *finding = json_array_get(findings, i);

		if (!is_author ||
		    g_strcmp0(json_text(finding, "tell_author"), "neutral") != 0)
			json_array_append(shown, finding);
	}
	return shown;
}

static json_t *
shown_recipients(const json_t *state)
{
	const json_t *recipients = json_object_get(state, "recipients");
	json_t *shown = json_array();

	for (gsize i = 0; i < json_array_size(recipients); i++) {
		const json_t *one = json_array_get(recipients, i);

		json_array_append_new(shown,
				      json_pack("{s:O, s:O, s:O}", "to",
						json_object_get(one, "to"), "state",
						json_object_get(one, "state"), "reply",
						json_object_get(one, "reply")));
	}
	return shown;
}

static gint64
age_seconds(const Ask *ask, const Held *held)
{
	gint64 time = 0;
	const char *text = json_text(held->mail, "time");

	if (text == NULL || !clock_parse(text, ask_zone(ask), &time, NULL))
		return 0;
	return MAX(0, ask->now - time) / MILLISECONDS;
}

static json_t *
shown(const Ask *ask, const Held *held, bool is_author)
{
	const json_t *payload = held_payload(held);
	g_auto(GStrv) cases = held_cases(held);

	return json_pack("{s:s, s:s, s:O, s:O, s:O, s:O, s:o, s:o, s:o, s:I, s:s, s:o}",
			 "id", held->id, "state", hold_summary(held->state), "time",
			 json_object_get(held->mail, "time"), "from",
			 json_object_get(payload, "from"), "to",
			 json_object_get(payload, "to"), "author",
			 json_object_get(payload, "header_authors"), "cases",
			 json_words_new((const char *const *)cases), "recipients",
			 shown_recipients(held->state), "findings",
			 shown_findings(json_object_get(payload, "findings"), is_author),
			 "age_seconds", (json_int_t)age_seconds(ask, held), "decides",
			 rights_is_for_lead(held) ? "lead" : "manager", "again",
			 json_words_new((const char *const *)held->again));
}

/* Workers who decide about nothing have their own list. */
static bool
wants_own(const Ask *ask)
{
	return json_truth(ask->options, "mine") ||
	       !actor_has_role(ask->actor, STAFF_MANAGER | STAFF_LEAD | STAFF_DUTY);
}

static void
add_shown(const Ask *ask, const Held *held, json_t *list)
{
	bool is_own = wants_own(ask);

	if (is_own ? is_mine(ask, held) : rights_may_decide(ask, held))
		json_array_append_new(list, shown(ask, held, is_own));
}

/* Those that are settled, from the records; the live ones are shown already. */
static bool
add_settled(const Ask *ask, json_t *list, GError **error)
{
	StoreQuery query = { .type = "mail" };
	g_autoptr(GPtrArray) ids = store_list(ask->desk->store, &query, error);

	for (guint i = 0; ids != NULL && i < ids->len; i++) {
		g_autoptr(Held) live = holds_get(ask->desk->holds, ids->pdata[i]);
		g_autoptr(GError) cause = NULL;
		g_autoptr(Held) past = NULL;

		if (live != NULL)
			continue;
		past = holds_get_past(ask->desk->holds, ids->pdata[i], &cause);
		if (past != NULL)
			add_shown(ask, past, list);
		else if (!g_error_matches(cause, DESK_ERROR, DESK_ERROR_USAGE)) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
	}
	return ids != NULL;
}

json_t *
held_list(Ask *ask, GError **error)
{
	g_autoptr(GPtrArray) all = holds_all(ask->desk->holds);
	g_autoptr(json_t) list = json_array();

	if (!access_record(ask, NULL, NULL, error) ||
	    (json_truth(ask->options, "all") && !add_settled(ask, list, error)))
		return NULL;
	for (guint i = 0; i < all->len; i++)
		add_shown(ask, all->pdata[i], list);
	return g_steal_pointer(&list);
}

/* By id; whoever may not see it learns nothing of it, not even that it is there. */
static Held *
find_any(const Ask *ask, GError **error)
{
	Held *live = holds_get(ask->desk->holds, ask->words[0]);
	g_autofree char *id = NULL;

	if (live != NULL)
		return live;
	id = store_resolve(ask->desk->store, ask->words[0], error);
	return id == NULL ? NULL : holds_get_past(ask->desk->holds, id, error);
}

static void
refuse_other(GError **error)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "ID: this message is not yours to decide: ask a lead");
}

Held *
held_find(const Ask *ask, GError **error)
{
	g_autoptr(Held) held = holds_get(ask->desk->holds, ask->words[0]);

	if (held == NULL) {
		held = find_any(ask, error);
		if (held != NULL)
			g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
				    "ID: this message is not held any more: see held "
				    "show");
		return NULL;
	}
	return g_steal_pointer(&held);
}

Held *
held_find_to_decide(const Ask *ask, GError **error)
{
	g_autoptr(Held) held = held_find(ask, error);
	const Directory *directory = ask_directory(ask);

	if (held == NULL)
		return NULL;
	if (is_mine(ask, held) ||
	    rights_is_own(directory, held, directory_staff(directory, ask->actor->email)))
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: nobody decides about their own mail: ask your manager "
			    "or a lead");
	else if (!rights_may_decide(ask, held))
		refuse_other(error);
	else
		return g_steal_pointer(&held);
	return NULL;
}

static json_t *
actor_name(const Record *record)
{
	const json_t *actor = json_object_get(record_json(record), "actor");
	const char *staff = json_text(actor, "staff");

	return json_text_new(staff != NULL ? staff : json_text(actor, "kind"));
}

/* The replies of a decision in one line; null when there was none. */
static json_t *
replies(const json_t *state)
{
	const json_t *recipients = json_object_get(state, "recipients");
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) words = NULL;
	g_autofree char *joined = NULL;

	for (gsize i = 0; i < json_array_size(recipients); i++) {
		const char *reply = json_text(json_array_get(recipients, i), "reply");

		if (reply != NULL)
			g_strv_builder_add(builder, reply);
	}
	words = g_strv_builder_end(builder);
	joined = g_strjoinv("; ", words);
	return json_text_new(joined[0] == '\0' ? NULL : joined);
}

static json_t *
history(const Ask *ask, const char *id, GError **error)
{
	StoreQuery query = { .type = "decision", .key = id };
	g_autoptr(GPtrArray) ids = store_list(ask->desk->store, &query, error);
	g_autoptr(json_t) list = json_array();

	for (guint i = 0; ids != NULL && i < ids->len; i++) {
		g_autoptr(Record) record =
			store_get(ask->desk->store, ids->pdata[i], error);
		const json_t *state = NULL;

		if (record == NULL)
			return NULL;
		state = record_payload(record);
		json_array_append_new(
			list, json_pack("{s:O, s:O, s:o, s:O, s:o}", "time",
					json_object_get(record_json(record), "time"),
					"state", json_object_get(state, "action"), "by",
					actor_name(record), "reason",
					json_object_get(state, "reason"), "reply",
					replies(state)));
	}
	return ids == NULL ? NULL : g_steal_pointer(&list);
}

json_t *
held_show(Ask *ask, GError **error)
{
	g_autoptr(Held) held = find_any(ask, error);
	bool is_author = held != NULL && is_mine(ask, held);
	g_autoptr(json_t) past = NULL;
	json_t *result = NULL;

	if (held == NULL)
		return NULL;
	if (!is_author && !rights_may_decide(ask, held)) {
		refuse_other(error);
		return NULL;
	}
	if (!access_record(ask, NULL, held->id, error))
		return NULL;
	past = history(ask, held->id, error);
	if (past == NULL)
		return NULL;
	result = shown(ask, held, is_author);
	json_object_set(result, "history", past);
	return result;
}

/* What refuse and withdraw do to a state. */
typedef struct Settling {
	const char *state;
	const char *reason;
	bool has_unknown; /* whether those that may be delivered are settled too */
	gint64 time;
} Settling;

static bool
is_settleable(const json_t *recipient, const Settling *settling)
{
	return hold_is(recipient, "held") ||
	       (settling->has_unknown && hold_is(recipient, "unknown"));
}

static bool
settle(json_t *state, void *data, GError **error)
{
	const Settling *settling = data;
	const json_t *recipients = json_object_get(state, "recipients");
	guint count = 0;

	for (gsize i = 0; i < json_array_size(recipients); i++) {
		json_t *recipient = json_array_get(recipients, i);

		if (!is_settleable(recipient, settling))
			continue;
		hold_set(recipient, settling->state, NULL, settling->time);
		count++;
	}
	if (count == 0) {
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_REFUSED,
			"ID: no recipient of this message is held now: see held show");
		return false;
	}
	hold_set_action(state, settling->state, settling->reason);
	return true;
}

static json_t *
settle_held(const Ask *ask, const Held *held, Settling *settling, GError **error)
{
	settling->time = ask->now;
	if (!holds_change(ask->desk->holds, held->id, ask->actor->json, settle, settling,
			  error))
		return NULL;
	return answer_id(held->id);
}

json_t *
held_refuse(Ask *ask, GError **error)
{
	Settling settling = { .state = "refused", .has_unknown = true };
	g_autoptr(Held) held = NULL;

	settling.reason = fields_need(ask->options, "reason", error);
	if (settling.reason == NULL)
		return NULL;
	held = held_find_to_decide(ask, error);
	return held == NULL ? NULL : settle_held(ask, held, &settling, error);
}

json_t *
held_withdraw(Ask *ask, GError **error)
{
	Settling settling = { .state = "withdrawn" };
	g_autoptr(Held) held = held_find(ask, error);

	if (held == NULL)
		return NULL;
	if (!is_mine(ask, held)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: only its author withdraws a message");
		return NULL;
	}
	return settle_held(ask, held, &settling, error);
}

void
held_add_counts(const Ask *ask, json_t *status)
{
	g_autoptr(GPtrArray) all = holds_all(ask->desk->holds);
	gint64 oldest = 0;
	json_int_t count = 0;

	for (guint i = 0; i < all->len; i++) {
		const Held *held = all->pdata[i];

		if (rights_is_hidden_hold(ask, held))
			continue;
		oldest = MAX(oldest, age_seconds(ask, held));
		count++;
	}
	json_object_set_new(status, "held", json_integer(count));
	json_object_set_new(status, "oldest_held_seconds", json_integer(oldest));
}
