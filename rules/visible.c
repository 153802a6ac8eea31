/* SPDX-License-Identifier: Apache-2.0 */
/*
 * visible.c - text as the eye sees it
 *
 * Nearly every mail is nearly all ASCII, so stretches of it are copied whole and only the
 * rest is looked at character by character.
 */
#include "config.h"

#include "rules/visible.h"

#include <string.h>

/* A character with all its combining marks; the longer ones lose the rest. */
enum { CLUSTER_MAX = 64 };

static bool
is_charset(const char *charset)
{
	GIConv conversion = g_iconv_open("UTF-8", charset);

	if (conversion == (GIConv)-1)
		return false;
	g_iconv_close(conversion);
	return true;
}

/* Eight bytes at a time. */
static bool
is_ascii(const char *bytes, gsize len)
{
	guint64 eight, high = 0;

	for (; len >= sizeof(eight); bytes += sizeof(eight), len -= sizeof(eight)) {
		memcpy(&eight, bytes, sizeof(eight));
		high |= eight;
	}
	for (; len > 0; bytes++, len--)
		high |= (guchar)*bytes;
	return (high & 0x8080808080808080U) == 0;
}

static bool
begins_with(const char *charset, const char *const *names)
{
	for (; *names != NULL; names++)
		if (g_ascii_strncasecmp(charset, *names, strlen(*names)) == 0)
			return true;
	return false;
}

/* What a mail program does with 8-bit text in no charset: as Windows has it. */
static char *
convert_8bit(const char *bytes, gsize len, gsize *made)
{
	char *utf8 =
		g_convert(bytes, (gssize)len, "UTF-8", "windows-1252", NULL, made, NULL);

	return utf8 != NULL ? utf8
			    : g_convert(bytes, (gssize)len, "UTF-8", "iso-8859-1", NULL,
					made, NULL);
}

/* NULL when the bytes are not in that charset. */
static char *
convert(const char *bytes, gsize len, const char *charset, gsize *made)
{
	static const char *const utf8[] = { "utf-8", "utf8", "us-ascii", "ascii", NULL };
	static const char *const latin[] = { "iso-8859-1", "latin1", NULL };
	static const char *const over_ascii[] = { "iso-8859-", "windows-125", NULL };

	*made = len;
	if (charset == NULL || *charset == '\0' || begins_with(charset, utf8) ||
	    (begins_with(charset, over_ascii) && is_ascii(bytes, len)))
		return NULL;
	if (begins_with(charset, latin) && strlen(charset) <= strlen(latin[0]))
		return convert_8bit(bytes, len, made);
	return g_convert(bytes, (gssize)len, "UTF-8", charset, NULL, made, NULL);
}

static gsize
drop_nuls(char *utf8, gsize len)
{
	gsize kept = 0;

	if (memchr(utf8, '\0', len) == NULL)
		return len;
	for (gsize i = 0; i < len; i++)
		if (utf8[i] != '\0')
			utf8[kept++] = utf8[i];
	utf8[kept] = '\0';
	return kept;
}

static bool
is_valid(const char *utf8, gsize len)
{
	return is_ascii(utf8, len) || g_utf8_validate_len(utf8, len, NULL);
}

static char *
copy_bytes(const char *bytes, gsize len, gsize *made)
{
	char *copy = g_malloc(len + 1);

	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	*made = len;
	return copy;
}

char *
visible_convert(const char *bytes, gsize len, const char *charset, bool *is_known)
{
	gsize made;
	g_autofree char *utf8 = convert(bytes, len, charset, &made);
	g_autofree char *again = NULL;

	if (is_known != NULL)
		*is_known = utf8 != NULL || charset == NULL || is_charset(charset);
	if (utf8 == NULL)
		utf8 = copy_bytes(bytes, len, &made);
	made = drop_nuls(utf8, made);
	if (is_valid(utf8, made))
		return g_steal_pointer(&utf8);
	again = convert_8bit(utf8, made, &made);
	return again == NULL ? g_utf8_make_valid(utf8, -1)
			     : g_utf8_make_valid(again, (gssize)made);
}

