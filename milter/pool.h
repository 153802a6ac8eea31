/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h - a few threads that work for others, who wait no longer than a deadline
 */
#ifndef MILTER_POOL_H
#define MILTER_POOL_H

#include <glib.h>

/* Safe to use from many threads. */
typedef struct Pool Pool;

/* Turns an input into a result, which must not be NULL.  is_abandoned (atomic, valid until
 * it returns) becomes true when nobody waits for the result any more. */
typedef gpointer (*PoolWork)(gpointer input, gint *is_abandoned);

/* The pool frees what nobody is left to free: the input when the work has ended, and
 * the result when nobody waits for it any more. */
typedef struct PoolTask {
	PoolWork work;
	gpointer input; /* the pool's from pool_run on */
	GDestroyNotify free_input;
	GDestroyNotify free_result;
	gint64 deadline; /* milliseconds, counted from the moment the work begins */
	void (*tick)(void *data); /* called every TICK seconds of waiting; may be NULL */
	void *data;
} PoolTask;

enum { POOL_TICK_SECONDS = 20 };

Pool *pool_new(guint threads);

/* Ends the threads; one that is stuck is left to itself. */
void pool_free(Pool *pool);

/* The result, the caller's to free; NULL when the deadline passed first.  The thread
 * is then abandoned with its input, and another takes its place. */
gpointer pool_run(Pool *pool, const PoolTask *task);

/* How many abandoned threads have not come back. */
guint pool_stuck(Pool *pool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pool, pool_free)

#endif
