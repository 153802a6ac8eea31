/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter.h - the wall around Hyperscan (or Vectorscan): in one pass over a text, which
 * of many patterns may match it
 *
 * Never says no where PCRE2 would say yes.  Built without the library there is none, and
 * every pattern may match: prefilter_none.c.
 */
#ifndef RULES_PREFILTER_H
#define RULES_PREFILTER_H

#include "rules/pattern.h"

#include <glib.h>
#include <stdbool.h>

/* Immutable; safe to share between threads. */
typedef struct Prefilter Prefilter;

/* Patterns (Pattern *, or NULL where none stands) are known by their place.  NULL when
 * there is nothing to gain: built without the library, an unfit processor, no pattern
 * that it can take. */
Prefilter *prefilter_new(const GPtrArray *patterns);
void prefilter_free(Prefilter *prefilter);

/* "hyperscan", or "none". */
const char *prefilter_name(void);

/* What one thread scans with. */
typedef struct PrefilterScratch PrefilterScratch;

PrefilterScratch *prefilter_scratch_new(const Prefilter *prefilter);
void prefilter_scratch_free(PrefilterScratch *scratch);

/* Sets may[i] for each pattern that may match; those that may not keep what they have. */
void prefilter_scan(const Prefilter *prefilter, PrefilterScratch *scratch,
		    const char *utf8, gsize len, bool *may);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prefilter, prefilter_free)

#endif
