/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefilter_none.c - no prefilter: PCRE2 looks for every pattern
 */
#include "config.h"

#include "rules/prefilter.h"

Prefilter *
prefilter_new(const GPtrArray *patterns)
{
	(void)patterns;
	return NULL;
}

void
prefilter_free(Prefilter *prefilter)
{
	(void)prefilter;
}

const char *
prefilter_name(void)
{
	return "none";
}

PrefilterScratch *
prefilter_scratch_new(const Prefilter *prefilter)
{
	(void)prefilter;
	return NULL;
}

void
prefilter_scratch_free(PrefilterScratch *scratch)
{
	(void)scratch;
}

void
prefilter_scan(const Prefilter *prefilter, PrefilterScratch *scratch, const char *utf8,
	       gsize len, bool *may) /* NOLINT(readability-non-const-parameter) */
{
	(void)prefilter;
	(void)scratch;
	(void)utf8;
	(void)len;
	(void)may;
}
