/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digits.c - evasion undone: digits in words and other scripts, spaced, dotted, bracketed
 *
 * Groups of digits that stand near each other make a chain.  A telephone number within a
 * chain is joined and stands free of its neighbours; a chain that could as a whole be a
 * number is joined; in any other (a table, a list) only words become digits.  Dates,
 * times and prices end a chain.
 *
 * What only looks like a number in pieces is left alone: columns of decimals and pairs; a list with
 * one number a line, unless the whole list is the number; in a link, what does not fill
 * its segment ("/0,7493,781769,00.html").
 */
#include "config.h"

#include "rules/evasion.h"
#include "rules/visible.h"

#include <stdbool.h>
#include <string.h>

enum {
	NUMBER_MIN = 7,
	NUMBER_MAX = 15,
	JOINER_MAX = 5,
	NOISE_MAX = 2,
	WORD_MAX = 64,
	LINK_MAX = 300
};

/* One group of digits, or the word for it. */
typedef struct Group {
	gsize start, end; /* in the source */
	gsize first;      /* its digits in those of the chain */
	bool is_as_written;
	bool is_joined; /* to the group before it */
} Group;

typedef struct Chain {
	const char *utf8;
	gsize len;
	GArray *groups;  /* Group */
	GString *digits; /* DROPPED stands where one is left out */
	char times;      /* how often "double" and the like want the next digit */
	gsize times_start;
	bool is_tens; /* the last group was "twenty", and so on */
} Chain;

enum { DROPPED = '-' };

typedef struct NumberWord {
	const char *word;
	const char *digits; /* "" for one that repeats the next digit */
	char times;
} NumberWord;

/* By first letter; longer words stand before those that they begin with. */
static const NumberWord words_d[] = {
	{ "double", "", 2 },
	{ "dbl", "", 2 },
	{ NULL, NULL, 0 },
};
static const NumberWord words_e[] = {
	{ "eighteen", "18", 0 }, { "eighty", "80", 0 }, { "eleven", "11", 0 },
	{ "eight", "8", 0 },     { NULL, NULL, 0 },
};
static const NumberWord words_f[] = {
	{ "fourteen", "14", 0 }, { "fifteen", "15", 0 }, { "forty", "40", 0 },
	{ "fifty", "50", 0 },    { "four", "4", 0 },     { "five", "5", 0 },
	{ "fiv3", "5", 0 },      { NULL, NULL, 0 },
};
static const NumberWord words_h[] = {
	{ "hundred", "00", 0 },
	{ NULL, NULL, 0 },
};
static const NumberWord words_n[] = {
	{ "nineteen", "19", 0 }, { "nought", "0", 0 }, { "naught", "0", 0 },
	{ "ninety", "90", 0 },   { "niner", "9", 0 },  { "null", "0", 0 },
	{ "nine", "9", 0 },      { "nil", "0", 0 },    { NULL, NULL, 0 },
};
static const NumberWord words_o[] = {
	{ "one", "1", 0 },
	{ "oh", "0", 0 },
	{ "o", "0", 0 },
	{ NULL, NULL, 0 },
};
static const NumberWord words_s[] = {
	{ "seventeen", "17", 0 }, { "sixteen", "16", 0 }, { "seventy", "70", 0 },
	{ "sixty", "60", 0 },     { "seven", "7", 0 },    { "s3v3n", "7", 0 },
	{ "six", "6", 0 },        { NULL, NULL, 0 },
};
static const NumberWord words_t[] = {
	{ "thirteen", "13", 0 }, { "thousand", "000", 0 }, { "treble", "", 3 },
	{ "triple", "", 3 },     { "twelve", "12", 0 },    { "twenty", "20", 0 },
	{ "thirty", "30", 0 },   { "three", "3", 0 },      { "thr33", "3", 0 },
	{ "two", "2", 0 },       { "ten", "10", 0 },       { NULL, NULL, 0 },
};
static const NumberWord words_z[] = {
	{ "zero", "0", 0 },
	{ "zer0", "0", 0 },
	{ NULL, NULL, 0 },
};

