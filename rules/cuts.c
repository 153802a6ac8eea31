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
	{ "UEsDB", 5, true, false }, /* zip, office documents */
};

/* uuencode and yEnc: what no mail program shows, and any can undo. */
static const struct Sign written_signs[] = {
	{ "begin 6?? ", 10, true, false },
	{ "begin 7?? ", 10, true, false },
	{ "=ybegin line=", 13, true, false },
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

static bool
shows(const struct Sign *list, gsize count, const char *bytes, gsize len)
{
	for (gsize at = 0; at < len; at++)
		for (gsize i = 0; i < count; i++)
			if (is_at(&list[i], bytes, at, len))
				return true;
	return false;
}

bool
cuts_show_picture(const char *bytes, gsize len)
{
	return shows(signs, G_N_ELEMENTS(signs), bytes, len) ||
	       shows(written_signs, G_N_ELEMENTS(written_signs), bytes, len);
}

static GBytes *
bytes_of(const Inquiry *inquiry)
{
	const Hearing *hearing = inquiry->hearing;

	return hearing->message != NULL ? message_bytes(hearing->message)
					: hearing->unread;
}

static const CheckSetting *
image_setting(const Inquiry *inquiry)
{
	return policy_check(inquiry->hearing->policy, "image");
}

static void
cut_all(Inquiry *inquiry)
{
	Verdict *verdict = inquiry->verdict;

	g_ptr_array_set_size(verdict->cuts, 0);
	g_ptr_array_set_size(verdict->sealed, 0);
	verdict_seal(verdict, CUT_WHOLE);
	g_ptr_array_add(verdict->cuts, cut_whole(bytes_of(inquiry)));
	inquiry->setting = image_setting(inquiry);
	inquiry_find(inquiry, "body", "", "it cannot be told apart from the words");
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

static void
seal_text(Inquiry *inquiry, const Part *part)
{
	g_autofree char *where = g_strconcat("part:", part->path, NULL);

	inquiry->setting = image_setting(inquiry);
	inquiry_find(inquiry, where, "", "written out as text");
	verdict_seal(inquiry->verdict, part->path);
}

/* Pictures written as text inside a text. */
static void
seal_written(Inquiry *inquiry, const Message *message)
{
	const GPtrArray *parts = message_parts(message);

	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];
		g_autoptr(GBytes) text = NULL;
		gsize len;
		const char *data;

		if (!g_str_has_prefix(part->type, "text/"))
			continue;
		text = message_part_decode(message, part, G_MAXSIZE);
		data = g_bytes_get_data(text, &len);
		if (shows(written_signs, G_N_ELEMENTS(written_signs), data, len))
			seal_text(inquiry, part);
	}
}

static bool
is_judged(const Inquiry *inquiry)
{
	return image_setting(inquiry)->action != ACTION_PASS;
}

static void
locate(Inquiry *inquiry, const Message *message)
{
	Verdict *verdict = inquiry->verdict;

	if (is_judged(inquiry))
		seal_written(inquiry, message);
	if (!find_all(verdict, message) ||
	    (message_problem(message) != NULL && is_judged(inquiry) &&
	     shows_more(verdict, message_bytes(message))))
		cut_all(inquiry);
}

static void
locate_unread(Inquiry *inquiry, GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (is_judged(inquiry) && cuts_show_picture(data, len))
		cut_all(inquiry);
}

void
cuts_locate(Inquiry *inquiry)
{
	const Hearing *hearing = inquiry->hearing;

	if (inquiry->verdict->direction != DIRECTION_INBOUND)
		g_ptr_array_set_size(inquiry->verdict->sealed, 0);
	else if (hearing->message != NULL)
		locate(inquiry, hearing->message);
	else if (hearing->unread != NULL)
		locate_unread(inquiry, hearing->unread);
}
