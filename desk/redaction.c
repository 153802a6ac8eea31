/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redaction.c - who is taken out of a copy, and why
 *
 * All that is to go is found in one pass, so that nothing is looked for in what was put
 * in its place.  A reason that names somebody who is to go is refused when it is read.
 */
#include "config.h"

#include "desk/redaction.h"

#include <string.h>

enum { ENTRIES_MAX = 500, WORDS_MIN = 2 };

typedef struct Entry {
	guint line;
	char *reason;
} Entry;

struct Redaction {
	GPtrArray *entries; /* Entry, in the order of the groups of the pattern */
	GRegex *regex;      /* NULL: nobody is taken out */
};

G_DEFINE_QUARK(redaction_error, redaction_error)

static void
entry_free(gpointer data)
{
	Entry *entry = data;

	g_free(entry->reason);
	g_free(entry);
}

/* --- reading ---------------------------------------------------------------------- */

/* What is invisible in a word would hide it. */
static char *
normalise(const char *text)
{
	static const char *const unseen[] = { "\xC2\xAD",     "\xE2\x80\x8B",
					      "\xE2\x80\x8C", "\xE2\x80\x8D",
					      "\xE2\x81\xA0", "\xEF\xBB\xBF" };
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *composed = g_utf8_normalize(valid, -1, G_NORMALIZE_NFC);
	GString *seen = g_string_new(composed);

	for (gsize i = 0; i < G_N_ELEMENTS(unseen); i++)
		g_string_replace(seen, unseen[i], "", 0);
	return g_string_free(seen, FALSE);
}

static bool
is_of_a_word(gunichar letter)
{
	return g_unichar_isalnum(letter) || g_unichar_ismark(letter);
}

/* Between two words a line may end, and a quotation's mark begin the next.  They stand for
 * themselves and not within another; where they begin or end with a mark, that is their
 * edge, so that what goes never uncovers what must go too. */
static void
add_pattern(GString *pattern, const char *words)
{
	const char *last = g_utf8_prev_char(words + strlen(words));
	g_auto(GStrv) parts = g_strsplit_set(words, " \t", -1);
	bool is_first = true;

	g_string_append_printf(
		pattern, "%s(%s", pattern->len > 0 ? "|" : "",
		is_of_a_word(g_utf8_get_char(words)) ? "(?<![\\p{L}\\p{N}\\p{M}])" : "");
	for (char **part = parts; *part != NULL; part++) {
		g_autofree char *escaped = g_regex_escape_string(*part, -1);
		g_autoptr(GString) apostrophes = g_string_new(escaped);

		if (**part == '\0')
			continue;
		g_string_replace(apostrophes, "'", "['\xE2\x80\x99]", 0);
		g_string_append_printf(pattern, "%s%s", is_first ? "" : "[\\s>|]+",
				       apostrophes->str);
		is_first = false;
	}
	g_string_append(pattern, is_of_a_word(g_utf8_get_char(last))
					 ? "(?![\\p{L}\\p{N}\\p{M}]))"
					 : ")");
}

/* What is wrong with a line, or NULL; words and reason are parts of it. */
static const char *
split_line(char *line, char **words, char **reason)
{
	char *mark = strstr(line, " : ");

	if (mark == NULL)
		return "has no reason: write WORDS : REASON";
	*mark = '\0';
	*words = g_strstrip(line);
	*reason = g_strstrip(mark + strlen(" : "));
	if (strpbrk(*words, "[]") != NULL)
		return "has a bracket, in which the reason stands: leave it out";
	return **reason == '\0' ? "has no reason: write WORDS : REASON" : NULL;
}

typedef struct Line {
	guint number;
	char *words; /* normalised */
	char *reason;
} Line;

static void
line_free(gpointer data)
{
	Line *line = data;

	g_free(line->words);
	g_free(line->reason);
	g_free(line);
}

