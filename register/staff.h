/* SPDX-License-Identifier: Apache-2.0 */
/*
 * staff.h - a member of staff, as the register knows them
 */
#ifndef REGISTER_STAFF_H
#define REGISTER_STAFF_H

#include "base/address.h"
#include "base/day.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* Bits: a member of staff may have several. */
typedef enum StaffRole {
	STAFF_WORKER = 1 << 0,
	STAFF_MANAGER = 1 << 1,
	STAFF_LEAD = 1 << 2,
	STAFF_DUTY = 1 << 3,
	STAFF_RULE_ADMIN = 1 << 4,
	STAFF_AUDITOR = 1 << 5,
	STAFF_ADMIN = 1 << 6,
	STAFF_AUTOMATIC = 1 << 7,
} StaffRole;

/* Immutable, reference-counted, so that directories share it. */
typedef struct Staff {
	Address *email; /* the work address: identity of the person in the register */
	char *name;
	char *manager; /* work address, or NULL */
	char **logins; /* besides the work address, which is always one */
	GPtrArray *
		also; /* const Address *: other addresses known of them, private ones too */
	char **numbers;            /* work telephone numbers */
	guint roles;               /* StaffRole bits; STAFF_WORKER when none was given */
	char **members;            /* work addresses, when this is a team */
	char *unix_user;           /* or NULL */
	Day away_from, away_until; /* DAY_NONE when not away; until inclusive */
	char *cover;               /* work address, or NULL */
	Day suspended;             /* the first day of it, or DAY_NONE */
	Day ended;                 /* the last day of employment, or DAY_NONE */
	char *end_reason;
} Staff;

Staff *staff_from_json(const json_t *json, GError **error);
json_t *staff_to_json(const Staff *staff);
Staff *staff_ref(Staff *staff);
void staff_unref(Staff *staff);

/* "worker manager" and back; 0 with the error set for an unknown word. */
guint staff_roles_parse(const char *const *words, GError **error);
char **staff_roles_format(guint roles);

bool staff_is_employed_on(const Staff *staff, Day day);
bool staff_is_away_on(const Staff *staff, Day day);
/* Whether they may write for the agency: employed and not suspended. */
bool staff_may_write_on(const Staff *staff, Day day);
/* Whether somebody else must read what is sent to them: away, suspended or gone. */
bool staff_needs_cover_on(const Staff *staff, Day day);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Staff, staff_unref)

#endif
