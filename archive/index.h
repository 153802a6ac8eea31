/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.h - the wall around SQLite: which records a list has
 *
 * Derived and disposable: it knows ids and positions, never what a record means, and
 * its own position in the log.  Not thread-safe; the store's filer thread writes, and
 * readers open one of their own.
 */
#ifndef ARCHIVE_INDEX_H
#define ARCHIVE_INDEX_H

#include "archive/record.h"
#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Index Index;

typedef enum IndexError {
	INDEX_ERROR_CORRUPT, /* not our database, or damaged: make it anew */
	INDEX_ERROR_EMPTY,   /* nothing in it yet, and not opened to be written */
	INDEX_ERROR_FAILED,  /* cannot be opened, read or written now */
} IndexError;

#define INDEX_ERROR (index_error_quark())
GQuark index_error_quark(void);

/* Opens "index.sqlite" of an archive, made if it is missing; mode 0600. */
Index *index_open(const char *path, bool is_writable, GError **error);
void index_close(Index *index);

/* How many entries of the log it covers: the position of the next record to add. */
bool index_position(Index *index, guint64 *position, GError **error);

/* Adds records (Record *) at consecutive positions from first on, in one transaction.
 * NULL stands for one that cannot be read: it has a position and no row.  One that says
 * it is another record, which is there, gets no row either.  read may be NULL. */
bool index_add(Index *index, guint64 first, GPtrArray *records, StoreRead read,
	       GError **error);

/* Takes the rows at positions (guint64) out, so that no list has them; their words stay
 * in the file until another is made. */
bool index_forget(Index *index, const GArray *positions, GError **error);

/* Ids as store_list promises, and full ids that begin with a prefix (at most two). */
GPtrArray *index_list(Index *index, const StoreQuery *query, GError **error);
GPtrArray *index_resolve(Index *index, const char *prefix, GError **error);
/* Ids of the first so many records with a label. */
GPtrArray *index_labelled(Index *index, const char *label, guint limit, GError **error);
/* Where a record stands; false without an error when there is none. */
bool index_find(Index *index, const char *id, guint64 *position, GError **error);

/* One row as it is, for verify: {"id","type","time","key","cases":[{"case","number"}]};
 * NULL with no error when there is none. */
json_t *index_row(Index *index, guint64 position, GError **error);

/* Positions, as text, of rows that stand for no entry of the log: at most a hundred. */
GPtrArray *index_strays(Index *index, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Index, index_close)

#endif
