/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restriction.h - whether a record is for leads alone, by who judged it or by a lead since
 *
 * What a lead restricts is the message, however often it came: each of its records.
 */
#ifndef DESK_RESTRICTION_H
#define DESK_RESTRICTION_H

#include "archive/store.h"
#include "base/json.h"

#include <stdbool.h>

/* json: the JSON part of a record. */
bool restriction_is_on(Store *store, const json_t *json);

/* The key of the decision that restricts it.  Owned by the caller. */
char *restriction_key(const json_t *json);

#endif
