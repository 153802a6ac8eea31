/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hearsay.h - what a member of staff wrote down or brought, judged by the same rules as
 * mail
 *
 * For desk/ alone.
 */
#ifndef DESK_HEARSAY_H
#define DESK_HEARSAY_H

#include "desk/inside.h"
#include "rules/verdict.h"

/* payload: "form", "case", "staff", "direction" and "kind" of the record to be; gets "from"
 * and "to".  The verdict holds nothing, because there is nothing left to stop: what would
 * have waited for somebody is told them.  NULL with DESK_ERROR_LATER when it cannot be
 * judged now. */
Verdict *hearsay_judge(const Ask *ask, json_t *payload, gint64 time, GError **error);

#endif
