/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locker.c - content that only the holders of certain keys can open
 *
 * One content key, wrapped for each certificate: by ECDH for EC keys, by RSA-OAEP with
 * SHA-256 for RSA.  Whether a certificate has expired is for people to hear of; a
 * picture that came today must be put away today.
 */
#include "config.h"

#include "archive/locker.h"

#include "base/file.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <string.h>

enum { KEY_FILE_MAX = 1 << 20, DAY_TEXT_LEN = 11, SOON_DAYS = 30, MS_OF_SECOND = 1000 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS12, PKCS12_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

typedef struct Holder {
	char *whom;
	X509 *cert;
} Holder;

struct Locker {
	GPtrArray *holders; /* Holder * */
};

static void
holder_free(gpointer data)
{
	Holder *holder = data;

	X509_free(holder->cert);
	g_free(holder->whom);
	g_free(holder);
}

Locker *
locker_new(void)
{
	Locker *locker = g_new0(Locker, 1);

	locker->holders = g_ptr_array_new_with_free_func(holder_free);
	return locker;
}

void
locker_free(Locker *locker)
{
	if (locker == NULL)
		return;
	g_ptr_array_unref(locker->holders);
	g_free(locker);
}

/* Sets an error of ours with OpenSSL's reason, and empties its queue.  Always NULL. */
static gpointer
fail(GError **error, SealError code, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	g_set_error(error, SEAL_ERROR, (int)code, "%s%s%s", what,
		    reason != NULL ? ": " : "", reason != NULL ? reason : "");
	return NULL;
}

static bool
can_wrap(X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);

	return key != NULL && (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "EC"));
}

bool
locker_add(Locker *locker, const char *whom, const char *path, GError **error)
{
	g_autoptr(BIO) bio = BIO_new_file(path, "r");
	g_autoptr(X509) cert =
		bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	Holder *holder;

	if (cert == NULL || !can_wrap(cert)) {
		fail(error, SEAL_ERROR_KEY, "no certificate of an RSA or EC key in PEM");
		g_prefix_error(error, "%s: %s: ", whom, path);
		return false;
	}
	holder = g_new0(Holder, 1);
	holder->whom = g_strdup(whom);
	holder->cert = g_steal_pointer(&cert);
	g_ptr_array_add(locker->holders, holder);
	return true;
}

guint
locker_len(const Locker *locker)
{
	return locker->holders->len;
}

static char *
subject_of(X509 *cert)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	char *data = NULL;
	long len;

	if (bio == NULL ||
	    X509_NAME_print_ex(bio, X509_get_subject_name(cert), 0,
			       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0)
		return g_strdup("");
	len = BIO_get_mem_data(bio, &data);
	return g_utf8_make_valid(data, len);
}

/* The day on which it ends. */
static char *
end_of(X509 *cert)
{
	struct tm end = { 0 };

	if (ASN1_TIME_to_tm(X509_get0_notAfter(cert), &end) != 1)
		return g_strdup("");
	return g_strdup_printf("%04d-%02d-%02d", end.tm_year + 1900, end.tm_mon + 1,
			       end.tm_mday);
}

static char *
fingerprint_of(X509 *cert)
{
	Digest digest;

	if (X509_digest(cert, EVP_sha256(), digest.bytes, NULL) != 1)
		return g_strdup("");
	return digest_format(&digest);
}

json_t *
locker_to_json(const Locker *locker)
{
	json_t *array = json_array();

	for (guint i = 0; i < locker->holders->len; i++) {
		const Holder *holder = locker->holders->pdata[i];
		g_autofree char *subject = subject_of(holder->cert);
		g_autofree char *sha256 = fingerprint_of(holder->cert);
		g_autofree char *until = end_of(holder->cert);

		json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "for",
						       holder->whom, "subject", subject,
						       "sha256", sha256, "until", until));
	}
	return array;
}

char *
locker_fault(const Locker *locker, gint64 now)
{
	for (guint i = 0; i < locker->holders->len; i++) {
		const Holder *holder = locker->holders->pdata[i];
		const ASN1_TIME *end = X509_get0_notAfter(holder->cert);
		time_t at = (time_t)(now / MS_OF_SECOND);
		time_t soon = at + (time_t)SOON_DAYS * 24 * 60 * 60;
		g_autofree char *day = end_of(holder->cert);

		if (X509_cmp_time(end, &at) < 0)
			return g_strdup_printf("%s: certificate expired on %s",
					       holder->whom, day);
		if (X509_cmp_time(end, &soon) < 0)
			return g_strdup_printf("%s: certificate expires on %s",
					       holder->whom, day);
	}
	return NULL;
}

static bool
add_rsa_padding(CMS_RecipientInfo *info)
{
	EVP_PKEY_CTX *context = CMS_RecipientInfo_get0_pkey_ctx(info);

	return context != NULL &&
	       EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1;
}

static bool
add_holder(CMS_ContentInfo *cms, X509 *cert)
{
	CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, cert, CMS_KEY_PARAM);

	if (info == NULL)
		return false;
	return !EVP_PKEY_is_a(X509_get0_pubkey(cert), "RSA") || add_rsa_padding(info);
}

