/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_part.c - the words of a part: text, HTML, calendars and cards, documents, lists of
 * what an archive holds
 */
#include "config.h"

#include "rules/markup.h"
#include "rules/office.h"
#include "rules/text_inside.h"
#include "rules/visible.h"

#include <string.h>

/* What a part is read as. */
typedef enum Reading {
	READ_NOT,
	READ_TEXT,
	READ_HTML,
	READ_CARD, /* lines that are folded: calendars, cards */
	READ_ARCHIVE,
} Reading;

/* By type or by the end of a name; types end with '/' where a prefix counts. */
static const struct {
	const char *mark;
	Reading reading;
} readings[] = {
	{ "text/html", READ_HTML },
	{ "application/xhtml+xml", READ_HTML },
	{ ".html", READ_HTML },
	{ ".htm", READ_HTML },
	{ "text/calendar", READ_CARD },
	{ "text/vcard", READ_CARD },
	{ "text/x-vcard", READ_CARD },
	{ "text/directory", READ_CARD },
	{ "application/ics", READ_CARD },
	{ ".ics", READ_CARD },
	{ ".vcf", READ_CARD },
	{ "text/", READ_TEXT },
	{ "application/json", READ_TEXT },
	{ "application/xml", READ_TEXT },
	{ "application/rtf", READ_TEXT },
	{ ".txt", READ_TEXT },
	{ ".csv", READ_TEXT },
	{ ".md", READ_TEXT },
	{ ".rtf", READ_TEXT },
	{ "application/vnd.openxmlformats-officedocument.", READ_ARCHIVE },
	{ "application/vnd.oasis.opendocument.", READ_ARCHIVE },
	{ "application/zip", READ_ARCHIVE },
	{ "application/x-zip-compressed", READ_ARCHIVE },
	{ "application/x-7z-compressed", READ_ARCHIVE },
	{ "application/vnd.rar", READ_ARCHIVE },
	{ "application/x-rar-compressed", READ_ARCHIVE },
	{ "application/x-tar", READ_ARCHIVE },
	{ "application/gzip", READ_ARCHIVE },
	{ ".docx", READ_ARCHIVE },
	{ ".docm", READ_ARCHIVE },
	{ ".xlsx", READ_ARCHIVE },
	{ ".xlsm", READ_ARCHIVE },
	{ ".pptx", READ_ARCHIVE },
	{ ".pptm", READ_ARCHIVE },
	{ ".odt", READ_ARCHIVE },
	{ ".ods", READ_ARCHIVE },
	{ ".odp", READ_ARCHIVE },
	{ ".zip", READ_ARCHIVE },
	{ ".7z", READ_ARCHIVE },
	{ ".rar", READ_ARCHIVE },
	{ ".tar", READ_ARCHIVE },
	{ ".tgz", READ_ARCHIVE },
	{ ".gz", READ_ARCHIVE },
};

static gboolean
ends_like(const char *name, const char *end)
{
	gsize len = name == NULL ? 0 : strlen(name);

	return len >= strlen(end) &&
	       g_ascii_strcasecmp(name + len - strlen(end), end) == 0;
}

static Reading
reading_of(const Part *part)
{
	for (gsize i = 0; i < G_N_ELEMENTS(readings); i++) {
		const char *mark = readings[i].mark;

		if (*mark == '.' ? ends_like(part->filename, mark)
				 : g_str_has_prefix(part->type, mark))
			return readings[i].reading;
	}
	return READ_NOT;
}

/* A line that begins with a blank goes on the line before. */
static void
unfold(char *utf8)
{
	char *to = utf8;

	for (const char *at = utf8; *at != '\0'; at++) {
		const char *next = *at == '\r' && at[1] == '\n' ? at + 1 : at;

		if (*next == '\n' && (next[1] == ' ' || next[1] == '\t'))
			at = next + 1;
		else
			*to++ = *at;
	}
	*to = '\0';
}

static void
take_html(Text *text, const Part *part, const char *where, const char *utf8)
{
	g_autoptr(Markup) markup = markup_read_html(utf8, strlen(utf8));
	const GString *shown = markup->text[MARKUP_SHOWN];
	const GString *hidden = markup->text[MARKUP_HIDDEN];
	const GString *quoted = markup->text[MARKUP_QUOTED];
	const GString *signature = markup->text[MARKUP_SIGNATURE];
	const TextUnit unit = part->is_attachment ? TEXT_ATTACHMENT : TEXT_BODY;

	if (markup->problem != NULL)
		text_note(text, where, markup->problem);
	if (part->is_attachment)
		text_add(text, unit, 0, where, shown->str, shown->len);
	else
		text_add_written(text, 0, where, shown->str, shown->len);
	text_add(text, unit, TEXT_IS_SIGNATURE, where, signature->str, signature->len);
	text_add(text, unit, TEXT_IS_HIDDEN, where, hidden->str, hidden->len);
	text_add(text, TEXT_QUOTED, 0, where, quoted->str, quoted->len);
}

static void
take_words(Text *text, const Message *message, const Part *part, const char *place,
	   Reading reading)
{
	const char *where = part->is_attachment ? place : "body";
	g_autoptr(GBytes) bytes = message_part_decode(message, part, text_left(text));
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	g_autofree char *utf8 = NULL;

	if (len == 0)
		return;
	text_spend(text, len, place);
	utf8 = visible_convert(data, len, part->charset, NULL);
	if (reading == READ_CARD)
		unfold(utf8);
	if (reading == READ_HTML)
		take_html(text, part, where, utf8);
	else if (part->is_attachment)
		text_add(text, TEXT_ATTACHMENT, 0, where, utf8, strlen(utf8));
	else
		text_add_written(text, 0, where, utf8, strlen(utf8));
}

static void
take_archive(Text *text, const Message *message, const Part *part, const char *where)
{
	g_autoptr(GBytes) bytes = message_part_decode(message, part, text_left(text));
	const char *problem = NULL;
	g_autofree char *words = office_read(bytes, text_left(text), &problem);

	if (problem != NULL)
		text_note(text, where, problem);
	if (words == NULL)
		return;
	text_spend(text, strlen(words), where);
	text_add(text, TEXT_ATTACHMENT, 0, where, words, strlen(words));
}

void
text_take_part(Text *text, const Message *message, const Part *part)
{
	const Reading reading = reading_of(part);
	g_autofree char *where = g_strconcat("part:", part->path, NULL);

	if (part->filename != NULL)
		text_add(text, TEXT_NAMES, 0, where, part->filename,
			 strlen(part->filename));
	if (reading == READ_ARCHIVE)
		take_archive(text, message, part, where);
	else if (reading != READ_NOT)
		take_words(text, message, part, where, reading);
}
