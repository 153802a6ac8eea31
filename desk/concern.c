/* SPDX-License-Identifier: Apache-2.0 */
/*
 * concern.c - who is told of a finding
 *
 * A mail record of which somebody must be told has a key of its own, so that it is
 * current state until a decision record of that key closes it: what is due is read from
 * the records, and none is lost with the process.
 */
#include "config.h"

#include "desk/concern.h"

#include "desk/actor.h"

#include <string.h>

static const char prefix[] = "tell:";

/* One message, and those found so far. */
typedef struct Search {
	const Directory *directory;
	const json_t *payload, *cases;
	const char *const *leads;
	Day today;
	GPtrArray *found; /* ConcernTo * */
} Search;

char *
concern_key(const char *id, const json_t *payload)
{
	if (json_array_size(json_object_get(payload, "notify")) == 0)
		return NULL;
	return concern_key_of(id);
}

char *
concern_key_of(const char *id)
{
	return g_strconcat(prefix, id, NULL);
}

bool
concern_is_key(const char *key)
{
	return key != NULL && g_str_has_prefix(key, prefix);
}

static void
to_free(gpointer data)
{
	ConcernTo *to = data;

	g_free(to->to);
	g_free(to->role);
	g_free(to);
}

static const Staff *
staff_at(const Search *search, const char *text)
{
	g_autoptr(Address) address = text == NULL ? NULL : address_parse(text, NULL);

	return address == NULL ? NULL : directory_staff_at(search->directory, address);
}

static bool
is_one_of(const Search *search, const char *key, const Staff *staff)
{
	g_auto(GStrv) addresses = json_words(search->payload, key);

	for (char **one = addresses; *one != NULL; one++)
		if (staff_at(search, *one) == staff)
			return true;
	return false;
}

/* Whether they wrote it, or it may be about them: then they hear of it from nobody.
 * What is restricted may be about whoever it was addressed to. */
static bool
is_barred(const Search *search, const Staff *staff)
{
	const json_t *payload = search->payload;
	const char *login = json_text(json_object_get(payload, "envelope"), "login");

	return staff_at(search, json_text(payload, "author")) == staff ||
	       staff_at(search, json_text(payload, "from")) == staff ||
	       (login != NULL &&
		directory_staff_login(search->directory, login) == staff) ||
	       is_one_of(search, "header_authors", staff) ||
	       is_one_of(search, "about", staff) ||
	       (json_truth(payload, "restricted") && is_one_of(search, "to", staff));
}

static bool
is_found(const Search *search, const char *to)
{
	for (guint i = 0; i < search->found->len; i++)
		if (strcmp(((const ConcernTo *)search->found->pdata[i])->to, to) == 0)
			return true;
	return false;
}

static void
add_address(Search *search, const char *address, const char *role)
{
	ConcernTo *to = NULL;

	if (is_found(search, address))
		return;
	to = g_new0(ConcernTo, 1);
	to->to = g_strdup(address);
	to->role = g_strdup(role);
	g_ptr_array_add(search->found, to);
}

static void
add_staff(Search *search, const Staff *staff, const char *role)
{
	if (staff != NULL && staff_may_write_on(staff, search->today) &&
	    !is_barred(search, staff))
		add_address(search, address_text(staff->email), role);
}

static void
add_role(Search *search, StaffRole bit, const char *role)
{
	const GPtrArray *all = directory_all_staff(search->directory);

	for (guint i = 0; i < all->len; i++) {
		const Staff *staff = all->pdata[i];

		if ((staff->roles & bit) != 0)
			add_staff(search, staff, role);
	}
}

/* Those registered, and those that the configuration names beside them. */
static void
add_leads(Search *search)
{
	add_role(search, STAFF_LEAD, "lead");
	for (const char *const *lead = search->leads; *lead != NULL; lead++) {
		const Staff *staff = staff_at(search, *lead);

		if (staff == NULL)
			add_address(search, *lead, "lead");
		else
			add_staff(search, staff, "lead");
	}
}

static void
add_manager_of(Search *search, const char *manager)
{
	add_staff(search, actor_manager(search->directory, manager, search->today),
		  "manager");
}

static void
add_managers_of_recipients(Search *search)
{
	g_auto(GStrv) to = json_words(search->payload, "to");

	for (char **one = to; *one != NULL; one++) {
		const Staff *staff = staff_at(search, *one);

		if (staff != NULL)
			add_manager_of(search, staff->manager);
	}
}

/* The writer's manager; of what came in, those of the young people, else of the staff
 * whom it came to. */
static void
add_managers(Search *search)
{
	const Staff *author = staff_at(search, json_text(search->payload, "author"));
	guint before = search->found->len;
	const json_t *link;
	gsize i;

	if (author != NULL)
		add_manager_of(search, author->manager);
	if (search->found->len == before)
		json_array_foreach(search->cases, i, link) {
			const Person *person = directory_person(search->directory,
								json_text(link, "case"));

			if (person != NULL)
				add_manager_of(search, person->manager);
		}
	if (search->found->len == before)
		add_managers_of_recipients(search);
	if (search->found->len == before)
		add_leads(search);
}

/* Whether somebody whom it may be about answers to them. */
static bool
is_in_line(const Search *search, const Staff *staff)
{
	g_auto(GStrv) about = json_words(search->payload, "about");

	for (char **one = about; *one != NULL; one++) {
		const Staff *named = staff_at(search, *one);

		if (named != NULL &&
		    g_strcmp0(named->manager, address_text(staff->email)) == 0)
			return true;
	}
	return false;
}

/* It may be about every lead there is: then whoever can see to it that there is another,
 * and no line manager of those named. */
static void
add_others(Search *search)
{
	const GPtrArray *all = directory_all_staff(search->directory);

	for (guint i = 0; i < all->len; i++) {
		const Staff *staff = all->pdata[i];

		if ((staff->roles & (STAFF_MANAGER | STAFF_DUTY | STAFF_ADMIN)) != 0 &&
		    !is_in_line(search, staff))
			add_staff(search, staff, "other");
	}
}

/* Who wrote it hears of it by their own letter. */
static void
add_author(Search *search)
{
	const Staff *author = staff_at(search, json_text(search->payload, "author"));

	if (author != NULL)
		add_address(search, address_text(author->email), "author");
}

GPtrArray *
concern_recipients(const Directory *directory, const json_t *payload, const json_t *cases,
		   const char *const *leads, Day today)
{
	g_auto(GStrv) notify = json_words(payload, "notify");
	const char *const *roles = (const char *const *)notify;
	Search search = { .directory = directory,
			  .payload = payload,
			  .cases = cases,
			  .leads = leads,
			  .today = today,
			  .found = g_ptr_array_new_with_free_func(to_free) };

	if (json_truth(payload, "restricted")) {
		add_leads(&search);
		if (search.found->len == 0)
			add_others(&search);
		return search.found;
	}
	if (g_strv_contains(roles, "manager"))
		add_managers(&search);
	if (g_strv_contains(roles, "lead"))
		add_leads(&search);
	if (g_strv_contains(roles, "author"))
		add_author(&search);
	if (g_strv_contains(roles, "duty"))
		add_role(&search, STAFF_DUTY, "duty");
	if (search.found->len == 0)
		add_leads(&search);
	return search.found;
}
