/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_office.c - documents and archives, whatever they hold, end within their bounds as
 * valid UTF-8; so does a document of those bytes as XML and HTML
 */
#include "config.h"

#include "rules/markup.h"
#include "rules/office.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *problem = NULL;
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autofree char *words = office_read(bytes, 1 << 20, &problem);
	g_autofree char *xml = markup_read_xml((const char *)data, size);
	g_autofree char *utf8 = g_utf8_make_valid((const char *)data, (gssize)size);
	g_autoptr(Markup) markup = markup_read_html(utf8, strlen(utf8));

	g_assert_true(words == NULL || g_utf8_validate(words, -1, NULL));
	g_assert_true(xml == NULL || g_utf8_validate(xml, -1, NULL));
	for (int i = 0; i < MARKUP_KINDS; i++)
		g_assert_true(g_utf8_validate(markup->text[i]->str, -1, NULL));
	return 0;
}
