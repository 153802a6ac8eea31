/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c - whose an address is, and who must not be named
 */
#include "config.h"

#include "desk/names.h"

#include <string.h>

#define HIDDEN "[another young person]"

/* Shorter words of a name are words of everything else, too. */
enum { NAME_MIN = 3 };

struct Names {
	Store *store;
	char *case_id;
	json_t *person;     /* payload, or NULL */
	GHashTable *others; /* folded address → name, both owned */
	const Redaction *redaction;
	char *first;
};

static char *
fold(const char *text)
{
	return g_utf8_strdown(text, -1);
}

static void
add_addresses(Names *names, const json_t *payload, const char *key, const char *name)
{
	g_auto(GStrv) addresses = json_words(payload, key);

	for (char **address = addresses; *address != NULL; address++)
		g_hash_table_replace(names->others, fold(*address), g_strdup(name));
}

/* Staff are named whatever else is taken out. */
static char *
show_name(const Names *names, const char *type, const char *name)
{
	if (name == NULL || names->redaction == NULL || strcmp(type, "staff") == 0)
		return g_strdup(name);
	return redaction_apply(names->redaction, name);
}

/* Everybody of a type of record who has a name. */
static void
add_all(Names *names, const char *type)
{
	g_autoptr(GPtrArray) all = store_latest_all(names->store, type);

	for (guint i = 0; i < all->len; i++) {
		const json_t *payload = json_object_get(all->pdata[i], "payload");
		g_autofree char *name =
			show_name(names, type, json_text(payload, "name"));
		const char *email = json_text(payload, "email");

		if (name == NULL)
			continue;
		if (email == NULL)
			email = json_text(payload, "address");
		if (email != NULL)
			g_hash_table_replace(names->others, fold(email), g_strdup(name));
		add_addresses(names, payload, "also", name);
		add_addresses(names, payload, "logins", name);
	}
}

static json_t *
get_person(Store *store, const char *case_id)
{
	g_autoptr(json_t) json = store_latest(store, "person", case_id);
	json_t *payload = json_object_get(json, "payload");

	return payload == NULL ? NULL : json_incref(payload);
}

Names *
names_new(Store *store, const char *case_id)
{
	Names *names = g_new0(Names, 1);

	names->store = store;
	names->case_id = g_strdup(case_id);
	names->person = get_person(store, case_id);
	names->others = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	names->first = g_strndup(names_person(names), strcspn(names_person(names), " "));
	add_all(names, "staff");
	add_all(names, "contact");
	return names;
}

void
names_redact(Names *names, const Redaction *redaction)
{
	names->redaction = redaction;
	add_all(names, "contact");
}

const Redaction *
names_redaction(const Names *names)
{
	return names->redaction;
}

void
names_free(Names *names)
{
	if (names == NULL)
		return;
	g_hash_table_unref(names->others);
	json_decref(names->person);
	g_free(names->case_id);
	g_free(names->first);
	g_free(names);
}

const char *
names_person(const Names *names)
{
	const char *name = json_text(names->person, "name");

	return name == NULL || *name == '\0' ? names->case_id : name;
}

const char *
names_first(const Names *names)
{
	return names->first;
}

/* An entry of "addresses" is a text, or an object with the days on which it holds. */
static const char *
address_of(const json_t *entry)
{
	return json_is_string(entry) ? json_string_value(entry)
				     : json_text(entry, "address");
}

static bool
has_address(const json_t *person, const char *folded)
{
	const json_t *entry;
	gsize i;

	json_array_foreach(json_object_get(person, "addresses"), i, entry) {
		g_autofree char *own =
			address_of(entry) == NULL ? NULL : fold(address_of(entry));

		if (g_strcmp0(own, folded) == 0)
			return true;
	}
	return false;
}

const char *
names_get(const Names *names, const char *address, bool *is_person)
{
	g_autofree char *folded = fold(address);

	*is_person = has_address(names->person, folded);
	return *is_person ? names_person(names)
			  : g_hash_table_lookup(names->others, folded);
}

/* --- who must not be named -------------------------------------------------------- */

static void
add_word(GPtrArray *words, const char *word, glong least)
{
	if (word != NULL && g_utf8_strlen(word, -1) >= least)
		g_ptr_array_add(words, g_regex_escape_string(word, -1));
}

/* The longest come first, so that a full name is hidden as one; a name that the young
 * person of the case has as well (of a sister, a brother) is not. */
static void
add_hidden(const Names *names, GPtrArray *words, const json_t *person)
{
	g_auto(GStrv) own = g_strsplit(names_person(names), " ", -1);
	const char *name = json_text(person, "name");
	g_auto(GStrv) parts = g_strsplit(name == NULL ? "" : name, " ", -1);
	g_auto(GStrv) numbers = json_words(person, "sms");
	const json_t *entry;
	gsize i;

	json_array_foreach(json_object_get(person, "addresses"), i, entry)
		add_word(words, address_of(entry), 1);
	add_word(words, name, NAME_MIN);
	for (char **part = parts; *part != NULL; part++)
		if (!g_strv_contains((const char *const *)own, *part))
			add_word(words, *part, NAME_MIN);
	for (char **number = numbers; *number != NULL; number++)
		add_word(words, *number, NAME_MIN);
}

static GPtrArray *
list_hidden(const Names *names, const json_t *cases)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	const json_t *link;
	gsize i;

	json_array_foreach(cases, i, link) {
		const char *case_id = json_text(link, "case");
		g_autoptr(json_t) person = NULL;

		if (g_strcmp0(case_id, names->case_id) == 0)
			continue;
		person = get_person(names->store, case_id);
		add_hidden(names, words, person);
		add_word(words, case_id, 1);
	}
	g_ptr_array_add(words, NULL);
	return words;
}

static char *
hide_others(const Names *names, const json_t *cases, const char *text)
{
	g_autoptr(GPtrArray) words = list_hidden(names, cases);
	g_autofree char *joined = g_strjoinv("|", (char **)words->pdata);
	g_autofree char *pattern = g_strdup_printf("(?<!\\w)(?:%s)(?!\\w)", joined);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autoptr(GRegex) regex = NULL;

	if (*joined == '\0')
		return g_steal_pointer(&valid);
	regex = g_regex_new(pattern, G_REGEX_CASELESS, 0, NULL);
	return regex == NULL
		       ? g_strdup(HIDDEN)
		       : g_regex_replace_literal(regex, valid, -1, 0, HIDDEN, 0, NULL);
}

char *
names_hide(const Names *names, const json_t *cases, const char *text)
{
	char *hidden = hide_others(names, cases, text);
	char *left = NULL;

	if (names->redaction == NULL)
		return hidden;
	left = redaction_apply(names->redaction, hidden);
	g_free(hidden);
	return left;
}
