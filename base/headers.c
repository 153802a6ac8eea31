/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headers.c - header fields, split
 *
 * A NUL becomes SUB (0x1A): no mail client ends a field at it, so neither do we, and as
 * a control character it is seen for what it is by whoever reads addresses.
 */
#include "config.h"

#include "base/message.h"

#include <string.h>

typedef struct Field {
	char *name;
	char *value;
} Field;

struct Headers {
	GArray *fields;
};

enum { STAND_IN_FOR_NUL = 0x1A };

static void
field_clear(gpointer data)
{
	Field *field = data;

	g_free(field->name);
	g_free(field->value);
}

Headers *
headers_new(void)
{
	Headers *headers = g_new(Headers, 1);

	headers->fields = g_array_new(FALSE, FALSE, sizeof(Field));
	g_array_set_clear_func(headers->fields, field_clear);
	return headers;
}

void
headers_free(Headers *headers)
{
	if (headers == NULL)
		return;
	g_array_unref(headers->fields);
	g_free(headers);
}

/* A copy without line ends, and without blanks at either end. */
static char *
unfold(const char *value, gsize len)
{
	char *text = g_malloc(len + 1);
	gsize to = 0;

	for (gsize from = 0; from < len; from++) {
		bool is_line_end = value[from] == '\n' ||
				   (value[from] == '\r' &&
				    (from + 1 == len || value[from + 1] == '\n'));

		if (!is_line_end)
			text[to++] = (char)(value[from] == '\0' ? STAND_IN_FOR_NUL
								: value[from]);
	}
	text[to] = '\0';
	return g_strstrip(text);
}

static void
add(Headers *headers, const char *name, gsize name_len, const char *value,
    gsize value_len)
{
	Field field = { g_strndup(name, name_len), unfold(value, value_len) };

	g_array_append_val(headers->fields, field);
}

void
headers_add(Headers *headers, const char *name, const char *value)
{
	add(headers, name, strlen(name), value, strlen(value));
}

/* The first byte after a line that starts at text. */
static const char *
next_line(const char *text, const char *end)
{
	const char *feed = memchr(text, '\n', (gsize)(end - text));

	return feed == NULL ? end : feed + 1;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* The length of a field's name at the start of a line; 0 when the line is no field. */
static gsize
name_length(const char *line, const char *end)
{
	const char *to = line;
	const char *colon;

	while (to<end && * to> ' ' && *to < 0x7F && *to != ':')
		to++;
	for (colon = to; colon < end && is_blank(*colon); colon++)
		continue;
	return colon < end && *colon == ':' ? (gsize)(to - line) : 0;
}

static bool
is_empty_line(const char *line, const char *end)
{
	return line[0] == '\n' || (end - line >= 2 && line[0] == '\r' && line[1] == '\n');
}

Headers *
headers_read(const char *bytes, gsize len)
{
	Headers *headers = headers_new();
	const char *line = len == 0 ? "" : bytes;
	const char *end = line + len;

	while (line < end && !is_empty_line(line, end)) {
		const char *next = next_line(line, end);
		gsize name_len = name_length(line, next);
		const char *value;

		while (next < end && is_blank(*next))
			next = next_line(next, end);
		if (name_len > 0) {
			value = (const char *)memchr(line, ':', (gsize)(next - line)) + 1;
			add(headers, line, name_len, value, (gsize)(next - value));
		}
		line = next;
	}
	return headers;
}

guint
headers_count(const Headers *headers, const char *name)
{
	guint count = 0;

	for (guint i = 0; i < headers->fields->len; i++)
		if (g_ascii_strcasecmp(headers_name(headers, i), name) == 0)
			count++;
	return count;
}

const char *
headers_get(const Headers *headers, const char *name, guint index)
{
	for (guint i = 0; i < headers->fields->len; i++) {
		const Field *field = &g_array_index(headers->fields, Field, i);

		if (g_ascii_strcasecmp(field->name, name) == 0 && index-- == 0)
			return field->value;
	}
	return NULL;
}

guint
headers_len(const Headers *headers)
{
	return headers->fields->len;
}

const char *
headers_name(const Headers *headers, guint position)
{
	return g_array_index(headers->fields, Field, position).name;
}

const char *
headers_value(const Headers *headers, guint position)
{
	return g_array_index(headers->fields, Field, position).value;
}
