/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filer.h - makes files, entries and the index of what the journal holds, behind the
 * back of those who put
 *
 * Safe to use from many threads.
 */
#ifndef ARCHIVE_FILER_H
#define ARCHIVE_FILER_H

#include "archive/catalog.h"
#include "archive/entries.h"
#include "archive/journal.h"
#include "archive/publish.h"
#include "archive/sealed.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Filer Filer;

/* What it works on; all outlive the filer.  step, for tests, is called on the filer's
 * thread after each step that a crash may follow; may be NULL. */
typedef struct FilerOptions {
	const char *directory;
	const char *spool;
	Entries *entries;
	Journal *journal;
	Catalog *catalog;
	Publisher *publisher;
	void (*step)(const char *name, void *data);
	void *data;
} FilerOptions;

Filer *filer_new(const FilerOptions *options);
void filer_free(Filer *filer); /* after filer_stop, or never started */

/* From here on a thread files; without it all stays pending. */
void filer_start(Filer *filer);
/* Files what is left and ends the thread.  False when something could not be filed. */
bool filer_stop(Filer *filer);

/* Records that are durable in the journal, in the order of the log. */
void filer_add(Filer *filer, const GPtrArray *records);

/* A record that has no file yet; new reference or NULL. */
Sealed *filer_get(Filer *filer, const char *id);
/* Those from a position on, in order; Sealed. */
GPtrArray *filer_pending(Filer *filer, guint64 from);

/* Waits while too much is not filed yet.  False when it will not get less: the filer
 * cannot write, and says why. */
bool filer_wait_for_room(Filer *filer, GError **error);

/* Waits until the index covers so much of the log.  False when it does not soon. */
bool filer_wait_for_index(Filer *filer, guint64 size, GError **error);

/* Waits until a published checkpoint covers so much of the log.  False when none does
 * soon. */
bool filer_wait_for_checkpoint(Filer *filer, guint64 size, GError **error);

/* Waits until so much of the log is filed. */
bool filer_wait_for_files(Filer *filer, guint64 size, GError **error);

/* Makes the index anew beside the one that is asked meanwhile, and waits until it has
 * taken its place. */
bool filer_remake_index(Filer *filer, StoreProgress progress, void *data, GError **error);
/* The same, because the records at positions (guint64) have gone: no list has them from
 * the beginning, and no file has their words in the end. */
bool filer_forget(Filer *filer, const GArray *positions, GError **error);

guint64 filer_indexed(Filer *filer);
gsize filer_weight(Filer *filer);      /* bytes that wait */
char *filer_log_trouble(Filer *filer); /* why nothing is published, or NULL */
char *filer_trouble(Filer *filer);     /* what it cannot do now, or NULL; the caller's */

#endif
