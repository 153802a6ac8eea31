/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.c - the wall around SQLite: the database of which records a list has
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

#include "archive/index_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { SCHEMA_VERSION = 3, BUSY_MS = 10000 };

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

G_DEFINE_QUARK(index_error, index_error)

void
running_end(Running *running)
{
	sqlite3_reset(running);
}

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

bool
index_fail(Index *index, GError **error)
{
	bool is_corrupt = is_damage(sqlite3_errcode(index->db));

	g_set_error(error, INDEX_ERROR,
		    is_corrupt ? INDEX_ERROR_CORRUPT : INDEX_ERROR_FAILED, "%s: %s: %s",
		    index->path, sqlite3_errmsg(index->db),
		    is_corrupt ? "make it anew with 'chaperone archive reindex'"
			       : "try again");
	return false;
}

bool
index_fail_corrupt(Index *index, const char *what, GError **error)
{
	g_set_error(error, INDEX_ERROR, INDEX_ERROR_CORRUPT,
		    "%s: %s: make it anew with 'chaperone archive reindex'", index->path,
		    what);
	return false;
}

Running *
index_prepare(Index *index, sqlite3_stmt **place, const char *sql, GError **error)
{
	if (*place == NULL &&
	    sqlite3_prepare_v3(index->db, sql, -1, SQLITE_PREPARE_PERSISTENT, place,
			       NULL) != SQLITE_OK)
		index_fail(index, error);
	return *place;
}

Running *
index_start(Index *index, Sql sql, GError **error)
{
	return index_prepare(index, &index->prepared[sql], statements[sql], error);
}

void
index_bind_number(Running *running, int place, guint64 number)
{
	sqlite3_bind_int64(running, place, (sqlite3_int64)number);
}

void
index_bind_text(Running *running, int place, const char *text)
{
	sqlite3_bind_text(running, place, text, -1, SQLITE_STATIC);
}

bool
index_next(Index *index, Running *running, bool *is_done, GError **error)
{
	int code = sqlite3_step(running);

	*is_done = code == SQLITE_DONE;
	return code == SQLITE_ROW || (code != SQLITE_DONE && index_fail(index, error));
}

bool
index_run(Index *index, Running *running, GError **error)
{
	return sqlite3_step(running) == SQLITE_DONE || index_fail(index, error);
}

bool
index_execute(Index *index, const char *sql, GError **error)
{
	return sqlite3_exec(index->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       index_fail(index, error);
}

bool
index_get_number(Index *index, Sql sql, guint64 *number, GError **error)
{
	g_autoptr(Running) running = index_start(index, sql, error);
	bool is_done = false;

	if (running == NULL)
		return false;
	if (!index_next(index, running, &is_done, error))
		return is_done && index_fail_corrupt(index, "a table is empty", error);
	*number = (guint64)sqlite3_column_int64(running, 0);
	return true;
}

/* Both of one moment: another process or thread may be making the tables. */
static bool
read_schema(Index *index, int *version, int *tables, GError **error)
{
	g_autoptr(Running) running = index_start(index, SQL_SCHEMA, error);
	bool is_done = false;

	if (running == NULL || !index_next(index, running, &is_done, error))
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
		return index_execute(index, all, error);
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
		return index_fail_corrupt(index, "it has another version", error);
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
		index_fail(index, error);
		return NULL;
	}
	sqlite3_busy_timeout(index->db, BUSY_MS);
	if ((is_writable && !index_execute(index, settings, error)) ||
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
