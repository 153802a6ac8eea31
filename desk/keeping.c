/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keeping.c - case hold, case class
 *
 * Each is a decision that carries the whole of it: which holds there are now (key
 * "hold:CASE"), which classes and events (key "class:CASE").
 */
#include "config.h"

#include "desk/keeping.h"

#include "base/clock.h"
#include "desk/rights.h"
#include "desk/verbs.h"

#include <string.h>

#define MS_OF_DAY G_GINT64_CONSTANT(86400000)

static json_t *
payload_of(Store *store, const char *what, const char *case_id)
{
	g_autofree char *key = g_strconcat(what, ":", case_id, NULL);
	g_autoptr(json_t) decision = store_latest(store, "decision", key);

	return decision == NULL ? NULL
				: json_incref(json_object_get(decision, "payload"));
}

static json_t *
put(const Ask *ask, const char *what, json_t *payload, GError **error)
{
	const char *case_id = json_text(payload, "case");
	g_autoptr(Draft) draft = draft_new("decision", ask->now);
	g_autofree char *key = g_strconcat(what, ":", case_id, NULL);

	draft_set_key(draft, key);
	draft_add_case(draft, case_id);
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
	return store_put(ask->desk->store, &draft, 1, error) ? answer_id(draft_id(draft))
							     : NULL;
}

/* --- holds ------------------------------------------------------------------------ */

json_t *
keeping_holds(Store *store, const char *case_id)
{
	g_autoptr(json_t) payload = payload_of(store, "hold", case_id);
	json_t *holds = json_object_get(payload, "holds");

	return holds == NULL ? json_array() : json_incref(holds);
}

/* When the last of them was lifted; 0: none ever was. */
static gint64
lifted_at(const json_t *payload)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	const char *text = json_text(payload, "lifted");
	gint64 time = 0;

	if (text != NULL)
		(void)clock_parse(text, utc, &time, NULL);
	return time;
}

char *
keeping_forbids(Store *store, const char *case_id, guint cooling_off, gint64 now)
{
	g_autoptr(json_t) payload = payload_of(store, "hold", case_id);
	const json_t *first = json_array_get(json_object_get(payload, "holds"), 0);
	const gint64 end = lifted_at(payload) + cooling_off * MS_OF_DAY;
	g_autofree char *until = clock_format_utc(end);

	if (first != NULL)
		return g_strdup_printf("case %s is on hold by %s: %s", case_id,
				       json_text(first, "authority"),
				       json_text(first, "reason"));
	if (json_text(payload, "lifted") != NULL && now < end)
		return g_strdup_printf("a hold of case %s was lifted less than %u days "
				       "ago: nothing goes before %s",
				       case_id, cooling_off, until);
	return NULL;
}

static gssize
find_hold(const json_t *holds, const char *authority)
{
	const json_t *hold;
	size_t i;

	json_array_foreach(holds, i, hold)
		if (g_strcmp0(json_text(hold, "authority"), authority) == 0)
			return (gssize)i;
	return -1;
}

static json_t *
make_holds(const Ask *ask, bool is_added, const json_t *before, GError **error)
{
	const char *authority = fields_need(ask->options, "authority", error);
	const gssize place = authority == NULL ? -1 : find_hold(before, authority);
	g_autofree char *now = clock_format_utc(ask->now);
	json_t *holds = NULL;

	if (authority == NULL || fields_need(ask->options, "reason", error) == NULL)
		return NULL;
	if (is_added != (place < 0)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED, "--authority: '%s' %s",
			    authority,
			    is_added ? "holds it already: name what is new in it, as "
				       "another authority"
				     : "has no hold on it: see case show");
		return NULL;
	}
	holds = json_deep_copy(before);
	if (!is_added)
		json_array_remove(holds, (size_t)place);
	else
		json_array_append_new(holds,
				      json_pack("{s:s, s:O, s:s, s:s}", "authority",
						authority, "reason",
						json_object_get(ask->options, "reason"),
						"by", ask->actor->email, "since", now));
	return holds;
}

static const Person *
find_case(const Ask *ask, const char *case_id, GError **error)
{
	const Person *person = directory_person(ask_directory(ask), case_id);

	if (person == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "CASE: there is no case '%s': see case list", case_id);
	return person;
}

json_t *
keeping_hold(Ask *ask, GError **error)
{
	const bool is_added = strcmp(ask->words[0], "add") == 0;
	const Person *person = find_case(ask, ask->words[1], error);
	g_autoptr(json_t) before = NULL;
	g_autoptr(json_t) last = NULL;
	g_autoptr(json_t) payload = NULL;
	g_autofree char *now = clock_format_utc(ask->now);
	json_t *holds = NULL;

	if (person == NULL)
		return NULL;
	last = payload_of(ask->desk->store, "hold", person->case_id);
	before = keeping_holds(ask->desk->store, person->case_id);
	holds = make_holds(ask, is_added, before, error);
	if (holds == NULL)
		return NULL;
	payload = json_pack(
		"{s:s, s:s, s:O, s:O, s:o, s:o}", "action",
		is_added ? "hold-added" : "hold-lifted", "case", person->case_id,
		"authority", json_object_get(ask->options, "authority"), "reason",
		json_object_get(ask->options, "reason"), "holds", holds, "lifted",
		is_added ? json_text_new(json_text(last, "lifted")) : json_text_new(now));
	return put(ask, "hold", payload, error);
}

