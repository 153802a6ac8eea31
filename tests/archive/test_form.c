/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_form.c - a signature that was filled in is one that OpenSSL would have built
 */
#include "config.h"

#include "archive/form.h"
#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

enum { TIMES = 300 }; /* so that the octets of a signature have each of their lengths */

static const gint64 some_time = G_GINT64_CONSTANT(1795363560500);
static const gint64 year_2050 = G_GINT64_CONSTANT(2524608000000);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)

static EVP_PKEY *
read_key(const Scratch *scratch)
{
	FILE *file = fopen(strchr(scratch->key, ':') + 1, "r");
	EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);

	(void)fclose(file);
	assert_non_null(key);
	return key;
}

/* The form of a scratch's signer. */
static Form *
new_form(const Scratch *scratch)
{
	g_autoptr(Signer) signer = scratch_signer(scratch);
	g_autoptr(EVP_PKEY) key = read_key(scratch);
	const Digest content = digest_of("sample", 6);
	g_autoptr(GBytes) sample = signer_sign(signer, &content, some_time, NULL);

	return form_new(sample, &content, some_time, key);
}

/* As OpenSSL writes what it has read: every length fits, everything is in its order. */
static void
assert_canonical(GBytes *signature)
{
	gsize len;
	const guint8 *der = g_bytes_get_data(signature, &len);
	const guint8 *at = der;
	g_autoptr(CMS_ContentInfo) cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);
	guint8 *again = NULL;
	const int again_len = cms == NULL ? -1 : i2d_CMS_ContentInfo(cms, &again);

	assert_ptr_equal(at, der + len);
	assert_int_equal(again_len, len);
	assert_memory_equal(again, der, len);
	OPENSSL_free(again);
}

static void
test_what_is_filled_in_holds_for_its_content_and_is_canonical(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(Trust) trust = scratch_trust(scratch);
	g_autoptr(Form) form = new_form(scratch);
	const Digest other = digest_of("other", 5);
	gsize least = G_MAXSIZE;
	gsize most = 0;

	(void)state;
	assert_non_null(form);
	for (int i = 0; i < TIMES; i++) {
		const Digest content = digest_of(&i, sizeof(i));
		g_autoptr(GBytes) signature =
			form_fill(form, &content, some_time + (gint64)i * 86399999);

		assert_non_null(signature);
		assert_canonical(signature);
		assert_true(trust_check(trust, signature, &content, NULL, NULL));
		assert_false(trust_check(trust, signature, &other, NULL, NULL));
		least = MIN(least, g_bytes_get_size(signature));
		most = MAX(most, g_bytes_get_size(signature));
	}
	assert_true(most > least);
}

/* RFC 5652, 11.3: from 2050 on another type of time. */
static void
test_a_time_that_has_no_room_is_signed_the_long_way(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(Signer) signer = scratch_signer(scratch);
	g_autoptr(Trust) trust = scratch_trust(scratch);
	g_autoptr(Form) form = new_form(scratch);
	const Digest content = digest_of("words", 5);
	g_autoptr(GBytes) none = form_fill(form, &content, year_2050);
	g_autoptr(GBytes) signature = signer_sign(signer, &content, year_2050, NULL);

	(void)state;
	assert_null(none);
	assert_non_null(signature);
	assert_true(trust_check(trust, signature, &content, NULL, NULL));
}

static void
test_what_is_laid_out_otherwise_makes_no_form(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(Signer) signer = scratch_signer(scratch);
	g_autoptr(EVP_PKEY) key = read_key(scratch);
	const Digest content = digest_of("sample", 6);
	const Digest other = digest_of("other", 5);
	g_autoptr(GBytes) sample = signer_sign(signer, &content, some_time, NULL);

	(void)state;
	assert_null(form_new(sample, &other, some_time, key));
	assert_null(form_new(sample, &content, some_time + 1000, key));
	for (gsize len = 0; len < g_bytes_get_size(sample); len++) {
		g_autoptr(GBytes) cut = g_bytes_new_from_bytes(sample, 0, len);

		assert_null(form_new(cut, &content, some_time, key));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_what_is_filled_in_holds_for_its_content_and_is_canonical),
		cmocka_unit_test(test_a_time_that_has_no_room_is_signed_the_long_way),
		cmocka_unit_test(test_what_is_laid_out_otherwise_makes_no_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
