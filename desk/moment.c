/* SPDX-License-Identifier: Apache-2.0 */
/*
 * moment.c - one record of a case in words
 *
 * What a message says comes from its plain text parts as they were written; only where
 * it has none, from the text of its HTML.  Nothing of a file that came with it is shown.
 */
#include "config.h"

#include "desk/moment.h"

#include "base/clock.h"
#include "desk/hold.h"
#include "desk/telling.h"
#include "desk/words.h"

#include <string.h>

/* How much of one message is put on the page. */
enum { TEXT_SHOWN_MAX = 1 << 20 };

bool
moment_is_mail(const Moment *moment)
{
	return g_strcmp0(json_text(moment->json, "type"), "mail") == 0;
}

const char *
moment_id(const Moment *moment)
{
	return json_text(moment->json, "id");
}

const json_t *
moment_payload(const Moment *moment)
{
	return json_object_get(moment->json, "payload");
}

static bool
was_stopped(const json_t *payload)
{
	const char *verdict = json_text(payload, "verdict");

	return json_truth(payload, "enforced") &&
	       (g_strcmp0(verdict, "hold") == 0 || g_strcmp0(verdict, "reject") == 0);
}

static bool
reached_anybody(const json_t *decision)
{
	const json_t *recipient;
	gsize i;

	json_array_foreach(json_object_get(decision, "recipients"), i, recipient)
		if (hold_is(recipient, "released") || hold_is(recipient, "unknown"))
			return true;
	return false;
}

bool
moment_is_unsent(const Moment *moment)
{
	return moment_is_mail(moment) && was_stopped(moment_payload(moment)) &&
	       !reached_anybody(moment->decision);
}

/* --- reading ---------------------------------------------------------------------- */

static char *
decode(const Message *message, const Part *part)
{
	g_autoptr(GBytes) bytes = message_part_decode(message, part, TEXT_SHOWN_MAX);
	g_autofree char *utf8 = NULL;
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (len == 0)
		return g_strdup("");
	if (part->charset != NULL && !g_utf8_validate_len(data, len, NULL))
		utf8 = g_convert_with_fallback(data, (gssize)len, "UTF-8", part->charset,
					       NULL, NULL, NULL, NULL);
	return utf8 != NULL ? g_steal_pointer(&utf8)
			    : g_utf8_make_valid(data, (gssize)len);
}

static void
add_file(Moment *moment, const Part *part)
{
	const char *kind = g_str_has_prefix(part->type, "image/")   ? "a picture"
			   : g_str_has_prefix(part->type, "video/") ? "a film"
			   : g_str_has_prefix(part->type, "audio/") ? "a sound recording"
								    : "a file";

	if (part->filename == NULL)
		g_ptr_array_add(moment->files, g_strdup(kind));
	else
		g_ptr_array_add(moment->files,
				g_strdup_printf("%s (%s)", part->filename, kind));
}

/* The plain text parts; everything that is no text is a file. */
static char *
read_plain(Moment *moment, const Message *message)
{
	const GPtrArray *parts = message_parts(message);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];
		bool is_body = !part->is_attachment && part->filename == NULL;
		g_autofree char *utf8 = NULL;

		if (is_body && strcmp(part->type, "text/html") == 0) {
			moment->has_more = true;
		} else if (is_body && g_str_has_prefix(part->type, "text/")) {
			utf8 = decode(message, part);
			g_string_append(text, utf8);
		} else {
			add_file(moment, part);
		}
	}
	return g_string_free(text, text->len == 0);
}

static char *
read_html(const Message *message)
{
	g_autoptr(Text) text = text_read_plainly(message);
	GString *shown = g_string_new(NULL);

	for (guint i = 0; i < text_len(text); i++) {
		const TextPiece *piece = text_piece(text, i);

		if (piece->unit == TEXT_BODY || piece->unit == TEXT_QUOTED)
			g_string_append_printf(shown, "%s\n", piece->utf8);
	}
	return g_string_free(shown, FALSE);
}

/* Words of a field, what stands between blanks and colons. */
static GPtrArray *
split_words(const char *text)
{
	g_auto(GStrv) all = g_strsplit_set(text, " \t:", -1);
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	for (char **word = all; *word != NULL; word++)
		if (**word != '\0')
			g_ptr_array_add(words, g_strdup(*word));
	return words;
}

