/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evasion.h - what people do to words so that no rule finds them, undone: the normalised
 * forms of a text
 *
 * Each takes text as it is seen (visible.h), borrowed for as long as the answer grows,
 * and answers NULL where there is nothing to undo.  For rules/ alone.
 */
#ifndef RULES_EVASION_H
#define RULES_EVASION_H

#include "rules/rewrite.h"

/* "oh double seven", ٠٧٧, 0.7.7 (0), O77OO: as digits in one run; a telephone number
 * stands free of the digits around it and begins with 0 or +44. */
Rewrite *evasion_digits(const char *utf8, gsize len);
/* "wh4ts4pp", "s n a p", "ѕnаp", "snaaap", "sn*ap": as plain words. */
Rewrite *evasion_letters(const char *utf8, gsize len);
/* The same where it may be read in two ways, the other way: "a l i f t" as "a lift" and
 * not "alift".  NULL also when the letters' form is. */
Rewrite *evasion_articles(const char *utf8, gsize len);
/* "jo (at) gmail dot com": as an address. */
Rewrite *evasion_addresses(const char *utf8, gsize len);

#endif
