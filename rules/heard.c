/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heard.c - whether words that are shown as a quote are on record as the other person's
 *
 * A mark before a line is easily made up, and so is "On Monday Carl wrote:".  What the
 * other person did write is on record, and the answer names that mail by its Message-ID.
 */
#include "config.h"

#include "rules/heard.h"

#include "rules/visible.h"

#include <string.h>

static void
append_key(GString *key, const char *utf8, gsize len)
{
	g_autofree char *folded = g_utf8_casefold(utf8, (gssize)len);

	for (const char *at = folded; *at != '\0'; at += visible_width(at))
		if (g_unichar_isalnum(g_utf8_get_char(at)))
			g_string_append_len(key, at, (gssize)visible_width(at));
}

char *
heard_words(const Message *message)
{
	g_autoptr(Text) text = text_read_plainly(message);
	GString *key = g_string_new(NULL);

	for (guint i = 0; i < text_len(text); i++) {
		const TextPiece *piece = text_piece(text, i);

		if (piece->unit != TEXT_HEADER && piece->unit != TEXT_NAMES)
			append_key(key, piece->utf8, piece->len);
	}
	return g_string_free(key, FALSE);
}

static gsize
line_start(const TextPiece *piece, gsize at)
{
	while (at > 0 && piece->utf8[at - 1] != '\n')
		at--;
	return at;
}

static gsize
line_end(const TextPiece *piece, gsize at)
{
	while (at < piece->len && piece->utf8[at] != '\n')
		at++;
	return at;
}

bool
heard_has(const json_t *history, const TextPiece *piece, gsize start, gsize end)
{
	const json_t *written = json_object_get(history, "written");
	const gsize first = line_start(piece, start);
	g_autoptr(GString) key = g_string_new(NULL);
	const json_t *one;
	size_t i;

	append_key(key, piece->utf8 + first, line_end(piece, end) - first);
	json_array_foreach(written, i, one) {
		const char *words = json_text(one, "words");

		if (words != NULL && strstr(words, key->str) != NULL)
			return true;
	}
	return key->len == 0;
}
