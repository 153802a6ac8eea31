/* SPDX-License-Identifier: Apache-2.0 */
/*
 * details.h - numbers and addresses that the register knows, as lists for `unless`
 *
 * own-details: the young person's own on this message and their carers'; work-numbers:
 * those of staff; work-addresses: staff's, and every address at a work domain.
 */
#ifndef RULES_DETAILS_H
#define RULES_DETAILS_H

#include "rules/check.h"

#include <stdbool.h>

bool details_is_list(const char *name);
/* False for a name that is none of them. */
bool details_has(const Inquiry *inquiry, const char *list, const char *words);

#endif
