/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority.c - a time stamp authority made of openssl's command line
 */
#include "config.h"

#include "tests/archive/authority.h"
#include "tests/testing.h"

#include <gio/gio.h>

/* What tests/system/authority.py says to words and bytes. */
static GBytes *
run(const char *verb, const char *directory, const char *fault, GBytes *input)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *script = g_build_filename(top == NULL ? "." : top, "tests",
						   "system", "authority.py", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) process = g_subprocess_new(
		G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
		"/usr/bin/python3", script, verb, directory, fault, NULL);
	GBytes *output = NULL;

	assert_non_null(process);
	assert_true(g_subprocess_communicate(process, input, NULL, &output, NULL, NULL));
	assert_true(g_subprocess_get_successful(process));
	return output;
}

Authority *
authority_new(const Scratch *scratch)
{
	Authority *authority = g_new0(Authority, 1);
	g_autoptr(GBytes) nothing = g_bytes_new(NULL, 0);
	g_autofree char *anchors = NULL;

	authority->directory = scratch_file(scratch, "authority");
	g_bytes_unref(run("make", authority->directory, NULL, nothing));
	anchors = g_build_filename(authority->directory, "ca.pem", NULL);
	assert_true(g_file_get_contents(anchors, &authority->anchors, NULL, NULL));
	return authority;
}

void
authority_free(Authority *authority)
{
	g_free(authority->directory);
	g_free(authority->anchors);
	g_free(authority);
}

GBytes *
authority_reply(const Authority *authority, const char *fault, GBytes *question)
{
	return run("reply", authority->directory, fault, question);
}
