/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip.h - an export as one ZIP file (PKWARE's APPNOTE), its files stored as they are
 *
 * Errors are DESK_ERRORs.
 */
#ifndef CONSOLE_ZIP_H
#define CONSOLE_ZIP_H

#include <glib.h>
#include <stdbool.h>

typedef struct Zip Zip;

/* Makes "NAME.zip" (0600), or the name as it is when it ends so; one that is there is
 * refused.  Everything in it lies in a folder with the name's last part. */
Zip *zip_open(const char *name, GError **error);

/* Adds a file, with the signature of an ExportSink; data is the Zip. */
bool zip_write(const char *path, GBytes *bytes, void *data, GError **error);

/* Writes the directory, and all of it to stable storage. */
bool zip_finish(Zip *zip, GError **error);
/* One that is not finished is removed. */
void zip_close(Zip *zip);

#endif
