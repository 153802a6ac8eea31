/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weaken.c - an expression that matches wherever another one does
 *
 * Unicode classes and counted repeats make automata large: the shipped rules took half a
 * minute to compile as they stand, and take half a second so.  Every step here lets more
 * match, never less; inside of what looks around (which the prefilter takes as matching
 * anyway) that does not matter.
 */
#include "config.h"

#include "rules/weaken.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BEYOND_ASCII "\\x{80}-\\x{10ffff}"

/* Repeats up to this are kept as they are; of longer ones so many are asked for. */
enum { REPEAT_KEPT = 3, REPEAT_LEAST = 8 };

typedef struct Weakening {
	const char *at;
	GString *out;
	bool is_class;      /* inside [] */
	bool has_shorthand; /* that class has one of \w \d \s */
	bool is_odd;        /* something is not understood */
} Weakening;

/* Behind a backslash. */
static void
weaken_escape(Weakening *weakening)
{
	const char letter = weakening->at[1];

	if (letter == '\0' || letter == 'Q' || letter == 'E' || (guchar)letter >= 0x80) {
		weakening->is_odd = true;
	} else if (strchr("wds", letter) != NULL && weakening->is_class) {
		weakening->has_shorthand = true;
		g_string_append_printf(weakening->out, "\\%c", letter);
	} else if (strchr("wds", letter) != NULL) {
		g_string_append_printf(weakening->out, "[\\%c" BEYOND_ASCII "]", letter);
	} else if (weakening->is_class || strchr("bBK", letter) == NULL) {
		g_string_append_printf(weakening->out, "\\%c", letter);
	}
	weakening->at += 2;
}

/* "{2,50}" becomes "{2,}", "{9}" becomes "{8,}". */
static bool
weaken_repeat(Weakening *weakening)
{
	char *end = NULL;
	const char *from = weakening->at + 1;
	unsigned long least = g_ascii_isdigit(*from) ? strtoul(from, &end, 10) : 0;
	unsigned long most = least;

	if (end == NULL || (*end != ',' && *end != '}'))
		return false;
	if (*end == ',') {
		most = end[1] == '}' ? G_MAXULONG : strtoul(end + 1, &end, 10);
		end = strchr(end, '}');
	}
	if (end == NULL)
		return false;
	if (most <= REPEAT_KEPT)
		g_string_append_len(weakening->out, weakening->at,
				    end + 1 - weakening->at);
	else
		g_string_append_printf(weakening->out, "{%lu,}",
				       MIN(least, REPEAT_LEAST));
	weakening->at = end + 1;
	return true;
}

/* The next character of a class. */
static void
weaken_class(Weakening *weakening)
{
	const char sign = *weakening->at++;

	if (sign == '[' && strchr(":.=", *weakening->at) != NULL)
		weakening->is_odd = true;
	if (sign == ']') {
		if (weakening->has_shorthand)
			g_string_append(weakening->out, BEYOND_ASCII);
		weakening->is_class = false;
	}
	g_string_append_c(weakening->out, sign);
}

/* Whether a negated class, from behind its sign, excludes what depends on Unicode. */
static bool
excludes_unicode(const char *at)
{
	for (; *at != ']' && *at != '\0'; at++) {
		if ((guchar)*at >= 0x80)
			return true;
		if (*at == '\\' && strchr("wdspWDSPhv", *++at) != NULL)
			return true;
	}
	return false;
}

/* Behind the end of a class. */
static const char *
skip_class(const char *at)
{
	while (*at != ']' && *at != '\0')
		at += *at == '\\' && at[1] != '\0' ? 2 : 1;
	return *at == '\0' ? at : at + 1;
}

static void
open_class(Weakening *weakening)
{
	const bool is_negated = weakening->at[1] == '^';

	weakening->at += is_negated ? 2 : 1;
	weakening->is_odd = *weakening->at == ']'; /* there it is a sign like others */
	if (is_negated && excludes_unicode(weakening->at)) {
		weakening->at = skip_class(weakening->at);
		g_string_append(weakening->out, "[\\s\\S]");
		return;
	}
	weakening->is_class = true;
	weakening->has_shorthand = false;
	g_string_append(weakening->out, is_negated ? "[^" : "[");
}

/* What does not begin with a backslash, outside of a class. */
static void
weaken_sign(Weakening *weakening)
{
	const char sign = *weakening->at;

	if (sign == '[') {
		open_class(weakening);
		return;
	}
	if (sign == '{' && weaken_repeat(weakening))
		return;
	if (sign == '(' && weakening->at[1] == '*')
		weakening->is_odd = true;
	weakening->at++;
	g_string_append_c(weakening->out, sign);
}

/* One character beyond ASCII stands for all of them, for case may change it. */
static void
weaken_foreign(Weakening *weakening)
{
	const GString *out = weakening->out;
	const bool ends_range = out->len > 1 && out->str[out->len - 1] == '-' &&
				out->str[out->len - 2] != '\\';

	do
		weakening->at++;
	while (((guchar)*weakening->at & 0xC0) == 0x80);
	/* A last '-' of a class is a sign like others. */
	if (weakening->is_class &&
	    (ends_range || (weakening->at[0] == '-' && weakening->at[1] != ']')))
		weakening->is_odd = true;
	g_string_append(weakening->out,
			weakening->is_class ? BEYOND_ASCII : "[" BEYOND_ASCII "]");
}

char *
weaken_expression(const char *expression)
{
	g_autoptr(GString) out = g_string_new(NULL);
	Weakening weakening = { .at = expression, .out = out };

	while (*weakening.at != '\0' && !weakening.is_odd)
		if (*weakening.at == '\\')
			weaken_escape(&weakening);
		else if ((guchar)*weakening.at >= 0x80)
			weaken_foreign(&weakening);
		else if (weakening.is_class)
			weaken_class(&weakening);
		else
			weaken_sign(&weakening);
	return weakening.is_odd ? NULL : g_string_free(g_steal_pointer(&out), FALSE);
}
