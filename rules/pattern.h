/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.h - the wall around PCRE2: one compiled pattern of a rule, and what a thread
 * needs to match it
 *
 * Whatever a pattern and a text do to each other, matching ends: PCRE2's own limits count
 * steps, and a window that moves over long text keeps each match short.  No clock is
 * looked at, so that the same text gives the same answer on any machine.
 */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include <glib.h>
#include <stdbool.h>

/* Immutable; safe to share between threads. */
typedef struct Pattern Pattern;

typedef enum PatternError {
	PATTERN_ERROR_SYNTAX, /* not /…/flags, or PCRE2 refuses it */
} PatternError;

#define PATTERN_ERROR (pattern_error_quark())
GQuark pattern_error_quark(void);

/* "/expression/flags": flags i (any case), s (dot matches a new line), m (^ and $ at
 * lines), x (blanks and # comments ignored); always UTF-8 with Unicode classes. */
Pattern *pattern_new(const char *text, GError **error);
void pattern_free(Pattern *pattern);

/* The expression without slashes, its flags apart, for the prefilter; borrowed. */
const char *pattern_expression(const Pattern *pattern);
bool pattern_has_flag(const Pattern *pattern, char flag);

/* Whether matching runs compiled to machine code in this process. */
bool pattern_is_jit(void);

/* What one thread matches with; for one match at a time. */
typedef struct Matcher Matcher;

Matcher *matcher_new(void);
void matcher_free(Matcher *matcher);

/* A message begins.  given_up (borrowed, atomic; may be NULL) becomes true when nobody
 * waits for the answer any more: then every further one is PATTERN_LIMIT. */
void matcher_begin(Matcher *matcher, gint *given_up);

typedef enum PatternAnswer {
	PATTERN_NONE,
	PATTERN_FOUND,
	PATTERN_LIMIT, /* a limit was reached: whether it matches is not known */
} PatternAnswer;

/* The first match at or after *end of valid UTF-8; moves *start and *end to it. */
PatternAnswer pattern_find(const Pattern *pattern, Matcher *matcher, const char *utf8,
			   gsize len, gsize *start, gsize *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pattern, pattern_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Matcher, matcher_free)

#endif
