/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access.h - that somebody asked for content, or for what they may not, on record
 */
#ifndef DESK_ACCESS_H
#define DESK_ACCESS_H

#include "desk/inside.h"

/* Before content goes out: the actor, the verb, and of what (case and record id, each
 * may be NULL).  A store that takes nothing does not stop reading. */
bool access_record(const Ask *ask, const char *case_id, const char *mail, GError **error);

/* A refusal, as far as the request was read.  Never fails loudly: the answer is a
 * refusal either way. */
void access_record_refusal(const Ask *ask, const char *why);

#endif
