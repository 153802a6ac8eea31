/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pictures.h - pictures that the agency itself sent, known by their digest
 *
 * For desk/ alone; others ask for desk_history.
 */
#ifndef DESK_PICTURES_H
#define DESK_PICTURES_H

#include "desk/inside.h"
#include "desk/mail.h"

#include <glib.h>

/* A record for each picture in what the agency sends now that is not known yet, to be
 * put with the message.  Draft *, with the array's free function set. */
GPtrArray *pictures_new(Desk *desk, const DeskMail *mail);

#endif