static const NumberWord *const words_by_letter['z' - 'a' + 1] = {
	['d' - 'a'] = words_d, ['e' - 'a'] = words_e, ['f' - 'a'] = words_f,
	['h' - 'a'] = words_h, ['n' - 'a'] = words_n, ['o' - 'a'] = words_o,
	['s' - 'a'] = words_s, ['t' - 'a'] = words_t, ['z' - 'a'] = words_z,
};

static bool
is_word_byte(char c)
{
	return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

static bool
is_digit_at(const Chain *chain, gsize at)
{
	return at < chain->len && g_ascii_isdigit(chain->utf8[at]);
}

/* The value of a digit in any script, or -1. */
static int
digit_value(const char *at)
{
	return (guchar)*at < 0x80 ? g_ascii_digit_value(*at)
				  : g_unichar_digit_value(g_utf8_get_char(at));
}

static void
push_digit(Chain *chain, char digit)
{
	do
		g_string_append_c(chain->digits, digit);
	while (chain->times > 0 && --chain->times > 0);
	chain->times = 0;
}

/* The letter that a digit is written for inside a word ("fiv3", "0h"), or 0. */
static char
leet_letter(char digit)
{
	static const char letters[] = "oi\0eas\0t";

	return (char)(digit >= '0' && digit <= '7' ? letters[digit - '0'] : 0);
}

static bool
is_same_letter(char written, char letter)
{
	return (written | 0x20) == letter || leet_letter(written) == letter;
}

/* The letter that a word may begin with here; a digit counts only before a letter. */
static char
first_letter(const char *at, const char *end)
{
	if (g_ascii_isalpha(*at))
		return (char)(*at | 0x20);
	return (char)(at + 1 < end && g_ascii_isalpha(at[1]) ? leet_letter(*at) : 0);
}

static const NumberWord *
find_word(const char *at, const char *end)
{
	const char first = first_letter(at, end);
	const NumberWord *word = first == 0 ? NULL : words_by_letter[first - 'a'];

	for (; word != NULL && word->word != NULL; word++) {
		gsize len = 1;

		while (word->word[len] != '\0' && at + len < end &&
		       is_same_letter(at[len], word->word[len]))
			len++;
		if (word->word[len] == '\0')
			return word;
	}
	return NULL;
}

/* A letter that stands for a digit among digits, or 0. */
static char
letter_digit(char letter)
{
	static const char letters[] = "oOlIiSsBzZ";
	static const char digits[] = "0011155822";
	const char *found = letter == '\0' ? NULL : strchr(letters, letter);

	return (char)(found == NULL ? 0 : digits[found - letters]);
}

static void
push_word(Chain *chain, const NumberWord *word)
{
	const bool is_unit = word->digits[0] > '0' && word->digits[1] == '\0';

	/* "seventy seven" is 77. */
	if (chain->is_tens && is_unit)
		g_string_truncate(chain->digits, chain->digits->len - 1);
	chain->is_tens = word->digits[0] > '1' && word->digits[1] == '0';
	if (word->times != 0)
		chain->times = word->times;
	for (const char *digit = word->digits; *digit != '\0'; digit++)
		push_digit(chain, *digit);
}

/* One step into a run of letters and digits: how many bytes stand for digits there. */
static gsize
read_step(Chain *chain, const char *at, const char *end, bool has_digit)
{
	const NumberWord *word = find_word(at, end);
	int value = digit_value(at);

	if (word != NULL && (value < 0 || word->word[1] != '\0')) {
		push_word(chain, word);
		return strlen(word->word);
	}
	if (value >= 0) {
		chain->is_tens = false;
		push_digit(chain, (char)('0' + value));
		return visible_width(at);
	}
	if (!has_digit || letter_digit(*at) == 0)
		return 0;
	push_digit(chain, letter_digit(*at));
	return 1;
}

/* Where the run of letters and digits at a place ends; whether it holds digits, and
 * nothing else. */
static gsize
run_end(const Chain *chain, gsize at, bool *has_digit, bool *is_plain)
{
	const char *end = chain->utf8 + chain->len;
	const char *run = chain->utf8 + at;

	*has_digit = false;
	*is_plain = true;
	while (run < end && is_word_byte(*run)) {
		bool is_digit = digit_value(run) >= 0;

		if ((guchar)*run >= 0x80 && !is_digit &&
		    !g_unichar_isalnum(g_utf8_get_char(run)))
			break;
		*has_digit |= is_digit;
		*is_plain &= g_ascii_isdigit(*run) != 0;
		run += visible_width(run);
	}
	return (gsize)(run - chain->utf8);
}

static gsize
number_at(const Chain *chain, gsize at, guint *value)
{
	gsize count = 0;

	*value = 0;
	while (count < 5 && is_digit_at(chain, at + count))
		*value = *value * 10 + (guint)(chain->utf8[at + count++] - '0');
	return count;
}

static bool
is_sign_at(const Chain *chain, gsize at, char sign)
{
	return at < chain->len && chain->utf8[at] == sign;
}

/* The length of a time ("10:30", "10:30:05") at a place, or 0. */
static gsize
time_len(const Chain *chain, gsize at)
{
	guint hour, minute, second;
	gsize len = number_at(chain, at, &hour);

	if (len == 0 || len > 2 || !is_sign_at(chain, at + len, ':') || hour > 24 ||
	    number_at(chain, at + len + 1, &minute) != 2 || minute > 59)
		return 0;
	len += 3;
	if (is_sign_at(chain, at + len, ':') &&
	    number_at(chain, at + len + 1, &second) == 2 && second < 61)
		len += 3;
	return is_sign_at(chain, at + len, ':') ? 0 : len;
}

/* The length of a date ("7/12/2024", "2024-12-07") or time at a place that is not part of
 * something longer, or 0. */
static gsize
date_len(const Chain *chain, gsize at)
{
	guint day, month, year;
	gsize first = number_at(chain, at, &day);
	gsize second, third;
	const char sign =
		(char)(first > 0 && at + first < chain->len ? chain->utf8[at + first]
							    : 0);

	if (first == 0 || sign == 0 || strchr("/.-:", sign) == NULL)
		return 0;
	if (at > 1 && chain->utf8[at - 1] == sign && is_digit_at(chain, at - 2))
		return 0;
	if (sign == ':')
		return time_len(chain, at);
	second = number_at(chain, at + first + 1, &month);
	if (at + first + 1 + second >= chain->len ||
	    chain->utf8[at + first + 1 + second] != sign)
		return 0;
	third = number_at(chain, at + first + second + 2, &year);
	if (first == 4) {
		guint swap = day;

		day = year;
		year = swap;
	}
	if (second > 2 || MIN(first, third) > 2 || MAX(first, third) > 4 ||
	    third < (first == 4 ? 1 : 2) || day == 0 || day > 31 || month == 0 ||
	    month > 12 || (MAX(first, third) == 4 && (year < 1900 || year > 2100)))
		return 0;
	at += first + second + third + 2;
	return at + 1 < chain->len && chain->utf8[at] == sign &&
			       is_digit_at(chain, at + 1)
		       ? 0
		       : first + second + third + 2;
}

/* Whether a run of letters and digits stands for digits, all of it. */
static bool
read_run(Chain *chain, gsize at, gsize end, bool has_digit)
{
	const gsize before = chain->digits->len;

	while (at < end) {
		gsize step =
			read_step(chain, chain->utf8 + at, chain->utf8 + end, has_digit);

		if (step == 0) {
			g_string_truncate(chain->digits, before);
			return false;
		}
		at += step;
	}
	return true;
}

/* Reads one group at a place; its length, or 0 when there is none. */
static gsize
read_group(Chain *chain, gsize at)
{
	const gsize before = chain->digits->len;
	const bool was_times = chain->times > 0;
	const gsize start = was_times ? chain->times_start : at;
	bool has_digit, is_plain;
	gsize end = run_end(chain, at, &has_digit, &is_plain);
	Group group = { .start = start, .end = end, .first = before };

	if (end == at || (!has_digit && end - at > WORD_MAX) || date_len(chain, at) > 0 ||
	    !read_run(chain, at, end, has_digit))
		return 0;
	/* The digits before "double" in one run have its bytes already. */
	if (chain->times > 0)
		chain->times_start = chain->digits->len > before ? end : start;
	group.first = MIN(before, chain->digits->len);
	group.is_as_written = is_plain && !was_times;
	if (chain->digits->len > before)
		g_array_append_val(chain->groups, group);
	else if (chain->groups->len > 0 && chain->times == 0)
		g_array_index(chain->groups, Group, chain->groups->len - 1).end = end;
	return end - at;
}

static bool
is_word_or_price(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_type(c) == G_UNICODE_CURRENCY_SYMBOL;
}

/* The next letter or digit after signs that may stand between two groups. */
static gsize
skip_signs(const Chain *chain, gsize at)
{
	static const char signs[] = " \t\n.-_*/()[]{},;:~|+#'\"\\^`=<>";
	guint count = 0;

	for (; at < chain->len && count <= JOINER_MAX; count++) {
		const char *here = chain->utf8 + at;

		if ((guchar)*here < 0x80 ? strchr(signs, *here) == NULL
					 : is_word_or_price(g_utf8_get_char(here)))
			return at;
		at += visible_width(here);
	}
	return count <= JOINER_MAX ? at : chain->len;
}

/* The length of a word that people put between groups, or 0. */
static gsize
noise_len(const Chain *chain, gsize at)
{
	static const char *const noise[] = { "then",  "and",  "dash",  "hyphen", "space",
					     "point", "dot",  "slash", "next",   "comma",
					     "star",  "stop", NULL };
	bool has_digit, is_plain;
	gsize len = run_end(chain, at, &has_digit, &is_plain) - at;

	for (gsize i = 0; noise[i] != NULL; i++)
		if (len == strlen(noise[i]) &&
		    g_ascii_strncasecmp(chain->utf8 + at, noise[i], len) == 0)
			return len;
	return 0;
}

static gsize
skip_joiner(const Chain *chain, gsize at)
{
	at = skip_signs(chain, at);
	for (int i = 0; i < NOISE_MAX && at < chain->len; i++) {
		gsize len = noise_len(chain, at);

		if (len == 0)
			break;
		at = skip_signs(chain, at + len);
	}
	return at;
}

/* Reads all groups that follow each other; where the last of them ends. */
static gsize
read_chain(Chain *chain, gsize at)
{
	gsize end = at;

	g_array_set_size(chain->groups, 0);
	g_string_truncate(chain->digits, 0);
	chain->times = 0;
	chain->is_tens = false;
	while (at < chain->len) {
		gsize len = read_group(chain, at);

		if (len == 0)
			break;
		end = at + len;
		at = skip_joiner(chain, end);
	}
	return end;
}

static gsize
digits_until(const Chain *chain, guint group)
{
	return group < chain->groups->len
		       ? g_array_index(chain->groups, Group, group).first
		       : chain->digits->len;
}

/* How many digits a British number has that begins here, by its first; 0: none does. */
static gsize
phone_len(const char *digits, gsize *prefix)
{
	*prefix = 0;
	if (digits[0] == '0' && digits[1] >= '1')
		return 11;
	if (strncmp(digits, "0044", 4) == 0)
		*prefix = 4;
	else if (strncmp(digits, "44", 2) == 0)
		*prefix = 2;
	else
		return 0;
	return *prefix + (digits[*prefix] == '0' ? 11 : 10);
}

static const Group *
group_at(const Chain *chain, guint i)
{
	return &g_array_index(chain->groups, Group, i);
}

/* What stands between a group and the one before it: nothing but one sign, as in "0.75"
 * and "7-1"; what sets two things apart, as in "0.75   0.80" and "7-1, 0-2"; a new line. */
typedef enum Gap { GAP_OTHER, GAP_TIGHT, GAP_WIDE, GAP_LINE } Gap;

static Gap
gap_before(const Chain *chain, guint i)
{
	const char *gap = chain->utf8 + group_at(chain, i - 1)->end;
	gsize len = group_at(chain, i)->start - group_at(chain, i - 1)->end;
	const gsize comma = len > 1 && (*gap == ',' || *gap == ';') ? 1 : 0;
	gsize blanks = comma;

	if (memchr(gap, '\n', len) != NULL)
		return GAP_LINE;
	if (len == 1 && strchr(".,-:/", *gap) != NULL)
		return GAP_TIGHT;
	while (blanks < len && (gap[blanks] == ' ' || gap[blanks] == '\t'))
		blanks++;
	return blanks == len && (len > 1 || (len == 1 && *gap == '\t')) ? GAP_WIDE
									: GAP_OTHER;
}

/* How many of the gaps between groups [from, until) are of a kind. */
static guint
count_gaps(const Chain *chain, guint from, guint until, Gap kind)
{
	guint count = 0;

	for (guint i = from + 1; i < until; i++)
		count += gap_before(chain, i) == kind;
	return count;
}

/* Lines that hold a number each and nothing else. */
static bool
is_list(const Chain *chain)
{
	const guint len = chain->groups->len;
	const guint lines = count_gaps(chain, 0, len, GAP_LINE);

	return lines > 1 && lines + count_gaps(chain, 0, len, GAP_TIGHT) == len - 1;
}

/* Single numbers, decimals or pairs, set well apart: a table. */
static bool
is_table(const Chain *chain, guint from, guint until)
{
	guint tight = 0, wide = 0;

	for (guint i = from + 1; i < until; i++) {
		const Gap gap = gap_before(chain, i);

		if (gap == GAP_OTHER || (gap == GAP_TIGHT && i > from + 1 &&
					 gap_before(chain, i - 1) == GAP_TIGHT))
			return false;
		tight += gap == GAP_TIGHT;
		wide += gap == GAP_WIDE;
	}
	return tight > 0 && wide > 1;
}

/* Whether a byte belongs to a link. */
static bool
is_in_link(const Chain *chain, gsize at)
{
	gsize start = at;

	while (start > 0 && at - start < LINK_MAX &&
	       strchr(" \t\n<>\"()", chain->utf8[start - 1]) == NULL)
		start--;
	return g_strstr_len(chain->utf8 + start, (gssize)(at - start), "://") != NULL ||
	       g_ascii_strncasecmp(chain->utf8 + start, "www.", 4) == 0;
}

/* Whether groups [from, until) fill what stands between two signs of a link. */
static bool
fills_segment(const Chain *chain, guint from, guint until)
{
	const gsize start = group_at(chain, from)->start;
	const gsize end = group_at(chain, until - 1)->end;

	return strchr("/=?&:#+", chain->utf8[start - 1]) != NULL &&
	       (end == chain->len ||
		strchr("/=?&#+ \t\n<>\"()", chain->utf8[end]) != NULL);
}

/* Whether groups [from, until) only look like one number: see the head of this file. */
static bool
is_chance(const Chain *chain, guint from, guint until)
{
	if (until - from < 2)
		return false;
	if (is_table(chain, from, until))
		return true;
	if (until - from < chain->groups->len &&
	    count_gaps(chain, from, until, GAP_LINE) > 0 && is_list(chain))
		return true;
	return is_in_link(chain, group_at(chain, from)->start) &&
	       !fills_segment(chain, from, until);
}

/* The group after the telephone number that begins with a group; the same group when
 * none does. */
static guint
phone_end(const Chain *chain, guint group)
{
	gsize prefix;
	gsize first = digits_until(chain, group);
	gsize len = phone_len(chain->digits->str + first, &prefix);
	guint after = group;

	if (len == 0 || len > chain->digits->len - first)
		return group;
	while (digits_until(chain, after) < first + len)
		after++;
	return digits_until(chain, after) == first + len &&
			       !is_chance(chain, group, after)
		       ? after
		       : group;
}

/* "0044 (0)7" becomes "44 7"; the plus is put before it. */
static void
drop_prefix(Chain *chain, gsize first)
{
	gsize prefix;
	char *digits = chain->digits->str + first;

	phone_len(digits, &prefix);
	if (prefix > 0 && digits[prefix] == '0')
		digits[prefix] = DROPPED;
	if (prefix == 4)
		digits[0] = digits[1] = DROPPED;
}

/* Joins what belongs together; whether anything does. */
static bool
join_groups(Chain *chain)
{
	bool has_phone = false;

	for (guint i = 0; i < chain->groups->len;) {
		guint after = phone_end(chain, i);

		if (after > i)
			drop_prefix(chain, digits_until(chain, i));
		has_phone |= after > i;
		for (guint next = i + 1; next < after; next++)
			g_array_index(chain->groups, Group, next).is_joined = true;
		i = MAX(after, i + 1);
	}
	if (has_phone || chain->digits->len > NUMBER_MAX ||
	    is_chance(chain, 0, chain->groups->len))
		return has_phone;
	for (guint i = 1; i < chain->groups->len; i++)
		g_array_index(chain->groups, Group, i).is_joined = true;
	return true;
}

static char *
group_words(const Chain *chain, guint i, bool is_first)
{
	GString *words = g_string_new(NULL);
	gsize first = digits_until(chain, i);
	gsize until = digits_until(chain, i + 1);
	gsize start = g_array_index(chain->groups, Group, i).start;

	for (gsize at = first; at < until; at++)
		if (chain->digits->str[at] != DROPPED)
			g_string_append_c(words, chain->digits->str[at]);
	if (is_first && g_str_has_prefix(words->str, "44") &&
	    chain->digits->len - first >= 12 &&
	    (start == 0 || chain->utf8[start - 1] != '+'))
		g_string_prepend_c(words, '+');
	return g_string_free(words, FALSE);
}

static void
write_chain(const Chain *chain, Rewrite *rewrite)
{
	for (guint i = 0; i < chain->groups->len; i++) {
		const Group *group = &g_array_index(chain->groups, Group, i);
		const bool begins = i + 1 < chain->groups->len && !group->is_joined &&
				    g_array_index(chain->groups, Group, i + 1).is_joined;
		g_autofree char *words = group_words(chain, i, begins);

		if (group->is_joined)
			rewrite_replace(rewrite, group[-1].end, group->start, "");
		if (strlen(words) != group->end - group->start ||
		    memcmp(words, chain->utf8 + group->start, strlen(words)) != 0)
			rewrite_replace(rewrite, group->start, group->end, words);
	}
}

/* One number that is written as numbers are: "123456789", "0.123456789", and unlike
 * "07700.900123". */
static bool
is_number(const Chain *chain)
{
	const Group *groups = group_at(chain, 0);

	if (!groups[0].is_as_written || chain->groups->len > 2)
		return false;
	return chain->groups->len == 1 ||
	       (groups[1].is_as_written && groups[1].start == groups[0].end + 1 &&
		chain->utf8[groups[0].end] == '.' &&
		(groups[1].first == 1 || chain->digits->str[0] != '0'));
}

static void
undo_chain(Chain *chain, Rewrite *rewrite)
{
	if (chain->digits->len < NUMBER_MIN || is_number(chain))
		return;
	join_groups(chain);
	write_chain(chain, rewrite);
}

/* What may begin with a byte: nothing of ours, a word, digits. */
enum { BEGINS_NOTHING, BEGINS_WORD, BEGINS_DIGITS };

/* By first letter: which second ones the words have; a bit each, from a. */
#define LETTER(c) (1U << ((c) - 'a'))
static const guint32 second_letters['z' - 'a' + 1] = {
	['d' - 'a'] = LETTER('o') | LETTER('b'),
	['e' - 'a'] = LETTER('i') | LETTER('l'),
	['f' - 'a'] = LETTER('o') | LETTER('i'),
	['h' - 'a'] = LETTER('u'),
	['n' - 'a'] = LETTER('i') | LETTER('o') | LETTER('a') | LETTER('u'),
	['o' - 'a'] = G_MAXUINT32, /* "o" is one */
	['s' - 'a'] = LETTER('e') | LETTER('i'),
	['t' - 'a'] = LETTER('h') | LETTER('r') | LETTER('w') | LETTER('e'),
	['z' - 'a'] = LETTER('e'),
};

static gpointer
make_beginnings(gpointer data)
{
	guint8 *begins = g_new0(guint8, 256);

	(void)data;
	for (int c = 0; c < 256; c++)
		if (c >= 0x80 || g_ascii_isdigit(c))
			begins[c] = BEGINS_DIGITS;
		else if (g_ascii_isalpha(c))
			begins[c] = BEGINS_WORD;
	return begins;
}

/* Whether the letters behind a number's word may be another, or stand for digits. */
static bool
may_go_on(const char *at, const char *end)
{
	return at == end || !g_ascii_isalpha(*at) || letter_digit(*at) != 0 ||
	       find_word(at, end) != NULL;
}

/* Whether the letters at a place may be all numbers' words, or stand before a digit: a
 * guess that is wrong only where it says yes. */
static bool
may_begin(const char *at, const char *end)
{
	const bool has_next = at + 1 < end;
	const NumberWord *word;

	if (has_next && g_ascii_isdigit(at[1]))
		return true;
	if (has_next && g_ascii_isalpha(at[1]) &&
	    (second_letters[(*at | 0x20) - 'a'] & LETTER(at[1] | 0x20)) == 0)
		return false;
	word = find_word(at, end);
	return word != NULL && may_go_on(at + strlen(word->word), end);
}

/* Past a date or a price, or the run of letters that is no number. */
static gsize
pass_by(const Chain *chain, gsize at)
{
	bool ignored;
	gsize len = date_len(chain, at);
	gsize end = len > 0 ? at + len : run_end(chain, at, &ignored, &ignored);

	return end > at ? end : at + visible_width(chain->utf8 + at);
}

/* Where the next group may begin: at the first byte of a word. */
static gsize
next_start(const Chain *chain, gsize start)
{
	static GOnce once = G_ONCE_INIT;
	const guint8 *begins = g_once(&once, make_beginnings, NULL);
	const char *end = chain->utf8 + chain->len;
	const char *at = chain->utf8 + start;

	while (at < end) {
		const guint8 kind = begins[(guchar)*at];

		if (kind == BEGINS_DIGITS)
			break;
		if (kind != BEGINS_NOTHING && may_begin(at, end))
			break;
		at++;
		while (kind != BEGINS_NOTHING && at < end && g_ascii_isalnum(*at))
			at++;
	}
	return (gsize)(at - chain->utf8);
}

Rewrite *
evasion_digits(const char *utf8, gsize len)
{
	Chain chain = { .utf8 = utf8, .len = len };
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(Group));
	g_autoptr(Rewrite) rewrite = rewrite_new(utf8, len);
	g_autoptr(GString) digits = g_string_new(NULL);
	gsize ignored;

	chain.groups = groups;
	chain.digits = digits;
	for (gsize at = next_start(&chain, 0); at < len; at = next_start(&chain, at)) {
		gsize end = read_chain(&chain, at);

		if (end > at)
			undo_chain(&chain, rewrite);
		at = end > at ? end : pass_by(&chain, at);
	}
	return rewrite_finish(rewrite, &ignored) == NULL ? NULL
							 : g_steal_pointer(&rewrite);
}
