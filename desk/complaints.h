/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaints.h - everything that is wrong with a file, told at once
 */
#ifndef DESK_COMPLAINTS_H
#define DESK_COMPLAINTS_H

#include "base/csv.h"
#include "register/kind.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Complaints Complaints;

/* positions: of each cell of a row its column, as from row_column; borrowed. */
Complaints *complaints_new(const GArray *positions);
void complaints_free(Complaints *complaints);

/* Something wrong in a column of a row; each but the problem may be NULL.  is_refusal: it
 * is written as it should be, and must not be. */
void complaints_add(Complaints *complaints, const CsvRow *row, const char *column,
		    const char *value, const char *problem, bool is_refusal);
/* A register's error about a row, or about something that the file leaves out. */
void complaints_add_error(Complaints *complaints, const CsvRow *row, const GError *error);
void complaints_add_missing(Complaints *complaints, RegisterKind kind, const void *thing,
			    const GError *error);

/* The text of a row in a column; NULL when the file has no such column. */
const char *complaints_cell(const Complaints *complaints, const CsvRow *row,
			    const char *column);

/* True when there is nothing; else a DESK_ERROR_USAGE with a line for each, in the order of
 * the file, or a DESK_ERROR_REFUSED where all of them are refusals. */
bool complaints_check(const Complaints *complaints, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Complaints, complaints_free)

#endif
