/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quote.c - who wrote which lines
 *
 * Told by the marks that mail programs leave: '>' before a line; "On … wrote:", in the
 * languages that our mail programs speak, before quoted lines, or before all the rest
 * where none is marked; the "Original Message" line and the block of From, Sent, To,
 * Subject of Outlook, before all the rest; "-- ", a greeting and the few short lines at
 * the end, or what a telephone adds, as the signature.
 *
 * Any of them is easily made up: whether a quote is believed is for heard.h to say.
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

static bool
begins_one(const Line *line, const char *const *words)
{
	for (; *words != NULL; words++)
		if (begins(line, *words))
			return true;
	return false;
}

static bool
ends_one(const Line *line, const char *const *words)
{
	for (; *words != NULL; words++)
		if (ends(line, *words))
			return true;
	return false;
}

/* How the line before a quote begins … */
static const char *const on_words[] = { "On ",   "Am ",     "Le ",      "El ",  "Il ",
					"Op ",   "Em ",     "Den ",     "Dne ", "Dnia ",
					"W dni", "På ",     "Pe ",      "În ",  "Ar ",
					"Vào ",  "--- On ", "---- On ", "в ",   "В ",
					"Пн",    "Вт",      "Ср",       "Чт",   "Пт",
					"Сб",    "Вс",      "Στις",     "في ",  NULL };

/* … and ends: English, German, French, Spanish, Italian, Dutch, Portuguese, Danish and
 * Norwegian, Swedish, Polish, Czech, Romanian, Hungarian, Turkish, Welsh, Russian and
 * Ukrainian, Greek, Arabic, Persian, Chinese, Japanese. */
static const char *const wrote_words[] = {
	"wrote:",       "wrote :",         "wrote ----",    "schrieb:",
	"geschrieben:", "a écrit :",       "a écrit:",      "escribió:",
	"ha scritto:",  "schreef:",        "geschreven:",   "escreveu:",
	"skrev:",       "skrev følgende:", "napisał:",      "napisała:",
	"napisał(a):",  "napsal:",         "napsal(a):",    "a scris:",
	"írta:",        "yazdı:",          "ysgrifennodd:", "написал:",
	"написал(а):",  "пишет:",          "пише:",         "έγραψε:",
	"كتب:",         "نوشت:",           "写道:",         "のメール:",
	NULL,
};

/* "On Monday … wrote:", over a few lines: the line after it; the same line if none. */
static guint
wrote_end(const GArray *lines, guint i)
{
	if (!begins_one(line_at(lines, i), on_words))
		return i;
	for (guint next = i; next < lines->len && next < i + WROTE_LINES; next++) {
		const Line *line = line_at(lines, next);

		if (is_blank(line))
			return i;
		if (ends_one(line, wrote_words))
			return next + 1;
	}
	return i;
}

/* "From: …", also "*From:* …" as bold becomes in plain text. */
static bool
is_field(const Line *line, const char *name)
{
	const gsize bold = line->len > 0 && line->text[0] == '*' ? 1 : 0;
	gsize at = bold + strlen(name);

	if (line->len <= at ||
	    g_ascii_strncasecmp(line->text + bold, name, strlen(name)) != 0)
		return false;
	at += line->text[at] == ' ';
	return at < line->len && line->text[at] == ':';
}

static bool
is_field_of(const Line *line, const char *const *names)
{
	for (; *names != NULL; names++)
		if (is_field(line, *names))
			return true;
	return false;
}

/* "-----Original Message-----", whatever the dashes. */
static bool
is_divider(const Line *line)
{
	static const char *const words[] = { "Original Message",
					     "Forwarded message",
					     "Forwarded by",
					     "Ursprüngliche Nachricht",
					     "Weitergeleitete Nachricht",
					     "Message d'origine",
					     "Message original",
					     "Message transféré",
					     "Mensaje original",
					     "Mensaje reenviado",
					     "Mensagem original",
					     "Messaggio originale",
					     "Messaggio inoltrato",
					     "Oorspronkelijk bericht",
					     "Doorgestuurd bericht",
					     "Wiadomość oryginalna",
					     "Oprindelig meddelelse",
					     "Ursprungligt meddelande",
					     "Mesaj original",
					     "Neges Wreiddiol",
					     NULL };
	Line bare = *line;

	while (bare.len > 0 && strchr("-_=", bare.text[0]) != NULL) {
		bare.text++;
		bare.len--;
	}
	while (bare.len > 0 && bare.text[0] == ' ') {
		bare.text++;
		bare.len--;
	}
	return bare.text - line->text >= 2 && begins_one(&bare, words);
}

