/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h - comma-separated values, RFC 4180: read strictly, written so that they are read
 * back as they were
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <glib.h>

typedef enum CsvError {
	CSV_ERROR_SYNTAX, /* a quote where none may be, no UTF-8, a NUL, too large a field;
	                     the message begins with "line N: " */
} CsvError;

#define CSV_ERROR (csv_error_quark())
GQuark csv_error_quark(void);

/* One record of a file. */
typedef struct CsvRow {
	guint line; /* on which it begins, from 1 */
	char **cells;
} CsvRow;

/* A byte-order mark before the first row is left out; lines end with CRLF or LF; a line
 * that is empty is no row.  CsvRow *, with the array's free function set. */
GPtrArray *csv_read(const char *bytes, gsize len, GError **error);

/* A row with CRLF at its end, quoted where it must be. */
void csv_write(GString *out, const char *const *cells);

#endif
