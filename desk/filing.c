/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filing.c - whose a record is now; and case refile
 *
 * A wrong case is corrected by a decision that stands in both case files: the record
 * keeps its number and its place in the chain of the one it was put into, because what
 * is signed is never signed anew, and everything that reads asks here.
 */
#include "config.h"

#include "desk/filing.h"

#include "base/clock.h"
#include "desk/rights.h"
#include "desk/verbs.h"

#include <string.h>

static const char prefix[] = "refile:";

static json_t *
decision_on(Store *store, const char *id)
{
	g_autofree char *key = g_strconcat(prefix, id, NULL);
	g_autoptr(json_t) decision = store_latest(store, "decision", key);

	return decision == NULL ? NULL
				: json_incref(json_object_get(decision, "payload"));
}

static char **
cases_as_put(const Record *record)
{
	GPtrArray *cases = g_ptr_array_new();
	const json_t *link;
	size_t i;

	json_array_foreach(json_object_get(record_json(record), "cases"), i, link)
		g_ptr_array_add(cases, g_strdup(json_text(link, "case")));
	g_ptr_array_add(cases, NULL);
	return (char **)g_ptr_array_free(cases, FALSE);
}

char **
filing_cases(Store *store, const Record *record)
{
	g_autoptr(json_t) decision = decision_on(store, record_id(record));

	return decision == NULL ? cases_as_put(record) : json_words(decision, "cases");
}

bool
filing_is_of(Store *store, const Record *record, const char *case_id)
{
	g_auto(GStrv) cases = filing_cases(store, record);

	return g_strv_contains((const char *const *)cases, case_id);
}

GPtrArray *
filing_guests(Store *store, const char *case_id)
{
	g_autoptr(GPtrArray) all = store_latest_all(store, "decision");
	GPtrArray *guests = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < all->len; i++) {
		const json_t *payload = json_object_get(all->pdata[i], "payload");
		g_auto(GStrv) cases = NULL;

		if (!g_str_has_prefix(json_text(all->pdata[i], "key"), prefix))
			continue;
		cases = json_words(payload, "cases");
		if (g_strv_contains((const char *const *)cases, case_id))
			g_ptr_array_add(guests, g_strdup(json_text(payload, "record")));
	}
	return guests;
}

static bool
is_gone(Store *store, const char *id, const char *case_id)
{
	g_autoptr(json_t) decision = decision_on(store, id);
	g_auto(GStrv) cases = decision == NULL ? NULL : json_words(decision, "cases");

	return cases != NULL && !g_strv_contains((const char *const *)cases, case_id);
}

