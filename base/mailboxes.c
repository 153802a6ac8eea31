/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailboxes.c - everyone whom a field of addresses may name (RFC 5322, 3.4)
 *
 * A list is split by hand and not by gmime, whose lenient reader does not say whether it
 * passed anything over.  What is not plainly a list of mailboxes is searched for
 * everything around an '@' as well: as it is, decoded, and without comments.
 */
#include "config.h"

#include "base/address.h"
#include "base/message.h"

#include <string.h>

/* How far before an '@' we look for where an address may begin. */
enum { LOOK_BACK_MAX = 320 };

/* One field while it is read. */
typedef struct Search {
	const char *field;
	GPtrArray *found;
	GHashTable *seen; /* addresses of found, borrowed from it */
	bool is_clean;
} Search;

/* Which construct a byte of a list belongs to. */
typedef struct Place {
	bool is_quoted;
	bool is_angle;
	guint comments; /* depth */
} Place;

static void
mailbox_free(gpointer data)
{
	Mailbox *mailbox = data;

	g_free(mailbox->name);
	g_free(mailbox->address);
	g_free(mailbox);
}

/* Takes both texts over. */
static void
add(Search *search, char *name, char *address)
{
	Mailbox *mailbox = g_new(Mailbox, 1);

	mailbox->field = search->field;
	mailbox->name = name;
	mailbox->address = address;
	if (g_hash_table_contains(search->seen, address)) {
		mailbox_free(mailbox);
		return;
	}
	g_hash_table_add(search->seen, address);
	g_ptr_array_add(search->found, mailbox);
}

static bool
is_top(const Place *place)
{
	return !place->is_quoted && !place->is_angle && place->comments == 0;
}

/* Takes the byte at text into account; how many bytes it was, with what it escapes. */
static gsize
advance(Place *place, const char *text)
{
	if (*text == '\\' && (place->is_quoted || place->comments > 0) && text[1] != '\0')
		return 2;
	if (place->comments > 0 || (*text == '(' && !place->is_quoted))
		place->comments += (guint)(*text == '(') - (guint)(*text == ')');
	else if (*text == '"')
		place->is_quoted = !place->is_quoted;
	else if (!place->is_quoted && (*text == '<' || *text == '>'))
		place->is_angle = *text == '<';
	return 1;
}

/* A copy without comments, and without blanks around what is left. */
static char *
drop_comments(const char *text)
{
	GString *left = g_string_new(NULL);
	Place place = { false, false, 0 };

	while (*text != '\0') {
		bool was_comment = place.comments > 0;
		gsize len = advance(&place, text);

		if (!was_comment && place.comments == 0)
			g_string_append_len(left, text, (gssize)len);
		text += len;
	}
	return g_strstrip(g_string_free(left, FALSE));
}

/* The text of the first comment, for "ann@example.org (Ann)"; NULL when there is none. */
static char *
first_comment(const char *text)
{
	Place place = { false, false, 0 };
	const char *open = NULL;

	while (*text != '\0') {
		gsize len = advance(&place, text);

		if (open == NULL && place.comments > 0)
			open = text + 1;
		else if (open != NULL && place.comments == 0)
			return g_strndup(open, (gsize)(text - open));
		text += len;
	}
	return NULL;
}

/* Whether a text is one address and nothing that a reader may take for another. */
static bool
is_address(const char *text)
{
	g_autoptr(Address) address = address_parse(text, NULL);

	return address != NULL && *address_text(address) != '\0' && *text != '<' &&
	       strstr(text, "=?") == NULL;
}

/* A display name in UTF-8; NULL when there is nothing. */
static char *
read_name(const char *phrase)
{
	g_autofree char *bare = address_unquote(phrase, strlen(phrase));
	g_autofree char *name = message_decode(g_strstrip(bare));

	return *name == '\0' ? NULL : g_steal_pointer(&name);
}

/* "Ann <ann@example.org>"; open is the place of '<'. */
static void
read_angle(Search *search, const char *item, const char *open)
{
	const char *close = strchr(open, '>');
	const char *end = close == NULL ? open + strlen(open) : close;
	g_autofree char *phrase = g_strndup(item, (gsize)(open - item));
	g_autofree char *before = drop_comments(phrase);
	g_autofree char *after = drop_comments(close == NULL ? "" : close + 1);
	g_autofree char *address = g_strndup(open + 1, (gsize)(end - open) - 1);

	if (close == NULL || *after != '\0' ||
	    (*before != '"' && strchr(before, '@') != NULL))
		search->is_clean = false;
	if (is_address(g_strstrip(address)))
		add(search, read_name(phrase), g_steal_pointer(&address));
	else
		search->is_clean = false;
}

/* "ann@example.org", "ann@example.org (Ann)". */
static void
read_bare(Search *search, const char *item)
{
	g_autofree char *address = drop_comments(item);
	g_autofree char *comment = first_comment(item);

	if (is_address(address))
		add(search, comment == NULL ? NULL : read_name(comment),
		    g_steal_pointer(&address));
	else
		search->is_clean = false;
}

