/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rights.c - whose mail it is, and who decides
 *
 * Nobody decides about their own mail, whichever way it is theirs: that is asked
 * first, of everyone, before any role counts.
 */
#include "config.h"

#include "desk/rights.h"

#include "desk/filing.h"
#include "desk/restriction.h"

#include <string.h>

static const Staff *
staff_at(const Directory *directory, const char *text)
{
	g_autoptr(Address) address = text == NULL ? NULL : address_parse(text, NULL);

	return address == NULL ? NULL : directory_staff_at(directory, address);
}

static const Staff *
login_of(const Directory *directory, const Held *held)
{
	const char *login =
		json_text(json_object_get(held_payload(held), "envelope"), "login");

	return login == NULL ? NULL : directory_staff_login(directory, login);
}

const Staff *
rights_author(const Directory *directory, const Held *held)
{
	const char *author = json_text(held_payload(held), "author");
	const Staff *staff = author == NULL ? NULL : directory_staff(directory, author);

	return staff != NULL ? staff : login_of(directory, held);
}

bool
rights_is_own(const Directory *directory, const Held *held, const Staff *staff)
{
	g_auto(GStrv) authors = json_words(held_payload(held), "header_authors");

	if (staff == NULL)
		return false;
	for (char **author = authors; *author != NULL; author++)
		if (staff_at(directory, *author) == staff)
			return true;
	return rights_author(directory, held) == staff ||
	       login_of(directory, held) == staff ||
	       staff_at(directory, json_text(held_payload(held), "from")) == staff;
}

bool
rights_is_for_lead(const Held *held)
{
	return g_strcmp0(json_text(held_payload(held), "decides"), "lead") == 0;
}

static bool
manages_any_person(const Ask *ask, const Held *held)
{
	const Directory *directory = ask_directory(ask);
	g_auto(GStrv) cases = held_cases(held);

	for (char **case_id = cases; *case_id != NULL; case_id++) {
		const Person *person = directory_person(directory, *case_id);

		if (person != NULL && person->manager != NULL &&
		    actor_manages_person(ask->actor, directory, person, ask->today))
			return true;
	}
	return false;
}

bool
rights_names(const Directory *directory, const json_t *payload, const char *email)
{
	static const char *const texts[] = { "author", "from", "staff" };
	static const char *const lists[] = { "to", "header_authors", "about" };
	const Staff *staff = email == NULL ? NULL : directory_staff(directory, email);
	bool is_found = false;

	for (gsize i = 0; staff != NULL && i < G_N_ELEMENTS(texts); i++)
		is_found |= staff_at(directory, json_text(payload, texts[i])) == staff;
	for (gsize i = 0; staff != NULL && i < G_N_ELEMENTS(lists); i++) {
		g_auto(GStrv) words = json_words(payload, lists[i]);

		for (char **word = words; *word != NULL; word++)
			is_found |= staff_at(directory, *word) == staff;
	}
	return is_found;
}

static bool
is_theirs(const Ask *ask, const json_t *payload)
{
	return rights_names(ask_directory(ask), payload, ask->actor->email);
}

bool
rights_is_theirs(const Ask *ask, const Record *record)
{
	return is_theirs(ask, record_payload(record));
}

static bool
is_hidden(const Ask *ask, const json_t *json)
{
	return restriction_is_on(ask->desk->store, json) &&
	       (!actor_has_role(ask->actor, STAFF_LEAD) ||
		is_theirs(ask, json_object_get(json, "payload")));
}

bool
rights_may_decide(const Ask *ask, const Held *held)
{
	const Directory *directory = ask_directory(ask);
	const Staff *author = rights_author(directory, held);

	if (ask->actor->email == NULL ||
	    rights_is_own(directory, held,
			  directory_staff(directory, ask->actor->email)) ||
	    is_hidden(ask, held->mail))
		return false;
	if (actor_has_role(ask->actor, STAFF_LEAD))
		return true;
	if (rights_is_for_lead(held))
		return false;
	if (actor_has_role(ask->actor, STAFF_DUTY))
		return true;
	return (author != NULL &&
		actor_manages_staff(ask->actor, directory, address_text(author->email),
				    ask->today)) ||
	       manages_any_person(ask, held);
}

/* Those found so far, and for what. */
typedef struct Search {
	const Directory *directory;
	const Held *held;
	Day today;
	GPtrArray *found; /* char *, owned */
} Search;

static bool
is_found(const Search *search, const char *email)
{
	return g_ptr_array_find_with_equal_func(search->found, email, g_str_equal, NULL);
}

