/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judged.h - what every record of something that was judged says and brings with it
 *
 * For desk/ alone.
 */
#ifndef DESK_JUDGED_H
#define DESK_JUDGED_H

#include "desk/inside.h"
#include "desk/mail.h"

/* Adds {"verdict","enforced","decides","findings","facts","policy_version","author",
 * "notify","urgent"} to a payload. */
void judged_describe(const Verdict *verdict, json_t *payload);

/* Puts the draft and what belongs to it in one batch: the sealed original (may be NULL),
 * pictures that the agency sent, what is known of a case from now on. */
bool judged_put(Desk *desk, const DeskMail *mail, Draft *sealed, GError **error);

#endif
