/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ulid.h - names of records: 26 characters that sort by time
 */
#ifndef BASE_ULID_H
#define BASE_ULID_H

#include <glib.h>
#include <stdbool.h>

enum { ULID_LEN = 26 };

/* A new name for an instant (milliseconds since 1970): 48 bits of time, 80 random
 * bits, in Crockford's base 32, upper case.  Owned by the caller. */
char *ulid_new(gint64 time);

bool ulid_is_valid(const char *text);

/* The instant inside a valid name. */
gint64 ulid_time(const char *ulid);

#endif
