/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.c - the wall around SQLite: which records a list has
 *
 * Everything in it can be made again from the records, so a commit is not flushed
 * (synchronous=NORMAL): what a crash takes away, the store adds once more.  For the same
 * reason the table of words keeps no text, only where each word stands: text would be two
 * thirds of the file.  Such a table cannot forget a row, so what is erased goes by making
 * the index anew (catalog.c).
 *
 * Invariant: a row stands for one of the positions 0 … meta.position - 1 of the log,
 * and no position has two.  A transaction adds rows and moves the position, or does
 * neither.  A damaged record has no row, and stops no list of the others.
 */
#include "config.h"

#include "archive/index.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

enum { SCHEMA_VERSION = 3, BUSY_MS = 10000, STRAYS_MAX = 100 };

static const char schema[] =
	"CREATE TABLE record (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
	" type TEXT NOT NULL, time INTEGER NOT NULL, key TEXT);"
	"CREATE TABLE record_case (case_id TEXT NOT NULL, number INTEGER NOT NULL,"
	" position INTEGER NOT NULL, PRIMARY KEY (case_id, number)) WITHOUT ROWID;"
	"CREATE INDEX record_case_position ON record_case (position);"
	"CREATE INDEX record_key ON record (key, type) WHERE key IS NOT NULL;"
	"CREATE INDEX record_type ON record (type);"
	"CREATE TABLE label (label TEXT NOT NULL, position INTEGER NOT NULL,"
	" PRIMARY KEY (label, position)) WITHOUT ROWID;"
	"CREATE VIRTUAL TABLE words USING fts5 (subject, names, text,"
	" content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2');"
	"CREATE TABLE meta (position INTEGER NOT NULL);"
	"INSERT INTO meta VALUES (0);"
	"PRAGMA user_version = 3;";

typedef enum Sql {
	SQL_SCHEMA,
	SQL_POSITION,
	SQL_ADVANCE,
	SQL_ADD_RECORD,
	SQL_ADD_CASE,
	SQL_ADD_WORDS,
	SQL_ADD_LABEL,
	SQL_RESOLVE,
	SQL_FIND,
	SQL_ROW,
	SQL_ROW_CASES,
	SQL_STRAYS,
	SQL_COUNT_LABEL,
	SQL_LABELLED,
	SQL_FORGET_CASES,
	SQL_FORGET_RECORD,
	SQL_COUNT,
} Sql;

static const char *const statements[SQL_COUNT] = {
	[SQL_COUNT_LABEL] = "SELECT count(*) FROM "
			    "(SELECT 1 FROM label WHERE label = ?1 LIMIT ?2)",
	[SQL_LABELLED] = "SELECT r.id FROM label l JOIN record r "
			 "ON r.position = l.position WHERE l.label = ?1 "
			 "ORDER BY l.position LIMIT ?2",
	[SQL_SCHEMA] = "SELECT user_version, (SELECT count(*) FROM sqlite_schema) "
		       "FROM pragma_user_version",
	[SQL_POSITION] = "SELECT position FROM meta",
	[SQL_ADVANCE] = "UPDATE meta SET position = ?2 WHERE position = ?1",
	[SQL_ADD_RECORD] = "INSERT OR IGNORE INTO record VALUES (?1, ?2, ?3, ?4, ?5)",
	[SQL_ADD_CASE] = "INSERT OR IGNORE INTO record_case VALUES (?1, ?2, ?3)",
	[SQL_ADD_WORDS] = "INSERT INTO words (rowid, subject, names, text) "
			  "VALUES (?1, ?2, ?3, ?4)",
	[SQL_ADD_LABEL] = "INSERT OR IGNORE INTO label VALUES (?1, ?2)",
	[SQL_RESOLVE] = "SELECT id FROM record WHERE id >= ?1 AND id < ?1 || '~' "
			"ORDER BY id LIMIT 2",
	[SQL_FIND] = "SELECT position FROM record WHERE id = ?1",
	[SQL_ROW] = "SELECT id, type, time, key FROM record WHERE position = ?1",
	[SQL_ROW_CASES] = "SELECT case_id, number FROM record_case WHERE position = ?1 "
			  "ORDER BY case_id, number",
	[SQL_STRAYS] =
		"SELECT position FROM record WHERE position < 0 OR position >= "
		"(SELECT position FROM meta) UNION SELECT position FROM record_case "
		"WHERE position NOT IN (SELECT position FROM record) LIMIT ?1",
	[SQL_FORGET_CASES] = "DELETE FROM record_case WHERE position = ?1",
	[SQL_FORGET_RECORD] = "DELETE FROM record WHERE position = ?1",
};

