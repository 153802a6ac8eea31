/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracks.h - the trails of many patterns, followed through one text together
 *
 * Somebody else finds where the strings stand, and tells.
 */
#ifndef RULES_TRACKS_H
#define RULES_TRACKS_H

#include <glib.h>
#include <stdbool.h>

/* Immutable; safe to share between threads. */
typedef struct Tracks Tracks;

/* Patterns (Pattern *, or NULL where none stands) are known by their place. */
Tracks *tracks_new(const GPtrArray *patterns);
void tracks_free(Tracks *tracks);

/* What to look for (char *), each once; known by its place. */
const GPtrArray *tracks_strings(const Tracks *tracks);

/* One thread's, for one text at a time. */
typedef struct Hunt Hunt;

Hunt *hunt_new(const Tracks *tracks);
void hunt_free(Hunt *hunt);

/* Begins with a folded text (fold.h).  may is set for each pattern that may match: now for
 * those without a trail, later for the others.  Both are borrowed until the last hunt_note. */
void hunt_begin(Hunt *hunt, const char *folded, bool *may);

/* A string stands before end.  Strings are told in the order of their ends: false when they
 * are not, which nothing can be made of. */
bool hunt_note(Hunt *hunt, guint string, gsize end);

#endif
