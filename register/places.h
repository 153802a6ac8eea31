/* SPDX-License-Identifier: Apache-2.0 */
/*
 * places.h - where each thing of the register is found: on which shelf, under which key
 *
 * For register/ alone.  What is entered and what is taken out again go by this one list.
 */
#ifndef REGISTER_PLACES_H
#define REGISTER_PLACES_H

#include "base/address.h"
#include "register/kind.h"
#include "register/person.h"

#include <glib.h>

/* What a key is, and whose things lie there. */
typedef enum ShelfName {
	SHELF_STAFF,          /* staff by the comparable form of their work address */
	SHELF_STAFF_AT,       /* … of any address known of them */
	SHELF_STAFF_LIKE,     /* staff by the skeleton of their work address */
	SHELF_LOGIN,          /* staff by login */
	SHELF_UNIX_USER,      /* staff */
	SHELF_STAFF_NAMED,    /* staff by name */
	SHELF_NUMBER,         /* staff by the end of a work number */
	SHELF_STAFF_MANAGED,  /* staff by their manager's address */
	SHELF_PERSON,         /* people by case */
	SHELF_PEOPLE_AT,      /* people by address */
	SHELF_PEOPLE_LIKE,    /* people by the skeleton of an address */
	SHELF_PEOPLE_TEXTED,  /* people by the end of a number */
	SHELF_PEOPLE_MANAGED, /* people by their manager's address */
	SHELF_CONTACT,        /* contacts by id */
	SHELF_CONTACTS_AT,    /* contacts by address, or "@domain" */
	SHELF_CONTACTS_OF,    /* contacts by case, "" for the agency's */
	SHELF_AGREEMENT,      /* agreements by id */
	SHELF_AGREEMENTS_OF,  /* agreements by case */
	SHELVES
} ShelfName;

/* One place of a thing. */
typedef struct Place {
	ShelfName shelf;
	char *key;                 /* owned */
	const char *field;         /* of the payload, that it comes from */
	const char *value;         /* as people wrote it; the thing's */
	const PersonAddress *held; /* the address and its days, on SHELF_PEOPLE_AT */
} Place;

/* Place, all of them; the array owns the keys. */
GArray *places_of(RegisterKind kind, const void *thing, const AddressForm *form);

/* Whether an address, by its key, is a person's on some day of a span. */
bool places_held_during(const Person *person, const char *key, const PersonAddress *span,
			const AddressForm *form);

/* The key of a login: a name, or an address, compared as addresses are.  Owned by the
 * caller. */
char *places_login_key(const AddressForm *form, const char *login);
/* Of an address as people write it; NULL when it is none. */
char *places_address_key(const AddressForm *form, const char *text);
/* The last digits of a number, so that +44 7700 900123 is 07700 900123; NULL when there
 * are none. */
char *places_number_key(const char *number);

#endif
