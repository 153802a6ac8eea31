/* SPDX-License-Identifier: Apache-2.0 */
/*
 * telling.h - the message and envelope of a row of policy.table, in several ways that all
 * say the same
 */
#ifndef TESTS_RULES_TELLING_H
#define TESTS_RULES_TELLING_H

#include "tests/rules/table.h"

#include <string.h>

typedef enum Coding { CODING_NONE, CODING_BASE64, CODING_QUOTED, CODING_UTF16 } Coding;

/* What varies between tellings of one row. */
typedef struct Telling {
	bool turns_headers;    /* headers in the opposite order */
	bool turns_recipients; /* recipients in the opposite order, in To too */
	bool shouts;           /* addresses in capitals, with a tag */
	bool folds;            /* header lines folded at each blank, names encoded */
	Coding coding;         /* of the text, and of what is attached */
} Telling;

/* One message as its cell describes it. */
typedef struct Letter {
	const Telling *telling;
	const TableRow *row;
	GPtrArray *fields;          /* "Name: value" */
	char *body;                 /* or NULL */
	char *type, *name, *base64; /* of a second part; NULL: none */
	bool drops_from;
} Letter;

static inline bool
letter_has(const Letter *letter, const char *name)
{
	for (guint i = 0; i < letter->fields->len; i++)
		if (g_str_has_prefix(letter->fields->pdata[i], name))
			return true;
	return false;
}

/* A body that is the same so many times, and its end. */
static inline void
letter_repeat(Letter *letter, const char *one, const char *times, const char *end)
{
	GString *body = g_string_new(NULL);

	for (guint64 i = g_ascii_strtoull(times, NULL, 10); i > 0; i--)
		g_string_append(body, one);
	letter->body = g_string_free(g_string_append(body, end), FALSE);
}

static inline void
letter_read_item(const Table *table, Letter *letter, const char *item)
{
	g_auto(GStrv) words = g_strsplit(item, " ", 4);

	if (strcmp(item, "verified") == 0) {
		g_ptr_array_insert(letter->fields, 0,
				   g_strdup_printf("Authentication-Results: "
						   "mail.agency.example; "
						   "dmarc=pass header.from=%s",
						   strrchr(letter->row->from, '@') + 1));
	} else if (g_str_has_prefix(item, "body ")) {
		letter->body = g_strcompress(item + strlen("body "));
	} else if (strcmp(words[0], "attach") == 0) {
		letter->type = g_strdup(words[1]);
		letter->name = g_strdup(words[2]);
		letter->base64 = g_strdup(g_hash_table_lookup(table->data, words[3]));
		assert_non_null(letter->base64);
	} else if (strcmp(words[0], "deep") == 0) {
		g_ptr_array_add(letter->fields, g_strdup("Content-Type: message/rfc822"));
		letter_repeat(letter, "Content-Type: message/rfc822\n\n", words[1],
			      "Subject: inside\n\nHello.\n");
	} else if (strcmp(words[0], "parts") == 0) {
		g_ptr_array_add(letter->fields,
				g_strdup("Content-Type: multipart/mixed; boundary=ppp"));
		letter_repeat(letter, "--ppp\n\nx\n", words[1], "--ppp--\n");
	} else if (strcmp(item, "-From") == 0) {
		letter->drops_from = true;
	} else if (strcmp(item, "-") != 0 && !g_str_has_prefix(item, "after ")) {
		g_ptr_array_add(letter->fields, g_strcompress(item));
	}
}

static inline char *
telling_quote(const char *bytes, gsize len)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < len; i++)
		g_string_append_printf(text, "%s=%02X", i % 20 == 19 ? "=\n" : "",
				       (guchar)bytes[i]);
	return g_string_free(text, FALSE);
}

/* "Content-Transfer-Encoding: …" and bytes under it. */
static inline char *
telling_code(const Telling *telling, const char *bytes, gsize len)
{
	g_autofree char *base64 = g_base64_encode((const guchar *)bytes, len);
	g_autofree char *quoted = telling_quote(bytes, len);
	bool is_quoted = telling->coding == CODING_QUOTED;

	return g_strdup_printf("Content-Transfer-Encoding: %s\n\n%s\n",
			       is_quoted ? "quoted-printable" : "base64",
			       is_quoted ? quoted : base64);
}

