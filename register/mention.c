/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mention.c - which members of staff a text speaks of by their names
 *
 * Wide rather than narrow: one who is found for nothing costs a lead a look; one who is
 * missed may read what was said of them.
 */
#include "config.h"

#include "register/mention.h"

#include "register/name.h"

#include <string.h>

/* A longer text is looked at so far; a name has so many words at most. */
enum { WORDS_MAX = 20000, NAME_WORDS = 4 };

static const char *const titles[] = { "mr",  "mrs",    "ms", "miss", "mx",  "dr",
				      "sir", "mister", "sr", "fr",   "rev", NULL };
static const char *const greetings[] = { "hi",      "hiya",      "hey",     "heya",
					 "hello",   "hallo",     "dear",    "yo",
					 "morning", "afternoon", "evening", "thanks",
					 "thx",     "cheers",    "bye",     "goodbye",
					 NULL };

typedef struct Word {
	char *folded;
	bool starts_line;
	bool is_parted; /* from the next by more than a blank */
	bool is_called; /* followed by what follows a call: "Mia," */
} Word;

typedef struct Search {
	const MentionQuery *query;
	GPtrArray *words;    /* Word * */
	GHashTable *by_word; /* folded name of those known → GPtrArray of Staff */
	GHashTable
		*by_title; /* last name of all → GPtrArray of Staff; NULL until asked */
	GPtrArray *found;
} Search;

static void
word_free(gpointer data)
{
	Word *word = data;

	g_free(word->folded);
	g_free(word);
}

static bool
is_in_word(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_ismark(c) || c == '\'' || c == 0x2019;
}

/* Without "'s" at its end. */
static char *
fold(const char *start, gsize len)
{
	g_autofree char *raw = g_utf8_casefold(start, (gssize)len);
	g_auto(GStrv) folded = NULL;

	if (g_str_has_suffix(raw, "'s"))
		raw[strlen(raw) - strlen("'s")] = '\0';
	else if (g_str_has_suffix(raw, "\xE2\x80\x99s"))
		raw[strlen(raw) - strlen("\xE2\x80\x99s")] = '\0';
	folded = name_words(raw);
	return g_strdup(folded[0] == NULL ? "" : folded[0]);
}

static void
add_word(GPtrArray *words, const char *start, gsize len, bool starts_line)
{
	Word *word = g_new0(Word, 1);

	word->folded = fold(start, len);
	word->starts_line = starts_line;
	word->is_parted = start[len] != ' ';
	word->is_called = start[len] == ',' || start[len] == '!';
	g_ptr_array_add(words, word);
}

static GPtrArray *
split(const char *written)
{
	g_autofree char *valid = g_utf8_make_valid(written, -1);
	GPtrArray *words = g_ptr_array_new_with_free_func(word_free);
	char *text = valid;
	bool starts_line = true;

	while (*text != '\0' && words->len < WORDS_MAX) {
		char *end = text;

		while (is_in_word(g_utf8_get_char(end)))
			end = g_utf8_next_char(end);
		if (end > text) {
			add_word(words, text, (gsize)(end - text), starts_line);
			starts_line = false;
			text = end;
			continue;
		}
		starts_line = starts_line || *text == '\n';
		text = g_utf8_next_char(text);
	}
	return words;
}

static const Word *
word_at(const Search *search, guint at)
{
	return at < search->words->len ? search->words->pdata[at] : NULL;
}

/* A program or a team. */
static bool
is_nobody(const Staff *staff)
{
	return staff->members[0] != NULL || (staff->roles & STAFF_AUTOMATIC) != 0;
}

static void
add_found(Search *search, const Staff *staff)
{
	if (!is_nobody(staff) && !g_ptr_array_find(search->found, staff, NULL))
		g_ptr_array_add(search->found, (gpointer)(gsize)staff);
}

static void
add_all_found(Search *search, const GPtrArray *staff)
{
	for (guint i = 0; staff != NULL && i < staff->len; i++)
		add_found(search, staff->pdata[i]);
}

static void
file_under(GHashTable *table, const char *word, const Staff *staff)
{
	GPtrArray *list = g_hash_table_lookup(table, word);

	if (list == NULL) {
		list = g_ptr_array_new();
		g_hash_table_insert(table, g_strdup(word), list);
	}
	g_ptr_array_add(list, (gpointer)(gsize)staff);
}

