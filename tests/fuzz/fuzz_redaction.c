/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_redaction.c - who is named in the file is not found in what is left, and what is
 * left stays as it is when it is looked through again
 *
 * The input is a file and, behind the first NUL, a text.
 */
#include "config.h"

#include "desk/redaction.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *mark = size == 0 ? NULL : memchr(data, '\0', size);
	const gsize file_len = mark == NULL ? size : (gsize)(mark - data);
	g_autofree char *text =
		mark == NULL ? g_strdup("Karen")
			     : g_strndup((const char *)mark + 1, size - file_len - 1);
	g_autoptr(Redaction) redaction =
		redaction_parse("f", (const char *)data, file_len, NULL);
	g_autofree char *once = NULL;
	g_autofree char *twice = NULL;

	if (redaction == NULL)
		return 0;
	once = redaction_apply(redaction, text);
	twice = redaction_apply(redaction, once);
	g_assert_cmpuint(redaction_line(redaction, once), ==, 0);
	g_assert_cmpstr(once, ==, twice);
	return 0;
}