static void
read_item(Search *search, const char *text, gsize len)
{
	g_autofree char *item = g_strstrip(g_strndup(text, len));
	Place place = { false, false, 0 };
	const char *at = item;

	while (*at != '\0' && !place.is_angle)
		at += advance(&place, at);
	if (place.is_angle)
		read_angle(search, item, at - 1);
	else
		read_bare(search, item);
}

/* Every item of a list.  A group ("Friends: a@x, b@y;") is opened. */
static void
read_list(Search *search, const char *value)
{
	Place place = { false, false, 0 };
	const char *item = value;

	while (*value != '\0') {
		gsize len = advance(&place, value);

		if (is_top(&place) && strchr(",;:", *value) != NULL) {
			if (*value != ',')
				search->is_clean = false;
			read_item(search, item, (gsize)(value - item));
			item = value + 1;
		}
		if (g_ascii_iscntrl(*value) && *value != '\t')
			search->is_clean = false;
		value += len;
	}
	if (!is_top(&place))
		search->is_clean = false;
	read_item(search, item, (gsize)(value - item));
}

/* Letters of a host name; '[' begins a literal. */
static gsize
host_length(const char *text)
{
	gsize len = 0;

	if (*text == '[') {
		len = strcspn(text, "]");
		return text[len] == ']' ? len + 1 : 0;
	}
	while (g_ascii_isalnum(text[len]) || (text[len] & 0x80) != 0 ||
	       (text[len] != '\0' && strchr("-_.", text[len]) != NULL))
		len++;
	return len;
}

static bool
may_be_local(char byte)
{
	return !g_ascii_isspace(byte) && !g_ascii_iscntrl(byte) &&
	       strchr("<>(),;:\"[]\\@", byte) == NULL;
}

/* Where the local part that ends at an '@' may begin at the earliest. */
static const char *
local_start(const char *text, const char *at)
{
	const char *start = at;

	if (at > text && at[-1] == '"') {
		for (start = at - 1; start > text && start[-1] != '"'; start--)
			continue;
		return start > text ? start - 1 : at;
	}
	while (start > text && may_be_local(start[-1]))
		start--;
	return start;
}

/* Everything around an '@', as long as it may be, and shorter by what may stand before
 * an address in running text ("'carl@x", "mailto=carl@x"). */
static void
search_text(Search *search, const char *text)
{
	for (const char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@')) {
		gsize host = host_length(at + 1);
		const char *start = local_start(text, at);

		if (host == 0 || start == at)
			continue;
		add(search, NULL, g_strndup(start, (gsize)(at - start) + 1 + host));
		if (*start == '"')
			continue;
		if (at - start > LOOK_BACK_MAX)
			start = at - LOOK_BACK_MAX;
		for (; start + 1 < at; start++)
			if (g_ascii_ispunct(*start) && strchr("+-._", *start) == NULL)
				add(search, NULL,
				    g_strndup(start + 1, (gsize)(at - start) + host));
	}
}

/* A copy without comments, and without the blanks that may stand around '@' and '.'. */
static char *
tighten(const char *text)
{
	g_autofree char *bare = drop_comments(text);
	GString *tight = g_string_new(NULL);

	for (const char *from = bare; *from != '\0'; from++) {
		bool is_joint = *from == '@' || *from == '.';

		while (is_joint && tight->len > 0 &&
		       g_ascii_isspace(tight->str[tight->len - 1]))
			g_string_truncate(tight, tight->len - 1);
		g_string_append_c(tight, *from);
		while (is_joint && g_ascii_isspace(from[1]))
			from++;
	}
	return g_string_free(tight, FALSE);
}

static void
read_field(GPtrArray *found, const char *field, const char *value, bool *is_clean)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	Search search = { field, found, seen, true };
	g_autofree char *decoded = NULL;
	g_autofree char *tight = NULL;

	read_list(&search, value);
	if (search.is_clean)
		return;
	*is_clean = false;
	decoded = message_decode(value);
	tight = tighten(decoded);
	search_text(&search, value);
	search_text(&search, decoded);
	search_text(&search, tight);
}

static void
read_fields(GPtrArray *found, const Headers *headers, const char *name, bool *is_clean)
{
	const char *value;

	for (guint i = 0; i < headers_len(headers); i++)
		if (g_ascii_strcasecmp(headers_name(headers, i), name) == 0) {
			value = headers_value(headers, i);
			read_field(found, name, value, is_clean);
		}
}

GPtrArray *
headers_originators(const Headers *headers, bool *is_clean)
{
	static const char *const names[] = {
		"From",        "Sender",        "Reply-To",
		"Resent-From", "Resent-Sender", "Resent-Reply-To",
	};
	GPtrArray *found = g_ptr_array_new_with_free_func(mailbox_free);
	bool all_clean = true;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		read_fields(found, headers, names[i], &all_clean);
	if (is_clean != NULL)
		*is_clean = all_clean;
	return found;
}

GPtrArray *
headers_mailboxes(const Headers *headers, const char *name, bool *is_clean)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(mailbox_free);
	bool all_clean = true;

	read_fields(found, headers, g_intern_string(name), &all_clean);
	if (is_clean != NULL)
		*is_clean = all_clean;
	return found;
}
