/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.c - the index against the records that it stands for
 *
 * The records are right.  An index that cannot be read is one problem, not one for each
 * record.
 */
#include "config.h"

#include "archive/rows.h"

#include "archive/index.h"

#include <string.h>

static const char index_name[] = "index.sqlite";

struct Rows {
	Problems *problems;
	Index *index; /* NULL when there is none to compare with */
	guint64 covered;
};

Rows *
rows_new(Store *store, Problems *problems)
{
	g_autofree char *path =
		g_build_filename(store_directory(store), index_name, NULL);
	g_autoptr(GError) error = NULL;
	Rows *rows = g_new0(Rows, 1);

	rows->problems = problems;
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return rows;
	rows->index = index_open(path, false, &error);
	if (g_error_matches(error, INDEX_ERROR, INDEX_ERROR_EMPTY))
		return rows;
	if (rows->index == NULL || !index_position(rows->index, &rows->covered, &error))
		problems_add(problems, index_name, "index", error->message);
	return rows;
}

void
rows_free(Rows *rows)
{
	if (rows == NULL)
		return;
	index_close(rows->index);
	g_free(rows);
}

static void
give_up(Rows *rows, const GError *error)
{
	problems_add(rows->problems, index_name, "index", error->message);
	g_clear_pointer(&rows->index, index_close);
}

static bool
has_link(const json_t *cases, const json_t *wanted)
{
	const json_t *one;
	gsize i;

	json_array_foreach(cases, i, one)
		if (g_strcmp0(json_text(one, "case"), json_text(wanted, "case")) == 0)
			return json_number(one, "number", 0) ==
			       json_number(wanted, "number", 0);
	return false;
}

static bool
has_same_cases(const json_t *row, const json_t *links)
{
	const json_t *cases = json_object_get(row, "cases");
	const json_t *link;
	gsize i;

	json_array_foreach(links, i, link)
		if (!has_link(cases, link))
			return false;
	return json_array_size(cases) == json_array_size(links);
}

/* What a row says otherwise than the record; NULL when nothing. */
static const char *
find_difference(const json_t *row, const Inspection *inspection)
{
	const StoreEntry *entry = &inspection->entry;

	if (row == NULL)
		return "the index does not have it";
	if (g_strcmp0(json_text(row, "id"), entry->id) != 0)
		return "the index has another record in its place";
	if (g_strcmp0(json_text(row, "type"), entry->type) != 0 ||
	    json_number(row, "time", 0) != entry->time)
		return "the index has another type or time for it";
	if (g_strcmp0(json_text(row, "key"), inspection->key) != 0)
		return "the index has another key for it";
	if (!has_same_cases(row, inspection->links))
		return "the index has it in other cases";
	return NULL;
}

void
rows_check(Rows *rows, const Inspection *inspection)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) row = NULL;
	const char *difference;

	if (rows->index == NULL || inspection->entry.position >= rows->covered)
		return;
	row = index_row(rows->index, inspection->entry.position, &error);
	if (error != NULL) {
		give_up(rows, error);
		return;
	}
	difference = find_difference(row, inspection);
	if (difference != NULL)
		problems_doubt(rows->problems, inspection->entry.id, "index", difference);
}

bool
rows_has(const Rows *rows, const StoreEntry *entry)
{
	g_autoptr(json_t) row = NULL;

	if (rows->index != NULL && entry->position < rows->covered)
		row = index_row(rows->index, entry->position, NULL);
	return row != NULL && g_strcmp0(json_text(row, "id"), entry->id) == 0;
}

void
rows_check_strays(Rows *rows)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) strays = NULL;

	if (rows->index == NULL)
		return;
	strays = index_strays(rows->index, &error);
	if (strays == NULL) {
		give_up(rows, error);
		return;
	}
	for (guint i = 0; i < strays->len; i++) {
		g_autofree char *detail =
			g_strdup_printf("row %s of the index stands for no record",
					(const char *)strays->pdata[i]);

		problems_add(rows->problems, index_name, "index", detail);
	}
}

guint64
rows_covered(const Rows *rows)
{
	return rows->covered;
}
