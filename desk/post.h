/* SPDX-License-Identifier: Apache-2.0 */
/*
 * post.h - handing a letter to the mail server: what the desk needs of it
 *
 * milter/post.c does it with libcurl; tests bring their own.
 */
#ifndef DESK_POST_H
#define DESK_POST_H

#include <glib.h>
#include <stdbool.h>

/* One recipient a letter, so that the server's answer is about that one. */
typedef struct Letter {
	const char *sender; /* "" for the null sender */
	const char *recipient;
	bool is_utf8; /* needs SMTPUTF8 */
	const char
		*top; /* header lines put before the message, CRLF-ended; "" for none */
	GBytes *message; /* CRLF lines, sent byte for byte */
} Letter;

typedef enum PostAnswer {
	POST_ACCEPTED, /* 250 after the last byte */
	POST_REFUSED,  /* 5xx: for good */
	POST_LATER,    /* 4xx, or the server could not be reached: nothing was accepted */
	POST_UNKNOWN,  /* everything was sent and the answer was lost */
} PostAnswer;

/* reply: the server's words, or what went wrong; never NULL afterwards, owned by the
 * caller. */
typedef PostAnswer (*PostSend)(void *data, const Letter *letter, char **reply);

#endif
