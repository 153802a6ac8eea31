/* SPDX-License-Identifier: Apache-2.0 */
/* files.h - the files and entries of records, made from the journal */
#ifndef ARCHIVE_FILES_H
#define ARCHIVE_FILES_H

#include "archive/filer.h"

#include <glib.h>
#include <stdbool.h>

/* Makes durable files and entries of records (Sealed, one after the other in the log), and
 * finds what a try before this one made.  Tells options->step after each step.  False:
 * try again later, from the beginning. */
bool files_make(const FilerOptions *options, const GPtrArray *records, GError **error);

/* Tells whoever asked to be told, for tests. */
void files_step(const FilerOptions *options, const char *name);

#endif
