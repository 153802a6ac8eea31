/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest.c - Levenshtein's distance, one row at a time
 */
#include "config.h"

#include "console/nearest.h"

#include <string.h>

enum { NEAR = 2, FAR = G_MAXINT };

static guint
distance(const char *a, const char *b)
{
	guint len = (guint)strlen(b);
	g_autoptr(GArray) cells = g_array_sized_new(FALSE, FALSE, sizeof(guint), len + 1);
	guint *row;

	for (guint j = 0; j <= len; j++)
		g_array_append_val(cells, j);
	row = &g_array_index(cells, guint, 0);
	for (size_t i = 0; a[i] != '\0'; i++) {
		guint corner = row[0]++;

		for (guint j = 0; j < len; j++) {
			guint change = corner + (a[i] != b[j]);

			corner = row[j + 1];
			row[j + 1] = MIN(change, MIN(row[j], corner) + 1);
		}
	}
	return row[len];
}

/* How far a name is from a word that may be its beginning. */
static guint
score(const char *word, const char *name)
{
	if (word[0] != '\0' && g_str_has_prefix(name, word))
		return 0;
	return distance(word, name);
}

/* The distance of the nearest name; FAR when none is near enough to be meant.  A short
 * word is near to everything: two letters of three say nothing. */
static guint
best_score(const char *word, const GPtrArray *names)
{
	guint best = FAR;

	for (guint i = 0; i < names->len; i++)
		best = MIN(best, score(word, g_ptr_array_index(names, i)));
	return best <= MIN(NEAR, strlen(word) / 2) ? best : FAR;
}

static char *
join(const GPtrArray *names, const char *prefix)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++) {
		if (i > 0)
			g_string_append(text, i + 1 == names->len ? " or " : ", ");
		g_string_append(text, prefix);
		g_string_append(text, g_ptr_array_index(names, i));
	}
	return g_string_free(text, FALSE);
}

char *
nearest_names(const char *word, const GPtrArray *names, const char *prefix)
{
	g_autoptr(GPtrArray) near = g_ptr_array_new();

	guint best = best_score(word, names);

	for (guint i = 0; i < names->len; i++)
		if (score(word, g_ptr_array_index(names, i)) == best)
			g_ptr_array_add(near, g_ptr_array_index(names, i));
	return join(near->len > 0 ? near : names, prefix);
}
