/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quote.h - who wrote which lines: the author, the other person, or the author's own
 * signature block
 *
 * For rules/ alone.
 */
#ifndef RULES_QUOTE_H
#define RULES_QUOTE_H

#include <glib.h>

typedef enum QuoteKind { QUOTE_OWN, QUOTE_SIGNATURE, QUOTE_OTHER } QuoteKind;

/* Lines [start, end) of one kind. */
typedef struct QuoteRun {
	QuoteKind kind;
	gsize start, end;
} QuoteRun;

/* The runs of a text that is seen (visible.h), in order and without gaps. */
GArray *quote_split(const char *utf8, gsize len);

#endif
