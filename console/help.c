/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.c - help and completion are read off the table, so they are never out of date
 */
#include "config.h"

#include "console/help.h"

#include <string.h>

enum { LINE_WIDTH = 90 };

static const char examples[] =
	"chaperone keeps the record of mail between staff and young people.\n"
	"\n"
	"  chaperone held list                          what waits for a decision\n"
	"  chaperone held show ID                       why it waits\n"
	"  chaperone held release ID --reason \"…\"       deliver it\n"
	"  chaperone person add C1 --name Carl --born 2010-05-01 --address "
	"c@kids.example\n"
	"  chaperone case show C1                       everything on record, in order\n"
	"  chaperone case export C1 --to DIR            as files that openssl can check\n"
	"  chaperone archive verify                     is it whole?\n"
	"  chaperone status                             how the daemon is\n"
	"\n"
	"chaperone --help lists everything; --help after any word says more about it.\n";

static bool
is_needed(const Verb *verb, const char *name)
{
	g_auto(GStrv) needs = g_strsplit(verb->needs, " ", -1);

	return g_strv_contains((const char *const *)needs, name);
}

/* Adds a word to a text whose lines are at most so wide and indented from the second
 * one on; column: of the text's end. */
static void
add_word(GString *text, size_t *column, const char *word)
{
	size_t width = (size_t)g_utf8_strlen(word, -1);

	if (*column + 1 + width > LINE_WIDTH) {
		g_string_append(text, "\n       ");
		*column = 7;
	}
	g_string_append_printf(text, " %s", word);
	*column += 1 + width;
}

static char *
format_option(const Option *option)
{
	return g_strconcat("--", option->name, option->value != NULL ? " " : NULL,
			   option->value, NULL);
}

static void
add_usage(GString *text, const Verb *verb)
{
	size_t column = strlen("usage:");

	g_string_append(text, "usage:");
	add_word(text, &column, "chaperone");
	add_word(text, &column, verb->area);
	if (verb->name[0] != '\0')
		add_word(text, &column, verb->name);
	if (verb->words[0] != '\0')
		add_word(text, &column, verb->words);
	for (const Option *option = verb->options; option->name != NULL; option++) {
		g_autofree char *plain = format_option(option);
		g_autofree char *word = is_needed(verb, option->name)
						? g_strdup(plain)
						: g_strdup_printf("[%s]", plain);

		add_word(text, &column, word);
	}
	g_string_append(text, "\n");
}

/* Two columns; the first is as wide as most of its entries. */
static void
add_entry(GString *text, int width, const char *name, const char *help)
{
	int missing = width - (int)g_utf8_strlen(name, -1);

	g_string_append_printf(text, "  %s%*s  %s\n", name, MAX(missing, 0), "", help);
}

static void
add_options(GString *text, const Option *options)
{
	for (const Option *option = options; option->name != NULL; option++) {
		g_autofree char *name = format_option(option);

		add_entry(text, 28, name, option->help);
	}
}

static void
add_verbs(GString *text, const char *area)
{
	for (const Verb *verb = verbs_all(); verb->area != NULL; verb++) {
		g_autofree char *name = NULL;

		if (area != NULL && strcmp(verb->area, area) != 0)
			continue;
		name = g_strjoin(" ", verb->area,
				 verb->name[0] != '\0' ? verb->name : NULL, NULL);
		add_entry(text, 18, name, verb->help);
	}
}

static void
add_verb_help(GString *text, const Verb *verb)
{
	add_usage(text, verb);
	g_string_append_printf(text, "\n%s%s%s: %s.\n", verb->area,
			       verb->name[0] != '\0' ? " " : "", verb->name, verb->help);
	if (verb->options->name != NULL) {
		g_string_append(text, "\n");
		add_options(text, verb->options);
	}
}

char *
help_text(const char *area, const Verb *verb)
{
	GString *text = g_string_new(NULL);

	if (verb != NULL) {
		add_verb_help(text, verb);
	} else {
		g_string_append_printf(text,
				       "usage: chaperone [-c FILE] [--json] [--as EMAIL] "
				       "%s VERB …\n\n",
				       area != NULL ? area : "AREA");
		add_verbs(text, area);
	}
	g_string_append(text, "\nalways:\n");
	add_options(text, verbs_common_options());
	return g_string_free(text, FALSE);
}

char *
help_examples(void)
{
	return g_strdup(examples);
}

/* Completion. */

static void
add_matches(GString *text, GPtrArray *names, const char *prefix, const char *begin)
{
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *name =
			g_strconcat(prefix, g_ptr_array_index(names, i), NULL);

		if (name[0] != '\0' && g_str_has_prefix(name, begin))
			g_string_append_printf(text, "%s\n", name);
	}
}

/* What stands before the word that is completed. */
typedef struct Before {
	const char *area, *name; /* NULL when not there yet */
	bool wants_value;        /* of the option just before it */
} Before;

static guint
values_of(const char *word)
{
	const Option *option = NULL;

	if (strcmp(word, "-c") == 0)
		return 1;
	if (g_str_has_prefix(word, "--"))
		option = verbs_any_option(word + 2);
	if (option == NULL || option->kind == OPTION_FLAG)
		return 0;
	return option->kind == OPTION_TWO ? 2 : 1;
}

static Before
look_before(const char *const *words, guint last)
{
	Before before = { 0 };
	guint values = 0;

	for (guint i = 0; i < last; i++) {
		if (words[i][0] == '-')
			values = values_of(words[i]);
		else if (values > 0)
			values--;
		else if (before.area == NULL)
			before.area = words[i];
		else if (before.name == NULL)
			before.name = words[i];
	}
	before.wants_value = values > 0;
	return before;
}

char *
help_complete(const char *const *words)
{
	GString *text = g_string_new(NULL);
	g_autoptr(GPtrArray) names = NULL;
	guint last = 0;
	const char *begin;
	Before before;

	while (words[last] != NULL && words[last + 1] != NULL)
		last++;
	begin = words[last] != NULL ? words[last] : "";
	before = look_before(words, last);

	if (before.wants_value)
		return g_string_free(text, FALSE);
	if (begin[0] == '-') {
		const Verb *verb =
			before.area == NULL ? NULL : verbs_find(before.area, "");

		if (verb == NULL && before.name != NULL)
			verb = verbs_find(before.area, before.name);
		names = verbs_option_names(verb);
		add_matches(text, names, "--", begin);
	} else if (before.area == NULL) {
		names = verbs_area_names();
		add_matches(text, names, "", begin);
	} else if (before.name == NULL) {
		names = verbs_verb_names(before.area);
		add_matches(text, names, "", begin);
	}
	return g_string_free(text, FALSE);
}
