/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pool.c - whoever waits is never kept longer than the deadline
 */
#include "config.h"

#include "milter/pool.h"
#include "tests/testing.h"

/* A work that ends when the test says so. */
typedef struct Gate {
	GMutex lock;
	GCond changed;
	gboolean is_open;
	guint freed; /* inputs and results that were freed */
} Gate;

static void
gate_open(Gate *gate)
{
	g_mutex_lock(&gate->lock);
	gate->is_open = TRUE;
	g_cond_broadcast(&gate->changed);
	g_mutex_unlock(&gate->lock);
}

static void
count_free(gpointer data)
{
	Gate *gate = data;

	g_mutex_lock(&gate->lock);
	gate->freed++;
	g_mutex_unlock(&gate->lock);
}

static guint
count_freed(Gate *gate)
{
	guint freed;

	g_mutex_lock(&gate->lock);
	freed = gate->freed;
	g_mutex_unlock(&gate->lock);
	return freed;
}

static gpointer
wait_at(gpointer data, gint *is_abandoned)
{
	Gate *gate = data;

	(void)is_abandoned;
	g_mutex_lock(&gate->lock);
	while (!gate->is_open)
		g_cond_wait(&gate->changed, &gate->lock);
	g_mutex_unlock(&gate->lock);
	return gate;
}

static gpointer
answer(gpointer input, gint *is_abandoned)
{
	(void)is_abandoned;
	return input;
}

/* Goes on until nobody waits for it. */
static gpointer
work_until_abandoned(gpointer data, gint *is_abandoned)
{
	while (g_atomic_int_get(is_abandoned) == 0)
		g_usleep(1000);
	return data;
}

static void
leave(gpointer data)
{
	(void)data;
}

static const PoolTask quick = {
	.work = answer,
	.free_input = leave,
	.free_result = leave,
	.deadline = 10000,
};

static PoolTask
stuck_at(Gate *gate)
{
	return (PoolTask){
		.work = wait_at,
		.input = gate,
		.free_input = count_free,
		.free_result = count_free,
		.deadline = 50,
	};
}

static gpointer
run_many(gpointer pool)
{
	PoolTask task = quick;
	char inputs[200];

	for (gsize i = 0; i < sizeof(inputs); i++) {
		task.input = &inputs[i];
		if (pool_run(pool, &task) != task.input)
			return NULL;
	}
	return pool;
}

static void
test_everyone_gets_the_result_of_their_own_work(void **state)
{
	g_autoptr(Pool) pool = pool_new(3);
	GThread *threads[8];

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("waiter", run_many, pool);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		assert_ptr_equal(g_thread_join(threads[i]), pool);
	assert_int_equal(pool_stuck(pool), 0);
}

static void
test_work_that_never_ends_is_given_up_and_does_not_block_the_next(void **state)
{
	g_autoptr(Pool) pool = pool_new(1);
	Gate gate = { 0 };
	PoolTask stuck = stuck_at(&gate);
	PoolTask next = quick;

	(void)state;
	next.input = &gate;
	assert_null(pool_run(pool, &stuck));
	assert_int_equal(pool_stuck(pool), 1);
	assert_ptr_equal(pool_run(pool, &next), &gate);

	assert_null(pool_run(pool, &stuck));
	assert_int_equal(pool_stuck(pool), 2);
	assert_int_equal(count_freed(&gate), 0);
	gate_open(&gate);
	while (pool_stuck(pool) > 0)
		g_usleep(1000);
	assert_int_equal(count_freed(&gate), 4);
}

static gpointer
run_stuck(gpointer data)
{
	gpointer *arguments = data;
	PoolTask stuck = stuck_at(arguments[1]);

	return pool_run(arguments[0], &stuck);
}

static void
test_time_in_the_queue_does_not_count(void **state)
{
	g_autoptr(Pool) pool = pool_new(1);
	Gate gate = { 0 };
	gpointer arguments[] = { pool, &gate };
	GThread *before = g_thread_new("before", run_stuck, arguments);
	PoolTask next = quick;

	(void)state;
	next.input = &gate;
	next.deadline = 10; /* less than the time for which it waits */
	assert_ptr_equal(pool_run(pool, &next), &gate);
	g_thread_join(before);
	gate_open(&gate);
	while (pool_stuck(pool) > 0)
		g_usleep(1000);
}

static void
test_work_that_sees_that_nobody_waits_comes_back(void **state)
{
	g_autoptr(Pool) pool = pool_new(1);
	PoolTask task = quick;

	(void)state;
	task.work = work_until_abandoned;
	task.input = pool;
	task.deadline = 50;
	assert_null(pool_run(pool, &task));
	while (pool_stuck(pool) > 0)
		g_usleep(1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work_that_sees_that_nobody_waits_comes_back),
		cmocka_unit_test(test_everyone_gets_the_result_of_their_own_work),
		cmocka_unit_test(
			test_work_that_never_ends_is_given_up_and_does_not_block_the_next),
		cmocka_unit_test(test_time_in_the_queue_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
