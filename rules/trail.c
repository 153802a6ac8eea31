/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trail.c - reduces expressions to words that follow each other
 *
 * Items of a sequence that stand for few strings are written out together, as long as they
 * are not too many; all else is a gap, of which the length is known or not.  A group of
 * alternatives that cannot be written out makes a trail of each.  Steps that hardly tell
 * anything are gaps as well: what is left is rare enough in ordinary text.
 *
 * Why a text that matches has a trail: each string stands in the text in one piece, in
 * order, with what the gaps match between.  Folding shortens gaps only, and makes one blank
 * of the last one of a gap and the first one of a string: hence two steps may share one
 * byte.
 */
#include "config.h"

#include "rules/trail.h"

#include "rules/spellings.h"

#include <string.h>

enum {
	TRAILS_MAX = 64,
	TELLING = 3, /* of a string, and of edges of words one each: see telling */
};

static void
step_free(gpointer data)
{
	Step *step = data;

	g_ptr_array_unref(step->strings);
	g_free(step);
}

static void
free_trail(gpointer trail)
{
	g_ptr_array_unref(trail);
}

/* --- gaps */

static guint
add_widths(guint a, guint b)
{
	return a > G_MAXUINT - b ? G_MAXUINT : a + b;
}

/* How many bytes an item takes at most. */
static guint
width_of(const Item *item)
{
	guint64 width = 0;

	if (item->kind == ITEM_EDGE || item->kind == ITEM_AHEAD)
		return 0;
	if (item->kind == ITEM_GAP || item->most == G_MAXUINT)
		return G_MAXUINT;
	if (item->kind == ITEM_SET)
		return item->most;
	for (guint i = 0; i < item->alternatives->len; i++) {
		const GPtrArray *sequence = item->alternatives->pdata[i];
		guint sum = 0;

		for (guint j = 0; j < sequence->len; j++)
			sum = add_widths(sum, width_of(sequence->pdata[j]));
		width = MAX(width, sum);
	}
	return (guint)MIN(width * item->most, G_MAXUINT);
}

/* --- trails */

/* How much a string tells: letters and blanks are everywhere, digits and signs are not. */
static guint
telling(const char *string)
{
	guint sum = 0;

	for (; *string != '\0'; string++)
		sum += g_ascii_isalpha(*string) || *string == ' ' ? 1 : 2;
	return sum;
}

/* How much the least telling of the strings tells, and the length of the longest. */
static void
weigh(GHashTable *strings, guint *least, guint *longest)
{
	GHashTableIter iter;
	gpointer string;

	*least = G_MAXUINT;
	*longest = 0;
	g_hash_table_iter_init(&iter, strings);
	while (g_hash_table_iter_next(&iter, &string, NULL)) {
		*least = MIN(*least, telling(string));
		*longest = MAX(*longest, (guint)strlen(string));
	}
}

static gint
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
sorted(GHashTable *strings)
{
	GPtrArray *array = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer string;

	g_hash_table_iter_init(&iter, strings);
	while (g_hash_table_iter_next(&iter, &string, NULL))
		g_ptr_array_add(array, g_strdup(string));
	g_ptr_array_sort(array, compare);
	return array;
}

/* A trail on its way. */
typedef struct Walk {
	GPtrArray *trail;
	GHashTable *strings; /* of the step that is being made; NULL: in a gap */
	guint gap;           /* before it */
	bool is_edge;        /* behind what was read last */
	bool begins_word;
	guint least; /* that a string has to tell */
} Walk;

static void
end_step(Walk *walk)
{
	guint least, longest;
	Step *step;

	if (walk->strings == NULL)
		return;
	weigh(walk->strings, &least, &longest);
	if (least == 0 || least + walk->begins_word + walk->is_edge < walk->least) {
		g_clear_pointer(&walk->strings, g_hash_table_unref);
		walk->gap = add_widths(walk->gap, longest);
		return;
	}
	step = g_new0(Step, 1);
	step->strings = sorted(walk->strings);
	g_clear_pointer(&walk->strings, g_hash_table_unref);
	step->gap = walk->gap;
	step->begins_word = walk->begins_word;
	step->ends_word = walk->is_edge;
	walk->gap = 0;
	g_ptr_array_add(walk->trail, step);
}

static void
walk_gap(Walk *walk, const Item *item)
{
	end_step(walk);
	walk->gap = add_widths(walk->gap, width_of(item));
	walk->is_edge = false;
}

