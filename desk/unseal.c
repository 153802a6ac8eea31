/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unseal.c - archive unseal, rewrap, outcome: what leads do with what was put away
 *
 * The daemon cannot open it.  It hands out the ciphertext, to leads alone, and only when
 * it is on record why and who was present.  Nobody decides about what was sent to
 * themselves.  What became of it is a decision: passed on as safe by two people,
 * referred as evidence, given to the police, destroyed after that; until then it is
 * open, and after 10 working days an alarm.
 */
#include "config.h"

#include "desk/unseal.h"

#include "base/clock.h"
#include "base/ulid.h"
#include "desk/mail.h"
#include "desk/rights.h"
#include "desk/verbs.h"

#include <string.h>

/* Day 1 was a Monday. */
enum { DUE_WORKING_DAYS = 10, WEEK = 7, WORKING_DAYS = 5 };

/* One message with something sealed. */
typedef struct Case {
	char *mail;       /* id of the readable record */
	Record *readable; /* that record */
	json_t *sealed;   /* JSON part of the newest record of the original */
} Case;

static void
case_clear(Case *found)
{
	g_free(found->mail);
	record_unref(found->readable);
	json_decref(found->sealed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

/* The id of the readable record, whichever of the two was named. */
static char *
find_mail(Store *store, const char *word, GError **error)
{
	g_autofree char *id = store_resolve(store, word, error);
	g_autoptr(Record) record = id == NULL ? NULL : store_get(store, id, error);

	if (record == NULL)
		return NULL;
	if (strcmp(record_type(record), "sealed") == 0)
		return g_strdup(json_text(record_payload(record), "mail"));
	return g_steal_pointer(&id);
}

static const Staff *
staff_at(const Directory *directory, const char *text)
{
	g_autoptr(Address) address = text == NULL ? NULL : address_parse(text, NULL);

	return address == NULL ? NULL : directory_staff_at(directory, address);
}

static bool
is_addressed(const Ask *ask, const Record *record)
{
	const Directory *directory = ask_directory(ask);
	const Staff *actor = directory_staff(directory, ask->actor->email);
	g_auto(GStrv) to = json_words(record_payload(record), "to");

	for (char **one = to; *one != NULL; one++)
		if (staff_at(directory, *one) == actor)
			return true;
	return false;
}

static bool
find_case(const Ask *ask, Case *found, GError **error)
{
	Store *store = ask->desk->store;

	found->mail = find_mail(store, ask->words[0], error);
	if (found->mail == NULL)
		return false;
	found->sealed = store_latest(store, "sealed", found->mail);
	if (found->sealed == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "ID: nothing of '%s' is sealed", found->mail);
		return false;
	}
	found->readable = store_get(store, found->mail, error);
	if (found->readable == NULL)
		return false;
	if (rights_is_hidden(ask, found->readable)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: '%s' is not yours to read: ask another lead",
			    found->mail);
		return false;
	}
	if (!is_addressed(ask, found->readable))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "ID: '%s' was sent to you: another lead decides", found->mail);
	return false;
}

/* Unlike other reads, never without its record. */
static bool
record_opening(const Ask *ask, const Case *found, GError **error)
{
	g_autoptr(Draft) draft = draft_new("access", clock_now());
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "outcome", "read",
			  "area", "archive", "verb", "unseal", "mail", found->mail,
			  "record", json_text(found->sealed, "id"), "reason",
			  json_text(ask->options, "reason"), "present",
			  json_text(ask->options, "present"));

	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
	return store_put(ask->desk->store, &draft, 1, error);
}

json_t *
unseal_hand_out(Ask *ask, GError **error)
{
	const DeskRequest *request = ask->request;
	g_auto(Case) found = { 0 };
	g_autoptr(Record) record = NULL;
	g_autoptr(GBytes) closed = NULL;
	g_autofree char *name = NULL;

	if (fields_need(ask->options, "reason", error) == NULL ||
	    fields_need(ask->options, "present", error) == NULL ||
	    !find_case(ask, &found, error))
		return NULL;
	record = store_get(ask->desk->store, json_text(found.sealed, "id"), error);
	closed = record == NULL ? NULL : record_original(record, error);
	if (closed == NULL || !record_opening(ask, &found, error))
		return NULL;
	name = g_strconcat(found.mail, ".p7m", NULL);
	if (request->file != NULL && !request->file(name, closed, request->data, error))
		return NULL;
	return json_pack("{s:s, s:s}", "id", found.mail, "record",
			 json_text(found.sealed, "id"));
}

