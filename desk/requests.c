/* SPDX-License-Identifier: Apache-2.0 */
/*
 * requests.c - case request add, list, close: the log of what people have asked to be
 * told about themselves, and its clock
 *
 * A request is a decision that carries all of it, under its own id (key "request:ID").
 * One month runs from the day on which it was received: to the same day of the next, or
 * its last where it has no such day.
 */
#include "config.h"

#include "desk/requests.h"

#include "base/clock.h"
#include "desk/retention.h"
#include "desk/rights.h"
#include "desk/verbs.h"

#include <string.h>

static const char prefix[] = "request:";
static const char subject_access[] = "subject-access";

static Day
month_after(Day day)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_julian(&date, day);
	g_date_add_months(&date, 1);
	return g_date_get_julian(&date);
}

static bool
put(const Ask *ask, Draft *draft, json_t *payload, GError **error)
{
	g_autofree char *key = g_strconcat(prefix, json_text(payload, "id"), NULL);

	draft_set_key(draft, key);
	draft_add_case(draft, json_text(payload, "case"));
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
	return store_put(ask->desk->store, &draft, 1, error);
}

/* Payloads of all that there are. */
static json_t *
all_requests(Store *store)
{
	g_autoptr(GPtrArray) all = store_latest_all(store, "decision");
	json_t *list = json_array();

	for (guint i = 0; i < all->len; i++)
		if (g_str_has_prefix(json_text(all->pdata[i], "key"), prefix))
			json_array_append(list,
					  json_object_get(all->pdata[i], "payload"));
	return list;
}

static bool
is_open(const json_t *request)
{
	return json_text(request, "closed") == NULL;
}

static bool
check_case(const Ask *ask, const char *case_id, GError **error)
{
	if (case_id == NULL || directory_person(ask_directory(ask), case_id) == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "CASE: there is no case '%s': see case list",
			    case_id == NULL ? "" : case_id);
	else if (!rights_may_read_case(ask, case_id))
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "CASE: '%s' is not yours to read: ask a lead", case_id);
	else
		return true;
	return false;
}

static const char *
read_kind(const Ask *ask, GError **error)
{
	const char *kind = json_text(ask->options, "kind");

	if (kind == NULL || *kind == '\0')
		return subject_access;
	if (retention_is_name(kind))
		return kind;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--kind: '%s' is no kind: write subject-access", kind);
	return NULL;
}

static json_t *
add(const Ask *ask, GError **error)
{
	g_autoptr(Draft) draft = draft_new("decision", ask->now);
	g_autoptr(GError) cause = NULL;
	const char *kind = read_kind(ask, error);
	Day received = fields_day(ask->options, "received", &cause);
	g_autofree char *first = NULL;
	g_autofree char *due = NULL;
	g_autoptr(json_t) payload = NULL;

	if (kind == NULL || !check_case(ask, ask->words[1], error))
		return NULL;
	if (received == DAY_NONE || received > ask->today) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--received: say on which day it was received: YYYY-MM-DD, "
			    "today or before");
		return NULL;
	}
	first = day_format(received);
	due = day_format(month_after(received));
	payload = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:n}", "action",
			    "request-received", "id", draft_id(draft), "case",
			    ask->words[1], "kind", kind, "received", first, "due", due,
			    "closed");
	return put(ask, draft, payload, error) ? answer_id(draft_id(draft)) : NULL;
}

static json_t *
list(const Ask *ask)
{
	g_autoptr(json_t) all = all_requests(ask->desk->store);
	json_t *shown = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(all, i, one) {
		const Day due = day_parse(json_text(one, "due"), NULL);
		json_t *copy = NULL;

		if ((!is_open(one) && !json_truth(ask->options, "all")) ||
		    (ask->words[1] != NULL &&
		     strcmp(ask->words[1], json_text(one, "case")) != 0) ||
		    !rights_may_read_case(ask, json_text(one, "case")))
			continue;
		copy = json_deep_copy(one);
		if (is_open(one))
			json_object_set_new(
				copy, "days_left",
				json_integer((json_int_t)due - (json_int_t)ask->today));
		json_array_append_new(shown, copy);
	}
	return shown;
}

static bool
close_one(const Ask *ask, const json_t *request, const char *action, GError **error)
{
	g_autoptr(Draft) draft = draft_new("decision", ask->now);
	g_autoptr(json_t) payload = json_deep_copy(request);
	g_autofree char *now = clock_format_utc(ask->now);

	json_object_set_new(payload, "action", json_string(action));
	json_object_set_new(payload, "closed", json_string(now));
	json_object_set(payload, "reason", json_object_get(ask->options, "reason"));
	return put(ask, draft, payload, error);
}

static json_t *
close_by_hand(const Ask *ask, GError **error)
{
	const char *word = ask->words[1] == NULL ? "" : ask->words[1];
	g_autofree char *id = store_resolve(ask->desk->store, word, error);
	g_autofree char *key = g_strconcat(prefix, id, NULL);
	g_autoptr(json_t) decision =
		id == NULL ? NULL : store_latest(ask->desk->store, "decision", key);
	const json_t *request = json_object_get(decision, "payload");

	if (id == NULL || fields_need(ask->options, "reason", error) == NULL)
		return NULL;
	if (request == NULL || !is_open(request)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "ID: '%s' is no open request: see case request list", id);
		return NULL;
	}
	if (!check_case(ask, json_text(request, "case"), error) ||
	    !close_one(ask, request, "request-closed", error))
		return NULL;
	return answer_id(id);
}

json_t *
requests_answer(Ask *ask, GError **error)
{
	if (strcmp(ask->words[0], "add") == 0)
		return add(ask, error);
	return strcmp(ask->words[0], "close") == 0 ? close_by_hand(ask, error)
						   : list(ask);
}

bool
requests_close(const Ask *ask, const char *case_id, GError **error)
{
	g_autoptr(json_t) all = all_requests(ask->desk->store);
	const json_t *one;
	size_t i;

	json_array_foreach(all, i, one)
		if (is_open(one) && strcmp(json_text(one, "case"), case_id) == 0 &&
		    strcmp(json_text(one, "kind"), subject_access) == 0 &&
		    !close_one(ask, one, "request-answered", error))
			return false;
	return true;
}

void
requests_add_counts(const Ask *ask, json_t *status)
{
	g_autoptr(json_t) all = all_requests(ask->desk->store);
	guint open = 0;
	guint overdue = 0;
	const json_t *one;
	size_t i;

	json_array_foreach(all, i, one) {
		const bool is_late = day_parse(json_text(one, "due"), NULL) < ask->today;

		open += is_open(one) ? 1 : 0;
		overdue += is_open(one) && is_late ? 1 : 0;
	}
	json_object_set_new(status, "requests_open", json_integer(open));
	json_object_set_new(status, "requests_overdue", json_integer(overdue));
}
