/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shelf.h - things under keys, of which a changed copy shares all that did not change
 *
 * Several things may stand under one key.  A shelf owns its keys and not its things.
 */
#ifndef REGISTER_SHELF_H
#define REGISTER_SHELF_H

#include <glib.h>
#include <stdbool.h>

typedef struct Shelf Shelf;

Shelf *shelf_new(void);
/* The same things; either may then be changed without the other.  Copying costs the same
 * however many there are. */
Shelf *shelf_copy(const Shelf *shelf);
void shelf_free(Shelf *shelf);

/* Puts a thing under a key, in the order of compare; once, however often it is added. */
void shelf_add(Shelf *shelf, const char *key, void *thing, GCompareFunc compare);
void shelf_remove(Shelf *shelf, const char *key, const void *thing);

/* In order; NULL when there is none.  Borrowed until the shelf is changed or freed. */
const GPtrArray *shelf_get(const Shelf *shelf, const char *key);
/* The first of them, or NULL. */
void *shelf_first(const Shelf *shelf, const char *key);

bool shelf_is_empty(const Shelf *shelf);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shelf, shelf_free)

#endif
