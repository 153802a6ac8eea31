/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c - what a record says
 *
 * A message is read by the same code that rules read it by, so that what a rule saw can
 * be found.  Records without a case are the program's own, and are not found.
 */
#include "config.h"

#include "desk/words.h"

#include "desk/holds.h"

#include <string.h>

/* As for judging; a message this large is found by its headers alone. */
enum { MESSAGE_MAX = 50 << 20, DEPTH_MAX = 32, PARTS_MAX = 1000 };

static bool
was_unreadable(const Record *record)
{
	const json_t *findings = json_object_get(record_payload(record), "findings");
	const json_t *finding;
	gsize i;

	json_array_foreach(findings, i, finding)
		if (g_strcmp0(json_text(finding, "rule"), "unreadable") == 0 &&
		    g_strcmp0(json_text(finding, "where"), "body") == 0)
			return true;
	return false;
}

/* As it went by, or as somebody put it in afterwards. */
static bool
is_message(const Record *record)
{
	return strcmp(record_type(record), "mail") == 0 ||
	       (strcmp(record_type(record), "transcript") == 0 &&
		g_strcmp0(json_text(record_payload(record), "form"), "mail") == 0);
}

Message *
words_message(const Record *record)
{
	const MessageLimits limits = { MESSAGE_MAX, DEPTH_MAX, PARTS_MAX };
	g_autoptr(GBytes) bytes = NULL;

	if (!is_message(record) || was_unreadable(record))
		return NULL;
	bytes = record_original(record, NULL);
	if (bytes == NULL || g_bytes_get_size(bytes) > MESSAGE_MAX)
		return NULL;
	return message_read(bytes, &limits);
}

bool
words_is_written(const Record *record)
{
	return !is_message(record) && (strcmp(record_type(record), "transcript") == 0 ||
				       strcmp(record_type(record), "note") == 0);
}

static void
add_line(GString *lines, const char *text)
{
	if (text != NULL && *text != '\0')
		g_string_append_printf(lines, "%s\n", text);
}

static void
add_label(StoreText *text, const char *kind, const char *value)
{
	g_autofree char *folded = value == NULL ? NULL : g_utf8_strdown(value, -1);

	if (folded != NULL && *folded != '\0')
		g_ptr_array_add(text->labels, g_strconcat(kind, ":", folded, NULL));
}

static void
add_people(StoreText *text, GString *names, const json_t *payload, const char *key)
{
	g_auto(GStrv) people = json_words(payload, key);

	for (char **person = people; *person != NULL; person++) {
		add_label(text, "with", *person);
		add_line(names, *person);
	}
}

static void
add_person(StoreText *text, GString *names, const char *person)
{
	add_label(text, "with", person);
	add_line(names, person);
}

static void
add_findings(StoreText *text, const json_t *payload)
{
	const json_t *finding;
	gsize i;

	json_array_foreach(json_object_get(payload, "findings"), i, finding)
		add_label(text, "rule", json_text(finding, "rule"));
}

/* A field that says who is on the message. */
static bool
names_people(const TextPiece *piece)
{
	static const char *const fields[] = { "header:from", "header:to", "header:cc",
					      "header:reply-to" };

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (g_ascii_strcasecmp(piece->where, fields[i]) == 0)
			return true;
	return false;
}

static void
add_piece(const TextPiece *piece, GString *names, GString *body)
{
	if (piece->unit == TEXT_NAMES ||
	    (piece->unit == TEXT_HEADER && names_people(piece)))
		add_line(names, piece->utf8);
	else if (piece->unit != TEXT_HEADER && piece->unit != TEXT_SUBJECT)
		add_line(body, piece->utf8);
}

static void
read_message(const Record *record, GString *names, GString *body)
{
	g_autoptr(Message) message = words_message(record);
	g_autoptr(Text) text = message == NULL ? NULL : text_read_plainly(message);

	for (guint i = 0; text != NULL && i < text_len(text); i++)
		add_piece(text_piece(text, i), names, body);
}

