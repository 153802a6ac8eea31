/* SPDX-License-Identifier: Apache-2.0 */
/* inside.h - what an open archive is, for the files that make up its one face: store.c,
 * opening.c, lookup.c */
#ifndef ARCHIVE_INSIDE_H
#define ARCHIVE_INSIDE_H

#include "archive/catalog.h"
#include "archive/commit.h"
#include "archive/publish.h"
#include "archive/store.h"

struct Store {
	char *directory;
	char *spool;
	char *name;   /* as it was configured: what origins begin with */
	char *marker; /* a path, or NULL */
	bool is_offline;
	char *damage;    /* of journal or log, when it was opened; NULL: none */
	bool is_damaged; /* the journal stays as it is, for people to look at */
	int lock_fd;
	Entries *entries;
	Journal *journal;
	Catalog *catalog;
	Publisher *publisher;
	Filer *filer;
	Commit *commit;
	GMutex lock;        /* over what follows */
	char *verifier_key; /* what signs the log now, or NULL */
	char *origin;
	GPtrArray *origins; /* char *: former ones, for who borrowed them */
	LogKey *waiting;    /* of a restored log, until it is adopted */
};

/* Always false, so that failing is one statement. */
bool store_fail(GError **error, StoreError code, const char *what, const char *which);

/* A path in the archive's directory; the caller's. */
char *store_path(const Store *store, const char *name);

/* The newest `key` record says under which name the log goes on; NULL: as before. */
void store_set_origin(Store *store, const char *origin);

#endif
