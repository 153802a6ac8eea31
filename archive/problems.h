/* SPDX-License-Identifier: Apache-2.0 */
/*
 * problems.h - what was found wrong with an archive, in the order in which it was found
 *
 * Not thread-safe.
 */
#ifndef ARCHIVE_PROBLEMS_H
#define ARCHIVE_PROBLEMS_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Problems Problems;

Problems *problems_new(void);
void problems_free(Problems *problems);

/* id: of a record, or the path of what it is about.  problem: a word of verify.h's
 * list.  detail: in plain words. */
void problems_add(Problems *problems, const char *id, const char *problem,
		  const char *detail);
/* The same, unless it follows from another: it counts when problems_settle says so, and
 * is forgotten else. */
void problems_doubt(Problems *problems, const char *id, const char *problem,
		    const char *detail);
void problems_settle(Problems *problems, bool counts);

bool problems_any(const Problems *problems);
json_t *problems_list(const Problems *problems); /* borrowed */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Problems, problems_free)

#endif
