/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kind.h - the kinds of things that the register has, and what is done with each alike
 */
#ifndef REGISTER_KIND_H
#define REGISTER_KIND_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* In the order in which one names another: staff are named by all. */
typedef enum RegisterKind {
	REGISTER_STAFF,
	REGISTER_PERSON,
	REGISTER_CONTACT,
	REGISTER_AGREEMENT,
	REGISTER_KINDS
} RegisterKind;

/* Things are reference-counted by g_atomic_rc_box, all of them. */
typedef struct Kind {
	const char *name; /* "staff": the type of its records, the word in a table */
	const char *key;  /* the field of its payload that says which one it is */
	void *(*from_json)(const json_t *json, GError **error);
	json_t *(*to_json)(const void *thing);
	const char *(*key_of)(const void *thing);
	const char *(*case_of)(const void *thing); /* NULL: none */
	bool (*is_over)(const void *thing);        /* ended, or removed */
	GCompareFunc compare;                      /* by key */
	GDestroyNotify unref;
} Kind;

const Kind *kind_get(RegisterKind kind);
/* By its name; false when there is none. */
bool kind_parse(const char *name, RegisterKind *kind);

#endif
