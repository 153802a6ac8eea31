/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.c - the wall around OpenSSL: digests, signatures, certificates, keys
 *
 * A signature covers a digest that was made while the content arrived, so the signed
 * attributes (RFC 5652, 11; ETSI EN 319 122-1) are set here by hand and no content
 * ever passes through CMS.  A certificate is trusted because the log introduced it,
 * never because of who issued it or of the day it ends.
 */
#include "config.h"

#include "archive/seal.h"

#include "archive/form.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NAME_MAX_LEN = 64, /* of an X.520 name, in characters */
	SERIAL_LEN = 16,
	VALID_DAYS = 3652,
	SECONDS_OF_DAY = 24 * 60 * 60,
	MS_OF_SECOND = 1000,
};

G_DEFINE_QUARK(seal_error, seal_error)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_EXTENSION, X509_EXTENSION_free)

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

struct Trust {
	GMutex lock;      /* over the array; a certificate in it never changes */
	GPtrArray *certs; /* X509 */
};

/* Sets an error of ours with OpenSSL's reason, and empties its queue. */
static bool
fail(GError **error, SealError code, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	g_set_error(error, SEAL_ERROR, (int)code, "%s%s%s", what,
		    reason != NULL ? ": " : "", reason != NULL ? reason : "");
	return false;
}

Digest
digest_of(const void *data, gsize len)
{
	Digest digest;

	/* Fails only without memory or without SHA-256. */
	if (EVP_Digest(data, len, digest.bytes, NULL, EVP_sha256(), NULL) != 1)
		g_error("SHA-256 is not available");
	return digest;
}

bool
digest_equal(const Digest *a, const Digest *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_LEN) == 0;
}

char *
digest_format(const Digest *digest)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = g_malloc(DIGEST_HEX_LEN + 1);

	for (gsize i = 0; i < DIGEST_LEN; i++) {
		hex[2 * i] = digits[digest->bytes[i] >> 4];
		hex[2 * i + 1] = digits[digest->bytes[i] & 15];
	}
	hex[DIGEST_HEX_LEN] = '\0';
	return hex;
}

bool
digest_parse(const char *hex, Digest *digest)
{
	Digest parsed;

	if (hex == NULL || strlen(hex) != DIGEST_HEX_LEN)
		return false;
	for (gsize i = 0; i < DIGEST_LEN; i++) {
		const int high = g_ascii_xdigit_value(hex[2 * i]);
		const int low = g_ascii_xdigit_value(hex[2 * i + 1]);

		if (high < 0 || low < 0 || g_ascii_isupper(hex[2 * i]) ||
		    g_ascii_isupper(hex[2 * i + 1]))
			return false;
		parsed.bytes[i] = (guint8)(high * 16 + low);
	}
	*digest = parsed;
	return true;
}

/* A Hasher is OpenSSL's context under a name of ours. */
static EVP_MD_CTX *
context(const Hasher *hasher)
{
	return (EVP_MD_CTX *)(gpointer)(gsize)hasher;
}

Hasher *
hasher_new(void)
{
	EVP_MD_CTX *made = EVP_MD_CTX_new();

	if (made == NULL || EVP_DigestInit_ex(made, EVP_sha256(), NULL) != 1)
		g_error("SHA-256 is not available");
	return (Hasher *)made;
}

Hasher *
hasher_copy(const Hasher *hasher)
{
	EVP_MD_CTX *made = EVP_MD_CTX_new();

	if (made == NULL || EVP_MD_CTX_copy_ex(made, context(hasher)) != 1)
		g_error("a SHA-256 state cannot be copied");
	return (Hasher *)made;
}

void
hasher_free(Hasher *hasher)
{
	EVP_MD_CTX_free(context(hasher));
}

void
hasher_add(Hasher *hasher, const void *data, gsize len)
{
	if (EVP_DigestUpdate(context(hasher), data, len) != 1)
		g_error("SHA-256 failed");
}

Digest
hasher_get(const Hasher *hasher)
{
	g_autoptr(Hasher) copy = hasher_copy(hasher);
	Digest digest;

	if (EVP_DigestFinal_ex(context(copy), digest.bytes, NULL) != 1)
		g_error("SHA-256 failed");
	return digest;
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
		fail(error, SEAL_ERROR_KEY, "no private key without pass phrase in PEM");
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
		fail(error, SEAL_ERROR_KEY, "no certificate in PEM");
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
	g_autofree char *group = g_malloc0(NAME_MAX_LEN);

	return EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, group, NAME_MAX_LEN, NULL) == 1 &&
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
		fail(error, SEAL_ERROR_LIBRARY, "signing failed");
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
		fail(error, SEAL_ERROR_LIBRARY, "the certificate cannot be written");
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

/* When the days of a certificate are over, in milliseconds. */
static gint64
end_of(const X509 *cert)
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
	return end_of(signer->cert);
}

GBytes *
signer_sign(const Signer *signer, const Digest *content, gint64 time, GError **error)
{
	GBytes *signature =
		signer->form != NULL ? form_fill(signer->form, content, time) : NULL;

	return signature != NULL ? signature
				 : build_signature(signer, content, time, error);
}

