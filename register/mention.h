/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mention.h - which members of staff a text speaks of by their names
 */
#ifndef REGISTER_MENTION_H
#define REGISTER_MENTION_H

#include "register/directory.h"

#include <glib.h>

/* Borrowed. */
typedef struct MentionQuery {
	const Directory *directory;
	const GArray *known; /* const Staff *: those of whom one name is enough */
	const char *own;     /* names of whoever wrote it, which alone say nothing */
} MentionQuery;

/* const Staff *, each once, in the order of the text: by first and last name (in any
 * order), by title and last name, and those known by one of their names.  Whoever is only
 * greeted ("Hi Mia") or called ("Mia, …" at the start of a line) is not among them.
 * Programs and teams have no names.  Owned by the caller; its members are not. */
GPtrArray *mention_find(const MentionQuery *query, const char *text);

#endif
