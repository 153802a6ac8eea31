/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest.h - "did you mean": the known names that a word may have been meant as
 */
#ifndef CONSOLE_NEAREST_H
#define CONSOLE_NEAREST_H

#include <glib.h>

/* Of names (const char *), those that begin with the word, else the nearest ones at most
 * two letters away, as "a, b or c" with a prefix before each; all of them when none is
 * near.  Owned by the caller. */
char *nearest_names(const char *word, const GPtrArray *names, const char *prefix);

#endif