/* From and, within a few lines, Sent or Date, and To or Subject, as Outlook writes them in
 * English, German, French, Spanish and Portuguese, Italian, Dutch, Danish and Norwegian,
 * Swedish, Polish, Romanian, Russian, Welsh. */
static bool
is_outlook(const GArray *lines, guint i)
{
	static const char *const from[] = { "From",      "Von", "De",        "Da",
					    "Van",       "Fra", "Från",      "Od",
					    "Oddi wrth", "От",  "Expeditor", "De la",
					    NULL };
	static const char *const sent[] = {
		"Sent",    "Date",     "Gesendet",   "Datum",   "Envoyé",
		"Enviado", "Enviada",  "Inviato",    "Data",    "Verzonden",
		"Sendt",   "Dato",     "Skickat",    "Wysłano", "Trimis",
		"Fecha",   "Anfonwyd", "Отправлено", "Дата",    NULL
	};
	static const char *const to[] = {
		"To",     "Subject", "An",   "Betreff", "À",     "Objet",     "Para",
		"Asunto", "Assunto", "A",    "Oggetto", "Aan",   "Onderwerp", "Til",
		"Emne",   "Till",    "Ämne", "Do",      "Temat", "Către",     "Subiect",
		"At",     "Pwnc",    "Кому", "Тема",    NULL
	};
	bool has_sent = false, has_to = false;

	if (is_divider(line_at(lines, i)) ||
	    begins(line_at(lines, i), "Begin forwarded message:"))
		return true;
	if (!is_field_of(line_at(lines, i), from))
		return false;
	for (guint next = i + 1; next < lines->len && next <= i + BLOCK_LINES; next++) {
		has_sent |= is_field_of(line_at(lines, next), sent);
		has_to |= is_field_of(line_at(lines, next), to);
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

/* "Carl Kid wrote:" without a date, right before marked lines. */
static bool
is_name_line(const GArray *lines, guint i)
{
	const Line *line = line_at(lines, i);

	return line->len <= SIGNATURE_WIDTH && ends_one(line, wrote_words) &&
	       is_followed_by_mark(lines, i + 1);
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
		if (after == i && is_name_line(lines, i))
			after = i + 1;
		if (after == i)
			continue;
		mark(lines, i, after, QUOTE_OTHER);
		if (!is_followed_by_mark(lines, after)) {
			mark(lines, after, lines->len, QUOTE_OTHER);
			return;
		}
		i = after - 1;
	}
}

/* A line that ends a letter: "Kind regards,". */
static bool
is_farewell(const Line *line)
{
	static const char *const farewells[] = {
		"kind regards",
		"kindest regards",
		"best regards",
		"warm regards",
		"regards",
		"best wishes",
		"all the best",
		"many thanks",
		"yours sincerely",
		"yours faithfully",
		"take care",
		"with thanks",
		"cheers",
		"thanks",
		"best",
		"kr",
		"cofion",
		"cofion gorau",
		"with best wishes",
		"with kind regards",
		"speak soon",
		"see you soon",
		"yours",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(farewells); i++)
		if (begins(line, farewells[i]) && line->len <= strlen(farewells[i]) + 2)
			return true;
	return false;
}

/* What a telephone or a mail program adds below. */
static bool
is_advert(const Line *line)
{
	static const char *const adverts[] = { "Sent from my ",
					       "Sent from Yahoo",
					       "Sent from Outlook",
					       "Sent from Samsung",
					       "Sent from Mail",
					       "Sent via ",
					       "Get Outlook for ",
					       "Von meinem ",
					       "Envoyé de mon ",
					       "Enviado desde mi ",
					       NULL };

	return begins_one(line, adverts) && line->len <= SIGNATURE_WIDTH;
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
		if (is_advert(line))
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
