/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove.h - that an entry is in the log: RFC 6962 audit paths, as tlog-proof files
 * (C2SP tlog-proof)
 */
#ifndef ARCHIVE_PROVE_H
#define ARCHIVE_PROVE_H

#include "archive/note.h"
#include "archive/tree.h"

#include <glib.h>
#include <stdbool.h>

typedef enum ProveError {
	PROVE_ERROR_FORMAT, /* not a proof */
	PROVE_ERROR_FALSE,  /* a proof or a checkpoint, but not of this log */
	PROVE_ERROR_EARLY,  /* no checkpoint covers the entry yet */
} ProveError;

#define PROVE_ERROR (prove_error_quark())
GQuark prove_error_quark(void);

/* The text of a proof that the entry at a position is in the log whose directory is
 * given, against a checkpoint of it that was published (publish_read).  It carries the
 * entry.  Owned by the caller. */
char *prove_entry(const char *log, const char *note, guint64 position, const char *entry,
		  GError **error);

/* A proof, taken apart. */
typedef struct Proof {
	guint64 position;
	char *entry;   /* what it says it proves; NULL: it does not say */
	GArray *nodes; /* Digest, the leaf's sibling first */
	char *note;    /* the checkpoint */
} Proof;

bool proof_parse(const char *text, Proof *proof, GError **error);
void proof_clear(Proof *proof);

/* Whether it proves an entry against the checkpoint in it, which is signed by a key. */
bool proof_check(const Proof *proof, const char *entry, const char *verifier_key,
		 GError **error);

/* Whether nodes lead from a leaf to the root of a log: RFC 9162, 2.1.3.2. */
bool prove_leads(const Digest *leaf, guint64 position, const GArray *nodes,
		 const Checkpoint *checkpoint);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Proof, proof_clear)

#endif
