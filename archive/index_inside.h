/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_inside.h - what the files of index.h share: the database and its statements; for
 * them alone
 */
#ifndef ARCHIVE_INDEX_INSIDE_H
#define ARCHIVE_INDEX_INSIDE_H

#include "archive/index.h"

#include <sqlite3.h>

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

/* Which fields a query restricts: one prepared statement for each shape. */
enum { BY_CASE = 1, BY_TYPE = 2, BY_KEY = 4, SHAPES = 8 };

struct Index {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *prepared[SQL_COUNT];
	sqlite3_stmt *lists[SHAPES];
};

/* A prepared statement in use; it is reset when its scope ends. */
typedef sqlite3_stmt Running;

/* Always false, so that failing is one statement. */
bool index_fail(Index *index, GError **error);
bool index_fail_corrupt(Index *index, const char *what, GError **error);
Running *index_prepare(Index *index, sqlite3_stmt **place, const char *sql,
		       GError **error);
Running *index_start(Index *index, Sql sql, GError **error);
void index_bind_number(Running *running, int place, guint64 number);
/* The text must live until the statement has run. */
void index_bind_text(Running *running, int place, const char *text);
/* Whether there is a row; *is_done when there is none because the last was read. */
bool index_next(Index *index, Running *running, bool *is_done, GError **error);
/* Runs a statement that gives no rows. */
bool index_run(Index *index, Running *running, GError **error);
bool index_execute(Index *index, const char *sql, GError **error);
/* The one number that a statement gives. */
bool index_get_number(Index *index, Sql sql, guint64 *number, GError **error);
void running_end(Running *running);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Running, running_end)

#endif
