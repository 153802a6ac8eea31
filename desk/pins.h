/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pins.h - the daily checkpoint, mailed to where nobody of ours can change it
 */
#ifndef DESK_PINS_H
#define DESK_PINS_H

#include "desk/mail.h"

/* Adds a notice for each address that has had none today; its text is the newest
 * checkpoint and nothing else. */
void pins_add_due(Desk *desk, GPtrArray *notices);
/* That one was handed over, on record. */
bool pins_keep(Desk *desk, const DeskNotice *notice, GError **error);

/* When the newest one was handed over, in milliseconds; 0: never. */
gint64 pins_last(Desk *desk);

#endif
