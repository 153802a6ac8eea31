/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_find.c - lists, looks up and searches
 */
#include "config.h"

#include "archive/index_inside.h"

#include <string.h>

enum { STRAYS_MAX = 100 };

/* The first column of each row. */
static GPtrArray *
get_texts(Index *index, Running *running, GError **error)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	bool is_done = false;

	while (index_next(index, running, &is_done, error)) {
		const char *text = (const char *)sqlite3_column_text(running, 0);

		g_ptr_array_add(texts, g_strdup(text));
	}
	return is_done ? g_steal_pointer(&texts) : NULL;
}

/* Newest first, so that a limit keeps the newest. */
static Running *
start_list(Index *index, int shape, GError **error)
{
	g_autofree char *sql = g_strconcat(
		"SELECT r.id FROM record r",
		shape & BY_CASE ? " JOIN record_case c ON c.position = r.position" : "",
		" WHERE 1", shape & BY_CASE ? " AND c.case_id = ?1" : "",
		shape & BY_TYPE ? " AND r.type = ?2" : "",
		shape & BY_KEY ? " AND r.key = ?3" : "", " ORDER BY ",
		shape & BY_CASE ? "c.number" : "r.position", " DESC LIMIT ?4", NULL);

	return index_prepare(index, &index->lists[shape], sql, error);
}

static void
reverse(GPtrArray *array)
{
	for (guint i = 0, last = array->len; i + 1 < last; i++) {
		gpointer one = array->pdata[i];

		array->pdata[i] = array->pdata[--last];
		array->pdata[last] = one;
	}
}

/* Each in quotes, so that nothing in it is a word of FTS5's own language. */
static char *
quote_words(const char *const *words)
{
	GString *quoted = g_string_new(NULL);

	for (; words != NULL && *words != NULL; words++) {
		bool is_prefix = g_str_has_suffix(*words, "*");
		g_autofree char *word = g_strndup(*words, strlen(*words) - is_prefix);
		g_auto(GStrv) parts = g_strsplit(word, "\"", -1);
		g_autofree char *doubled = g_strjoinv("\"\"", parts);

		g_string_append_printf(quoted, "%s\"%s\"%s",
				       quoted->len > 0 ? " AND " : "", doubled,
				       is_prefix ? " *" : "");
	}
	return g_string_free(quoted, FALSE);
}

static gsize
count_texts(const char *const *texts)
{
	gsize count = 0;

	while (texts != NULL && texts[count] != NULL)
		count++;
	return count;
}

enum { SEARCH_SINCE = 1, SEARCH_UNTIL, SEARCH_LIMIT, SEARCH_WORDS, SEARCH_LABEL };

/* How far it is counted which label is the rarest. */
enum { RARE_MAX = 5000 };

/* Where a search begins: at the records of its rarest label, unless none is rare and there
 * are words: then at those that have the words.  Either way from the newest on, so that a
 * limit ends it early, however large the archive is. */
static bool
find_rarest(Index *index, const char *const *labels, gsize *rarest, GError **error)
{
	guint64 fewest = RARE_MAX;

	for (gsize i = 0; i < count_texts(labels); i++) {
		g_autoptr(Running) running = index_start(index, SQL_COUNT_LABEL, error);
		bool is_done = false;

		if (running == NULL)
			return false;
		index_bind_text(running, 1, labels[i]);
		index_bind_number(running, 2, RARE_MAX);
		if (!index_next(index, running, &is_done, error))
			return false;
		if ((guint64)sqlite3_column_int64(running, 0) < fewest) {
			fewest = (guint64)sqlite3_column_int64(running, 0);
			*rarest = i;
		}
	}
	return true;
}

/* rarest: a label's number, or as many as there are for none. */
static char *
search_sql(gsize labels, gsize rarest, bool has_words)
{
	const char *order = rarest < labels ? "first.position"
			    : has_words     ? "words.rowid"
					    : "r.position";
	GString *sql = g_string_new("SELECT r.id FROM ");

	if (rarest < labels)
		g_string_append(sql, "label first CROSS JOIN ");
	if (has_words)
		g_string_append(sql, "words CROSS JOIN ");
	g_string_append(sql, "record r WHERE r.time >= ?1 AND r.time < ?2");
	if (strcmp(order, "r.position") != 0)
		g_string_append_printf(sql, " AND r.position = %s", order);
	if (rarest < labels)
		g_string_append_printf(sql, " AND first.label = ?%zu",
				       SEARCH_LABEL + rarest);
	if (rarest < labels && has_words)
		g_string_append(sql, " AND words.rowid = first.position");
	if (has_words)
		g_string_append(sql, " AND words MATCH ?4");
	for (gsize i = 0; i < labels; i++)
		if (i != rarest)
			g_string_append_printf(sql,
					       " AND EXISTS (SELECT 1 FROM label l"
					       " WHERE l.label = ?%zu"
					       " AND l.position = r.position)",
					       SEARCH_LABEL + i);
	g_string_append_printf(sql, " ORDER BY %s DESC LIMIT ?3", order);
	return g_string_free(sql, FALSE);
}

