/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.c - what must be true of something new or changed before it is registered
 */
#include "config.h"

#include "register/entry.h"

#include "register/field.h"

#include <string.h>

enum { CASE_MAX = 64 };

const Staff *
entry_find_staff(const Directory *directory, const char *field, const char *email,
		 GError **error)
{
	const Staff *staff = directory_staff(directory, email);

	if (staff == NULL)
		field_fail(error, field, "'%s' is not registered staff: see staff list",
			   email);
	else if (staff->ended != DAY_NONE)
		field_fail(error, field, "'%s' has left: name someone else", email);
	else
		return staff;
	return NULL;
}

/* Somebody who is named anew. */
static bool
check_named(const Directory *after, const char *field, const char *email, const char *was,
	    GError **error)
{
	return email == NULL || g_strcmp0(email, was) == 0 ||
	       entry_find_staff(after, field, email, error) != NULL;
}

static bool
check_all_named(const Directory *after, const char *field, char **emails, char **were,
		GError **error)
{
	for (char **email = emails; *email != NULL; email++)
		if ((were == NULL ||
		     !g_strv_contains((const char *const *)were, *email)) &&
		    entry_find_staff(after, field, *email, error) == NULL)
			return false;
	return true;
}

/* What ends says why. */
static bool
check_reason(bool is_over, bool was_over, const char *field, const char *reason,
	     GError **error)
{
	return !is_over || was_over || reason != NULL ||
	       field_fail(error, field, "is missing: say why it has ended");
}

/* Everyone but a lead has somebody who decides for them. */
static bool
check_manager(const Staff *staff, GError **error)
{
	return staff->manager != NULL || (staff->roles & STAFF_LEAD) != 0 ||
	       field_fail(error, "manager", "is needed: only a lead has none");
}

/* By whichever spelling of their own address. */
static bool
check_other(const Directory *after, const Staff *staff, const char *field,
	    const char *email, const char *advice, GError **error)
{
	return email == NULL || directory_staff(after, email) != staff ||
	       field_fail(error, field, "%s", advice);
}

static bool
check_leaving(const Staff *staff, const Staff *before, GError **error)
{
	bool was_over = before != NULL && before->ended != DAY_NONE;

	if (staff->ended != DAY_NONE && !was_over && staff->cover == NULL)
		return field_fail(error, "cover",
				  "is needed: somebody must read the mail of who has "
				  "left");
	return check_reason(staff->ended != DAY_NONE, was_over, "end_reason",
			    staff->end_reason, error);
}

static bool
check_staff(const Staff *staff, const Staff *before, const Directory *after,
	    GError **error)
{
	return check_manager(staff, error) &&
	       check_other(after, staff, "manager", staff->manager,
			   "nobody is their own manager: name another", error) &&
	       check_other(after, staff, "cover", staff->cover,
			   "nobody covers for themselves: name another", error) &&
	       check_named(after, "manager", staff->manager,
			   before == NULL ? NULL : before->manager, error) &&
	       check_named(after, "cover", staff->cover,
			   before == NULL ? NULL : before->cover, error) &&
	       check_all_named(after, "members", staff->members,
			       before == NULL ? NULL : before->members, error) &&
	       check_leaving(staff, before, error);
}

/* A case's name goes into lists, notices and file names. */
static bool
check_case_name(const char *case_id, GError **error)
{
	gsize len = strlen(case_id);

	for (const char *c = case_id; *c != '\0'; c++)
		if (!g_ascii_isgraph(*c) || *c == '/')
			len = 0;
	return (len > 0 && len <= CASE_MAX && case_id[0] != '-' && case_id[0] != '.') ||
	       field_fail(error, "case",
			  "'%s' is no case number: at most %d letters, digits and signs, "
			  "without blanks and '/'",
			  case_id, CASE_MAX);
}

static bool
check_person(const Person *person, const Person *before, const Directory *after,
	     const EntryTerms *terms, GError **error)
{
	if (!check_case_name(person->case_id, error))
		return false;
	if (person->born > terms->today)
		return field_fail(error, "born",
				  "this day is still to come: give the date of birth");
	return check_named(after, "manager", person->manager,
			   before == NULL ? NULL : before->manager, error) &&
	       check_reason(person->state != PERSON_ACTIVE,
			    before != NULL && before->state == person->state,
			    "state_reason", person->state_reason, error);
}

static bool
check_contact(const Contact *contact, const Contact *before, const EntryTerms *terms,
	      GError **error)
{
	bool is_new = before == NULL || before->until != contact->until;

	if (is_new && contact->until != DAY_NONE && contact->until < terms->today)
		return field_fail(error, "until",
				  "this day is past: give a later one, or leave it out");
	return check_reason(contact->ended != DAY_NONE,
			    before != NULL && before->ended != DAY_NONE, "end_reason",
			    contact->end_reason, error);
}

/* On its first day they must be old enough. */
static bool
check_age(const Agreement *agreement, const Person *person, const EntryTerms *terms,
	  GError **error)
{
	Day reached = day_birthday(person->born, terms->aware_age);
	g_autofree char *day = day_format(reached);

	if (agreement->ground != AGREEMENT_OF_AGE || agreement->from >= reached)
		return true;
	g_set_error(
		error, REGISTER_ERROR, REGISTER_ERROR_RULE,
		"ground: they are %d on %s: until then a parent or a decision is needed "
		"(3.5)",
		terms->aware_age, day);
	return false;
}

static bool
check_agreement(const Agreement *agreement, const Agreement *before,
		const Directory *after, const EntryTerms *terms, GError **error)
{
	const Person *person = directory_person(after, agreement->case_id);
	bool is_same_age = before != NULL && before->ground == agreement->ground &&
			   before->from == agreement->from;

	if (person == NULL)
		return field_fail(error, "case",
				  "'%s' is not in the register: see person list",
				  agreement->case_id);
	return check_all_named(after, "staff", agreement->staff,
			       before == NULL ? NULL : before->staff, error) &&
	       (is_same_age || check_age(agreement, person, terms, error)) &&
	       check_reason(agreement->ended != DAY_NONE,
			    before != NULL && before->ended != DAY_NONE, "end_reason",
			    agreement->end_reason, error);
}

bool
entry_check(RegisterKind kind, const void *thing, const void *before,
	    const Directory *after, const EntryTerms *terms, GError **error)
{
	if (kind == REGISTER_STAFF)
		return check_staff(thing, before, after, error);
	if (kind == REGISTER_PERSON)
		return check_person(thing, before, after, terms, error);
	if (kind == REGISTER_CONTACT)
		return check_contact(thing, before, terms, error);
	return check_agreement(thing, before, after, terms, error);
}
