/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_language.c - what a young person writes in a language that the rules do not read
 * (12): nobody was told of danger in it, so somebody must read it today
 *
 * By its script where that is not Latin.  In Latin letters by small words: too few English
 * ones among many, or more of other languages than English ones.  No library of languages
 * is asked: those are made for pages, and say "Somali" of "lol wat u doin 2nite".  A few
 * words prove nothing, so short texts in Latin letters find nothing.
 */
#include "config.h"

#include "rules/check.h"
#include "rules/tongues.h"

#include <string.h>

/* Letters of one strange word at least ("ಠ_ಠ" is a face); of the text, or so many that it
 * does not matter what else there is. */
enum { STRANGE_WORD = 2, STRANGE_ENOUGH = 20 };

/* Words before a text is said to be no English; one in so many may be; words of other
 * languages before it is said to be one of them. */
enum { WORDS_LEAST = 6, ENGLISH_ONE_IN = 7, OTHERS_LEAST = 3 };

static const char reason_script[] = "in a script that the rules do not read";
static const char reason_words[] = "not in English";

typedef struct Reader {
	GHashTable *english, *others; /* sets of words */
	guint words, of_english, of_others;
	guint letters, strange; /* letters, and those of no Latin word */
} Reader;

static GHashTable *
set_of(const char *words)
{
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) all = g_strsplit(words, " ", -1);

	for (char **word = all; *word != NULL; word++)
		g_hash_table_add(set, g_strdup(*word));
	return set;
}

static void
reader_init(Reader *reader)
{
	*reader = (Reader){ .english = set_of(tongue_english),
			    .others = set_of(tongue_others) };
}

static void
reader_clear(Reader *reader)
{
	g_hash_table_unref(reader->english);
	g_hash_table_unref(reader->others);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

static bool
is_read(gunichar c)
{
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_LATIN:
	case G_UNICODE_SCRIPT_COMMON:
	case G_UNICODE_SCRIPT_INHERITED:
	case G_UNICODE_SCRIPT_UNKNOWN:
		return true;
	default:
		return false;
	}
}

static bool
is_apostrophe(gunichar c)
{
	return c == '\'' || c == 0x2019;
}

/* One run of letters, folded, without its apostrophes. */
static void
count_word(Reader *reader, const GString *word)
{
	glong len = g_utf8_strlen(word->str, (gssize)word->len);
	guint strange = 0;

	for (char *at = word->str; *at != '\0'; at = g_utf8_next_char(at))
		strange += !is_read(g_utf8_get_char(at));
	reader->letters += (guint)len;
	if (strange >= STRANGE_WORD)
		reader->strange += (guint)len;
	if (strange > 0 || len < 2)
		return;
	reader->words++;
	reader->of_english += g_hash_table_contains(reader->english, word->str) ? 1 : 0;
	reader->of_others += g_hash_table_contains(reader->others, word->str) ? 1 : 0;
}

static bool
is_address(const char *chunk)
{
	return *chunk == '#' || *chunk == '@' || strchr(chunk, '@') != NULL ||
	       strstr(chunk, "://") != NULL || g_str_has_prefix(chunk, "www.");
}

/* What stands between two blanks: words, unless it is an address, or has a digit ("l8r"
 * is of no language). */
static void
read_chunk(Reader *reader, char *chunk)
{
	g_autoptr(GString) word = g_string_new(NULL);

	if (is_address(chunk) || strpbrk(chunk, "0123456789") != NULL)
		return;
	for (char *at = chunk;; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (g_unichar_isalpha(c) || g_unichar_ismark(c)) {
			g_string_append_unichar(word, c);
		} else if (word->len > 0 && !is_apostrophe(c)) {
			count_word(reader, word);
			g_string_truncate(word, 0);
		}
		if (c == '\0')
			return;
	}
}

static void
read_piece(Reader *reader, const TextPiece *piece)
{
	g_autofree char *lower = NULL;
	g_autofree char *composed = NULL;
	g_auto(GStrv) chunks = NULL;

	if (piece->form != TEXT_PLAIN || piece->marks != 0 ||
	    (piece->unit != TEXT_SUBJECT && piece->unit != TEXT_BODY))
		return;
	lower = g_utf8_strdown(piece->utf8, (gssize)piece->len);
	composed = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL_COMPOSE);
	chunks = g_strsplit_set(composed == NULL ? "" : composed, " \t\r\n", -1);
	for (char **chunk = chunks; *chunk != NULL; chunk++)
		read_chunk(reader, *chunk);
}

/* Why it is not read; NULL when it is, or when there is too little of it. */
static const char *
judge_language(const Reader *reader)
{
	if (reader->strange >= STRANGE_ENOUGH ||
	    (reader->strange > 0 && reader->strange * 2 >= reader->letters))
		return reason_script;
	if (reader->words >= WORDS_LEAST &&
	    reader->of_english * ENGLISH_ONE_IN <= reader->words)
		return reason_words;
	if (reader->of_others >= OTHERS_LEAST && reader->of_others > reader->of_english)
		return reason_words;
	return NULL;
}

void
check_language(Inquiry *inquiry)
{
	const Text *text = inquiry_text(inquiry);
	const char *why = NULL;
	g_auto(Reader) reader;

	reader_init(&reader);
	for (guint i = 0; text != NULL && i < text_len(text); i++)
		read_piece(&reader, text_piece(text, i));
	why = judge_language(&reader);
	if (why != NULL)
		inquiry_find(inquiry, "body", "", why);
}
