/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marker.h - the head of the log, remembered beside the archive: a copy that was restored
 * is known by being behind it
 */
#ifndef ARCHIVE_MARKER_H
#define ARCHIVE_MARKER_H

#include "archive/note.h"

#include <glib.h>
#include <stdbool.h>

/* Whether an archive has been given a marker: from then on there must be one. */
bool marker_is_due(const char *directory);
/* What it remembers; size 0: nothing yet. */
bool marker_read(const char *path, Checkpoint *head, GError **error);
/* Remembers what is published now. */
bool marker_write(const char *path, const char *directory, GError **error);

#endif