static void
free_certificate(gpointer cert)
{
	X509_free(cert);
}

Trust *
trust_new(void)
{
	Trust *trust = g_new0(Trust, 1);

	g_mutex_init(&trust->lock);
	trust->certs = g_ptr_array_new_with_free_func(free_certificate);
	return trust;
}

void
trust_free(Trust *trust)
{
	if (trust == NULL)
		return;
	g_ptr_array_unref(trust->certs);
	g_mutex_clear(&trust->lock);
	g_free(trust);
}

static gboolean
is_same_certificate(gconstpointer a, gconstpointer b)
{
	return X509_cmp(a, b) == 0;
}

static X509 *
parse_certificate(const char *pem)
{
	g_autoptr(BIO) bio = BIO_new_mem_buf(pem, -1);

	return bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
}

static GMutex *
lock_of(const Trust *trust)
{
	return (GMutex *)(gpointer)(gsize)&trust->lock;
}

bool
trust_add(Trust *trust, const char *pem, GError **error)
{
	g_autoptr(X509) cert = NULL;

	if (trust_has(trust, pem))
		return true;
	cert = parse_certificate(pem);
	if (cert == NULL)
		return fail(error, SEAL_ERROR_KEY, "no certificate in PEM");
	g_mutex_lock(&trust->lock);
	g_ptr_array_add(trust->certs, g_steal_pointer(&cert));
	g_mutex_unlock(&trust->lock);
	return true;
}

bool
trust_has(const Trust *trust, const char *pem)
{
	g_autoptr(X509) cert = parse_certificate(pem);
	bool is_there;

	if (cert == NULL)
		ERR_clear_error();
	g_mutex_lock(lock_of(trust));
	is_there = cert != NULL && g_ptr_array_find_with_equal_func(
					   trust->certs, cert, is_same_certificate, NULL);
	g_mutex_unlock(lock_of(trust));
	return is_there;
}

/* The trusted certificates that a signature names, each with a reference. */
static GPtrArray *
find_signers(const Trust *trust, CMS_SignerInfo *info)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(free_certificate);

	g_mutex_lock(lock_of(trust));
	for (guint i = 0; i < trust->certs->len; i++) {
		X509 *cert = g_ptr_array_index(trust->certs, i);

		if (CMS_SignerInfo_cert_cmp(info, cert) == 0 && X509_up_ref(cert) == 1)
			g_ptr_array_add(found, cert);
	}
	g_mutex_unlock(lock_of(trust));
	return found;
}

/* Whether the certificate stands in the signature, whole: others check it by that. */
static bool
carries(CMS_ContentInfo *cms, X509 *cert)
{
	STACK_OF(X509) *carried = CMS_get1_certs(cms);
	bool is_there = false;

	for (int i = 0; i < sk_X509_num(carried); i++)
		is_there |= X509_cmp(sk_X509_value(carried, i), cert) == 0;
	sk_X509_pop_free(carried, X509_free);
	return is_there;
}

/* Whether the attributes are signed by the key of one of the certificates. */
static bool
is_signed_by_one(const Trust *trust, CMS_ContentInfo *cms, CMS_SignerInfo *info,
		 gint64 *until)
{
	g_autoptr(GPtrArray) certs = find_signers(trust, info);

	for (guint i = 0; i < certs->len; i++) {
		X509 *cert = g_ptr_array_index(certs, i);

		CMS_SignerInfo_set1_signer_cert(info, cert);
		if (CMS_signed_get_attr_count(info) > 0 &&
		    CMS_SignerInfo_verify(info) == 1 && carries(cms, cert)) {
			*until = end_of(cert);
			return true;
		}
	}
	return false;
}

static bool
has_digest(CMS_SignerInfo *info, const Digest *content)
{
	const ASN1_OCTET_STRING *digest = CMS_signed_get0_data_by_OBJ(
		info, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);

	return digest != NULL && ASN1_STRING_length(digest) == DIGEST_LEN &&
	       memcmp(ASN1_STRING_get0_data(digest), content->bytes, DIGEST_LEN) == 0;
}

static CMS_ContentInfo *
read_signature(GBytes *signature)
{
	gsize len;
	const unsigned char *der = g_bytes_get_data(signature, &len);

	if (len == 0 || len > G_MAXINT)
		return NULL;
	return d2i_CMS_ContentInfo(NULL, &der, (long)len);
}

/* The one signer of a SignedData by SHA-256; NULL for anything else. */
static CMS_SignerInfo *
only_signer(CMS_ContentInfo *cms)
{
	STACK_OF(CMS_SignerInfo) * infos;
	CMS_SignerInfo *info;
	X509_ALGOR *digest = NULL;

	if (cms == NULL || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
		return NULL;
	infos = CMS_get0_SignerInfos(cms);
	if (sk_CMS_SignerInfo_num(infos) != 1)
		return NULL;
	info = sk_CMS_SignerInfo_value(infos, 0);
	CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, NULL);
	return OBJ_obj2nid(digest->algorithm) == NID_sha256 ? info : NULL;
}

