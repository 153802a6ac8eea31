/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c - the units of a message as rules look at them
 *
 * Invariants: every piece is valid UTF-8 and ends with a NUL that its length leaves out;
 * a normalised piece has the rewrite that made it, a plain one has none.
 */
#include "config.h"

#include "rules/text.h"

#include "rules/evasion.h"
#include "rules/quote.h"
#include "rules/text_inside.h"
#include "rules/visible.h"

#include <string.h>

/* How much of one message is read, and how long an excerpt becomes. */
enum { TEXT_MAX = 64 << 20, EXCERPT_MAX = 240, HEADERS_MAX = 1000, NAMES_MAX = 1000 };

/* How often the author and others may take turns before the rest counts as the author's
 * words, whoever wrote it. */
enum { TURNS_MAX = 500 };

typedef struct Piece {
	TextPiece shown;
	char *utf8;       /* of a plain piece */
	Rewrite *rewrite; /* of a normalised one */
} Piece;

struct Text {
	GArray *pieces;      /* Piece */
	GArray *problems;    /* TextProblem */
	GStringChunk *words; /* every `where` */
	gsize left;          /* bytes that may still be read */
	bool is_plain;       /* no forms are made */
};

static void
clear_piece(gpointer data)
{
	Piece *piece = data;

	g_free(piece->utf8);
	rewrite_free(piece->rewrite);
}

gsize
text_left(const Text *text)
{
	return text->left;
}

void
text_spend(Text *text, gsize bytes, const char *where)
{
	if (bytes > 0 && bytes >= text->left)
		text_note(text, where, "more text than is looked at");
	text->left -= MIN(text->left, bytes);
}

void
text_note(Text *text, const char *where, const char *kind)
{
	TextProblem problem = { g_string_chunk_insert_const(text->words, where), kind };

	g_array_append_val(text->problems, problem);
}

static bool
add_form(Text *text, TextForm form, Rewrite *rewrite, guint plain)
{
	Piece piece = { .rewrite = rewrite };

	if (rewrite == NULL)
		return false;
	piece.shown = g_array_index(text->pieces, Piece, plain).shown;
	piece.shown.form = form;
	piece.shown.utf8 = rewrite_finish(rewrite, &piece.shown.len);
	g_array_append_val(text->pieces, piece);
	return true;
}

static void
add_forms(Text *text, guint plain)
{
	TextPiece piece = g_array_index(text->pieces, Piece, plain).shown;

	(void)add_form(text, TEXT_DIGITS, evasion_digits(piece.utf8, piece.len), plain);
	if (add_form(text, TEXT_LETTERS, evasion_letters(piece.utf8, piece.len), plain))
		(void)add_form(text, TEXT_LETTERS,
			       evasion_articles(piece.utf8, piece.len), plain);
	(void)add_form(text, TEXT_ADDRESSES, evasion_addresses(piece.utf8, piece.len),
		       plain);
}

/* utf8, as it is seen, is taken. */
static void
add_plain(Text *text, TextUnit unit, guint marks, const char *where, char *utf8)
{
	const guint place = text->pieces->len;
	Piece piece = { .utf8 = utf8 };

	if (utf8[strspn(utf8, " \t\n")] == '\0') {
		g_free(utf8);
		return;
	}
	piece.shown =
		(TextPiece){ .unit = unit,
			     .form = TEXT_PLAIN,
			     .marks = marks,
			     .plain = place,
			     .where = g_string_chunk_insert_const(text->words, where),
			     .utf8 = utf8,
			     .len = strlen(utf8) };
	g_array_append_val(text->pieces, piece);
	if (unit != TEXT_HEADER && !text->is_plain)
		add_forms(text, place);
}

static GString *
as_seen(const char *utf8, gsize len)
{
	GString *seen = g_string_sized_new(len + 1);

	visible_append(seen, utf8, len);
	return seen;
}

void
text_add(Text *text, TextUnit unit, guint marks, const char *where, const char *utf8,
	 gsize len)
{
	add_plain(text, unit, marks, where, g_string_free(as_seen(utf8, len), FALSE));
}

