/* SPDX-License-Identifier: Apache-2.0 */
/*
 * visible.h - text as the eye sees it: nothing invisible, one form for each character
 *
 * For rules/ alone.
 */
#ifndef RULES_VISIBLE_H
#define RULES_VISIBLE_H

#include <glib.h>
#include <stdbool.h>

/* Bytes in a charset (NULL: not said) as UTF-8.  *is_known (may be NULL): false when
 * nobody knows the charset and the bytes were taken as UTF-8.  Owned by the caller. */
char *visible_convert(const char *bytes, gsize len, const char *charset, bool *is_known);

/* Appends valid UTF-8 as it is seen: NFKC; no control, zero-width, soft-hyphen or
 * bidirectional characters; lines end with LF; quotes, dashes and blanks of every kind
 * as the plain ones of ASCII. */
void visible_append(GString *text, const char *utf8, gsize len);

/* The ASCII letter that a character beyond ASCII stands or is taken for, lower case, or
 * 0: é, Cyrillic а, Greek ο. */
char visible_letter(gunichar character);

/* The bytes of the character at a place of valid UTF-8. */
static inline gsize
visible_width(const char *at)
{
	return (gsize)g_utf8_skip[(guchar)*at];
}

#endif