json_t *
unseal_rewrap(Ask *ask, GError **error)
{
	GBytes *closed = ask->request->content;
	g_auto(Case) found = { 0 };
	g_autoptr(Draft) draft = NULL;
	g_autoptr(json_t) payload = NULL;

	if (fields_need(ask->options, "reason", error) == NULL ||
	    !find_case(ask, &found, error))
		return NULL;
	if (closed == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "the ciphertext must follow the request");
		return NULL;
	}
	payload = json_copy(json_object_get(found.sealed, "payload"));
	json_object_del(payload, "holders");
	json_object_set(payload, "rewraps", json_object_get(found.sealed, "id"));
	json_object_set(payload, "reason", json_object_get(ask->options, "reason"));
	draft = draft_new("sealed", clock_now());
	draft_set_key(draft, found.mail);
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
	draft_open_content(draft, store_spool(ask->desk->store));
	if (!draft_write(draft, g_bytes_get_data(closed, NULL), g_bytes_get_size(closed),
			 error) ||
	    !store_put(ask->desk->store, &draft, 1, error))
		return NULL;
	return answer_id(draft_id(draft));
}

static char *
outcome_key(const char *mail)
{
	return g_strconcat("sealed/", mail, NULL);
}

static json_t *
decision_of(Desk *desk, const char *mail)
{
	g_autofree char *key = outcome_key(mail);

	return store_latest(desk->store, "decision", key);
}

/* What was decided last, or NULL. */
static json_t *
outcome_of(Desk *desk, const char *mail)
{
	g_autoptr(json_t) decision = decision_of(desk, mail);

	return decision == NULL ? NULL
				: json_incref(json_object_get(decision, "payload"));
}

/* The one that was given; NULL with the error set otherwise. */
static const char *
read_outcome(const json_t *options, GError **error)
{
	static const char *const outcomes[] = { "safe", "evidence", "police",
						"destroyed" };
	const char *given = NULL;
	guint count = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++)
		if (json_object_get(options, outcomes[i]) != NULL) {
			given = outcomes[i];
			count++;
		}
	if (count == 1)
		return given;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "one of --safe, --evidence REF, --police REF, --destroyed REF is "
		    "needed");
	return NULL;
}

static bool
is_by(const json_t *outcome, const char *name, const char *email)
{
	g_auto(GStrv) by = json_words(outcome, "by");

	return g_strcmp0(json_text(outcome, "outcome"), name) == 0 &&
	       g_strv_contains((const char *const *)by, email);
}

/* Safe takes two people; the rest takes one. */
static json_t *
make_outcome(const Ask *ask, const char *name, const json_t *before)
{
	bool is_safe = strcmp(name, "safe") == 0;
	bool is_second = is_safe &&
			 g_strcmp0(json_text(before, "outcome"), "safe") == 0 &&
			 !is_by(before, name, ask->actor->email);
	json_t *by =
		is_second ? json_deep_copy(json_object_get(before, "by")) : json_array();

	json_array_append_new(by, json_string(ask->actor->email));
	return json_pack("{s:s, s:s, s:O?, s:O?, s:o, s:b}", "action", "sealed-outcome",
			 "outcome", name, "reference",
			 is_safe ? NULL : json_object_get(ask->options, name), "told",
			 json_object_get(ask->options, "told"), "by", by, "final",
			 !is_safe || is_second);
}

static bool
may_follow(const char *name, const json_t *before, GError **error)
{
	if (strcmp(name, "destroyed") != 0 ||
	    g_strcmp0(json_text(before, "outcome"), "police") == 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "--destroyed: only after the police: record --police REF first");
	return false;
}

