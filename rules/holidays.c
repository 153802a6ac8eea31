/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holidays.c - days on which nobody works
 */
#include "config.h"

#include "rules/holidays.h"

#include <stdbool.h>
#include <string.h>

enum { FAULTS_MAX = 20 };

struct Holidays {
	GHashTable *names; /* Day → words */
};

G_DEFINE_QUARK(holidays_error, holidays_error)

/* What is wrong with a line, or NULL. */
static const char *
read_line(Holidays *holidays, char *line)
{
	char *words = line + strcspn(line, " \t");
	gpointer day;

	if (*words != '\0')
		*words++ = '\0';
	day = GUINT_TO_POINTER(day_parse(line, NULL));
	if (day == NULL)
		return "does not begin with a day: write YYYY-MM-DD and what it is";
	if (g_hash_table_contains(holidays->names, day))
		return "names a day that is there already: leave one";
	g_hash_table_insert(holidays->names, day, g_strdup(g_strstrip(words)));
	return NULL;
}

static void
cut_comment(char *line)
{
	char *hash = strchr(line, '#');

	if (hash != NULL)
		*hash = '\0';
	g_strstrip(line);
}

Holidays *
holidays_parse(const char *name, const char *text, gsize len, GError **error)
{
	g_autoptr(Holidays) holidays = g_new0(Holidays, 1);
	g_autofree char *copy = g_strndup(text, len);
	g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
	g_autoptr(GString) faults = g_string_new(NULL);
	guint faults_len = 0;

	holidays->names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	for (guint i = 0; lines[i] != NULL && faults_len < FAULTS_MAX; i++) {
		const char *fault = NULL;

		cut_comment(lines[i]);
		if (*lines[i] != '\0')
			fault = read_line(holidays, lines[i]);
		if (fault != NULL)
			g_string_append_printf(faults, "%s%s:%u: '%s' %s",
					       faults_len++ == 0 ? "" : "\n", name, i + 1,
					       lines[i], fault);
	}
	if (faults_len == 0)
		return g_steal_pointer(&holidays);
	g_set_error_literal(error, HOLIDAYS_ERROR, HOLIDAYS_ERROR_SYNTAX, faults->str);
	return NULL;
}

void
holidays_free(Holidays *holidays)
{
	if (holidays == NULL)
		return;
	g_hash_table_unref(holidays->names);
	g_free(holidays);
}

const char *
holidays_name(const Holidays *holidays, Day day)
{
	return holidays == NULL
		       ? NULL
		       : g_hash_table_lookup(holidays->names, GUINT_TO_POINTER(day));
}
