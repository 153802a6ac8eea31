/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit.h - numbers records, signs them, and makes them durable together with those
 * of whoever else waits; and keeps the state that follows from them
 *
 * Safe to use from many threads.
 */
#ifndef ARCHIVE_COMMIT_H
#define ARCHIVE_COMMIT_H

#include "archive/draft.h"
#include "archive/filer.h"
#include "archive/journal.h"
#include "archive/past.h"
#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Commit Commit;

/* Strings are copied; journal and filer outlive it. */
typedef struct CommitOptions {
	const char *directory;
	const char *origin;
	gsize reserve;
	gsize batch_max; /* bytes, unless one put has more */
	Journal *journal;
	Filer *filer;
} CommitOptions;

/* Takes state, tree, trust and fault out of the past. */
Commit *commit_new(const CommitOptions *options, Past *past);
void commit_free(Commit *commit);

/* Takes it.  One whose certificate the log does not know is introduced by the one before
 * it; false when there is none that could. */
bool commit_set_signer(Commit *commit, Signer *signer, GError **error);
/* The log's verifier key; the next put introduces it unless it is the newest. */
void commit_set_verifier_key(Commit *commit, const char *verifier_key);
/* The one that was introduced last, or NULL; the caller's. */
char *commit_verifier_key(Commit *commit);
/* Puts the `key` record alone when one is due; true when none is missing. */
bool commit_introduce(Commit *commit, GError **error);

/* A restored archive that goes on under another name of its log. */
typedef struct CommitAdoption {
	const char *origin;       /* the new one */
	const char *verifier_key; /* of that name */
	json_t *what;             /* what the record says of it */
} CommitAdoption;

bool commit_is_restored(Commit *commit);
/* Puts the `key` record with which it goes on. */
bool commit_adopt(Commit *commit, const CommitAdoption *adoption, GError **error);
/* As store_put_many; progress may be NULL. */
bool commit_put(Commit *commit, Draft *const *drafts, gsize count, StoreProgress progress,
		void *data, GError **error);

/* Nothing is taken any more; words that say why. */
void commit_stop(Commit *commit, const char *fault);
char *commit_fault(Commit *commit); /* as store_fault */

/* As store_sign. */
GBytes *commit_sign(Commit *commit, const Digest *content, gint64 time, GError **error);

const Trust *commit_trust(const Commit *commit);
Tree commit_tree(Commit *commit); /* of what is durable */
json_t *commit_latest(Commit *commit, const char *type, const char *key);
GPtrArray *commit_latest_all(Commit *commit, const char *type);

/* A snapshot's payload when one is due at a time, or when it must be; else NULL. */
json_t *commit_snapshot(Commit *commit, gint64 now, bool is_needed);

#endif
