/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.h - what was measured, as a line: name, median, low, high, unit
 *
 * Low and high are the bootstrap 95 % interval of the median.
 */
#ifndef TESTS_BENCH_FIGURES_H
#define TESTS_BENCH_FIGURES_H

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FIGURES_CYCLES_MAX = 1000, FIGURES_ROUNDS = 2000 };

/* One value for each cycle. */
typedef struct Figures {
	double values[FIGURES_CYCLES_MAX];
	guint len;
} Figures;

static inline void
figures_add(Figures *figures, double value)
{
	if (figures->len < FIGURES_CYCLES_MAX)
		figures->values[figures->len++] = value;
}

static inline int
figures_compare(const void *a, const void *b)
{
	const double *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static inline double
figures_median(double *values, guint len)
{
	qsort(values, len, sizeof(*values), figures_compare);
	return len % 2 != 0 ? values[len / 2]
			    : (values[len / 2 - 1] + values[len / 2]) / 2;
}

static inline double
figures_draw(const Figures *figures, GRand *chance)
{
	double drawn[FIGURES_CYCLES_MAX];

	for (guint i = 0; i < figures->len; i++)
		drawn[i] = figures->values[g_rand_int_range(chance, 0,
							    (gint32)figures->len)];
	return figures_median(drawn, figures->len);
}

static inline void
figures_print(const char *name, Figures *figures, const char *unit)
{
	static double medians[FIGURES_ROUNDS];
	GRand *chance = g_rand_new_with_seed(1);

	for (int i = 0; i < FIGURES_ROUNDS; i++)
		medians[i] = figures_draw(figures, chance);
	g_rand_free(chance);
	qsort(medians, FIGURES_ROUNDS, sizeof(*medians), figures_compare);
	printf("%s\t%.3f\t%.3f\t%.3f\t%s\n", name,
	       figures_median(figures->values, figures->len),
	       medians[FIGURES_ROUNDS / 40],
	       medians[FIGURES_ROUNDS - 1 - FIGURES_ROUNDS / 40], unit);
}

/* Seconds of processor time that this thread has used. */
static inline double
figures_cpu(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
