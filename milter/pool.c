/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.c - a few threads that work for others, who wait no longer than a deadline
 *
 * Reading a stranger's message may never end, and a thread cannot be stopped from
 * outside.  So whoever waits gives up at the deadline, the thread keeps what it was
 * given, and a new thread takes its place; if it ever comes back it frees what it has
 * and ends.
 *
 * Time in the queue does not count: whatever runs before is itself given up at its
 * deadline, so the queue always moves.
 *
 * Invariants
 *   - one lock guards everything but the work itself
 *   - a job has two holders, the thread and whoever waits; the last one frees it
 *   - threads = those asked for + those stuck
 */
#include "config.h"

#include "milter/pool.h"

#include <stdbool.h>

typedef struct Job {
	PoolTask task;
	GCond done;
	gint64 begun; /* monotonic time; 0 while it waits in the queue */
	gpointer result;
	gint is_abandoned; /* atomic, for the work to look at */
	guint holders;
} Job;

struct Pool {
	GMutex lock;
	GCond more; /* a job came, or the pool closes */
	GCond left; /* a thread has ended */
	GQueue jobs;
	guint threads, stuck;
	bool is_closing;
};

static void
job_release(Job *job)
{
	if (--job->holders > 0)
		return;
	g_cond_clear(&job->done);
	g_free(job);
}

static Job *
next_job(Pool *pool)
{
	while (g_queue_is_empty(&pool->jobs) && !pool->is_closing)
		g_cond_wait(&pool->more, &pool->lock);
	return g_queue_pop_head(&pool->jobs);
}

/* Returns false when the thread was given up meanwhile. */
static bool
do_job(Pool *pool, Job *job)
{
	bool is_wanted;
	gpointer result;

	job->begun = g_get_monotonic_time();
	g_mutex_unlock(&pool->lock);
	result = job->task.work(job->task.input, &job->is_abandoned);
	job->task.free_input(job->task.input);

	g_mutex_lock(&pool->lock);
	is_wanted = g_atomic_int_get(&job->is_abandoned) == 0;
	if (is_wanted) {
		job->result = result;
		g_cond_signal(&job->done);
	} else {
		job->task.free_result(result);
		pool->stuck--;
	}
	job_release(job);
	return is_wanted;
}

static gpointer
run_thread(gpointer data)
{
	Pool *pool = data;
	Job *job;

	g_mutex_lock(&pool->lock);
	while ((job = next_job(pool)) != NULL)
		if (!do_job(pool, job))
			break;
	pool->threads--;
	g_cond_signal(&pool->left);
	g_mutex_unlock(&pool->lock);
	return NULL;
}

static void
add_thread(Pool *pool)
{
	pool->threads++;
	g_thread_unref(g_thread_new("judge", run_thread, pool));
}

Pool *
pool_new(guint threads)
{
	Pool *pool = g_new0(Pool, 1);

	g_mutex_init(&pool->lock);
	g_cond_init(&pool->more);
	g_cond_init(&pool->left);
	g_queue_init(&pool->jobs);
	g_mutex_lock(&pool->lock);
	while (pool->threads < threads)
		add_thread(pool);
	g_mutex_unlock(&pool->lock);
	return pool;
}

void
pool_free(Pool *pool)
{
	bool is_unused;

	if (pool == NULL)
		return;
	g_mutex_lock(&pool->lock);
	pool->is_closing = true;
	g_cond_broadcast(&pool->more);
	while (pool->threads > pool->stuck)
		g_cond_wait(&pool->left, &pool->lock);
	is_unused = pool->threads == 0;
	g_mutex_unlock(&pool->lock);
	if (!is_unused)
		return; /* a stuck thread still holds it */
	g_mutex_clear(&pool->lock);
	g_cond_clear(&pool->more);
	g_cond_clear(&pool->left);
	g_free(pool);
}

static void
tick(Pool *pool, const PoolTask *task)
{
	if (task->tick == NULL)
		return;
	g_mutex_unlock(&pool->lock);
	task->tick(task->data);
	g_mutex_lock(&pool->lock);
}

/* False when the work has run past its deadline. */
static bool
is_in_time(const Job *job)
{
	return job->begun == 0 ||
	       g_get_monotonic_time() < job->begun + job->task.deadline * 1000;
}

static gint64
next_look(const Job *job, gint64 next_tick)
{
	gint64 begun = job->begun != 0 ? job->begun : g_get_monotonic_time();

	return MIN(begun + job->task.deadline * 1000, next_tick);
}

/* Until there is a result or the deadline has passed. */
static void
wait_for(Pool *pool, Job *job)
{
	const gint64 beat = POOL_TICK_SECONDS * G_TIME_SPAN_SECOND;
	gint64 next_tick = g_get_monotonic_time() + beat;

	while (job->result == NULL && is_in_time(job)) {
		g_cond_wait_until(&job->done, &pool->lock, next_look(job, next_tick));
		if (g_get_monotonic_time() < next_tick)
			continue;
		tick(pool, &job->task);
		next_tick += beat;
	}
}

gpointer
pool_run(Pool *pool, const PoolTask *task)
{
	Job *job = g_new0(Job, 1);
	gpointer result;

	job->task = *task;
	job->holders = 2;
	g_cond_init(&job->done);
	g_mutex_lock(&pool->lock);
	g_queue_push_tail(&pool->jobs, job);
	g_cond_signal(&pool->more);
	wait_for(pool, job);
	result = job->result;
	if (result == NULL) {
		g_atomic_int_set(&job->is_abandoned, 1);
		pool->stuck++;
		add_thread(pool);
	}
	job_release(job);
	g_mutex_unlock(&pool->lock);
	return result;
}

guint
pool_stuck(Pool *pool)
{
	guint stuck;

	g_mutex_lock(&pool->lock);
	stuck = pool->stuck;
	g_mutex_unlock(&pool->lock);
	return stuck;
}
