/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guide.h - VERIFY.txt: how a stranger checks an exported case with stock tools
 */
#ifndef ARCHIVE_GUIDE_H
#define ARCHIVE_GUIDE_H

#include "base/json.h"

/* The text for an export's manifest.  Its commands stand on the lines that begin with
 * four blanks; together they are one POSIX shell script, which fails when anything is
 * not as it was signed.  Owned by the caller. */
char *guide_write(const json_t *manifest);

#endif
