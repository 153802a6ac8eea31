/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.h - a small archive with records of two cases in it
 *
 * Records by number: 0 the key, 1 a person (C1), 2 and 3 mail (C1), 4 mail (C1 and C2),
 * 5 a note (C2).
 */
#ifndef TESTS_ARCHIVE_LIBRARY_H
#define TESTS_ARCHIVE_LIBRARY_H

#include "archive/store.h"
#include "tests/archive/scratch.h"

enum { LIBRARY_RECORDS = 6 };

/* When record number n was made: a day each. */
#define LIBRARY_TIME(n) \
	(G_GINT64_CONSTANT(1700000000000) + (n)*G_GINT64_CONSTANT(86400000))

typedef struct Library {
	Scratch *scratch;
	char *directory; /* the archive's */
	Store *store;    /* NULL while it is closed */
	char *ids[LIBRARY_RECORDS];
} Library;

/* An archive in scratch, filled and open. */
Library *library_new(void);
void library_free(Library *library);

void library_close(Library *library); /* everything is filed then */
void library_open(Library *library, bool is_offline);

/* Puts one more; content may be NULL.  Its id, owned by the caller. */
char *library_put(Library *library, const char *type, gint64 time,
		  const char *const *cases, const char *content);

/* The path of a record's file.  Owned by the caller. */
char *library_file(const Library *library, int number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Library, library_free)

#endif
