/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locker.h - content that only the holders of certain keys can open: CMS
 * AuthEnvelopedData (RFC 5083, 5084), AES-256-GCM
 *
 * Also a wall around OpenSSL, beside seal.h.
 */
#ifndef ARCHIVE_LOCKER_H
#define ARCHIVE_LOCKER_H

#include "archive/seal.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* Those who can open what is closed with it.  Filled, then only read. */
typedef struct Locker Locker;

Locker *locker_new(void);
void locker_free(Locker *locker);

/* One more who can: the first certificate of a PEM file, RSA (OAEP) or EC.  An expired
 * one is taken.  whom: a word for people ("lead"). */
bool locker_add(Locker *locker, const char *whom, const char *path, GError **error);
guint locker_len(const Locker *locker);

/* [{"for","subject","sha256","until"}]: of each certificate.  New reference. */
json_t *locker_to_json(const Locker *locker);

/* What is wrong with one of the certificates at a time (milliseconds): "lead: expired on
 * 2026-01-31"; NULL when all are good for another 30 days.  Owned by the caller. */
char *locker_fault(const Locker *locker, gint64 now);

/* Content closed for all of them: DER. */
GBytes *locker_close(const Locker *locker, GBytes *content, GError **error);

/* Opens it with a key: a PKCS#12 file, or PEM.  passphrase: NULL when there is none.
 * Everything is returned after the tag was verified, or nothing: SEAL_ERROR_KEY when the
 * key cannot be read or is not one of theirs, SEAL_ERROR_CONTENT for content that was
 * changed. */
GBytes *locker_open(GBytes *closed, const char *key, const char *passphrase,
		    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Locker, locker_free)

#endif
