/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.c - RFC 4180, and what spreadsheets make of it: a byte-order mark, bare LF
 *
 * A quote inside an unquoted cell, or anything but a comma or a line end after a closing
 * quote, is an error: guessing there would shift every later cell.
 */
#include "config.h"

#include "base/csv.h"

#include <stdbool.h>
#include <string.h>

enum { CELL_MAX = 65536, CELLS_MAX = 256 };

G_DEFINE_QUARK(csv_error, csv_error)

typedef struct Reader {
	const char *at, *end;
	guint line;
	GString *cell;
	GPtrArray *cells; /* char * of the row so far */
	GPtrArray *rows;
} Reader;

static void
row_free(gpointer data)
{
	CsvRow *row = data;

	g_strfreev(row->cells);
	g_free(row);
}

static bool
fail(const Reader *reader, const char *what, GError **error)
{
	g_set_error(error, CSV_ERROR, CSV_ERROR_SYNTAX, "line %u: %s", reader->line,
		    what);
	return false;
}

static bool
is_line_end(const Reader *reader)
{
	return *reader->at == '\n' ||
	       (*reader->at == '\r' && reader->at + 1 < reader->end &&
		reader->at[1] == '\n');
}

static bool
read_quoted(Reader *reader, GError **error)
{
	for (reader->at++; reader->at < reader->end; reader->at++) {
		bool is_quote = *reader->at == '"';

		if (is_quote && (reader->at + 1 == reader->end || reader->at[1] != '"')) {
			reader->at++;
			return reader->at == reader->end || *reader->at == ',' ||
			       is_line_end(reader) ||
			       fail(reader, "something follows a closing quote", error);
		}
		reader->at += is_quote;
		reader->line += *reader->at == '\n';
		g_string_append_c(reader->cell, *reader->at);
	}
	return fail(reader, "a quote is not closed", error);
}

static bool
read_plain(Reader *reader, GError **error)
{
	while (reader->at < reader->end && *reader->at != ',' && !is_line_end(reader)) {
		if (*reader->at == '"')
			return fail(reader, "a quote stands inside an unquoted cell",
				    error);
		g_string_append_c(reader->cell, *reader->at++);
	}
	return true;
}

static bool
read_cell(Reader *reader, GError **error)
{
	bool is_quoted = reader->at < reader->end && *reader->at == '"';

	g_string_truncate(reader->cell, 0);
	if (!(is_quoted ? read_quoted : read_plain)(reader, error))
		return false;
	if (reader->cell->len > CELL_MAX || reader->cells->len == CELLS_MAX)
		return fail(reader, "a cell is too long, or there are too many", error);
	g_ptr_array_add(reader->cells, g_strdup(reader->cell->str));
	return true;
}

static void
end_row(Reader *reader, guint line)
{
	CsvRow *row = NULL;

	if (reader->cells->len == 1 && *(char *)reader->cells->pdata[0] == '\0') {
		g_ptr_array_set_size(reader->cells, 0);
		return;
	}
	row = g_new0(CsvRow, 1);
	row->line = line;
	row->cells = g_new0(char *, reader->cells->len + 1);
	memcpy(row->cells, reader->cells->pdata, reader->cells->len * sizeof(char *));
	/* The cells are the row's now. */
	g_ptr_array_set_free_func(reader->cells, NULL);
	g_ptr_array_set_size(reader->cells, 0);
	g_ptr_array_set_free_func(reader->cells, g_free);
	g_ptr_array_add(reader->rows, row);
}

static bool
read_row(Reader *reader, GError **error)
{
	guint line = reader->line;

	if (!read_cell(reader, error))
		return false;
	while (reader->at < reader->end && *reader->at == ',') {
		reader->at++;
		if (!read_cell(reader, error))
			return false;
	}
	if (reader->at < reader->end)
		reader->at += *reader->at == '\r' ? 2 : 1;
	end_row(reader, line);
	reader->line++;
	return true;
}

GPtrArray *
csv_read(const char *bytes, gsize len, GError **error)
{
	static const char mark[] = "\xEF\xBB\xBF";
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) cell = g_string_new(NULL);
	Reader reader = { bytes, bytes + len, 1, cell, cells, rows };
	const char *wrong = NULL;

	if (!g_utf8_validate_len(bytes, len, &wrong)) {
		for (const char *at = bytes; at < wrong; at++)
			reader.line += *at == '\n';
		fail(&reader, "is not UTF-8: save the file as CSV UTF-8", error);
		return NULL;
	}
	if (len >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0)
		reader.at += strlen(mark);
	while (reader.at < reader.end)
		if (!read_row(&reader, error))
			return NULL;
	return g_steal_pointer(&rows);
}

static void
write_cell(GString *out, const char *cell)
{
	if (strpbrk(cell, "\",\r\n") == NULL) {
		g_string_append(out, cell);
		return;
	}
	g_string_append_c(out, '"');
	for (; *cell != '\0'; cell++) {
		if (*cell == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *cell);
	}
	g_string_append_c(out, '"');
}

void
csv_write(GString *out, const char *const *cells)
{
	for (const char *const *cell = cells; *cell != NULL; cell++) {
		if (cell != cells)
			g_string_append_c(out, ',');
		write_cell(out, *cell);
	}
	g_string_append(out, "\r\n");
}
