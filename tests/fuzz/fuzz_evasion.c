/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_evasion.c - the normaliser: text as it is seen stays as it is when it is read
 * again; every byte of a form comes from a place in the text, in order
 */
#include "config.h"

#include "rules/evasion.h"
#include "rules/visible.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_form(Rewrite *form, gsize source_len)
{
	g_autoptr(Rewrite) rewrite = form;
	gsize len, before = 0;

	if (rewrite == NULL)
		return;
	g_assert_true(g_utf8_validate(rewrite_finish(rewrite, &len), -1, NULL));
	for (gsize at = 0; at < len; at++) {
		gsize start = at, end = at + 1;

		rewrite_trace(rewrite, &start, &end);
		g_assert_cmpuint(before, <=, start);
		g_assert_cmpuint(start, <, end);
		g_assert_cmpuint(end, <=, source_len);
		before = start;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *utf8 =
		visible_convert((const char *)data, size, "iso-2022-jp", NULL);
	g_autoptr(GString) seen = g_string_new(NULL);

	visible_append(seen, utf8, strlen(utf8));
	g_assert_true(g_utf8_validate(seen->str, -1, NULL));
	g_assert_cmpuint(seen->len, ==, strlen(seen->str));
	check_form(evasion_digits(seen->str, seen->len), seen->len);
	check_form(evasion_letters(seen->str, seen->len), seen->len);
	check_form(evasion_articles(seen->str, seen->len), seen->len);
	check_form(evasion_addresses(seen->str, seen->len), seen->len);
	return 0;
}