/* The text's headers, but for a type that the row gives, and the text. */
static inline char *
letter_text(const Letter *letter)
{
	const Telling *telling = letter->telling;
	const char *text = letter->body == NULL ? "Hello.\n" : letter->body;
	bool has_type = letter_has(letter, "Content-Type:") && letter->type == NULL;
	bool is_plain = !letter_has(letter, "Content-Transfer-Encoding:") &&
			!letter_has(letter, "Content-Type: message/") &&
			!letter_has(letter, "Content-Type: multipart/");
	bool is_wide = telling->coding == CODING_UTF16 && !has_type;
	gsize len = 0;
	g_autofree char *wide =
		g_convert(text, -1, "UTF-16BE", "UTF-8", NULL, &len, NULL);
	g_autofree char *coded = NULL;

	if (telling->coding == CODING_NONE || !is_plain || (is_wide && wide == NULL))
		return g_strdup_printf("\n%s", text);
	coded = telling_code(telling, is_wide ? wide : text,
			     is_wide ? len : strlen(text));
	return has_type ? g_strdup(coded)
			: g_strdup_printf("Content-Type: text/plain; charset=%s\n%s",
					  is_wide ? "utf-16be" : "utf-8", coded);
}

/* What follows the row's headers. */
static inline char *
letter_rest(const Letter *letter)
{
	g_autofree char *text = letter_text(letter);
	g_autofree char *coded = NULL;
	g_autofree guchar *bytes = NULL;
	gsize len = 0;

	if (letter->type == NULL)
		return g_steal_pointer(&text);
	bytes = g_base64_decode(letter->base64, &len);
	coded = telling_code(letter->telling, (const char *)bytes, len);
	return g_strdup_printf(
		"Content-Type: multipart/mixed; boundary=bbb\n\n--bbb\n%s\n"
		"--bbb\nContent-Type: %s; name=\"%s\"\n%s--bbb--\n",
		text, letter->type, letter->name, coded);
}

/* "c@kids.example" → "C+TAG@KIDS.EXAMPLE": what has letters alone, and no number. */
static inline char *
telling_shout(const char *address)
{
	const char *at = strrchr(address, '@');
	g_autofree char *local =
		at == NULL ? NULL : g_strndup(address, (gsize)(at - address));
	g_autofree char *loud = NULL;

	if (at == NULL || strpbrk(local, "%\"+0123456789") != NULL)
		return g_strdup(address);
	loud = g_strconcat(local, "+tag", at, NULL);
	return g_ascii_strup(loud, -1);
}

static inline gboolean
telling_shout_match(const GMatchInfo *match, GString *text, gpointer unused)
{
	g_autofree char *address = g_match_info_fetch(match, 0);
	g_autofree char *loud = telling_shout(address);

	(void)unused;
	g_string_append(text, loud);
	return FALSE;
}

static inline gboolean
telling_encode_match(const GMatchInfo *match, GString *text, gpointer unused)
{
	g_autofree char *name = g_match_info_fetch(match, 1);
	g_autofree char *coded = g_base64_encode((const guchar *)name, strlen(name));

	(void)unused;
	g_string_append_printf(text, "=?utf-8?B?%s?= <", coded);
	return FALSE;
}

static inline char *
telling_replace(const char *pattern, const char *text, GRegexEvalCallback how)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);

	assert_non_null(regex);
	return g_regex_replace_eval(regex, text, -1, 0, 0, how, NULL, NULL);
}

static inline bool
telling_is_of_addresses(const char *field)
{
	static const char *const names[] = { "From:", "Sender:", "Reply-To:", "To:",
					     "Cc:" };
	const char *bare = g_str_has_prefix(field, "Resent-") ? field + 7 : field;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(bare, names[i]))
			return true;
	return false;
}

/* One header field as this telling has it. */
static inline char *
telling_field(const Telling *telling, const char *field)
{
	static const char addresses[] =
		"(?<![\\w.?=+%\"-])[a-z.]+@[a-z][a-z.-]*[a-z](?![\\w@])";
	static const char names[] = "(?<=: )\"?([A-Z][A-Za-z, ]*[a-z])\"? <";
	bool has_addresses = telling_is_of_addresses(field);
	g_autofree char *text = g_strdup(field);

	if (telling->folds && has_addresses) {
		g_autofree char *coded =
			telling_replace(names, text, telling_encode_match);
		g_auto(GStrv) words = g_strsplit(coded, " ", -1);

		g_free(text);
		text = g_strjoinv("\n ", words);
	}
	if (telling->shouts && has_addresses) {
		char *loud = telling_replace(addresses, text, telling_shout_match);

		g_free(text);
		text = loud;
	}
	return g_steal_pointer(&text);
}

