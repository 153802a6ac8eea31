/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expression.c - reads an expression of PCRE2 into a tree
 *
 * pcre2pattern(3) has the syntax.  PCRE2 has compiled the expression before, so that it is
 * whole: what is wrong with it need not be found here.  What takes no room and is not an
 * edge of a word or something ahead is left out, for the tree may match more.  Rare things
 * (verbs, conditions, recursion, options inside) make the reading fail.
 */
#include "config.h"

#include "rules/expression.h"

#include <stdlib.h>
#include <string.h>

/* Above all characters there are. */
enum { NO_CHARACTER = 0x110000 };

typedef struct Reader {
	const char *at;
	bool is_extended, is_dot_all;
	bool is_odd; /* something is not understood; the rest does not matter */
} Reader;

void
item_free(Item *item)
{
	if (item == NULL)
		return;
	g_clear_pointer(&item->alternatives, g_ptr_array_unref);
	g_free(item);
}

static void
free_item(gpointer item)
{
	item_free(item);
}

static void
free_sequence(gpointer sequence)
{
	g_ptr_array_unref(sequence);
}

static Item *
item_new(ItemKind kind)
{
	Item *item = g_new0(Item, 1);

	item->kind = kind;
	item->least = item->most = 1;
	if (kind == ITEM_GROUP || kind == ITEM_AHEAD)
		item->alternatives = g_ptr_array_new_with_free_func(free_sequence);
	return item;
}

/* --- sets of signs */

/* What these are in a folded text: BEYOND, or a blank or a digit of ASCII. */
static void
add_folded(bool *signs, gunichar from, gunichar to)
{
	const bool is_long = to - from > G_MAXUINT16;

	signs[BEYOND] = true;
	signs[' '] |= is_long;
	signs['0'] |= is_long;
	for (gunichar sign = from; !is_long && sign <= to; sign++) {
		const guchar folded = (guchar)fold_character(sign);

		signs[folded] = true;
	}
}

static void
add_range(bool *signs, gunichar from, gunichar to)
{
	for (gunichar sign = from; sign <= MIN(to, BEYOND - 1); sign++)
		signs[sign] = true;
	if (to >= BEYOND)
		add_folded(signs, MAX(from, BEYOND), to);
}

static bool
is_of_class(char letter, char sign)
{
	switch (letter) {
	case 'd':
		return g_ascii_isdigit(sign);
	case 'w':
		return g_ascii_isalnum(sign) || sign == '_';
	case 's':
		return g_ascii_isspace(sign) || sign == '\v';
	case 'h':
		return sign == ' ' || sign == '\t';
	case 'v':
		return sign >= '\n' && sign <= '\r';
	default:
		return false;
	}
}

/* \d and the like, and \D.  What is a blank or a digit beyond ASCII is folded. */
static void
add_class(bool *signs, char letter)
{
	const bool is_wanted = g_ascii_islower(letter);

	for (guint sign = 0; sign < BEYOND; sign++)
		if (is_of_class(g_ascii_tolower(letter), (char)sign) == is_wanted)
			signs[sign] = true;
	signs[BEYOND] |= !is_wanted || letter == 'w';
}

static void
add_all(bool *signs)
{
	memset(signs, true, SIGNS);
}

/* --- escapes */

/* \x41, \x{41}, behind the x. */
static gunichar
read_hexadecimal(Reader *reader)
{
	gunichar value = 0;
	const bool is_braced = *reader->at == '{';

	if (is_braced)
		reader->at++;
	for (int i = 0; (is_braced || i < 2) && g_ascii_isxdigit(*reader->at); i++)
		value = value << 4 | (gunichar)g_ascii_xdigit_value(*reader->at++);
	reader->is_odd |= is_braced && *reader->at != '}';
	if (is_braced && *reader->at == '}')
		reader->at++;
	return value;
}

/* The character that an escape of one stands for; at is behind the letter.  NO_CHARACTER:
 * it is none of these. */
static gunichar
read_simple_escape(Reader *reader, char letter)
{
	static const char letters[] = "nrtfae", values[] = "\n\r\t\f\a\033";
	const char *found = letter != '\0' ? strchr(letters, letter) : NULL;

	if (found != NULL)
		return (guchar)values[found - letters];
	if (letter == 'x')
		return read_hexadecimal(reader);
	return g_ascii_ispunct(letter) || letter == ' ' ? (gunichar)letter : NO_CHARACTER;
}

/* \p{…}, \P{…}, behind the letter: not looked into. */
static void
skip_property(Reader *reader)
{
	const char *end = *reader->at == '{' ? strchr(reader->at, '}') : reader->at;

	reader->is_odd |= end == NULL || *end == '\0';
	if (!reader->is_odd)
		reader->at = end + 1;
}

static bool
is_class(char letter)
{
	return letter != '\0' && strchr("dDwWsShHvV", letter) != NULL;
}