/* Which fields a query restricts: one prepared statement for each shape. */
enum { BY_CASE = 1, BY_TYPE = 2, BY_KEY = 4, SHAPES = 8 };

struct Index {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *prepared[SQL_COUNT];
	sqlite3_stmt *lists[SHAPES];
};

G_DEFINE_QUARK(index_error, index_error)

/* A prepared statement in use; it is reset when its scope ends. */
typedef sqlite3_stmt Running;

static void
running_end(Running *running)
{
	sqlite3_reset(running);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Running, running_end)

/* Errors that time does not heal: the statements are right, so what they do not fit is
 * another schema or damage. */
static bool
is_damage(int code)
{
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT:
	case SQLITE_ERROR:
		return true;
	default:
		return false;
	}
}

/* Always false, so that failing is one statement. */
static bool
fail(Index *index, GError **error)
{
	bool is_corrupt = is_damage(sqlite3_errcode(index->db));

	g_set_error(error, INDEX_ERROR,
		    is_corrupt ? INDEX_ERROR_CORRUPT : INDEX_ERROR_FAILED, "%s: %s: %s",
		    index->path, sqlite3_errmsg(index->db),
		    is_corrupt ? "make it anew with 'chaperone archive reindex'"
			       : "try again");
	return false;
}

static bool
fail_corrupt(Index *index, const char *what, GError **error)
{
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_CORRUPT,
		    "%s: %s: make it anew with 'chaperone archive reindex'", index->path,
		    what);
	return false;
}

static Running *
prepare(Index *index, sqlite3_stmt **place, const char *sql, GError **error)
{
	if (*place == NULL &&
	    sqlite3_prepare_v3(index->db, sql, -1, SQLITE_PREPARE_PERSISTENT, place,
			       NULL) != SQLITE_OK)
		fail(index, error);
	return *place;
}

static Running *
start(Index *index, Sql sql, GError **error)
{
	return prepare(index, &index->prepared[sql], statements[sql], error);
}

static void
bind_number(Running *running, int place, guint64 number)
{
	sqlite3_bind_int64(running, place, (sqlite3_int64)number);
}

/* The text must live until the statement has run. */
static void
bind_text(Running *running, int place, const char *text)
{
	sqlite3_bind_text(running, place, text, -1, SQLITE_STATIC);
}

/* Whether there is a row; *is_done when there is none because the last was read. */
static bool
next(Index *index, Running *running, bool *is_done, GError **error)
{
	int code = sqlite3_step(running);

	*is_done = code == SQLITE_DONE;
	return code == SQLITE_ROW || (code != SQLITE_DONE && fail(index, error));
}

/* Runs a statement that gives no rows. */
static bool
run(Index *index, Running *running, GError **error)
{
	return sqlite3_step(running) == SQLITE_DONE || fail(index, error);
}

