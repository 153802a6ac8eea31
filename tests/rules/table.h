/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - tests/system/policy.table as tests read it: its rows, register and policy
 */
#ifndef TESTS_RULES_TABLE_H
#define TESTS_RULES_TABLE_H

#include "base/clock.h"
#include "rules/judge.h"
#include "tests/rules/court.h"

#include <string.h>

typedef struct TableRow {
	char *what, *way, *from, *to, *when, *message, *expected;
} TableRow;

typedef struct Table {
	Directory *directory;
	Policy *policy;
	GHashTable *data; /* name → base64 */
	GPtrArray *rows;  /* TableRow * */
} Table;

static inline char *
table_path(const char *name)
{
	const char *top = g_getenv("top_srcdir");

	return g_build_filename(top == NULL ? "." : top, "tests", "system", name, NULL);
}

static inline void
table_free_row(gpointer data)
{
	TableRow *row = data;

	g_free(row->what);
	g_free(row->way);
	g_free(row->from);
	g_free(row->to);
	g_free(row->when);
	g_free(row->message);
	g_free(row->expected);
	g_free(row);
}

static inline char *
table_cell(const char *cell, const char *usual)
{
	g_autofree char *bare = g_strstrip(g_strdup(cell));
	g_autofree char *plain =
		g_strcompress(strcmp(bare, "-") == 0 && usual != NULL ? usual : bare);

	return g_strdup(strcmp(plain, "<>") == 0 ? "" : plain);
}

static inline void
table_read_line(Table *table, const char *line)
{
	g_auto(GStrv) cells = g_strsplit(line, "|", -1);
	g_auto(GStrv) words = g_strsplit_set(line, " ", 3);
	TableRow *row;

	if (g_str_has_prefix(line, "data ")) {
		g_hash_table_insert(table->data, g_strdup(words[1]),
				    g_strstrip(g_strdup(words[2])));
		return;
	}
	if (*line == '\0' || *line == '#')
		return;
	if (g_strv_length(cells) != 7)
		fail_msg("not seven cells: %s", line);
	row = g_new0(TableRow, 1);
	row->what = g_strstrip(g_strdup(cells[0]));
	row->way = table_cell(cells[1], NULL);
	row->from = table_cell(cells[2], "mia@agency.example");
	row->to = table_cell(cells[3], "c@kids.example");
	row->when = table_cell(cells[4], "2026-11-24 11:00");
	row->message = g_strstrip(g_strdup(cells[5]));
	row->expected = table_cell(cells[6], NULL);
	g_ptr_array_add(table->rows, row);
}

typedef gpointer (*TableReader)(const json_t *json, GError **error);

static inline GPtrArray *
table_list(const json_t *all, const char *key, TableReader read, GDestroyNotify unref)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(unref);
	size_t i;
	const json_t *one;

	json_array_foreach(json_object_get(all, key), i, one) {
		g_autoptr(GError) error = NULL;
		gpointer thing = read(one, &error);

		if (thing == NULL)
			fail_msg("%s %zu: %s", key, i, error->message);
		g_ptr_array_add(list, thing);
	}
	return list;
}

static inline Directory *
table_directory(void)
{
	static const char *const none[] = { NULL };
	g_autofree char *path = table_path("policy.register.json");
	g_autofree char *text = NULL;
	g_autoptr(AddressForm) form = address_form_new(none, none);
	const DirectoryOptions options = { form, court_domains };
	g_autoptr(json_t) all = NULL;
	g_autoptr(GError) error = NULL;
	Directory *directory;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	all = json_read(text, strlen(text), &error);
	assert_non_null(all);
	{
		g_autoptr(GPtrArray) people =
			table_list(all, "people", (TableReader)person_from_json,
				   (GDestroyNotify)person_unref);
		g_autoptr(GPtrArray) staff =
			table_list(all, "staff", (TableReader)staff_from_json,
				   (GDestroyNotify)staff_unref);
		g_autoptr(GPtrArray) agreements =
			table_list(all, "agreements", (TableReader)agreement_from_json,
				   (GDestroyNotify)agreement_unref);
		g_autoptr(GPtrArray) contacts =
			table_list(all, "contacts", (TableReader)contact_from_json,
				   (GDestroyNotify)contact_unref);
		const DirectoryLists lists = { { staff, people, contacts, agreements } };

		directory = directory_new(&options, &lists, &error);
	}
	if (directory == NULL)
		fail_msg("%s", error->message);
	return directory;
}

static inline Policy *
table_policy(void)
{
	g_autofree char *folder = g_dir_make_tmp("table-XXXXXX", NULL);
	g_autofree char *rules = g_build_filename(folder, "a.rules", NULL);
	g_autofree char *holidays = g_build_filename(folder, "holidays", NULL);
	g_autofree char *path = g_build_filename(folder, "main.conf", NULL);
	g_autofree char *settings_path = table_path("policy.conf");
	g_autofree char *rules_path = table_path("policy.rules");
	g_autofree char *common = NULL;
	g_autofree char *blocks = NULL;
	g_autofree char *text = NULL;
	g_autoptr(Settings) settings = NULL;
	g_autoptr(GError) error = NULL;
	Policy *policy = NULL;

	assert_true(g_file_get_contents(settings_path, &common, NULL, NULL));
	assert_true(g_file_get_contents(rules_path, &blocks, NULL, NULL));
	text = g_strdup_printf("rules %s\nholidays %s\nwork-domain agency.example\n"
			       "outside listener MX\ninternal-network 127.0.0.0/8\n%s",
			       folder, holidays, common);
	assert_true(g_file_set_contents(rules, blocks, -1, NULL));
	assert_true(g_file_set_contents(holidays, "2026-12-25 Christmas\n", -1, NULL));
	assert_true(g_file_set_contents(path, text, -1, NULL));
	settings = settings_load(path, &error);
	if (settings != NULL)
		policy = policy_load(settings, &error);
	g_remove(rules);
	g_remove(holidays);
	g_remove(path);
	g_rmdir(folder);
	if (policy == NULL)
		fail_msg("%s", error->message);
	return policy;
}

static inline void
table_open(Table *table)
{
	g_autofree char *path = table_path("policy.table");
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	table->directory = table_directory();
	table->policy = table_policy();
	table->data = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	table->rows = g_ptr_array_new_with_free_func(table_free_row);
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++)
		table_read_line(table, *line);
}

static inline void
table_close(Table *table)
{
	directory_unref(table->directory);
	policy_unref(table->policy);
	g_hash_table_unref(table->data);
	g_ptr_array_unref(table->rows);
}

#endif
