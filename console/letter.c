/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter.c - files have LF at line ends where mail has CRLF
 */
#include "config.h"

#include "console/letter.h"

#include "base/file.h"
#include "desk/desk.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static GBytes *
fail(GError **error, const char *path, const char *what)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "%s: %s", path, what);
	return NULL;
}

static GBytes *
read_input(gsize max, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint8 chunk[CHUNK];
	ssize_t n;

	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno != EINTR)
			return fail(error, "standard input", g_strerror(errno));
		g_byte_array_append(bytes, chunk, (guint)MAX(n, 0));
		if (bytes->len > max)
			return fail(error, "standard input",
				    "is larger than message-limit: judge less");
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

GBytes *
letter_with_crlf(GBytes *bytes)
{
	gsize len;
	const char *start = g_bytes_get_data(bytes, &len);
	const char *first = len > 0 ? memchr(start, '\n', len) : NULL;
	GByteArray *out;

	if (first == NULL || (first > start && first[-1] == '\r'))
		return g_bytes_ref(bytes);
	out = g_byte_array_sized_new((guint)(len + len / 32));
	for (gsize i = 0; i < len; i++) {
		if (start[i] == '\n' && (i == 0 || start[i - 1] != '\r'))
			g_byte_array_append(out, (const guint8 *)"\r", 1);
		g_byte_array_append(out, (const guint8 *)start + i, 1);
	}
	return g_byte_array_free_to_bytes(out);
}

GBytes *
letter_read(const char *path, gsize max, GError **error)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (strcmp(path, "-") == 0) {
		bytes = read_input(max, error);
	} else {
		bytes = file_read(path, max, &reason);
		if (bytes == NULL) /* the path is in its message */
			g_set_error_literal(error, DESK_ERROR, DESK_ERROR_USAGE,
					    reason->message);
	}
	return bytes != NULL ? letter_with_crlf(bytes) : NULL;
}
