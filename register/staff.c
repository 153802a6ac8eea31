/* SPDX-License-Identifier: Apache-2.0 */
/*
 * staff.c - a member of staff, as the register knows them
 *
 * Invariant: a Staff was checked in full by itself; what needs the others (a manager
 * who exists, a login that nobody else has) is for the directory and the desk.
 */
#include "config.h"

#include "register/staff.h"

#include "register/field.h"
#include "register/person.h"

#include <string.h>

/* In the order of the bits of StaffRole. */
static const char *const role_names[] = {
	"worker",     "manager", "lead",  "duty",
	"rule-admin", "auditor", "admin", "automatic",
};

static guint
role_bit(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(role_names); i++)
		if (strcmp(word, role_names[i]) == 0)
			return 1U << i;
	return 0;
}

guint
staff_roles_parse(const char *const *words, GError **error)
{
	guint roles = 0;

	for (const char *const *word = words; *word != NULL; word++) {
		guint bit = role_bit(*word);

		if (bit == 0) {
			field_fail(error, "roles",
				   "'%s' is no role: write worker, manager, lead, duty, "
				   "rule-admin, auditor, admin or automatic",
				   *word);
			return 0;
		}
		roles |= bit;
	}
	return roles == 0 ? STAFF_WORKER : roles;
}

char **
staff_roles_format(guint roles)
{
	char **words = g_new0(char *, G_N_ELEMENTS(role_names) + 1);
	guint len = 0;

	for (guint i = 0; i < G_N_ELEMENTS(role_names); i++)
		if (roles & (1U << i))
			words[len++] = g_strdup(role_names[i]);
	return words;
}

static bool
read_roles(const json_t *json, guint *roles, GError **error)
{
	g_auto(GStrv) words = NULL;

	if (!field_words(json, "roles", &words, error))
		return false;
	*roles = staff_roles_parse((const char *const *)words, error);
	return *roles != 0;
}

static bool
check_days(const Staff *staff, GError **error)
{
	if ((staff->away_from == DAY_NONE) != (staff->away_until == DAY_NONE))
		return field_fail(error, "away_until",
				  "an absence has two days: give both or neither");
	if (staff->away_until < staff->away_from)
		return field_fail(error, "away_until",
				  "is before the absence begins: correct one of them");
	return true;
}

static bool
check_others(const Staff *staff, GError **error)
{
	const char *self = address_text(staff->email);

	if (g_strcmp0(staff->manager, self) == 0)
		return field_fail(error, "manager",
				  "is the same person: nobody decides about their own "
				  "mail, name someone else");
	if (g_strcmp0(staff->cover, self) == 0)
		return field_fail(error, "cover",
				  "is the same person: name someone else");
	if (g_strv_contains((const char *const *)staff->members, self))
		return field_fail(error, "members",
				  "a team is no member of itself: leave it out");
	return true;
}

static bool
read_staff(const json_t *json, Staff *staff, GError **error)
{
	return field_need_address(json, "email", &staff->email, error) &&
	       field_need_text(json, "name", &staff->name, error) &&
	       field_mailbox(json, "manager", &staff->manager, error) &&
	       field_words(json, "logins", &staff->logins, error) &&
	       field_addresses(json, "also", &staff->also, error) &&
	       field_words(json, "numbers", &staff->numbers, error) &&
	       read_roles(json, &staff->roles, error) &&
	       field_mailboxes(json, "members", &staff->members, error) &&
	       field_text(json, "unix_user", &staff->unix_user, error) &&
	       field_day(json, "away_from", &staff->away_from, error) &&
	       field_day(json, "away_until", &staff->away_until, error) &&
	       field_mailbox(json, "cover", &staff->cover, error) &&
	       field_day(json, "suspended", &staff->suspended, error) &&
	       field_day(json, "ended", &staff->ended, error) &&
	       field_text(json, "end_reason", &staff->end_reason, error) &&
	       check_days(staff, error) && check_others(staff, error);
}

Staff *
staff_from_json(const json_t *json, GError **error)
{
	g_autoptr(Staff) staff = g_atomic_rc_box_new0(Staff);

	if (!read_staff(json, staff, error))
		return NULL;
	return g_steal_pointer(&staff);
}

static json_t *
words_new(char **words)
{
	return json_words_new((const char *const *)words);
}

json_t *
staff_to_json(const Staff *staff)
{
	g_auto(GStrv) roles = staff_roles_format(staff->roles);
	json_t *json = json_object();

	json_object_set_new(json, "email", json_text_new(address_text(staff->email)));
	json_object_set_new(json, "name", json_text_new(staff->name));
	json_object_set_new(json, "manager", json_text_new(staff->manager));
	json_object_set_new(json, "logins", words_new(staff->logins));
	json_object_set_new(json, "also", field_addresses_new(staff->also));
	json_object_set_new(json, "numbers", words_new(staff->numbers));
	json_object_set_new(json, "roles", words_new(roles));
	json_object_set_new(json, "members", words_new(staff->members));
	json_object_set_new(json, "unix_user", json_text_new(staff->unix_user));
	json_object_set_new(json, "away_from", field_day_new(staff->away_from));
	json_object_set_new(json, "away_until", field_day_new(staff->away_until));
	json_object_set_new(json, "cover", json_text_new(staff->cover));
	json_object_set_new(json, "suspended", field_day_new(staff->suspended));
	json_object_set_new(json, "ended", field_day_new(staff->ended));
	json_object_set_new(json, "end_reason", json_text_new(staff->end_reason));
	return json;
}

Staff *
staff_ref(Staff *staff)
{
	return g_atomic_rc_box_acquire(staff);
}

static void
clear(gpointer data)
{
	Staff *staff = data;

	address_free(staff->email);
	g_free(staff->name);
	g_free(staff->manager);
	g_strfreev(staff->logins);
	if (staff->also != NULL)
		g_ptr_array_unref(staff->also);
	g_strfreev(staff->numbers);
	g_strfreev(staff->members);
	g_free(staff->unix_user);
	g_free(staff->cover);
	g_free(staff->end_reason);
}

void
staff_unref(Staff *staff)
{
	if (staff != NULL)
		g_atomic_rc_box_release_full(staff, clear);
}

bool
staff_is_employed_on(const Staff *staff, Day day)
{
	return staff->ended == DAY_NONE || day <= staff->ended;
}

bool
staff_is_away_on(const Staff *staff, Day day)
{
	return staff->away_from != DAY_NONE && staff->away_from <= day &&
	       day <= staff->away_until;
}

bool
staff_may_write_on(const Staff *staff, Day day)
{
	return staff_is_employed_on(staff, day) &&
	       (staff->suspended == DAY_NONE || day < staff->suspended);
}

bool
staff_needs_cover_on(const Staff *staff, Day day)
{
	return staff_is_away_on(staff, day) || !staff_may_write_on(staff, day);
}
