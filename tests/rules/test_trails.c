/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_trails.c - the prefilter never says no where there is a match, and says no mostly
 * where there is none
 */
#include "config.h"

#include "rules/fold.h"
#include "rules/prefilter.h"
#include "rules/trail.h"
#include "tests/testing.h"

#include <string.h>

enum { EXPRESSIONS = 4000, TEXTS = 8, DEEPEST = 3 };

/* Trails in one line each: steps apart by the most that may stand between. */
static char *
show(const GPtrArray *trails)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; trails != NULL && i < trails->len; i++) {
		const GPtrArray *trail = trails->pdata[i];

		for (guint j = 0; j < trail->len; j++) {
			const Step *step = trail->pdata[j];

			if (j > 0 && step->gap == G_MAXUINT)
				g_string_append(all, " * ");
			else if (j > 0)
				g_string_append_printf(all, " %u ", step->gap);
			g_string_append(all, step->begins_word ? "<" : "");
			for (guint k = 0; k < step->strings->len; k++)
				g_string_append_printf(all, k > 0 ? "|%s" : "%s",
						       (char *)step->strings->pdata[k]);
			g_string_append(all, step->ends_word ? ">" : "");
		}
		g_string_append_c(all, '\n');
	}
	return g_string_free(all, FALSE);
}

static void
test_an_expression_leaves_the_words_that_it_needs(void **state)
{
	static const struct {
		const char *pattern, *trails; /* "": none */
	} cases[] = {
		{ "/secret/", "secret\n" },
		{ "/\\bour\\s+(?:own\\s+)?secrets?\\b/i",
		  "<our own secret|our own secrets|our secret|our secrets>\n" },
		{ "/Don['’]t/", "don't|don\x80t\n" },
		{ "/tell\\b[^.!?\\n]{0,30}\\bnobody/", "tell> 30 <nobody\n" },
		{ "/tell.*nobody/", "tell * nobody\n" },
		{ "/07\\d{9}/", "00000000000\n" },
		{ "/(?:tell .+ nobody|keep it)/", "tell  *  nobody\nkeep it\n" },
		{ "/.*(?=secret)/", "secret\n" },
		{ "/(?<!not )(?!never)secret/", "secret\n" },
		{ "/(?x) secret/", "" },
		{ "/(?-i:Sec)ret/i", "secret\n" },
		{ "/tell (?:.+|never )me now/", "tell  * me now\ntell never me now\n" },
		{ "/sec ret # words/x", "secret\n" },
		{ "/\\w+@\\w+/", "@\n" },
		{ "/[^x]+/", "" },
		{ "/secret|/", "" },
		{ "/(secret)\\1/", "secret\n" },
		{ "/(?(?=a)b|c)/", "" },
		{ "/(?R)?secret/", "" },
		{ "/[[:alpha:]]secret/", "" },
		{ "/\\Qsecret\\E/", "" },
		{ "/tell\t \\s+me/", "tell me\n" },
		{ "/a{2,3}{4/", "aaa{0|aa{0\n" },

	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Pattern) pattern = pattern_new(cases[i].pattern, NULL);
		g_autoptr(GPtrArray) trails = NULL;
		g_autofree char *shown = NULL;

		assert_non_null(pattern);
		trails = trails_of(pattern);
		shown = show(trails);
		if (strcmp(shown, cases[i].trails) != 0)
			fail_msg("%s: %s", cases[i].pattern, shown);
	}
}

static void
test_a_text_is_folded_for_its_words(void **state)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
		{ "", " " },
		{ "Tell\r\n\t Me", " tell me " },
		{ " a ", " a " },
		{ "é\xe2\x80\xa9☎ 4٤", " \x80 \x80 00 " },
		{ "a\xc2\x85\xe1\xa0\x8e"
		  "b",
		  " a b " },
		{ "\xc5\xbf", "" },     /* long s */
		{ "\xe2\x84\xaa", "" }, /* kelvin */
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const gsize len = strlen(cases[i].text);
		g_autofree char *folded = g_malloc(len + 3);
		const gsize folded_len = fold_text(cases[i].text, len, folded);

		assert_true(folded_len <= len + 2);
		if (folded_len != strlen(cases[i].folded) ||
		    memcmp(folded, cases[i].folded, folded_len) != 0)
			fail_msg("%zu: %.*s", i, (int)folded_len, folded);
	}
}

/* --- expressions by chance, with a text that matches each */

typedef struct Maker {
	GRand *rand;
	GString *expression;
	GString *text;
} Maker;

static const char *
pick(Maker *maker, const char *const *from, gsize len)
{
	return from[g_rand_int_range(maker->rand, 0, (gint32)len)];
}

/* Pairs: what is written in the expression, and something that it matches. */
static void
make_sign(Maker *maker)
{
	static const char *const pairs[][2] = {
		{ "a", "a" },           { "b", "b" },         { "me", "me" },
		{ "your ", "your " },   { "\\s", "\n" },      { "\\s+", " \t " },
		{ "\\w", "é" },         { "\\w+", "words" },  { "\\d", "7" },
		{ "\\d{3}", "077" },    { ".", "x" },         { ".{0,9}", "any  " },
		{ "[^.]{0,5}", " \n" }, { "['’]", "’" },      { "[\\s.-]{0,2}", ". " },
		{ "@", "@" },           { "\\.", "." },       { "x{2,}", "xxx" },
		{ "[a-c]", "b" },       { "é", "é" },         { "\\b", "" },
		{ "(?=.)", "" },        { "\\W", " " },       { "[A-Z]", "Q" },
		{ "\\x41", "A" },       { "\\x{2014}", "—" }, { "k", "k" },
		{ "\\K", "" },          { "[^\\s]", "s" },    { "(?:)", "" },
	};
	const gint32 i = g_rand_int_range(maker->rand, 0, G_N_ELEMENTS(pairs));

	g_string_append(maker->expression, pairs[i][0]);
	g_string_append(maker->text, pairs[i][1]);
}

