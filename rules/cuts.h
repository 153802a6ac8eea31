/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cuts.h - where the parts stand that are put away unopened
 *
 * For rules/ alone.
 */
#ifndef RULES_CUTS_H
#define RULES_CUTS_H

#include "rules/check.h"

#include <glib.h>
#include <stdbool.h>

/* Turns verdict->sealed, the paths that checks and rules named, into verdict->cuts.  Only
 * what a young person sent is sealed.  All of the message is cut, and that is a finding
 * of `image`, when a part cannot be found, and when the message was not read in full and
 * what would remain still shows signs of a picture. */
void cuts_locate(Inquiry *inquiry);

/* Whether bytes that could not be taken apart show signs of a picture or film: its type
 * named, its first bytes, as they are or in base64, or uuencoding. */
bool cuts_show_picture(const char *bytes, gsize len);

#endif