static GHashTable *
table_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				     (GDestroyNotify)g_ptr_array_unref);
}

static GHashTable *
list_known(const MentionQuery *query)
{
	g_auto(GStrv) own = name_words(query->own == NULL ? "" : query->own);
	GHashTable *by_word = table_new();

	for (guint i = 0; query->known != NULL && i < query->known->len; i++) {
		const Staff *staff = g_array_index(query->known, const Staff *, i);
		g_auto(GStrv) names = name_words(staff->name == NULL ? "" : staff->name);

		for (char **name = names; *name != NULL; name++)
			if (!g_strv_contains((const char *const *)own, *name))
				file_under(by_word, *name, staff);
	}
	return by_word;
}

static GHashTable *
list_last_names(const Directory *directory)
{
	const GPtrArray *all = directory_all_staff(directory);
	GHashTable *by_title = table_new();

	for (guint i = 0; i < all->len; i++) {
		const Staff *staff = all->pdata[i];
		g_auto(GStrv) names = name_words(staff->name == NULL ? "" : staff->name);
		guint len = g_strv_length(names);

		if (len > 1)
			file_under(by_title, names[len - 1], staff);
	}
	return by_title;
}

static bool
is_title(const Word *word)
{
	return g_strv_contains(titles, word->folded);
}

/* Whether two words are names of one of those known. */
static bool
are_of_one(const Search *search, const Word *one, const Word *other)
{
	const GPtrArray *staff = g_hash_table_lookup(search->by_word, one->folded);
	GPtrArray *others = g_hash_table_lookup(search->by_word, other->folded);

	for (guint i = 0; staff != NULL && others != NULL && i < staff->len; i++)
		if (g_ptr_array_find(others, staff->pdata[i], NULL))
			return true;
	return false;
}

static bool
is_only_called(const Search *search, guint at)
{
	for (; at < search->words->len; at--) {
		const Word *word = word_at(search, at);
		const Word *before = at == 0 ? NULL : word_at(search, at - 1);

		if (word->starts_line)
			return word->is_called;
		if (before == NULL || before->is_parted)
			return false;
		if (g_strv_contains(greetings, before->folded))
			return true;
		if (!is_title(before) && !are_of_one(search, before, word))
			return false;
	}
	return false;
}

/* "Mr Mann" */
static void
find_by_title(Search *search, guint at)
{
	const Word *next = word_at(search, at + 1);

	if (next == NULL || !is_title(word_at(search, at)))
		return;
	if (search->by_title == NULL)
		search->by_title = list_last_names(search->query->directory);
	add_all_found(search, g_hash_table_lookup(search->by_title, next->folded));
}

/* A whole name that begins here. */
static const Staff *
whole_name(const Search *search, guint at)
{
	g_autoptr(GString) name = g_string_new(NULL);

	for (guint len = 0; len < NAME_WORDS && word_at(search, at + len) != NULL;
	     len++) {
		const Staff *staff = NULL;

		g_string_append_printf(name, "%s%s", len > 0 ? " " : "",
				       word_at(search, at + len)->folded);
		staff = len == 0 ? NULL
				 : directory_staff_named(search->query->directory,
							 name->str);
		if (staff != NULL && directory_is_one_name(staff->name, name->str))
			return staff;
	}
	return NULL;
}

static void
find_at(Search *search, guint at)
{
	const Staff *staff = NULL;

	if (is_only_called(search, at))
		return;
	find_by_title(search, at);
	staff = whole_name(search, at);
	if (staff != NULL)
		add_found(search, staff);
	add_all_found(search,
		      g_hash_table_lookup(search->by_word, word_at(search, at)->folded));
}

GPtrArray *
mention_find(const MentionQuery *query, const char *text)
{
	g_autoptr(GPtrArray) words = split(text);
	g_autoptr(GHashTable) by_word = list_known(query);
	Search search = { .query = query,
			  .words = words,
			  .by_word = by_word,
			  .found = g_ptr_array_new() };

	for (guint i = 0; i < words->len; i++)
		find_at(&search, i);
	g_clear_pointer(&search.by_title, g_hash_table_unref);
	return search.found;
}
