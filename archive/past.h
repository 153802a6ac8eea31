/* SPDX-License-Identifier: Apache-2.0 */
/*
 * past.h - what the store was when it stopped, from verified records
 */
#ifndef ARCHIVE_PAST_H
#define ARCHIVE_PAST_H

#include "archive/entries.h"
#include "archive/sealed.h"
#include "archive/segment.h"
#include "archive/state.h"
#include "archive/tree.h"

#include <glib.h>
#include <stdbool.h>

/* All of it is the caller's, who takes what it needs and clears the rest. */
typedef struct Past {
	const char *directory; /* the archive, borrowed */
	const char *spool;     /* the same */
	Entries *entries;      /* the same */
	const char *marker;    /* the same; NULL: none was set */
	GPtrArray *pending;    /* Sealed: in the journal and behind the entries */
	GArray *roots;         /* PastRoot: what was answered for */

	State *state;
	Tree tree;
	Trust *trust;
	guint64 snapshot;     /* position behind the newest snapshot; 0: there is none */
	gint64 snapshot_time; /* of it, else of the first record */
	GPtrArray *missing;   /* decisive records that no tombstone names so far */
	guint unreadable;     /* records that are missing or altered, and passed over */
	char *fault;          /* what forbids to take anything on top, or NULL */
	char *restored;       /* why this must be a copy that was restored; or NULL */
	char *fork;   /* what the checkpoint, if it is signed, is at odds with; or NULL */
	char *damage; /* the same, when it is not a record's but the log's */
} Past;

typedef struct PastRoot {
	guint64 size;
	Digest root;
	bool is_published; /* by the checkpoint; else by the journal or the marker */
	bool is_marked;    /* by the marker */
} PastRoot;

void past_init(Past *past, const char *directory, const char *spool, Entries *entries);
void past_clear(Past *past);

/* A batch of the journal, in order: what is not among the entries becomes pending. */
bool past_add_batch(const Batch *batch, void *past);

/* A marker beside the archive (marker.h), which the log must have reached; after the
 * journal was read. */
void past_set_marker(Past *past, const char *path);

/* Loads the newest snapshot that verifies, and every record after it. */
bool past_load(Past *past, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Past, past_clear)

#endif
