/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.c - signs records and the notes of the log, by OpenSSL
 *
 * A signature covers a digest that was made while the content arrived, so the signed
 * attributes (RFC 5652, 11; ETSI EN 319 122-1) are set here by hand and no content
 * ever passes through CMS.
 */
#include "config.h"

#include "archive/seal_inside.h"

#include "archive/form.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/stat.h>

enum { GROUP_MAX_LEN = 64, MS_OF_SECOND = 1000 };

G_DEFINE_QUARK(seal_error, seal_error)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_TIME, ASN1_TIME_free)

struct Signer {
	gatomicrefcount references;
	EVP_PKEY *key;
	X509 *cert;
	char *pem;
	Form *form; /* its signatures; NULL: each is built anew */
};

struct LogKey {
	EVP_PKEY *key;
	guint8 public_key[LOG_KEY_LEN];
};

bool
seal_fail(GError **error, SealError code, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	g_set_error(error, SEAL_ERROR, (int)code, "%s%s%s", what,
		    reason != NULL ? ": " : "", reason != NULL ? reason : "");
	return false;
}

void
seal_random(void *bytes, gsize len)
{
	if (RAND_bytes(bytes, (int)len) != 1)
		g_error("the system gives no random bytes");
}

/* Keys carry no pass phrase; nobody is there to ask.  The parameters are OpenSSL's. */
static int
refuse_passphrase(char *buf, /* NOLINT(readability-non-const-parameter) */
		  int size, int is_writing, void *data)
{
	(void)buf;
	(void)size;
	(void)is_writing;
	(void)data;
	return -1;
}

static EVP_PKEY *
read_key_file(const char *path, GError **error)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	g_autoptr(BIO) bio = fd < 0 ? NULL : BIO_new_fd(fd, BIO_CLOSE);
	struct stat status;
	EVP_PKEY *key;

	if (bio == NULL || fstat(fd, &status) != 0) {
		g_set_error(error, SEAL_ERROR, SEAL_ERROR_KEY, "%s: %s", path,
			    g_strerror(errno));
		return NULL;
	}
	if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		g_set_error(error, SEAL_ERROR, SEAL_ERROR_KEY,
			    "%s: others can read this key: make it a file of mode 0600",
			    path);
		return NULL;
	}
	key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, NULL);
	if (key == NULL) {
		seal_fail(error, SEAL_ERROR_KEY,
			  "no private key without pass phrase in PEM");
		g_prefix_error(error, "%s: ", path);
	}
	return key;
}

/* name: "file:PATH"; other kinds of key may come. */
static EVP_PKEY *
read_key(const char *name, GError **error)
{
	if (g_str_has_prefix(name, "file:"))
		return read_key_file(name + strlen("file:"), error);
	g_set_error(error, SEAL_ERROR, SEAL_ERROR_KEY,
		    "'%s': a key is named by file:PATH", name);
	return NULL;
}

static X509 *
read_certificate(const char *path, GError **error)
{
	g_autoptr(BIO) bio = BIO_new_file(path, "r");
	X509 *cert = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);

	if (cert == NULL) {
		seal_fail(error, SEAL_ERROR_KEY, "no certificate in PEM");
		g_prefix_error(error, "%s: ", path);
	}
	return cert;
}

/* What was written to a memory BIO, as text. */
static char *
take_text(BIO *bio)
{
	char *data = NULL;
	const long len = BIO_get_mem_data(bio, &data);

	return g_strndup(data, (gsize)len);
}

static bool
is_p256(const EVP_PKEY *key)
{
	g_autofree char *group = g_malloc0(GROUP_MAX_LEN);

	return EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, group, GROUP_MAX_LEN, NULL) == 1 &&
	       OBJ_sn2nid(group) == NID_X9_62_prime256v1;
}

/* The attributes that CMS would set had it read the content itself. */
static bool
set_attributes(CMS_SignerInfo *info, const Digest *content, gint64 time)
{
	g_autoptr(ASN1_TIME) at = ASN1_TIME_set(NULL, time / MS_OF_SECOND);

	return at != NULL &&
	       CMS_signed_add1_attr_by_NID(info, NID_pkcs9_contentType, V_ASN1_OBJECT,
					   OBJ_nid2obj(NID_pkcs7_data), -1) == 1 &&
	       CMS_signed_add1_attr_by_NID(info, NID_pkcs9_messageDigest,
					   V_ASN1_OCTET_STRING, content->bytes,
					   DIGEST_LEN) == 1 &&
	       CMS_signed_add1_attr_by_NID(info, NID_pkcs9_signingTime,
					   ASN1_STRING_type(at), at, -1) == 1;
}

static GBytes *
build_signature(const Signer *signer, const Digest *content, gint64 time, GError **error)
{
	const unsigned frame = CMS_PARTIAL | CMS_DETACHED | CMS_BINARY;
	const unsigned mode = CMS_CADES | CMS_NOSMIMECAP | CMS_BINARY;
	g_autoptr(CMS_ContentInfo) cms = CMS_sign(NULL, NULL, NULL, NULL, frame);
	CMS_SignerInfo *info = NULL;
	unsigned char *der = NULL;
	GBytes *bytes;
	int len = -1;

	if (cms != NULL)
		info = CMS_add1_signer(cms, signer->cert, signer->key, EVP_sha256(),
				       mode);
	if (info != NULL && set_attributes(info, content, time) &&
	    CMS_SignerInfo_sign(info) == 1)
		len = i2d_CMS_ContentInfo(cms, &der);
	if (len <= 0) {
		seal_fail(error, SEAL_ERROR_LIBRARY, "signing failed");
		return NULL;
	}
	bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	return bytes;
}