char *
words_same(const char *digest, const json_t *payload)
{
	const char *from = json_text(payload, "from");
	g_autofree char *match = holds_match(digest, from != NULL ? from : "",
					     json_object_get(payload, "to"));
	const Digest same = digest_of(match, strlen(match));
	g_autofree char *hex = digest_format(&same);

	return g_strconcat("same:", hex, NULL);
}

static void
add_same(StoreText *text, const Record *record)
{
	const json_t *original = json_object_get(record_json(record), "original");
	const char *digest = json_text(original, "sha256");

	if (digest != NULL)
		g_ptr_array_add(text->labels, words_same(digest, record_payload(record)));
}

static void
read_mail(const Record *record, StoreText *text, GString *names, GString *body)
{
	const json_t *payload = record_payload(record);

	text->subject = g_strdup(json_text(payload, "subject"));
	add_label(text, "direction", json_text(payload, "direction"));
	add_label(text, "verdict", json_text(payload, "verdict"));
	add_label(text, "message", json_text(payload, "message_id"));
	add_same(text, record);
	add_person(text, names, json_text(payload, "author"));
	add_person(text, names, json_text(payload, "from"));
	add_person(text, names, json_text(json_object_get(payload, "envelope"), "login"));
	add_people(text, names, payload, "to");
	add_people(text, names, payload, "header_authors");
	add_findings(text, payload);
	read_message(record, names, body);
}

/* A transcript's or a note's own words. */
static void
read_content(const Record *record, GString *body)
{
	g_autoptr(GBytes) bytes = record_original(record, NULL);
	g_autofree char *utf8 = NULL;
	gsize len;
	const char *data;

	if (!words_is_written(record) || bytes == NULL ||
	    g_bytes_get_size(bytes) > MESSAGE_MAX)
		return;
	data = g_bytes_get_data(bytes, &len);
	utf8 = g_utf8_make_valid(data, (gssize)len);
	add_line(body, utf8);
}

/* What people wrote into a record that is no mail. */
static void
read_other(const Record *record, StoreText *text, GString *names, GString *body)
{
	static const char *const said[] = { "purpose",      "reason",    "decision",
					    "end_reason",   "read_by",   "action",
					    "state_reason", "name",      "parent",
					    "kind",         "authority", "form" };
	static const char *const one[] = { "email", "decided_by", "manager",
					   "with",  "staff",      "from" };
	static const char *const several[] = { "staff", "addresses", "sms", "to" };
	const json_t *payload = record_payload(record);

	for (gsize i = 0; i < G_N_ELEMENTS(said); i++)
		add_line(body, json_text(payload, said[i]));
	for (gsize i = 0; i < G_N_ELEMENTS(one); i++)
		add_person(text, names, json_text(payload, one[i]));
	for (gsize i = 0; i < G_N_ELEMENTS(several); i++)
		add_people(text, names, payload, several[i]);
	add_label(text, "direction", json_text(payload, "direction"));
	add_label(text, "verdict", json_text(payload, "verdict"));
	add_findings(text, payload);
	if (is_message(record))
		read_message(record, names, body);
	else
		read_content(record, body);
}

static char *
take_text(GString *text)
{
	return g_string_free(text, text->len == 0);
}

void
words_read(const Record *record, StoreText *text)
{
	const json_t *json = record_json(record);
	const json_t *cases = json_object_get(json, "cases");
	GString *names, *body;
	const json_t *link;
	gsize i;

	if (json_array_size(cases) == 0)
		return;
	names = g_string_new(NULL);
	body = g_string_new(NULL);
	json_array_foreach(cases, i, link)
		add_label(text, "case", json_text(link, "case"));
	add_label(text, "type", record_type(record));
	if (json_truth(record_payload(record), "restricted"))
		add_label(text, "restricted", "yes");
	if (strcmp(record_type(record), "mail") == 0)
		read_mail(record, text, names, body);
	else
		read_other(record, text, names, body);
	add_person(text, names, json_text(json_object_get(json, "actor"), "staff"));
	text->names = take_text(names);
	text->text = take_text(body);
}
