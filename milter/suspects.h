/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suspects.h - messages that were being read when the daemon died
 */
#ifndef MILTER_SUSPECTS_H
#define MILTER_SUSPECTS_H

#include "archive/seal.h"

#include <glib.h>
#include <stdbool.h>

/* The "in judgement" file.  Safe to use from many threads. */
typedef struct Suspects Suspects;

enum { SUSPECTS_SLOTS = 256 };

/* What the file held is suspect from now on.  path NULL: in memory alone, so that
 * nothing outlives the process. */
Suspects *suspects_open(const char *path, GError **error);
void suspects_close(Suspects *suspects);

/* Whether a message with this digest was in judgement when a process died. */
bool suspects_has(const Suspects *suspects, const Digest *digest);

/* Notes a message before it is read, and takes it out afterwards by what noting gave;
 * one that is never taken out is found after a restart. */
int suspects_note(Suspects *suspects, const Digest *digest);
void suspects_forget(Suspects *suspects, int slot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Suspects, suspects_close)

#endif
