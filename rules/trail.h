/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trail.h - the words that a text must have, one behind another, for an expression to match
 *
 * For the prefilter: what matters there is never to say no in vain.  Words are looked for
 * in folded text (fold.h).
 */
#ifndef RULES_TRAIL_H
#define RULES_TRAIL_H

#include "rules/pattern.h"

#include <glib.h>
#include <stdbool.h>

/* One of these strings must stand, so far behind the step before. */
typedef struct Step {
	GPtrArray *strings; /* char * */
	guint gap;          /* at most so many bytes between; G_MAXUINT: any number */
	bool begins_word;   /* those that begin with a letter or a digit do so as words */
	bool ends_word;
} Step;

/* Trails of an expression, of which a text that matches has one: each a GPtrArray of
 * Step *, with one step at least.  NULL when any text may match. */
GPtrArray *trails_of(const Pattern *pattern);

#endif
