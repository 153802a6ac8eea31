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

enum { COMPLAINTS_MAX = 100 };

struct Complaints {
	const GArray *positions;
	GString *text;
	guint count, refusals;
};

Complaints *
complaints_new(const GArray *positions)
{
	Complaints *complaints = g_new0(Complaints, 1);

	complaints->positions = positions;
	complaints->text = g_string_new(NULL);
	return complaints;
}

void
complaints_free(Complaints *complaints)
{
	if (complaints == NULL)
		return;
	g_string_free(complaints->text, TRUE);
	g_free(complaints);
}

/* The beginning of one more line; false when there are enough. */
static bool
begin(Complaints *complaints, bool is_refusal)
{
	complaints->count++;
	complaints->refusals += is_refusal;
	if (complaints->count > 1 && complaints->count <= COMPLAINTS_MAX)
		g_string_append_c(complaints->text, '\n');
	return complaints->count <= COMPLAINTS_MAX;
}

void
complaints_add(Complaints *complaints, const CsvRow *row, const char *column,
	       const char *value, const char *problem, bool is_refusal)
{
	if (!begin(complaints, is_refusal))
		return;
	g_string_append_printf(complaints->text, "line %u", row == NULL ? 1 : row->line);
	if (column != NULL)
		g_string_append_printf(complaints->text, ", %s", column);
	if (value != NULL)
		g_string_append_printf(complaints->text, " '%s'", value);
	g_string_append_printf(complaints->text, ": %s", problem);
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
	if (begin(complaints, is_refusal_of(error)))
		g_string_append_printf(
			complaints->text,
			"%s '%s' is not in the file and would end: %s; or keep the row",
			kind_get(kind)->name, kind_get(kind)->key_of(thing),
			error->message);
}

bool
complaints_check(const Complaints *complaints, GError **error)
{
	bool is_refused = complaints->refusals == complaints->count;

	if (complaints->count == 0)
		return true;
	if (complaints->count > COMPLAINTS_MAX)
		g_string_append_printf(complaints->text, "\nand %u more",
				       complaints->count - COMPLAINTS_MAX);
	g_set_error(error, DESK_ERROR, is_refused ? DESK_ERROR_REFUSED : DESK_ERROR_USAGE,
		    "%s", complaints->text->str);
	return false;
}