/* The recipients in this telling's order. */
static inline char **
telling_recipients(const Telling *telling, const TableRow *row)
{
	char **to = g_strsplit(row->to, " ", -1);
	guint len = g_strv_length(to);

	for (guint i = 0; telling->turns_recipients && i < len / 2; i++) {
		char *other = to[i];

		to[i] = to[len - 1 - i];
		to[len - 1 - i] = other;
	}
	return to;
}

/* Fields of ours stay on top in their order, which says something: the newest counts. */
static inline void
telling_order(const Telling *telling, GPtrArray *fields)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	guint results = 0;

	for (guint i = 0; i < fields->len; i++)
		if (g_str_has_prefix(fields->pdata[i], "Authentication-Results:"))
			fields->pdata[results++] = fields->pdata[i];
		else
			g_ptr_array_insert(others, telling->turns_headers ? 0 : -1,
					   fields->pdata[i]);
	for (guint i = 0; i < others->len; i++)
		fields->pdata[results + i] = others->pdata[i];
}

static inline void
letter_complete(Letter *letter)
{
	if (!letter->drops_from && !letter_has(letter, "From:"))
		g_ptr_array_add(letter->fields,
				g_strdup_printf("From: %s", letter->row->from));
	if (!letter_has(letter, "To:")) {
		g_auto(GStrv) to = telling_recipients(letter->telling, letter->row);
		g_autofree char *joined = g_strjoinv(", ", to);

		g_ptr_array_add(letter->fields, g_strdup_printf("To: %s", joined));
	}
	g_ptr_array_add(letter->fields, g_strdup("Subject: row"));
}

/* LF → CRLF, and the sign for NUL → NUL. */
static inline GBytes *
letter_bytes(const char *text)
{
	static const char sign[] = "\xE2\x90\x80";
	GByteArray *bytes = g_byte_array_new();

	for (const char *at = text; *at != '\0'; at++) {
		bool is_nul = g_str_has_prefix(at, sign);
		const char *one = is_nul ? "" : at;

		if (*at == '\n')
			g_byte_array_append(bytes, (const guchar *)"\r", 1);
		g_byte_array_append(bytes, (const guchar *)one, 1);
		at += is_nul ? strlen(sign) - 1 : 0;
	}
	return g_byte_array_free_to_bytes(bytes);
}

static inline GBytes *
telling_message(const Table *table, const TableRow *row, const Telling *telling)
{
	g_auto(GStrv) items = g_strsplit(row->message, " / ", -1);
	g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func(g_free);
	Letter letter = { .telling = telling, .row = row, .fields = fields };
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *rest = NULL;

	for (char **item = items; *item != NULL; item++)
		letter_read_item(table, &letter, *item);
	letter_complete(&letter);
	telling_order(telling, fields);
	rest = letter_rest(&letter);
	for (guint i = 0; i < fields->len; i++) {
		g_autofree char *field = telling_field(telling, fields->pdata[i]);

		g_string_append_printf(text, "%s\n", field);
	}
	g_string_append(text, rest);
	g_free(letter.body);
	g_free(letter.type);
	g_free(letter.name);
	g_free(letter.base64);
	return letter_bytes(text->str);
}

static inline void
telling_come_from(Envelope *envelope, const char *way)
{
	if (strcmp(way, "sendmail") == 0)
		return;
	envelope->client = g_strdup(strcmp(way, "outside") == 0   ? "192.0.2.9"
				    : strcmp(way, "trusted") == 0 ? "127.0.0.9"
								  : "127.0.0.1");
	envelope->listener = g_strdup(
		strcmp(way, "outside") == 0 || strcmp(way, "mx") == 0 ? "MX" : "staff");
}

static inline Envelope *
telling_envelope(const TableRow *row, const Telling *telling)
{
	g_auto(GStrv) to = telling_recipients(telling, row);
	g_auto(GStrv) way = g_strsplit(row->way, " ", 2);
	g_autofree char *from =
		telling->shouts ? telling_shout(row->from) : g_strdup(row->from);
	Envelope *envelope = envelope_new();

	for (char **one = to; *one != NULL; one++) {
		g_autofree char *loud =
			telling->shouts ? telling_shout(*one) : g_strdup(*one);

		g_ptr_array_add(envelope->recipients, court_path(loud));
	}
	envelope->sender = court_path(from);
	envelope->login = g_strdup(way[1]);
	telling_come_from(envelope, way[0]);
	return envelope;
}

#endif
