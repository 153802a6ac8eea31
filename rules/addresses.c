/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addresses.c - evasion undone: addresses with "at", "dot" and "underscore" in words, in
 * brackets or set apart
 *
 * People also write "at" and "dot" when they mean nothing else.  A bare "at" counts only
 * before a domain that is spelt out or that gives people mailboxes; a bare "dot" only
 * before the end of a domain that is one.
 */
#include "config.h"

#include "rules/evasion.h"

#include <stdbool.h>
#include <string.h>

enum { BLANKS_MAX = 3, LABELS_MAX = 6 };

/* How a sign between two words is written. */
typedef enum Spelling {
	SPELT_NOT,     /* there is none */
	SPELT_PLAINLY, /* "@" or "." right between the words */
	SPELT_LOOSELY, /* with blanks around it */
	SPELT_BARELY,  /* in a word */
	SPELT_OUT,     /* in brackets or signs */
} Spelling;

typedef struct Sign {
	Spelling spelling;
	gsize start, end; /* with blanks and brackets around it */
} Sign;

/* A sign that may be spelt, and its words. */
typedef struct Kind {
	const char *sign;
	const char *const *words;
} Kind;

static const char *const at_words[] = { "at", "a t", NULL };
static const char *const dot_words[] = { "dot",    "d o t",     "point",
					 "period", "full stop", NULL };
static const char *const line_words[] = { "underscore", "under score", NULL };
static const char *const slash_words[] = { "slash", "forward slash", NULL };
static const Kind at_kind = { "@", at_words };
static const Kind dot_kind = { ".", dot_words };
static const Kind line_kind = { "_", line_words };
static const Kind slash_kind = { "/", slash_words };

typedef struct Source {
	const char *utf8;
	gsize len;
} Source;

static bool
is_name_byte(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '+' || c == '-' ||
	       (guchar)c >= 0x80;
}

static gsize
name_end(const Source *source, gsize at)
{
	while (at < source->len && is_name_byte(source->utf8[at]))
		at++;
	return at;
}

static gsize
skip_blanks(const Source *source, gsize at)
{
	gsize start = at;

	while (at < source->len && at < start + BLANKS_MAX &&
	       (source->utf8[at] == ' ' || source->utf8[at] == '\n' ||
		source->utf8[at] == '\t'))
		at++;
	return at;
}

/* The sign itself or a word for it at a place: its length, or 0. */
static gsize
sign_len(const Source *source, gsize at, const Kind *kind, bool *is_word)
{
	*is_word = false;
	if (source->utf8[at] == kind->sign[0])
		return 1;
	*is_word = true;
	for (const char *const *word = kind->words; *word != NULL; word++) {
		gsize len = strlen(*word);

		if (len <= source->len - at && (source->utf8[at] | 0x20) == **word &&
		    g_ascii_strncasecmp(source->utf8 + at, *word, len) == 0)
			return len;
	}
	return 0;
}

/* The brackets, stars, dashes around a sign: as many after as before. */
static gsize
skip_brackets(const Source *source, gsize at, const char *signs)
{
	gsize start = at;

	while (at < source->len && at < start + BLANKS_MAX && source->utf8[at] != '\0' &&
	       strchr(signs, source->utf8[at]) != NULL)
		at++;
	return at;
}

/* Reads a sign after a word. */
static Sign
read_sign(const Source *source, gsize start, const Kind *kind)
{
	Sign sign = { .start = start };
	gsize blank = skip_blanks(source, start);
	gsize open = skip_brackets(source, blank, "([{<*~|\"'-_/");
	gsize at = skip_blanks(source, open);
	gsize len, shut;
	bool is_word;

	if (at >= source->len || (len = sign_len(source, at, kind, &is_word)) == 0)
		return sign;
	shut = skip_blanks(source, at + len);
	sign.end = skip_brackets(source, shut, ")]}>*~|\"'-_/");
	if (open > blank && sign.end <= shut)
		return sign;
	if (open > blank)
		sign.spelling = SPELT_OUT;
	else if (!is_word)
		sign.spelling =
			at == start && shut == at + len ? SPELT_PLAINLY : SPELT_LOOSELY;
	else if (blank > start && shut > at + len)
		sign.spelling = SPELT_BARELY;
	else
		return sign;
	sign.end = sign.spelling == SPELT_OUT ? skip_blanks(source, sign.end) : shut;
	return sign;
}

