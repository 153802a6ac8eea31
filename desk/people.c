/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people.c - person add, change, list, show, end, remove
 */
#include "config.h"

#include "desk/registry.h"
#include "desk/story.h"
#include "desk/verbs.h"

#include <string.h>

static const Person *
find_person(const Ask *ask, GError **error)
{
	const Person *person = directory_person(ask_directory(ask), ask->words[0]);

	if (person == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "CASE: '%s' is not in the register: see person list",
			    ask->words[0]);
	return person;
}

static bool
may_see(const Ask *ask, const Person *person)
{
	return actor_has_role(ask->actor, STAFF_LEAD | STAFF_ADMIN) ||
	       actor_manages_person(ask->actor, ask_directory(ask), person, ask->today);
}

/* The person, when there is one and the actor may decide for them. */
static const Person *
find_own(const Ask *ask, GError **error)
{
	bool is_manager_alone = !actor_has_role(ask->actor, STAFF_LEAD | STAFF_ADMIN);
	const Person *person = find_person(ask, is_manager_alone ? NULL : error);

	if (is_manager_alone && (person == NULL || !may_see(ask, person))) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "CASE: '%s' is nobody you decide for: ask their manager or a "
			    "lead",
			    ask->words[0]);
		return NULL;
	}
	return person;
}

/* The payload with what was asked for, put on record. */
static json_t *
apply(Ask *ask, json_t *payload, GError **error)
{
	const Verb *verb = verb_find(ask->area, ask->verb, error);

	return fields_apply(verb->fields, ask->options, ask_directory(ask), payload,
			    error)
		       ? registry_keep(ask, REGISTER_PERSON, payload, error)
		       : NULL;
}

json_t *
people_add(Ask *ask, GError **error)
{
	g_autoptr(json_t) payload = NULL;

	if (directory_person(ask_directory(ask), ask->words[0]) != NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "CASE: '%s' is in the register already: use person change",
			    ask->words[0]);
		return NULL;
	}
	payload = json_pack("{s:s, s:s}", "case", ask->words[0], "state", "active");
	return apply(ask, payload, error);
}

json_t *
people_change(Ask *ask, GError **error)
{
	const Person *person = find_own(ask, error);
	g_autoptr(json_t) payload = NULL;

	if (person == NULL)
		return NULL;
	payload = person_to_json(person);
	return apply(ask, payload, error);
}

json_t *
people_list(Ask *ask, GError **error)
{
	const GPtrArray *all = directory_all_people(ask_directory(ask));
	bool is_all = json_truth(ask->options, "all");
	json_t *list = json_array();

	(void)error;
	for (guint i = 0; i < all->len; i++) {
		const Person *person = all->pdata[i];

		if ((is_all || person->state == PERSON_ACTIVE) && may_see(ask, person))
			json_array_append_new(list, person_to_json(person));
	}
	return list;
}

/* Takes over what is shown. */
static json_t *
with_history(const Ask *ask, const Person *person, json_t *shown, GError **error)
{
	json_t *story = story_tell(ask, person->case_id, error);

	if (story == NULL) {
		json_decref(shown);
		return NULL;
	}
	json_object_set_new(shown, "history", story);
	return shown;
}

json_t *
people_show(Ask *ask, GError **error)
{
	const Person *person = find_own(ask, error);
	const GPtrArray *agreements = NULL;
	json_t *shown = NULL;
	json_t *list = NULL;

	if (person == NULL)
		return NULL;
	agreements = directory_agreements(ask_directory(ask), person->case_id);
	shown = person_to_json(person);
	list = json_array();
	for (guint i = 0; agreements != NULL && i < agreements->len; i++)
		json_array_append_new(list, agreement_to_json(agreements->pdata[i]));
	json_object_set_new(shown, "agreements", list);
	return json_truth(ask->options, "history")
		       ? with_history(ask, person, shown, error)
		       : shown;
}

static json_t *
set_state(Ask *ask, const char *state, GError **error)
{
	const Person *person = find_own(ask, error);
	const char *reason =
		fields_need(ask->options, "reason", person == NULL ? NULL : error);
	g_autoptr(json_t) payload = NULL;

	if (person == NULL || reason == NULL)
		return NULL;
	payload = person_to_json(person);
	if (strcmp(json_text(payload, "state"), state) == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "CASE: '%s' is %s already", person->case_id, state);
		return NULL;
	}
	json_object_set_new(payload, "state", json_string(state));
	json_object_set_new(payload, "state_reason", json_text_new(reason));
	return registry_keep(ask, REGISTER_PERSON, payload, error);
}

json_t *
people_end(Ask *ask, GError **error)
{
	return set_state(ask, "ended", error);
}

json_t *
people_remove(Ask *ask, GError **error)
{
	return set_state(ask, "removed", error);
}
