/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proposal.c - a proposal to erase, as it is on record, and what its target is
 */
#include "config.h"

#include "desk/proposal.h"

#include "desk/filing.h"
#include "desk/keeping.h"
#include "desk/restriction.h"
#include "desk/rights.h"

#include <string.h>

static const char prefix[] = "erase:";

Target
target_of(Store *store, const json_t *proposal)
{
	return (Target){ store, json_text(proposal, "case"),
			 json_text(proposal, "record"), json_text(proposal, "for_case") };
}

json_t *
proposal_find(Store *store, const char *id)
{
	g_autofree char *key = g_strconcat(prefix, id, NULL);
	g_autoptr(json_t) decision = store_latest(store, "decision", key);

	return decision == NULL ? NULL
				: json_deep_copy(json_object_get(decision, "payload"));
}

json_t *
proposal_all(Store *store)
{
	g_autoptr(GPtrArray) all = store_latest_all(store, "decision");
	json_t *open = json_array();

	for (guint i = 0; i < all->len; i++)
		if (proposal_is_key(json_text(all->pdata[i], "key")))
			json_array_append(open,
					  json_object_get(all->pdata[i], "payload"));
	return open;
}

bool
proposal_is_key(const char *key)
{
	return key != NULL && g_str_has_prefix(key, prefix);
}

char *
proposal_key(const json_t *proposal)
{
	return g_strconcat(prefix, json_text(proposal, "id"), NULL);
}

bool
proposal_put(Store *store, Draft *draft, json_t *proposal, json_t *actor, GError **error)
{
	g_autofree char *key = proposal_key(proposal);
	const char *case_id = json_text(proposal, "case");
	g_auto(GStrv) cases = json_words(proposal, "cases");

	if (case_id != NULL)
		draft_add_case(draft, case_id);
	for (char **one = cases; *one != NULL; one++)
		draft_add_case(draft, *one);
	draft_set_key(draft, key);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, proposal);
	return store_put(store, &draft, 1, error);
}

Record *
target_readable(Store *store, const char *id, GError **error)
{
	g_autoptr(Record) record = store_get(store, id, error);

	if (record == NULL || strcmp(record_type(record), "sealed") != 0)
		return g_steal_pointer(&record);
	return store_get(store, json_text(record_payload(record), "mail"), error);
}

char **
target_cases(const Target *target, GError **error)
{
	g_autoptr(Record) record = NULL;

	if (target->case_id != NULL)
		return g_strsplit(target->case_id, "\n", -1);
	record = target_readable(target->store, target->record, error);
	return record == NULL ? NULL : filing_cases(target->store, record);
}

bool
target_lets_go(const Target *target, const char *case_id)
{
	const char *only = target->case_id != NULL ? target->case_id : target->for_case;

	return only == NULL || strcmp(only, case_id) == 0;
}

char *
target_hindrance(const Target *target, guint cooling_off, gint64 now)
{
	g_auto(GStrv) cases = target_cases(target, NULL);
	g_autofree char *why = NULL;

	for (char **one = cases; one != NULL && *one != NULL; one++) {
		if (!target_lets_go(target, *one))
			continue;
		g_free(why);
		why = keeping_forbids(target->store, *one, cooling_off, now);
		if (why == NULL)
			return NULL;
	}
	return why != NULL ? g_steal_pointer(&why) : g_strdup("it cannot be read");
}

/* Whether it still waits for a decision. */
static bool
is_held(Desk *desk, const char *id)
{
	g_autoptr(Held) held = holds_get(desk->holds, id);

	return held != NULL;
}

bool
target_waits(Desk *desk, const Target *target)
{
	g_autoptr(GPtrArray) ids = NULL;
	bool is_found = false;

	if (target->case_id == NULL)
		return is_held(desk, target->record);
	ids = filing_list(target->store, target->case_id, NULL);
	for (guint i = 0; ids != NULL && !is_found && i < ids->len; i++)
		is_found = is_held(desk, ids->pdata[i]);
	return is_found || ids == NULL;
}

static bool
is_about_decider(const Target *target, const Directory *directory, const json_t *proposal,
		 const char *id)
{
	static const char *const deciders[] = { "proposed_by", "approved_by" };
	g_autoptr(Record) record = store_get(target->store, id, NULL);
	bool is_about = false;

	if (record == NULL || !restriction_is_on(target->store, record_json(record)))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(deciders); i++)
		is_about |= rights_names(directory, record_payload(record),
					 json_text(proposal, deciders[i]));
	return is_about;
}

char *
proposal_conflict(const Target *target, const Directory *directory,
		  const json_t *proposal)
{
	g_autoptr(GPtrArray) ids =
		target->case_id != NULL
			? filing_list(target->store, target->case_id, NULL)
			: NULL;

	for (guint i = 0; ids != NULL && i < ids->len; i++)
		if (is_about_decider(target, directory, proposal, ids->pdata[i]))
			return g_strdup(ids->pdata[i]);
	return NULL;
}