/* "joATmailDOTexample": capitals within a name of small letters. */
static gsize
capitals_at(const Source *source, gsize at, gsize end, const char *word)
{
	gsize len = strlen(word);

	for (; at + 1 + len < end; at++)
		if (memcmp(source->utf8 + at + 1, word, len) == 0 &&
		    !g_ascii_isupper(source->utf8[at]) &&
		    !g_ascii_isupper(source->utf8[at + 1 + len]))
			return at + 1;
	return 0;
}

/* "mia-at-mail-dot-example", "mia_at_mail_dot_example": where the word stands between
 * two such signs, from its first sign; the end when it does not. */
static gsize
joined_at(const Source *source, gsize at, gsize end, const char *word)
{
	static const char joiners[] = "-_";
	gsize len = strlen(word);

	for (; at + len + 2 < end; at++)
		if (strchr(joiners, source->utf8[at]) != NULL &&
		    strchr(joiners, source->utf8[at + len + 1]) != NULL &&
		    g_ascii_strncasecmp(source->utf8 + at + 1, word, len) == 0)
			return at;
	return end;
}

static bool
is_one_of(const char *word, gsize len, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == len && g_ascii_strncasecmp(word, *words, len) == 0)
			return true;
	return false;
}

/* The end of a domain as young people and workers meet it. */
static bool
is_top(const Source *source, gsize start, gsize end)
{
	static const char *const tops[] = { "com", "uk",     "net",     "org",  "co",
					    "me",  "io",     "info",    "biz",  "gov",
					    "ac",  "edu",    "eu",      "ie",   "fr",
					    "de",  "us",     "tv",      "gg",   "app",
					    "ly",  "live",   "example", "chat", "link",
					    "xyz", "online", NULL };

	return is_one_of(source->utf8 + start, end - start, tops);
}

/* Who gives people mailboxes. */
static bool
is_provider(const Source *source, gsize start, gsize end)
{
	static const char *const providers[] = { "gmail",       "googlemail", "hotmail",
						 "ymail",       "icloud",     "yahoo",
						 "protonmail",  "proton",     "aol",
						 "btinternet",  "live",       "outlook",
						 "virginmedia", "talktalk",   NULL };

	return is_one_of(source->utf8 + start, end - start, providers);
}

/* Providers whose names mean nothing else. */
static bool
is_mailbox_name(const Source *source, gsize start, gsize end)
{
	static const char *const names[] = { "gmail", "googlemail", "hotmail", "ymail",
					     NULL };

	return is_one_of(source->utf8 + start, end - start, names);
}

/* The signs of one address, in order, and what to put for each. */
typedef struct Found {
	struct {
		Sign sign;
		const char *put;
	} signs[2 * LABELS_MAX + 2];

	guint count;
	gsize end;
	bool is_spelt; /* some sign is not written plainly */
} Found;

static void
add_sign(Found *found, const Sign *sign, const char *put)
{
	if (found->count == G_N_ELEMENTS(found->signs))
		return;
	found->signs[found->count].sign = *sign;
	found->signs[found->count].put = put;
	found->count++;
	found->is_spelt |= sign->spelling != SPELT_PLAINLY;
}

/* Further names joined by dots and underscores; where they end. */
static gsize
read_local(const Source *source, gsize end, Found *found)
{
	for (int i = 0; i < LABELS_MAX; i++) {
		Sign dot = read_sign(source, end, &dot_kind);
		Sign line = read_sign(source, end, &line_kind);
		const Sign *sign = dot.spelling != SPELT_NOT ? &dot : &line;
		gsize next;

		if (sign->spelling == SPELT_NOT || sign->spelling == SPELT_LOOSELY)
			break;
		next = name_end(source, sign->end);
		if (next == sign->end)
			break;
		add_sign(found, sign, sign == &dot ? "." : "_");
		end = next;
	}
	return end;
}

