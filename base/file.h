/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - whole files, read with a bound and written so that a crash leaves
 * either the old one or the new one
 *
 * Errors are of G_FILE_ERROR, with the path in the message.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <glib.h>
#include <stdbool.h>

/* The bytes of a regular file of at most max bytes. */
GBytes *file_read(const char *path, gsize max, GError **error);

/* The bytes of an open descriptor from its start, mapped; the descriptor may be
 * closed afterwards. */
GBytes *file_map(int fd, GError **error);

/* All of it, or an error: short writes are continued, EINTR is repeated. */
bool file_write_all(int fd, const void *data, gsize len, GError **error);

/* Makes or replaces a file: temporary name beside it, fsync, rename, directory
 * fsync. */
bool file_replace(const char *path, const void *data, gsize len, int mode,
		  GError **error);

/* Makes a file that must not exist yet: temporary name, fsync, link.  It is not an
 * error when a file with the same bytes is there already.  Does not sync the
 * directory: file_sync_directory does, once for many. */
bool file_create(const char *path, const void *data, gsize len, int mode, GError **error);

bool file_sync_directory(const char *path, GError **error);

/* mkdir -p; new directories get the mode. */
bool file_make_directories(const char *path, int mode, GError **error);

/* An exclusive lock (flock) on a file, made if need be and holding our process id.
 * -1 when another holds it (G_FILE_ERROR_AGAIN) or on failure; close to give it up. */
int file_lock(const char *path, GError **error);

#endif
