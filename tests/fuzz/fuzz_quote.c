/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_quote.c - who wrote which lines: the runs hold every byte once, in order and by
 * whole lines, and what is marked as quoted, line by line, is nowhere the author's own
 */
#include "config.h"

#include "rules/quote.h"
#include "rules/visible.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_runs(const GArray *runs, const GString *text)
{
	gsize at = 0;

	for (guint i = 0; i < runs->len; i++) {
		const QuoteRun *run = &g_array_index(runs, QuoteRun, i);

		g_assert_cmpuint(run->start, ==, at);
		g_assert_cmpuint(run->end, >, run->start);
		g_assert_true(run->start == 0 || text->str[run->start - 1] == '\n');
		g_assert_true(i == 0 || run->kind != (run - 1)->kind);
		at = run->end;
	}
	g_assert_cmpuint(at, ==, text->len);
}

/* The same text as an answer quotes it. */
static GString *
quote_all(const GString *text)
{
	GString *quoted = g_string_new("> ");

	for (gsize at = 0; at < text->len; at++) {
		g_string_append_c(quoted, text->str[at]);
		if (text->str[at] == '\n' && at + 1 < text->len)
			g_string_append(quoted, "> ");
	}
	return quoted;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *utf8 = visible_convert((const char *)data, size, "utf-8", NULL);
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GString) quoted = NULL;
	g_autoptr(GArray) runs = NULL;
	g_autoptr(GArray) others = NULL;

	visible_append(seen, utf8, strlen(utf8));
	runs = quote_split(seen->str, seen->len);
	check_runs(runs, seen);
	quoted = quote_all(seen);
	others = quote_split(quoted->str, quoted->len);
	check_runs(others, quoted);
	for (guint i = 0; i < others->len; i++)
		g_assert_cmpint(g_array_index(others, QuoteRun, i).kind, ==, QUOTE_OTHER);
	return 0;
}
