/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_evasion.c - the catalogue of evasion, run against the shipped rules, and what it
 * costs to undo
 *
 * evasion.table has a row for each trick: rule, trick, words that the rule must find, and
 * words like them that it must not.
 */
#include "config.h"

#include "rules/engine.h"
#include "rules/evasion.h"
#include "rules/ruleset.h"
#include "rules/visible.h"
#include "tests/rules/court.h"
#include "tests/testing.h"

#include <string.h>

enum { ROWS_MIN = 300 };

/* The shipped rules, from the sources. */
static Policy *
open_policy(void)
{
	g_autofree char *rules = g_build_filename(g_getenv("top_srcdir"), "rules", NULL);

	return court_policy_at(rules);
}

static const Rule *
find_rule(const Policy *policy, const char *name)
{
	const GPtrArray *rules = ruleset_rules(policy_rules(policy));

	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = rules->pdata[i];

		if (strcmp(rule->name, name) == 0)
			return rule;
	}
	fail_msg("no rule %s", name);
	return NULL;
}

static bool
hits(const Rule *rule, const char *escaped)
{
	g_autoptr(GHashTable) lists = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *words = g_strcompress(escaped);

	return engine_hits(rule, lists, words, NULL);
}

typedef struct Shown {
	const Text *text;
	char *excerpt;
} Shown;

static bool
take_excerpt(const RuleMatch *match, void *data)
{
	Shown *shown = data;

	shown->excerpt =
		text_excerpt(shown->text, match->piece, match->start, match->end, 0);
	return false;
}

/* Whether the excerpt of what is found is a stretch of the words as they are seen. */
static bool
shows_what_was_written(const Rule *rule, const char *escaped)
{
	static const MessageLimits limits = { 1 << 20, 4, 4 };
	g_autofree char *words = g_strcompress(escaped);
	g_autofree char *all =
		g_strconcat("Content-Type: text/plain; charset=utf-8\n\n", words, NULL);
	g_autoptr(GBytes) bytes = g_bytes_new_static(all, strlen(all));
	g_autoptr(Message) message = message_read(bytes, &limits);
	g_autoptr(Text) text = text_read(message);
	g_autoptr(GString) seen = g_string_new(NULL);
	Shown shown = { .text = text };
	const RuleQuery query = { .text = text, .visit = take_excerpt, .data = &shown };
	g_autofree char *excerpt = NULL;

	visible_append(seen, words, strlen(words));
	g_strdelimit(seen->str, "\n\t", ' ');
	ruleset_try(rule, &query);
	excerpt = shown.excerpt;
	return excerpt != NULL && *excerpt != '\0' && strstr(seen->str, excerpt) != NULL;
}

static bool
is_whole(char **columns)
{
	for (guint i = 0; i < 4; i++)
		if (columns[i] == NULL || columns[i][0] == '\0')
			return false;
	return columns[4] == NULL;
}

/* How many of the two columns of a row are wrong. */
static guint
try_row(const Policy *policy, const char *row)
{
	g_auto(GStrv) columns = g_strsplit(row, "\t", -1);
	const Rule *rule;
	guint faults = 0;

	if (!is_whole(columns))
		fail_msg("not four columns: %s", row);
	rule = find_rule(policy, columns[0]);
	if (!hits(rule, columns[2]) || !shows_what_was_written(rule, columns[2])) {
		print_message("not found or not shown (%s): %s\n", columns[1],
			      columns[2]);
		faults++;
	}
	if (hits(rule, columns[3])) {
		print_message("found (%s): %s\n", columns[1], columns[3]);
		faults++;
	}
	return faults;
}

static void
test_every_trick_is_undone_and_its_neighbour_let_pass(void **state)
{
	g_autoptr(Policy) policy = open_policy();
	g_autofree char *path = g_build_filename(g_getenv("top_srcdir"), "tests", "rules",
						 "evasion.table", NULL);
	g_autofree char *table = NULL;
	g_auto(GStrv) rows = NULL;
	guint count = 0, faults = 0;

	(void)state;
	assert_true(g_file_get_contents(path, &table, NULL, NULL));
	rows = g_strsplit(table, "\n", -1);
	for (guint i = 0; rows[i] != NULL; i++) {
		if (rows[i][0] == '\0' || rows[i][0] == '#')
			continue;
		faults += try_row(policy, rows[i]);
		count++;
	}
	assert_int_equal(faults, 0);
	assert_true(count >= ROWS_MIN);
}

/* What a form becomes; NULL when there is none. */
static char *
form_of(Rewrite *(*undo)(const char *, gsize), const char *words)
{
	g_autoptr(Rewrite) rewrite = undo(words, strlen(words));
	gsize len;

	return rewrite == NULL ? NULL : g_strdup(rewrite_finish(rewrite, &len));
}

typedef struct Row {
	Rewrite *(*undo)(const char *, gsize);
	const char *words, *form; /* form NULL: nothing to undo */
} Row;