/* An escape outside of brackets.  NULL: it takes no room. */
static Item *
read_escape(Reader *reader)
{
	const char letter = reader->at[1];
	g_autoptr(Item) item = item_new(ITEM_SET);
	gunichar character;

	reader->at += letter == '\0' ? 1 : 2;
	if (letter == 'b') {
		item->kind = ITEM_EDGE;
	} else if (letter != '\0' && strchr("BAzZGK", letter) != NULL) {
		return NULL;
	} else if (letter == 'R' || letter == 'X' || (letter >= '1' && letter <= '9')) {
		item->kind = ITEM_GAP;
		reader->is_odd |= g_ascii_isdigit(*reader->at);
	} else if (is_class(letter)) {
		add_class(item->signs, letter);
	} else if (letter == 'p' || letter == 'P') {
		skip_property(reader);
		add_all(item->signs);
	} else {
		character = read_simple_escape(reader, letter);
		reader->is_odd |= character == NO_CHARACTER;
		if (!reader->is_odd)
			add_range(item->signs, character, character);
	}
	return g_steal_pointer(&item);
}

/* --- brackets */

/* One character of a class, escaped or not.  NO_CHARACTER: it was a class of its own, and is
 * in signs. */
static gunichar
read_class_character(Reader *reader, bool *signs)
{
	gunichar character;
	char letter;

	if (*reader->at != '\\') {
		character = g_utf8_get_char(reader->at);
		reader->at += g_utf8_skip[(guchar)*reader->at];
		return character;
	}
	letter = reader->at[1];
	reader->at += letter == '\0' ? 1 : 2;
	if (is_class(letter)) {
		add_class(signs, letter);
		return NO_CHARACTER;
	}
	if (letter == 'p' || letter == 'P') {
		skip_property(reader);
		add_all(signs);
		return NO_CHARACTER;
	}
	if (letter == 'b')
		return '\b';
	character = read_simple_escape(reader, letter);
	reader->is_odd |= character == NO_CHARACTER;
	return character;
}

static void
read_class_range(Reader *reader, bool *signs)
{
	const gunichar from = read_class_character(reader, signs);
	gunichar to = from;

	if (from == NO_CHARACTER || reader->is_odd)
		return;
	if (reader->at[0] == '-' && reader->at[1] != ']' && reader->at[1] != '\0') {
		reader->at++;
		to = read_class_character(reader, signs);
		reader->is_odd |= to == NO_CHARACTER;
	}
	if (!reader->is_odd)
		add_range(signs, from, to);
}

/* What is left out beyond ASCII does not matter: all of it is taken, and what it folds to. */
static void
negate(bool *signs)
{
	for (guint sign = 0; sign < BEYOND; sign++)
		signs[sign] = !signs[sign];
	signs[BEYOND] = signs[' '] = signs['0'] = true;
}

/* What a negated class must not exclude is what it names for certain: \W there names more
 * in the tree than in PCRE2 only beyond ASCII, which is taken anyway; \p names all. */
static Item *
read_brackets(Reader *reader)
{
	g_autoptr(Item) item = item_new(ITEM_SET);
	const bool is_negated = reader->at[1] == '^';
	const char *begin;

	reader->at += is_negated ? 2 : 1;
	begin = reader->at;
	while (!reader->is_odd && (*reader->at != ']' || reader->at == begin)) {
		reader->is_odd |= *reader->at == '\0' ||
				  (reader->at[0] == '[' && reader->at[1] != '\0' &&
				   strchr(":.=", reader->at[1]) != NULL) ||
				  (is_negated && reader->at[0] == '\\' &&
				   g_ascii_tolower(reader->at[1]) == 'p');
		if (!reader->is_odd)
			read_class_range(reader, item->signs);
	}
	if (reader->is_odd)
		return NULL;
	reader->at++;
	if (is_negated)
		negate(item->signs);
	return g_steal_pointer(&item);
}

/* --- groups */

static void read_alternatives(Reader *reader, GPtrArray *alternatives);

/* Behind "(", where the body of a group of some kind begins; NULL where it takes no room
 * and has no body that is asked for. */
static Item *
open_group(Reader *reader)
{
	static const struct {
		const char *opening;
		ItemKind kind; /* ITEM_GAP: left out */
	} kinds[] = { { "?>", ITEM_GROUP }, { "?|", ITEM_GROUP }, { "?=", ITEM_AHEAD },
		      { "?!", ITEM_GAP },   { "?<=", ITEM_GAP },  { "?<!", ITEM_GAP } };

	if (*reader->at != '?' && *reader->at != '*')
		return item_new(ITEM_GROUP);
	/* Case, and where lines begin, make no difference here. */
	if (reader->at[0] == '?' &&
	    reader->at[1 + strspn(reader->at + 1, "im-")] == ':') {
		reader->at = strchr(reader->at, ':') + 1;
		return item_new(ITEM_GROUP);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(reader->at, kinds[i].opening)) {
			reader->at += strlen(kinds[i].opening);
			return kinds[i].kind == ITEM_GAP ? NULL : item_new(kinds[i].kind);
		}
	reader->is_odd = true;
	return NULL;
}

