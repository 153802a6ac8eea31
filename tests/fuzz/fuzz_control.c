/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_control.c - a request that was read has every field, and is read again to an
 * equal one from its own JSON
 */
#include "config.h"

#include "milter/request.h"

#include <stdint.h>
#include <string.h>

enum { CONTENT_MAX = 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gsize content = 0, again_content = 0;
	g_autoptr(json_t) once =
		request_parse((const char *)data, size, CONTENT_MAX, &content, NULL);

	if (once != NULL) {
		g_autofree char *text = json_write(once);
		g_autoptr(json_t) twice = request_parse(text, strlen(text), CONTENT_MAX,
							&again_content, NULL);

		g_assert_nonnull(json_text(once, "area"));
		g_assert_nonnull(json_text(once, "verb"));
		g_assert_true(json_is_array(json_object_get(once, "words")));
		g_assert_true(json_is_object(json_object_get(once, "options")));
		g_assert_cmpuint(content, <=, CONTENT_MAX);
		g_assert_true(json_equal(once, twice));
		g_assert_cmpuint(content, ==, again_content);
	}
	return 0;
}
