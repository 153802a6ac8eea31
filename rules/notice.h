/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice.h - the agency's own words in place of a picture that was put away
 */
#ifndef RULES_NOTICE_H
#define RULES_NOTICE_H

#include <glib.h>

/* "NAME" in a directory of rules.  NULL without an error when it is not there; with a
 * POLICY_ERROR when it is no text, or asks for what nobody may be asked for: to send a
 * picture again, to pass it on, to delete it.  Owned by the caller. */
char *notice_load(const char *rules, const char *name, GError **error);

#endif