static Item *
read_group(Reader *reader)
{
	g_autoptr(Item) item = NULL;
	g_autoptr(Item) left_out = item_new(ITEM_GROUP);

	reader->at++;
	item = open_group(reader);
	if (!reader->is_odd)
		read_alternatives(reader, (item != NULL ? item : left_out)->alternatives);
	reader->is_odd |= *reader->at != ')';
	if (reader->is_odd)
		return NULL;
	reader->at++;
	return g_steal_pointer(&item);
}

/* --- repeats */

/* "{2,50}"; false when it is no repeat, but a sign. */
static bool
read_braces(Reader *reader, guint *least, guint *most)
{
	const char *from = reader->at + 1;
	char *end;
	guint64 first, last;

	reader->is_odd |= *from == ','; /* a sign, or not: by the version of PCRE2 */
	if (!g_ascii_isdigit(*from))
		return false;
	first = last = g_ascii_strtoull(from, &end, 10);
	if (*end == ',') {
		from = end + 1;
		end = strchr(from, '}');
		if (end == NULL)
			return false;
		last = end == from ? G_MAXUINT : g_ascii_strtoull(from, &end, 10);
	}
	if (*end != '}')
		return false;
	*least = (guint)first;
	*most = (guint)MIN(last, G_MAXUINT);
	reader->at = end + 1;
	return true;
}

static void
skip_blanks(Reader *reader)
{
	while (reader->is_extended && *reader->at != '\0') {
		if (*reader->at == '#')
			reader->at += strcspn(reader->at, "\n");
		else if (g_ascii_isspace(*reader->at) || *reader->at == '\v')
			reader->at++;
		else
			break;
	}
}

/* How often an item may stand.  Left alone when nothing is said. */
static void
read_repeat(Reader *reader, guint *least, guint *most)
{
	skip_blanks(reader);
	switch (*reader->at) {
	case '*':
	case '?':
	case '+':
		*least = *reader->at == '+' ? 1 : 0;
		*most = *reader->at == '?' ? 1 : G_MAXUINT;
		reader->at++;
		break;
	case '{':
		if (read_braces(reader, least, most))
			break;
		return;
	default:
		return;
	}
	if (*reader->at == '?' || *reader->at == '+')
		reader->at++;
}

/* --- the whole */

static Item *
read_sign(Reader *reader)
{
	g_autoptr(Item) item = item_new(ITEM_SET);
	const gunichar sign = g_utf8_get_char(reader->at);

	reader->at += g_utf8_skip[(guchar)*reader->at];
	if (sign == '^' || sign == '$')
		return NULL;
	if (sign == '.')
		add_all(item->signs);
	else
		add_range(item->signs, sign, sign);
	item->signs['\n'] &= sign != '.' || reader->is_dot_all;
	return g_steal_pointer(&item);
}

static Item *
read_item(Reader *reader)
{
	switch (*reader->at) {
	case '\\':
		return read_escape(reader);
	case '[':
		return read_brackets(reader);
	case '(':
		return read_group(reader);
	default:
		return read_sign(reader);
	}
}

static bool
is_at_end(const Reader *reader)
{
	return reader->is_odd || *reader->at == '\0' || *reader->at == ')';
}

static GPtrArray *
read_sequence(Reader *reader)
{
	GPtrArray *sequence = g_ptr_array_new_with_free_func(free_item);

	skip_blanks(reader);
	while (!is_at_end(reader) && *reader->at != '|') {
		g_autoptr(Item) item = read_item(reader);
		guint least = 1, most = 1;

		if (!reader->is_odd)
			read_repeat(reader, &least, &most);
		skip_blanks(reader);
		if (item == NULL ||
		    ((item->kind == ITEM_EDGE || item->kind == ITEM_AHEAD) && least == 0))
			continue;
		item->least = least;
		item->most = most;
		g_ptr_array_add(sequence, g_steal_pointer(&item));
	}
	return sequence;
}

static void
read_alternatives(Reader *reader, GPtrArray *alternatives)
{
	g_ptr_array_add(alternatives, read_sequence(reader));
	while (!is_at_end(reader) && *reader->at == '|') {
		reader->at++;
		g_ptr_array_add(alternatives, read_sequence(reader));
	}
}

Item *
expression_read(const Pattern *pattern)
{
	g_autoptr(Item) item = item_new(ITEM_GROUP);
	Reader reader = { .at = pattern_expression(pattern),
			  .is_extended = pattern_has_flag(pattern, 'x'),
			  .is_dot_all = pattern_has_flag(pattern, 's') };

	read_alternatives(&reader, item->alternatives);
	reader.is_odd |= *reader.at != '\0';
	return reader.is_odd ? NULL : g_steal_pointer(&item);
}
