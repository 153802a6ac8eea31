/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreements.c - agreement add, list, show, end: that a worker and a young person write
 * to each other, and who permitted it (guidance 1.6, 3.5, 12)
 */
#include "config.h"

#include "desk/registry.h"
#include "desk/verbs.h"

#include <string.h>

enum { DAYS_MAX = 36500, PREFIX_LEN = 4 };

static const Person *
find_person(const Ask *ask, GError **error)
{
	const char *case_id = fields_need(ask->options, "case", error);
	const Person *person =
		case_id == NULL ? NULL : directory_person(ask_directory(ask), case_id);

	if (case_id != NULL && person == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--case: '%s' is not in the register: see person list",
			    case_id);
	return person;
}

/* Whether they decide for the young person, or for every one of the workers. */
static bool
decides_for(const Ask *ask, const Person *person, char **workers)
{
	const Directory *directory = ask_directory(ask);

	if (actor_has_role(ask->actor, STAFF_LEAD) ||
	    (person != NULL && person->manager != NULL &&
	     actor_manages_person(ask->actor, directory, person, ask->today)))
		return true;
	for (char **worker = workers; *worker != NULL; worker++)
		if (!actor_manages_staff(ask->actor, directory, *worker, ask->today))
			return false;
	return workers[0] != NULL;
}

static bool
check_actor(const Ask *ask, const Person *person, char **workers, bool is_decision,
	    GError **error)
{
	bool is_admin = actor_has_role(ask->actor, STAFF_ADMIN) && !is_decision;

	if (is_decision && ask->actor->email == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "--decision: say who decides: --as EMAIL");
		return false;
	}
	if (actor_is_among(ask->actor, ask_directory(ask),
			   (const char *const *)workers)) {
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_REFUSED,
			"--staff: nobody decides about an agreement of their own: ask "
			"your manager or a lead");
		return false;
	}
	if (is_admin || decides_for(ask, person, workers))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "this agreement is for the manager of the young person or of the "
		    "worker, or for a lead");
	return false;
}

static bool
has(const Ask *ask, const char *option)
{
	return json_object_get(ask->options, option) != NULL;
}

/* The one ground it stands on; NULL with the error set.  Whether that ground is told in
 * full, agreement_from_json says. */
static const char *
find_ground(const Ask *ask, GError **error)
{
	bool is_parent = has(ask, "parent") || has(ask, "parent-aware") ||
			 has(ask, "parent-permits");
	bool is_decision = has(ask, "decision");
	bool is_of_age = json_truth(ask->options, "of-age");

	if (is_parent + is_decision + is_of_age == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "agreement without permission: give --parent NAME with "
			    "--parent-aware DATE, or --decision TEXT, or --of-age (3.5)");
	else if (is_parent + is_decision + is_of_age > 1)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--%s: one ground is enough: --parent, --decision or "
			    "--of-age",
			    is_of_age ? "of-age" : "decision");
	else
		return is_parent ? "parent" : is_decision ? "decision" : "of-age";
	return NULL;
}

static json_t *
read_payload(const Ask *ask, const Person *person, GError **error)
{
	const Verb *verb = verb_find(ask->area, ask->verb, error);
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:[s]}", "case", person->case_id, "channels", "email");

	if (!fields_apply(verb->fields, ask->options, ask_directory(ask), payload, error))
		return NULL;
	return g_steal_pointer(&payload);
}

static bool
apply_ground(const Ask *ask, const Person *person, json_t *payload, GError **error)
{
	const char *ground = find_ground(ask, error);
	g_auto(GStrv) workers = json_words(payload, "staff");
	bool is_decision = g_strcmp0(ground, "decision") == 0;

	if (ground == NULL || !check_actor(ask, person, workers, is_decision, error))
		return false;
	json_object_set_new(payload, "ground", json_string(ground));
	if (is_decision)
		json_object_set_new(payload, "decided_by",
				    json_text_new(ask->actor->email));
	return true;
}

json_t *
agreements_add(Ask *ask, GError **error)
{
	const Person *person = find_person(ask, error);
	g_autoptr(json_t) payload = NULL;

	if (person == NULL)
		return NULL;
	payload = read_payload(ask, person, error);
	if (payload == NULL || !apply_ground(ask, person, payload, error))
		return NULL;
	return registry_keep(ask, REGISTER_AGREEMENT, payload, error);
}

