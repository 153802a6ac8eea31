/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entries.h - the entries of the log on disk: bundles of 256, as C2SP tlog-tiles
 * names and writes them
 *
 * An entry is one line without its newline: "1 TYPE ULID TIME SHA256-OF-THE-FILE".
 * Safe to use from several threads; one of them appends.
 */
#ifndef ARCHIVE_ENTRIES_H
#define ARCHIVE_ENTRIES_H

#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

enum { ENTRIES_OF_BUNDLE = 256 };

/* Position and is_filed are not part of the text: they stay 0 and false. */
char *entry_format(const StoreEntry *entry);
bool entry_parse(const char *text, StoreEntry *entry);

typedef struct Entries Entries;

typedef enum EntriesError {
	ENTRIES_ERROR_FORMAT, /* a bundle is not one, or not as long as its name says */
} EntriesError;

#define ENTRIES_ERROR (entries_error_quark())
GQuark entries_error_quark(void);

/* "…/log/tile/entries"; reads how far it goes. */
Entries *entries_open(const char *directory, GError **error);
void entries_close(Entries *entries);
guint64 entries_size(Entries *entries);

/* The lines of the bundle that holds a position, from its first on; char *. */
GPtrArray *entries_read(Entries *entries, guint64 position, GError **error);

/* Adds lines behind the last; durable when it returns true.  After a failure some of
 * them may be there: entries_size tells. */
bool entries_append(Entries *entries, const char *const *lines, gsize count,
		    GError **error);

/* Makes what is there durable, whoever wrote it. */
bool entries_sync(Entries *entries, GError **error);

/* The lines of a bundle's bytes; NULL when they are not whole. */
GPtrArray *bundle_parse(const guint8 *bytes, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entries, entries_close)

#endif
