/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - what a record says, for those who look for it or read it in order
 */
#ifndef DESK_WORDS_H
#define DESK_WORDS_H

#include "archive/store.h"
#include "rules/text.h"

#include <glib.h>
#include <stdbool.h>

/* The store's StoreRead: words and labels of a record that belongs to a case.  Labels:
 * "case:C1", "type:mail", "verdict:hold", "direction:inbound", "rule:agreement",
 * "message:<x@b.example>", and "with:a@b.example" for everyone on it, in lower case. */
void words_read(const Record *record, StoreText *text);

/* The label that records of one message share: content (SHA-256 in hex), sender and
 * recipients (payload's "from" and "to").  Owned by the caller. */
char *words_same(const char *digest, const json_t *payload);

/* The message of a record; NULL when it has none, or when reading it once ended badly
 * (recorded as unreadable): it is never tried again. */
Message *words_message(const Record *record);

/* Whether its content is words that staff wrote down: a transcript, a note. */
bool words_is_written(const Record *record);

#endif
