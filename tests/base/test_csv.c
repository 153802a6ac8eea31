/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_csv.c - tables as spreadsheets write them
 */
#include "config.h"

#include "base/csv.h"
#include "tests/testing.h"

#include <string.h>

/* Rows as "line[cell|cell]", all of them. */
static char *
show(const GPtrArray *rows)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < rows->len; i++) {
		const CsvRow *row = rows->pdata[i];
		g_autofree char *cells = g_strjoinv("|", row->cells);

		g_string_append_printf(out, "%u[%s]", row->line, cells);
	}
	return g_string_free(out, FALSE);
}

static void
test_rows_and_cells_are_read(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "\r\n\n", "" },
		{ "a", "1[a]" },
		{ "a,b\r\nc,d\r\n", "1[a|b]2[c|d]" },
		{ "a,b\nc\n\nd", "1[a|b]2[c]4[d]" },
		{ ",", "1[|]" },
		{ "\"\"\n", "" },
		{ "\xef\xbb\xbf\"a\",b", "1[a|b]" },
		{ "\"a,\"\"b\"\"\",c", "1[a,\"b\"|c]" },
		{ "\"two\r\nlines\",x\r\ny,z", "1[two\r\nlines|x]3[y|z]" },
		{ "a\rb,c", "1[a\rb|c]" },
		{ " a , b ", "1[ a | b ]" },
		{ "Zo\xc3\xab,\xe4\xb8\xad", "1[Zo\xc3\xab|\xe4\xb8\xad]" },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) csv =
			csv_read(cases[i][0], strlen(cases[i][0]), NULL);
		g_autofree char *shown = NULL;

		assert_non_null(csv);
		shown = show(csv);
		assert_string_equal(shown, cases[i][1]);
	}
}

static void
test_what_is_no_table_is_refused_by_line(void **state)
{
	static const char *const cases[][2] = {
		{ "a\nb,\"c", "line 2: " },     { "a\n\"b\"c", "line 2: " },
		{ "a\nb\"c\"", "line 2: " },    { "a\n\n\xff", "line 3: " },
		{ "\"a\nb\",\"c", "line 2: " },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) csv =
			csv_read(cases[i][0], strlen(cases[i][0]), &error);

		assert_null(csv);
		assert_true(g_error_matches(error, CSV_ERROR, CSV_ERROR_SYNTAX));
		assert_true(g_str_has_prefix(error->message, cases[i][1]));
	}
	assert_null(csv_read("a\0b", 3, NULL));
}

static void
test_what_is_written_reads_the_same(void **state)
{
	static const char *const rows[][4] = {
		{ "a", "b", "", NULL },
		{ "x,y", "say \"hi\"", "two\r\nlines", NULL },
	};
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GPtrArray) csv = NULL;

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		csv_write(out, rows[i]);
	csv = csv_read(out->str, out->len, NULL);
	assert_int_equal(csv->len, G_N_ELEMENTS(rows));
	for (guint i = 0; i < csv->len; i++) {
		const CsvRow *row = csv->pdata[i];

		assert_true(g_strv_equal((const char *const *)row->cells, rows[i]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_and_cells_are_read),
		cmocka_unit_test(test_what_is_no_table_is_refused_by_line),
		cmocka_unit_test(test_what_is_written_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
