/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h - the agency's keys and certificates, looked at before anything goes wrong
 */
#ifndef MILTER_KEYS_H
#define MILTER_KEYS_H

#include "base/settings.h"

#include <glib.h>
#include <stdbool.h>

/* For chaperoned -t: says on standard error what is wrong, and what is only to be known:
 * days that end soon, keys that the archive does not know yet.  True when nothing is
 * wrong. */
bool keys_check(const Settings *settings);

/* What to say of a certificate whose days end then, in milliseconds; NULL while there is
 * time. */
char *keys_expiry(gint64 until);

#endif