/* A domain: names joined by dots.  Whether it ends as one does. */
static bool
read_domain(const Source *source, gsize start, Found *found, bool *is_dotted)
{
	gsize end = name_end(source, start);
	gsize good = 0;
	guint kept = found->count;
	bool is_spelt = found->is_spelt;

	*is_dotted = false;
	for (int i = 0; i < LABELS_MAX && end > start; i++) {
		Sign dot = read_sign(source, end, &dot_kind);
		gsize next =
			dot.spelling == SPELT_NOT ? dot.end : name_end(source, dot.end);

		if (dot.spelling == SPELT_NOT || next == dot.end)
			break;
		add_sign(found, &dot, ".");
		start = dot.end;
		end = next;
		if (is_top(source, start, end)) {
			good = end;
			kept = found->count;
			is_spelt = found->is_spelt;
			*is_dotted |= dot.spelling != SPELT_PLAINLY;
		}
	}
	found->count = kept;
	found->is_spelt = is_spelt;
	found->end = good;
	return good > 0;
}

/* "slash" and what follows, after a domain. */
static void
read_path(const Source *source, Found *found)
{
	Sign slash = read_sign(source, found->end, &slash_kind);
	gsize end;

	if (slash.spelling == SPELT_NOT)
		return;
	end = name_end(source, slash.end);
	if (end == slash.end)
		return;
	add_sign(found, &slash, "/");
	found->end = end;
}

/* A mailbox: at the end of its local part. */
static bool
read_mailbox(const Source *source, gsize end, Found *found)
{
	Sign at = read_sign(source, end, &at_kind);
	gsize domain = at.end;
	gsize label;
	bool is_dotted;

	if (at.spelling == SPELT_NOT)
		return false;
	add_sign(found, &at, "@");
	label = name_end(source, domain);
	if (read_domain(source, domain, found, &is_dotted))
		return at.spelling != SPELT_BARELY || is_dotted ||
		       is_provider(source, domain, label);
	if (label == domain || !is_mailbox_name(source, domain, label))
		return false;
	at = (Sign){ SPELT_OUT, label, label };
	add_sign(found, &at, ".com");
	found->end = label;
	return true;
}

/* What begins with the name at a place: a mailbox, a domain, a name with underscores. */
static bool
read_address(const Source *source, gsize start, gsize end, Found *found)
{
	gsize local;
	bool ignored;

	memset(found, 0, sizeof(*found));
	local = read_local(source, end, found);
	if (read_mailbox(source, local, found))
		return found->is_spelt;
	memset(found, 0, sizeof(*found));
	if (read_domain(source, start, found, &ignored)) {
		read_path(source, found);
		return found->is_spelt && found->signs[found->count - 1].put[0] != 0 &&
		       found->signs[0].sign.spelling != SPELT_LOOSELY;
	}
	memset(found, 0, sizeof(*found));
	found->end = read_local(source, end, found);
	for (guint i = 0; i < found->count; i++)
		if (found->signs[i].put[0] == '_')
			return true;
	return false;
}

static void
write_address(Rewrite *rewrite, const Found *found)
{
	for (guint i = 0; i < found->count; i++) {
		const Sign *sign = &found->signs[i].sign;

		if (sign->spelling != SPELT_PLAINLY)
			rewrite_replace(rewrite, sign->start, sign->end,
					found->signs[i].put);
	}
}

static bool
undo_capitals(const Source *source, gsize start, gsize end, Rewrite *rewrite)
{
	gsize at = capitals_at(source, start, end, "AT");
	gsize dot = at == 0 ? 0 : capitals_at(source, at + 2, end, "DOT");

	if (dot == 0)
		return false;
	rewrite_replace(rewrite, at, at + 2, "@");
	rewrite_replace(rewrite, dot, dot + 3, ".");
	return true;
}

