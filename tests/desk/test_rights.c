/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rights.c - every request for every role, as docs/rights.md has them, and who it is
 * that asks
 */
#include "config.h"

#include "desk/verbs.h"
#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

/* Columns: root, worker, manager, lead, duty, rule-admin, auditor, admin. */
static const char *const columns[] = {
	NULL, WENDY, MIA, DSL, DORA, RUPERT, AUDREY, ADAM
};

/* One row of docs/rights.md: its request in the second part, its cells behind. */
enum { REQUEST = 1, FIRST = 2, PARTS = FIRST + G_N_ELEMENTS(columns) + 2 };

/* 'y' or '-' for each column; NULL when the line is no row. */
static char *
read_cells(char **parts)
{
	g_autofree char *cells = g_new0(char, G_N_ELEMENTS(columns) + 1);

	if (g_strv_length(parts) != PARTS)
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
		const char *cell = g_strstrip(parts[FIRST + i]);

		if (strcmp(cell, "yes") != 0 && strcmp(cell, "no") != 0)
			return NULL;
		cells[i] = cell[0] == 'y' ? 'y' : '-';
	}
	return g_steal_pointer(&cells);
}

/* Request → cells, as the document for people has them. */
static GHashTable *
read_table(void)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *path =
		g_build_filename(top != NULL ? top : ".", "docs", "rights.md", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	GHashTable *table =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_auto(GStrv) parts = g_strsplit(*line, "|", -1);
		char *cells = read_cells(parts);

		if (cells != NULL)
			g_hash_table_insert(table, g_strdup(g_strstrip(parts[REQUEST])),
					    cells);
	}
	return table;
}

/* Its row, which is taken out; owned by the caller. */
static char *
take_row(GHashTable *table, const Verb *verb)
{
	g_autofree char *name = g_strdup_printf("%s %s", verb->area, verb->verb);
	gpointer key = NULL;
	gpointer cells = NULL;

	if (!g_hash_table_steal_extended(table, g_strstrip(name), &key, &cells))
		fail_msg("docs/rights.md has no row for '%s'", name);
	g_free(key);
	return cells;
}

/* A word too many is refused only once the right to ask was found. */
static void
check_cell(Bureau *bureau, const Verb *verb, const char *as, char cell)
{
	g_autofree char *request =
		g_strdup_printf("%s %s nothing", verb->area, verb->verb);
	int code = bureau_exit(bureau, as, request, "{'no-such-option':true}");

	if (code != (cell == 'y' ? DESK_ERROR_USAGE : DESK_ERROR_REFUSED))
		fail_msg("%s as %s: exit %d: %s", request, as == NULL ? "root" : as, code,
			 bureau->error);
}

static void
test_every_cell_of_the_table_for_people_is_so(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(GHashTable) table = read_table();

	(void)state;
	for (const Verb *verb = verb_all(); verb->area != NULL; verb++) {
		g_autofree char *cells = take_row(table, verb);

		for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
			check_cell(bureau, verb, columns[i], cells[i]);
	}
	assert_int_equal(g_hash_table_size(table), 0); /* nor a row without a verb */
}

static void
test_root_must_say_who_decides(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_int_equal(bureau_exit(bureau, NULL, "held list", NULL), 3);
	assert_non_null(strstr(bureau->error, "--as EMAIL"));
}

static void
test_a_peer_is_the_staff_with_its_unix_user(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	json_t *mine = bureau_ask_uid(bureau, 1, NULL, "held list", "{'mine':true}");

	(void)state;
	assert_int_equal(bureau->exit, 0);
	json_decref(mine);
	assert_null(bureau_ask_uid(bureau, 1, NULL, "case list", NULL));
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, WENDY));
}

static void
test_nobody_but_root_speaks_for_another(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_null(bureau_ask_uid(bureau, 1, DSL, "held list", NULL));
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, "--as"));
}

static void
test_a_peer_that_nobody_knows_learns_how_to_get_in(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_null(bureau_ask_uid(bureau, 2, NULL, "held list", NULL));
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, "--unix-user"));
}

static void
test_nobody_speaks_for_someone_unknown_or_gone(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_int_equal(bureau_exit(bureau, "nobody@agency.example", "held list", NULL),
			 3);
	assert_int_equal(bureau_exit(bureau, NULL, "staff end " WENDY,
				     "{'cover':'" WILL "','reason':'left'}"),
			 0);
	assert_int_equal(bureau_exit(bureau, WENDY, "held list", NULL), 3);
}

static void
test_a_refusal_is_on_record(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	guint before = bureau_count(bureau, "access");

	(void)state;
	assert_int_equal(bureau_exit(bureau, WENDY, "case list", NULL), 3);
	assert_int_equal(bureau_count(bureau, "access"), before + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cell_of_the_table_for_people_is_so),
		cmocka_unit_test(test_root_must_say_who_decides),
		cmocka_unit_test(test_a_peer_is_the_staff_with_its_unix_user),
		cmocka_unit_test(test_nobody_but_root_speaks_for_another),
		cmocka_unit_test(test_a_peer_that_nobody_knows_learns_how_to_get_in),
		cmocka_unit_test(test_nobody_speaks_for_someone_unknown_or_gone),
		cmocka_unit_test(test_a_refusal_is_on_record),
	};

	return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