bool
trust_check(const Trust *trust, GBytes *signature, const Digest *content, gint64 *until,
	    GError **error)
{
	g_autoptr(CMS_ContentInfo) cms = read_signature(signature);
	CMS_SignerInfo *info = only_signer(cms);
	gint64 end = 0;

	if (info == NULL)
		return fail(error, SEAL_ERROR_SIGNATURE,
			    "not a signature with one signer and SHA-256");
	if (!is_signed_by_one(trust, cms, info, &end))
		return fail(error, SEAL_ERROR_SIGNATURE,
			    "the signature is not by a certificate of this archive");
	ERR_clear_error();
	if (!has_digest(info, content)) {
		g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_CONTENT,
				    "the signature is good, but over other content");
		return false;
	}
	if (until != NULL)
		*until = end;
	return true;
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
	return fail(error, SEAL_ERROR_LIBRARY, "the log's note cannot be signed");
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

static bool
set_names(X509 *cert, const char *agency)
{
	X509_NAME *name = X509_get_subject_name(cert);
	g_autofree char *valid = g_utf8_make_valid(agency, -1);
	g_autofree char *shown = g_utf8_substring(
		valid, 0, MIN(g_utf8_strlen(valid, -1), (glong)NAME_MAX_LEN));

	return X509_NAME_add_entry_by_NID(name, NID_organizationName, MBSTRING_UTF8,
					  (const unsigned char *)shown, -1, -1, 0) == 1 &&
	       X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC,
					  (const unsigned char *)"email archive", -1, -1,
					  0) == 1 &&
	       X509_set_issuer_name(cert, name) == 1;
}

static bool
set_serial(X509 *cert)
{
	guint8 bytes[SERIAL_LEN];
	BIGNUM *number;
	bool is_set;

	seal_random(bytes, sizeof(bytes));
	bytes[0] = (bytes[0] & 0x7f) | 0x40; /* positive, and always of this length */
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	is_set = number != NULL &&
		 BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;
	BN_free(number);
	return is_set;
}

/* What makes plain `openssl cms -verify -CAfile` content with it. */
static bool
set_extensions(X509 *cert)
{
	static const struct {
		int nid;
		const char *value;
	} extensions[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature,nonRepudiation" },
		{ NID_ext_key_usage, "emailProtection" },
		{ NID_subject_key_identifier, "hash" },
	};

	X509V3_CTX context_of_cert;

	X509V3_set_ctx(&context_of_cert, cert, cert, NULL, NULL, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(extensions); i++) {
		g_autoptr(X509_EXTENSION) extension = X509V3_EXT_conf_nid(
			NULL, &context_of_cert, extensions[i].nid, extensions[i].value);

		if (extension == NULL || X509_add_ext(cert, extension, -1) != 1)
			return false;
	}
	return true;
}

static X509 *
make_certificate(const char *agency, EVP_PKEY *key)
{
	g_autoptr(X509) cert = X509_new();

	if (cert == NULL || X509_set_version(cert, X509_VERSION_3) != 1 ||
	    !set_serial(cert) || !set_names(cert, agency) ||
	    X509_gmtime_adj(X509_getm_notBefore(cert), -SECONDS_OF_DAY) == NULL ||
	    X509_time_adj_ex(X509_getm_notAfter(cert), VALID_DAYS, 0, NULL) == NULL ||
	    X509_set_pubkey(cert, key) != 1 || !set_extensions(cert) ||
	    X509_sign(cert, key, EVP_sha256()) == 0)
		return NULL;
	return g_steal_pointer(&cert);
}

static bool
refuse_present(const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	g_set_error(error, SEAL_ERROR, SEAL_ERROR_KEY,
		    "%s: is there already and is not replaced", path);
	return false;
}

/* Writes what a BIO holds to a new file. */
static bool
write_bio(const char *path, BIO *bio, int mode, GError **error)
{
	char *data = NULL;
	const long len = BIO_get_mem_data(bio, &data);

	return refuse_present(path, error) &&
	       file_create(path, data, (gsize)len, mode, error);
}

static bool
write_key(const char *path, EVP_PKEY *key, GError **error)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());

	if (bio == NULL || key == NULL ||
	    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		return fail(error, SEAL_ERROR_LIBRARY, "a key cannot be made");
	return write_bio(path, bio, S_IRUSR | S_IWUSR, error);
}

bool
seal_make_identity(const char *agency, const char *key_path, const char *cert_path,
		   GError **error)
{
	g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
	g_autoptr(X509) cert = key == NULL ? NULL : make_certificate(agency, key);
	g_autoptr(BIO) text = BIO_new(BIO_s_mem());

	if (cert == NULL || text == NULL || PEM_write_bio_X509(text, cert) != 1)
		return fail(error, SEAL_ERROR_LIBRARY, "a certificate cannot be made");
	return refuse_present(cert_path, error) && write_key(key_path, key, error) &&
	       write_bio(cert_path, text, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, error);
}

bool
seal_make_log_key(const char *path, GError **error)
{
	g_autoptr(EVP_PKEY) key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	return write_key(path, key, error);
}
