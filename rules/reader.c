/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.c - rules files, read into the settings of checks
 *
 * A line that begins in column one opens a block or sets something for its file; lines
 * that are indented belong to the block above.  What may stand in column one is in one
 * table, what may stand in a block in another, so that the rule language can grow.
 * What a rule or a list may say is read by reader_rule.c.
 *
 * Invariant: a fault never stops the reading; it is kept with its place, and its line
 * has no effect.
 */
#include "config.h"

#include "rules/reader.h"

#include "rules/check.h"
#include "rules/reader_inside.h"

#include <stdarg.h>
#include <string.h>

enum { FAULTS_MAX = 100, NAME_LEN_MAX = 60 };

void
reader_fault(Reader *reader, PolicyError code, const char *format, ...)
{
	va_list args;

	if (reader->faults_len == 0)
		reader->code = code;
	if (++reader->faults_len > FAULTS_MAX)
		return;
	g_string_append_printf(reader->faults,
			       "%s%s:%u: ", reader->faults->len == 0 ? "" : "\n",
			       reader->file, reader->line);
	va_start(args, format);
	g_string_append_vprintf(reader->faults, format, args);
	va_end(args);
}

static void
setting_free(gpointer data)
{
	CheckSetting *setting = data;

	g_free(setting->paragraph);
	g_free(setting->reason);
	g_free(setting->file);
	g_free(setting);
}

static CheckSetting *
setting_new(const Check *check)
{
	CheckSetting *setting = g_new0(CheckSetting, 1);

	setting->name = check->name;
	setting->action = check->action;
	setting->paragraph = g_strdup(check->paragraph);
	setting->reason = g_strdup(check->reason);
	setting->decides = check->decides;
	setting->tells_plainly = check->tells_plainly;
	setting->notify = check->notify;
	setting->urgent = check->urgent;
	setting->is_built = check_is_built(check);
	return setting;
}

static void
free_rule(gpointer data)
{
	rule_free(data);
}

static void
free_list(gpointer data)
{
	wordlist_free(data);
}

Reader *
reader_new(ReaderInclude include, void *data)
{
	Reader *reader = g_new0(Reader, 1);
	guint len;
	const Check *checks = check_table(&len);

	reader->include = include;
	reader->include_data = data;
	reader->rules = g_ptr_array_new_with_free_func(free_rule);
	reader->lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
	reader->settings = g_ptr_array_new_with_free_func(setting_free);
	for (guint i = 0; i < len; i++)
		g_ptr_array_add(reader->settings, setting_new(&checks[i]));
	reader->faults = g_string_new(NULL);
	reader->stopping = g_array_new(FALSE, FALSE, sizeof(Stopping));
	return reader;
}

void
reader_free(Reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->settings != NULL)
		g_ptr_array_unref(reader->settings);
	if (reader->rules != NULL)
		g_ptr_array_unref(reader->rules);
	if (reader->lists != NULL)
		g_hash_table_unref(reader->lists);
	g_string_free(reader->faults, TRUE);
	g_array_unref(reader->stopping);
	g_free(reader);
}

bool
reader_choose(Reader *reader, const char *key, const char *value,
	      const char *const *words, guint *choice)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (guint i = 0; words[i] != NULL; i++) {
		if (strcmp(value, words[i]) == 0) {
			*choice = i;
			return true;
		}
		g_string_append_printf(known, "%s%s", i == 0 ? "" : ", ", words[i]);
	}
	reader_fault(reader, POLICY_ERROR_SYNTAX, "%s '%s' is not known: write one of %s",
		     key, value, known->str);
	return false;
}

static bool
is_inbound_only(const char *name)
{
	guint len;
	const Check *checks = check_table(&len);

	for (guint i = 0; i < len; i++)
		if (strcmp(checks[i].name, name) == 0)
			return checks[i].is_inbound_only;
	return false;
}

static void
set_action(Reader *reader, const char *value)
{
	static const char *const words[] = { "pass", "tag", "hold", "reject", NULL };
	Stopping stopping = { "check", reader->check->name, reader->line };
	guint choice;

	if (!reader_choose(reader, "action", value, words, &choice))
		return;
	reader->check->action = (Action)choice;
	if (reader->check->action >= ACTION_HOLD && is_inbound_only(reader->check->name))
		g_array_append_val(reader->stopping, stopping);
}

bool
reader_is_paragraph(Reader *reader, const char *value)
{
	if (value[strspn(value, "0123456789., ")] == '\0')
		return true;
	reader_fault(reader, POLICY_ERROR_SYNTAX,
		     "paragraph '%s' is none: write numbers of the guidance, as 3.5, 12",
		     value);
	return false;
}