static void make_sequence(Maker *maker, int depth);

/* Of the alternatives one, or none where that is allowed, is in the text. */
static void
make_group(Maker *maker, int depth)
{
	static const char *const openings[] = { "(?:", "(", "(?>" };
	static const char *const repeats[] = { "", "", "?", "{0,2}", "{1,3}", "+" };
	const gint32 count = g_rand_int_range(maker->rand, 1, 4);
	const gint32 chosen = g_rand_int_range(maker->rand, 0, count);

	g_string_append(maker->expression, pick(maker, openings, 3));
	for (gint32 i = 0; i < count; i++) {
		const gsize len = maker->text->len;

		if (i > 0)
			g_string_append_c(maker->expression, '|');
		make_sequence(maker, depth + 1);
		if (i != chosen)
			g_string_truncate(maker->text, len);
	}
	g_string_append_c(maker->expression, ')');
	g_string_append(maker->expression, pick(maker, repeats, G_N_ELEMENTS(repeats)));
}

static void
make_sequence(Maker *maker, int depth)
{
	for (gint32 i = g_rand_int_range(maker->rand, 1, 5); i > 0; i--)
		if (depth < DEEPEST && g_rand_int_range(maker->rand, 0, 3) == 0)
			make_group(maker, depth);
		else
			make_sign(maker);
}

static bool
finds(const Pattern *pattern, const char *text)
{
	g_autoptr(Matcher) matcher = matcher_new();
	gsize start = 0, end = 0;

	matcher_begin(matcher, NULL);
	return pattern_find(pattern, matcher, text, strlen(text), &start, &end) ==
	       PATTERN_FOUND;
}

static bool
may_match(const Prefilter *prefilter, const char *text)
{
	PrefilterScratch *scratch = prefilter_scratch_new(prefilter);
	bool may = false;

	prefilter_scan(prefilter, scratch, text, strlen(text), &may);
	prefilter_scratch_free(scratch);
	return may;
}

/* Whether one was made that the prefilter takes, and its text matches. */
static bool
try_one(Maker *maker)
{
	g_autofree char *words = NULL;
	g_autoptr(Pattern) pattern = NULL;
	g_autoptr(GPtrArray) patterns = g_ptr_array_new();
	g_autoptr(Prefilter) prefilter = NULL;
	g_autofree char *around = NULL;

	g_string_truncate(maker->expression, 0);
	g_string_truncate(maker->text, 0);
	make_sequence(maker, 0);
	words = g_strdup_printf("/%s/%s", maker->expression->str,
				g_rand_boolean(maker->rand) ? "i" : "");
	pattern = pattern_new(words, NULL);
	assert_non_null(pattern);
	g_ptr_array_add(patterns, pattern);
	prefilter = prefilter_new(patterns);
	around = g_strdup_printf("so %s, yes", maker->text->str);
	if (prefilter == NULL || !finds(pattern, around))
		return false;
	if (!may_match(prefilter, around))
		fail_msg("%s in \"%s\"", words, around);
	return true;
}

static void
test_it_never_says_no_where_there_is_a_match(void **state)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	Maker maker = { .rand = rand,
			.expression = g_string_new(NULL),
			.text = g_string_new(NULL) };
	guint tried = 0;

	(void)state;
	for (int i = 0; i < EXPRESSIONS; i++)
		tried += try_one(&maker);
	if (strcmp(prefilter_name(), "none") != 0)
		assert_true(tried > EXPRESSIONS / 8);
	g_string_free(maker.expression, TRUE);
	g_string_free(maker.text, TRUE);
}

static void
test_it_says_no_where_the_words_do_not_follow(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool may;
	} cases[] = {
		{ "/\\btell\\b.{0,9}\\bme\\b/i", "TELL it to me", true },
		{ "/\\btell\\b.{0,9}\\bme\\b/i", "tell everybody but me", false },
		{ "/\\btell\\b.{0,9}\\bme\\b/i", "me, tell", false },
		{ "/\\btell\\b.{0,9}\\bme\\b/i", "retell it to me", false },
		{ "/\\btell\\b.{0,9}\\bme\\b/i", "tell it to men", false },
		{ "/tell\\s+me/", "tell   \n  me", true },
		{ "/07\\d{9}/", "at 10.30 on 07.11.2024", false },
		{ "/07\\d{9}/", "07700900123", true },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Pattern) pattern = pattern_new(cases[i].pattern, NULL);
		g_autoptr(GPtrArray) patterns = g_ptr_array_new();
		g_autoptr(Prefilter) prefilter = NULL;

		g_ptr_array_add(patterns, pattern);
		prefilter = prefilter_new(patterns);
		if (prefilter == NULL)
			skip();
		if (may_match(prefilter, cases[i].text) != cases[i].may)
			fail_msg("%s in \"%s\"", cases[i].pattern, cases[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_expression_leaves_the_words_that_it_needs),
		cmocka_unit_test(test_a_text_is_folded_for_its_words),
		cmocka_unit_test(test_it_never_says_no_where_there_is_a_match),
		cmocka_unit_test(test_it_says_no_where_the_words_do_not_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
