/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.c - the wall around PCRE2
 *
 * PCRE2's limits end what grows with the power of the text, but they start anew at every
 * character: a pattern that is merely quadratic would still take hours on 10 MiB.  So a
 * long text is seen through a window that moves on by its first part, which makes it
 * linear; between two windows is where one who has waited long enough can stop us.  A
 * match may be as long as what a window overlaps the next one.
 *
 * Invariant: windows begin and end between characters, for the text is not checked again.
 */
#include "config.h"

#include "rules/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

/* Bytes of text at which a match may begin in one window, and how far it may reach behind
 * them. */
enum { WINDOW = 8 * 1024, REACH = 2 * 1024 };

/* Of one match, from one place: see pcre2_set_match_limit. */
enum { MATCH_MAX = 50 * 1000, DEPTH_MAX = 2000, HEAP_MAX_KIB = 4096 };

enum { STACK_START = 32 * 1024, STACK_MAX = 1024 * 1024 };

enum { EXPRESSION_MAX = 32 * 1024 };

/* PCRE2's names are macros. */
typedef pcre2_code Code;
typedef pcre2_compile_context CompileContext;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CompileContext, pcre2_compile_context_free)

struct Pattern {
	Code *code;
	char *expression;
	char *flags;
};

struct Matcher {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	gint *given_up; /* NULL: nobody will */
};

G_DEFINE_QUARK(pattern_error, pattern_error)

static const struct {
	char letter;
	uint32_t option;
} flags[] = {
	{ 'i', PCRE2_CASELESS },
	{ 's', PCRE2_DOTALL },
	{ 'm', PCRE2_MULTILINE },
	{ 'x', PCRE2_EXTENDED },
};

static bool
read_flags(const char *letters, uint32_t *options, GError **error)
{
	for (; *letters != '\0'; letters++) {
		gsize i = 0;

		while (i < G_N_ELEMENTS(flags) && flags[i].letter != *letters)
			i++;
		if (i == G_N_ELEMENTS(flags)) {
			g_set_error(error, PATTERN_ERROR, PATTERN_ERROR_SYNTAX,
				    "'%s' behind the last slash: flags are i, s, m and x",
				    letters);
			return false;
		}
		*options |= flags[i].option;
	}
	return true;
}

static bool
compile(Pattern *pattern, uint32_t options, GError **error)
{
	g_autoptr(CompileContext) context = pcre2_compile_context_create(NULL);
	PCRE2_SIZE at = 0;
	int code = 0;

	pcre2_set_max_pattern_length(context, EXPRESSION_MAX);
	/* \C could stand inside a character. */
	options |= PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
	pattern->code =
		pcre2_compile((PCRE2_SPTR)pattern->expression, PCRE2_ZERO_TERMINATED,
			      options, &code, &at, context);
	if (pattern->code == NULL) {
		PCRE2_UCHAR message[256] = { 0 };

		(void)pcre2_get_error_message(code, message, sizeof(message));
		g_set_error(error, PATTERN_ERROR, PATTERN_ERROR_SYNTAX,
			    "%s at character %zu", (const char *)message, (size_t)at + 1);
		return false;
	}
	/* Without machine code it only takes longer. */
	(void)pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
	return true;
}

Pattern *
pattern_new(const char *text, GError **error)
{
	const char *last = strrchr(text, '/');
	g_autoptr(Pattern) pattern = NULL;
	uint32_t options = 0;

	if (text[0] != '/' || last == text) {
		g_set_error(error, PATTERN_ERROR, PATTERN_ERROR_SYNTAX,
			    "a pattern stands between slashes: write /…/ or /…/i");
		return NULL;
	}
	if (!read_flags(last + 1, &options, error))
		return NULL;
	pattern = g_new0(Pattern, 1);
	pattern->expression = g_strndup(text + 1, (gsize)(last - text) - 1);
	pattern->flags = g_strdup(last + 1);
	return compile(pattern, options, error) ? g_steal_pointer(&pattern) : NULL;
}

void
pattern_free(Pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_code_free(pattern->code);
	g_free(pattern->expression);
	g_free(pattern->flags);
	g_free(pattern);
}

const char *
pattern_expression(const Pattern *pattern)
{
	return pattern->expression;
}

bool
pattern_has_flag(const Pattern *pattern, char flag)
{
	return strchr(pattern->flags, flag) != NULL;
}

/* The library may know how and the process still be forbidden to. */
bool
pattern_is_jit(void)
{
	g_autoptr(Pattern) pattern = pattern_new("/a/", NULL);
	PCRE2_SIZE size = 0;

	return pattern != NULL &&
	       pcre2_pattern_info(pattern->code, PCRE2_INFO_JITSIZE, &size) == 0 &&
	       size > 0;
}

Matcher *
matcher_new(void)
{
	Matcher *matcher = g_new0(Matcher, 1);

	matcher->data = pcre2_match_data_create(1, NULL);
	matcher->context = pcre2_match_context_create(NULL);
	matcher->stack = pcre2_jit_stack_create(STACK_START, STACK_MAX, NULL);
	pcre2_set_match_limit(matcher->context, MATCH_MAX);
	pcre2_set_depth_limit(matcher->context, DEPTH_MAX);
	pcre2_set_heap_limit(matcher->context, HEAP_MAX_KIB);
	pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
	return matcher;
}

void
matcher_free(Matcher *matcher)
{
	if (matcher == NULL)
		return;
	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
	pcre2_jit_stack_free(matcher->stack);
	g_free(matcher);
}

void
matcher_begin(Matcher *matcher, gint *given_up)
{
	matcher->given_up = given_up;
}

static bool
is_given_up(const Matcher *matcher)
{
	return matcher->given_up != NULL && g_atomic_int_get(matcher->given_up) != 0;
}

/* The end of the character that a byte belongs to. */
static gsize
align(const char *utf8, gsize len, gsize at)
{
	while (at < len && ((guchar)utf8[at] & 0xC0) == 0x80)
		at++;
	return MIN(at, len);
}

static PatternAnswer
answer_of(int code, const Matcher *matcher, gsize *start, gsize *end)
{
	const PCRE2_SIZE *range = pcre2_get_ovector_pointer(matcher->data);

	if (code == PCRE2_ERROR_NOMATCH)
		return PATTERN_NONE;
	if (code < 0)
		return PATTERN_LIMIT;
	/* \K may put the start behind the end. */
	*start = MIN(range[0], range[1]);
	*end = range[1];
	return PATTERN_FOUND;
}

PatternAnswer
pattern_find(const Pattern *pattern, Matcher *matcher, const char *utf8, gsize len,
	     gsize *start, gsize *end)
{
	gsize from = align(utf8, len, *end);
	gsize until;

	do {
		PatternAnswer answer;
		uint32_t options = PCRE2_NO_UTF_CHECK;

		until = align(utf8, len, MIN(len, from + WINDOW + REACH));
		if (is_given_up(matcher))
			return PATTERN_LIMIT;
		if (until < len)
			options |= PCRE2_NOTEOL;
		answer = answer_of(pcre2_match(pattern->code, (PCRE2_SPTR)utf8, until,
					       from, options, matcher->data,
					       matcher->context),
				   matcher, start, end);
		if (answer == PATTERN_LIMIT ||
		    (answer == PATTERN_FOUND && (*start < from + WINDOW || until == len)))
			return answer;
		from = align(utf8, len, from + WINDOW);
	} while (until < len);
	return PATTERN_NONE;
}
