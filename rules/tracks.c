/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracks.c - which patterns a text may match, from where strings stand in it
 *
 * A step is reached when one of its strings stands and the step before was reached near
 * enough: of where that was, the first and the last end are kept, between which any other
 * lies.  That may take what is not so for near enough, never the other way round.
 */
#include "config.h"

#include "rules/tracks.h"

#include "rules/fold.h"
#include "rules/trail.h"

#include <string.h>

/* No step: the first of a trail has none before it. */
static const guint nowhere = G_MAXUINT;

/* A step of a trail, or of several that are the same up to here. */
typedef struct Place {
	guint gap;
	guint end; /* index of the first of the patterns whose trail ends here, or nowhere */
} Place;

typedef struct End {
	guint pattern;
	guint next; /* index of another one of that place, or nowhere */
} End;

/* A string as one of those of a step. */
typedef struct Use {
	guint place;
	guint before; /* the place of the step before, or nowhere */
	bool begins_word, ends_word;
} Use;

/* Its uses are together in all uses. */
typedef struct Known {
	guint len;
	guint first, count;
} Known;

struct Tracks {
	GPtrArray *strings;
	GArray *known;  /* Known, by string */
	GArray *uses;   /* Use */
	GArray *places; /* Place */
	GArray *ends;   /* End */
	GArray *always; /* guint: patterns that have no trail */
};

struct Hunt {
	const Tracks *tracks;
	guint *first, *last; /* ends, by place; nowhere: not reached */
	const char *folded;
	bool *may;
	gsize end; /* that was told last */
};

/* While tracks are made: the uses of each string, in the order of strings. */
typedef struct Making {
	Tracks *tracks;
	GPtrArray *uses;     /* GArray of Use */
	GHashTable *strings; /* their places, plus one */
	GHashTable *steps;   /* places by what they say, plus one */
} Making;

static void
free_uses(gpointer uses)
{
	g_array_unref(uses);
}

/* The uses of a string, which is new or not. */
static GArray *
uses_of(Making *making, const char *string)
{
	gpointer known = g_hash_table_lookup(making->strings, string);
	GArray *uses;
	char *copy;

	if (known != NULL)
		return making->uses->pdata[GPOINTER_TO_UINT(known) - 1];
	uses = g_array_new(FALSE, FALSE, sizeof(Use));
	copy = g_strdup(string);
	g_ptr_array_add(making->tracks->strings, copy);
	g_ptr_array_add(making->uses, uses);
	g_hash_table_insert(making->strings, copy, GUINT_TO_POINTER(making->uses->len));
	return uses;
}

static void
add_step(Making *making, const Step *step, guint before)
{
	for (guint i = 0; i < step->strings->len; i++) {
		const char *string = step->strings->pdata[i];
		const Use use = { .place = making->tracks->places->len,
				  .before = before,
				  .begins_word =
					  step->begins_word && is_folded_word(string[0]),
				  .ends_word =
					  step->ends_word &&
					  is_folded_word(string[strlen(string) - 1]) };

		g_array_append_val(uses_of(making, string), use);
	}
}

/* What makes a step the same as another.  Owned by the caller. */
static char *
describe(const Step *step, guint before)
{
	GString *words = g_string_new(NULL);

	g_string_printf(words, "%u %u %d %d", before, step->gap, step->begins_word,
			step->ends_word);
	for (guint i = 0; i < step->strings->len; i++)
		g_string_append_printf(words, "\n%s", (char *)step->strings->pdata[i]);
	return g_string_free(words, FALSE);
}

static guint
place_of(Making *making, const Step *step, guint before)
{
	GArray *places = making->tracks->places;
	const Place place = { .gap = step->gap, .end = nowhere };
	g_autofree char *words = describe(step, before);
	gpointer known = g_hash_table_lookup(making->steps, words);

	if (known != NULL)
		return GPOINTER_TO_UINT(known) - 1;
	add_step(making, step, before);
	g_array_append_val(places, place);
	g_hash_table_insert(making->steps, g_steal_pointer(&words),
			    GUINT_TO_POINTER(places->len));
	return places->len - 1;
}

static void
add_trail(Making *making, const GPtrArray *trail, guint pattern)
{
	GArray *ends = making->tracks->ends;
	guint at = nowhere;
	Place *last;
	End end = { .pattern = pattern };

	for (guint i = 0; i < trail->len; i++)
		at = place_of(making, trail->pdata[i], at);
	last = &g_array_index(making->tracks->places, Place, at);
	end.next = last->end;
	last->end = ends->len;
	g_array_append_val(ends, end);
}

static void
add_pattern(Making *making, const Pattern *pattern, guint place)
{
	g_autoptr(GPtrArray) trails = trails_of(pattern);

	if (trails == NULL)
		g_array_append_val(making->tracks->always, place);
	for (guint i = 0; trails != NULL && i < trails->len; i++)
		add_trail(making, trails->pdata[i], place);
}

