/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader_rule.c - rule and list blocks of rules files
 *
 * A rule is kept only when it can work: it has a pattern, an action, a reason, and at
 * least one hit and one miss that come out as they say.  What needs other blocks (its
 * lists, hence its hits and misses) is looked at when all files are read.
 */
#include "config.h"

#include "rules/check.h"
#include "rules/engine.h"
#include "rules/reader_inside.h"

#include <string.h>

enum { RULES_MAX = 10000, PATTERNS_MAX = 100, EXAMPLES_MAX = 200 };

static char *
here(const Reader *reader)
{
	return g_strdup_printf("%s:%u", reader->file, reader->line);
}

/* A line that is kept with its place. */
static void
keep_line(Reader *reader, GPtrArray *lines, const char *key, const char *text)
{
	RuleLine *line;

	if (lines->len >= EXAMPLES_MAX) {
		reader_fault(reader, POLICY_ERROR_SYNTAX, "more than %d lines of %s",
			     EXAMPLES_MAX, key);
		return;
	}
	line = g_new0(RuleLine, 1);
	line->text = g_strdup(text);
	line->place = here(reader);
	g_ptr_array_add(lines, line);
}

static void
set_when(Reader *reader, const char *value)
{
	static const char *const words[] = { "outbound", "inbound", "any", NULL };
	guint choice;

	if (!reader_choose(reader, "when", value, words, &choice))
		return;
	reader->rule->is_outbound = choice != 1;
	reader->rule->is_inbound = choice != 0;
}

static bool
add_unit(Rule *rule, const char *word)
{
	static const struct {
		const char *word;
		TextUnit unit;
	} units[] = {
		{ "subject", TEXT_SUBJECT },        { "body", TEXT_BODY },
		{ "quoted", TEXT_QUOTED },          { "names", TEXT_NAMES },
		{ "attachments", TEXT_ATTACHMENT },
	};

	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (strcmp(word, units[i].word) == 0) {
			rule->units |= 1U << units[i].unit;
			return true;
		}
	if (!g_str_has_prefix(word, "headers:") || word[strlen("headers:")] == '\0')
		return false;
	g_ptr_array_add(rule->headers, g_strdup(word + strlen("headers:")));
	return true;
}

static void
set_look_in(Reader *reader, const char *value)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);

	reader->rule->units = 0;
	for (char **word = words; *word != NULL; word++)
		if (**word != '\0' && !add_unit(reader->rule, *word))
			reader_fault(reader, POLICY_ERROR_SYNTAX,
				     "look-in '%s' is not known: write subject, body, "
				     "quoted, names, attachments or headers:NAME",
				     *word);
}

static void
set_pattern(Reader *reader, const char *value)
{
	g_autoptr(GError) error = NULL;
	Pattern *pattern;

	if (reader->rule->patterns->len >= PATTERNS_MAX) {
		reader_fault(reader, POLICY_ERROR_SYNTAX,
			     "more than %d patterns: make another rule", PATTERNS_MAX);
		return;
	}
	pattern = pattern_new(value, &error);
	if (pattern == NULL)
		reader_fault(reader, POLICY_ERROR_SYNTAX, "pattern %s: %s", value,
			     error->message);
	else
		g_ptr_array_add(reader->rule->patterns, pattern);
}

static void
set_unless(Reader *reader, const char *value)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);

	for (char **word = words; *word != NULL; word++)
		if (**word != '\0')
			keep_line(reader, reader->rule->unless, "unless", *word);
}

static void
set_action(Reader *reader, const char *value)
{
	static const char *const words[] = { "pass", "tag", "hold", "reject", NULL };
	guint choice;

	if (reader_choose(reader, "action", value, words, &choice))
		reader->rule->action = (Action)choice;
}

static bool
choose_yes(Reader *reader, const char *key, const char *value)
{
	static const char *const words[] = { "no", "yes", NULL };
	guint choice = 0;

	return reader_choose(reader, key, value, words, &choice) && choice == 1;
}

static void
set_seal(Reader *reader, const char *value)
{
	reader->rule->seals = choose_yes(reader, "seal", value);
}

static void
set_notify(Reader *reader, const char *value)
{
	static const char *const words[] = { "manager", "lead", "duty", "nobody", NULL };
	g_auto(GStrv) names = g_strsplit_set(value, " \t", -1);
	guint choice;

	reader->rule->notify = 0;
	for (char **name = names; *name != NULL; name++)
		if (**name != '\0' &&
		    reader_choose(reader, "notify", *name, words, &choice) && choice < 3)
			reader->rule->notify |= 1U << choice;
}