bool
reader_is_name(Reader *reader, const char *kind, const char *name)
{
	gsize len = strlen(name);

	if (len > 0 && len <= NAME_LEN_MAX &&
	    strspn(name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-") == len)
		return true;
	reader_fault(reader, POLICY_ERROR_SYNTAX,
		     "%s '%s' is no name: write up to %d letters, digits and hyphens",
		     kind, name, NAME_LEN_MAX);
	return false;
}

static void
set_paragraph(Reader *reader, const char *value)
{
	if (!reader_is_paragraph(reader, value))
		return;
	g_free(reader->check->paragraph);
	reader->check->paragraph = g_strdup(value);
}

static void
set_reason(Reader *reader, const char *value)
{
	g_free(reader->check->reason);
	reader->check->reason = g_strdup(value);
}

static void
set_decide(Reader *reader, const char *value)
{
	static const char *const words[] = { "manager", "lead", NULL };
	guint choice;

	if (reader_choose(reader, "decide", value, words, &choice))
		reader->check->decides = choice == 0 ? DECIDES_MANAGER : DECIDES_LEAD;
}

static void
set_tell_author(Reader *reader, const char *value)
{
	static const char *const words[] = { "plainly", "neutral", NULL };
	guint choice;

	if (reader_choose(reader, "tell-author", value, words, &choice))
		reader->check->tells_plainly = choice == 0;
}

static void
set_notify(Reader *reader, const char *value)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (char **word = words; *word != NULL; word++)
		if (**word != '\0')
			g_ptr_array_add(found, *word);
	g_ptr_array_add(found, NULL);
	if (!notify_parse((const char *const *)found->pdata, &reader->check->notify))
		reader_fault(reader, POLICY_ERROR_SYNTAX,
			     "notify '%s' is not known: write nobody, or some of "
			     "manager, lead, "
			     "duty",
			     value);
}

static void
set_urgent(Reader *reader, const char *value)
{
	static const char *const words[] = { "no", "today", "now", NULL };
	guint choice;

	if (reader_choose(reader, "urgent", value, words, &choice))
		reader->check->urgent = (Urgent)choice;
}

static const Setting check_settings[] = {
	{ "action", false, false, set_action },
	{ "paragraph", false, false, set_paragraph },
	{ "reason", true, false, set_reason },
	{ "decide", false, false, set_decide },
	{ "tell-author", false, false, set_tell_author },
	{ "notify", false, false, set_notify },
	{ "urgent", false, false, set_urgent },
	{ NULL, false, false, NULL },
};

static const Block check_block = {
	.settings_named = "a check: write action, notify, urgent, decide, "
			  "tell-author, paragraph or reason",
	.settings = check_settings,
};

static const Setting *
find_setting(const Block *block, const char *key)
{
	for (const Setting *one = block->settings; one->key != NULL; one++)
		if (strcmp(one->key, key) == 0)
			return one;
	return NULL;
}

/* Cuts a comment: '#' in column one or after a blank. */
static void
cut_comment(char *text)
{
	for (char *at = strchr(text, '#'); at != NULL; at = strchr(at + 1, '#'))
		if (at == text || at[-1] == ' ' || at[-1] == '\t') {
			*at = '\0';
			return;
		}
}

/* Splits "key   value" in place; the value is "" when there is none. */
static char *
split(char *text)
{
	char *value = text + strcspn(text, " \t");

	if (*value != '\0')
		*value++ = '\0';
	return value + strspn(value, " \t");
}

/* Whether the block may have it, once or again. */
static bool
may_set(Reader *reader, const Setting *setting, const char *key)
{
	guint bit;

	if (setting == NULL) {
		reader_fault(reader, POLICY_ERROR_SYNTAX, "'%s' is no setting of %s", key,
			     reader->block->settings_named);
		return false;
	}
	bit = 1U << (setting - reader->block->settings);
	if (!setting->is_many && (reader->seen & bit)) {
		reader_fault(reader, POLICY_ERROR_SYNTAX,
			     "%s is set twice in this block: leave one", key);
		return false;
	}
	reader->seen |= bit;
	return true;
}

static void
read_setting(Reader *reader, char *text)
{
	char *value = split(text);
	const Setting *setting = find_setting(reader->block, text);

	if (!may_set(reader, setting, text))
		return;
	if (!setting->is_raw)
		cut_comment(value);
	g_strchomp(value);
	if (value[0] == '\0')
		reader_fault(reader, POLICY_ERROR_SYNTAX, "%s has no value: give it one",
			     text);
	else
		setting->set(reader, value);
}

/* A line inside a block. */
static void
read_inside(Reader *reader, char *text)
{
	if (reader->block == NULL)
		return; /* the block's own fault says it all */
	if (reader->block->settings != NULL)
		read_setting(reader, text);
	else
		reader->block->add_line(reader, g_strchomp(text));
}

static CheckSetting *
find_check(const Reader *reader, const char *name)
{
	for (guint i = 0; i < reader->settings->len; i++) {
		CheckSetting *setting = reader->settings->pdata[i];

		if (strcmp(setting->name, name) == 0)
			return setting;
	}
	return NULL;
}

static void
fault_unknown_check(Reader *reader, const char *name)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (guint i = 0; i < reader->settings->len; i++) {
		const CheckSetting *setting = reader->settings->pdata[i];

		g_string_append_printf(known, "%s%s", i == 0 ? "" : ", ", setting->name);
	}
	reader_fault(reader, POLICY_ERROR_SYNTAX,
		     "there is no check '%s': write one of %s", name, known->str);
}

