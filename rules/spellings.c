/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spellings.c - writes out what part of an expression stands for, where that is not too much
 */
#include "config.h"

#include "rules/spellings.h"

#include "rules/fold.h"

#include <string.h>

enum {
	STRINGS_MAX = 128,
	SIGNS_MAX = 6,   /* of a set that is written out */
	REPEAT_MAX = 12, /* of what is written out */
};

static GHashTable *
strings_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* Takes the string.  False when there are too many. */
static bool
add_string(GHashTable *strings, char *string)
{
	g_hash_table_add(strings, string);
	return g_hash_table_size(strings) <= STRINGS_MAX;
}

static bool
add_strings(GHashTable *strings, GHashTable *more)
{
	GHashTableIter iter;
	gpointer string;

	g_hash_table_iter_init(&iter, more);
	while (g_hash_table_iter_next(&iter, &string, NULL))
		if (!add_string(strings, g_strdup(string)))
			return false;
	return true;
}

/* One behind the other: two blanks that meet are one. */
static char *
join(const char *first, const char *second)
{
	const gsize len = strlen(first);
	const bool is_one = len > 0 && first[len - 1] == ' ' && second[0] == ' ';

	return g_strconcat(first, second + is_one, NULL);
}

GHashTable *
spellings_product(GHashTable *first, GHashTable *second)
{
	g_autoptr(GHashTable) all = strings_new();
	GHashTableIter iter;
	gpointer one;

	g_hash_table_iter_init(&iter, first);
	while (g_hash_table_iter_next(&iter, &one, NULL)) {
		GHashTableIter next;
		gpointer other;

		g_hash_table_iter_init(&next, second);
		while (g_hash_table_iter_next(&next, &other, NULL))
			if (!add_string(all, join(one, other)))
				return NULL;
	}
	return g_steal_pointer(&all);
}

/* NULL for a set of too many signs. */
static GHashTable *
strings_of_set(const bool *signs)
{
	g_autoptr(GHashTable) strings = strings_new();

	if (signs[0])
		return NULL;
	for (guint sign = 1; sign < SIGNS; sign++) {
		if (signs[sign])
			(void)add_string(strings,
					 g_strndup(&(char){ fold_character(sign) }, 1));
		if (g_hash_table_size(strings) > SIGNS_MAX)
			return NULL;
	}
	return g_steal_pointer(&strings);
}

static bool
is_blank(GHashTable *strings)
{
	return g_hash_table_size(strings) == 1 && g_hash_table_contains(strings, " ");
}

/* So many times, or fewer.  NULL when there are too many. */
static GHashTable *
repeat(GHashTable *once, guint least, guint most)
{
	g_autoptr(GHashTable) power = strings_new();
	g_autoptr(GHashTable) all = strings_new();

	(void)add_string(power, g_strdup(""));
	for (guint times = 0; times <= most; times++) {
		g_autoptr(GHashTable) next = NULL;

		if (times > REPEAT_MAX || (times >= least && !add_strings(all, power)))
			return NULL;
		if (times == most)
			break;
		next = spellings_product(power, once);
		if (next == NULL)
			return NULL;
		g_hash_table_unref(power);
		power = g_steal_pointer(&next);
	}
	return g_steal_pointer(&all);
}

static GHashTable *
strings_of_sequence(const GPtrArray *sequence)
{
	g_autoptr(GHashTable) all = strings_new();

	(void)add_string(all, g_strdup(""));
	for (guint i = 0; i < sequence->len; i++) {
		const Item *item = sequence->pdata[i];
		g_autoptr(GHashTable) strings = NULL;
		g_autoptr(GHashTable) longer = NULL;

		if (item->kind == ITEM_EDGE || item->kind == ITEM_AHEAD)
			continue;
		strings = spellings_of(item);
		longer = strings != NULL ? spellings_product(all, strings) : NULL;
		if (longer == NULL)
			return NULL;
		g_hash_table_unref(all);
		all = g_steal_pointer(&longer);
	}
	return g_steal_pointer(&all);
}

static GHashTable *
strings_of_group(const Item *group)
{
	g_autoptr(GHashTable) all = strings_new();

	for (guint i = 0; i < group->alternatives->len; i++) {
		g_autoptr(GHashTable) some =
			strings_of_sequence(group->alternatives->pdata[i]);

		if (some == NULL || !add_strings(all, some))
			return NULL;
	}
	return g_steal_pointer(&all);
}

static GHashTable *
strings_of_one(const Item *item)
{
	if (item->kind == ITEM_SET)
		return strings_of_set(item->signs);
	return item->kind == ITEM_GROUP ? strings_of_group(item) : NULL;
}

/* Blanks are one, however many there are. */
GHashTable *
spellings_of(const Item *item)
{
	g_autoptr(GHashTable) once = strings_of_one(item);

	if (once != NULL && is_blank(once))
		return repeat(once, MIN(item->least, 1), MIN(item->most, 1));
	return once != NULL ? repeat(once, item->least, item->most) : NULL;
}

GHashTable *
spellings_in_part(const Item *item)
{
	g_autoptr(GHashTable) once = strings_of_one(item);
	GHashTable *strings = NULL;

	for (guint times = MIN(item->least, REPEAT_MAX);
	     once != NULL && strings == NULL && times > 0; times--)
		strings = repeat(once, times, times);
	return strings;
}
