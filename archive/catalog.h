/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.h - brings the index up to the log, and makes it anew: at once where it is no
 * good, else beside the one that is asked meanwhile
 *
 * One thread at a time, but for catalog_ask and catalog_labelled.
 */
#ifndef ARCHIVE_CATALOG_H
#define ARCHIVE_CATALOG_H

#include "archive/entries.h"
#include "archive/index.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Catalog Catalog;

/* directory: the archive's.  Nothing is opened yet; entries outlive the catalog; read:
 * as in StoreOptions. */
Catalog *catalog_new(const char *directory, Entries *entries, StoreRead read);
void catalog_free(Catalog *catalog);

/* The index as it is now, for one question; from any thread.  The caller closes it. */
Index *catalog_ask(Catalog *catalog, GError **error);

/* Ids of the first so many records with a label, by an index that is kept open for such
 * questions; from any thread.  NULL when it cannot be asked. */
GPtrArray *catalog_labelled(Catalog *catalog, const char *label, guint limit);

/* Adds some more records that have files.  position: how many entries it covers then,
 * 0 as well when it failed. */
bool catalog_advance(Catalog *catalog, guint64 *position, GError **error);

/* Takes the records at positions (guint64) out of every list, or throws the index away
 * where that fails.  Their words go with catalog_remake. */
void catalog_forget(Catalog *catalog, const GArray *positions);

/* Begins another index, to which every advance adds as well; it takes the place of this
 * one when it covers as much. */
bool catalog_remake(Catalog *catalog, GError **error);
/* Whether one is being made, and how many entries that covers. */
bool catalog_is_remaking(const Catalog *catalog, guint64 *position);

/* Throws the index away; the next advance begins at the first entry. */
void catalog_remove(Catalog *catalog);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalog, catalog_free)

#endif
