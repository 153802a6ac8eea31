/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contacts.c - contact add, list, end: who may be on mail with a young person beside
 * staff (guidance 1.7)
 */
#include "config.h"

#include "desk/registry.h"
#include "desk/verbs.h"

#include <string.h>

enum { PREFIX_LEN = 4 };

/* A contact of the agency is on every case: for leads and the administrator. */
static bool
may_decide(const Ask *ask, const char *case_id)
{
	const Directory *directory = ask_directory(ask);

	return actor_has_role(ask->actor, STAFF_LEAD | STAFF_ADMIN) ||
	       (case_id != NULL &&
		actor_manages_person(ask->actor, directory,
				     directory_person(directory, case_id), ask->today));
}

static bool
check_right(const Ask *ask, const char *case_id, GError **error)
{
	if (may_decide(ask, case_id))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "%s: not yours to decide: ask their manager or a lead",
		    case_id == NULL ? "--agency" : "--case");
	return false;
}

static bool
check_scope(const Ask *ask, const char *case_id, GError **error)
{
	if ((case_id == NULL) == json_truth(ask->options, "agency"))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--case: say of whom: --case CASE, or --agency for every case");
	return false;
}

json_t *
contacts_add(Ask *ask, GError **error)
{
	const Verb *verb = verb_find(ask->area, ask->verb, error);
	const char *case_id = json_text(ask->options, "case");
	g_autoptr(json_t) payload = json_object();

	if (!check_scope(ask, case_id, error) || !check_right(ask, case_id, error) ||
	    !fields_apply(verb->fields, ask->options, ask_directory(ask), payload, error))
		return NULL;
	return registry_keep(ask, REGISTER_CONTACT, payload, error);
}

json_t *
contacts_list(Ask *ask, GError **error)
{
	const GPtrArray *all = directory_all_contacts(ask_directory(ask));
	const char *case_id = json_text(ask->options, "case");
	bool is_agency = json_truth(ask->options, "agency");
	bool is_all = json_truth(ask->options, "all");
	json_t *list = json_array();

	(void)error;
	for (guint i = 0; i < all->len; i++) {
		const Contact *contact = all->pdata[i];

		if ((is_all || contact_holds_on(contact, ask->today)) &&
		    (case_id == NULL || g_strcmp0(case_id, contact->case_id) == 0) &&
		    (!is_agency || contact->case_id == NULL) &&
		    (contact->case_id == NULL || may_decide(ask, contact->case_id)))
			json_array_append_new(list, contact_to_json(contact));
	}
	return list;
}

/* By id or the prefix that is one's alone.  Those of others are not there. */
static const Contact *
find_contact(const Ask *ask, GError **error)
{
	const GPtrArray *all = directory_all_contacts(ask_directory(ask));
	g_autofree char *prefix = g_ascii_strup(ask->words[0], -1);
	const Contact *found = NULL;
	guint count = 0;

	for (guint i = 0; strlen(prefix) >= PREFIX_LEN && i < all->len; i++) {
		const Contact *contact = all->pdata[i];

		if (!g_str_has_prefix(contact->id, prefix))
			continue;
		found = contact;
		count++;
	}
	if (count == 1)
		return check_right(ask, found->case_id, error) ? found : NULL;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    count == 0 ? "ID: there is no contact '%s': see contact list"
			       : "ID: '%s' stands for several: write more of it",
		    ask->words[0]);
	return NULL;
}

json_t *
contacts_end(Ask *ask, GError **error)
{
	const Contact *before = find_contact(ask, error);
	const char *reason =
		before == NULL ? NULL : fields_need(ask->options, "reason", error);
	g_autofree char *today = day_format(ask->today);
	g_autoptr(json_t) payload = NULL;

	if (reason == NULL)
		return NULL;
	if (before->ended != DAY_NONE) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: this contact has been ended already");
		return NULL;
	}
	payload = contact_to_json(before);
	json_object_set_new(payload, "ended", json_string(today));
	json_object_set_new(payload, "end_reason", json_text_new(reason));
	return registry_keep(ask, REGISTER_CONTACT, payload, error);
}
