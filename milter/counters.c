/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.c - how much mail came by, and how much is in hand
 */
#include "config.h"

#include "milter/counters.h"

#include <stdatomic.h>

static const char *const names[COUNT_LEN] = {
	[COUNT_SEEN] = "seen",         [COUNT_IN_SCOPE] = "in_scope",
	[COUNT_RECORDED] = "recorded", [COUNT_TAGGED] = "tagged",
	[COUNT_HELD] = "held",         [COUNT_REJECTED] = "rejected",
	[COUNT_RELEASED] = "released", [COUNT_UNREADABLE] = "unreadable",
	[COUNT_TEMPFAIL] = "tempfail", [COUNT_IN_HAND] = "in_hand",
	[COUNT_AT_END] = "at_end",
};

struct Counters {
	_Atomic guint64 counts[COUNT_LEN];
};

Counters *
counters_new(void)
{
	return g_new0(Counters, 1);
}

void
counters_free(Counters *counters)
{
	g_free(counters);
}

void
counters_add(Counters *counters, Count count)
{
	atomic_fetch_add(&counters->counts[count], 1);
}

void
counters_drop(Counters *counters, Count count)
{
	atomic_fetch_sub(&counters->counts[count], 1);
}

guint64
counters_get(const Counters *counters, Count count)
{
	return atomic_load(&counters->counts[count]);
}

json_t *
counters_to_json(const Counters *counters)
{
	json_t *json = json_object();

	for (Count i = 0; i < COUNT_LEN; i++)
		json_object_set_new(json, names[i],
				    json_integer((json_int_t)counters_get(counters, i)));
	return json;
}
