/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch.h - a directory for one test, with an identity to sign by
 */
#ifndef TESTS_ARCHIVE_SCRATCH_H
#define TESTS_ARCHIVE_SCRATCH_H

#include "archive/seal.h"

#include <glib.h>

typedef struct Scratch {
	char *path;
	char *key;         /* "file:PATH" */
	char *certificate; /* a path */
	char *log_key;     /* "file:PATH" */
} Scratch;

Scratch *scratch_new(void);
void scratch_free(Scratch *scratch); /* and all that is in it */

/* "PATH/NAME".  Owned by the caller. */
char *scratch_file(const Scratch *scratch, const char *name);
Signer *scratch_signer(const Scratch *scratch);
LogKey *scratch_log_key(const Scratch *scratch);
Trust *scratch_trust(const Scratch *scratch); /* in that one certificate */

/* A copy of a directory and everything in it, holes and all. */
void scratch_copy(const char *from, const char *to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scratch, scratch_free)

#endif
