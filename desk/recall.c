/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall.c - one record of type `recall` for each case, which holds all that is known
 *
 * Two messages at the same moment may each leave out what the other found: then somebody
 * is told twice, or a danger is known by its other message.
 */
#include "config.h"

#include "desk/recall.h"

#include "base/clock.h"
#include "desk/quotes.h"
#include "rules/scope.h"

#include <string.h>

static bool
has_one(const json_t *list, const json_t *one)
{
	size_t i;
	const json_t *other;

	json_array_foreach(list, i, other)
		if (json_equal(other, one))
			return true;
	return false;
}

/* What is known of a case: {"given":[{"staff","case","number"}],"danger":TIME}. */
static json_t *
known_of(Desk *desk, const char *case_id)
{
	g_autoptr(json_t) record = store_latest(desk->store, "recall", case_id);
	const json_t *payload = json_object_get(record, "payload");

	return payload == NULL ? json_pack("{s:[], s:n}", "given", "danger")
			       : json_deep_copy(payload);
}

static bool
is_danger(const Verdict *verdict)
{
	for (guint i = 0; i < verdict->findings->len; i++) {
		const Finding *finding = verdict->findings->pdata[i];

		if (g_str_has_prefix(finding->rule, "danger"))
			return verdict->direction == DIRECTION_INBOUND;
	}
	return false;
}

/* Whether the message adds anything to what is known of the case. */
static bool
learn(const DeskMail *mail, const char *case_id, json_t *known)
{
	const json_t *numbers = json_object_get(mail->verdict->facts, "numbers_given");
	json_t *given = json_object_get(known, "given");
	bool is_new = is_danger(mail->verdict);
	size_t i;
	json_t *one;

	if (is_new) {
		g_autofree char *time = clock_format_utc(mail->time);

		json_object_set_new(known, "danger", json_string(time));
	}
	json_array_foreach(numbers, i, one)
		if (g_strcmp0(json_text(one, "case"), case_id) == 0 &&
		    !has_one(given, one)) {
			json_array_append(given, one);
			is_new = true;
		}
	return is_new;
}

static void
free_draft(gpointer draft)
{
	draft_free(draft);
}

GPtrArray *
recall_new(Desk *desk, const DeskMail *mail)
{
	GPtrArray *drafts = g_ptr_array_new_with_free_func(free_draft);
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "server");

	/* A number in mail that waits was not given yet; and what only leads may know of
	 * must not show in what is found in a worker's answer. */
	if (mail->verdict->applied > ACTION_TAG || mail->verdict->is_restricted)
		return drafts;
	for (guint i = 0; i < mail->verdict->cases->len; i++) {
		const char *case_id = mail->verdict->cases->pdata[i];
		g_autoptr(json_t) known = known_of(desk, case_id);
		Draft *draft = NULL;

		if (!learn(mail, case_id, known))
			continue;
		draft = draft_new("recall", mail->time);
		draft_set_key(draft, case_id);
		draft_set_actor(draft, actor);
		draft_set_payload(draft, known);
		g_ptr_array_add(drafts, draft);
	}
	return drafts;
}

static void
add_known(Desk *desk, const char *case_id, json_t *numbers, json_t *dangers)
{
	g_autoptr(json_t) known = known_of(desk, case_id);
	const char *danger = json_text(known, "danger");

	json_array_extend(numbers, json_object_get(known, "given"));
	if (danger != NULL)
		json_array_append_new(dangers, json_pack("{s:s, s:s}", "case", case_id,
							 "time", danger));
}

/* Cases of the people whom the recipients reach, by mail or by text, each once. */
static GHashTable *
cases_of(const World *world, const Envelope *envelope)
{
	GHashTable *cases = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < envelope->recipients->len; i++) {
		const Path *path = envelope->recipients->pdata[i];

		for (guint form = 0; form < path->forms->len; form++) {
			const GPtrArray *people =
				scope_people_at(path->forms->pdata[form],
						world->directory, world->policy);

			for (guint p = 0; people != NULL && p < people->len; p++)
				g_hash_table_add(
					cases,
					((const Person *)people->pdata[p])->case_id);
		}
	}
	return cases;
}

void
recall_quotes(Desk *desk, const Envelope *envelope, const Message *message,
	      json_t *history)
{
	g_autoptr(World) world = desk_world(desk);
	g_autoptr(GHashTable) cases = cases_of(world, envelope);

	quotes_add(desk, cases, message, history);
}

void
recall_add(Desk *desk, const Envelope *envelope, json_t *history)
{
	g_autoptr(World) world = desk_world(desk);
	g_autoptr(GHashTable) cases = cases_of(world, envelope);
	json_t *numbers = json_array();
	json_t *dangers = json_array();
	GHashTableIter iter;
	gpointer case_id;

	g_hash_table_iter_init(&iter, cases);
	while (g_hash_table_iter_next(&iter, &case_id, NULL))
		add_known(desk, case_id, numbers, dangers);
	json_object_set_new(history, "numbers_given", numbers);
	json_object_set_new(history, "danger", dangers);
}