static bool
execute(Index *index, const char *sql, GError **error)
{
	return sqlite3_exec(index->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       fail(index, error);
}

/* The one number that a statement gives. */
static bool
get_number(Index *index, Sql sql, guint64 *number, GError **error)
{
	g_autoptr(Running) running = start(index, sql, error);
	bool is_done = false;

	if (running == NULL)
		return false;
	if (!next(index, running, &is_done, error))
		return is_done && fail_corrupt(index, "a table is empty", error);
	*number = (guint64)sqlite3_column_int64(running, 0);
	return true;
}

/* Both of one moment: another process or thread may be making the tables. */
static bool
read_schema(Index *index, int *version, int *tables, GError **error)
{
	g_autoptr(Running) running = start(index, SQL_SCHEMA, error);
	bool is_done = false;

	if (running == NULL || !next(index, running, &is_done, error))
		return false;
	*version = sqlite3_column_int(running, 0);
	*tables = sqlite3_column_int(running, 1);
	return true;
}

static bool
make_tables(Index *index, bool is_writable, GError **error)
{
	g_autofree char *all = g_strdup_printf("BEGIN; %s COMMIT;", schema);

	if (is_writable)
		return execute(index, all, error);
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_EMPTY, "%s: is only just being made",
		    index->path);
	return false;
}

/* A database that has nothing in it yet gets the tables; any other must be ours. */
static bool
check_schema(Index *index, bool is_writable, GError **error)
{
	int version = 0, tables = 0;
	guint64 position;

	if (!read_schema(index, &version, &tables, error))
		return false;
	if (version == 0 && tables == 0)
		return make_tables(index, is_writable, error);
	if (version != SCHEMA_VERSION)
		return fail_corrupt(index, "it has another version", error);
	return index_position(index, &position, error);
}

