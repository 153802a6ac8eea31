/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter_hyperscan.c - the prefilter by Hyperscan, or by Vectorscan, which is the same
 * for other processors
 *
 * It finds the strings of the patterns' trails, all in one pass, and knows nothing of
 * patterns: whole expressions of this sort make automata that take seconds to compile and
 * half of a judgement's time to run.
 */
#include "config.h"

#include "rules/prefilter.h"

#include "rules/fold.h"
#include "rules/tracks.h"

#include <hs.h>
#include <string.h>

struct Prefilter {
	Tracks *tracks;
	hs_database_t *database;
	hs_scratch_t *scratch; /* to make others from */
	guint len;             /* of all patterns */
};

struct PrefilterScratch {
	hs_scratch_t *scratch;
	Hunt *hunt;
	GByteArray *folded;
};

/* NULL when it does not take them. */
static hs_database_t *
compile(const GPtrArray *strings)
{
	g_autofree unsigned *places = g_new(unsigned, strings->len);
	g_autofree unsigned *flags = g_new0(unsigned, strings->len);
	g_autofree size_t *lens = g_new(size_t, strings->len);
	hs_database_t *database = NULL;
	hs_compile_error_t *error = NULL;

	for (guint i = 0; i < strings->len; i++) {
		places[i] = i;
		lens[i] = strlen(strings->pdata[i]);
	}
	if (hs_compile_lit_multi((const char *const *)strings->pdata, flags, places, lens,
				 strings->len, HS_MODE_BLOCK, NULL, &database,
				 &error) != HS_SUCCESS)
		hs_free_compile_error(error);
	return database;
}

Prefilter *
prefilter_new(const GPtrArray *patterns)
{
	g_autoptr(Prefilter) prefilter = NULL;

	if (hs_valid_platform() != HS_SUCCESS)
		return NULL;
	prefilter = g_new0(Prefilter, 1);
	prefilter->len = patterns->len;
	prefilter->tracks = tracks_new(patterns);
	if (tracks_strings(prefilter->tracks)->len == 0)
		return NULL;
	prefilter->database = compile(tracks_strings(prefilter->tracks));
	if (prefilter->database == NULL ||
	    hs_alloc_scratch(prefilter->database, &prefilter->scratch) != HS_SUCCESS)
		return NULL;
	return g_steal_pointer(&prefilter);
}

void
prefilter_free(Prefilter *prefilter)
{
	if (prefilter == NULL)
		return;
	(void)hs_free_scratch(prefilter->scratch);
	(void)hs_free_database(prefilter->database);
	tracks_free(prefilter->tracks);
	g_free(prefilter);
}

const char *
prefilter_name(void)
{
	return "hyperscan";
}

PrefilterScratch *
prefilter_scratch_new(const Prefilter *prefilter)
{
	PrefilterScratch *scratch = g_new0(PrefilterScratch, 1);

	if (hs_clone_scratch(prefilter->scratch, &scratch->scratch) != HS_SUCCESS)
		scratch->scratch = NULL; /* then every pattern may match */
	scratch->hunt = hunt_new(prefilter->tracks);
	scratch->folded = g_byte_array_new();
	return scratch;
}

void
prefilter_scratch_free(PrefilterScratch *scratch)
{
	if (scratch == NULL)
		return;
	(void)hs_free_scratch(scratch->scratch);
	hunt_free(scratch->hunt);
	g_byte_array_unref(scratch->folded);
	g_free(scratch);
}

/* Not 0: that is enough. */
static int
note(unsigned string, unsigned long long from, unsigned long long to, unsigned flags,
     void *data)
{
	(void)from;
	(void)flags;
	return hunt_note(data, string, to) ? 0 : 1;
}

void
prefilter_scan(const Prefilter *prefilter, PrefilterScratch *scratch, const char *utf8,
	       gsize len, bool *may)
{
	const bool is_too_long = len > G_MAXINT32;
	gsize folded_len;
	char *folded;

	g_byte_array_set_size(scratch->folded, is_too_long ? 1 : (guint)len + 3);
	folded = (char *)scratch->folded->data;
	folded_len = is_too_long ? 0 : fold_text(utf8, len, folded);
	hunt_begin(scratch->hunt, folded, may);
	if (folded_len == 0 ||
	    hs_scan(prefilter->database, folded, (unsigned)folded_len, 0,
		    scratch->scratch, note, scratch->hunt) != HS_SUCCESS)
		for (guint i = 0; i < prefilter->len; i++)
			may[i] = true;
}
