/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quotes.h - what a message may quote: mail on record from the young people it goes to
 *
 * For desk/ alone; others ask for desk_history.
 */
#ifndef DESK_QUOTES_H
#define DESK_QUOTES_H

#include "desk/inside.h"

/* Adds "written" to a history: of each inbound message on record that In-Reply-To or
 * References name and that belongs to one of the cases (a set), its record and words. */
void quotes_add(Desk *desk, GHashTable *cases, const Message *message, json_t *history);

/* The same from the facts of a verdict on record: "answered", or NULL, has the records
 * that were looked up then.  What was erased since is left out. */
void quotes_add_known(Desk *desk, const json_t *answered, json_t *history);

#endif
