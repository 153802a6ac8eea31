/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealed.h - a record that is signed and numbered and on its way to its file
 *
 * The journal writes it, the filer makes its file of it, and until then the store
 * reads it from here.
 */
#ifndef ARCHIVE_SEALED_H
#define ARCHIVE_SEALED_H

#include "archive/seal.h"
#include "base/json.h"
#include "base/ulid.h"

#include <glib.h>
#include <stdbool.h>

enum { TYPE_MAX_LEN = 15 };

/* Filled by who makes it, then never changed.  The file's bytes are body and tail; a
 * long body is not in memory but is the first body_len bytes of the file that is named
 * by the id in the archive's spool directory. */
typedef struct Sealed {
	gatomicrefcount references;
	char id[ULID_LEN + 1];
	char type[TYPE_MAX_LEN + 1];
	gint64 time;
	guint64 position; /* in the log; set when it is committed */
	Digest file;      /* of body and tail */
	GBytes *body;     /* NULL when it is in the spool */
	gsize body_len;
	GBytes *tail;
	json_t *json; /* the JSON part; NULL when it came from the journal */
} Sealed;

Sealed *sealed_new(const char *id, const char *type, gint64 time);
Sealed *sealed_ref(Sealed *sealed);
void sealed_unref(Sealed *sealed);

/* How much of memory and journal it takes. */
gsize sealed_weight(const Sealed *sealed);

/* Its line in the log (entries.h).  Owned by the caller. */
char *sealed_entry(const Sealed *sealed);

/* "DIRECTORY/ID" in the spool.  Owned by the caller. */
char *sealed_spool_path(const Sealed *sealed, const char *spool);

/* All bytes of its file. */
GBytes *sealed_bytes(const Sealed *sealed, const char *spool, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sealed, sealed_unref)

#endif