static bool
may_see(const Ask *ask, const Agreement *agreement)
{
	const Directory *directory = ask_directory(ask);

	return actor_has_role(ask->actor, STAFF_LEAD | STAFF_ADMIN) ||
	       decides_for(ask, directory_person(directory, agreement->case_id),
			   agreement->staff);
}

/* How the list was narrowed. */
typedef struct Filter {
	const char *case_id;
	const Staff *staff;
	Day before; /* DAY_NONE: any */
} Filter;

static bool
read_expiring(const Ask *ask, Filter *filter, GError **error)
{
	const char *text = json_text(ask->options, "expiring");
	guint64 days = 0;

	if (text == NULL)
		return true;
	if (!g_ascii_string_to_unsigned(text, 10, 0, DAYS_MAX, &days, NULL)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--expiring: '%s' is no number of days", text);
		return false;
	}
	filter->before = ask->today + (Day)days;
	return true;
}

static bool
read_filter(const Ask *ask, Filter *filter, GError **error)
{
	const char *staff = json_text(ask->options, "staff");

	*filter = (Filter){ .case_id = json_text(ask->options, "case") };
	if (staff != NULL) {
		filter->staff = directory_staff(ask_directory(ask), staff);
		if (filter->staff == NULL) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "--staff: '%s' is not registered staff: see staff "
				    "list",
				    staff);
			return false;
		}
	}
	return read_expiring(ask, filter, error);
}

static bool
names_staff(const Agreement *agreement, const Directory *directory, const Staff *staff)
{
	for (char **worker = agreement->staff; *worker != NULL; worker++)
		if (directory_staff(directory, *worker) == staff)
			return true;
	return false;
}

static bool
is_wanted(const Ask *ask, const Filter *filter, const Agreement *agreement)
{
	if (filter->case_id != NULL && strcmp(filter->case_id, agreement->case_id) != 0)
		return false;
	if (filter->staff != NULL &&
	    !names_staff(agreement, ask_directory(ask), filter->staff))
		return false;
	return filter->before == DAY_NONE || (agreement_holds_on(agreement, ask->today) &&
					      agreement->until <= filter->before);
}

json_t *
agreements_list(Ask *ask, GError **error)
{
	const GPtrArray *all = directory_all_agreements(ask_directory(ask));
	Filter filter;
	json_t *list = NULL;

	if (!read_filter(ask, &filter, error))
		return NULL;
	list = json_array();
	for (guint i = 0; i < all->len; i++)
		if (is_wanted(ask, &filter, all->pdata[i]) && may_see(ask, all->pdata[i]))
			json_array_append_new(list, agreement_to_json(all->pdata[i]));
	return list;
}

/* By id or the prefix that is one's alone. */
static const Agreement *
find_agreement(const Ask *ask, GError **error)
{
	const GPtrArray *all = directory_all_agreements(ask_directory(ask));
	g_autofree char *prefix = g_ascii_strup(ask->words[0], -1);
	const Agreement *found = NULL;
	guint count = 0;

	for (guint i = 0; strlen(prefix) >= PREFIX_LEN && i < all->len; i++) {
		const Agreement *agreement = all->pdata[i];

		if (!g_str_has_prefix(agreement->id, prefix))
			continue;
		found = agreement;
		count++;
	}
	if (count == 1 && may_see(ask, found))
		return found;
	if (count == 1)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: this agreement is nobody's you decide for");
	else
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    count == 0
				    ? "ID: there is no agreement '%s': see agreement list"
				    : "ID: '%s' stands for several: write more of it",
			    ask->words[0]);
	return NULL;
}

json_t *
agreements_show(Ask *ask, GError **error)
{
	const Agreement *agreement = find_agreement(ask, error);

	return agreement == NULL ? NULL : agreement_to_json(agreement);
}

json_t *
agreements_end(Ask *ask, GError **error)
{
	const Agreement *before = find_agreement(ask, error);
	const char *reason =
		before == NULL ? NULL : fields_need(ask->options, "reason", error);
	g_autofree char *today = day_format(ask->today);
	g_autoptr(json_t) payload = NULL;

	if (reason == NULL ||
	    !check_actor(ask, directory_person(ask_directory(ask), before->case_id),
			 before->staff, false, error))
		return NULL;
	if (before->ended != DAY_NONE) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: this agreement has been ended already");
		return NULL;
	}
	payload = agreement_to_json(before);
	json_object_set_new(payload, "ended", json_string(today));
	json_object_set_new(payload, "end_reason", json_text_new(reason));
	return registry_keep(ask, REGISTER_AGREEMENT, payload, error);
}