static bool
add_holders(CMS_ContentInfo *cms, const Locker *locker)
{
	for (guint i = 0; i < locker->holders->len; i++) {
		const Holder *holder = locker->holders->pdata[i];

		if (!add_holder(cms, holder->cert))
			return false;
	}
	return locker->holders->len > 0;
}

GBytes *
locker_close(const Locker *locker, GBytes *content, GError **error)
{
	g_autoptr(CMS_ContentInfo) cms = CMS_AuthEnvelopedData_create(EVP_aes_256_gcm());
	gsize size;
	const void *data = g_bytes_get_data(content, &size);
	g_autoptr(BIO) in = size > G_MAXINT ? NULL : BIO_new_mem_buf(data, (int)size);
	unsigned char *der = NULL;
	GBytes *closed;
	int len = -1;

	if (cms != NULL && in != NULL && add_holders(cms, locker) &&
	    CMS_set_detached(cms, 0) == 1 && CMS_final(cms, in, NULL, CMS_BINARY) == 1)
		len = i2d_CMS_ContentInfo(cms, &der);
	if (len <= 0)
		return fail(error, SEAL_ERROR_LIBRARY, "encrypting failed");
	closed = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	return closed;
}

/* A key, and its certificate where the file has one. */
typedef struct Opener {
	EVP_PKEY *key;
	X509 *cert;
} Opener;

static int
give_passphrase(char *buf, int size, int is_writing, void *data)
{
	const char *passphrase = data;
	gsize len = passphrase == NULL ? 0 : strlen(passphrase);

	(void)is_writing;
	if (passphrase == NULL || len > (gsize)size)
		return -1;
	memcpy(buf, passphrase, len); /* NOLINT(bugprone-not-null-terminated-result) */
	return (int)len;
}

static bool
read_pkcs12(Opener *opener, BIO *bio, const char *passphrase)
{
	g_autoptr(PKCS12) file = d2i_PKCS12_bio(bio, NULL);

	return file != NULL &&
	       PKCS12_parse(file, passphrase == NULL ? "" : passphrase, &opener->key,
			    &opener->cert, NULL) == 1 &&
	       opener->key != NULL;
}

static bool
read_opener(Opener *opener, const char *path, const char *passphrase, GError **error)
{
	g_autoptr(GBytes) file = file_read(path, KEY_FILE_MAX, error);
	gsize len;
	const char *data = file == NULL ? NULL : g_bytes_get_data(file, &len);
	g_autoptr(BIO) bio = file == NULL ? NULL : BIO_new_mem_buf(data, (int)len);

	if (file == NULL)
		return false;
	if (g_strstr_len(data, (gssize)len, "-----BEGIN") != NULL)
		opener->key = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase,
						      (void *)(gsize)passphrase);
	else
		(void)read_pkcs12(opener, bio, passphrase);
	if (opener->key != NULL)
		return true;
	fail(error, SEAL_ERROR_KEY, "no key that this pass phrase opens");
	g_prefix_error(error, "%s: ", path);
	return false;
}

static CMS_ContentInfo *
read_closed(GBytes *closed)
{
	gsize len;
	const unsigned char *der = g_bytes_get_data(closed, &len);
	CMS_ContentInfo *cms = len == 0 || len > G_MAXINT
				       ? NULL
				       : d2i_CMS_ContentInfo(NULL, &der, (long)len);

	if (cms != NULL &&
	    OBJ_obj2nid(CMS_get0_type(cms)) == NID_id_smime_ct_authEnvelopedData)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

/* Memory alone: nothing is handed on before the tag is verified. */
static GBytes *
decrypt(CMS_ContentInfo *cms, const Opener *opener, GError **error)
{
	g_autoptr(BIO) out = BIO_new(BIO_s_mem());
	char *data = NULL;
	long len;

	if (CMS_decrypt_set1_pkey(cms, opener->key, opener->cert) != 1)
		return fail(error, SEAL_ERROR_KEY,
			    "this key is none of those it was closed for");
	if (out == NULL || CMS_decrypt(cms, NULL, NULL, NULL, out, CMS_BINARY) != 1)
		return fail(error, SEAL_ERROR_CONTENT,
			    "it was changed, or this key is none of those it was "
			    "closed for");
	len = BIO_get_mem_data(out, &data);
	return g_bytes_new(data, (gsize)len);
}

GBytes *
locker_open(GBytes *closed, const char *key, const char *passphrase, GError **error)
{
	g_autoptr(CMS_ContentInfo) cms = read_closed(closed);
	Opener opener = { NULL, NULL };
	GBytes *content = NULL;

	if (cms == NULL)
		return fail(error, SEAL_ERROR_CONTENT, "this is not what was sealed");
	if (read_opener(&opener, key, passphrase, error))
		content = decrypt(cms, &opener, error);
	EVP_PKEY_free(opener.key);
	X509_free(opener.cert);
	return content;
}
