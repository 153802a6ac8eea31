/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name.h - people's names as they are compared: "O'Neil, Zoë" and "zoe oneil" are one
 *
 * For register/ alone.
 */
#ifndef REGISTER_NAME_H
#define REGISTER_NAME_H

#include <glib.h>

/* The words of a name, folded: no case, no accents, no marks between letters.  At most
 * the first twelve.  Owned by the caller. */
char **name_words(const char *name);

/* One key for the words in whatever order they come.  Owned by the caller. */
char *name_key(char *const *words, gsize len);

#endif