/* --- classes and events ----------------------------------------------------------- */

static bool
check_names(char **classes, GError **error)
{
	for (char **class = classes; *class != NULL; class ++)
		if (!retention_is_name(*class)) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "--class: '%s' is no name of a class: write it as "
				    "retention.table does",
				    *class);
			return false;
		}
	return true;
}

/* "NAME=DATE"; nothing behind the sign takes the event away. */
static bool
set_event(json_t *events, const char *text, Day today, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "=", 2);
	const Day day = parts[0] != NULL && parts[1] != NULL ? day_parse(parts[1], NULL)
							     : DAY_NONE;

	if (parts[0] == NULL || parts[1] == NULL || !retention_is_name(parts[0]) ||
	    (*parts[1] != '\0' && (day == DAY_NONE || day > today)) ||
	    strcmp(parts[0], "born") == 0 || strcmp(parts[0], "closed") == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--event: '%s': write NAME=YYYY-MM-DD, of a day that has "
			    "been; `born` and `closed` are known",
			    text);
		return false;
	}
	if (*parts[1] == '\0')
		json_object_del(events, parts[0]);
	else
		json_object_set_new(events, parts[0], json_string(parts[1]));
	return true;
}

static bool
set_events(json_t *events, const Ask *ask, GError **error)
{
	g_auto(GStrv) given = fields_words(ask->options, "event");

	for (char **event = given; *event != NULL; event++)
		if (!set_event(events, *event, ask->today, error))
			return false;
	return true;
}

static json_t *
make_classes(const Ask *ask, const json_t *before, GError **error)
{
	g_auto(GStrv) given = fields_words(ask->options, "class");
	json_t *classes = NULL;

	if (!check_names(given, error))
		return NULL;
	if (*given == NULL && json_object_get(before, "classes") != NULL)
		return json_deep_copy(json_object_get(before, "classes"));
	classes = json_array();
	for (char **class = given; *class != NULL; class ++)
		json_array_append_new(classes, json_string(*class));
	return classes;
}

static bool
may_classify(const Ask *ask, const Person *person, GError **error)
{
	if (actor_has_role(ask->actor, STAFF_LEAD | STAFF_ADMIN) ||
	    actor_manages_person(ask->actor, ask_directory(ask), person, ask->today))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "CASE: '%s' is nobody you decide for: ask their manager or a lead",
		    ask->words[0]);
	return false;
}

json_t *
keeping_classify(Ask *ask, GError **error)
{
	const Person *person = find_case(ask, ask->words[0], error);
	g_autoptr(json_t) before = NULL;
	g_autoptr(json_t) events = NULL;
	g_autoptr(json_t) payload = NULL;
	json_t *classes = NULL;

	if (person == NULL || !may_classify(ask, person, error))
		return NULL;
	before = payload_of(ask->desk->store, "class", person->case_id);
	events = before == NULL ? json_object()
				: json_deep_copy(json_object_get(before, "events"));
	if (!set_events(events, ask, error))
		return NULL;
	classes = make_classes(ask, before, error);
	if (classes == NULL)
		return NULL;
	payload = json_pack("{s:s, s:s, s:o, s:O}", "action", "classified", "case",
			    person->case_id, "classes", classes, "events", events);
	return put(ask, "class", payload, error);
}

/* --- how long --------------------------------------------------------------------- */

/* The day since which it has been over; DAY_NONE while it is open. */
static bool
find_closed(Store *store, const Person *person, GTimeZone *zone, Day *closed,
	    GError **error)
{
	const StoreQuery query = { .type = "person", .key = person->case_id };
	g_autoptr(GPtrArray) ids = NULL;

	*closed = DAY_NONE;
	if (person->state == PERSON_ACTIVE)
		return true;
	ids = store_list(store, &query, error);
	for (guint i = ids == NULL ? 0 : ids->len; i > 0; i--) {
		g_autoptr(Record) record = store_get(store, ids->pdata[i - 1], error);

		if (record == NULL)
			return false;
		if (g_strcmp0(json_text(record_payload(record), "state"), "active") == 0)
			break;
		*closed = day_of(record_time(record), zone);
	}
	return ids != NULL;
}

static void
add_event(GHashTable *events, const char *name, Day day)
{
	if (day != DAY_NONE)
		g_hash_table_insert(events, g_strdup(name), GUINT_TO_POINTER(day));
}

bool
keeping_judge(Store *store, const Retention *retention, const Person *person,
	      GTimeZone *zone, RetentionTerm *term, GError **error)
{
	g_autoptr(json_t) payload = payload_of(store, "class", person->case_id);
	g_auto(GStrv) classes = payload == NULL ? NULL : json_words(payload, "classes");
	g_autoptr(GHashTable) events =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Day closed = DAY_NONE;
	const char *name;
	json_t *day;

	if (!find_closed(store, person, zone, &closed, error))
		return false;
	json_object_foreach(json_object_get(payload, "events"), name, day)
		add_event(events, name, day_parse(json_string_value(day), NULL));
	add_event(events, "born", person->born);
	add_event(events, "closed", closed);
	*term = retention_judge(retention, (const char *const *)classes, events);
	return true;
}