static bool
fail(const char *name, guint number, const char *what, GError **error)
{
	g_set_error(error, REDACTION_ERROR, REDACTION_ERROR_SYNTAX, "%s:%u: %s", name,
		    number, what);
	return false;
}

static bool
read_line(const char *name, guint number, const char *text, GPtrArray *lines,
	  GError **error)
{
	g_autofree char *copy = g_strdup(text);
	char *words = NULL;
	char *reason = NULL;
	const char *wrong = NULL;
	Line *line = NULL;

	if (*g_strchomp(copy) == '\0' || *copy == '#')
		return true;
	wrong = split_line(copy, &words, &reason);
	if (wrong != NULL)
		return fail(name, number, wrong, error);
	line = g_new0(Line, 1);
	line->number = number;
	line->words = g_strstrip(normalise(words));
	line->reason = normalise(reason);
	g_ptr_array_add(lines, line);
	return g_utf8_strlen(line->words, -1) >= WORDS_MIN ||
	       fail(name, number, "is too short to be found as a word", error);
}

static gint
compare_lengths(gconstpointer a, gconstpointer b)
{
	const gsize first = strlen((*(const Line *const *)a)->words);
	const gsize second = strlen((*(const Line *const *)b)->words);

	return first > second ? -1 : first < second;
}

/* The longest come first, so that a full name goes as one. */
static Redaction *
compile(GPtrArray *lines, const char *name, GError **error)
{
	Redaction *redaction = g_new0(Redaction, 1);
	g_autoptr(GString) groups = g_string_new(NULL);

	redaction->entries = g_ptr_array_new_with_free_func(entry_free);
	g_ptr_array_sort(lines, compare_lengths);
	for (guint i = 0; i < lines->len; i++) {
		const Line *line = lines->pdata[i];
		Entry *entry = g_new0(Entry, 1);

		add_pattern(groups, line->words);
		entry->line = line->number;
		entry->reason = g_strdup(line->reason);
		g_ptr_array_add(redaction->entries, entry);
	}
	if (lines->len == 0)
		return redaction;
	redaction->regex =
		g_regex_new(groups->str, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
	if (redaction->regex != NULL)
		return redaction;
	fail(name, 1, "these words are too many to be looked for", error);
	redaction_free(redaction);
	return NULL;
}

/* What stands in its place; the caller's. */
static char *
stand_in(const Entry *entry)
{
	return g_strdup_printf("[taken out: %s]", entry->reason);
}

/* A reason must not say what it stands for, nor what stands there be taken out again. */
static bool
check_reasons(const Redaction *redaction, const char *name, GError **error)
{
	for (guint i = 0; i < redaction->entries->len; i++) {
		const Entry *entry = redaction->entries->pdata[i];
		g_autofree char *text = stand_in(entry);
		const guint line = redaction_line(redaction, text);

		if (line != 0)
			return fail(name,
				    redaction_line(redaction, entry->reason) != 0
					    ? entry->line
					    : line,
				    "what stands in its place has words that are to be "
				    "taken out",
				    error);
	}
	return true;
}

Redaction *
redaction_parse(const char *name, const char *text, gsize len, GError **error)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(line_free);
	g_autofree char *copy = g_strndup(text, len);
	g_auto(GStrv) split = g_strsplit(copy, "\n", -1);
	g_autoptr(Redaction) redaction = NULL;

	if (!g_utf8_validate(text, (gssize)len, NULL)) {
		fail(name, 1, "is not text in UTF-8: save it as that", error);
		return NULL;
	}
	for (guint i = 0; split[i] != NULL; i++) {
		if (!read_line(name, i + 1, split[i], lines, error))
			return NULL;
		if (lines->len > ENTRIES_MAX) {
			fail(name, i + 1, "is one line too many: 500 at most", error);
			return NULL;
		}
	}
	redaction = compile(lines, name, error);
	if (redaction == NULL || !check_reasons(redaction, name, error))
		return NULL;
	return g_steal_pointer(&redaction);
}