/* A month's number, "00" when it is none. */
static const char *
month_of(const char *name)
{
	static const char *const months[][2] = {
		{ "Jan", "01" }, { "Feb", "02" }, { "Mar", "03" }, { "Apr", "04" },
		{ "May", "05" }, { "Jun", "06" }, { "Jul", "07" }, { "Aug", "08" },
		{ "Sep", "09" }, { "Oct", "10" }, { "Nov", "11" }, { "Dec", "12" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(months); i++)
		if (strcmp(months[i][0], name) == 0)
			return months[i][1];
	return "00";
}

/* What the Date field says (RFC 5322, 3.3): day, month, year, hour, minute, second and
 * zone; 0 when it says nothing clear. */
static gint64
read_date(const Headers *headers)
{
	enum { DAY, MONTH, YEAR, HOUR, MINUTE, SECOND, ZONE, WORDS, ZONE_LEN = 5 };

	const char *text = headers_get(headers, "Date", 0);
	const char *comma = text == NULL ? NULL : strchr(text, ',');
	g_autoptr(GPtrArray) words = split_words(comma != NULL  ? comma + 1
						 : text != NULL ? text
								: "");
	const char *const *word = (const char *const *)words->pdata;
	g_autofree char *iso = NULL;
	gint64 time = 0;

	if (words->len < WORDS || strlen(word[ZONE]) != ZONE_LEN)
		return 0;
	iso = g_strdup_printf("%s-%s-%s%sT%s:%s:%s%.3s:%s", word[YEAR],
			      month_of(word[MONTH]), strlen(word[DAY]) == 1 ? "0" : "",
			      word[DAY], word[HOUR], word[MINUTE], word[SECOND],
			      word[ZONE], word[ZONE] + 3);
	return clock_parse(iso, NULL, &time, NULL) ? time : 0;
}

static void
read_message(Moment *moment, const Record *record)
{
	g_autoptr(Message) message = words_message(record);

	if (message == NULL)
		return;
	moment->sent = read_date(message_headers(message));
	moment->text = read_plain(moment, message);
	if (moment->text == NULL)
		moment->text = read_html(message);
}

/* A transcript happened when it says, not when it was written down. */
static void
read_transcript(Moment *moment, const Record *record)
{
	const char *at = json_text(record_payload(record), "at");
	g_autoptr(GBytes) bytes =
		words_is_written(record) ? record_original(record, NULL) : NULL;
	gsize len = 0;
	const char *data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &len);

	if (data != NULL)
		moment->text = g_utf8_make_valid(data, (gssize)MIN(len, TEXT_SHOWN_MAX));
	if (at != NULL)
		(void)clock_parse(at, NULL, &moment->time, NULL);
}

/* Nothing of another young person stays in what will be shown. */
static void
hide_others(Moment *moment, const Names *names)
{
	const json_t *cases = json_object_get(moment->json, "cases");
	char *text = moment->text;

	if (text != NULL &&
	    (json_array_size(cases) > 1 || names_redaction(names) != NULL)) {
		moment->text = names_hide(names, cases, text);
		g_free(text);
	}
}

/* Whatever is told of it later comes from its payload. */
static void
redact(Moment *moment, const Names *names)
{
	const Redaction *redaction = names_redaction(names);

	if (redaction != NULL)
		json_object_set_new(
			moment->json, "payload",
			redaction_apply_json(redaction, moment_payload(moment)));
}

Moment *
moment_new(const Record *record, const Names *names)
{
	Moment *moment = g_new0(Moment, 1);

	moment->json = json_deep_copy(record_json(record));
	moment->time = record_time(record);
	moment->files = g_ptr_array_new_with_free_func(g_free);
	moment->again = g_array_new(FALSE, FALSE, sizeof(gint64));
	read_transcript(moment, record);
	read_message(moment, record);
	hide_others(moment, names);
	redact(moment, names);
	return moment;
}

void
moment_free(Moment *moment)
{
	if (moment == NULL)
		return;
	json_decref(moment->json);
	json_decref(moment->decision);
	g_ptr_array_unref(moment->files);
	g_array_unref(moment->again);
	g_free(moment->decided_by);
	g_free(moment->text);
	g_free(moment);
}

void
moment_format(const Moment *moment, const Names *names, GTimeZone *zone, GString *page)
{
	const Telling telling = { moment, names, zone, page };

	if (moment_is_mail(moment))
		telling_mail(&telling);
	else
		telling_event(&telling);
}
