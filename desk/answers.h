/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.h - the Message-IDs of recorded mail, newest first kept, by which an answer from
 * an unregistered address is known
 *
 * For desk/ alone; the milter asks desk_answered.  Safe to use from many threads.
 */
#ifndef DESK_ANSWERS_H
#define DESK_ANSWERS_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Answers Answers;

Answers *answers_new(void);
void answers_free(Answers *answers);

/* That mail of these cases ([CASE] or [{"case"}]) has the id, "<a@b>"; NULL is none.
 * is_old: it came before all that are known. */
void answers_note(Answers *answers, const char *message_id, const json_t *cases,
		  bool is_old);

/* Adds the cases of mail with the id, without its brackets, to a list of texts, each
 * once. */
void answers_find(Answers *answers, const char *id, json_t *cases);

bool answers_is_full(Answers *answers);

#endif
