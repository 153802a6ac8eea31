/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_settings.c - settings that load, written out again, load as the same policy; those
 * that do not name their file
 */
#include "config.h"

#include "base/settings.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What would read other files than the one that we write. */
static bool
is_wanted(const char *text, size_t size)
{
	return memmem(text, size, "include", strlen("include")) == NULL;
}

static Settings *
load(const char *path, const char *text, size_t size, GError **error)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	g_assert_cmpint(write(fd, text, size), ==, (gssize)size);
	close(fd);
	return settings_load(path, error);
}

static void
check(const char *path, const char *text, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) once = load(path, text, size, &error);
	g_autoptr(Settings) twice = NULL;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	if (once == NULL) {
		g_assert_nonnull(strstr(error->message, path));
		return;
	}
	first = settings_policy_text(once);
	twice = load(path, first, strlen(first), NULL);
	g_assert_nonnull(twice);
	second = settings_policy_text(twice);
	g_assert_cmpstr(first, ==, second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/fuzz-settings-XXXXXX";
	int fd;

	if (!is_wanted((const char *)data, size))
		return 0;
	fd = mkstemp(path);
	g_assert_cmpint(fd, >=, 0);
	close(fd);
	check(path, (const char *)data, size);
	unlink(path);
	return 0;
}
