/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h - the index against the records that it stands for
 */
#ifndef ARCHIVE_ROWS_H
#define ARCHIVE_ROWS_H

#include "archive/inspect.h"
#include "archive/problems.h"
#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Rows Rows;

/* Opens an archive's index; one that is not there, or only being made, has no problem:
 * it is disposable.  problems outlives it. */
Rows *rows_new(Store *store, Problems *problems);
void rows_free(Rows *rows);

/* A record that can be read, against its row; by its place, so that it counts only when
 * the log is right. */
void rows_check(Rows *rows, const Inspection *inspection);
/* Whether it has a row for an entry. */
bool rows_has(const Rows *rows, const StoreEntry *entry);
/* Rows that stand for no record. */
void rows_check_strays(Rows *rows);

/* How many entries of the log it covers. */
guint64 rows_covered(const Rows *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rows, rows_free)

#endif
