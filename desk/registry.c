/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c - a directory from records
 *
 * Invariant: the directory in force is what the latest person, staff and agreement
 * records say, so a change is checked first, then recorded, then in force.
 */
#include "config.h"

#include "desk/registry.h"

#include "base/clock.h"

#include <string.h>

typedef DirectoryLists Lists;

static void
lists_init(Lists *lists)
{
	lists->people = g_ptr_array_new_with_free_func((GDestroyNotify)person_unref);
	lists->staff = g_ptr_array_new_with_free_func((GDestroyNotify)staff_unref);
	lists->agreements =
		g_ptr_array_new_with_free_func((GDestroyNotify)agreement_unref);
	lists->contacts = g_ptr_array_new_with_free_func((GDestroyNotify)contact_unref);
}

static void
lists_clear(Lists *lists)
{
	g_ptr_array_unref(lists->people);
	g_ptr_array_unref(lists->staff);
	g_ptr_array_unref(lists->agreements);
	g_ptr_array_unref(lists->contacts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lists, lists_clear)

static char **
work_domains(const Settings *settings)
{
	const char *const *words = settings_words(settings, "work-domain");
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (; *words != NULL; words++) {
		g_autofree char *domain = address_domain_normalise(*words);

		if (domain != NULL)
			g_strv_builder_add(builder, domain);
	}
	return g_strv_builder_end(builder);
}

Directory *
registry_build(const Lists *lists, const Settings *settings, GError **error)
{
	g_autoptr(AddressForm) form =
		address_form_new(settings_words(settings, "ignore-dots"),
				 settings_words(settings, "same-domain"));
	g_auto(GStrv) domains = work_domains(settings);
	DirectoryOptions options = { .form = form,
				     .work_domains = (const char *const *)domains };

	return directory_new(&options, lists, error);
}

typedef void *(*FromJson)(const json_t *json, GError **error);

static bool
load_type(Store *store, const char *type, FromJson from_json, GPtrArray *list,
	  GError **error)
{
	g_autoptr(GPtrArray) records = store_latest_all(store, type);

	for (guint i = 0; i < records->len; i++) {
		const json_t *record = records->pdata[i];
		void *thing = from_json(json_object_get(record, "payload"), error);

		if (thing == NULL) {
			g_prefix_error(error, "%s record %s: ", type,
				       json_text(record, "id"));
			return false;
		}
		g_ptr_array_add(list, thing);
	}
	return true;
}

Directory *
registry_load(Store *store, const Settings *settings, GError **error)
{
	g_auto(Lists) lists = { 0 };

	lists_init(&lists);
	if (!load_type(store, "person", (FromJson)person_from_json, lists.people,
		       error) ||
	    !load_type(store, "staff", (FromJson)staff_from_json, lists.staff, error) ||
	    !load_type(store, "agreement", (FromJson)agreement_from_json,
		       lists.agreements, error) ||
	    !load_type(store, "contact", (FromJson)contact_from_json, lists.contacts,
		       error))
		return NULL;
	return registry_build(&lists, settings, error);
}

static void
copy_lists(const Directory *directory, Lists *lists)
{
	const GPtrArray *people = directory_all_people(directory);
	const GPtrArray *staff = directory_all_staff(directory);
	const GPtrArray *agreements = directory_all_agreements(directory);
	const GPtrArray *contacts = directory_all_contacts(directory);

	lists_init(lists);
	for (guint i = 0; i < people->len; i++)
		g_ptr_array_add(lists->people, person_ref(people->pdata[i]));
	for (guint i = 0; i < staff->len; i++)
		g_ptr_array_add(lists->staff, staff_ref(staff->pdata[i]));
	for (guint i = 0; i < agreements->len; i++)
		g_ptr_array_add(lists->agreements, agreement_ref(agreements->pdata[i]));
	for (guint i = 0; i < contacts->len; i++)
		g_ptr_array_add(lists->contacts, contact_ref(contacts->pdata[i]));
}

Directory *
registry_rebuild(const Directory *directory, const Settings *settings, GError **error)
{
	g_auto(Lists) lists = { 0 };

	copy_lists(directory, &lists);
	return registry_build(&lists, settings, error);
}

/* Puts a thing where the one before it stood; taken over by the list. */
static void
replace(GPtrArray *list, const void *before, void *thing)
{
	guint index = 0;

	if (before == NULL || !g_ptr_array_find(list, before, &index)) {
		g_ptr_array_add(list, thing);
		return;
	}
	g_ptr_array_remove_index(list, index);
	g_ptr_array_insert(list, (int)index, thing);
}

static Directory *
build_changed(const Ask *ask, const Settings *settings, const RegistryChange *change,
	      GError **error)
{
	const Directory *directory = ask->world->directory;
	g_auto(Lists) lists = { 0 };

	copy_lists(directory, &lists);
	if (change->person != NULL)
		replace(lists.people,
			directory_person(directory, change->person->case_id),
			person_ref(change->person));
	if (change->staff != NULL)
		replace(lists.staff,
			directory_staff(directory, address_text(change->staff->email)),
			staff_ref(change->staff));
	if (change->agreement != NULL)
		replace(lists.agreements,
			directory_agreement(directory, change->agreement->id),
			agreement_ref(change->agreement));
	if (change->contact != NULL)
		replace(lists.contacts, directory_contact(directory, change->contact->id),
			contact_ref(change->contact));
	return registry_build(&lists, settings, error);
}

/* Whether somebody other than its author decides about a worker's mail: their manager,
 * or who stands in for the manager, or a lead. */
static bool
has_decider(const Directory *directory, const Staff *staff, Day today)
{
	const GPtrArray *all = directory_all_staff(directory);
	const Staff *manager = actor_manager(directory, staff->manager, today);

	if (manager != NULL && manager != staff && staff_may_write_on(manager, today))
		return true;
	for (guint i = 0; i < all->len; i++) {
		const Staff *lead = all->pdata[i];

		if (lead != staff && (lead->roles & STAFF_LEAD) != 0 &&
		    staff_may_write_on(lead, today))
			return true;
	}
	return false;
}

static bool
needs_decider(const Staff *staff, Day today)
{
	return staff_is_employed_on(staff, today) &&
	       (staff->roles & (STAFF_LEAD | STAFF_AUTOMATIC)) == 0;
}

/* Nobody's mail may lose, by a change, everyone who could release it. */
bool
registry_check_deciders(const Directory *before, const Directory *after, Day today,
			GError **error)
{
	const GPtrArray *all = directory_all_staff(after);

	for (guint i = 0; i < all->len; i++) {
		const Staff *staff = all->pdata[i];
		const Staff *old = directory_staff(before, address_text(staff->email));

		if (!needs_decider(staff, today) || has_decider(after, staff, today) ||
		    (old != NULL && needs_decider(old, today) &&
		     !has_decider(before, old, today)))
			continue;
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "nobody could release the mail of '%s' then: name another "
			    "manager or cover, or a lead",
			    address_text(staff->email));
		return false;
	}
	return true;
}

bool
registry_keep(Ask *ask, Draft *draft, json_t *payload, const RegistryChange *change,
	      GError **error)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	g_autoptr(Directory) directory = build_changed(ask, settings, change, error);

	if (directory == NULL ||
	    (change->staff != NULL &&
	     !registry_check_deciders(ask_directory(ask), directory, ask->today, error)))
		return false;
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
	if (!store_put(ask->desk->store, &draft, 1, error))
		return false;
	desk_set_directory(ask->desk, directory);
	return true;
}
