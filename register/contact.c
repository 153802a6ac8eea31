/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact.c - somebody who may be on mail with a young person beside staff
 *
 * Whether the case exists is for the directory; who may enter a contact, for the desk.
 */
#include "config.h"

#include "register/contact.h"

#include "register/field.h"

/* "school", "foster-carer". */
static bool
read_role(const json_t *json, char **role, GError **error)
{
	if (!field_need_text(json, "role", role, error))
		return false;
	for (const char *at = *role; *at != '\0'; at++)
		if (!g_ascii_isalpha(*at) && *at != '-')
			return field_fail(error, "role",
					  "'%s' is not one word: write carer, school, "
					  "solicitor or the like",
					  *role);
	return true;
}

/* One address, or "@DOMAIN" for everyone there. */
static bool
read_address(const json_t *json, Contact *contact, GError **error)
{
	g_autofree char *text = NULL;

	if (!field_need_text(json, "address", &text, error))
		return false;
	if (text[0] != '@')
		return field_need_address(json, "address", &contact->address, error);
	contact->domain = address_domain_normalise(text + 1);
	return contact->domain != NULL ||
	       field_fail(error, "address", "'%s' is no domain: write @DOMAIN", text);
}

static bool
read_contact(const json_t *json, Contact *contact, GError **error)
{
	return field_need_text(json, "id", &contact->id, error) &&
	       field_text(json, "case", &contact->case_id, error) &&
	       field_need_text(json, "name", &contact->name, error) &&
	       read_role(json, &contact->role, error) &&
	       read_address(json, contact, error) &&
	       field_day(json, "until", &contact->until, error) &&
	       field_truth(json, "private", &contact->is_private, error) &&
	       field_day(json, "ended", &contact->ended, error) &&
	       field_text(json, "end_reason", &contact->end_reason, error);
}

Contact *
contact_from_json(const json_t *json, GError **error)
{
	g_autoptr(Contact) contact = g_atomic_rc_box_new0(Contact);

	if (!read_contact(json, contact, error))
		return NULL;
	return g_steal_pointer(&contact);
}

json_t *
contact_to_json(const Contact *contact)
{
	g_autofree char *at = contact->domain == NULL
				      ? g_strdup(address_text(contact->address))
				      : g_strconcat("@", contact->domain, NULL);
	json_t *json = json_object();

	json_object_set_new(json, "id", json_text_new(contact->id));
	json_object_set_new(json, "case", json_text_new(contact->case_id));
	json_object_set_new(json, "name", json_text_new(contact->name));
	json_object_set_new(json, "role", json_text_new(contact->role));
	json_object_set_new(json, "address", json_text_new(at));
	json_object_set_new(json, "until", field_day_new(contact->until));
	json_object_set_new(json, "private", json_boolean(contact->is_private));
	json_object_set_new(json, "ended", field_day_new(contact->ended));
	json_object_set_new(json, "end_reason", json_text_new(contact->end_reason));
	return json;
}

Contact *
contact_ref(Contact *contact)
{
	return g_atomic_rc_box_acquire(contact);
}

static void
clear(gpointer data)
{
	Contact *contact = data;

	g_free(contact->id);
	g_free(contact->case_id);
	g_free(contact->name);
	g_free(contact->role);
	address_free(contact->address);
	g_free(contact->domain);
	g_free(contact->end_reason);
}

void
contact_unref(Contact *contact)
{
	if (contact != NULL)
		g_atomic_rc_box_release_full(contact, clear);
}

bool
contact_holds_on(const Contact *contact, Day day)
{
	return (contact->until == DAY_NONE || day <= contact->until) &&
	       (contact->ended == DAY_NONE || day < contact->ended);
}
