/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_pattern.c - a pattern and a text: matching ends, a match lies inside the text, and
 * the prefilter never says no where there is one
 */
#include "config.h"

#include "rules/prefilter.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static PatternAnswer
find(const Pattern *pattern, const char *text)
{
	g_autoptr(Matcher) matcher = matcher_new();
	gsize start = 0;
	gsize end = 0;
	PatternAnswer answer;

	matcher_begin(matcher, NULL);
	answer = pattern_find(pattern, matcher, text, strlen(text), &start, &end);
	if (answer == PATTERN_FOUND) {
		g_assert_cmpuint(start, <=, end);
		g_assert_cmpuint(end, <=, strlen(text));
	}
	return answer;
}

static bool
may(const Prefilter *prefilter, const char *text)
{
	PrefilterScratch *scratch = prefilter_scratch_new(prefilter);
	bool answer = false;

	prefilter_scan(prefilter, scratch, text, strlen(text), &answer);
	prefilter_scratch_free(scratch);
	return answer;
}

/* The pattern up to the first new line, then the text. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *all = g_utf8_make_valid((const char *)data, (gssize)size);
	char *text = strchr(all, '\n');
	g_autoptr(Pattern) pattern = NULL;
	g_autoptr(GPtrArray) patterns = g_ptr_array_new();
	g_autoptr(Prefilter) prefilter = NULL;
	g_autofree char *normal = NULL;

	if (size == 0 || text == NULL)
		return 0;
	*text++ = '\0';
	pattern = pattern_new(all, NULL);
	if (pattern == NULL)
		return 0;
	g_ptr_array_add(patterns, pattern);
	prefilter = prefilter_new(patterns);
	normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
	if (find(pattern, normal) == PATTERN_FOUND && prefilter != NULL)
		g_assert_true(may(prefilter, normal));
	return 0;
}
