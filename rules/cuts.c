/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cuts.c - where the parts stand that are put away unopened
 *
 * A message that can be read is judged by what its parts are.  One that cannot is only
 * searched for signs, and then goes away whole: its words reach the lead instead of the
 * worker, which is late for words and right for pictures.  Without a sign it is
 * delivered, for it may be a disclosure.
 */
#include "config.h"

#include "rules/cuts.h"

#include <string.h>

/* '?' stands for any character. */
static const struct Sign {
	const char *text;
	gsize len;
	bool begins_line;
	bool any_case;
} signs[] = {
	{ "image/", 6, false, true },
	{ "video/", 6, false, true },
	{ "\xff\xd8\xff", 3, false, false }, /* JPEG */
	{ "\x89PNG\r\n", 6, false, false },
	{ "GIF8", 4, false, false },
	{ "WEBPVP8", 7, false, false },
	{ "\0\0\0?ftyp", 8, false, false },      /* MP4, HEIC, AVIF, QuickTime */
	{ "\x1a\x45\xdf\xa3", 4, false, false }, /* Matroska, WebM */
	{ "/9j/", 4, true, false },              /* the same in base64 */
	{ "iVBORw0K", 8, true, false },
	{ "R0lGOD", 6, true, false },
	{ "UklGR", 5, true, false },
	{ "AAAA??Z0eX", 10, true, false },
	{ "GkXfo", 5, true, false },
	{ "UEsDB", 5, true, false },   /* zip, office documents */
	{ "begin 6", 7, true, false }, /* uuencode */
	{ "=ybegin ", 8, true, false },
};

static bool
is_at(const struct Sign *sign, const char *bytes, gsize at, gsize len)
{
	if (sign->len > len - at ||
	    (sign->begins_line && at > 0 && bytes[at - 1] != '\n'))
		return false;
	if (sign->any_case)
		return g_ascii_strncasecmp(bytes + at, sign->text, sign->len) == 0;
	for (gsize i = 0; i < sign->len; i++)
		if (sign->text[i] != '?' && sign->text[i] != bytes[at + i])
			return false;
	return true;
}

bool
cuts_show_picture(const char *bytes, gsize len)
{
	for (gsize at = 0; at < len; at++)
		for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
			if (is_at(&signs[i], bytes, at, len))
				return true;
	return false;
}

static void
cut_all(Verdict *verdict, GBytes *bytes)
{
	g_ptr_array_set_size(verdict->cuts, 0);
	g_ptr_array_set_size(verdict->sealed, 0);
	verdict_seal(verdict, CUT_WHOLE);
	g_ptr_array_add(verdict->cuts, cut_whole(bytes));
}

static Cut *
find_cut(const Message *message, const char *path)
{
	const GPtrArray *parts = message_parts(message);

	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];

		if (strcmp(part->path, path) == 0)
			return cut_part(message, part);
	}
	return NULL;
}

/* False when one of the parts cannot be found. */
static bool
find_all(Verdict *verdict, const Message *message)
{
	for (guint i = 0; i < verdict->sealed->len; i++) {
		Cut *cut = find_cut(message, verdict->sealed->pdata[i]);

		if (cut == NULL)
			return false;
		g_ptr_array_add(verdict->cuts, cut);
	}
	return true;
}

static int
compare_cuts(gconstpointer a, gconstpointer b)
{
	const Cut *one = *(const Cut *const *)a;
	const Cut *other = *(const Cut *const *)b;

	return (one->head > other->head) - (one->head < other->head);
}

/* Whether there is still a sign where nothing is cut. */
static bool
shows_more(const Verdict *verdict, GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	gsize from = 0;

	g_ptr_array_sort(verdict->cuts, compare_cuts);
	for (guint i = 0; i < verdict->cuts->len; i++) {
		const Cut *cut = verdict->cuts->pdata[i];

		if (cut->head > from && cuts_show_picture(data + from, cut->head - from))
			return true;
		from = MAX(from, cut->end);
	}
	return cuts_show_picture(data + from, len - from);
}

void
cuts_locate(Verdict *verdict, const Message *message)
{
	GBytes *bytes = message_bytes(message);

	if (verdict->direction != DIRECTION_INBOUND) {
		g_ptr_array_set_size(verdict->sealed, 0);
		return;
	}
	if (!find_all(verdict, message) ||
	    (message_problem(message) != NULL && shows_more(verdict, bytes)))
		cut_all(verdict, bytes);
}

void
cuts_locate_unread(Verdict *verdict, GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (verdict->direction == DIRECTION_INBOUND && cuts_show_picture(data, len))
		cut_all(verdict, bytes);
}
