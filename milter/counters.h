/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.h - how much mail came by, and how much is in hand
 */
#ifndef MILTER_COUNTERS_H
#define MILTER_COUNTERS_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* Safe to use from many threads, without locks. */
typedef struct Counters Counters;

typedef enum Count {
	COUNT_SEEN, /* messages that came as far as MAIL */
	COUNT_IN_SCOPE,
	COUNT_RECORDED, /* passed as they are */
	COUNT_TAGGED,
	COUNT_HELD,
	COUNT_REJECTED,
	COUNT_RELEASED,
	COUNT_UNREADABLE, /* of those recorded, could not be judged */
	COUNT_TEMPFAIL,
	COUNT_IN_HAND, /* in scope, captured and not yet answered */
	COUNT_AT_END,  /* of those, being judged and recorded */
	COUNT_LEN,
} Count;

Counters *counters_new(void);
void counters_free(Counters *counters);

void counters_add(Counters *counters, Count count);
void counters_drop(Counters *counters, Count count);
guint64 counters_get(const Counters *counters, Count count);

/* {"seen":N,"in_scope":N,…}.  New reference. */
json_t *counters_to_json(const Counters *counters);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Counters, counters_free)

#endif
