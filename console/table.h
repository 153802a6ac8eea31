/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - objects as aligned rows or as "name: value" lines
 */
#ifndef CONSOLE_TABLE_H
#define CONSOLE_TABLE_H

#include "base/json.h"

#include <glib.h>

/* How a value is written. */
typedef enum CellKind {
	CELL_PLAIN,    /* text, numbers, yes or no, lists with commas */
	CELL_TIME,     /* an instant, in the reader's zone */
	CELL_AGE,      /* seconds, as "3 h" or "2 days" */
	CELL_SIZE,     /* bytes, as "12.3 GB" */
	CELL_FINDINGS, /* the names of the rules */
} CellKind;

typedef struct Column {
	const char *title; /* NULL ends a list */
	const char *key;
	CellKind kind;
} Column;

/* One value as text: on one line, safe for a terminal.  NULL, null and "" are "".  Owned
 * by the caller. */
char *table_cell(const json_t *value, CellKind kind, GTimeZone *zone);

/* An array of objects, a row each under the titles; columns that are empty in all rows
 * are left out. */
void table_rows(GString *out, const json_t *rows, const Column *columns, GTimeZone *zone);

/* One object, a line for each value that is there. */
void table_fields(GString *out, const json_t *object, const Column *columns,
		  GTimeZone *zone);

#endif
