/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall.h - what earlier mail with a young person makes of the next: work numbers that
 * they were given, words of danger that came from them
 *
 * For desk/ alone; others ask for desk_history.
 */
#ifndef DESK_RECALL_H
#define DESK_RECALL_H

#include "desk/inside.h"
#include "desk/mail.h"

/* Records to be put with the message, for what is new in it.  Draft *, with the array's
 * free function set. */
GPtrArray *recall_new(Desk *desk, const DeskMail *mail);

/* Adds "numbers_given" and "danger" of the young people addressed to a history. */
void recall_add(Desk *desk, const Envelope *envelope, json_t *history);

/* Adds "written": what the message may quote of what they wrote (quotes.h). */
void recall_quotes(Desk *desk, const Envelope *envelope, const Message *message,
		   json_t *history);

#endif
