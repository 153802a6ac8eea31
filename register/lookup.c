/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c - what can be asked of a directory, each in constant time
 */
#include "config.h"

#include "register/directory.h"

#include "base/skeleton.h"
#include "register/inside.h"
#include "register/name.h"

#include <string.h>

static const GPtrArray *
get(const Directory *directory, ShelfName shelf, const char *key)
{
	return shelf_get(directory->shelves[shelf], key);
}

static const void *
first(const Directory *directory, ShelfName shelf, const char *key)
{
	return shelf_first(directory->shelves[shelf], key);
}

static const GPtrArray *
look_up(const Directory *directory, ShelfName shelf, const Address *address)
{
	g_autofree char *key = address_form_key(directory->terms->form, address);

	return get(directory, shelf, key);
}

static const void *
first_at(const Directory *directory, ShelfName shelf, const Address *address)
{
	const GPtrArray *things = look_up(directory, shelf, address);

	return things == NULL ? NULL : things->pdata[0];
}

const GPtrArray *
directory_people_at(const Directory *directory, const Address *address)
{
	return look_up(directory, SHELF_PEOPLE_AT, address);
}

static bool
is_registered(const Directory *directory, const char *key)
{
	return get(directory, SHELF_PEOPLE_AT, key) != NULL ||
	       get(directory, SHELF_STAFF_AT, key) != NULL ||
	       get(directory, SHELF_CONTACTS_AT, key) != NULL;
}

const GPtrArray *
directory_people_like(const Directory *directory, const Address *address)
{
	g_autofree char *key = address_form_key(directory->terms->form, address);
	g_autofree char *skeleton = NULL;

	if (is_registered(directory, key))
		return NULL;
	skeleton = skeleton_of_key(key);
	return get(directory, SHELF_PEOPLE_LIKE, skeleton);
}

static bool
has_number(const Person *person, const char *number)
{
	for (char **sms = person->sms; *sms != NULL; sms++) {
		g_autofree char *key = places_number_key(*sms);

		if (g_strcmp0(key, number) == 0)
			return true;
	}
	return false;
}

bool
directory_holds_on(const Directory *directory, const Person *person,
		   const Address *address, Day day)
{
	const PersonAddress span = { NULL, day, day };
	g_autofree char *key = address_form_key(directory->terms->form, address);
	gsize len;
	const char *start = address_local(address, &len);
	g_autofree char *local = g_strndup(start, len);
	g_autofree char *number = places_number_key(local);

	return places_held_during(person, key, &span, directory->terms->form) ||
	       (number != NULL && has_number(person, number));
}

const GPtrArray *
directory_people_texted(const Directory *directory, const char *number)
{
	g_autofree char *key = places_number_key(number);

	return key == NULL ? NULL : get(directory, SHELF_PEOPLE_TEXTED, key);
}

const Person *
directory_person(const Directory *directory, const char *case_id)
{
	return directory_find(directory, REGISTER_PERSON, case_id);
}

const Staff *
directory_staff(const Directory *directory, const char *email)
{
	return directory_find(directory, REGISTER_STAFF, email);
}

const Staff *
directory_staff_at(const Directory *directory, const Address *address)
{
	return first_at(directory, SHELF_STAFF_AT, address);
}

const Staff *
directory_staff_login(const Directory *directory, const char *login)
{
	g_autofree char *key = places_login_key(directory->terms->form, login);

	return first(directory, SHELF_LOGIN, key);
}

const Staff *
directory_staff_unix(const Directory *directory, const char *unix_user)
{
	return first(directory, SHELF_UNIX_USER, unix_user);
}

/* The whole name, then every run of two words or more inside it. */
const Staff *
directory_staff_named(const Directory *directory, const char *name)
{
	g_auto(GStrv) words = name_words(name);
	gsize len = g_strv_length(words);

	for (gsize run = len; run > 0; run--)
		for (gsize start = 0; start + run <= len; start++) {
			g_autofree char *key = name_key(words + start, run);
			const Staff *staff = first(directory, SHELF_STAFF_NAMED, key);

			if (staff != NULL && (run > 1 || len == 1))
				return staff;
		}
	return NULL;
}

bool
directory_is_work_address(const Directory *directory, const Staff *staff,
			  const Address *address)
{
	return first_at(directory, SHELF_STAFF, address) == staff;
}