/* SQLite gives its other files the mode of the first. */
static void
make_private(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

Index *
index_open(const char *path, bool is_writable, GError **error)
{
	static const char settings[] = "PRAGMA journal_mode = WAL;"
				       "PRAGMA synchronous = NORMAL;"
				       "PRAGMA wal_autocheckpoint = 4000;";
	g_autoptr(Index) index = g_new0(Index, 1);
	int flags = is_writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

	if (is_writable)
		make_private(path);
	index->path = g_strdup(path);
	if (sqlite3_open_v2(path, &index->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		fail(index, error);
		return NULL;
	}
	sqlite3_busy_timeout(index->db, BUSY_MS);
	if ((is_writable && !execute(index, settings, error)) ||
	    !check_schema(index, is_writable, error))
		return NULL;
	return g_steal_pointer(&index);
}

void
index_close(Index *index)
{
	if (index == NULL)
		return;
	for (gsize i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(index->prepared[i]);
	for (gsize i = 0; i < SHAPES; i++)
		sqlite3_finalize(index->lists[i]);
	sqlite3_close(index->db);
	g_free(index->path);
	g_free(index);
}

bool
index_position(Index *index, guint64 *position, GError **error)
{
	return get_number(index, SQL_POSITION, position, error);
}

static bool
add_case(Index *index, guint64 position, const json_t *link, GError **error)
{
	g_autoptr(Running) running = start(index, SQL_ADD_CASE, error);

	if (running == NULL)
		return false;
	bind_text(running, 1, json_text(link, "case"));
	bind_number(running, 2, (guint64)json_number(link, "number", 0));
	bind_number(running, 3, position);
	return run(index, running, error);
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
	g_autoptr(Running) running = start(index, SQL_ADD_LABEL, error);

	if (running == NULL)
		return false;
	bind_text(running, 1, label);
	bind_number(running, 2, position);
	return run(index, running, error);
}

static bool
add_words(Index *index, guint64 position, const StoreText *text, GError **error)
{
	g_autoptr(Running) running = start(index, SQL_ADD_WORDS, error);

	if (running == NULL)
		return false;
	bind_number(running, 1, position);
	bind_text(running, 2, text->subject);
	bind_text(running, 3, text->names);
	bind_text(running, 4, text->text);
	return run(index, running, error);
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
	g_autoptr(Running) running = start(index, SQL_ADD_RECORD, error);
	const json_t *json = record_json(record);
	const json_t *link;
	gsize i;

	if (running == NULL)
		return false;
	bind_number(running, 1, position);
	bind_text(running, 2, record_id(record));
	bind_text(running, 3, record_type(record));
	bind_number(running, 4, (guint64)record_time(record));
	bind_text(running, 5, json_text(json, "key"));
	if (!run(index, running, error))
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
	g_autoptr(Running) running = start(index, SQL_ADVANCE, error);

	if (running == NULL)
		return false;
	bind_number(running, 1, from);
	bind_number(running, 2, to);
	if (!run(index, running, error))
		return false;
	return sqlite3_changes(index->db) == 1 ||
	       fail_corrupt(index, "records are missing from it", error);
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
	if (!execute(index, "BEGIN IMMEDIATE", error))
		return false;
	if (add_all(index, first, records, read, error) &&
	    execute(index, "COMMIT", error))
		return true;
	sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

static bool
forget_row(Index *index, guint64 position, GError **error)
{
	for (Sql sql = SQL_FORGET_CASES; sql <= SQL_FORGET_RECORD; sql++) {
		g_autoptr(Running) running = start(index, sql, error);

		if (running == NULL)
			return false;
		bind_number(running, 1, position);
		if (!run(index, running, error))
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
	if (!execute(index, "BEGIN IMMEDIATE", error))
		return false;
	if (forget_rows(index, positions, error) && execute(index, "COMMIT", error))
		return true;
	sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

/* The first column of each row. */
static GPtrArray *
get_texts(Index *index, Running *running, GError **error)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	bool is_done = false;

	while (next(index, running, &is_done, error)) {
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

	return prepare(index, &index->lists[shape], sql, error);
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
		g_autoptr(Running) running = start(index, SQL_COUNT_LABEL, error);
		bool is_done = false;

		if (running == NULL)
			return false;
		bind_text(running, 1, labels[i]);
		bind_number(running, 2, RARE_MAX);
		if (!next(index, running, &is_done, error))
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
		bind_text(running, SEARCH_WORDS, words);
	for (gsize i = 0; i < labels; i++)
		bind_text(running, SEARCH_LABEL + (int)i, query->labels[i]);
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
	if (prepare(index, &statement, sql, error) != NULL) {
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
	bind_text(running, 1, query->case_id);
	bind_text(running, 2, query->type);
	bind_text(running, 3, query->key);
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
	g_autoptr(Running) running = start(index, SQL_RESOLVE, error);
	g_autofree char *upper = g_ascii_strup(prefix, -1);

	if (running == NULL)
		return NULL;
	bind_text(running, 1, upper);
	return get_texts(index, running, error);
}

GPtrArray *
index_labelled(Index *index, const char *label, guint limit, GError **error)
{
	g_autoptr(Running) running = start(index, SQL_LABELLED, error);

	if (running == NULL)
		return NULL;
	bind_text(running, 1, label);
	bind_number(running, 2, limit);
	return get_texts(index, running, error);
}

bool
index_find(Index *index, const char *id, guint64 *position, GError **error)
{
	g_autoptr(Running) running = start(index, SQL_FIND, error);
	bool is_done = false;

	if (running == NULL)
		return false;
	bind_text(running, 1, id);
	if (!next(index, running, &is_done, error))
		return false;
	*position = (guint64)sqlite3_column_int64(running, 0);
	return true;
}

static json_t *
get_cases(Index *index, guint64 position, GError **error)
{
	g_autoptr(Running) running = start(index, SQL_ROW_CASES, error);
	g_autoptr(json_t) cases = json_array();
	bool is_done = false;

	if (running == NULL)
		return NULL;
	bind_number(running, 1, position);
	while (next(index, running, &is_done, error)) {
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
	g_autoptr(Running) running = start(index, SQL_ROW, error);
	g_autoptr(json_t) cases = get_cases(index, position, error);
	bool is_done = false;

	if (running == NULL || cases == NULL)
		return NULL;
	bind_number(running, 1, position);
	if (!next(index, running, &is_done, error))
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
	g_autoptr(Running) running = start(index, SQL_STRAYS, error);

	if (running == NULL)
		return NULL;
	bind_number(running, 1, STRAYS_MAX);
	return get_texts(index, running, error);
}
