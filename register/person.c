/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person.c - a young person, as the register knows them
 *
 * Invariant: a Person was checked in full; whoever holds one need not check again.
 */
#include "config.h"

#include "register/person.h"

#include "register/field.h"

#include <string.h>

/* Digits in a telephone number: short codes to the longest of E.164. */
enum { NUMBER_MIN = 5, NUMBER_MAX = 15 };

static const char *const state_names[] = {
	[PERSON_ACTIVE] = "active",
	[PERSON_ENDED] = "ended",
	[PERSON_REMOVED] = "removed",
};

G_DEFINE_QUARK(register_error, register_error)

static bool
read_state(const json_t *json, PersonState *state, GError **error)
{
	g_autofree char *name = NULL;

	if (!field_text(json, "state", &name, error))
		return false;
	for (guint i = 0; i < G_N_ELEMENTS(state_names); i++)
		if (name == NULL || strcmp(name, state_names[i]) == 0) {
			*state = (PersonState)i;
			return true;
		}
	return field_fail(error, "state",
			  "'%s' is no state: write active, ended or removed", name);
}

static void
address_clear(gpointer data)
{
	PersonAddress *address = data;

	address_free(address->address);
	g_free(address);
}

/* "c@kids.example", or {"address":…,"from":…,"until":…}. */
static bool
read_address(const json_t *json, PersonAddress *address, GError **error)
{
	g_autoptr(json_t) bare = json_is_object(json)
					 ? json_deep_copy(json)
					 : json_pack("{s:O}", "address", json);
	const char *key = "addresses";
	g_autofree char *text = NULL;

	if (!field_need_text(bare, "address", &text, error) ||
	    !field_day(bare, "from", &address->from, error) ||
	    !field_day(bare, "until", &address->until, error)) {
		g_prefix_error(error, "%s: ", key);
		return false;
	}
	address->address = address_parse(text, NULL);
	if (address->address == NULL || address_domain(address->address)[0] == '\0')
		return field_fail(error, key,
				  "'%s' is not a mail address: write NAME@DOMAIN", text);
	if (address->until != DAY_NONE && address->until < address->from)
		return field_fail(error, key,
				  "'%s' ends before it begins: correct one of its days",
				  text);
	return true;
}

static bool
read_addresses(const json_t *json, GPtrArray **addresses, GError **error)
{
	const json_t *field = json_object_get(json, "addresses");

	*addresses = g_ptr_array_new_with_free_func(address_clear);
	if (!field_list(json, "addresses", error))
		return false;
	for (size_t i = 0; i < json_array_size(field); i++) {
		PersonAddress *address = g_new0(PersonAddress, 1);

		g_ptr_array_add(*addresses, address);
		if (!read_address(json_array_get(field, i), address, error))
			return false;
	}
	return true;
}

static bool
check_number(const char *number, GError **error)
{
	guint digits = 0;

	for (const char *at = number; *at != '\0'; at++)
		if (g_ascii_isdigit(*at))
			digits++;
		else if (strchr(" +-.()", *at) == NULL)
			digits = NUMBER_MAX + 1;
	if (digits < NUMBER_MIN || digits > NUMBER_MAX)
		return field_fail(error, "sms",
				  "'%s' is not a telephone number: write digits, "
				  "as +44 7700 900123",
				  number);
	return true;
}

static bool
check_reach(const Person *person, GError **error)
{
	if (person->addresses->len == 0 && person->sms[0] == NULL)
		return field_fail(error, "addresses",
				  "is missing: give an address, or a number with sms");
	if (person->via != NULL && strcmp(person->via, "alias") != 0)
		return field_fail(error, "via",
				  "'%s' is not known: write alias or leave it out",
				  person->via);
	for (char **number = person->sms; *number != NULL; number++)
		if (!check_number(*number, error))
			return false;
	return true;
}

static bool
read_person(const json_t *json, Person *person, GError **error)
{
	return field_need_text(json, "case", &person->case_id, error) &&
	       field_need_text(json, "name", &person->name, error) &&
	       field_need_day(json, "born", &person->born, error) &&
	       field_truth(json, "born_estimated", &person->is_born_estimated, error) &&
	       read_addresses(json, &person->addresses, error) &&
	       field_truth(json, "shared", &person->is_shared, error) &&
	       field_text(json, "via", &person->via, error) &&
	       field_words(json, "sms", &person->sms, error) &&
	       field_mailbox(json, "manager", &person->manager, error) &&
	       field_text(json, "read_by", &person->read_by, error) &&
	       read_state(json, &person->state, error) &&
	       field_text(json, "state_reason", &person->state_reason, error) &&
	       check_reach(person, error);
}

Person *
person_from_json(const json_t *json, GError **error)
{
	g_autoptr(Person) person = g_atomic_rc_box_new0(Person);

	if (!read_person(json, person, error))
		return NULL;
	return g_steal_pointer(&person);
}

static json_t *
address_to_json(const PersonAddress *address)
{
	json_t *text = json_text_new(address_text(address->address));

	if (address->from == DAY_NONE && address->until == DAY_NONE)
		return text;
	return json_pack("{s:o, s:o, s:o}", "address", text, "from",
			 field_day_new(address->from), "until",
			 field_day_new(address->until));
}

static json_t *
addresses_to_json(const GPtrArray *addresses)
{
	json_t *array = json_array();

	for (guint i = 0; i < addresses->len; i++)
		json_array_append_new(array, address_to_json(addresses->pdata[i]));
	return array;
}

json_t *
person_to_json(const Person *person)
{
	json_t *json = json_object();

	json_object_set_new(json, "case", json_text_new(person->case_id));
	json_object_set_new(json, "name", json_text_new(person->name));
	json_object_set_new(json, "born", field_day_new(person->born));
	json_object_set_new(json, "born_estimated",
			    json_boolean(person->is_born_estimated));
	json_object_set_new(json, "addresses", addresses_to_json(person->addresses));
	json_object_set_new(json, "shared", json_boolean(person->is_shared));
	json_object_set_new(json, "via", json_text_new(person->via));
	json_object_set_new(json, "sms",
			    json_words_new((const char *const *)person->sms));
	json_object_set_new(json, "manager", json_text_new(person->manager));
	json_object_set_new(json, "read_by", json_text_new(person->read_by));
	json_object_set_new(json, "state", json_string(state_names[person->state]));
	json_object_set_new(json, "state_reason", json_text_new(person->state_reason));
	return json;
}

Person *
person_ref(Person *person)
{
	return g_atomic_rc_box_acquire(person);
}

static void
clear(gpointer data)
{
	Person *person = data;

	g_free(person->case_id);
	g_free(person->name);
	if (person->addresses != NULL)
		g_ptr_array_unref(person->addresses);
	g_free(person->via);
	g_strfreev(person->sms);
	g_free(person->manager);
	g_free(person->read_by);
	g_free(person->state_reason);
}

void
person_unref(Person *person)
{
	if (person != NULL)
		g_atomic_rc_box_release_full(person, clear);
}

bool
person_address_holds_on(const PersonAddress *address, Day day)
{
	return address->from <= day &&
	       (address->until == DAY_NONE || day <= address->until);
}
