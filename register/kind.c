/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kind.c - what is done alike with people, staff, contacts and agreements
 */
#include "config.h"

#include "register/kind.h"

#include "register/agreement.h"
#include "register/contact.h"
#include "register/person.h"
#include "register/staff.h"

#include <string.h>

static const char *
staff_key(const void *thing)
{
	return address_text(((const Staff *)thing)->email);
}

static const char *
person_key(const void *thing)
{
	return ((const Person *)thing)->case_id;
}

static const char *
contact_key(const void *thing)
{
	return ((const Contact *)thing)->id;
}

static const char *
agreement_key(const void *thing)
{
	return ((const Agreement *)thing)->id;
}

static const char *
no_case(const void *thing)
{
	(void)thing;
	return NULL;
}

static const char *
contact_case(const void *thing)
{
	return ((const Contact *)thing)->case_id;
}

static const char *
agreement_case(const void *thing)
{
	return ((const Agreement *)thing)->case_id;
}

static bool
staff_is_over(const void *thing)
{
	return ((const Staff *)thing)->ended != DAY_NONE;
}

static bool
person_is_over(const void *thing)
{
	return ((const Person *)thing)->state != PERSON_ACTIVE;
}

static bool
contact_is_over(const void *thing)
{
	return ((const Contact *)thing)->ended != DAY_NONE;
}

static bool
agreement_is_over(const void *thing)
{
	return ((const Agreement *)thing)->ended != DAY_NONE;
}

/* One for each: a function is called as what it is. */
#define KIND(type, make, write)                                      \
	static void *type##_make(const json_t *json, GError **error) \
	{                                                            \
		return make(json, error);                            \
	}                                                            \
	static json_t *type##_write(const void *thing)               \
	{                                                            \
		return write(thing);                                 \
	}                                                            \
	static void type##_release(gpointer thing)                   \
	{                                                            \
		type##_unref(thing);                                 \
	}                                                            \
	static int type##_compare(gconstpointer a, gconstpointer b)  \
	{                                                            \
		return strcmp(type##_key(a), type##_key(b));         \
	}

KIND(staff, staff_from_json, staff_to_json)
KIND(person, person_from_json, person_to_json)
KIND(contact, contact_from_json, contact_to_json)
KIND(agreement, agreement_from_json, agreement_to_json)

static const Kind kinds[REGISTER_KINDS] = {
	[REGISTER_STAFF] = { "staff", "email", staff_make, staff_write, staff_key,
			     no_case, staff_is_over, staff_compare, staff_release },
	[REGISTER_PERSON] = { "person", "case", person_make, person_write, person_key,
			      person_key, person_is_over, person_compare,
			      person_release },
	[REGISTER_CONTACT] = { "contact", "id", contact_make, contact_write, contact_key,
			       contact_case, contact_is_over, contact_compare,
			       contact_release },
	[REGISTER_AGREEMENT] = { "agreement", "id", agreement_make, agreement_write,
				 agreement_key, agreement_case, agreement_is_over,
				 agreement_compare, agreement_release },
};

const Kind *
kind_get(RegisterKind kind)
{
	return &kinds[kind];
}

bool
kind_parse(const char *name, RegisterKind *kind)
{
	for (int i = 0; i < REGISTER_KINDS; i++)
		if (g_strcmp0(kinds[i].name, name) == 0) {
			*kind = (RegisterKind)i;
			return true;
		}
	return false;
}