/* The start of the last label of a name with joined dots. */
static gsize
last_label(const Source *source, gsize start, gsize end)
{
	gsize dot;

	while ((dot = joined_at(source, start, end, "dot")) < end)
		start = dot + strlen("-dot-");
	return start;
}

static void
put_dots(const Source *source, gsize start, gsize end, Rewrite *rewrite)
{
	gsize dot;

	for (; (dot = joined_at(source, start, end, "dot")) < end;
	     start = dot + strlen("-dot-"))
		rewrite_replace(rewrite, dot, dot + strlen("-dot-"), ".");
}

static bool
undo_joined(const Source *source, gsize start, gsize end, Rewrite *rewrite)
{
	gsize at = joined_at(source, start + 1, end, "at");
	gsize domain = at + strlen("-at-");
	gsize top;

	if (at == end)
		return false;
	top = last_label(source, domain, end);
	if (top > domain ? !is_top(source, top, end)
			 : !is_mailbox_name(source, domain, end))
		return false;
	put_dots(source, start, at, rewrite);
	rewrite_replace(rewrite, at, domain, "@");
	put_dots(source, domain, end, rewrite);
	if (top == domain)
		rewrite_replace(rewrite, end, end, ".com");
	return true;
}

/* Whether a spelt sign may follow a name: most names are followed by a word that is
 * none. */
static bool
may_follow(const Source *source, gsize at)
{
	gsize next = skip_blanks(source, at);

	if (next >= source->len)
		return false;
	if (source->utf8[next] == '.' || source->utf8[next] == '@')
		return next > at ||
		       (next + 1 < source->len && source->utf8[next + 1] > ' ');
	return source->utf8[next] > ' ' && (guchar)source->utf8[next] < 0x80 &&
	       strchr("aAdDpPfFuU([{<*~|\"'-_/", source->utf8[next]) != NULL;
}

/* What any evasive spelling holds, by its first byte. */
static bool
is_hint(const char *at)
{
	switch (*at) {
	case '@':
		return true;
	case 'd':
	case 'D':
		return g_ascii_strncasecmp(at, "dot", 3) == 0 ||
		       g_ascii_strncasecmp(at, "d o t", 5) == 0;
	case '[':
	case '(':
		return at[1] == '.';
	case 'u':
	case 'U':
		return g_ascii_strncasecmp(at, "under", 5) == 0;
	case 'm':
	case 'M':
		return g_ascii_strncasecmp(at, "mail", 4) == 0;
	case 'p':
	case 'P':
		return g_ascii_strncasecmp(at, "point", 5) == 0 ||
		       g_ascii_strncasecmp(at, "period", 6) == 0;
	default:
		return *at != '\0' && g_ascii_strncasecmp(at, "full stop", 9) == 0;
	}
}

static bool
has_hint(const char *utf8, gsize len)
{
	static const bool may[256] = {
		['@'] = true, ['['] = true, ['('] = true, ['d'] = true, ['D'] = true,
		['u'] = true, ['U'] = true, ['m'] = true, ['M'] = true, ['p'] = true,
		['P'] = true, ['f'] = true, ['F'] = true
	};

	for (gsize at = 0; at < len; at++)
		if (may[(guchar)utf8[at]] && is_hint(utf8 + at))
			return true;
	return false;
}

Rewrite *
evasion_addresses(const char *utf8, gsize len)
{
	const Source source = { utf8, len };
	g_autoptr(Rewrite) rewrite = rewrite_new(utf8, len);
	gsize ignored;

	if (!has_hint(utf8, len))
		return NULL;
	for (gsize at = 0; at < len;) {
		gsize end = name_end(&source, at);
		Found found;

		if (end > at && !undo_capitals(&source, at, end, rewrite) &&
		    !undo_joined(&source, at, end, rewrite) && may_follow(&source, end) &&
		    read_address(&source, at, end, &found)) {
			write_address(rewrite, &found);
			end = MAX(found.end, end);
		}
		at = MAX(end, at + 1);
	}
	return rewrite_finish(rewrite, &ignored) == NULL ? NULL
							 : g_steal_pointer(&rewrite);
}
