/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name.c - people's names as they are compared
 */
#include "config.h"

#include "register/name.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 12 };

/* Inside a name an apostrophe joins and every other mark parts. */
static gboolean
is_apostrophe(gunichar c)
{
	return c == '\'' || c == 0x2019 || c == 0x02BC;
}

char **
name_words(const char *name)
{
	g_autofree char *valid = g_utf8_make_valid(name, -1);
	g_autofree char *folded = g_utf8_casefold(valid, -1);
	g_autofree char *plain = g_utf8_normalize(folded, -1, G_NORMALIZE_ALL);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();
	g_autoptr(GString) word = g_string_new(NULL);
	guint len = 0;

	for (char *at = plain; len < WORDS_MAX; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (g_unichar_isalnum(c)) {
			g_string_append_unichar(word, c);
		} else if (!g_unichar_ismark(c) && !is_apostrophe(c) && word->len > 0) {
			g_strv_builder_add(words, word->str);
			g_string_truncate(word, 0);
			len++;
		}
		if (c == 0)
			break;
	}
	return g_strv_builder_end(words);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
name_key(char *const *words, gsize len)
{
	g_autofree char **sorted = g_new0(char *, len + 1);

	memcpy(sorted, words, len * sizeof *sorted);
	qsort(sorted, len, sizeof *sorted, compare);
	return g_strjoinv(" ", sorted);
}
