/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter.h - a plain message of our own: headers and text, as mail servers want it
 */
#ifndef DESK_LETTER_H
#define DESK_LETTER_H

#include <glib.h>

/* Header values are of our own making or addresses; what would break a line in them is
 * dropped.  body: UTF-8 with LF line ends. */
typedef struct LetterText {
	const char *from, *to;
	const char *subject; /* ASCII */
	const char *body;
	const char *id; /* left of the '@' of the Message-ID */
	gint64 time;
	GTimeZone *zone;
} LetterText;

/* An RFC 5322 message with CRLF line ends, marked as sent by a program (RFC 3834). */
GBytes *letter_format(const LetterText *text);

#endif
