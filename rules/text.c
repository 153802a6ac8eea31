/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c - the units of a message as rules look at them
 *
 * Invariant: every piece is valid UTF-8 and ends with a NUL that its length leaves out.
 */
#include "config.h"

#include "rules/text.h"

#include <string.h>

/* How much text of one message is looked at, and how long an excerpt becomes. */
enum { TEXT_MAX = 32 << 20, EXCERPT_MAX = 240 };

typedef struct Piece {
	TextPiece shown;
	char *where;
	char *utf8;
} Piece;

struct Text {
	GPtrArray *pieces; /* Piece * */
	gsize left;        /* bytes that may still be read */
};

static void
piece_free(gpointer data)
{
	Piece *piece = data;

	g_free(piece->where);
	g_free(piece->utf8);
	g_free(piece);
}

/* utf8 is taken. */
static void
add_piece(Text *text, TextUnit unit, const char *where, char *utf8)
{
	Piece *piece;

	if (utf8 == NULL || *utf8 == '\0') {
		g_free(utf8);
		return;
	}
	piece = g_new0(Piece, 1);
	piece->where = g_strdup(where);
	piece->utf8 = utf8;
	piece->shown = (TextPiece){ .unit = unit,
				    .form = TEXT_PLAIN,
				    .plain = text->pieces->len,
				    .where = piece->where,
				    .utf8 = piece->utf8,
				    .len = strlen(utf8) };
	g_ptr_array_add(text->pieces, piece);
}

static char *
to_utf8(GBytes *bytes, const char *charset)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	g_autofree char *converted = NULL;

	if (len == 0)
		return g_strdup("");
	if (charset != NULL && !g_utf8_validate_len(data, len, NULL))
		converted = g_convert_with_fallback(data, (gssize)len, "UTF-8", charset,
						    NULL, NULL, NULL, NULL);
	return converted != NULL ? g_steal_pointer(&converted)
				 : g_utf8_make_valid(data, (gssize)len);
}

/* Tags become blanks. */
static char *
drop_tags(const char *html)
{
	GString *plain = g_string_new(NULL);
	bool is_tag = false;

	for (const char *at = html; *at != '\0'; at++) {
		is_tag = *at == '<' || (is_tag && *at != '>');
		g_string_append_c(plain, is_tag || *at == '>' ? ' ' : *at);
	}
	return g_string_free(plain, FALSE);
}

static void
read_part(Text *text, const Message *message, const Part *part)
{
	const bool is_html = strcmp(part->type, "text/html") == 0;
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *utf8 = NULL;
	g_autofree char *where = g_strconcat("part:", part->path, NULL);
	TextUnit unit = part->is_attachment ? TEXT_ATTACHMENT : TEXT_BODY;

	if (part->filename != NULL)
		add_piece(text, TEXT_NAMES, where, g_strdup(part->filename));
	if (!g_str_has_prefix(part->type, "text/"))
		return;
	bytes = message_part_decode(message, part, text->left);
	text->left -= MIN(text->left, g_bytes_get_size(bytes));
	utf8 = to_utf8(bytes, part->charset);
	add_piece(text, unit, unit == TEXT_BODY ? "body" : where,
		  is_html ? drop_tags(utf8) : g_steal_pointer(&utf8));
}

static void
read_headers(Text *text, const Headers *headers)
{
	add_piece(text, TEXT_SUBJECT, "subject",
		  headers_get_decoded(headers, "Subject", 0));
	for (guint i = 0; i < headers_len(headers); i++) {
		const char *name = headers_name(headers, i);
		g_autofree char *where = g_strconcat("header:", name, NULL);

		if (g_ascii_strcasecmp(name, "Subject") != 0)
			add_piece(text, TEXT_HEADER, where,
				  message_decode(headers_value(headers, i)));
	}
}

Text *
text_read(const Message *message)
{
	const GPtrArray *parts = message_parts(message);
	Text *text = g_new0(Text, 1);

	text->pieces = g_ptr_array_new_with_free_func(piece_free);
	text->left = TEXT_MAX;
	read_headers(text, message_headers(message));
	for (guint i = 0; i < parts->len; i++)
		read_part(text, message, parts->pdata[i]);
	return text;
}

void
text_free(Text *text)
{
	if (text == NULL)
		return;
	g_ptr_array_unref(text->pieces);
	g_free(text);
}

guint
text_len(const Text *text)
{
	return text->pieces->len;
}

const TextPiece *
text_piece(const Text *text, guint index)
{
	const Piece *piece = text->pieces->pdata[index];

	return &piece->shown;
}

void
text_trace(const Text *text, guint index, gsize *start, gsize *end)
{
	const TextPiece *piece = text_piece(text, index);

	*end = MIN(*end, piece->len);
	*start = MIN(*start, *end);
}

/* The first character at or after a byte. */
static gsize
align(const TextPiece *piece, gsize at)
{
	while (at < piece->len && ((guchar)piece->utf8[at] & 0xC0) == 0x80)
		at++;
	return at;
}

char *
text_excerpt(const Text *text, guint index, gsize start, gsize end, gsize around)
{
	const TextPiece *plain = text_piece(text, text_piece(text, index)->plain);
	gsize first, last;
	char *excerpt;

	text_trace(text, index, &start, &end);
	first = align(plain, start - MIN(start, around));
	last = align(plain, MIN(end + around, plain->len));
	last = align(plain, MIN(last, first + EXCERPT_MAX));
	excerpt = g_strndup(plain->utf8 + first, last - first);
	g_strdelimit(excerpt, "\r\n\t", ' ');
	return g_strstrip(excerpt);
}

const TextProblem *
text_problem(const Text *text, guint index)
{
	(void)text;
	(void)index;
	return NULL;
}
