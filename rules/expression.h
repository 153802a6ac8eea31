/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expression.h - an expression of PCRE2 as a tree, as far as the prefilter wants to know
 *
 * The tree matches wherever the expression does, and may match elsewhere too.  It is about
 * folded text (fold.h), but for capitals and digits, which are as they are.
 */
#ifndef RULES_EXPRESSION_H
#define RULES_EXPRESSION_H

#include "rules/fold.h"
#include "rules/pattern.h"

#include <glib.h>
#include <stdbool.h>

enum { SIGNS = BEYOND + 1 };

typedef enum ItemKind {
	ITEM_SET,   /* one of these signs */
	ITEM_GROUP, /* one of these alternatives */
	ITEM_EDGE,  /* of a word; takes no room */
	ITEM_AHEAD, /* what must follow; takes no room */
	ITEM_GAP,   /* anything, or nothing */
} ItemKind;

typedef struct Item {
	ItemKind kind;
	bool signs[SIGNS]; /* a set's */
	GPtrArray
		*alternatives; /* a group's, or what is ahead; each a GPtrArray of Item */
	guint least, most;     /* times; G_MAXUINT: without an end */
} Item;

/* The whole as an item of kind ITEM_GROUP.  NULL for an expression with something in it
 * that is not understood. */
Item *expression_read(const Pattern *pattern);
void item_free(Item *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Item, item_free)

#endif
