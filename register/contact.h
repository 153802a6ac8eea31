/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact.h - somebody who may be on mail with a young person beside staff: a carer, a
 * school, an interpreter (guidance 1.7)
 */
#ifndef REGISTER_CONTACT_H
#define REGISTER_CONTACT_H

#include "base/address.h"
#include "base/day.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* Immutable, reference-counted, so that directories share it. */
typedef struct Contact {
	char *id;      /* of the record that made it; its key */
	char *case_id; /* NULL: of the agency, so of every case */
	char *name;
	char *role;       /* "carer", "solicitor", …: one word */
	Address *address; /* NULL when everyone of a domain is meant */
	char *domain;     /* lower-case A-label; NULL when there is an address */
	Day until;        /* inclusive, or DAY_NONE */
	bool is_private;  /* an advocate, a solicitor: no notice to the team, and not in
	                     its searches */
	Day ended;        /* the first day on which it no longer holds, or DAY_NONE */
	char *end_reason;
} Contact;

Contact *contact_from_json(const json_t *json, GError **error);
json_t *contact_to_json(const Contact *contact);
Contact *contact_ref(Contact *contact);
void contact_unref(Contact *contact);

bool contact_holds_on(const Contact *contact, Day day);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Contact, contact_unref)

#endif
