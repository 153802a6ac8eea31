/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lost.h - what pins know of that a copy of the log does not have
 */
#ifndef ARCHIVE_LOST_H
#define ARCHIVE_LOST_H

#include "archive/store.h"
#include "base/json.h"

#include <glib.h>

/* pins: texts of checkpoints and proofs that were kept elsewhere, ended by NULL; mails
 * that they came in will do.  {"from","to","known":[{"position","id","type","time"}]}:
 * the places between the end of the log and the largest checkpoint, and what proofs say
 * stood there; an empty object when nothing is lost.  NULL with NOTE_ERROR_FORMAT when
 * one of them is not of this log. */
json_t *lost_list(Store *store, char *const *pins, GError **error);

#endif
