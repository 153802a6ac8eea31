/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.c - rules files, read into the settings of checks
 *
 * A line that begins in column one opens a block or sets something for its file; lines
 * that are indented belong to the block above.  What may stand in column one is in one
 * table, what may stand in a block in another, so that the rule language can grow.
 *
 * Invariant: a fault never stops the reading; it is kept with its place, and its line
 * has no effect.
 */
#include "config.h"

#include "rules/reader.h"

#include "rules/check.h"

#include <stdarg.h>
#include <string.h>

enum { FAULTS_MAX = 100 };

struct Reader {
	GPtrArray *settings; /* CheckSetting *, as check_table */
	GString *faults;     /* a line each */
	guint faults_len;
	PolicyError code; /* of the first fault */

	/* Where we are. */
	const char *file;
	guint line;
	CheckSetting *check; /* the block we are in; NULL: none, or one with a fault */
	bool is_in_block;
	bool may_stop;    /* may-stop-young-people yes, in this file */
	GArray *stopping; /* Stopping: checks of this file that would stop mail */
	guint seen;       /* bits: what of check_settings this block has set */
};

/* An action that only may-stop-young-people allows. */
typedef struct Stopping {
	const char *check;
	guint line;
} Stopping;

static void fault(Reader *reader, PolicyError code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static void
fault(Reader *reader, PolicyError code, const char *format, ...)
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

Reader *
reader_new(void)
{
	Reader *reader = g_new0(Reader, 1);
	guint len;
	const Check *checks = check_table(&len);

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
	g_string_free(reader->faults, TRUE);
	g_array_unref(reader->stopping);
	g_free(reader);
}

/* One choice of several words. */
static bool
choose(Reader *reader, const char *key, const char *value, const char *const *words,
       guint *choice)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (guint i = 0; words[i] != NULL; i++) {
		if (strcmp(value, words[i]) == 0) {
			*choice = i;
			return true;
		}
		g_string_append_printf(known, "%s%s", i == 0 ? "" : ", ", words[i]);
	}
	fault(reader, POLICY_ERROR_SYNTAX, "%s '%s' is not known: write one of %s", key,
	      value, known->str);
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
	Stopping stopping = { reader->check->name, reader->line };
	guint choice;

	if (!choose(reader, "action", value, words, &choice))
		return;
	reader->check->action = (Action)choice;
	if (reader->check->action >= ACTION_HOLD && is_inbound_only(reader->check->name))
		g_array_append_val(reader->stopping, stopping);
}

static void
set_paragraph(Reader *reader, const char *value)
{
	if (value[strspn(value, "0123456789., ")] != '\0') {
		fault(reader, POLICY_ERROR_SYNTAX,
		      "paragraph '%s' is none: write numbers of the guidance, as 3.5, 12",
		      value);
		return;
	}
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

	if (choose(reader, "decide", value, words, &choice))
		reader->check->decides = choice == 0 ? DECIDES_MANAGER : DECIDES_LEAD;
}

static void
set_tell_author(Reader *reader, const char *value)
{
	static const char *const words[] = { "plainly", "neutral", NULL };
	guint choice;

	if (choose(reader, "tell-author", value, words, &choice))
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
		fault(reader, POLICY_ERROR_SYNTAX,
		      "notify '%s' is not known: write nobody, or some of manager, lead, "
		      "duty",
		      value);
}

static void
set_urgent(Reader *reader, const char *value)
{
	static const char *const words[] = { "no", "today", "now", NULL };
	guint choice;

	if (choose(reader, "urgent", value, words, &choice))
		reader->check->urgent = (Urgent)choice;
}

/* A setting of a check block. */
typedef struct Setting {
	const char *key;
	bool is_raw; /* the rest of the line as it stands, '#' and all */
	void (*set)(Reader *reader, const char *value);
} Setting;

static const Setting check_settings[] = {
	{ "action", false, set_action },
	{ "paragraph", false, set_paragraph },
	{ "reason", true, set_reason },
	{ "decide", false, set_decide },
	{ "tell-author", false, set_tell_author },
	{ "notify", false, set_notify },
	{ "urgent", false, set_urgent },
};

static const Setting *
find_setting(const char *key)
{
	for (guint i = 0; i < G_N_ELEMENTS(check_settings); i++)
		if (strcmp(check_settings[i].key, key) == 0)
			return &check_settings[i];
	return NULL;
}

