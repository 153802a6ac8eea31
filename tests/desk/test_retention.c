/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_retention.c - the table, and how long it says that a case is kept
 */
#include "config.h"

#include "base/file.h"
#include "desk/retention.h"
#include "tests/testing.h"

#include <string.h>

static const char table[] =
	"# comment\n"
	"\n"
	"looked-after\tborn 75 years unless died before 18 # to the birthday\r\n"
	"looked-after died 15 years if died before 18\n"
	"child-protection closed 35 years\n"
	"adoption order 100 years if order after 2005-12-30\n"
	"short closed 6 months\n"
	"short closed 10 days\n"
	"cooling-off 7 days\n";

static GHashTable *
read_events(const char *text)
{
	GHashTable *events = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	for (char **word = words; *word != NULL && **word != '\0'; word++) {
		g_auto(GStrv) parts = g_strsplit(*word, "=", 2);

		g_hash_table_insert(events, g_strdup(parts[0]),
				    GUINT_TO_POINTER(day_parse(parts[1], NULL)));
	}
	return events;
}

static void
test_the_longest_rule_that_applies_wins(void **state)
{
	static const struct {
		const char *classes;
		const char *events;
		const char *until; /* "": keep */
		const char *said;  /* by the rule, or why there is none */
	} cases[] = {
		{ "looked-after", "born=2012-05-01", "2087-05-01", "t:3: looked-after" },
		{ "looked-after", "born=2012-02-29", "2087-03-01", "t:3:" },
		{ "looked-after", "born=2012-05-01 died=2029-05-01", "2044-05-01",
		  "t:4:" },
		{ "looked-after", "born=2012-05-01 died=2031-05-01", "2087-05-01",
		  "t:3:" },
		{ "child-protection looked-after", "born=2012-05-01 closed=2060-01-01",
		  "2095-01-01", "t:5:" },
		{ "child-protection looked-after", "born=2012-05-01 closed=2030-01-01",
		  "2087-05-01", "t:3:" },
		{ "short", "closed=2026-01-31", "2026-07-31", "t:7:" },
		{ "child-protection", "born=2012-05-01", "", "no date of `closed`" },
		{ "looked-after child-protection", "born=2012-05-01", "",
		  "no date of `closed`" },
		{ "adoption", "order=2005-12-30", "", "no rule for class adoption" },
		{ "adoption", "order=2005-12-31", "2105-12-31", "t:6:" },
		{ "unheard-of", "born=2012-05-01", "", "class unheard-of" },
		{ "looked-after unheard-of", "born=2012-05-01", "", "unheard-of" },
		{ "", "born=1900-01-01", "", "it has no class" },
	};

	g_autoptr(GError) error = NULL;
	g_autoptr(Retention) retention =
		retention_parse("t", table, strlen(table), &error);

	(void)state;
	assert_null(error);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) classes = *cases[i].classes == '\0'
						? NULL
						: g_strsplit(cases[i].classes, " ", -1);
		g_autoptr(GHashTable) events = read_events(cases[i].events);
		g_auto(RetentionTerm) term =
			retention_judge(retention, (const char *const *)classes, events);
		g_autofree char *until = day_format(term.until);
		const char *said = term.rule != NULL ? term.rule : term.why;

		assert_string_equal(until, cases[i].until);
		assert_true((term.rule == NULL) == (term.why != NULL));
		if (strstr(said, cases[i].said) == NULL)
			fail_msg("%s: %s", cases[i].said, said);
	}
}

static void
test_what_is_wrong_in_the_table_is_named_by_its_line(void **state)
{
	static const char *const wrong[] = {
		"looked-after",
		"looked-after born",
		"looked-after born 75",
		"looked-after born many years",
		"looked-after born 75 winters",
		"looked-after born 1001 years",
		"looked-after born -1 years",
		"Looked-After born 75 years",
		"looked-after Born 75 years",
		"looked-after born 75 years when died",
		"looked-after born 75 years if",
		"looked-after born 75 years if died before",
		"looked-after born 75 years if died near 18",
		"looked-after born 75 years if died after 18",
		"looked-after born 75 years if died before 2026-13-01",
		"looked-after born 75 years if died before 18 or so",
		"cooling-off 30",
		"cooling-off 30 years",
		"looked-after born 75 years \xff",
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *text = g_strconcat("# first\n\n", wrong[i], "\n", NULL);
		g_autoptr(GError) error = NULL;

		assert_null(retention_parse("r.table", text, strlen(text), &error));
		assert_int_equal(error->code, RETENTION_ERROR_SYNTAX);
		assert_true(g_str_has_prefix(error->message, "r.table:3: '") ||
			    strstr(error->message, "UTF-8") != NULL);
	}
}

/* It says nothing until somebody has decided; and what it suggests can be read. */
static void
test_the_shipped_table_holds_with_its_examples_and_without(void **state)
{
	g_autofree char *path =
		g_build_filename(g_getenv("top_srcdir"), "desk/retention.table", NULL);
	g_autoptr(GBytes) bytes = file_read(path, G_MAXSSIZE, NULL);
	gsize len = 0;
	const char *data = g_bytes_get_data(bytes, &len);
	g_autoptr(Retention) shipped = retention_parse(path, data, len, NULL);
	g_autoptr(GString) all = g_string_new_len(data, (gssize)len);
	g_autoptr(GError) error = NULL;
	g_autoptr(Retention) examples = NULL;

	(void)state;
	assert_non_null(shipped);
	assert_false(retention_has_class(shipped, "looked-after"));
	assert_int_equal(retention_cooling_off(shipped), 30);
	for (char c = 'a'; c <= 'z'; c++) {
		const char marked[] = { '\n', '#', c, '\0' };
		const char plain[] = { '\n', c, '\0' };

		g_string_replace(all, marked, plain, 0);
	}
	examples = retention_parse(path, all->str, all->len, &error);
	assert_null(error);
	assert_true(retention_has_class(examples, "looked-after"));
	assert_true(retention_has_class(examples, "sealed-pictures"));
}

static void
test_the_table_says_how_long_to_wait(void **state)
{
	g_autoptr(Retention) given = retention_parse("t", table, strlen(table), NULL);
	g_autoptr(Retention) empty = retention_parse("t", "", 0, NULL);

	(void)state;
	assert_int_equal(retention_cooling_off(given), 7);
	assert_int_equal(retention_cooling_off(empty), 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_longest_rule_that_applies_wins),
		cmocka_unit_test(test_what_is_wrong_in_the_table_is_named_by_its_line),
		cmocka_unit_test(
			test_the_shipped_table_holds_with_its_examples_and_without),
		cmocka_unit_test(test_the_table_says_how_long_to_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
