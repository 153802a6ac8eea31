/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h - the register as rows of a table: one row a thing, its cells the fields of its
 * record; docs/register-import.md is for keepers of spreadsheets
 */
#ifndef DESK_ROWS_H
#define DESK_ROWS_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* The columns, NULL-terminated; the first is "kind". */
const char *const *row_columns(void);
/* The position of a column; -1 when there is none. */
int row_column(const char *name);

/* The cells of a payload, one for each column; and back, in what order the columns
 * stand in a file: positions as from row_column.  Empty cells are left out. */
char **row_format(const char *kind, const json_t *payload);
json_t *row_parse(const int *positions, gsize count, char *const *cells);

#endif