static bool
put_outcome(const Ask *ask, const Case *found, json_t *outcome, char **id, GError **error)
{
	g_autoptr(Draft) draft = draft_new("decision", clock_now());
	g_autofree char *key = outcome_key(found->mail);
	const json_t *cases = json_object_get(record_json(found->readable), "cases");

	json_object_set_new(outcome, "mail", json_string(found->mail));
	for (size_t i = 0; i < json_array_size(cases); i++)
		draft_add_case(draft, json_text(json_array_get(cases, i), "case"));
	draft_set_key(draft, key);
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, outcome);
	*id = g_strdup(draft_id(draft));
	return store_put(ask->desk->store, &draft, 1, error);
}

json_t *
unseal_outcome(Ask *ask, GError **error)
{
	const char *name = read_outcome(ask->options, error);
	g_auto(Case) found = { 0 };
	g_autoptr(json_t) before = NULL;
	g_autoptr(json_t) outcome = NULL;
	g_autofree char *id = NULL;
	GError *cause = NULL;

	(void)fields_day(ask->options, "told", &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return NULL;
	}
	if (name == NULL || !find_case(ask, &found, error))
		return NULL;
	before = outcome_of(ask->desk, found.mail);
	if (!may_follow(name, before, error))
		return NULL;
	outcome = make_outcome(ask, name, before);
	if (!put_outcome(ask, &found, outcome, &id, error))
		return NULL;
	return answer_id(id);
}

/* Mondays to Fridays after the day, where the agency is, without its holidays. */
static guint
working_days(const Policy *policy, gint64 since, gint64 now)
{
	GTimeZone *zone = hours_zone(policy_hours(policy));
	const Day last = day_of(now, zone);
	guint days = 0;

	for (Day day = day_of(since, zone) + 1; day <= last && days <= DUE_WORKING_DAYS;
	     day++)
		if ((day - 1) % WEEK < WORKING_DAYS &&
		    policy_holiday(policy, day) == NULL)
			days++;
	return days;
}

static json_t *
describe_sealed(Desk *desk, const json_t *sealed, const Policy *policy, gint64 now)
{
	const char *mail = json_text(sealed, "key");
	const gint64 since = ulid_time(mail);
	g_autofree char *time = clock_format_utc(since);
	g_autoptr(json_t) decision = decision_of(desk, mail);
	json_t *outcome = json_object_get(decision, "payload");
	const bool is_final = json_truth(outcome, "final");

	return json_pack("{s:s, s:O, s:s, s:O?, s:O?, s:b, s:b}", "id", mail, "sealed",
			 json_object_get(sealed, "id"), "since", time, "outcome",
			 json_object_get(outcome, "outcome"), "decided",
			 json_object_get(decision, "time"), "final", is_final, "overdue",
			 !is_final &&
				 working_days(policy, since, now) >= DUE_WORKING_DAYS);
}

json_t *
unseal_list(Desk *desk)
{
	g_autoptr(GPtrArray) all = store_latest_all(desk->store, "sealed");
	g_autoptr(World) world = desk_world(desk);
	const gint64 now = clock_now();
	json_t *list = json_array();

	for (guint i = 0; i < all->len; i++)
		json_array_append_new(
			list, describe_sealed(desk, all->pdata[i], world->policy, now));
	return list;
}

void
unseal_add_counts(Desk *desk, json_t *status)
{
	g_autoptr(json_t) list = unseal_list(desk);
	const json_t *one;
	guint open = 0;
	guint due = 0;
	size_t i;

	json_array_foreach(list, i, one) {
		open += json_truth(one, "final") ? 0 : 1;
		due += json_truth(one, "overdue") ? 1 : 0;
	}
	json_object_set_new(status, "sealed",
			    json_integer((json_int_t)json_array_size(list)));
	json_object_set_new(status, "sealed_open", json_integer(open));
	json_object_set_new(status, "sealed_due", json_integer(due));
}

char *
desk_sealed_due(Desk *desk)
{
	g_autoptr(json_t) counts = json_object();
	gint64 due;

	unseal_add_counts(desk, counts);
	due = json_number(counts, "sealed_due", 0);
	if (due == 0)
		return NULL;
	return g_strdup_printf("%" G_GINT64_FORMAT " sealed pictures have waited for 10 "
			       "working days: archive outcome",
			       due);
}