bool
directory_is_one_name(const char *one, const char *other)
{
	g_auto(GStrv) words = name_words(one);
	g_auto(GStrv) others = name_words(other);
	g_autofree char *key = name_key(words, g_strv_length(words));
	g_autofree char *other_key = name_key(others, g_strv_length(others));

	return strcmp(key, other_key) == 0;
}

bool
directory_is_like_staff(const Directory *directory, const Address *address)
{
	g_autofree char *key = address_form_key(directory->terms->form, address);
	g_autofree char *skeleton = NULL;

	if (is_registered(directory, key) ||
	    directory_is_work_domain(directory, address_domain(address)))
		return false;
	skeleton = skeleton_of_key(key);
	return get(directory, SHELF_STAFF_LIKE, skeleton) != NULL ||
	       g_hash_table_contains(directory->terms->domains_like,
				     strrchr(skeleton, '@'));
}

char *
directory_work_number(const Directory *directory, const char *written)
{
	g_autofree char *key = places_number_key(written);

	if (key == NULL || get(directory, SHELF_NUMBER, key) == NULL)
		return NULL;
	return g_steal_pointer(&key);
}

bool
directory_has_work_numbers(const Directory *directory)
{
	return !shelf_is_empty(directory->shelves[SHELF_NUMBER]);
}

bool
directory_is_member(const Directory *directory, const Staff *team, const Staff *staff)
{
	for (char **member = team->members; *member != NULL; member++)
		if (directory_staff(directory, *member) == staff)
			return true;
	return false;
}

bool
directory_is_manager(const Directory *directory, const Staff *staff)
{
	const Address *email = staff->email;

	return look_up(directory, SHELF_STAFF_MANAGED, email) != NULL ||
	       look_up(directory, SHELF_PEOPLE_MANAGED, email) != NULL;
}

bool
directory_is_work_domain(const Directory *directory, const char *domain)
{
	return g_hash_table_contains(directory->terms->is_work_domain, domain);
}

const char *const *
directory_work_domains(const Directory *directory)
{
	return (const char *const *)directory->terms->work_domains;
}

const AddressForm *
directory_form(const Directory *directory)
{
	return directory->terms->form;
}

const GPtrArray *
directory_agreements(const Directory *directory, const char *case_id)
{
	return get(directory, SHELF_AGREEMENTS_OF, case_id);
}

const Agreement *
directory_agreement(const Directory *directory, const char *id)
{
	return directory_find(directory, REGISTER_AGREEMENT, id);
}

static const Contact *
pick_contact(const GPtrArray *list, const char *case_id, Day day)
{
	for (guint i = 0; list != NULL && i < list->len; i++) {
		const Contact *contact = list->pdata[i];

		if (g_strcmp0(contact->case_id, case_id) == 0 &&
		    contact_holds_on(contact, day))
			return contact;
	}
	return NULL;
}

const Contact *
directory_contact_at(const Directory *directory, const char *case_id,
		     const Address *address, Day day)
{
	g_autofree char *domain = g_strconcat("@", address_domain(address), NULL);
	const GPtrArray *at = look_up(directory, SHELF_CONTACTS_AT, address);
	const GPtrArray *in = get(directory, SHELF_CONTACTS_AT, domain);
	const Contact *contact = pick_contact(at, case_id, day);

	if (contact == NULL)
		contact = pick_contact(in, case_id, day);
	if (contact == NULL)
		contact = pick_contact(at, NULL, day);
	return contact != NULL ? contact : pick_contact(in, NULL, day);
}

const GPtrArray *
directory_contacts(const Directory *directory, const char *case_id)
{
	return get(directory, SHELF_CONTACTS_OF, case_id == NULL ? "" : case_id);
}

const Contact *
directory_contact(const Directory *directory, const char *id)
{
	return directory_find(directory, REGISTER_CONTACT, id);
}

const GPtrArray *
directory_all_people(const Directory *directory)
{
	return directory_all(directory, REGISTER_PERSON);
}

const GPtrArray *
directory_all_staff(const Directory *directory)
{
	return directory_all(directory, REGISTER_STAFF);
}

const GPtrArray *
directory_all_agreements(const Directory *directory)
{
	return directory_all(directory, REGISTER_AGREEMENT);
}

const GPtrArray *
directory_all_contacts(const Directory *directory)
{
	return directory_all(directory, REGISTER_CONTACT);
}
