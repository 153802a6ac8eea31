/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_note.c - signed notes and checkpoints, ours and the published one
 */
#include "config.h"

#include "archive/note.h"
#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <string.h>

/* The example that the specification and Go's sumdb/note publish. */
static const char published_key[] =
	"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char published_text[] =
	"If you think cryptography is the answer to your problem,\n"
	"then you don't know what your problem is.\n";
static const char published_note[] =
	"If you think cryptography is the answer to your problem,\n"
	"then you don't know what your problem is.\n"
	"\n"
	"\xe2\x80\x94 PeterNeumann "
	"x08go/ZJkuBS9UG/"
	"SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
static const char vector_key[] =
	"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

static LogKey *
make_key(const Scratch *scratch, const char *name)
{
	g_autofree char *path = scratch_file(scratch, name);
	g_autofree char *word = g_strconcat("file:", path, NULL);
	LogKey *key;

	assert_true(seal_make_log_key(path, NULL));
	key = log_key_open(word, NULL);
	assert_non_null(key);
	return key;
}

static void
test_the_published_note_opens_with_its_key(void **state)
{
	g_autofree char *text = note_open(published_note, published_key, NULL);
	guint8 bytes[LOG_KEY_LEN];

	(void)state;
	assert_non_null(text);
	assert_string_equal(text, published_text);
	assert_true(note_key_parse(vector_key, bytes));
}

static void
test_a_note_of_ours_opens_with_its_verifier_key(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(LogKey) key = make_key(scratch, "log.key");
	g_autofree char *verifier = note_verifier_key("agency.example/archive", key);
	g_autofree char *note =
		note_sign("one\n\ntwo\n", "agency.example/archive", key, NULL);
	g_autofree char *text = note_open(note, verifier, NULL);

	(void)state;
	assert_string_equal(text, "one\n\ntwo\n");
}

static void
test_a_note_signed_by_two_opens_with_either(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(LogKey) first = make_key(scratch, "first.key");
	g_autoptr(LogKey) second = make_key(scratch, "second.key");
	g_autofree char *note = note_sign("text\n", "a", first, NULL);
	g_autofree char *both = note_add_signature(note, "a", second, NULL);
	const LogKey *const keys[] = { first, second };

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autofree char *verifier = note_verifier_key("a", keys[i]);
		g_autofree char *text = note_open(both, verifier, NULL);

		assert_string_equal(text, "text\n");
	}
}

static void
test_a_note_that_is_altered_anywhere_does_not_open(void **state)
{
	(void)state;
	for (gsize i = 0; i + 1 < sizeof published_note; i++) {
		g_autofree char *note = g_strdup(published_note);
		g_autofree char *text = NULL;

		note[i] ^= 1;
		text = note_open(note, published_key, NULL);
		assert_null(text);
	}
}

static void
test_another_key_of_the_same_name_does_not_open_it(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(LogKey) key = make_key(scratch, "log.key");
	g_autofree char *verifier = note_verifier_key("PeterNeumann", key);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(note_open(published_note, verifier, &error));
	assert_true(g_error_matches(error, NOTE_ERROR, NOTE_ERROR_SIGNATURE));
}

static void
test_what_is_no_note_is_refused(void **state)
{
	static const char *const notes[] = {
		"",
		"\n",
		"text\n",
		"text\n\n",
		"text\n\nno signature\n",
		"text\n\n\xe2\x80\x94 PeterNeumann x08g",
		"te\x01xt\n\n\xe2\x80\x94 PeterNeumann x08g\n",
		"\xff\n\n\xe2\x80\x94 PeterNeumann x08g\n",
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(notes); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(note_open(notes[i], published_key, &error));
		assert_true(error->domain == NOTE_ERROR);
	}
}

static void
test_what_is_no_verifier_key_is_refused(void **state)
{
	static const char *const keys[] = {
		"",
		"PeterNeumann",
		"PeterNeumann+c74f20a3",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
	};
	guint8 bytes[LOG_KEY_LEN];

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		assert_false(note_key_parse(keys[i], bytes));
}

static void
test_a_checkpoint_is_read_as_it_was_written(void **state)
{
	const Digest root = digest_of("root", 4);
	g_autofree char *text = checkpoint_format("agency.example/archive", 70000, &root);
	g_auto(Checkpoint) checkpoint = { 0 };

	(void)state;
	assert_true(checkpoint_parse(text, &checkpoint, NULL));
	assert_string_equal(checkpoint.origin, "agency.example/archive");
	assert_int_equal(checkpoint.size, 70000);
	assert_true(digest_equal(&checkpoint.root, &root));
}

static void
test_what_is_no_checkpoint_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"a\n1\n",
		"a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
		"a\n1\nCsUYapGGPo4dkMgI\n",
	};

	(void)state;
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(Checkpoint) checkpoint = { 0 };

		assert_false(checkpoint_parse(texts[i], &checkpoint, NULL));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_published_note_opens_with_its_key),
		cmocka_unit_test(test_a_note_of_ours_opens_with_its_verifier_key),
		cmocka_unit_test(test_a_note_signed_by_two_opens_with_either),
		cmocka_unit_test(test_a_note_that_is_altered_anywhere_does_not_open),
		cmocka_unit_test(test_another_key_of_the_same_name_does_not_open_it),
		cmocka_unit_test(test_what_is_no_note_is_refused),
		cmocka_unit_test(test_what_is_no_verifier_key_is_refused),
		cmocka_unit_test(test_a_checkpoint_is_read_as_it_was_written),
		cmocka_unit_test(test_what_is_no_checkpoint_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
