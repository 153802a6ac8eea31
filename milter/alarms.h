/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarms.h - what is wrong now: one line when it begins, one when it is over
 */
#ifndef MILTER_ALARMS_H
#define MILTER_ALARMS_H

#include "base/json.h"

#include <glib.h>

/* Safe to use from many threads. */
typedef struct Alarms Alarms;

Alarms *alarms_new(void);
void alarms_free(Alarms *alarms);

/* What is wrong with a thing ("archive", "signing-key", …), or NULL when all is well;
 * logged only when it is not what was said last. */
void alarms_set(Alarms *alarms, const char *thing, const char *fault);

/* {"archive": "what is wrong", …}; empty when all is well.  New reference. */
json_t *alarms_to_json(Alarms *alarms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Alarms, alarms_free)

#endif
