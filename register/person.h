/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person.h - a young person, as the register knows them
 */
#ifndef REGISTER_PERSON_H
#define REGISTER_PERSON_H

#include "base/address.h"
#include "base/day.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

typedef enum PersonState {
	PERSON_ACTIVE,
	PERSON_ENDED,   /* the case has ended: still in scope */
	PERSON_REMOVED, /* taken out of scope by decision */
} PersonState;

typedef enum RegisterError {
	REGISTER_ERROR_FIELD, /* a field is missing or wrong; the message begins with it */
	REGISTER_ERROR_TAKEN, /* the address, case or login belongs to someone else */
	REGISTER_ERROR_RULE,  /* the register's rules forbid it */
} RegisterError;

#define REGISTER_ERROR (register_error_quark())
GQuark register_error_quark(void);

/* An address and the days on which it is theirs; either may be DAY_NONE, for always.
 * Outside them it stays in scope, and mail to it is a finding. */
typedef struct PersonAddress {
	Address *address;
	Day from, until; /* until inclusive */
} PersonAddress;

bool person_address_holds_on(const PersonAddress *address, Day day);

/* Immutable, reference-counted, so that directories share it. */
typedef struct Person {
	char *case_id;
	char *name;
	Day born;
	bool is_born_estimated;
	GPtrArray *addresses; /* PersonAddress *, at least one unless sms is given */
	bool is_shared;       /* a mailbox of the family */
	char *via;     /* "alias", or NULL: the addresses are aliases that reach them */
	char **sms;    /* numbers as given; empty vector when none */
	char *manager; /* staff address of who decides for them, or NULL */
	char *read_by; /* who else reads the mailbox, in words, or NULL */
	PersonState state;
	char *state_reason; /* NULL while active */
} Person;

/* The payload of a person record, checked in full. */
Person *person_from_json(const json_t *json, GError **error);
json_t *person_to_json(const Person *person);
Person *person_ref(Person *person);
void person_unref(Person *person);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Person, person_unref)

#endif
