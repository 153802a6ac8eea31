/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaints.c - everything that is wrong with a file, told at once
 */
#include "config.h"

#include "desk/complaints.h"

#include "desk/desk.h"
#include "desk/rows.h"
#include "register/person.h"

#include <string.h>

#define COMPLAINTS_MAX 100U

/* One of them, as it is told. */
typedef struct Complaint {
	guint line; /* G_MAXUINT: of no row */
	char *text;
} Complaint;

struct Complaints {
	const GArray *positions;
	GArray *all; /* Complaint, as they came */
	guint refusals;
};

static void
complaint_clear(gpointer complaint)
{
	g_free(((Complaint *)complaint)->text);
}

Complaints *
complaints_new(const GArray *positions)
{
	Complaints *complaints = g_new0(Complaints, 1);

	complaints->positions = positions;
	complaints->all = g_array_new(FALSE, FALSE, sizeof(Complaint));
	g_array_set_clear_func(complaints->all, complaint_clear);
	return complaints;
}

void
complaints_free(Complaints *complaints)
{
	if (complaints == NULL)
		return;
	g_array_unref(complaints->all);
	g_free(complaints);
}

/* Takes the text. */
static void
add(Complaints *complaints, guint line, char *text, bool is_refusal)
{
	const Complaint complaint = { line, g_steal_pointer(&text) };

	g_array_append_val(complaints->all, complaint);
	complaints->refusals += is_refusal;
}

void
complaints_add(Complaints *complaints, const CsvRow *row, const char *column,
	       const char *value, const char *problem, bool is_refusal)
{
	const guint line = row == NULL ? 1 : row->line;
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "line %u", line);
	if (column != NULL)
		g_string_append_printf(text, ", %s", column);
	if (value != NULL)
		g_string_append_printf(text, " '%s'", value);
	g_string_append_printf(text, ": %s", problem);
	add(complaints, line, g_string_free(text, FALSE), is_refusal);
}

const char *
complaints_cell(const Complaints *complaints, const CsvRow *row, const char *column)
{
	int wanted = row_column(column);

	for (guint i = 0; i < complaints->positions->len && row->cells[i] != NULL; i++)
		if (g_array_index(complaints->positions, int, i) == wanted)
			return row->cells[i];
	return NULL;
}

static bool
is_refusal_of(const GError *error)
{
	return error->domain == REGISTER_ERROR && error->code != REGISTER_ERROR_FIELD;
}

/* "field: what" is of that column. */
void
complaints_add_error(Complaints *complaints, const CsvRow *row, const GError *error)
{
	g_auto(GStrv) parts = g_strsplit(error->message, ": ", 2);
	bool has_column = parts[1] != NULL && row_column(parts[0]) >= 0;

	complaints_add(complaints, row, has_column ? parts[0] : NULL,
		       has_column ? complaints_cell(complaints, row, parts[0]) : NULL,
		       has_column ? parts[1] : error->message, is_refusal_of(error));
}

void
complaints_add_missing(Complaints *complaints, RegisterKind kind, const void *thing,
		       const GError *error)
{
	add(complaints, G_MAXUINT,
	    g_strdup_printf(
		    "%s '%s' is not in the file and would end: %s; or keep the row",
		    kind_get(kind)->name, kind_get(kind)->key_of(thing), error->message),
	    is_refusal_of(error));
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	const Complaint *one = a, *other = b;

	return (one->line > other->line) - (one->line < other->line);
}

bool
complaints_check(const Complaints *complaints, GError **error)
{
	const guint count = complaints->all->len;
	g_autoptr(GString) text = g_string_new(NULL);

	if (count == 0)
		return true;
	g_array_sort(complaints->all, compare_lines);
	for (guint i = 0; i < MIN(count, COMPLAINTS_MAX); i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "",
				       g_array_index(complaints->all, Complaint, i).text);
	if (count > COMPLAINTS_MAX)
		g_string_append_printf(text, "\nand %u more", count - COMPLAINTS_MAX);
	g_set_error(error, DESK_ERROR,
		    complaints->refusals == count ? DESK_ERROR_REFUSED : DESK_ERROR_USAGE,
		    "%s", text->str);
	return false;
}