static guint
bit(const Setting *setting)
{
	return 1U << (setting - check_settings);
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

static void
read_setting(Reader *reader, char *text)
{
	char *value = split(text);
	const Setting *setting = find_setting(text);

	if (reader->check == NULL)
		return; /* the block's own fault says it all */
	if (setting == NULL) {
		fault(reader, POLICY_ERROR_SYNTAX,
		      "'%s' is no setting of a check: write action, notify, urgent, "
		      "decide, tell-author, paragraph or reason",
		      text);
		return;
	}
	if (reader->seen & bit(setting)) {
		fault(reader, POLICY_ERROR_SYNTAX,
		      "%s is set twice in this block: leave one", text);
		return;
	}
	reader->seen |= bit(setting);
	if (!setting->is_raw)
		cut_comment(value);
	g_strchomp(value);
	if (value[0] == '\0')
		fault(reader, POLICY_ERROR_SYNTAX, "%s has no value: give it one", text);
	else
		setting->set(reader, value);
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
	fault(reader, POLICY_ERROR_SYNTAX, "there is no check '%s': write one of %s",
	      name, known->str);
}

static void
open_check(Reader *reader, const char *name)
{
	CheckSetting *check = find_check(reader, name);

	reader->is_in_block = true;
	if (check == NULL) {
		fault_unknown_check(reader, name);
	} else if (check->file != NULL) {
		fault(reader, POLICY_ERROR_SYNTAX,
		      "check %s has a block already at %s: put the two together", name,
		      check->file);
	} else {
		check->file = g_strdup_printf("%s:%u", reader->file, reader->line);
		reader->check = check;
	}
}

static void
open_later(Reader *reader, const char *name)
{
	reader->is_in_block = true;
	fault(reader, POLICY_ERROR_SYNTAX,
	      "this version knows only check blocks: leave '%s' out", name);
}

static void
set_may_stop(Reader *reader, const char *value)
{
	static const char *const words[] = { "no", "yes", NULL };
	guint choice;

	if (choose(reader, "may-stop-young-people", value, words, &choice))
		reader->may_stop = choice == 1;
}

/* What may stand in column one. */
typedef struct Opening {
	const char *word;
	void (*open)(Reader *reader, const char *value);
} Opening;

static const Opening openings[] = {
	{ "check", open_check },
	{ "rule", open_later },
	{ "list", open_later },
	{ "may-stop-young-people", set_may_stop },
};

static void
read_opening(Reader *reader, char *text)
{
	char *value = split(text);

	reader->check = NULL;
	reader->is_in_block = false;
	reader->seen = 0;
	cut_comment(value);
	g_strchomp(value);
	for (guint i = 0; i < G_N_ELEMENTS(openings); i++)
		if (strcmp(openings[i].word, text) == 0) {
			openings[i].open(reader, value);
			return;
		}
	reader->is_in_block = true; /* one fault for the whole of it */
	fault(reader, POLICY_ERROR_SYNTAX,
	      "'%s' opens no block: write check NAME, or indent a setting", text);
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
		read_setting(reader, text);
	else
		fault(reader, POLICY_ERROR_SYNTAX,
		      "'%s' stands in no block: write check NAME above it", text);
}

static void
start_file(Reader *reader, const char *name)
{
	reader->file = name;
	reader->line = 0;
	reader->check = NULL;
	reader->is_in_block = false;
	reader->may_stop = false;
	g_array_set_size(reader->stopping, 0);
}

/* may-stop-young-people counts for the whole file, wherever it stands. */
static void
finish_file(Reader *reader)
{
	for (guint i = 0; !reader->may_stop && i < reader->stopping->len; i++) {
		const Stopping *stopping = &g_array_index(reader->stopping, Stopping, i);

		reader->line = stopping->line;
		fault(reader, POLICY_ERROR_ACTION,
		      "check %s would stop a young person's message: write action tag, "
		      "or may-stop-young-people yes in this file",
		      stopping->check);
	}
}

void
reader_add(Reader *reader, const char *name, const char *text, gsize len)
{
	g_auto(GStrv) lines = NULL;
	g_autofree char *copy = NULL;

	start_file(reader, name);
	if (!g_utf8_validate_len(text, len, NULL)) {
		fault(reader, POLICY_ERROR_SYNTAX,
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
reader_finish(Reader *reader, GError **error)
{
	if (reader->faults_len == 0)
		return g_steal_pointer(&reader->settings);
	if (reader->faults_len > FAULTS_MAX)
		g_string_append_printf(reader->faults, "\n… and %u more",
				       reader->faults_len - FAULTS_MAX);
	g_set_error_literal(error, POLICY_ERROR, (gint)reader->code, reader->faults->str);
	return NULL;
}
