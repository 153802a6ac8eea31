/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter_hyperscan.c - the prefilter by Hyperscan, or by Vectorscan, which is the same
 * for other processors
 *
 * Patterns are compiled in its prefilter mode, where what it cannot do exactly (looking
 * around, back references) is taken as matching.  A pattern that it refuses altogether
 * always may match.
 */
#include "config.h"

#include "rules/prefilter.h"

#include "rules/weaken.h"

#include <hs.h>

struct Prefilter {
	hs_database_t *database;
	hs_scratch_t *scratch; /* to make others from */
	GArray *always;        /* unsigned: places of patterns that it does not know */
	guint len;             /* of all patterns */
};

struct PrefilterScratch {
	hs_scratch_t *scratch;
};

/* The patterns on their way into a database, side by side as hs_compile_multi wants. */
typedef struct Batch {
	GPtrArray *expressions; /* borrowed strings */
	GArray *flags, *places; /* unsigned */
} Batch;

static void
batch_clear(Batch *batch)
{
	g_ptr_array_unref(batch->expressions);
	g_array_unref(batch->flags);
	g_array_unref(batch->places);
}

static unsigned
flags_of(const Pattern *pattern)
{
	unsigned flags = HS_FLAG_PREFILTER | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY |
			 HS_FLAG_UTF8;

	if (pattern_has_flag(pattern, 'i'))
		flags |= HS_FLAG_CASELESS;
	if (pattern_has_flag(pattern, 's'))
		flags |= HS_FLAG_DOTALL;
	if (pattern_has_flag(pattern, 'm'))
		flags |= HS_FLAG_MULTILINE;
	return flags;
}

/* An extended expression has no flag there; it is the group that says so.  NULL: it is
 * not for us. */
static char *
expression_of(const Pattern *pattern)
{
	g_autofree char *weak = weaken_expression(pattern_expression(pattern));

	if (weak == NULL || !pattern_has_flag(pattern, 'x'))
		return g_steal_pointer(&weak);
	return g_strconcat("(?x)", weak, NULL);
}

static void
batch_add(Batch *batch, const Pattern *pattern, guint place, GArray *always)
{
	unsigned flags = flags_of(pattern);
	char *expression = expression_of(pattern);

	if (expression == NULL) {
		g_array_append_val(always, place);
		return;
	}
	g_ptr_array_add(batch->expressions, expression);
	g_array_append_val(batch->flags, flags);
	g_array_append_val(batch->places, place);
}

static void
batch_init(Batch *batch, const GPtrArray *patterns, GArray *always)
{
	batch->expressions = g_ptr_array_new_with_free_func(g_free);
	batch->flags = g_array_new(FALSE, FALSE, sizeof(unsigned));
	batch->places = g_array_new(FALSE, FALSE, sizeof(unsigned));
	for (guint i = 0; i < patterns->len; i++)
		if (patterns->pdata[i] != NULL)
			batch_add(batch, patterns->pdata[i], i, always);
}

/* Takes out the one that the library refuses. */
static void
batch_drop(Batch *batch, guint at, GArray *always)
{
	g_array_append_val(always, g_array_index(batch->places, unsigned, at));
	g_ptr_array_remove_index(batch->expressions, at);
	g_array_remove_index(batch->flags, at);
	g_array_remove_index(batch->places, at);
}

/* NULL when nothing is left that it takes. */
static hs_database_t *
compile(Batch *batch, GArray *always)
{
	hs_database_t *database = NULL;

	while (database == NULL && batch->expressions->len > 0) {
		hs_compile_error_t *error = NULL;

		if (hs_compile_multi((const char *const *)batch->expressions->pdata,
				     (const unsigned *)(gpointer)batch->flags->data,
				     (const unsigned *)(gpointer)batch->places->data,
				     batch->expressions->len, HS_MODE_BLOCK, NULL,
				     &database, &error) == HS_SUCCESS)
			break;
		/* An error of the whole: there is no telling which. */
		batch_drop(batch, error->expression >= 0 ? (guint)error->expression : 0,
			   always);
		hs_free_compile_error(error);
	}
	return database;
}

Prefilter *
prefilter_new(const GPtrArray *patterns)
{
	g_autoptr(Prefilter) prefilter = NULL;
	Batch batch;

	if (patterns->len == 0 || hs_valid_platform() != HS_SUCCESS)
		return NULL;
	prefilter = g_new0(Prefilter, 1);
	prefilter->len = patterns->len;
	prefilter->always = g_array_new(FALSE, FALSE, sizeof(unsigned));
	batch_init(&batch, patterns, prefilter->always);
	prefilter->database = compile(&batch, prefilter->always);
	batch_clear(&batch);
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
	g_array_unref(prefilter->always);
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
	return scratch;
}

void
prefilter_scratch_free(PrefilterScratch *scratch)
{
	if (scratch == NULL)
		return;
	(void)hs_free_scratch(scratch->scratch);
	g_free(scratch);
}

static int
note(unsigned place, unsigned long long from, unsigned long long to, unsigned flags,
     void *data)
{
	bool *may = data;

	(void)from;
	(void)to;
	(void)flags;
	may[place] = true;
	return 0;
}

static void
allow_all(const Prefilter *prefilter, bool *may)
{
	for (guint i = 0; i < prefilter->len; i++)
		may[i] = true;
}

void
prefilter_scan(const Prefilter *prefilter, PrefilterScratch *scratch, const char *utf8,
	       gsize len, bool *may)
{
	for (guint i = 0; i < prefilter->always->len; i++)
		may[g_array_index(prefilter->always, unsigned, i)] = true;
	if (len > G_MAXUINT || hs_scan(prefilter->database, utf8, (unsigned)len, 0,
				       scratch->scratch, note, may) != HS_SUCCESS)
		allow_all(prefilter, may);
}
