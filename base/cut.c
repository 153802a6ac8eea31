/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cut.c - parts taken out of a message, and words put in their place
 *
 * A part's header lines stay but for Content-*, which described what is no longer there;
 * so a part that is a whole message keeps its Subject and From.  What stands before,
 * between and after the cuts is copied as it is.
 */
#include "config.h"

#include "base/cut.h"

#include <string.h>

enum { TYPE_MAX = 80, BASE64_LINE = 57 };

static void
describe(Cut *cut, GBytes *content)
{
	cut->size = g_bytes_get_size(content);
	cut->sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);
}

Cut *
cut_part(const Message *message, const Part *part)
{
	gsize len = g_bytes_get_size(message_bytes(message));
	g_autoptr(GBytes) content = NULL;
	Cut *cut;

	if (part->start == 0 || part->start > len || part->size > len - part->start)
		return NULL;
	content = message_part_decode(message, part, G_MAXSIZE);
	cut = g_new0(Cut, 1);
	cut->path = g_strdup(part->path);
	cut->type = g_strdup(part->type);
	cut->head = part->head;
	cut->start = part->start;
	cut->end = part->start + part->size;
	describe(cut, content);
	return cut;
}

Cut *
cut_whole(GBytes *bytes)
{
	Cut *cut = g_new0(Cut, 1);

	cut->path = g_strdup(CUT_WHOLE);
	cut->type = g_strdup("message/rfc822");
	cut->start = cut_body(bytes);
	cut->end = g_bytes_get_size(bytes);
	describe(cut, bytes);
	return cut;
}

void
cut_free(Cut *cut)
{
	if (cut == NULL)
		return;
	g_free(cut->path);
	g_free(cut->type);
	g_free(cut->sha256);
	g_free(cut);
}

gsize
cut_body(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	gsize at = 0;

	while (at < len) {
		const char *lf = memchr(data + at, '\n', len - at);
		gsize next = lf == NULL ? len : (gsize)(lf - data) + 1;
		bool is_empty = data[at] == '\n' ||
				(next - at == 2 && memcmp(data + at, "\r\n", 2) == 0);

		at = next;
		if (is_empty)
			break;
	}
	return at;
}

bool
cut_is_top(const GPtrArray *cuts)
{
	for (guint i = 0; i < cuts->len; i++)
		if (((const Cut *)cuts->pdata[i])->head == 0)
			return true;
	return false;
}

/* What the young person's program wrote there cannot end our line. */
static void
append_type(GString *out, const char *type)
{
	gsize len = strnlen(type, TYPE_MAX);

	for (gsize i = 0; i < len; i++) {
		bool is_plain = g_ascii_isalnum(type[i]) || strchr("/+-._", type[i]);

		g_string_append_c(out, is_plain ? type[i] : '?');
	}
}

static void
append_text(GString *out, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree char *whole = g_strjoinv("\r\n", lines);
	gsize len = strlen(whole);

	if (g_str_is_ascii(text)) {
		g_string_append(out, whole);
		return;
	}
	for (gsize at = 0; at < len; at += BASE64_LINE) {
		g_autofree char *line = g_base64_encode(
			(const guchar *)whole + at, MIN(len - at, (gsize)BASE64_LINE));

		g_string_append_printf(out, "%s\r\n", line);
	}
}

static bool
goes(const char *line, gsize len)
{
	return len >= strlen("Content-") &&
	       g_ascii_strncasecmp(line, "Content-", strlen("Content-")) == 0;
}

static bool
says_mime_version(const char *line, gsize len)
{
	return len > strlen("MIME-Version") &&
	       g_ascii_strncasecmp(line, "MIME-Version", strlen("MIME-Version")) == 0;
}

/* The header lines that stay; whether one of them is MIME-Version. */
static bool
append_header(GString *out, const char *lines, gsize len)
{
	bool is_going = false;
	bool has_version = false;

	for (gsize at = 0; at < len;) {
		const char *lf = memchr(lines + at, '\n', len - at);
		gsize next = lf == NULL ? len : (gsize)(lf - lines) + 1;

		if (lines[at] == '\r' || lines[at] == '\n')
			break;
		if (lines[at] != ' ' && lines[at] != '\t')
			is_going = goes(lines + at, next - at);
		has_version |= says_mime_version(lines + at, next - at);
		if (!is_going)
			g_string_append_len(out, lines + at, (gssize)(next - at));
		at = next;
	}
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append(out, "\r\n");
	return has_version;
}

static void
append_cut(GString *out, const char *data, const Cut *cut, const char *text)
{
	const char *encoding = g_str_is_ascii(text) ? "7bit" : "base64";
	bool has_version = append_header(out, data + cut->head, cut->start - cut->head);

	if (cut->head == 0 && !has_version)
		g_string_append(out, "MIME-Version: 1.0\r\n");
	g_string_append_printf(out,
			       "Content-Type: text/plain; charset=utf-8\r\n"
			       "Content-Transfer-Encoding: %s\r\n"
			       "Chaperone-Sealed: ",
			       encoding);
	append_type(out, cut->type);
	g_string_append_printf(out, "; size=%" G_GSIZE_FORMAT ";\r\n sha256=%s\r\n\r\n",
			       cut->size, cut->sha256);
	append_text(out, text);
}

static int
compare_cuts(gconstpointer a, gconstpointer b)
{
	const Cut *one = *(const Cut *const *)a;
	const Cut *other = *(const Cut *const *)b;

	return (one->head > other->head) - (one->head < other->head);
}

GBytes *
cut_apply(GBytes *bytes, const GPtrArray *cuts, const char *text)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	GString *out = g_string_sized_new(len / 4);
	gsize at = 0;

	for (guint i = 0; i < cuts->len; i++)
		g_ptr_array_add(sorted, cuts->pdata[i]);
	g_ptr_array_sort(sorted, compare_cuts);
	for (guint i = 0; i < sorted->len; i++) {
		const Cut *cut = sorted->pdata[i];

		if (cut->head < at) /* inside one that is gone already */
			continue;
		g_string_append_len(out, data + at, (gssize)(cut->head - at));
		append_cut(out, data, cut, text);
		at = cut->end;
	}
	g_string_append_len(out, data + at, (gssize)(len - at));
	return g_string_free_to_bytes(out);
}
