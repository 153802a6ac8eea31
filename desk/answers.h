/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.h - the Message-IDs of recorded mail, by which an answer from an unregistered
 * address is known
 *
 * For desk/ alone; the milter asks desk_answered.  Safe to use from many threads.
 */
#ifndef DESK_ANSWERS_H
#define DESK_ANSWERS_H

#include "archive/store.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Answers Answers;

/* The store outlives it. */
Answers *answers_new(Store *store);
void answers_free(Answers *answers);

/* That mail of these cases ([CASE] or [{"case"}]) has the id, "<a@b>"; NULL is none.
 * Of what was recorded before the start the index tells. */
void answers_note(Answers *answers, const char *message_id, const json_t *cases);

/* Adds the cases of mail with the id, without its brackets, to a list of texts, each
 * once. */
void answers_find(Answers *answers, const char *id, json_t *cases);

#endif