static void
test_forms_are_as_expected(void **state)
{
	static const Row rows[] = {
		{ evasion_digits, "oh double seven oh oh nine hundred one two three",
		  "07700900123" },
		{ evasion_digits, "(077) 00-90.01 [23]", "(07700900123]" },
		{ evasion_digits, "+44 (0)7700 900 123", "+447700900123" },
		{ evasion_digits, "0044 7700 900123", "+447700900123" },
		{ evasion_digits, "at 15 07700 900123 12", "at 15 07700900123 12" },
		{ evasion_digits, "O77OO 9OOl23", "07700900123" },
		{ evasion_digits, "٠٧٧٠٠ ٩٠٠١٢٣", "07700900123" },
		{ evasion_digits, "on 07/12/2024 at 10:30 and 11:45", NULL },
		{ evasion_digits, "12:46:50 and 11:45:01 7 7 7", NULL },
		{ evasion_digits, "0h s3v3n seven 0h 0h n1ne 0h 0h 0ne tw0 thr33",
		  "07700900123" },
		{ evasion_digits, "07700.900123", "07700900123" },
		{ evasion_digits, "0\n7\n7\n0\n0\n9\n0\n0\n1\n2\n3", "07700900123" },
		{ evasion_digits, "me on 07700\n900123 or 24",
		  "me on 07700900123 or 24" },
		{ evasion_digits, "5\n0\n7\n7\n0\n0\n9\n0\n0\n1\n2\n3\n4\n8\n9\n1",
		  NULL },
		{ evasion_digits, "0.771    0.000    1.00    1.5", NULL },
		{ evasion_digits, "0-7, 7-7, 1-7, 3-1, 3-4, 4-3", NULL },
		{ evasion_digits, "£74.82, £34.07, £53.14, £60.51", NULL },
		{ evasion_digits, "http://news.example/0,7493,781769,00.html", NULL },
		{ evasion_digits, "http://a.example/077-00-900123",
		  "http://a.example/07700900123" },
		{ evasion_digits, "one or two of you, at three", NULL },
		{ evasion_digits, "0.123456789", NULL },
		{ evasion_digits, "07700900123", NULL },
		{ evasion_digits, "oseventreble 00077", "070000077" },
		{ evasion_digits, "often one to three others", NULL },
		{ evasion_letters, "my sn4pch@t", "my snapchat" },
		{ evasion_letters, "s n a p", "snap" },
		{ evasion_letters, "s-n-a-p, c.h.a.t", "snap chat" },
		{ evasion_letters, "wh1le p1ease", "while please" },
		{ evasion_letters, "ca11 me, te11 n0b0dy", "call me, tell nobody" },
		{ evasion_letters, "ѕnар soooo", "snap so" },
		{ evasion_letters, "at 3pm on the 12th, room B12", NULL },
		{ evasion_letters, "I don't think I'm a fan", NULL },
		{ evasion_letters, "jo@mail.example", NULL },
		{ evasion_letters, "such a l i a r", "such aliar" },
		{ evasion_articles, "such a l i a r", "such a liar" },
		{ evasion_articles, "meet me s o o n", NULL },
		{ evasion_articles, "a b c", NULL },
		{ evasion_addresses, "jo (at) mail dot example", "jo@mail.example" },
		{ evasion_addresses, "jo dot b at mail dot example",
		  "jo.b@mail.example" },
		{ evasion_addresses, "jo at gmail", "jo@gmail.com" },
		{ evasion_addresses, "joATmailDOTexample", "jo@mail.example" },
		{ evasion_addresses, "jo-at-mail-dot-example", "jo@mail.example" },
		{ evasion_addresses, "jo_dot_b_at_hotmail_dot_co_dot_uk",
		  "jo.b@hotmail.co.uk" },
		{ evasion_addresses, "jo-at-gmail", "jo@gmail.com" },
		{ evasion_addresses, "a stay-at-home day, dot to dot", NULL },
		{ evasion_addresses, "see us at nhs.uk", NULL },
		{ evasion_addresses, "we look at home. Come too", NULL },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *form = form_of(rows[i].undo, rows[i].words);

		if (g_strcmp0(form, rows[i].form) != 0)
			fail_msg("%s: %s", rows[i].words, form == NULL ? "(none)" : form);
	}
}

/* A mebibyte of one thing. */
static void
test_a_mebibyte_of_anything_ends(void **state)
{
	static const char *const things[] = {
		"0 ",        "one ", "double ", "a ",    "a-",         "4a",
		"*",         "a*",   "@",       "a@",    ".",          "a.",
		"a dot ",    "(",    "a (",     "at ",   "ѕ",          "\xCC\x81",
		"a\xCC\x81", "٠",    "> ",      "On \n", "From:\n",    "--\n",
		"\n",        "aaa",  "_",       "a_",    "full stop ",
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(things); i++) {
		g_autoptr(GString) text = g_string_sized_new(2 << 20);
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(Message) message = NULL;
		g_autoptr(Text) read = NULL;
		static const MessageLimits limits = { 64 << 20, 32, 1000 };

		g_string_append(text, "Content-Type: text/plain; charset=utf-8\n\n");
		while (text->len < 1 << 20)
			g_string_append(text, things[i]);
		bytes = g_bytes_new_static(text->str, text->len);
		message = message_read(bytes, &limits);
		read = text_read(message);
		assert_null(message_problem(message));
		for (guint piece = 0; piece < text_len(read); piece++)
			assert_true(
				g_utf8_validate(text_piece(read, piece)->utf8, -1, NULL));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_are_as_expected),
		cmocka_unit_test(test_every_trick_is_undone_and_its_neighbour_let_pass),
		cmocka_unit_test(test_a_mebibyte_of_anything_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