/* Neither shown nor in the way of the eye. */
static bool
is_invisible(gunichar c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F ||
	       (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x34F || c == 0x61C ||
	       c == 0x115F || c == 0x1160 || (c >= 0x17B4 && c <= 0x17B5) ||
	       (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
	       c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
	       c == 0xFFA0 || (c >= 0xFFF9 && c <= 0xFFFB) ||
	       (c >= 0xE0000 && c <= 0xE0FFF);
}

/* The plain sign for one that is written in many ways, or 0. */
static char
plain_sign(gunichar c)
{
	if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
	    c == 0x3000 || c == 0x1680 || c == 0x2800)
		return ' ';
	if (c == 0x2028 || c == 0x2029 || c == 0x85)
		return '\n';
	if ((c >= 0x2018 && c <= 0x201B) || c == 0x2BC || c == 0xB4 || c == 0x2032)
		return '\'';
	if ((c >= 0x201C && c <= 0x201F) || c == 0x2033)
		return '"';
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return '-';
	return 0;
}

/* Letters of Latin-1 and beyond and signs that NFKC leaves alone; combining marks come
 * after U+02FF. */
static bool
is_stable(gunichar c)
{
	return (c >= 0xC0 && c < 0x132) || c == 0xA3 || c == 0x20AC || c == 0x2022 ||
	       (c >= 0x1F300 && c < 0x1FB00);
}

/* A character with what combines with it, in NFKC.  Returns its bytes. */
static gsize
append_cluster(GString *text, const char *at, const char *end)
{
	const char *next = at + visible_width(at);
	g_autofree char *normal = NULL;

	while (next < end && next - at < CLUSTER_MAX && (guchar)*next >= 0x80 &&
	       g_unichar_combining_class(g_utf8_get_char(next)) != 0)
		next += visible_width(next);
	normal = g_utf8_normalize(at, next - at, G_NORMALIZE_NFKC);
	if (normal != NULL)
		g_string_append(text, normal);
	return (gsize)(next - at);
}

static gsize
append_character(GString *text, const char *at, const char *end)
{
	gunichar c = g_utf8_get_char(at);
	gsize len = visible_width(at);
	char plain;

	if (c == '\r') {
		if (at + 1 == end || at[1] != '\n')
			g_string_append_c(text, '\n');
		return len;
	}
	plain = plain_sign(c);
	if (plain != 0)
		g_string_append_c(text, plain);
	else if (!is_invisible(c) && !is_stable(c))
		return append_cluster(text, at, end);
	else if (!is_invisible(c))
		g_string_append_len(text, at, (gssize)len);
	return len;
}

/* Bytes that stand for themselves. */
static gsize
plain_run(const char *at, const char *end)
{
	const char *run = at;

	while (run < end &&
	       ((*run >= ' ' && *run < 0x7F) || *run == '\n' || *run == '\t'))
		run++;
	/* What combines with the last of them goes with it. */
	if (run < end && run > at && (guchar)*run >= 0xCC &&
	    g_unichar_combining_class(g_utf8_get_char(run)) != 0)
		run--;
	return (gsize)(run - at);
}

void
visible_append(GString *text, const char *utf8, gsize len)
{
	const char *end = utf8 + len;

	for (const char *at = utf8; at < end;) {
		gsize run = plain_run(at, end);

		g_string_append_len(text, at, (gssize)run);
		at += run;
		if (at < end)
			at += append_character(text, at, end);
	}
}

/* Letters of other scripts and signs that are read as those of ASCII. */
static char
look_alike(gunichar c)
{
	static const struct {
		const char *alike;
		char letter;
	} table[] = {
		{ "аαɑᴀ", 'a' },  { "вβЬьвßʙ", 'b' }, { "сϲᴄⅽƈ", 'c' },
		{ "ԁɗḋⅾđ", 'd' }, { "еєҽεɛℯ", 'e' },  { "ғƒ", 'f' },
		{ "ɡցǥ", 'g' },   { "һнηհħʜ", 'h' },  { "іɩιıɪӏ¡", 'i' },
		{ "јϳʝ", 'j' },   { "кκҡʞᴋ", 'k' },   { "ⅼłʟ∣", 'l' },
		{ "мⅿᴍϻ", 'm' },  { "пողɴηи", 'n' },  { "оοσօøᴏ०", 'o' },
		{ "рρϱᴘ", 'p' },  { "ԛզգ", 'q' },     { "гᴦʀя", 'r' },
		{ "ѕꜱʂ", 's' },   { "тτᴛŧ", 't' },    { "υսʊᴜцμ", 'u' },
		{ "ѵνᴠ", 'v' },   { "ԝѡωɯшᴡ", 'w' },  { "хχ×", 'x' },
		{ "уγүʏყ", 'y' }, { "ᴢʐƶ", 'z' },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
		if (g_utf8_strchr(table[i].alike, -1, c) != NULL)
			return table[i].letter;
	return 0;
}

static char
find_letter(gunichar c)
{
	gunichar parts[8];
	gunichar lower = g_unichar_tolower(c);
	gsize count = g_unichar_fully_decompose(lower, TRUE, parts, G_N_ELEMENTS(parts));

	if (count > 0 && parts[0] < 0x80)
		return g_ascii_isalpha((char)parts[0]) ? (char)parts[0] : 0;
	return look_alike(count > 0 ? parts[0] : lower);
}

/* The blocks that people write letters in, once worked out. */
enum { LETTERS_END = 0x2400 };

static gpointer
make_letters(gpointer data)
{
	char *letters = g_new0(char, LETTERS_END);

	(void)data;
	for (gunichar c = 0x80; c < LETTERS_END; c++)
		letters[c] = find_letter(c);
	return letters;
}

char
visible_letter(gunichar character)
{
	static GOnce once = G_ONCE_INIT;
	const char *letters = g_once(&once, make_letters, NULL);

	if (character < 0x80)
		return g_ascii_isalpha((char)character) ? g_ascii_tolower((char)character)
							: 0;
	return (char)(character < LETTERS_END ? letters[character]
					      : find_letter(character));
}
