/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people.h - people of the register for tests, from JSON that is short to write:
 * 'single' quotes for double ones
 */
#ifndef TESTS_REGISTER_PEOPLE_H
#define TESTS_REGISTER_PEOPLE_H

#include "register/directory.h"
#include "tests/testing.h"

static inline json_t *
people_json(const char *text)
{
	g_autofree char *copy = g_strdelimit(g_strdup(text), "'", '"');
	g_autoptr(GError) error = NULL;
	json_t *json = json_read(copy, strlen(copy), &error);

	if (json == NULL)
		fail_msg("%s: %s", copy, error->message);
	return json;
}

static inline Person *
people_person(const char *text)
{
	g_autoptr(json_t) json = people_json(text);
	g_autoptr(GError) error = NULL;
	Person *person = person_from_json(json, &error);

	if (person == NULL)
		fail_msg("%s: %s", text, error->message);
	return person;
}

static inline Staff *
people_staff(const char *text)
{
	g_autoptr(json_t) json = people_json(text);
	g_autoptr(GError) error = NULL;
	Staff *staff = staff_from_json(json, &error);

	if (staff == NULL)
		fail_msg("%s: %s", text, error->message);
	return staff;
}

static inline Agreement *
people_agreement(const char *text)
{
	g_autoptr(json_t) json = people_json(text);
	g_autoptr(GError) error = NULL;
	Agreement *agreement = agreement_from_json(json, &error);

	if (agreement == NULL)
		fail_msg("%s: %s", text, error->message);
	return agreement;
}

static inline Contact *
people_contact(const char *text)
{
	g_autoptr(json_t) json = people_json(text);
	g_autoptr(GError) error = NULL;
	Contact *contact = contact_from_json(json, &error);

	if (contact == NULL)
		fail_msg("%s: %s", text, error->message);
	return contact;
}

/* Each NULL-terminated; NULL for none. */
static inline Directory *
people_directory_with(const char *const *people, const char *const *staff,
		      const char *const *agreements, const char *const *contacts,
		      GError **error)
{
	static const char *const none[] = { NULL };
	static const char *const domains[] = { "agency.example", NULL };
	g_autoptr(AddressForm) form = address_form_new(none, none);
	DirectoryOptions options = { form, domains };
	g_autoptr(GPtrArray) young =
		g_ptr_array_new_with_free_func((GDestroyNotify)person_unref);
	g_autoptr(GPtrArray) workers =
		g_ptr_array_new_with_free_func((GDestroyNotify)staff_unref);
	g_autoptr(GPtrArray) agreed =
		g_ptr_array_new_with_free_func((GDestroyNotify)agreement_unref);

	g_autoptr(GPtrArray) others =
		g_ptr_array_new_with_free_func((GDestroyNotify)contact_unref);
	const DirectoryLists lists = { { workers, young, others, agreed } };

	for (; people != NULL && *people != NULL; people++)
		g_ptr_array_add(young, people_person(*people));
	for (; staff != NULL && *staff != NULL; staff++)
		g_ptr_array_add(workers, people_staff(*staff));
	for (; agreements != NULL && *agreements != NULL; agreements++)
		g_ptr_array_add(agreed, people_agreement(*agreements));
	for (; contacts != NULL && *contacts != NULL; contacts++)
		g_ptr_array_add(others, people_contact(*contacts));
	return directory_new(&options, &lists, error);
}

static inline Directory *
people_directory(const char *const *people, const char *const *staff,
		 const char *const *agreements, GError **error)
{
	return people_directory_with(people, staff, agreements, NULL, error);
}

#endif
