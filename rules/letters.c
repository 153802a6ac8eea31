/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters.c - evasion undone: leet, look-alikes, letters spaced out, drawn out or broken
 * by signs, as plain words
 */
#include "config.h"

#include "rules/evasion.h"
#include "rules/visible.h"

#include <stdbool.h>
#include <string.h>

enum { WORD_MAX = 64, SPACED_MIN = 3, MOSTLY = 8, GAP_MAX = 3 };

/* A word as it is written, character by character. */
typedef struct Word {
	gsize start, end;
	char plain[WORD_MAX + 1]; /* what each character stands for; BREAK: for nothing */
	guint len;
	guint letters, digits, foreign, strange, breaks;
	bool is_long; /* too long to be one */
} Word;

enum { BREAK = 1, OTHER = 2 };

/* Signs that people put for letters, and between them. */
static const char leet_signs[] = "@$!|+";
static const char break_signs[] = "*_~^`";

static char
leet_letter(char sign)
{
	static const char signs[] = "0345678@$!|+9";
	static const char letters[] = "oeasbtbasiltg";
	const char *found = strchr(signs, sign);

	return (char)(found == NULL ? sign : letters[found - signs]);
}

static bool
is_sign(char c, const char *signs)
{
	return c != '\0' && strchr(signs, c) != NULL;
}

/* Adds one character; its length in bytes, or 0 when it is not part of a word. */
static gsize
add_character(Word *word, const char *at)
{
	char plain;

	if ((guchar)*at >= 0x80) {
		gunichar c = g_utf8_get_char(at);

		plain = visible_letter(c);
		if (plain == 0 && !g_unichar_isalpha(c))
			return 0;
		word->foreign += plain != 0;
		word->strange += plain == 0;
		plain = (char)(plain == 0 ? OTHER : plain);
	} else if (g_ascii_isalpha(*at)) {
		plain = *at;
		word->letters++;
	} else if (g_ascii_isdigit(*at) || is_sign(*at, leet_signs)) {
		plain = *at;
		word->digits++;
	} else if (is_sign(*at, break_signs)) {
		plain = BREAK;
		word->breaks++;
	} else {
		return 0;
	}
	if (word->len < WORD_MAX)
		word->plain[word->len++] = plain;
	else
		word->is_long = true;
	return visible_width(at);
}

static Word
read_word(const char *utf8, gsize len, gsize at)
{
	Word word = { .start = at };
	gsize step;

	while (at < len && (step = add_character(&word, utf8 + at)) > 0)
		at += step;
	word.end = at;
	return word;
}

/* Signs at the end of a word are its sentence's. */
static void
trim(Word *word)
{
	while (word->len > 0 && (word->plain[word->len - 1] == BREAK ||
				 is_sign(word->plain[word->len - 1], "!|+"))) {
		word->end--;
		word->breaks -= word->plain[word->len - 1] == BREAK;
		word->digits -= word->plain[word->len - 1] != BREAK;
		word->len--;
	}
	while (word->len > 0 && word->plain[0] == BREAK) {
		word->start++;
		word->breaks--;
		word->len--;
		memmove(word->plain, word->plain + 1, word->len);
	}
	word->plain[word->len] = '\0';
}

static bool
is_vowel(char c)
{
	return is_sign(g_ascii_tolower(c), "aeiou034@");
}

/* 1 is i before a consonant, else l: s1nce, p1ease, ca11, te1. */
static char
one_letter(const Word *word, guint at)
{
	const char before = (char)(at > 0 ? word->plain[at - 1] : 0);
	const char after = (char)(at + 1 < word->len ? word->plain[at + 1] : 0);

	if (after == '1' || before == '1' || is_vowel(after))
		return 'l';
	return after == 0 && is_vowel(before) ? 'l' : 'i';
}

/* "ca11", "fr33": the same digit twice after letters. */
static bool
ends_doubled(const Word *word, guint tail)
{
	return tail == 2 && word->letters + word->foreign >= 2 &&
	       word->plain[word->len - 1] == word->plain[word->len - 2] &&
	       is_sign(word->plain[word->len - 1], "0135");
}

