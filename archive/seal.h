/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.h - the wall around OpenSSL: digests, signatures, certificates, keys
 */
#ifndef ARCHIVE_SEAL_H
#define ARCHIVE_SEAL_H

#include <glib.h>
#include <stdbool.h>

typedef enum SealError {
	SEAL_ERROR_KEY, /* a key or certificate cannot be read, or others can read it */
	SEAL_ERROR_SIGNATURE, /* a signature is not by one of the certificates */
	SEAL_ERROR_CONTENT,   /* a good signature over other content */
	SEAL_ERROR_LIBRARY,   /* OpenSSL failed; the message carries its words */
} SealError;

#define SEAL_ERROR (seal_error_quark())
GQuark seal_error_quark(void);

/* SHA-256, as everywhere in the archive. */
enum { DIGEST_LEN = 32, DIGEST_HEX_LEN = 64 };

typedef struct Digest {
	guint8 bytes[DIGEST_LEN];
} Digest;

Digest digest_of(const void *data, gsize len);
bool digest_equal(const Digest *a, const Digest *b);
char *digest_format(const Digest *digest); /* lower-case hex, owned by the caller */
bool digest_parse(const char *hex, Digest *digest);

/* A digest that is still growing. */
typedef struct Hasher Hasher;

Hasher *hasher_new(void);
Hasher *hasher_copy(const Hasher *hasher); /* goes on by itself */
void hasher_free(Hasher *hasher);
void hasher_add(Hasher *hasher, const void *data, gsize len);
Digest hasher_get(const Hasher *hasher); /* of what was added so far; may go on */

/* Fills a buffer with random bytes that nobody can guess. */
void seal_random(void *bytes, gsize len);

/* The agency's signing key and certificate.  Immutable; safe to share. */
typedef struct Signer Signer;

/* key: "file:PATH" (PEM, not readable by others); cert: path of a PEM file.  Refuses a
 * certificate that does not belong to the key. */
Signer *signer_open(const char *key, const char *cert, GError **error);
Signer *signer_ref(Signer *signer);
void signer_free(Signer *signer);                     /* the last reference frees it */
const char *signer_certificate(const Signer *signer); /* PEM, borrowed */
gint64 signer_until(const Signer *signer); /* where its days end, in milliseconds */

/* A detached CMS SignedData (DER, RFC 5652; CAdES-BES attributes; ECDSA P-256 with
 * SHA-256) over content whose digest is given. */
GBytes *signer_sign(const Signer *signer, const Digest *content, gint64 time,
		    GError **error);

/* Certificates that signatures may be by.  Safe to share, also while one is added. */
typedef struct Trust Trust;

Trust *trust_new(void);
void trust_free(Trust *trust);
bool trust_add(Trust *trust, const char *pem, GError **error);
bool trust_has(const Trust *trust, const char *pem);

/* Checks a detached signature against content with a digest.  until: where the days of
 * the certificate end, in milliseconds; may be NULL. */
bool trust_check(const Trust *trust, GBytes *signature, const Digest *content,
		 gint64 *until, GError **error);

/* The key of the log's notes: Ed25519.  Immutable; safe to share. */
enum { LOG_KEY_LEN = 32, LOG_SIGNATURE_LEN = 64 };
typedef struct LogKey LogKey;

LogKey *log_key_open(const char *key, GError **error); /* "file:PATH", as a signer's */
void log_key_free(LogKey *key);
const guint8 *log_key_public(const LogKey *key); /* LOG_KEY_LEN bytes, borrowed */
bool log_key_sign(const LogKey *key, const char *text, guint8 *signature, GError **error);
/* Whether a signature over a text is by the key with these public bytes. */
bool log_key_check(const guint8 *public_key, const char *text, const guint8 *signature);

/* init: a P-256 key (mode 0600) and a self-signed certificate for S/MIME signing in an
 * agency's name, ten years.  Refuses to replace what is there. */
bool seal_make_identity(const char *agency, const char *key_path, const char *cert_path,
			GError **error);
/* init: an Ed25519 key for the log (PKCS#8 PEM, mode 0600). */
bool seal_make_log_key(const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hasher, hasher_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogKey, log_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signer, signer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trust, trust_free)

#endif