static void
gather_uses(const Making *making)
{
	Tracks *tracks = making->tracks;

	for (guint i = 0; i < making->uses->len; i++) {
		const GArray *uses = making->uses->pdata[i];
		const Known known = { .len = (guint)strlen(tracks->strings->pdata[i]),
				      .first = tracks->uses->len,
				      .count = uses->len };

		g_array_append_val(tracks->known, known);
		g_array_append_vals(tracks->uses, uses->data, uses->len);
	}
}

Tracks *
tracks_new(const GPtrArray *patterns)
{
	Tracks *tracks = g_new0(Tracks, 1);
	Making making = { .tracks = tracks,
			  .uses = g_ptr_array_new_with_free_func(free_uses),
			  .strings = g_hash_table_new(g_str_hash, g_str_equal),
			  .steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
							 NULL) };

	tracks->strings = g_ptr_array_new_with_free_func(g_free);
	tracks->known = g_array_new(FALSE, FALSE, sizeof(Known));
	tracks->uses = g_array_new(FALSE, FALSE, sizeof(Use));
	tracks->places = g_array_new(FALSE, FALSE, sizeof(Place));
	tracks->ends = g_array_new(FALSE, FALSE, sizeof(End));
	tracks->always = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < patterns->len; i++)
		if (patterns->pdata[i] != NULL)
			add_pattern(&making, patterns->pdata[i], i);
	gather_uses(&making);
	g_hash_table_unref(making.strings);
	g_hash_table_unref(making.steps);
	g_ptr_array_unref(making.uses);
	return tracks;
}

void
tracks_free(Tracks *tracks)
{
	if (tracks == NULL)
		return;
	g_ptr_array_unref(tracks->strings);
	g_array_unref(tracks->known);
	g_array_unref(tracks->uses);
	g_array_unref(tracks->places);
	g_array_unref(tracks->ends);
	g_array_unref(tracks->always);
	g_free(tracks);
}

const GPtrArray *
tracks_strings(const Tracks *tracks)
{
	return tracks->strings;
}

Hunt *
hunt_new(const Tracks *tracks)
{
	Hunt *hunt = g_new0(Hunt, 1);

	hunt->tracks = tracks;
	hunt->first = g_new(guint, tracks->places->len + 1);
	hunt->last = g_new(guint, tracks->places->len + 1);
	return hunt;
}

void
hunt_free(Hunt *hunt)
{
	if (hunt == NULL)
		return;
	g_free(hunt->first);
	g_free(hunt->last);
	g_free(hunt);
}

void
hunt_begin(Hunt *hunt, const char *folded, bool *may)
{
	const GArray *always = hunt->tracks->always;

	memset(hunt->first, 0xff, hunt->tracks->places->len * sizeof(*hunt->first));
	hunt->folded = folded;
	hunt->may = may;
	hunt->end = 0;
	for (guint i = 0; i < always->len; i++)
		may[g_array_index(always, guint, i)] = true;
}

/* Whether the step before was reached, and near enough. */
static bool
is_reached(const Hunt *hunt, const Use *use, guint begin)
{
	guint gap;

	if (use->before == nowhere)
		return true;
	if (hunt->first[use->before] > begin + 1) /* they may share a blank */
		return false;
	gap = g_array_index(hunt->tracks->places, Place, use->place).gap;
	return gap >= begin || hunt->last[use->before] >= begin - gap;
}

static void
reach(Hunt *hunt, guint place, guint at)
{
	guint i = g_array_index(hunt->tracks->places, Place, place).end;

	while (i != nowhere) {
		const End *end = &g_array_index(hunt->tracks->ends, End, i);

		hunt->may[end->pattern] = true;
		i = end->next;
	}
	hunt->first[place] = MIN(hunt->first[place], at);
	hunt->last[place] = at;
}

bool
hunt_note(Hunt *hunt, guint string, gsize end)
{
	const Tracks *tracks = hunt->tracks;
	const Known *known = &g_array_index(tracks->known, Known, string);
	const Use *use = &g_array_index(tracks->uses, Use, known->first);
	const gsize begin = end - known->len;
	const bool begins_word = begin == 0 || !is_folded_word(hunt->folded[begin - 1]);
	const bool ends_word = !is_folded_word(hunt->folded[end]);

	if (end < hunt->end)
		return false;
	hunt->end = end;
	for (guint i = 0; i < known->count; i++, use++)
		if ((!use->begins_word || begins_word) &&
		    (!use->ends_word || ends_word) && is_reached(hunt, use, (guint)begin))
			reach(hunt, use->place, (guint)end);
	return true;
}
