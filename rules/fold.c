/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.c - folds text for the prefilter
 */
#include "config.h"

#include "rules/fold.h"

static const char beyond_byte = '\x80';

/* As PCRE2 has it for \s, which takes two more than GLib does. */
static bool
is_blank_beyond(gunichar character)
{
	return g_unichar_isspace(character) || character == 0x85 || character == 0x180e;
}

static char
fold_ascii(char sign)
{
	if (g_ascii_isspace(sign) || sign == '\v')
		return ' ';
	return g_ascii_isdigit(sign) ? '0' : g_ascii_tolower(sign);
}

char
fold_character(gunichar character)
{
	if (character < BEYOND)
		return fold_ascii((char)character);
	if (is_blank_beyond(character))
		return ' ';
	if (g_unichar_isdigit(character))
		return '0';
	return beyond_byte;
}

/* Two letters beyond ASCII are ASCII's to who does not look at case. */
static bool
is_odd(gunichar character)
{
	return character == 0x17f || character == 0x212a;
}

gsize
fold_text(const char *utf8, gsize len, char *folded)
{
	char table[BEYOND];
	char *out = folded;

	for (guint sign = 0; sign < BEYOND; sign++)
		table[sign] = fold_ascii((char)sign);
	*out++ = ' ';
	for (const char *at = utf8; at < utf8 + len; at++) {
		const guchar byte = (guchar)*at;

		if ((byte & 0xC0) == 0x80)
			continue;
		if (byte >= BEYOND && is_odd(g_utf8_get_char(at)))
			return 0;
		if (byte < BEYOND)
			*out = table[byte];
		else
			*out = fold_character(g_utf8_get_char(at));
		out += *out != ' ' || out[-1] != ' ';
	}
	if (out[-1] != ' ')
		*out++ = ' ';
	*out = '\0';
	return (gsize)(out - folded);
}
