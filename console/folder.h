/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.h - the directory that an export is written into
 *
 * Errors are DESK_ERRORs: wrong as written, or not now.
 */
#ifndef CONSOLE_FOLDER_H
#define CONSOLE_FOLDER_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct Folder Folder;

/* Makes the directory (0700); one that is there must be empty. */
Folder *folder_open(const char *path, GError **error);
/* On stable storage; a directory that we made and that stayed empty goes again. */
void folder_close(Folder *folder);

/* Before root becomes someone else: the directory is theirs from then on. */
bool folder_give(Folder *folder, uid_t uid, gid_t gid, GError **error);

/* Writes a new file (0600), with the signature of an ExportSink; data is the Folder.  The
 * path is one of an export's ("original/ID.eml", "VERIFY.txt") or is refused. */
bool folder_write(const char *path, GBytes *bytes, void *data, GError **error);

/* How many files were written. */
guint folder_count(const Folder *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, folder_close)

#endif