/* "3pm", "12th", "4x4", "M25", "gcse2024": digits that are digits. */
static bool
is_measure(const Word *word)
{
	guint head = 0, tail = 0;

	while (head < word->len && g_ascii_isdigit(word->plain[head]))
		head++;
	while (tail < word->len && g_ascii_isdigit(word->plain[word->len - tail - 1]))
		tail++;
	if (head < word->len && head <= 1 && ends_doubled(word, tail))
		return false;
	if (head == word->len || head > 1 || tail > 1)
		return true;
	if (head + tail < word->digits)
		return false;
	/* One digit at an edge: a word only if enough letters follow or come before. */
	return word->letters + word->foreign < 3 && !(head == 0 && tail == 0);
}

static bool
is_leet(const Word *word)
{
	return word->digits > 0 && word->letters + word->foreign > 0 &&
	       word->digits <= word->letters + word->foreign + 2 && !is_measure(word);
}

/* Whether the word wants to be read otherwise than it is written. */
static bool
is_evasive(const Word *word)
{
	if (word->is_long || word->len < 2 || word->strange > 0)
		return false;
	if (word->foreign > 0 || is_leet(word) ||
	    (word->breaks > 0 && word->letters > word->breaks))
		return true;
	for (guint i = 2; i < word->len; i++)
		if (word->plain[i] == word->plain[i - 1] &&
		    word->plain[i] == word->plain[i - 2] &&
		    g_ascii_isalpha(word->plain[i]))
			return true;
	return false;
}

static bool
is_third(const GString *plain, char c)
{
	return plain->len >= 2 && plain->str[plain->len - 1] == c &&
	       plain->str[plain->len - 2] == c;
}

static char *
fold(const Word *word)
{
	GString *plain = g_string_sized_new(word->len + 1);
	const bool leet = is_leet(word);

	for (guint i = 0; i < word->len; i++) {
		char c = word->plain[i];

		if (c == BREAK)
			continue;
		if (leet)
			c = (char)(c == '1' ? one_letter(word, i) : leet_letter(c));
		if (is_third(plain, c)) {
			g_string_truncate(plain, plain->len - 1);
			while (i + 1 < word->len && word->plain[i + 1] == word->plain[i])
				i++;
			continue;
		}
		g_string_append_c(plain, c);
	}
	return g_string_free(plain, FALSE);
}

/* An address keeps its spelling: evasion_addresses looks after it. */
static bool
is_address(const char *utf8, gsize len, const Word *word)
{
	return memchr(utf8 + word->start, '@', word->end - word->start) != NULL &&
	       word->end + 1 < len && utf8[word->end] == '.' &&
	       g_ascii_isalnum(utf8[word->end + 1]);
}

static void
undo_word(Rewrite *rewrite, const char *utf8, gsize len, Word *word)
{
	trim(word);
	if (word->len > 0 && word->plain[0] == '@') {
		word->start++;
		word->digits--;
		word->len--;
		memmove(word->plain, word->plain + 1, word->len + 1);
	}
	if (is_evasive(word) && !is_address(utf8, len, word)) {
		g_autofree char *plain = fold(word);

		rewrite_replace(rewrite, word->start, word->end, plain);
	}
}

/* The length of what stands between two letters that are spaced out, or 0. */
static gsize
gap_len(const char *utf8, gsize len, gsize at)
{
	gsize gap = 0;

	while (gap < GAP_MAX && at + gap < len &&
	       is_sign(utf8[at + gap], " \n\t.-_*~/|,+:;"))
		gap++;
	return gap;
}

/* The plain letter of a lone character, or 0; its length. */
static char
lone_letter(const char *utf8, gsize len, gsize at, gsize *bytes)
{
	char plain = utf8[at];
	gsize next = at + visible_width(utf8 + at);

	*bytes = next - at;
	if ((guchar)plain >= 0x80)
		plain = visible_letter(g_utf8_get_char(utf8 + at));
	if (next < len && (g_ascii_isalnum(utf8[next]) || (guchar)utf8[next] >= 0x80 ||
			   utf8[next] == '@'))
		return 0;
	if (plain == '1')
		return 'i';
	if (is_sign(plain, "0345678@$!|9"))
		plain = leet_letter(plain);
	return (char)(g_ascii_isalpha(plain) ? plain : 0);
}

/* Whether a lone letter has another lone one behind it. */
static bool
is_spaced(const char *utf8, gsize len, gsize at)
{
	gsize bytes, gap;

	if (lone_letter(utf8, len, at, &bytes) == 0)
		return false;
	gap = gap_len(utf8, len, at + bytes);
	return gap > 0 && at + bytes + gap < len &&
	       lone_letter(utf8, len, at + bytes + gap, &bytes) != 0;
}