/* Of something that no content has for its digest, so that it is found again. */
static Form *
make_form(const Signer *signer)
{
	const gint64 now = clock_now();
	g_autoptr(GBytes) sample = NULL;
	Digest digest;

	seal_random(digest.bytes, sizeof(digest.bytes));
	sample = build_signature(signer, &digest, now, NULL);
	return sample == NULL ? NULL : form_new(sample, &digest, now, signer->key);
}

Signer *
signer_open(const char *key, const char *cert, GError **error)
{
	g_autoptr(Signer) signer = g_new0(Signer, 1);
	g_autoptr(BIO) text = BIO_new(BIO_s_mem());

	g_atomic_ref_count_init(&signer->references);
	if ((signer->key = read_key(key, error)) == NULL ||
	    (signer->cert = read_certificate(cert, error)) == NULL)
		return NULL;
	if (!is_p256(signer->key)) {
		g_set_error(error, SEAL_ERROR, SEAL_ERROR_KEY,
			    "%s: not a P-256 key; `chaperone init` makes one", key);
		return NULL;
	}
	if (X509_check_private_key(signer->cert, signer->key) != 1) {
		ERR_clear_error();
		g_set_error(error, SEAL_ERROR, SEAL_ERROR_KEY,
			    "%s: this certificate is not of the key %s", cert, key);
		return NULL;
	}
	if (text == NULL || PEM_write_bio_X509(text, signer->cert) != 1) {
		seal_fail(error, SEAL_ERROR_LIBRARY, "the certificate cannot be written");
		return NULL;
	}
	signer->pem = take_text(text);
	signer->form = make_form(signer);
	return g_steal_pointer(&signer);
}

Signer *
signer_ref(Signer *signer)
{
	g_atomic_ref_count_inc(&signer->references);
	return signer;
}

void
signer_free(Signer *signer)
{
	if (signer == NULL || !g_atomic_ref_count_dec(&signer->references))
		return;
	form_free(signer->form);
	EVP_PKEY_free(signer->key);
	X509_free(signer->cert);
	g_free(signer->pem);
	g_free(signer);
}

const char *
signer_certificate(const Signer *signer)
{
	return signer->pem;
}

gint64
seal_end_of(const X509 *cert)
{
	g_autoptr(ASN1_TIME) epoch = ASN1_TIME_set(NULL, 0);
	int days = 0;
	int seconds = 0;

	if (epoch == NULL ||
	    ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(cert)) != 1)
		return 0; /* no day that can be read: it is over */
	return ((gint64)days * SECONDS_OF_DAY + seconds) * MS_OF_SECOND;
}

gint64
signer_until(const Signer *signer)
{
	return seal_end_of(signer->cert);
}

GBytes *
signer_sign(const Signer *signer, const Digest *content, gint64 time, GError **error)
{
	GBytes *signature =
		signer->form != NULL ? form_fill(signer->form, content, time) : NULL;

	return signature != NULL ? signature
				 : build_signature(signer, content, time, error);
}

LogKey *
log_key_open(const char *key, GError **error)
{
	g_autoptr(LogKey) made = g_new0(LogKey, 1);
	size_t len = LOG_KEY_LEN;

	if ((made->key = read_key(key, error)) == NULL)
		return NULL;
	if (EVP_PKEY_is_a(made->key, "ED25519") &&
	    EVP_PKEY_get_raw_public_key(made->key, made->public_key, &len) == 1)
		return g_steal_pointer(&made);
	g_set_error(error, SEAL_ERROR, SEAL_ERROR_KEY,
		    "%s: not an Ed25519 key; `chaperone init` makes one", key);
	return NULL;
}

void
log_key_free(LogKey *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->key);
	g_free(key);
}

const guint8 *
log_key_public(const LogKey *key)
{
	return key->public_key;
}

bool
log_key_sign(const LogKey *key, const char *text, guint8 *signature, GError **error)
{
	g_autoptr(EVP_MD_CTX) made = EVP_MD_CTX_new();
	size_t len = LOG_SIGNATURE_LEN;

	if (made != NULL && EVP_DigestSignInit(made, NULL, NULL, NULL, key->key) == 1 &&
	    EVP_DigestSign(made, signature, &len, (const guint8 *)text, strlen(text)) ==
		    1 &&
	    len == LOG_SIGNATURE_LEN)
		return true;
	return seal_fail(error, SEAL_ERROR_LIBRARY, "the log's note cannot be signed");
}

bool
log_key_check(const guint8 *public_key, const char *text, const guint8 *signature)
{
	g_autoptr(EVP_PKEY) key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
							      public_key, LOG_KEY_LEN);
	g_autoptr(EVP_MD_CTX) made = EVP_MD_CTX_new();
	bool is_good;

	is_good = key != NULL && made != NULL &&
		  EVP_DigestVerifyInit(made, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestVerify(made, signature, LOG_SIGNATURE_LEN,
				   (const guint8 *)text, strlen(text)) == 1;
	ERR_clear_error();
	return is_good;
}
