/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tampering.h - one archive, and copies of it that something is done to
 *
 * There is a stamp in it and a tombstone.  A row does one thing to a copy and says what
 * verify finds, or that it finds nothing.
 */
#ifndef TESTS_ARCHIVE_TAMPERING_H
#define TESTS_ARCHIVE_TAMPERING_H

#include "tests/archive/authority.h"
#include "tests/archive/library.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Place {
	Library *library; /* what is copied; closed */
	Authority *authority;
	char *yesterday; /* a directory: the archive as it was before the last records */
	char *other;     /* a directory: another agency's of the same name */
	char *pinned;    /* the newest checkpoint */
	char *stamp, *tombstone, *erased; /* ids */
	guint64 size;                     /* of the log */
} Place;

/* A copy that something is done to. */
typedef struct Copy {
	const Place *place;
	Library library; /* its directory is the copy's own */
} Copy;

typedef struct Row {
	const char *what;
	void (*tamper)(Copy *copy);
	const char *found; /* "altered 2, missing STAMP", in order of text */
	bool is_rewritten; /* the log is not that of the newest checkpoint any more */
} Row;

int tampering_set_up(void **state); /* a Place */
int tampering_tear_down(void **state);

/* Every row, by itself; pinned: a checkpoint to verify against, or NULL. */
void tampering_assert(const Place *place, const Row *rows, gsize count,
		      const char *pinned);

char *tampering_path(const Copy *copy, const char *name); /* inside the archive */
char *tampering_record_path(const Copy *copy, const char *id);

/* Puts other bytes in a file's place; len: -1 for text. */
void tampering_write(const char *path, const char *data, gssize len);
/* Flips the lowest bit of the byte so far behind where a text begins. */
void tampering_flip(const char *path, const char *text, gsize behind);
void tampering_remove(const Copy *copy, const char *name);

GPtrArray *tampering_entries(const Copy *copy); /* char *: of the log's one bundle */
/* The file of the record that an entry of the log names. */
void tampering_remove_record(const Copy *copy, const char *line);

#endif
