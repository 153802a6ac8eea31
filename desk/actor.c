/* SPDX-License-Identifier: Apache-2.0 */
/*
 * actor.c - the peer's user id becomes a member of staff
 *
 * The kernel says who the peer is; the register says which member of staff has that
 * Unix user.  Only root (the administrator, or the console) may speak for another.
 */
#include "config.h"

#include "desk/actor.h"

#include "desk/desk.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

/* A cover may have a cover; a ring of them must end. */
enum { COVER_STEPS = 8, PASSWD_SIZE = 16384 };

static char *
unix_name(uid_t uid)
{
	char buffer[PASSWD_SIZE]; /* more than that is no entry of a password file */
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwuid_r(uid, &entry, buffer, PASSWD_SIZE, &found) != 0 || found == NULL)
		return NULL;
	return g_strdup(found->pw_name);
}

static bool
same_staff(const Directory *directory, const char *a, const char *b)
{
	const Staff *staff = a == NULL ? NULL : directory_staff(directory, a);

	return staff != NULL && b != NULL && staff == directory_staff(directory, b);
}

static Actor *
actor_new(const Directory *directory, const Staff *staff, uid_t uid)
{
	Actor *actor = g_new0(Actor, 1);
	const char *email = address_text(staff->email);

	actor->email = g_strdup(email);
	actor->roles = staff->roles;
	if (directory_is_manager(directory, staff))
		actor->roles |= STAFF_MANAGER;
	actor->json = json_pack("{s:s, s:o, s:I}", "kind", "staff", "staff",
				json_text_new(email), "uid", (json_int_t)uid);
	return actor;
}

static Actor *
admin_new(void)
{
	Actor *actor = g_new0(Actor, 1);

	actor->roles = STAFF_ADMIN;
	actor->json = json_pack("{s:s, s:I}", "kind", "admin", "uid", (json_int_t)0);
	return actor;
}

static const Staff *
find_spoken_for(const Directory *directory, uid_t uid, const char *as, GError **error)
{
	const Staff *staff = NULL;

	if (uid != 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "--as: only root may speak for someone: leave it out");
		return NULL;
	}
	staff = directory_staff(directory, as);
	if (staff == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "--as: '%s' is not registered staff: see staff list", as);
	return staff;
}

static const Staff *
find_by_user(const Directory *directory, uid_t uid, GError **error)
{
	g_autofree char *name = unix_name(uid);
	const Staff *staff = name == NULL ? NULL : directory_staff_unix(directory, name);

	if (staff == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "no member of staff has the Unix user '%s' (%lu): ask the "
			    "administrator for: chaperone staff change EMAIL --unix-user "
			    "%s",
			    name == NULL ? "?" : name, (unsigned long)uid,
			    name == NULL ? "NAME" : name);
	return staff;
}

Actor *
actor_find(const Directory *directory, uid_t uid, const char *as, Day today,
	   GError **error)
{
	const Staff *staff = NULL;

	if (uid == 0 && as == NULL)
		return admin_new();
	staff = as != NULL ? find_spoken_for(directory, uid, as, error)
			   : find_by_user(directory, uid, error);
	if (staff == NULL)
		return NULL;
	if (!staff_is_employed_on(staff, today)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "'%s' has left: whoever covers for them decides",
			    address_text(staff->email));
		return NULL;
	}
	return actor_new(directory, staff, uid);
}

void
actor_free(Actor *actor)
{
	if (actor == NULL)
		return;
	g_free(actor->email);
	json_decref(actor->json);
	g_free(actor);
}

json_t *
actor_unknown(uid_t uid, const char *as)
{
	return json_pack("{s:s, s:I, s:o}", "kind", "unknown", "uid", (json_int_t)uid,
			 "as", json_text_new(as));
}

static bool
is_away(const Staff *staff, Day today)
{
	return !staff_is_employed_on(staff, today) ||
	       (staff->away_from != DAY_NONE && staff->away_from <= today &&
		today <= staff->away_until);
}

const Staff *
actor_manager(const Directory *directory, const char *manager, Day today)
{
	const Staff *staff = manager == NULL ? NULL : directory_staff(directory, manager);

	for (int step = 0; step < COVER_STEPS && staff != NULL; step++) {
		if (!is_away(staff, today) || staff->cover == NULL)
			break;
		staff = directory_staff(directory, staff->cover);
	}
	return staff;
}

/* The manager as registered, or who stands in for them. */
static bool
is_manager(const Actor *actor, const Directory *directory, const char *manager, Day today)
{
	const Staff *staff = actor_manager(directory, manager, today);

	if (actor->email == NULL || manager == NULL)
		return false;
	return same_staff(directory, manager, actor->email) ||
	       (staff != NULL && staff == directory_staff(directory, actor->email));
}

bool
actor_manages_staff(const Actor *actor, const Directory *directory, const char *email,
		    Day today)
{
	const Staff *staff = email == NULL ? NULL : directory_staff(directory, email);

	return staff != NULL && !same_staff(directory, email, actor->email) &&
	       is_manager(actor, directory, staff->manager, today);
}

static bool
manages_a_worker(const Actor *actor, const Directory *directory, const char *case_id,
		 Day today)
{
	const GPtrArray *agreements = directory_agreements(directory, case_id);

	for (guint i = 0; agreements != NULL && i < agreements->len; i++) {
		const Agreement *agreement = agreements->pdata[i];

		for (char **worker = agreement->staff; *worker != NULL; worker++)
			if (actor_manages_staff(actor, directory, *worker, today))
				return true;
	}
	return false;
}

bool
actor_manages_person(const Actor *actor, const Directory *directory, const Person *person,
		     Day today)
{
	if (person == NULL)
		return false;
	if (person->manager != NULL)
		return is_manager(actor, directory, person->manager, today);
	return manages_a_worker(actor, directory, person->case_id, today);
}

bool
actor_is_among(const Actor *actor, const Directory *directory, const char *const *workers)
{
	for (; *workers != NULL; workers++) {
		const Staff *staff = directory_staff(directory, *workers);
		char **member = staff == NULL ? NULL : staff->members;

		if (same_staff(directory, *workers, actor->email))
			return true;
		for (; member != NULL && *member != NULL; member++)
			if (same_staff(directory, *member, actor->email))
				return true;
	}
	return false;
}

bool
actor_has_role(const Actor *actor, guint roles)
{
	return (actor->roles & roles) != 0;
}
