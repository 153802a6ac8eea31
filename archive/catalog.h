/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.h - brings the index up to the log, and makes it anew where it is no good
 *
 * One thread at a time.
 */
#ifndef ARCHIVE_CATALOG_H
#define ARCHIVE_CATALOG_H

#include "archive/entries.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Catalog Catalog;

/* directory: the archive's.  Nothing is opened yet; entries outlive the catalog; read:
 * as in StoreOptions. */
Catalog *catalog_new(const char *directory, Entries *entries, StoreRead read);
void catalog_free(Catalog *catalog);

/* "DIRECTORY/index.sqlite"; borrowed. */
const char *catalog_path(const Catalog *catalog);

/* Adds some more records that have files.  position: how many entries it covers then,
 * 0 as well when it failed. */
bool catalog_advance(Catalog *catalog, guint64 *position, GError **error);

/* Takes what it says of the records at positions (guint64) out of it, or throws it away
 * where that fails. */
void catalog_forget(Catalog *catalog, const GArray *positions);

/* Throws the index away; the next advance begins at the first entry. */
void catalog_remove(Catalog *catalog);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalog, catalog_free)

#endif
