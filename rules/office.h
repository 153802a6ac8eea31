/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office.h - the words inside documents (docx, xlsx, pptx, odt …) and the names of what
 * an archive holds
 *
 * For rules/ alone.
 */
#ifndef RULES_OFFICE_H
#define RULES_OFFICE_H

#include <glib.h>

/* At most so many bytes; NULL when there is nothing to read.  *problem: why not all of it
 * was read, static; left as it is when all was.  Owned by the caller. */
char *office_read(GBytes *bytes, gsize most, const char **problem);

#endif
