/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite.h - a text made from another by replacing stretches of it, with the way back
 *
 * For rules/ alone.
 */
#ifndef RULES_REWRITE_H
#define RULES_REWRITE_H

#include <glib.h>

/* Grows from left to right, then is read. */
typedef struct Rewrite Rewrite;

/* source: borrowed until the rewrite is finished. */
Rewrite *rewrite_new(const char *source, gsize len);
void rewrite_free(Rewrite *rewrite);

/* Puts words (terminated) for [from, until) of the source, which lies after everything
 * that was replaced before; what is between stays as it is. */
void rewrite_replace(Rewrite *rewrite, gsize from, gsize until, const char *words);

/* The whole text and its length, or NULL when nothing was replaced.  Borrowed. */
const char *rewrite_finish(Rewrite *rewrite, gsize *len);

/* Moves a range of the text to the range of the source that it was made from. */
void rewrite_trace(const Rewrite *rewrite, gsize *start, gsize *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rewrite, rewrite_free)

#endif
