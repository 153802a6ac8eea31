/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rights.h - who may decide about a held message and see a case
 *
 * Which verbs a role may use stands in verbs.c; this is about whose mail it is.
 */
#ifndef DESK_RIGHTS_H
#define DESK_RIGHTS_H

#include "desk/inside.h"

/* The worker who wrote it, by their verdict or their login; NULL when not known. */
const Staff *rights_author(const Directory *directory, const Held *held);

/* Whether it may be their own: as author, by login, by an address of theirs. */
bool rights_is_own(const Directory *directory, const Held *held, const Staff *staff);

/* Whether only a lead decides. */
bool rights_is_for_lead(const Held *held);

/* Whether the actor may see and decide it: never their own. */
bool rights_may_decide(const Ask *ask, const Held *held);

/* Those who can be told to decide it, as work addresses: never one whose own it may be.
 * Owned by the caller. */
char **rights_deciders(const Directory *directory, const Held *held, Day today);

/* Whether the actor may read a case's file. */
bool rights_may_read_case(const Ask *ask, const char *case_id);

/* Whether a record's payload names that member of staff: as author, recipient, or as whom
 * it may be about.  email may be NULL. */
bool rights_names(const Directory *directory, const json_t *payload, const char *email);

/* Whether a record is of the actor's own doing, or was sent to them, or is about them. */
bool rights_is_theirs(const Ask *ask, const Record *record);

/* Whether they may read one record of it: what is restricted is for leads, unless it may
 * be about them; mail with a private contact is not for managers. */
bool rights_may_read_record(const Ask *ask, const Record *record);

/* Whether the actor must not even know that it is there: it is restricted, and not for
 * them. */
bool rights_is_hidden(const Ask *ask, const Record *record);
/* Makes what is decided about a restricted record hidden from the same people. */
void rights_hide_like(const Ask *ask, const Record *of, json_t *decision);
bool rights_is_hidden_hold(const Ask *ask, const Held *held);

#endif
