/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_add.c - puts records into the index, and takes rows out
 */
#include "config.h"

#include "archive/index_inside.h"

#include <string.h>

bool
index_position(Index *index, guint64 *position, GError **error)
{
	return index_get_number(index, SQL_POSITION, position, error);
}

static bool
add_case(Index *index, guint64 position, const json_t *link, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_ADD_CASE, error);

	if (running == NULL)
		return false;
	index_bind_text(running, 1, json_text(link, "case"));
	index_bind_number(running, 2, (guint64)json_number(link, "number", 0));
	index_bind_number(running, 3, position);
	return index_run(index, running, error);
}

static void
text_clear(StoreText *text)
{
	g_free(text->subject);
	g_free(text->names);
	g_free(text->text);
	g_ptr_array_unref(text->labels);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreText, text_clear)

static bool
add_label(Index *index, guint64 position, const char *label, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_ADD_LABEL, error);

	if (running == NULL)
		return false;
	index_bind_text(running, 1, label);
	index_bind_number(running, 2, position);
	return index_run(index, running, error);
}

static bool
add_words(Index *index, guint64 position, const StoreText *text, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_ADD_WORDS, error);

	if (running == NULL)
		return false;
	index_bind_number(running, 1, position);
	index_bind_text(running, 2, text->subject);
	index_bind_text(running, 3, text->names);
	index_bind_text(running, 4, text->text);
	return index_run(index, running, error);
}

static bool
add_text(Index *index, guint64 position, const Record *record, StoreRead read,
	 GError **error)
{
	g_auto(StoreText) text = { .labels = g_ptr_array_new_with_free_func(g_free) };

	read(record, &text);
	for (guint i = 0; i < text.labels->len; i++)
		if (!add_label(index, position, text.labels->pdata[i], error))
			return false;
	return (text.subject == NULL && text.names == NULL && text.text == NULL) ||
	       add_words(index, position, &text, error);
}

/* Also true for one that is there already: see index.h. */
static bool
add_record(Index *index, guint64 position, const Record *record, StoreRead read,
	   GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_ADD_RECORD, error);
	const json_t *json = record_json(record);
	const json_t *link;
	gsize i;

	if (running == NULL)
		return false;
	index_bind_number(running, 1, position);
	index_bind_text(running, 2, record_id(record));
	index_bind_text(running, 3, record_type(record));
	index_bind_number(running, 4, (guint64)record_time(record));
	index_bind_text(running, 5, json_text(json, "key"));
	if (!index_run(index, running, error))
		return false;
	if (sqlite3_changes(index->db) == 0)
		return true;
	json_array_foreach(json_object_get(json, "cases"), i, link)
		if (!add_case(index, position, link, error))
			return false;
	return read == NULL || add_text(index, position, record, read, error);
}

/* False as well when the index does not end where the records begin. */
static bool
advance(Index *index, guint64 from, guint64 to, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_ADVANCE, error);

	if (running == NULL)
		return false;
	index_bind_number(running, 1, from);
	index_bind_number(running, 2, to);
	if (!index_run(index, running, error))
		return false;
	return sqlite3_changes(index->db) == 1 ||
	       index_fail_corrupt(index, "records are missing from it", error);
}

static bool
add_all(Index *index, guint64 first, const GPtrArray *records, StoreRead read,
	GError **error)
{
	for (guint i = 0; i < records->len; i++)
		if (records->pdata[i] != NULL &&
		    !add_record(index, first + i, records->pdata[i], read, error))
			return false;
	return advance(index, first, first + records->len, error);
}

bool
index_add(Index *index, guint64 first, GPtrArray *records, StoreRead read, GError **error)
{
	if (!index_execute(index, "BEGIN IMMEDIATE", error))
		return false;
	if (add_all(index, first, records, read, error) &&
	    index_execute(index, "COMMIT", error))
		return true;
	sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

static bool
forget_row(Index *index, guint64 position, GError **error)
{
	for (Sql sql = SQL_FORGET_CASES; sql <= SQL_FORGET_RECORD; sql++) {
		g_autoptr(Running) running = index_start(index, sql, error);

		if (running == NULL)
			return false;
		index_bind_number(running, 1, position);
		if (!index_run(index, running, error))
			return false;
	}
	return true;
}

static bool
forget_rows(Index *index, const GArray *positions, GError **error)
{
	for (guint i = 0; i < positions->len; i++)
		if (!forget_row(index, g_array_index(positions, guint64, i), error))
			return false;
	return true;
}

bool
index_forget(Index *index, const GArray *positions, GError **error)
{
	if (!index_execute(index, "BEGIN IMMEDIATE", error))
		return false;
	if (forget_rows(index, positions, error) && index_execute(index, "COMMIT", error))
		return true;
	sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}
