/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamp.c - the wall around OpenSSL's time stamps: RFC 3161 questions and replies
 *
 * OpenSSL compares status, version, imprint, nonce, policy and the certificate that the
 * token names as its signer's (RFC 5816), and follows the chain; its purpose for it asks
 * that timeStamping is the certificate's one extended use and marked critical (RFC 3161,
 * 2.3).  Set here: the certificates are looked at as they were at the time in the token,
 * so that a stamp lives longer than they do; and the signer is named by SHA-256, not by
 * SHA-1 alone.
 */
#include "config.h"

#include "archive/stamp.h"

#include "archive/seal.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <string.h>

enum { NONCE_LEN = 8, MS_OF_SECOND = 1000 };

G_DEFINE_QUARK(stamp_error, stamp_error)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_INTEGER, ASN1_INTEGER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_OBJECT, ASN1_OBJECT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TS_MSG_IMPRINT, TS_MSG_IMPRINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TS_REQ, TS_REQ_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TS_RESP, TS_RESP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TS_VERIFY_CTX, TS_VERIFY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_ALGOR, X509_ALGOR_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE, X509_STORE_free)

/* Always false; with OpenSSL's reason and details, and its queue empty. */
static bool
fail(GError **error, StampError code, const char *what)
{
	const char *details = NULL;
	int flags = 0;
	const unsigned long number = ERR_peek_last_error_data(&details, &flags);
	const char *reason = ERR_reason_error_string(number);
	const bool has_details =
		(flags & ERR_TXT_STRING) != 0 && details != NULL && *details != '\0';

	g_set_error(error, STAMP_ERROR, (int)code, "%s%s%s%s%s", what,
		    reason != NULL ? ": " : "", reason != NULL ? reason : "",
		    has_details ? ": " : "", has_details ? details : "");
	ERR_clear_error();
	return false;
}

static bool
set_imprint(TS_REQ *question, const char *text)
{
	Digest digest = digest_of(text, strlen(text));
	g_autoptr(TS_MSG_IMPRINT) imprint = TS_MSG_IMPRINT_new();
	g_autoptr(X509_ALGOR) algorithm = X509_ALGOR_new();

	return imprint != NULL && algorithm != NULL &&
	       X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) ==
		       1 &&
	       TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	       TS_MSG_IMPRINT_set_msg(imprint, digest.bytes, DIGEST_LEN) == 1 &&
	       TS_REQ_set_msg_imprint(question, imprint) == 1;
}

static bool
set_policy(TS_REQ *question, const char *policy)
{
	g_autoptr(ASN1_OBJECT) object = NULL;

	if (policy == NULL)
		return true;
	object = OBJ_txt2obj(policy, 1);
	return object != NULL && TS_REQ_set_policy_id(question, object) == 1;
}

static bool
set_nonce(TS_REQ *question)
{
	guint8 bytes[NONCE_LEN];
	g_autoptr(BIGNUM) number = NULL;
	g_autoptr(ASN1_INTEGER) nonce = NULL;

	seal_random(bytes, sizeof bytes);
	bytes[0] |= 0x40; /* always of this length */
	number = BN_bin2bn(bytes, sizeof bytes, NULL);
	nonce = number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
	return nonce != NULL && TS_REQ_set_nonce(question, nonce) == 1;
}

GBytes *
stamp_ask(const char *text, const char *policy, bool has_nonce, GError **error)
{
	g_autoptr(TS_REQ) question = TS_REQ_new();
	unsigned char *der = NULL;
	GBytes *bytes;
	int len = -1;

	if (question != NULL && TS_REQ_set_version(question, 1) == 1 &&
	    set_imprint(question, text) && set_policy(question, policy) &&
	    (!has_nonce || set_nonce(question)) && TS_REQ_set_cert_req(question, 1) == 1)
		len = i2d_TS_REQ(question, &der);
	if (len <= 0) {
		fail(error, STAMP_ERROR_FORMAT, "a time stamp cannot be asked for");
		return NULL;
	}
	bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	return bytes;
}

/* All of the bytes, or NULL. */
static TS_RESP *
read_reply(GBytes *bytes)
{
	gsize len;
	const unsigned char *at = g_bytes_get_data(bytes, &len);
	const unsigned char *end = at == NULL ? NULL : at + len;
	g_autoptr(TS_RESP) reply = NULL;

	if (len == 0 || len > G_MAXINT)
		return NULL;
	reply = d2i_TS_RESP(NULL, &at, (long)len);
	return reply != NULL && at == end ? g_steal_pointer(&reply) : NULL;
}

static TS_REQ *
read_question(GBytes *bytes)
{
	gsize len;
	const unsigned char *at = g_bytes_get_data(bytes, &len);

	return len == 0 || len > G_MAXINT ? NULL : d2i_TS_REQ(NULL, &at, (long)len);
}

/* The time in a token; NULL when it says none. */
static const ASN1_GENERALIZEDTIME *
find_time(TS_RESP *reply)
{
	TS_TST_INFO *info = TS_RESP_get_tst_info(reply);

	return info == NULL ? NULL : TS_TST_INFO_get_time(info);
}

