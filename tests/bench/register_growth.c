/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register_growth.c - P11: what a register of a thousand, ten thousand, a hundred thousand
 * things costs: to bring in, to start with, to look somebody up in, to change
 *
 * usage: register_growth CYCLES
 * Half are young people and half are their agreements.  Processor time of the whole
 * program, so that neighbours count little; sizes in turns within a cycle.  Prints a line
 * a case (figures.h), and what each thing costs to what it costs in the tenth size.
 */
#include "config.h"

#include "register/directory.h"
#include "tests/bench/figures.h"
#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIZES = 3, LOOKUPS = 20000, CHANGES = 200 };

static const guint sizes[SIZES] = { 1000, 10000, 100000 };

typedef enum Figure { IMPORT, AGAIN, START, LOOKUP, CHANGE, FIGURES } Figure;

static const struct {
	const char *name, *unit;
	double scale; /* of a second */
	bool is_each; /* already for one thing */
} figures[FIGURES] = {
	[IMPORT] = { "import", "s", 1, false },
	[AGAIN] = { "import of the same file", "s", 1, false },
	[START] = { "start from a snapshot", "s", 1, false },
	[LOOKUP] = { "look-up by address", "us", 1e6, true },
	[CHANGE] = { "change of one person", "us", 1e6, true },
};

typedef Figures Results[FIGURES][SIZES];

static double
now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static char *
make_csv(guint size)
{
	GString *csv =
		g_string_new("kind,case,name,born,addresses,manager,staff,purpose,from,"
			     "until,agreed,informed,ground,parent,parent_aware\n");

	for (guint i = 0; i < size / 2; i++)
		g_string_append_printf(csv,
				       "person,P-%u,Young Person %u,2012-05-01,"
				       "child%u@kids.example," DSL ",,,,,,,,,\n",
				       i, i, i);
	for (guint i = 0; i < size / 2; i++)
		g_string_append_printf(
			csv,
			"agreement,P-%u,,,,," WENDY ",keeping in touch,2026-01-01,"
			"2035-01-01,2026-01-01,2026-01-01,parent,Parent %u,2026-01-01\n",
			i, i);
	return g_string_free(csv, FALSE);
}

static void
import(Bureau *bureau, const char *csv)
{
	g_autoptr(json_t) body =
		json_pack("{s:s, s:s, s:[], s:{s:b}}", "area", "register", "verb",
			  "import", "words", "options", "really", 1);
	g_autoptr(GBytes) content = g_bytes_new_static(csv, strlen(csv));
	g_autoptr(GError) error = NULL;
	const DeskRequest request = { .body = body, .content = content };
	json_t *result = desk_answer(bureau->desk, &request, &error);

	if (result == NULL)
		fail_msg("%s", error->message);
	json_decref(result);
}

static double
time_import(Bureau *bureau, const char *csv)
{
	const double from = now();

	import(bureau, csv);
	return now() - from;
}

static double
time_start(Bureau *bureau)
{
	double from;

	assert_true(store_snapshot(bureau->store, NULL));
	bureau_close(bureau);
	from = now();
	bureau_open(bureau);
	return now() - from;
}

static double
time_lookups(const Directory *directory, guint size)
{
	const double from = now();

	for (guint i = 0; i < LOOKUPS; i++) {
		g_autofree char *text =
			g_strdup_printf("Child%u@kids.example", i * 7919U % (size / 2));
		g_autoptr(Address) address = address_parse(text, NULL);

		assert_non_null(directory_people_at(directory, address));
	}
	return (now() - from) / LOOKUPS;
}

static Directory *
rename_one(const Directory *directory, guint i)
{
	g_autofree char *case_id = g_strdup_printf("P-%u", i);
	g_autoptr(json_t) payload = person_to_json(directory_person(directory, case_id));
	g_autoptr(GPtrArray) list =
		g_ptr_array_new_with_free_func((GDestroyNotify)person_unref);
	const DirectoryLists changed = { .of[REGISTER_PERSON] = list };

	json_object_set_new(payload, "name", json_string("Another Name"));
	g_ptr_array_add(list, person_from_json(payload, NULL));
	return directory_change(directory, &changed, NULL);
}

static double
time_changes(Directory *directory, guint size)
{
	Directory *at = directory_ref(directory);
	const double from = now();

	for (guint i = 0; i < CHANGES; i++) {
		Directory *next = rename_one(at, i * 7919U % (size / 2));

		directory_unref(at);
		at = next;
	}
	directory_unref(at);
	return (now() - from) / CHANGES;
}

static void
run(Results results, int which)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *csv = make_csv(sizes[which]);
	g_autoptr(World) world = NULL;

	figures_add(&results[IMPORT][which], time_import(bureau, csv));
	figures_add(&results[AGAIN][which], time_import(bureau, csv));
	figures_add(&results[START][which], time_start(bureau));
	world = desk_world(bureau->desk);
	figures_add(&results[LOOKUP][which],
		    time_lookups(world->directory, sizes[which]));
	figures_add(&results[CHANGE][which],
		    time_changes(world->directory, sizes[which]));
}

/* What each thing costs, to what it costs among a tenth as many. */
static void
report_growth(const Figures *small, const Figures *large, Figure figure, guint size)
{
	g_autofree char *name = g_strdup_printf("%s, %u, for each to the tenth",
						figures[figure].name, size);
	Figures growth = { .len = 0 };

	for (guint i = 0; i < large->len; i++)
		figures_add(&growth, large->values[i] / small->values[i] /
					     (figures[figure].is_each ? 1 : 10));
	figures_print(name, &growth, "ratio");
}

static void
report(Results results, Figure figure)
{
	for (int i = 1; i < SIZES; i++) /* before printing puts the values in order */
		report_growth(&results[figure][i - 1], &results[figure][i], figure,
			      sizes[i]);
	for (int i = 0; i < SIZES; i++) {
		g_autofree char *name =
			g_strdup_printf("%s, %u", figures[figure].name, sizes[i]);
		Figures *values = &results[figure][i];

		for (guint k = 0; k < values->len; k++)
			values->values[k] *= figures[figure].scale;
		figures_print(name, values, figures[figure].unit);
	}
}

int
main(int argc, char **argv)
{
	static Results results;
	const int cycles = argc == 2 ? (int)strtol(argv[1], NULL, 10) : 0;

	if (cycles < 1 || cycles > FIGURES_CYCLES_MAX) {
		(void)fprintf(stderr, "usage: register_growth CYCLES\n");
		return 2;
	}
	for (int cycle = 0; cycle < cycles; cycle++)
		for (int which = 0; which < SIZES; which++)
			run(results, which);
	for (int figure = 0; figure < FIGURES; figure++)
		report(results, (Figure)figure);
	return 0;
}
