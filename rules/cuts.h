/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cuts.h - where the parts stand that are put away unopened
 *
 * For rules/ and the judge's callers.
 */
#ifndef RULES_CUTS_H
#define RULES_CUTS_H

#include "base/message.h"
#include "rules/verdict.h"

#include <glib.h>
#include <stdbool.h>

/* Turns verdict->sealed, the paths that the checks named, into verdict->cuts.  Only what
 * a young person sent is sealed.  All of the message is cut when a part cannot be found,
 * and when the message is not read in full and what would remain still shows signs of a
 * picture. */
void cuts_locate(Verdict *verdict, const Message *message);

/* The same for a message that nobody could read at all. */
void cuts_locate_unread(Verdict *verdict, GBytes *bytes);

/* Whether bytes that could not be taken apart show signs of a picture or film: its type
 * named, its first bytes, as they are or in base64, or uuencoding. */
bool cuts_show_picture(const char *bytes, gsize len);

#endif
