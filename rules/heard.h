/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heard.h - whether words that are shown as a quote are on record as the other person's
 *
 * For rules/ and for those who look up the history.
 */
#ifndef RULES_HEARD_H
#define RULES_HEARD_H

#include "base/json.h"
#include "base/message.h"
#include "rules/text.h"

#include <glib.h>
#include <stdbool.h>

/* What a quote of the message is compared with: its letters and digits alone, without
 * case, so that marks, wrapping and layout do not matter.  Owned by the caller. */
char *heard_words(const Message *message);

/* Whether the lines that hold a range of a plain piece stand in one of the messages that
 * "written" of a history has; true for lines without a letter or digit. */
bool heard_has(const json_t *history, const TextPiece *piece, gsize start, gsize end);

#endif
