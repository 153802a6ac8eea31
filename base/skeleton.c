/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skeleton.c - what a text looks like: the wall around ICU's spoof checker
 *
 * The skeleton of a text is made letter by letter, so that of ASCII, which nearly every
 * address is, comes from a table that is made once.
 */
#include "config.h"

#include "base/skeleton.h"

#include <idn2.h>
#include <string.h>
#include <unicode/uspoof.h>

enum { ASCII = 128, LETTER_MAX = 8, TEXT_MAX = 4096 };

/* Constant once made. */
typedef struct Looks {
	USpoofChecker *checker;
	char ascii[ASCII][LETTER_MAX];
} Looks;

/* Folded again: some skeletons are capitals. */
static char *
ask_icu(const USpoofChecker *checker, const char *text)
{
	UErrorCode status = U_ZERO_ERROR;
	gsize room = 8 * strlen(text) + LETTER_MAX;
	g_autofree char *skeleton = g_malloc(room + 1);
	int32_t len = uspoof_getSkeletonUTF8(checker, 0, text, -1, skeleton,
					     (int32_t)room, &status);

	if (U_FAILURE(status) || len < 0 || (gsize)len > room)
		return g_strdup(text);
	skeleton[len] = '\0';
	return g_utf8_casefold(skeleton, -1);
}

static gpointer
make_looks(gpointer data)
{
	UErrorCode status = U_ZERO_ERROR;
	Looks *looks = g_new0(Looks, 1);

	(void)data;
	looks->checker = uspoof_open(&status);
	if (U_FAILURE(status))
		g_error("ICU has no data on look-alikes: %s", u_errorName(status));
	for (int c = 1; c < ASCII; c++) {
		const char letter[] = { g_ascii_tolower((char)c), '\0' };
		g_autofree char *skeleton = ask_icu(looks->checker, letter);

		g_strlcpy(looks->ascii[c], skeleton, LETTER_MAX);
	}
	return looks;
}

static const Looks *
looks(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, make_looks, NULL);
}

static char *
of_ascii(const char *text)
{
	const Looks *known = looks();
	GString *skeleton = g_string_sized_new(strlen(text) + LETTER_MAX);

	for (; *text != '\0'; text++)
		g_string_append(skeleton, known->ascii[(guchar)*text]);
	return g_string_free(skeleton, FALSE);
}

char *
skeleton_of(const char *text)
{
	g_autofree char *folded = NULL;

	if (g_str_is_ascii(text))
		return of_ascii(text);
	if (strlen(text) > TEXT_MAX || !g_utf8_validate(text, -1, NULL))
		return g_strdup(text);
	folded = g_utf8_casefold(text, -1);
	return ask_icu(looks()->checker, folded);
}

char *
skeleton_of_key(const char *key)
{
	const char *at = strrchr(key, '@');
	g_autofree char *whole = NULL;
	g_autofree char *copy = NULL;
	char *shown = NULL;

	if (at == NULL || strstr(at, "xn--") == NULL ||
	    idn2_to_unicode_8z8z(at + 1, &shown, 0) != IDN2_OK)
		return skeleton_of(key);
	copy = g_strndup(key, (gsize)(at - key));
	whole = g_strconcat(copy, "@", shown, NULL);
	idn2_free(shown);
	return skeleton_of(whole);
}