static gint
compare_ids(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
filing_list(Store *store, const char *case_id, GError **error)
{
	const StoreQuery query = { .case_id = case_id };
	g_autoptr(GPtrArray) ids = store_list(store, &query, error);
	g_autoptr(GPtrArray) guests = filing_guests(store, case_id);
	bool is_mixed = false;

	if (ids == NULL)
		return NULL;
	for (guint i = ids->len; i > 0; i--)
		if (is_gone(store, ids->pdata[i - 1], case_id))
			g_ptr_array_remove_index(ids, i - 1);
	for (guint i = 0; i < guests->len; i++) {
		if (g_ptr_array_find_with_equal_func(ids, guests->pdata[i], g_str_equal,
						     NULL))
			continue;
		g_ptr_array_add(ids, g_strdup(guests->pdata[i]));
		is_mixed = true;
	}
	if (is_mixed) /* an id begins with its time */
		g_ptr_array_sort(ids, compare_ids);
	return g_steal_pointer(&ids);
}

char *
filing_why_gone(Store *store, const Record *record, const char *case_id)
{
	g_autoptr(json_t) decision = decision_on(store, record_id(record));
	const char *to = json_text(decision, "to");

	if (decision == NULL || filing_is_of(store, record, case_id))
		return NULL;
	return g_strdup_printf("it was %s: %s",
			       to != NULL ? "filed in another case by mistake, and moved"
					  : "let go by this case, and is kept in another",
			       json_text(decision, "reason"));
}

static void
add_cases(Draft *draft, const char *const *cases)
{
	for (; *cases != NULL; cases++)
		draft_add_case(draft, *cases);
}

char *
filing_put(Store *store, const Record *record, const char *const *cases,
	   const json_t *details, json_t *actor, GError **error)
{
	g_autoptr(Draft) draft = draft_new("decision", clock_now());
	g_autofree char *key = g_strconcat(prefix, record_id(record), NULL);
	g_auto(GStrv) before = filing_cases(store, record);
	g_autoptr(json_t) payload = json_deep_copy(details);

	json_object_set_new(payload, "record", json_string(record_id(record)));
	json_object_set_new(payload, "cases", json_words_new(cases));
	add_cases(draft, (const char *const *)before);
	add_cases(draft, cases);
	draft_set_key(draft, key);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	return store_put(store, &draft, 1, error) ? g_strdup(draft_id(draft)) : NULL;
}

/* --- case refile ------------------------------------------------------------------ */

bool
filing_is_paper(const Record *record)
{
	static const char *const types[] = { "mail", "transcript", "note", NULL };

	return g_strv_contains(types, record_type(record));
}

/* What a case itself is made of stays with it. */
static bool
check_paper(const Record *record, GError **error)
{
	if (filing_is_paper(record))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "ID: '%s' is no message and no note: only those are filed anew",
		    record_id(record));
	return false;
}

static bool
check_case(const Ask *ask, const char *option, GError **error)
{
	const char *case_id = json_text(ask->options, option);

	if (directory_person(ask_directory(ask), case_id) != NULL)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--%s: there is no case '%s': see case list", option, case_id);
	return false;
}

/* The cases of now with one in another's place. */
static char **
replace(char **cases, const char *from, const char *to)
{
	GPtrArray *after = g_ptr_array_new();

	for (gsize i = 0; cases[i] != NULL; i++)
		if (strcmp(cases[i], from) != 0 && strcmp(cases[i], to) != 0)
			g_ptr_array_add(after, g_strdup(cases[i]));
	g_ptr_array_add(after, g_strdup(to));
	g_ptr_array_add(after, NULL);
	return (char **)g_ptr_array_free(after, FALSE);
}

static json_t *
refile(Ask *ask, const Record *record, GError **error)
{
	Store *store = ask->desk->store;
	const char *from = json_text(ask->options, "from");
	const char *to = json_text(ask->options, "to");
	g_auto(GStrv) cases = filing_cases(store, record);
	g_auto(GStrv) after = replace(cases, from, to);
	g_autoptr(json_t) details =
		json_pack("{s:s, s:s, s:s, s:O}", "action", "refiled", "from", from, "to",
			  to, "reason", json_object_get(ask->options, "reason"));
	g_autofree char *id = NULL;

	if (!g_strv_contains((const char *const *)cases, from) || strcmp(from, to) == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--from: '%s' is not in case '%s', or goes where it is",
			    record_id(record), from);
		return NULL;
	}
	rights_hide_like(ask, record, details);
	id = filing_put(store, record, (const char *const *)after, details,
			ask->actor->json, error);
	return id == NULL ? NULL : answer_id(id);
}

static bool
check_right(const Ask *ask, const Record *record, GError **error)
{
	if (rights_may_read_record(ask, record))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "ID: '%s' is not yours to file: ask another lead", record_id(record));
	return false;
}

json_t *
filing_refile(Ask *ask, GError **error)
{
	g_autofree char *id = store_resolve(ask->desk->store, ask->words[0], error);
	g_autoptr(Record) record =
		id == NULL ? NULL : store_get(ask->desk->store, id, error);

	if (record == NULL || fields_need(ask->options, "reason", error) == NULL ||
	    !check_case(ask, "from", error) || !check_case(ask, "to", error) ||
	    !check_right(ask, record, error) || !check_paper(record, error))
		return NULL;
	return refile(ask, record, error);
}
