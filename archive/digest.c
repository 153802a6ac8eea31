/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.c - SHA-256 by OpenSSL
 */
#include "config.h"

#include "archive/seal.h"

#include <openssl/evp.h>
#include <string.h>

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
