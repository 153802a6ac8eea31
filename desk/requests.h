/* SPDX-License-Identifier: Apache-2.0 */
/*
 * requests.h - what people have asked to be told about themselves, and by when
 *
 * For desk/ alone.
 */
#ifndef DESK_REQUESTS_H
#define DESK_REQUESTS_H

#include "desk/inside.h"

#include <stdbool.h>

/* The open subject access requests of a case are answered: on record. */
bool requests_close(const Ask *ask, const char *case_id, GError **error);

/* Adds "requests_open" and "requests_overdue" to a status. */
void requests_add_counts(const Ask *ask, json_t *status);

#endif
