/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside.h - what a directory is made of: for directory.c, which makes it, and lookup.c,
 * which looks things up in it
 */
#ifndef REGISTER_INSIDE_H
#define REGISTER_INSIDE_H

#include "register/directory.h"
#include "register/places.h"
#include "register/shelf.h"

/* How addresses compare and which domains are the agency's: the same in every directory
 * that was made from another.  Counted by g_atomic_rc_box. */
typedef struct Terms {
	AddressForm *form;
	char **work_domains;
	GHashTable *is_work_domain; /* domain, borrowed from work_domains */
	GHashTable *domains_like;   /* skeletons of "@domain" */
} Terms;

struct Directory {
	Terms *terms;
	Shelf *shelves[SHELVES];
	GPtrArray *all[REGISTER_KINDS]; /* in order of keys; with references */
};

#endif
