/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.h - text in the form in which the prefilter looks for words
 *
 * Small letters, 0 for any digit, one space for any number of blanks, and one byte for each
 * character beyond ASCII.
 */
#ifndef RULES_FOLD_H
#define RULES_FOLD_H

#include <glib.h>
#include <stdbool.h>

/* What stands for all characters beyond ASCII that are neither blanks nor digits. */
enum { BEYOND = 0x80 };

char fold_character(gunichar character);

/* Folds a text into folded, which must have room for len + 3 bytes, between two spaces and
 * terminated.  How many bytes they are; 0 when it has letters that fold to ASCII by case
 * alone, which no text in NFKC has: nothing is to be said of it. */
gsize fold_text(const char *utf8, gsize len, char *folded);

/* Whether a byte of a folded text is of a word. */
static inline bool
is_folded_word(char byte)
{
	return g_ascii_isalnum(byte) || byte == '_';
}

#endif