static bool
read_time(const ASN1_GENERALIZEDTIME *from, gint64 *time)
{
	g_autoptr(ASN1_TIME) epoch = ASN1_TIME_set(NULL, 0);
	int days = 0;
	int seconds = 0;

	if (epoch == NULL || ASN1_TIME_diff(&days, &seconds, epoch, from) != 1)
		return false;
	*time = ((gint64)days * 24 * 60 * 60 + seconds) * MS_OF_SECOND;
	return true;
}

/* The anchors, as they were at a time. */
static X509_STORE *
make_store(const char *anchors, gint64 time, GError **error)
{
	g_autoptr(X509_STORE) store = X509_STORE_new();
	g_autoptr(BIO) bio = BIO_new_mem_buf(anchors, -1);
	X509_VERIFY_PARAM *how = store == NULL ? NULL : X509_STORE_get0_param(store);
	guint count = 0;

	for (; bio != NULL && how != NULL; count++) {
		g_autoptr(X509) cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);

		if (cert == NULL || X509_STORE_add_cert(store, cert) != 1)
			break;
	}
	if (count == 0) {
		fail(error, STAMP_ERROR_FORMAT, "no certificate in PEM");
		return NULL;
	}
	ERR_clear_error(); /* of the end of the text */
	X509_VERIFY_PARAM_set_time(how, time / MS_OF_SECOND);
	X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_PARTIAL_CHAIN);
	return g_steal_pointer(&store);
}

/* RFC 5816: an attribute that names the signer's certificate by another digest than
 * SHA-1; OpenSSL has compared it by then. */
static bool
names_signer(TS_RESP *reply)
{
	PKCS7 *token = TS_RESP_get_token(reply);
	STACK_OF(PKCS7_SIGNER_INFO) *infos = PKCS7_get_signer_info(token);

	return sk_PKCS7_SIGNER_INFO_num(infos) == 1 &&
	       PKCS7_get_signed_attribute(sk_PKCS7_SIGNER_INFO_value(infos, 0),
					  NID_id_smime_aa_signingCertificateV2) != NULL;
}

/* store: NULL when it may be by anyone, and then the signature is not asked for. */
static bool
check_all(TS_RESP *reply, TS_REQ *question, X509_STORE *store, GError **error)
{
	g_autoptr(TS_VERIFY_CTX) how = TS_REQ_to_TS_VERIFY_CTX(question, NULL);

	if (how == NULL || (store != NULL && X509_STORE_up_ref(store) != 1))
		return fail(error, STAMP_ERROR_FORMAT, "a reply cannot be checked");
	if (store != NULL) {
		TS_VERIFY_CTX_set_store(how, store);
		TS_VERIFY_CTX_add_flags(how, TS_VFY_SIGNATURE);
	} else {
		TS_VERIFY_CTX_set_flags(how, TS_VFY_VERSION | TS_VFY_IMPRINT);
	}
	if (TS_RESP_verify_response(how, reply) != 1)
		return fail(error, STAMP_ERROR_FALSE, "the time stamp does not hold");
	if (names_signer(reply))
		return true;
	g_set_error_literal(error, STAMP_ERROR, STAMP_ERROR_FALSE,
			    "the time stamp does not name its signer by SHA-256 "
			    "(ESSCertIDv2)");
	return false;
}

/* Granted, or granted with changes: RFC 3161, 2.4.2. */
static bool
is_granted(TS_RESP *reply)
{
	const ASN1_INTEGER *status =
		TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(reply));
	const long number = ASN1_INTEGER_get(status);

	return number == 0 || number == 1;
}

static char *
status_words(TS_RESP *reply)
{
	const STACK_OF(ASN1_UTF8STRING) *text =
		TS_STATUS_INFO_get0_text(TS_RESP_get_status_info(reply));
	const ASN1_UTF8STRING *first = sk_ASN1_UTF8STRING_num(text) > 0
					       ? sk_ASN1_UTF8STRING_value(text, 0)
					       : NULL;

	return first == NULL
		       ? g_strdup("no reason")
		       : g_utf8_make_valid((const char *)ASN1_STRING_get0_data(first),
					   ASN1_STRING_length(first));
}

bool
stamp_check(GBytes *reply, GBytes *question, const char *anchors, gint64 *time,
	    GError **error)
{
	g_autoptr(TS_RESP) said = read_reply(reply);
	g_autoptr(TS_REQ) asked = read_question(question);
	g_autoptr(X509_STORE) store = NULL;
	const ASN1_GENERALIZEDTIME *at;
	gint64 found = 0;

	if (said == NULL || asked == NULL)
		return fail(error, STAMP_ERROR_FORMAT, "not a time stamp reply");
	if (!is_granted(said)) {
		g_autofree char *words = status_words(said);

		g_set_error(error, STAMP_ERROR, STAMP_ERROR_REFUSED,
			    "the authority refused: %s", words);
		return false;
	}
	at = find_time(said);
	if (at == NULL || !read_time(at, &found))
		return fail(error, STAMP_ERROR_FORMAT, "a time stamp without time");
	if (anchors != NULL && (store = make_store(anchors, found, error)) == NULL)
		return false;
	if (!check_all(said, asked, store, error))
		return false;
	*time = found;
	return true;
}
