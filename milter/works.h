/* SPDX-License-Identifier: Apache-2.0 */
/*
 * works.h - what every message is worked on with
 */
#ifndef MILTER_WORKS_H
#define MILTER_WORKS_H

#include "archive/store.h"
#include "desk/desk.h"
#include "milter/alarms.h"
#include "milter/counters.h"
#include "milter/notices.h"
#include "milter/pool.h"
#include "milter/suspects.h"

/* Made by the daemon before the first connection, constant from then on; everything in
 * it is safe to use from many threads.  All borrowed from the daemon. */
typedef struct Works {
	Store *store;
	Desk *desk;
	Pool *pool;
	Suspects *suspects;
	Notices *notices;
	Alarms *alarms;
	Counters *counters;
	const char *spool; /* store_spool, for as long as the process lives */
	gint *is_closing;  /* g_atomic_int: nothing may reach the store any more */
} Works;

#endif
