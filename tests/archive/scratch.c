/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch.c - a directory for one test, with an identity to sign by
 */
#include "config.h"

#include "tests/archive/scratch.h"
#include "tests/testing.h"

static void
run(const char *const *words)
{
	int status = -1;

	assert_true(g_spawn_sync(NULL, (char **)(gpointer)(gsize)words, NULL,
				 G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
				 NULL));
	assert_int_equal(status, 0);
}

Scratch *
scratch_new(void)
{
	Scratch *scratch = g_new0(Scratch, 1);
	g_autofree char *key = NULL;
	g_autofree char *log_key = NULL;

	scratch->path = g_dir_make_tmp("archive-XXXXXX", NULL);
	assert_non_null(scratch->path);
	key = scratch_file(scratch, "signing.key");
	scratch->key = g_strconcat("file:", key, NULL);
	scratch->certificate = scratch_file(scratch, "signing.crt");
	assert_true(seal_make_identity("Anytown Youth Service", key, scratch->certificate,
				       NULL));
	log_key = scratch_file(scratch, "the-log.key");
	scratch->log_key = g_strconcat("file:", log_key, NULL);
	assert_true(seal_make_log_key(log_key, NULL));
	return scratch;
}

void
scratch_free(Scratch *scratch)
{
	const char *const words[] = { "rm", "-rf", scratch->path, NULL };

	run(words);
	g_free(scratch->path);
	g_free(scratch->key);
	g_free(scratch->certificate);
	g_free(scratch->log_key);
	g_free(scratch);
}

char *
scratch_file(const Scratch *scratch, const char *name)
{
	return g_build_filename(scratch->path, name, NULL);
}

Signer *
scratch_signer(const Scratch *scratch)
{
	g_autoptr(GError) error = NULL;
	Signer *signer = signer_open(scratch->key, scratch->certificate, &error);

	assert_null(error);
	return signer;
}

LogKey *
scratch_log_key(const Scratch *scratch)
{
	LogKey *key = log_key_open(scratch->log_key, NULL);

	assert_non_null(key);
	return key;
}

Trust *
scratch_trust(const Scratch *scratch)
{
	g_autoptr(Signer) signer = scratch_signer(scratch);
	Trust *trust = trust_new();

	assert_true(trust_add(trust, signer_certificate(signer), NULL));
	return trust;
}

void
scratch_copy(const char *from, const char *to)
{
	const char *const words[] = { "cp", "-a", from, to, NULL };

	run(words);
}
