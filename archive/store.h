/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - the archive's one face: put a batch and it is durable, get, look up the
 * current state by key, list, iterate
 *
 * Knows neither register nor rules: a record is a type, cases, an optional key and a
 * payload.  Safe to use from many threads.  The invariants are at the head of store.c.
 */
#ifndef ARCHIVE_STORE_H
#define ARCHIVE_STORE_H

#include "archive/draft.h"
#include "archive/record.h"
#include "archive/seal.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Store Store;

typedef enum StoreError {
	STORE_ERROR_FULL, /* the disk's reserve is reached: nothing was put; may pass */
	STORE_ERROR_STOPPED, /* nothing can be put until a person acts; store_fault says why */
	STORE_ERROR_LOCKED,  /* another process has the archive open */
	STORE_ERROR_MISSING, /* no such record */
	STORE_ERROR_MANY,    /* a prefix stands for several records */
	STORE_ERROR_BUSY,    /* the index has not caught up; try again */
	STORE_ERROR_FAILED,  /* the directory is not an archive or cannot be read */
} StoreError;

#define STORE_ERROR (store_error_quark())
GQuark store_error_quark(void);

/* By what a record can be found, in the words of those who know what it means.  All is
 * owned by the struct; empty when the record is not to be found. */
typedef struct StoreText {
	char *subject;
	char *names; /* of people, addresses, files */
	char *text;
	GPtrArray *labels; /* char *, "verdict:hold": found by all of it or not at all */
} StoreText;

/* Called on one thread, for each record once; must not fail on anything. */
typedef void (*StoreRead)(const Record *record, StoreText *text);

/* Strings are copied. */
typedef struct StoreOptions {
	const char *directory;
	const char *origin; /* the log's name, "agency.example/archive" */
	const char *marker; /* a path outside the directory, by which a copy that was
			     * restored is known; NULL: it is not asked */
	bool is_offline;    /* read only, for the tools: nothing is filed or written */
	gsize reserve;      /* bytes that must stay free; 0: 64 MiB */
	gsize segment;      /* bytes of a journal segment; 0: 16 MiB */
	bool allows_nfs;    /* whose flushes cannot be relied on */
	StoreRead read;     /* what can be found by words; NULL: nothing */
	/* For tests: called on the filer's thread after each step (filer.c). */
	void (*step)(const char *name, void *data);
	void *step_data;
} StoreOptions;

/* Takes the lock; reads the journal to its end; loads the current state from verified
 * records (newest snapshot and what follows).  NULL only when nothing can be read; an
 * archive that can be read but must take nothing (damaged journal, unwritable) opens
 * with a fault. */
Store *store_open(const StoreOptions *options, GError **error);

/* Files everything, removes the segments, closes. */
void store_close(Store *store);

/* Makes a new archive's directories (0700).  Refuses one that is there. */
bool store_init(const char *directory, GError **error);

/* What signs from now on; takes ownership.  The first put under a new certificate
 * writes a `key` record before it, which the certificate before it signs: so a new one is
 * set while the former still is.  Without a signer the store takes nothing. */
bool store_set_signer(Store *store, Signer *signer, GError **error);

/* What signs the log's checkpoints from now on; takes ownership.  Puts the `key` record
 * that introduces it, when there is none yet.  Another key than the log's is taken while
 * the former still signs: then both sign until the store is closed. */
bool store_set_log_key(Store *store, LogKey *key, GError **error);

/* Remembers the published head in the marker, for the next start; now and then. */
bool store_mark(Store *store, GError **error);

/* An archive that was restored from a copy takes nothing until it is adopted: it goes on
 * under another name of its log, with a `key` record that quotes the head it had and what
 * is said of it ({"reason", …}).  *origin: the new name, the caller's. */
bool store_adopt(Store *store, const json_t *said, char **origin, GError **error);

/* Why nothing can be put now, in words that say what to do; NULL when all is well.
 * Owned by the caller. */
char *store_fault(Store *store);
/* Why what is recorded gets no file; it waits in the journal and is tried again.  NULL when
 * all is well.  Owned by the caller. */
char *store_trouble(Store *store);

/* What of the journal or the log was lost or changed when it was opened, in words; NULL
 * when nothing was.  Borrowed. */
const char *store_damage(const Store *store);