static void
set_urgent(Reader *reader, const char *value)
{
	static const char *const words[] = { "no", "today", "now", NULL };
	guint choice;

	if (reader_choose(reader, "urgent", value, words, &choice))
		reader->rule->urgent = (Urgent)choice;
}

static void
set_decide(Reader *reader, const char *value)
{
	static const char *const words[] = { "manager", "lead", NULL };
	guint choice;

	if (reader_choose(reader, "decide", value, words, &choice))
		reader->rule->decides = choice == 0 ? DECIDES_MANAGER : DECIDES_LEAD;
}

static void
set_tell_author(Reader *reader, const char *value)
{
	static const char *const words[] = { "plainly", "neutral", NULL };
	guint choice;

	if (reader_choose(reader, "tell-author", value, words, &choice))
		reader->rule->tells_plainly = choice == 0;
}

static void
set_paragraph(Reader *reader, const char *value)
{
	if (!reader_is_paragraph(reader, value))
		return;
	g_free(reader->rule->paragraph);
	reader->rule->paragraph = g_strdup(value);
}

static void
set_reason(Reader *reader, const char *value)
{
	g_free(reader->rule->reason);
	reader->rule->reason = g_strdup(value);
}

static void
set_hit(Reader *reader, const char *value)
{
	keep_line(reader, reader->rule->hits, "hit", value);
}

static void
set_miss(Reader *reader, const char *value)
{
	keep_line(reader, reader->rule->misses, "miss", value);
}

/* The first five must be there. */
enum { NEEDED = 5 };

static const Setting rule_settings[] = {
	{ "pattern", true, true, set_pattern },
	{ "action", false, false, set_action },
	{ "reason", true, false, set_reason },
	{ "hit", true, true, set_hit },
	{ "miss", true, true, set_miss },
	{ "when", false, false, set_when },
	{ "look-in", false, false, set_look_in },
	{ "unless", false, true, set_unless },
	{ "seal", false, false, set_seal },
	{ "notify", false, false, set_notify },
	{ "urgent", false, false, set_urgent },
	{ "decide", false, false, set_decide },
	{ "tell-author", false, false, set_tell_author },
	{ "paragraph", false, false, set_paragraph },
	{ NULL, false, false, NULL },
};

static void
close_rule(Reader *reader)
{
	const Rule *rule = reader->rule;
	const guint line = reader->line;
	Stopping stopping = { "rule", rule->name, reader->opened };

	reader->line = reader->opened;
	for (guint i = 0; i < NEEDED; i++)
		if (!(reader->seen & 1U << i))
			reader_fault(reader, POLICY_ERROR_SYNTAX,
				     "rule %s has no %s: give it one", rule->name,
				     rule_settings[i].key);
	if (rule->is_inbound && rule->action >= ACTION_HOLD)
		g_array_append_val(reader->stopping, stopping);
	reader->line = line;
}

static const Block rule_block = {
	.settings_named = "a rule: write when, look-in, pattern, unless, action, seal, "
			  "notify, urgent, decide, tell-author, paragraph, reason, hit "
			  "or miss",
	.settings = rule_settings,
	.close = close_rule,
};

static const Rule *
find_rule(const Reader *reader, const char *name)
{
	for (guint i = 0; i < reader->rules->len; i++) {
		const Rule *rule = reader->rules->pdata[i];

		if (strcmp(rule->name, name) == 0)
			return rule;
	}
	return NULL;
}

/* Findings are known by one name alone. */
static void
check_is_free(Reader *reader, const char *name)
{
	const Rule *rule = find_rule(reader, name);
	guint len;
	const Check *checks = check_table(&len);

	for (guint i = 0; i < len; i++)
		if (strcmp(checks[i].name, name) == 0) {
			reader_fault(reader, POLICY_ERROR_SYNTAX,
				     "rule %s: there is a check of that name: choose "
				     "another",
				     name);
			return;
		}
	if (rule != NULL)
		reader_fault(reader, POLICY_ERROR_SYNTAX,
			     "rule %s has a block already at %s: choose another name",
			     name, rule->place);
}

