/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity.c - makes the agency's keys and certificate
 */
#include "config.h"

#include "archive/seal_inside.h"

#include "base/file.h"

#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>

enum {
	NAME_MAX_LEN = 64, /* of an X.520 name, in characters */
	SERIAL_LEN = 16,
	VALID_DAYS = 3652,
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_EXTENSION, X509_EXTENSION_free)

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
		return seal_fail(error, SEAL_ERROR_LIBRARY, "a key cannot be made");
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
		return seal_fail(error, SEAL_ERROR_LIBRARY,
				 "a certificate cannot be made");
	return refuse_present(cert_path, error) && write_key(key_path, key, error) &&
	       write_bio(cert_path, text, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, error);
}

bool
seal_make_log_key(const char *path, GError **error)
{
	g_autoptr(EVP_PKEY) key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	return write_key(path, key, error);
}