void
text_add_written(Text *text, guint marks, const char *where, const char *utf8, gsize len)
{
	g_autoptr(GString) seen = as_seen(utf8, len);
	g_autoptr(GArray) runs = quote_split(seen->str, seen->len);

	for (guint i = 0; i < runs->len && i <= TURNS_MAX; i++) {
		QuoteRun run = g_array_index(runs, QuoteRun, i);

		if (i == TURNS_MAX)
			run = (QuoteRun){ QUOTE_OWN, run.start, seen->len };
		add_plain(text, run.kind == QUOTE_OTHER ? TEXT_QUOTED : TEXT_BODY,
			  run.kind == QUOTE_SIGNATURE ? marks | TEXT_IS_SIGNATURE : marks,
			  where, g_strndup(seen->str + run.start, run.end - run.start));
	}
}

/* The display names that a field gives. */
static void
read_names(Text *text, const Headers *headers, const char *field)
{
	g_autoptr(GPtrArray) mailboxes = headers_mailboxes(headers, field, NULL);
	g_autofree char *where = g_strconcat("header:", field, NULL);

	if (mailboxes->len > NAMES_MAX)
		text_note(text, where, "more names than are looked at");
	for (guint i = 0; i < mailboxes->len && i < NAMES_MAX; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];

		if (mailbox->name != NULL)
			text_add(text, TEXT_NAMES, 0, where, mailbox->name,
				 strlen(mailbox->name));
	}
}

static void
read_field(Text *text, const char *name, const char *value)
{
	const bool is_subject = g_ascii_strcasecmp(name, "Subject") == 0;
	g_autofree char *where =
		is_subject ? g_strdup("subject") : g_strconcat("header:", name, NULL);
	g_autofree char *words = message_decode(value);

	text_add(text, is_subject ? TEXT_SUBJECT : TEXT_HEADER, 0, where, words,
		 strlen(words));
}

static void
read_headers(Text *text, const Headers *headers)
{
	static const char *const fields[] = { "From", "Sender", "Reply-To", "To", "Cc" };

	for (guint i = 0; i < headers_len(headers) && i < HEADERS_MAX; i++)
		read_field(text, headers_name(headers, i), headers_value(headers, i));
	if (headers_len(headers) > HEADERS_MAX)
		text_note(text, "header", "more header fields than are looked at");
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		read_names(text, headers, fields[i]);
}

static Text *
read_units(const Message *message, bool is_plain)
{
	const GPtrArray *parts = message_parts(message);
	Text *text = g_new0(Text, 1);

	text->is_plain = is_plain;
	text->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
	g_array_set_clear_func(text->pieces, clear_piece);
	text->problems = g_array_new(FALSE, FALSE, sizeof(TextProblem));
	text->words = g_string_chunk_new(256);
	text->left = TEXT_MAX;
	read_headers(text, message_headers(message));
	for (guint i = 0; i < parts->len; i++)
		text_take_part(text, message, parts->pdata[i]);
	text_take_around(text, message);
	return text;
}

Text *
text_read(const Message *message)
{
	return read_units(message, false);
}

Text *
text_read_plainly(const Message *message)
{
	return read_units(message, true);
}

void
text_free(Text *text)
{
	if (text == NULL)
		return;
	g_array_unref(text->pieces);
	g_array_unref(text->problems);
	g_string_chunk_free(text->words);
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
	return &g_array_index(text->pieces, Piece, index).shown;
}

void
text_trace(const Text *text, guint index, gsize *start, gsize *end)
{
	const Piece *piece = &g_array_index(text->pieces, Piece, index);

	*end = MIN(*end, piece->shown.len);
	*start = MIN(*start, *end);
	if (piece->rewrite != NULL)
		rewrite_trace(piece->rewrite, start, end);
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
	return index < text->problems->len
		       ? &g_array_index(text->problems, TextProblem, index)
		       : NULL;
}
