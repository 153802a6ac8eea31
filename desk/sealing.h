/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealing.h - what a young person sent as a picture or film is put away unopened
 *
 * For desk/, and for the command that wraps anew.
 */
#ifndef DESK_SEALING_H
#define DESK_SEALING_H

#include "archive/locker.h"
#include "desk/inside.h"
#include "desk/mail.h"

#include <glib.h>
#include <stdbool.h>

/* Puts the readable form of a message with cuts into its draft, names what was taken out
 * in the payload of its record, and gives the record of the encrypted original, to be
 * put in the same batch.  *shown (may be NULL): the readable form. */
Draft *sealing_make(Desk *desk, const DeskMail *mail, json_t *payload, GBytes **shown,
		    GError **error);

/* Everyone who can open what is sealed now: the leads and the recovery certificate, and,
 * only where none of these can be read, the agency itself.  *fault (owned by the caller):
 * what a person must mend, or NULL. */
Locker *sealing_locker(const Settings *settings, gint64 now, char **fault);

#endif
