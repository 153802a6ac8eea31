/* SPDX-License-Identifier: Apache-2.0 */
/*
 * concern.h - mail of which somebody must be told beside those who may release it
 *
 * For desk/ alone.
 */
#ifndef DESK_CONCERN_H
#define DESK_CONCERN_H

#include "base/json.h"
#include "register/directory.h"

#include <glib.h>
#include <stdbool.h>

/* What a record needs for it to be found again after a start: its key; NULL when nobody
 * is to be told.  Owned by the caller. */
char *concern_key(const char *id, const json_t *payload);
char *concern_key_of(const char *id); /* whether anybody is or not */
bool concern_is_key(const char *key);

/* Who must be told what: "manager", "lead" or "duty" by each; nobody whom it may be
 * about, nobody who wrote it, but as its "author".  Where that leaves nobody, the leads.  What is restricted
 * is for leads alone; where it may be about all of them, for those ("other") who can see
 * to it that there is another. */
typedef struct ConcernTo {
	char *to; /* work address, or a lead's of the configuration */
	char *role;
} ConcernTo;

/* leads: addresses of the configuration.  ConcernTo *, each address once, with the
 * array's free function set. */
GPtrArray *concern_recipients(const Directory *directory, const json_t *payload,
			      const json_t *cases, const char *const *leads, Day today);

#endif