/* Whether "a l i f t" may be "a lift" as well as "alift". */
static bool
is_article(char letter)
{
	return letter == 'a' || letter == 'A' || letter == 'i' || letter == 'I';
}

/* Sets it apart; splits as in undo_spaced. */
static void
split_article(GString *plain, bool *splits)
{
	if (splits == NULL || !is_article(plain->str[0]) || plain->len <= SPACED_MIN)
		return;
	g_string_insert_c(plain, 1, ' ');
	*splits = true;
}

/* Letters that stand one by one: "s n a p", "s-n-a-p".  Where they end; the start when
 * there are too few.  splits: NULL, or the first letter may be a word of its own, and
 * whether it was is told. */
static gsize
undo_spaced(Rewrite *rewrite, const char *utf8, gsize len, gsize start, bool *splits)
{
	g_autoptr(GString) plain = NULL;
	gsize first_gap = 0, bytes, end = start, gap = 0;
	guint letters = 0;

	if (!is_spaced(utf8, len, start))
		return start;
	plain = g_string_new(NULL);
	for (gsize at = start; at < len;) {
		char letter = lone_letter(utf8, len, at, &bytes);

		if (letter == 0)
			break;
		letters += !g_ascii_isdigit(utf8[at]);
		first_gap = first_gap == 0 ? gap : first_gap;
		if (gap > first_gap)
			g_string_append_c(plain, ' ');
		g_string_append_c(plain, letter);
		if (plain->len >= MOSTLY && (gsize)letters * 2 < plain->len)
			return start;
		end = at + bytes;
		gap = gap_len(utf8, len, end);
		at = end + gap;
		if (gap == 0)
			break;
	}
	if (plain->len < SPACED_MIN || (gsize)letters * 2 < plain->len)
		return start;
	split_article(plain, splits);
	rewrite_replace(rewrite, start, end, plain->str);
	return end;
}

enum { KIND_ODD, KIND_SIGN, KIND_LETTER };

/* Letters, and signs that stand for nothing but themselves. */
static gpointer
make_kinds(gpointer data)
{
	static const char signs[] = " \n\t.,;:?-/\"()<>&=#%[]{}'\\";
	guint8 *kinds = g_new0(guint8, 256);

	(void)data;
	for (int c = 1; c < 0x80; c++)
		if (g_ascii_isalpha(c))
			kinds[c] = KIND_LETTER;
		else if (strchr(signs, c) != NULL)
			kinds[c] = KIND_SIGN;
	return kinds;
}

/* Past all words of ASCII letters that are written as they are read: the next one that
 * may be something else. */
static gsize
pass_plain(const guint8 *kinds, const char *utf8, gsize len, gsize at)
{
	while (at < len) {
		const gsize start = at;

		if (kinds[(guchar)utf8[at]] == KIND_SIGN) {
			at++;
			continue;
		}
		while (at < len && kinds[(guchar)utf8[at]] == KIND_LETTER &&
		       !(at >= start + 2 && utf8[at] == utf8[at - 1] &&
			 utf8[at] == utf8[at - 2]))
			at++;
		if (at < start + 2 || (at < len && kinds[(guchar)utf8[at]] != KIND_SIGN))
			return start;
	}
	return at;
}

static Rewrite *
undo_letters(const char *utf8, gsize len, bool *splits)
{
	static GOnce once = G_ONCE_INIT;
	const guint8 *kinds = g_once(&once, make_kinds, NULL);
	g_autoptr(Rewrite) rewrite = rewrite_new(utf8, len);
	gsize ignored;

	for (gsize at = pass_plain(kinds, utf8, len, 0); at < len;
	     at = pass_plain(kinds, utf8, len, at)) {
		const gsize start = at;
		Word word;

		at = undo_spaced(rewrite, utf8, len, at, splits);
		if (at > start)
			continue;
		word = read_word(utf8, len, at);
		at = MAX(word.end, at + visible_width(utf8 + at));
		undo_word(rewrite, utf8, len, &word);
	}
	return rewrite_finish(rewrite, &ignored) == NULL ? NULL
							 : g_steal_pointer(&rewrite);
}

Rewrite *
evasion_letters(const char *utf8, gsize len)
{
	return undo_letters(utf8, len, NULL);
}

Rewrite *
evasion_articles(const char *utf8, gsize len)
{
	bool splits = false;
	g_autoptr(Rewrite) rewrite = undo_letters(utf8, len, &splits);

	return splits ? g_steal_pointer(&rewrite) : NULL;
}