const char *store_directory(const Store *store);
char *store_log(const Store *store);         /* the directory of the log; the caller's */
const char *store_origin(Store *store);      /* borrowed, for as long as it is open */
const char *store_spool(const Store *store); /* for draft_open_content */
const Trust *store_trust(const Store *store);

typedef void (*StoreProgress)(guint64 done, guint64 of, void *data);

/* Puts drafts as one batch, in their order, all or none: signed, numbered, and on
 * stable storage when it returns true.  The drafts stay the caller's. */
bool store_put(Store *store, Draft *const *drafts, gsize count, GError **error);
/* The same, telling on the caller's thread how many are signed; many are signed by several
 * threads, before anybody else's put has to wait. */
bool store_put_many(Store *store, Draft *const *drafts, gsize count,
		    StoreProgress progress, void *data, GError **error);

/* A detached CMS signature (DER) by the agency's key over what is no record but was made
 * from some: whoever asks for one puts on record first of what, and for whom. */
GBytes *store_sign(Store *store, const Digest *content, gint64 time, GError **error);

/* The record, its signature checked.  STORE_ERROR_MISSING when there is none. */
Record *store_get(Store *store, const char *id, GError **error);

/* The full id for a unique prefix of at least four characters. */
char *store_resolve(Store *store, const char *prefix, GError **error);

/* The current state: the JSON part of the latest record of (type, key).  New reference
 * or NULL; never changed by anyone. */
json_t *store_latest(Store *store, const char *type, const char *key);
/* All of a type, in order of keys: json_t * with the array's free function set. */
GPtrArray *store_latest_all(Store *store, const char *type);

/* Which records a list has.  NULL fields do not restrict. */
typedef struct StoreQuery {
	const char *case_id;
	const char *type;
	const char *key;
	guint limit; /* the newest so many; 0: all */
	/* What StoreRead said of a record, all of it; never of an offline store.  A word,
	 * a phrase, or either with '*' at its end for all that begin so. */
	const char *const *words;
	const char *const *labels;
	gint64 since, until; /* with either of them: milliseconds, until exclusive; 0 */
} StoreQuery;

/* Ids in the order of the log, from the index, which is first brought up to everything
 * that was put before the call.  char *, with the array's free function set. */
GPtrArray *store_list(Store *store, const StoreQuery *query, GError **error);

/* Ids of the first so many records with a label, from the index as it is: waits for
 * nothing, may miss the newest, and is empty where there is none that can be asked.  What
 * is to be relied on is in the records themselves. */
GPtrArray *store_labelled(Store *store, const char *label, guint limit);

/* What the log says of one record. */
typedef struct StoreEntry {
	guint64 position;
	char type[16];
	char id[27];
	gint64 time;
	Digest file;   /* of the record's file */
	bool is_filed; /* false: still in the journal alone */
} StoreEntry;

/* Entry by entry from a position to the end as it is now; ends early when visit
 * returns false. */
typedef bool (*StoreVisit)(const StoreEntry *entry, void *data);
bool store_iterate(Store *store, guint64 from, StoreVisit visit, void *data,
		   GError **error);

/* The entry of a record, by its full id. */
bool store_find(Store *store, const char *id, StoreEntry *entry, GError **error);
/* The same of several: fills in the StoreEntry * (owned by the table) of every id in it;
 * one that has none keeps what it has. */
bool store_find_all(Store *store, GHashTable *entries, GError **error);

/* Waits until the published checkpoint covers a position. */
bool store_wait_for_checkpoint(Store *store, guint64 position, GError **error);

/* {"records","indexed","log":{"origin","size","root","verifier_key"},"last_stamp"} */
json_t *store_status(Store *store);

/* Writes a snapshot record when enough has changed since the last one. */
bool store_snapshot(Store *store, GError **error);

/* Waits until everything that was put has its file. */
bool store_wait_for_files(Store *store, GError **error);

/* What lies beside the files of records: takes the rows at positions (guint64) out of
 * the index, puts a new snapshot, and leaves no segment of the journal that was written
 * before it.  By one thread at a time, the one that takes snapshots. */
bool store_forget(Store *store, const GArray *positions, GError **error);

/* Throws the index away and builds it anew, calling progress now and then. */
bool store_reindex(Store *store, StoreProgress progress, void *data, GError **error);

#endif
