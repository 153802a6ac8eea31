/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spellings.h - the strings of folded text (fold.h) that part of an expression stands for
 *
 * Sets of strings are hash tables, the caller's.
 */
#ifndef RULES_SPELLINGS_H
#define RULES_SPELLINGS_H

#include "rules/expression.h"

#include <glib.h>

/* All of an item; "" is among them when it may be left out.  NULL when they are too many. */
GHashTable *spellings_of(const Item *item);

/* Of as many of the times that it must stand as can be written out.  NULL when none can. */
GHashTable *spellings_in_part(const Item *item);

/* Each of the first before each of the second.  NULL when they are too many. */
GHashTable *spellings_product(GHashTable *first, GHashTable *second);

#endif