void
reader_open_rule(Reader *reader, const char *name)
{
	g_autofree char *place = here(reader);

	reader->is_in_block = true;
	/* A wrong name hides no fault of what follows. */
	if (reader_is_name(reader, "rule", name))
		check_is_free(reader, name);
	if (reader->rules->len >= RULES_MAX) {
		reader_fault(reader, POLICY_ERROR_SYNTAX, "more than %d rules",
			     RULES_MAX);
		return;
	}
	reader->rule = rule_new(name, place);
	reader->block = &rule_block;
	g_ptr_array_add(reader->rules, reader->rule);
}

static void
include_list(Reader *reader, const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = reader->include == NULL
					  ? NULL
					  : reader->include(name, reader->file,
							    reader->include_data, &error);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	const char *data;
	gsize len;

	if (bytes == NULL) {
		reader_fault(reader, POLICY_ERROR_FILE, "file %s: %s", name,
			     error == NULL ? "cannot be read here" : error->message);
		return;
	}
	data = g_bytes_get_data(bytes, &len);
	text = len == 0 ? g_strdup("") : g_utf8_make_valid(data, (gssize)len);
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_strstrip(*line);
		if (**line != '\0' && **line != '#')
			wordlist_add(reader->list, *line);
	}
}

static void
add_entry(Reader *reader, const char *line)
{
	static const char word[] = "file";
	const char *rest = line + strlen(word);

	if (g_str_has_prefix(line, word) && (*rest == ' ' || *rest == '\t'))
		include_list(reader, rest + strspn(rest, " \t"));
	else
		wordlist_add(reader->list, line);
}

static const Block list_block = { .add_line = add_entry };

/* A list may go on in another block, so that an agency adds to a shipped one in a file
 * of its own. */
void
reader_open_list(Reader *reader, const char *name)
{
	reader->is_in_block = true;
	if (!reader_is_name(reader, "list", name))
		return;
	reader->list = g_hash_table_lookup(reader->lists, name);
	if (reader->list == NULL) {
		reader->list = wordlist_new();
		g_hash_table_insert(reader->lists, g_strdup(name), reader->list);
	}
	reader->block = &list_block;
}

/* A fault at a place that was kept.  what is taken. */
static void
fault_at(Reader *reader, const char *place, char *what)
{
	g_autofree char *message = what;
	g_autofree char *file = g_strdup(place);
	char *line = strrchr(file, ':');
	const char *was = reader->file;

	*line++ = '\0';
	reader->file = file;
	reader->line = (guint)g_ascii_strtoull(line, NULL, 10);
	reader_fault(reader, POLICY_ERROR_SYNTAX, "%s", message);
	reader->file = was;
}

static bool
try_lists(Reader *reader, const Rule *rule)
{
	bool holds = true;

	for (guint i = 0; i < rule->unless->len; i++) {
		const RuleLine *line = rule->unless->pdata[i];

		if (engine_is_own_list(line->text) ||
		    g_hash_table_contains(reader->lists, line->text))
			continue;
		fault_at(reader, line->place,
			 g_strdup_printf("there is no list '%s': write list NAME here "
					 "or in another file of the directory, or "
					 "one of own-details, work-numbers, "
					 "work-addresses",
					 line->text));
		holds = false;
	}
	return holds;
}

static void
try_examples(Reader *reader, const Rule *rule)
{
	for (guint i = 0; i < rule->hits->len; i++) {
		const RuleLine *line = rule->hits->pdata[i];

		if (!engine_hits(rule, reader->lists, line->text, NULL))
			fault_at(reader, line->place,
				 g_strdup_printf("hit is not found: '%s': mend the "
						 "pattern or the hit",
						 line->text));
	}
	for (guint i = 0; i < rule->misses->len; i++) {
		const RuleLine *line = rule->misses->pdata[i];
		g_autofree char *words = NULL;

		if (engine_hits(rule, reader->lists, line->text, &words))
			fault_at(reader, line->place,
				 g_strdup_printf("miss is found all the same: '%s' in "
						 "'%s': mend the pattern or the miss",
						 words, line->text));
	}
}

void
reader_try_rules(Reader *reader)
{
	for (guint i = 0; i < reader->rules->len; i++) {
		const Rule *rule = reader->rules->pdata[i];

		if (try_lists(reader, rule) && rule->patterns->len > 0)
			try_examples(reader, rule);
	}
}