void
redaction_free(Redaction *redaction)
{
	if (redaction == NULL)
		return;
	g_ptr_array_unref(redaction->entries);
	if (redaction->regex != NULL)
		g_regex_unref(redaction->regex);
	g_free(redaction);
}

/* --- taking out ------------------------------------------------------------------- */

/* The entry whose group matched. */
static const Entry *
entry_of(const Redaction *redaction, const GMatchInfo *match)
{
	for (guint i = 0; i < redaction->entries->len; i++) {
		int start = -1;
		int end = -1;

		if (g_match_info_fetch_pos(match, (int)i + 1, &start, &end) && start >= 0)
			return redaction->entries->pdata[i];
	}
	return redaction->entries->pdata[0];
}

guint
redaction_line(const Redaction *redaction, const char *text)
{
	g_autofree char *plain = normalise(text);
	g_autoptr(GMatchInfo) match = NULL;

	if (redaction->regex == NULL ||
	    !g_regex_match(redaction->regex, plain, 0, &match))
		return 0;
	return entry_of(redaction, match)->line;
}

static gboolean
replace(const GMatchInfo *match, GString *out, gpointer data)
{
	g_autofree char *text = stand_in(entry_of(data, match));

	g_string_append(out, text);
	return FALSE;
}

char *
redaction_apply(const Redaction *redaction, const char *text)
{
	g_autofree char *plain = normalise(text);
	char *left = NULL;

	if (redaction->regex == NULL)
		return g_steal_pointer(&plain);
	left = g_regex_replace_eval(redaction->regex, plain, -1, 0, 0, replace,
				    (gpointer)(gsize)redaction, NULL);
	/* What cannot be searched is not shown. */
	return left != NULL ? left : g_strdup("[taken out: it could not be searched]");
}

static bool
is_ours(const char *key)
{
	static const char *const ours[] = {
		"id",       "mail",     "record",     "verdict",   "direction", "action",
		"state",    "type",     "form",       "kind",      "phone",     "decides",
		"ground",   "outcome",  "rule",       "paragraph", "time",      "at",
		"staff",    "received", "sha256",     "path",      "tombstone", "key",
		"again_of", "repeats",  "message_id", NULL
	};

	return g_strv_contains(ours, key);
}

static json_t *
redact(const Redaction *redaction, const json_t *value)
{
	json_t *copy = NULL;
	const char *key;
	json_t *one;
	size_t i;

	if (json_is_string(value)) {
		g_autofree char *text =
			redaction_apply(redaction, json_string_value(value));

		return json_text_new(text);
	}
	if (json_is_array(value)) {
		copy = json_array();
		json_array_foreach(value, i, one)
			json_array_append_new(copy, redact(redaction, one));
		return copy;
	}
	if (!json_is_object(value))
		return json_deep_copy(value);
	copy = json_object();
	json_object_foreach((json_t *)(gpointer)(gsize)value, key, one)
		json_object_set_new(copy, key,
				    is_ours(key) ? json_deep_copy(one)
						 : redact(redaction, one));
	return copy;
}

json_t *
redaction_apply_json(const Redaction *redaction, const json_t *payload)
{
	return redact(redaction, payload);
}

json_t *
redaction_count(const Redaction *redaction, const char *text)
{
	g_autofree char *plain = normalise(text);
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(json_t) counts = json_object();
	json_t *list = json_array();
	const char *reason;
	json_t *count;

	if (redaction->regex != NULL)
		(void)g_regex_match(redaction->regex, plain, 0, &match);
	for (; match != NULL && g_match_info_matches(match);
	     g_match_info_next(match, NULL)) {
		reason = entry_of(redaction, match)->reason;
		json_object_set_new(counts, reason,
				    json_integer(json_number(counts, reason, 0) + 1));
	}
	json_object_foreach(counts, reason, count)
		json_array_append_new(
			list, json_pack("{s:s, s:O}", "reason", reason, "count", count));
	return list;
}
