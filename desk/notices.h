/* SPDX-License-Identifier: Apache-2.0 */
/* notices.h - whether somebody must still be told of a held message; for desk/ alone, others
 * include mail.h */
#ifndef DESK_NOTICES_H
#define DESK_NOTICES_H

#include "desk/holds.h"

#include <stdbool.h>

/* A HoldsOwed; data is the desk. */
bool notices_are_owed(const Held *held, void *data);

#endif
