/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust.c - whether a signature is by one of the certificates that are trusted
 *
 * A certificate is trusted because the log introduced it, never because of who issued it or
 * of the day it ends.
 */
#include "config.h"

#include "archive/seal_inside.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

struct Trust {
	GMutex lock;      /* over the array; a certificate in it never changes */
	GPtrArray *certs; /* X509 */
};

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
		return seal_fail(error, SEAL_ERROR_KEY, "no certificate in PEM");
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
			*until = seal_end_of(cert);
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
		return seal_fail(error, SEAL_ERROR_SIGNATURE,
				 "not a signature with one signer and SHA-256");
	if (!is_signed_by_one(trust, cms, info, &end))
		return seal_fail(error, SEAL_ERROR_SIGNATURE,
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