static void
bind_search(Running *running, const StoreQuery *query, const char *words)
{
	const gint64 until = query->until > 0 ? query->until : G_MAXINT64;
	const gsize labels = count_texts(query->labels);

	sqlite3_bind_int64(running, SEARCH_SINCE, query->since);
	sqlite3_bind_int64(running, SEARCH_UNTIL, until);
	sqlite3_bind_int64(running, SEARCH_LIMIT,
			   query->limit > 0 ? (gint64)query->limit : -1);
	if (*words != '\0')
		index_bind_text(running, SEARCH_WORDS, words);
	for (gsize i = 0; i < labels; i++)
		index_bind_text(running, SEARCH_LABEL + (int)i, query->labels[i]);
}

static GPtrArray *
search(Index *index, const StoreQuery *query, GError **error)
{
	g_autofree char *words = quote_words(query->words);
	const gsize labels = count_texts(query->labels);
	gsize rarest = *words != '\0' ? labels : 0;
	g_autofree char *sql = NULL;
	sqlite3_stmt *statement = NULL;
	GPtrArray *ids = NULL;

	if (!find_rarest(index, query->labels, &rarest, error))
		return NULL;
	sql = search_sql(labels, rarest, *words != '\0');
	if (index_prepare(index, &statement, sql, error) != NULL) {
		bind_search(statement, query, words);
		ids = get_texts(index, statement, error);
	}
	sqlite3_finalize(statement);
	if (ids != NULL)
		reverse(ids);
	return ids;
}

static GPtrArray *
list(Index *index, const StoreQuery *query, GError **error)
{
	int shape = (query->case_id != NULL ? BY_CASE : 0) |
		    (query->type != NULL ? BY_TYPE : 0) |
		    (query->key != NULL ? BY_KEY : 0);
	g_autoptr(Running) running = start_list(index, shape, error);
	GPtrArray *ids;

	if (running == NULL)
		return NULL;
	index_bind_text(running, 1, query->case_id);
	index_bind_text(running, 2, query->type);
	index_bind_text(running, 3, query->key);
	sqlite3_bind_int64(running, 4, query->limit > 0 ? (gint64)query->limit : -1);
	ids = get_texts(index, running, error);
	if (ids != NULL)
		reverse(ids);
	return ids;
}

GPtrArray *
index_list(Index *index, const StoreQuery *query, GError **error)
{
	return query->words != NULL || query->labels != NULL ? search(index, query, error)
							     : list(index, query, error);
}

GPtrArray *
index_resolve(Index *index, const char *prefix, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_RESOLVE, error);
	g_autofree char *upper = g_ascii_strup(prefix, -1);

	if (running == NULL)
		return NULL;
	index_bind_text(running, 1, upper);
	return get_texts(index, running, error);
}

GPtrArray *
index_labelled(Index *index, const char *label, guint limit, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_LABELLED, error);

	if (running == NULL)
		return NULL;
	index_bind_text(running, 1, label);
	index_bind_number(running, 2, limit);
	return get_texts(index, running, error);
}

bool
index_find(Index *index, const char *id, guint64 *position, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_FIND, error);
	bool is_done = false;

	if (running == NULL)
		return false;
	index_bind_text(running, 1, id);
	if (!index_next(index, running, &is_done, error))
		return false;
	*position = (guint64)sqlite3_column_int64(running, 0);
	return true;
}

static json_t *
get_cases(Index *index, guint64 position, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_ROW_CASES, error);
	g_autoptr(json_t) cases = json_array();
	bool is_done = false;

	if (running == NULL)
		return NULL;
	index_bind_number(running, 1, position);
	while (index_next(index, running, &is_done, error)) {
		const char *case_id = (const char *)sqlite3_column_text(running, 0);

		json_array_append_new(cases, json_pack("{s:o, s:I}", "case",
						       json_text_new(case_id), "number",
						       sqlite3_column_int64(running, 1)));
	}
	return is_done ? g_steal_pointer(&cases) : NULL;
}

json_t *
index_row(Index *index, guint64 position, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_ROW, error);
	g_autoptr(json_t) cases = get_cases(index, position, error);
	bool is_done = false;

	if (running == NULL || cases == NULL)
		return NULL;
	index_bind_number(running, 1, position);
	if (!index_next(index, running, &is_done, error))
		return NULL;
	return json_pack("{s:o, s:o, s:I, s:o, s:O}", "id",
			 json_text_new((const char *)sqlite3_column_text(running, 0)),
			 "type",
			 json_text_new((const char *)sqlite3_column_text(running, 1)),
			 "time", sqlite3_column_int64(running, 2), "key",
			 json_text_new((const char *)sqlite3_column_text(running, 3)),
			 "cases", cases);
}

GPtrArray *
index_strays(Index *index, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_STRAYS, error);

	if (running == NULL)
		return NULL;
	index_bind_number(running, 1, STRAYS_MAX);
	return get_texts(index, running, error);
}