/* Unless they are there already, have left, or it may be their own. */
static void
add_decider(Search *search, const Staff *staff)
{
	g_auto(GStrv) about = json_words(held_payload(search->held), "about");

	if (staff == NULL || !staff_is_employed_on(staff, search->today) ||
	    rights_is_own(search->directory, search->held, staff) ||
	    g_strv_contains((const char *const *)about, address_text(staff->email)) ||
	    is_found(search, address_text(staff->email)))
		return;
	g_ptr_array_add(search->found, g_strdup(address_text(staff->email)));
}

static void
add_leads(Search *search)
{
	const GPtrArray *all = directory_all_staff(search->directory);

	for (guint i = 0; i < all->len; i++) {
		const Staff *staff = all->pdata[i];

		if ((staff->roles & STAFF_LEAD) != 0)
			add_decider(search, staff);
	}
}

static void
add_managers_of_people(Search *search)
{
	g_auto(GStrv) cases = held_cases(search->held);

	for (char **case_id = cases; *case_id != NULL; case_id++) {
		const Person *person = directory_person(search->directory, *case_id);

		if (person != NULL)
			add_decider(search,
				    actor_manager(search->directory, person->manager,
						  search->today));
	}
}

char **
rights_deciders(const Directory *directory, const Held *held, Day today)
{
	const Staff *author = rights_author(directory, held);
	Search search = { .directory = directory,
			  .held = held,
			  .today = today,
			  .found = g_ptr_array_new() };

	if (!rights_is_for_lead(held)) {
		if (author != NULL)
			add_decider(&search,
				    actor_manager(directory, author->manager, today));
		if (search.found->len == 0)
			add_managers_of_people(&search);
	}
	if (search.found->len == 0)
		add_leads(&search);
	g_ptr_array_add(search.found, NULL);
	return (char **)g_ptr_array_free(search.found, FALSE);
}

bool
rights_may_read_case(const Ask *ask, const char *case_id)
{
	const Directory *directory = ask_directory(ask);

	return actor_has_role(ask->actor, STAFF_LEAD | STAFF_AUDITOR) ||
	       actor_manages_person(ask->actor, directory,
				    directory_person(directory, case_id), ask->today);
}

/* One of those that it is in now. */
static bool
may_read_a_case(const Ask *ask, const Record *record)
{
	g_auto(GStrv) cases = filing_cases(ask->desk->store, record);

	for (char **one = cases; *one != NULL; one++)
		if (rights_may_read_case(ask, *one))
			return true;
	return *cases == NULL && actor_has_role(ask->actor, STAFF_LEAD | STAFF_AUDITOR);
}

static bool
is_private_address(const Ask *ask, const json_t *cases, const char *text, Day day)
{
	g_autoptr(Address) address = text == NULL ? NULL : address_parse(text, NULL);
	const json_t *link;
	gsize i;

	if (address == NULL)
		return false;
	json_array_foreach(cases, i, link) {
		const Contact *contact = directory_contact_at(
			ask_directory(ask), json_text(link, "case"), address, day);

		if (contact != NULL && contact->is_private)
			return true;
	}
	return false;
}

/* With an advocate or a solicitor of the young person. */
static bool
is_private(const Ask *ask, const Record *record)
{
	const json_t *payload = record_payload(record);
	const json_t *cases = json_object_get(record_json(record), "cases");
	const Day day = day_of(record_time(record), ask_zone(ask));
	g_auto(GStrv) to = json_words(payload, "to");
	bool is_found = json_truth(json_object_get(payload, "facts"), "private") ||
			is_private_address(ask, cases, json_text(payload, "from"), day);

	for (char **one = to; !is_found && *one != NULL; one++)
		is_found = is_private_address(ask, cases, *one, day);
	return is_found;
}

bool
rights_is_hidden(const Ask *ask, const Record *record)
{
	return is_hidden(ask, record_json(record));
}

void
rights_hide_like(const Ask *ask, const Record *of, json_t *decision)
{
	static const char *const texts[] = { "author", "from", "staff" };
	static const char *const lists[] = { "to", "header_authors", "about" };
	const json_t *payload = record_payload(of);
	json_t *about = NULL;

	if (!restriction_is_on(ask->desk->store, record_json(of)))
		return;
	about = json_array();
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		if (json_text(payload, texts[i]) != NULL)
			json_array_append(about, json_object_get(payload, texts[i]));
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if (json_is_array(json_object_get(payload, lists[i])))
			json_array_extend(about, json_object_get(payload, lists[i]));
	json_object_set_new(decision, "restricted", json_true());
	json_object_set_new(decision, "about", about);
}

bool
rights_is_hidden_hold(const Ask *ask, const Held *held)
{
	return is_hidden(ask, held->mail);
}

bool
rights_may_read_record(const Ask *ask, const Record *record)
{
	if (rights_is_hidden(ask, record) || !may_read_a_case(ask, record))
		return false;
	return actor_has_role(ask->actor, STAFF_LEAD | STAFF_AUDITOR) ||
	       !is_private(ask, record);
}
