/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_around.c - what stands in a message around its parts: before the first and after
 * the last of a multipart, the header of a message inside, all of one without structure
 *
 * Mail programs show none of it, but for the last, so that somebody may hide words there.
 */
#include "config.h"

#include "rules/text_inside.h"
#include "rules/visible.h"

#include <string.h>

static gboolean
is_field_byte(char c)
{
	return c > ' ' && c < 0x7F && c != ':';
}

/* Whether a line is a header field, or goes on with one. */
static gboolean
is_field(const char *line, gsize len, gboolean was_field)
{
	gsize name = 0;

	if (len > 0 && (line[0] == ' ' || line[0] == '\t'))
		return was_field;
	while (name < len && is_field_byte(line[name]))
		name++;
	return name > 0 && name < len && line[name] == ':';
}

/* Subject and people of a message inside are words; its other fields are not. */
static gboolean
is_telling(const char *line, gsize len)
{
	static const char *const fields[] = { "Subject:", "From:", "To:", "Cc:",
					      "Comments:" };

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (len >= strlen(fields[i]) &&
		    g_ascii_strncasecmp(line, fields[i], strlen(fields[i])) == 0)
			return TRUE;
	return FALSE;
}

static void
add_line(GString *words, const char *line, gsize len)
{
	g_autofree char *copy = g_strndup(line, len);
	g_autofree char *decoded = message_decode(copy);

	g_string_append(words, decoded);
	g_string_append_c(words, '\n');
}

/* A stretch between parts: boundaries and header fields that are no words left out. */
static void
take_gap(GString *words, const char *data, gsize len)
{
	gboolean was_field = FALSE, is_told = FALSE;

	for (gsize at = 0; at < len;) {
		const char *lf = memchr(data + at, '\n', len - at);
		gsize end = lf == NULL ? len : (gsize)(lf - data) + 1;
		const char *line = data + at;
		const gboolean goes_on = was_field && (*line == ' ' || *line == '\t');

		was_field = is_field(line, end - at, was_field);
		is_told = goes_on ? is_told : !was_field || is_telling(line, end - at);
		if (is_told && !(end - at >= 2 && line[0] == '-' && line[1] == '-'))
			add_line(words, line, end - at);
		at = end;
	}
}

/* Where the body begins: after the first empty line, or at once without a header. */
static gsize
body_start(const char *data, gsize len)
{
	if (len == 0 || !is_field(data, len, FALSE))
		return 0;
	for (const char *lf = memchr(data, '\n', len); lf != NULL;) {
		gsize at = (gsize)(lf - data) + 1;

		if (at < len && (data[at] == '\n' || (data[at] == '\r' && at + 1 < len &&
						      data[at + 1] == '\n')))
			return at;
		lf = memchr(data + at, '\n', len - at);
	}
	return len;
}

static void
take_body(Text *text, const char *data, gsize len)
{
	g_autofree char *utf8 = visible_convert(data, len, NULL, NULL);

	text_spend(text, len, "body");
	text_add_written(text, 0, "body", utf8, strlen(utf8));
}

void
text_take_around(Text *text, const Message *message)
{
	const GPtrArray *parts = message_parts(message);
	g_autoptr(GString) words = g_string_new(NULL);
	g_autofree char *utf8 = NULL;
	gsize len;
	const char *data = g_bytes_get_data(message_bytes(message), &len);
	gsize at = body_start(data, len);

	if (parts->len == 0) {
		if (len > at)
			take_body(text, data + at, MIN(len - at, text_left(text)));
		return;
	}
	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];

		/* Its header too: that of a message inside is also its part's. */
		if (part->start > at && part->start <= len)
			take_gap(words, data + at, part->start - at);
		at = MAX(at, MIN(part->start + part->size, len));
	}
	take_gap(words, data + at, len - at);
	text_spend(text, words->len, "body");
	utf8 = visible_convert(words->str, words->len, NULL, NULL);
	text_add(text, TEXT_BODY, TEXT_IS_HIDDEN, "body", utf8, strlen(utf8));
}