static void
open_check(Reader *reader, const char *name)
{
	CheckSetting *check = find_check(reader, name);

	reader->is_in_block = true;
	if (check == NULL) {
		fault_unknown_check(reader, name);
	} else if (check->file != NULL) {
		reader_fault(reader, POLICY_ERROR_SYNTAX,
			     "check %s has a block already at %s: put the two together",
			     name, check->file);
	} else {
		check->file = g_strdup_printf("%s:%u", reader->file, reader->line);
		reader->check = check;
		reader->block = &check_block;
	}
}

static void
set_may_stop(Reader *reader, const char *value)
{
	static const char *const words[] = { "no", "yes", NULL };
	guint choice;

	if (reader_choose(reader, "may-stop-young-people", value, words, &choice))
		reader->may_stop = choice == 1;
}

/* What may stand in column one. */
typedef struct Opening {
	const char *word;
	void (*open)(Reader *reader, const char *value);
} Opening;

static const Opening openings[] = {
	{ "check", open_check },
	{ "rule", reader_open_rule },
	{ "list", reader_open_list },
	{ "may-stop-young-people", set_may_stop },
};

static void
close_block(Reader *reader)
{
	if (reader->block != NULL && reader->block->close != NULL)
		reader->block->close(reader);
	reader->block = NULL;
	reader->is_in_block = false;
	reader->seen = 0;
}

static void
read_opening(Reader *reader, char *text)
{
	char *value = split(text);

	close_block(reader);
	reader->opened = reader->line;
	cut_comment(value);
	g_strchomp(value);
	for (guint i = 0; i < G_N_ELEMENTS(openings); i++)
		if (strcmp(openings[i].word, text) == 0) {
			openings[i].open(reader, value);
			return;
		}
	reader->is_in_block = true; /* one fault for the whole of it */
	reader_fault(reader, POLICY_ERROR_SYNTAX,
		     "'%s' opens no block: write check, rule or list NAME, or indent a "
		     "setting",
		     text);
}

static void
read_line(Reader *reader, char *line)
{
	char *text = line + strspn(line, " \t\r");

	if (*text == '\0' || *text == '#')
		return;
	if (text == line)
		read_opening(reader, text);
	else if (reader->is_in_block)
		read_inside(reader, text);
	else
		reader_fault(reader, POLICY_ERROR_SYNTAX,
			     "'%s' stands in no block: write check, rule or list NAME "
			     "above it",
			     text);
}

static void
start_file(Reader *reader, const char *name)
{
	reader->file = name;
	reader->line = 0;
	reader->block = NULL;
	reader->is_in_block = false;
	reader->may_stop = false;
	reader->file_rules = reader->rules->len;
	g_array_set_size(reader->stopping, 0);
}

/* may-stop-young-people counts for the whole file, wherever it stands. */
static void
finish_file(Reader *reader)
{
	close_block(reader);
	for (guint i = reader->file_rules; i < reader->rules->len; i++) {
		Rule *rule = reader->rules->pdata[i];

		rule->may_stop = reader->may_stop;
	}
	for (guint i = 0; !reader->may_stop && i < reader->stopping->len; i++) {
		const Stopping *stopping = &g_array_index(reader->stopping, Stopping, i);

		reader->line = stopping->line;
		reader_fault(reader, POLICY_ERROR_ACTION,
			     "%s %s would stop a young person's message: write action "
			     "tag, or may-stop-young-people yes in this file",
			     stopping->kind, stopping->name);
	}
}

void
reader_add(Reader *reader, const char *name, const char *text, gsize len)
{
	g_auto(GStrv) lines = NULL;
	g_autofree char *copy = NULL;

	start_file(reader, name);
	if (!g_utf8_validate_len(text, len, NULL)) {
		reader_fault(reader, POLICY_ERROR_SYNTAX,
			     "the file is not UTF-8 text: save it as UTF-8");
		return;
	}
	copy = g_strndup(text, len);
	lines = g_strsplit(copy, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		reader->line++;
		read_line(reader, *line);
	}
	finish_file(reader);
}

GPtrArray *
reader_finish(Reader *reader, RuleSet **rules, GError **error)
{
	reader_try_rules(reader);
	if (reader->faults_len == 0) {
		*rules = ruleset_new(g_steal_pointer(&reader->rules),
				     g_steal_pointer(&reader->lists));
		return g_steal_pointer(&reader->settings);
	}
	if (reader->faults_len > FAULTS_MAX)
		g_string_append_printf(reader->faults, "\n… and %u more",
				       reader->faults_len - FAULTS_MAX);
	g_set_error_literal(error, POLICY_ERROR, (gint)reader->code, reader->faults->str);
	return NULL;
}