static void
walk_strings(Walk *walk, GHashTable *strings)
{
	GHashTable *all =
		walk->strings != NULL ? spellings_product(walk->strings, strings) : NULL;

	if (all != NULL) {
		g_hash_table_unref(walk->strings);
		walk->strings = all;
	} else {
		end_step(walk);
		walk->strings = g_hash_table_ref(strings);
		walk->begins_word = walk->is_edge;
	}
	walk->is_edge = false;
}

static void
walk_item(Walk *walk, const Item *item)
{
	g_autoptr(GHashTable) strings = NULL;
	g_autoptr(GHashTable) some = NULL;

	if (item->kind == ITEM_EDGE) {
		walk->is_edge = true;
		return;
	}
	if (item->kind == ITEM_AHEAD)
		return;
	strings = spellings_of(item);
	some = strings == NULL ? spellings_in_part(item) : NULL;
	if (strings != NULL)
		walk_strings(walk, strings);
	if (some != NULL)
		walk_strings(walk, some);
	if (strings == NULL)
		walk_gap(walk, item);
}

static GPtrArray *
walk_along(const GPtrArray *sequence, guint least)
{
	Walk walk = { .trail = g_ptr_array_new_with_free_func(step_free),
		      .least = least };

	for (guint i = 0; i < sequence->len; i++)
		walk_item(&walk, sequence->pdata[i]);
	end_step(&walk);
	return walk.trail;
}

/* False when there is nothing to look for on it. */
static bool
add_trail(GPtrArray *trails, const GPtrArray *sequence)
{
	GPtrArray *trail = walk_along(sequence, TELLING);

	if (trail->len == 0) {
		g_ptr_array_unref(trail);
		trail = walk_along(sequence, 1);
	}
	g_ptr_array_add(trails, trail);
	return trail->len > 0 && trails->len <= TRAILS_MAX;
}

/* A group that has to be looked into: it stands once and cannot be written out. */
static bool
is_fork(const Item *item, bool is_last)
{
	g_autoptr(GHashTable) strings = NULL;

	if (item->kind == ITEM_AHEAD)
		return is_last;
	if (item->kind != ITEM_GROUP || item->least != 1 || item->most != 1)
		return false;
	strings = spellings_of(item);
	return strings == NULL;
}

static bool follow(GPtrArray *trails, const GPtrArray *sequence, bool is_whole);

/* The sequence with one alternative in the place of a group. */
static bool
follow_fork(GPtrArray *trails, const GPtrArray *sequence, guint place, bool is_whole)
{
	const Item *fork = sequence->pdata[place];

	for (guint i = 0; i < fork->alternatives->len; i++) {
		const GPtrArray *branch = fork->alternatives->pdata[i];
		g_autoptr(GPtrArray) way = g_ptr_array_new();

		for (guint j = 0; j < sequence->len; j++)
			if (j == place)
				for (guint k = 0; k < branch->len; k++)
					g_ptr_array_add(way, branch->pdata[k]);
			else
				g_ptr_array_add(way, sequence->pdata[j]);
		if (!follow(trails, way, is_whole))
			return false;
	}
	return true;
}

static bool
follow(GPtrArray *trails, const GPtrArray *sequence, bool is_whole)
{
	for (guint i = 0; i < sequence->len; i++)
		if (is_fork(sequence->pdata[i], is_whole && i + 1 == sequence->len))
			return follow_fork(trails, sequence, i, is_whole);
	return add_trail(trails, sequence);
}

/* NULL when they are too many, or one of them is empty. */
static GPtrArray *
follow_all(const Item *whole, bool with_forks)
{
	g_autoptr(GPtrArray) trails = g_ptr_array_new_with_free_func(free_trail);

	for (guint i = 0; i < whole->alternatives->len; i++) {
		const GPtrArray *sequence = whole->alternatives->pdata[i];

		if (with_forks ? !follow(trails, sequence, true)
			       : !add_trail(trails, sequence))
			return NULL;
	}
	return g_steal_pointer(&trails);
}

GPtrArray *
trails_of(const Pattern *pattern)
{
	g_autoptr(Item) whole = expression_read(pattern);
	GPtrArray *trails = whole != NULL ? follow_all(whole, true) : NULL;

	return trails == NULL && whole != NULL ? follow_all(whole, false) : trails;
}
