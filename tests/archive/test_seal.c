/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_seal.c - signatures hold for one content and one certificate, and for no other
 */
#include "config.h"

#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <string.h>
#include <sys/stat.h>

static const gint64 some_time = G_GINT64_CONSTANT(1795363560500);

static void
test_digests_are_sha256_however_they_grow(void **state)
{
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	g_autoptr(Hasher) hasher = hasher_new();
	g_autofree char *whole = NULL;
	g_autofree char *grown = NULL;
	Digest digest = digest_of("abc", 3);
	Digest parsed;

	(void)state;
	whole = digest_format(&digest);
	assert_string_equal(whole, abc);
	hasher_add(hasher, "a", 1);
	digest = hasher_get(hasher);
	hasher_add(hasher, "bc", 2);
	digest = hasher_get(hasher);
	grown = digest_format(&digest);
	assert_string_equal(grown, abc);
	assert_true(digest_parse(abc, &parsed));
	assert_true(digest_equal(&parsed, &digest));
}

static void
test_what_is_no_digest_is_refused(void **state)
{
	static const char *const wrong[] = {
		NULL,
		"",
		"ba7816bf",
		"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
		"ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
	};
	Digest digest;

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		assert_false(digest_parse(wrong[i], &digest));
}

static void
test_a_signature_holds_for_its_content_alone(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(Signer) signer = scratch_signer(scratch);
	g_autoptr(Trust) trust = scratch_trust(scratch);
	g_autoptr(GError) error = NULL;
	const Digest content = digest_of("words", 5);
	const Digest other = digest_of("swords", 6);
	g_autoptr(GBytes) signature = signer_sign(signer, &content, some_time, NULL);

	(void)state;
	assert_non_null(signature);
	assert_true(trust_check(trust, signature, &content, NULL, NULL));
	assert_false(trust_check(trust, signature, &other, NULL, &error));
	assert_true(g_error_matches(error, SEAL_ERROR, SEAL_ERROR_CONTENT));
}

static void
test_a_signature_by_another_certificate_is_refused(void **state)
{
	g_autoptr(Scratch) ours = scratch_new();
	g_autoptr(Scratch) theirs = scratch_new();
	g_autoptr(Signer) signer = scratch_signer(theirs);
	g_autoptr(Trust) trust = scratch_trust(ours);
	g_autoptr(GError) error = NULL;
	const Digest content = digest_of("words", 5);
	g_autoptr(GBytes) signature = signer_sign(signer, &content, some_time, NULL);

	(void)state;
	assert_false(trust_check(trust, signature, &content, NULL, &error));
	assert_true(g_error_matches(error, SEAL_ERROR, SEAL_ERROR_SIGNATURE));
	assert_true(trust_add(trust, signer_certificate(signer), NULL));
	assert_true(trust_check(trust, signature, &content, NULL, NULL));
}

static void
test_no_changed_byte_of_a_signature_makes_another_content_good(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(Signer) signer = scratch_signer(scratch);
	g_autoptr(Trust) trust = scratch_trust(scratch);
	const Digest content = digest_of("words", 5);
	const Digest other = digest_of("swords", 6);
	g_autoptr(GBytes) signature = signer_sign(signer, &content, some_time, NULL);
	const gsize len = g_bytes_get_size(signature);

	(void)state;
	for (gsize i = 0; i < len; i += 3) {
		g_autofree guint8 *copy =
			g_memdup2(g_bytes_get_data(signature, NULL), len);
		g_autoptr(GBytes) changed = NULL;

		copy[i] ^= 1;
		changed = g_bytes_new_static(copy, len);
		assert_false(trust_check(trust, changed, &other, NULL, NULL));
	}
}

static void
test_a_key_that_others_can_read_is_refused(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_int_equal(chmod(scratch->key + 5, 0640), 0);
	assert_null(signer_open(scratch->key, scratch->certificate, &error));
	assert_true(g_error_matches(error, SEAL_ERROR, SEAL_ERROR_KEY));
	assert_non_null(strstr(error->message, "signing.key"));
}

static void
test_a_certificate_of_another_key_is_refused(void **state)
{
	g_autoptr(Scratch) ours = scratch_new();
	g_autoptr(Scratch) theirs = scratch_new();
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(signer_open(ours->key, theirs->certificate, &error));
	assert_true(g_error_matches(error, SEAL_ERROR, SEAL_ERROR_KEY));
}

static void
test_an_identity_is_never_replaced(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autofree char *log_key = scratch_file(scratch, "log.key");
	g_autoptr(GError) error = NULL;
	struct stat status;

	(void)state;
	assert_false(seal_make_identity("Other", scratch->key + 5, scratch->certificate,
					&error));
	assert_true(g_error_matches(error, SEAL_ERROR, SEAL_ERROR_KEY));
	assert_true(seal_make_log_key(log_key, NULL));
	assert_int_equal(stat(log_key, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_false(seal_make_log_key(log_key, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests_are_sha256_however_they_grow),
		cmocka_unit_test(test_what_is_no_digest_is_refused),
		cmocka_unit_test(test_a_signature_holds_for_its_content_alone),
		cmocka_unit_test(test_a_signature_by_another_certificate_is_refused),
		cmocka_unit_test(
			test_no_changed_byte_of_a_signature_makes_another_content_good),
		cmocka_unit_test(test_a_key_that_others_can_read_is_refused),
		cmocka_unit_test(test_a_certificate_of_another_key_is_refused),
		cmocka_unit_test(test_an_identity_is_never_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
