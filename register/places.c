/* SPDX-License-Identifier: Apache-2.0 */
/*
 * places.c - where each thing of the register is found
 *
 * Invariants:
 * 1. Addresses are keyed by their comparable form (address_form_key), so no spelling of a
 *    registered address misses.
 * 2. Someone removed is found by case, and by no address or number.
 * 3. Staff who left stay everywhere: whether they may still write is a matter of dates,
 *    whether they are known is not.
 */
#include "config.h"

#include "register/places.h"

#include "base/skeleton.h"
#include "register/agreement.h"
#include "register/contact.h"
#include "register/name.h"
#include "register/person.h"
#include "register/staff.h"

#include <string.h>

enum { NUMBER_END = 9 };

/* Those found so far. */
typedef struct Found {
	const AddressForm *form;
	GArray *places;
} Found;

char *
places_login_key(const AddressForm *form, const char *login)
{
	g_autoptr(Address) address =
		strchr(login, '@') == NULL ? NULL : address_parse(login, NULL);

	if (address == NULL || address_domain(address)[0] == '\0')
		return g_ascii_strdown(login, -1);
	return address_form_key(form, address);
}

char *
places_address_key(const AddressForm *form, const char *text)
{
	g_autoptr(Address) address = address_parse(text, NULL);

	return address == NULL ? NULL : address_form_key(form, address);
}

char *
places_number_key(const char *number)
{
	g_autoptr(GString) digits = g_string_new(NULL);

	for (const char *at = number; *at != '\0'; at++)
		if (g_ascii_isdigit(*at))
			g_string_append_c(digits, *at);
	if (digits->len == 0)
		return NULL;
	if (digits->len > NUMBER_END)
		g_string_erase(digits, 0, (gssize)digits->len - NUMBER_END);
	return g_strdup(digits->str);
}

/* Takes the key; NULL is no place. */
static void
add(const Found *found, ShelfName shelf, char *key, const char *field, const char *value)
{
	Place place = { .shelf = shelf, .field = field, .value = value };

	place.key = key;
	if (key != NULL)
		g_array_append_val(found->places, place);
}

/* What an address looks like, and itself. */
static void
add_address(const Found *found, ShelfName at, ShelfName like, const char *field,
	    const Address *address)
{
	char *key = address_form_key(found->form, address);

	add(found, like, skeleton_of_key(key), field, address_text(address));
	add(found, at, key, field, address_text(address));
}

static void
add_numbers(const Found *found, ShelfName shelf, const char *field, char **numbers)
{
	for (char **number = numbers; *number != NULL; number++)
		add(found, shelf, places_number_key(*number), field, *number);
}

static void
add_manager(const Found *found, ShelfName shelf, const char *manager)
{
	if (manager != NULL)
		add(found, shelf, places_address_key(found->form, manager), "manager",
		    manager);
}

static void
add_held(const Found *found, const PersonAddress *held)
{
	add_address(found, SHELF_PEOPLE_AT, SHELF_PEOPLE_LIKE, "addresses",
		    held->address);
	g_array_index(found->places, Place, found->places->len - 1).held = held;
}

static void
add_person(const Found *found, const Person *person)
{
	add(found, SHELF_PERSON, g_strdup(person->case_id), "case", person->case_id);
	if (person->state == PERSON_REMOVED)
		return;
	for (guint i = 0; i < person->addresses->len; i++)
		add_held(found, person->addresses->pdata[i]);
	add_numbers(found, SHELF_PEOPLE_TEXTED, "sms", person->sms);
	add_manager(found, SHELF_PEOPLE_MANAGED, person->manager);
}

static void
add_known(const Found *found, const char *field, const Address *address)
{
	add(found, SHELF_STAFF_AT, address_form_key(found->form, address), field,
	    address_text(address));
}

static void
add_login(const Found *found, const char *field, const char *login)
{
	add(found, SHELF_LOGIN, places_login_key(found->form, login), field, login);
}

static void
add_name(const Found *found, const char *name)
{
	g_auto(GStrv) words = name_words(name);

	if (words[0] != NULL)
		add(found, SHELF_STAFF_NAMED, name_key(words, g_strv_length(words)),
		    "name", name);
}

static void
add_staff(const Found *found, const Staff *staff)
{
	add_address(found, SHELF_STAFF, SHELF_STAFF_LIKE, "email", staff->email);
	add_known(found, "email", staff->email);
	for (guint i = 0; i < staff->also->len; i++)
		add_known(found, "also", staff->also->pdata[i]);
	add_login(found, "email", address_text(staff->email));
	for (char **login = staff->logins; *login != NULL; login++)
		add_login(found, "logins", *login);
	add(found, SHELF_UNIX_USER, g_strdup(staff->unix_user), "unix_user",
	    staff->unix_user);
	add_name(found, staff->name);
	add_numbers(found, SHELF_NUMBER, "numbers", staff->numbers);
	add_manager(found, SHELF_STAFF_MANAGED, staff->manager);
}

static void
add_contact(const Found *found, const Contact *contact)
{
	const char *case_id = contact->case_id == NULL ? "" : contact->case_id;
	char *at = contact->domain == NULL
			   ? address_form_key(found->form, contact->address)
			   : g_strconcat("@", contact->domain, NULL);

	add(found, SHELF_CONTACT, g_strdup(contact->id), "id", contact->id);
	add(found, SHELF_CONTACTS_AT, at, "address", NULL);
	add(found, SHELF_CONTACTS_OF, g_strdup(case_id), "case", case_id);
}

static void
add_agreement(const Found *found, const Agreement *agreement)
{
	add(found, SHELF_AGREEMENT, g_strdup(agreement->id), "id", agreement->id);
	add(found, SHELF_AGREEMENTS_OF, g_strdup(agreement->case_id), "case",
	    agreement->case_id);
}

static void
place_clear(gpointer data)
{
	g_free(((Place *)data)->key);
}

GArray *
places_of(RegisterKind kind, const void *thing, const AddressForm *form)
{
	const Found found = { form, g_array_new(FALSE, FALSE, sizeof(Place)) };

	g_array_set_clear_func(found.places, place_clear);
	if (kind == REGISTER_STAFF)
		add_staff(&found, thing);
	else if (kind == REGISTER_PERSON)
		add_person(&found, thing);
	else if (kind == REGISTER_CONTACT)
		add_contact(&found, thing);
	else
		add_agreement(&found, thing);
	return found.places;
}

bool
places_held_during(const Person *person, const char *key, const PersonAddress *span,
		   const AddressForm *form)
{
	for (guint i = 0; i < person->addresses->len; i++) {
		const PersonAddress *held = person->addresses->pdata[i];
		g_autofree char *other = address_form_key(form, held->address);

		if (strcmp(other, key) == 0 &&
		    (held->until == DAY_NONE || span->from <= held->until) &&
		    (span->until == DAY_NONE || held->from <= span->until))
			return true;
	}
	return false;
}
