/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quote.c - who wrote which lines
 *
 * Told by the marks that mail programs leave: '>' before a line; "On … wrote:" before
 * quoted lines, or before all the rest where none is marked; the "Original Message" line
 * and the block of From, Sent, To, Subject of Outlook, before all the rest; "-- ", or a
 * greeting and the few short lines at the end, as the signature.
 */
#include "config.h"

#include "rules/quote.h"

#include <stdbool.h>
#include <string.h>

enum { WROTE_LINES = 4, BLOCK_LINES = 5, SIGNATURE_LINES = 14, SIGNATURE_WIDTH = 100 };

/* A line without its end. */
typedef struct Line {
	const char *text;
	gsize len;
	gsize start, end; /* in the text, its LF included */
	QuoteKind kind;
} Line;

static GArray *
split_lines(const char *utf8, gsize len)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(Line));

	for (gsize at = 0; at < len;) {
		const char *lf = memchr(utf8 + at, '\n', len - at);
		gsize end = lf == NULL ? len : (gsize)(lf - utf8) + 1;
		Line line = { .text = utf8 + at,
			      .len = (lf == NULL ? len : end - 1) - at,
			      .start = at,
			      .end = end };

		while (line.len > 0 && line.text[0] == ' ') {
			line.text++;
			line.len--;
		}
		g_array_append_val(lines, line);
		at = end;
	}
	return lines;
}

static Line *
line_at(const GArray *lines, guint i)
{
	return &g_array_index(lines, Line, i);
}

static bool
begins(const Line *line, const char *words)
{
	gsize len = strlen(words);

	return line->len >= len && g_ascii_strncasecmp(line->text, words, len) == 0;
}

static bool
is_blank(const Line *line)
{
	return line->len == 0 || line->text[0] == '\t';
}

static bool
ends(const Line *line, const char *words)
{
	gsize len = strlen(words);
	gsize end = line->len;

	while (end > 0 && line->text[end - 1] == ' ')
		end--;
	return end >= len && g_ascii_strncasecmp(line->text + end - len, words, len) == 0;
}

/* "On Monday … wrote:", over a few lines: the line after it; the same line if none. */
static guint
wrote_end(const GArray *lines, guint i)
{
	if (!begins(line_at(lines, i), "On ") && !begins(line_at(lines, i), "Am ") &&
	    !begins(line_at(lines, i), "Le "))
		return i;
	for (guint next = i; next < lines->len && next < i + WROTE_LINES; next++) {
		const Line *line = line_at(lines, next);

		if (is_blank(line))
			return i;
		if (ends(line, "wrote:") || ends(line, "schrieb:") ||
		    ends(line, "a écrit :"))
			return next + 1;
	}
	return i;
}

/* "From: …", also "*From:* …" as bold becomes in plain text. */
static bool
is_field(const Line *line, const char *name)
{
	const gsize bold = line->len > 0 && line->text[0] == '*' ? 1 : 0;
	const gsize len = strlen(name);

	return line->len > bold + len && line->text[bold + len] == ':' &&
	       g_ascii_strncasecmp(line->text + bold, name, len) == 0;
}

/* Outlook: From and, within a few lines, Sent or Date, and To or Subject. */
static bool
is_outlook(const GArray *lines, guint i)
{
	bool has_sent = false, has_to = false;

	if (begins(line_at(lines, i), "-----Original Message") ||
	    begins(line_at(lines, i), "---------- Forwarded message") ||
	    begins(line_at(lines, i), "Begin forwarded message:"))
		return true;
	if (!is_field(line_at(lines, i), "From"))
		return false;
	for (guint next = i + 1; next < lines->len && next <= i + BLOCK_LINES; next++) {
		const Line *line = line_at(lines, next);

		has_sent |= is_field(line, "Sent") || is_field(line, "Date");
		has_to |= is_field(line, "To") || is_field(line, "Subject");
	}
	return has_sent && has_to;
}

static void
mark(GArray *lines, guint from, guint until, QuoteKind kind)
{
	for (guint i = from; i < until; i++)
		line_at(lines, i)->kind = kind;
}

static bool
is_marked(const Line *line)
{
	return line->len > 0 && line->text[0] == '>';
}

/* Whether a marked line follows, blank ones aside. */
static bool
is_followed_by_mark(const GArray *lines, guint i)
{
	while (i < lines->len && is_blank(line_at(lines, i)))
		i++;
	return i < lines->len && is_marked(line_at(lines, i));
}

static void
mark_quoted(GArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		guint after;

		if (is_marked(line_at(lines, i))) {
			line_at(lines, i)->kind = QUOTE_OTHER;
			continue;
		}
		if (is_outlook(lines, i)) {
			mark(lines, i, lines->len, QUOTE_OTHER);
			return;
		}
		after = wrote_end(lines, i);
		if (after == i)
			continue;
		mark(lines, i, after, QUOTE_OTHER);
		if (!is_followed_by_mark(lines, after))
			mark(lines, after, lines->len, QUOTE_OTHER);
		i = after - 1;
	}
}

/* A line that ends a letter: "Kind regards,". */
static bool
is_farewell(const Line *line)
{
	static const char *const farewells[] = {
		"kind regards",    "kindest regards",  "best regards", "warm regards",
		"regards",         "best wishes",      "all the best", "many thanks",
		"yours sincerely", "yours faithfully", "take care",    "with thanks",
		"cheers",          "thanks",           "best",         "kr",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(farewells); i++)
		if (begins(line, farewells[i]) && line->len <= strlen(farewells[i]) + 2)
			return true;
	return false;
}

/* Where the signature begins among the author's lines [from, until); until if none. */
static guint
signature_start(const GArray *lines, guint from, guint until)
{
	guint count = 0;

	for (guint i = until; i > from; i--) {
		const Line *line = line_at(lines, i - 1);

		if ((line->len == 2 || (line->len == 3 && line->text[2] == ' ')) &&
		    memcmp(line->text, "--", 2) == 0)
			return i - 1;
		if (is_farewell(line))
			return i;
		count += !is_blank(line);
		if (count > SIGNATURE_LINES || line->len > SIGNATURE_WIDTH)
			break;
	}
	return until;
}

static void
mark_signatures(GArray *lines)
{
	for (guint i = 0; i < lines->len;) {
		guint end = i;

		while (end < lines->len && line_at(lines, end)->kind == QUOTE_OWN)
			end++;
		mark(lines, signature_start(lines, i, end), end, QUOTE_SIGNATURE);
		i = end + 1;
	}
}

GArray *
quote_split(const char *utf8, gsize len)
{
	GArray *runs = g_array_new(FALSE, FALSE, sizeof(QuoteRun));
	g_autoptr(GArray) lines = split_lines(utf8, len);

	mark_quoted(lines);
	mark_signatures(lines);
	for (guint i = 0; i < lines->len; i++) {
		const Line *line = line_at(lines, i);
		QuoteRun *last = runs->len == 0
					 ? NULL
					 : &g_array_index(runs, QuoteRun, runs->len - 1);
		QuoteRun run = { line->kind, line->start, line->end };

		if (last != NULL && last->kind == line->kind)
			last->end = line->end;
		else
			g_array_append_val(runs, run);
	}
	return runs;
}
