/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention.c - how long what is kept
 *
 * Nothing here destroys anything: the table only says what may be proposed.  Whatever is
 * not known makes the answer longer, never shorter.
 */
#include "config.h"

#include "desk/retention.h"

#include "base/file.h"

#include <string.h>

enum {
	TABLE_MAX = 1 << 20,
	NAME_MAX_LEN = 40,
	COUNT_MAX = 1000,
	COOLING_OFF_DAYS = 30,
	RULE_WORDS = 4, /* CLASS EVENT N UNIT */
	CONDITION_WORDS = 2,
	COMPARISON_WORDS = 4,
};

typedef enum Unit { UNIT_YEARS, UNIT_MONTHS, UNIT_DAYS } Unit;

static const char *const units[] = { "years", "months", "days" };

/* When a rule applies. */
typedef struct Condition {
	char *event;      /* NULL: always */
	bool is_negative; /* unless */
	bool is_before, is_after;
	int age; /* before this birthday; with is_before, where day is DAY_NONE */
	Day day;
} Condition;

typedef struct Rule {
	char *where; /* "FILE:LINE: " and its words */
	char *class;
	char *event;
	int count;
	Unit unit;
	Condition condition;
} Rule;

struct Retention {
	GPtrArray *rules;
	guint cooling_off;
};

G_DEFINE_QUARK(retention_error, retention_error)

static void
rule_free(gpointer data)
{
	Rule *rule = data;

	g_free(rule->where);
	g_free(rule->class);
	g_free(rule->event);
	g_free(rule->condition.event);
	g_free(rule);
}

static void
free_rule(Rule *rule)
{
	rule_free(rule);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, free_rule)

/* --- reading ---------------------------------------------------------------------- */

bool
retention_is_name(const char *word)
{
	const gsize len = strlen(word);

	return len > 0 && len <= NAME_MAX_LEN && g_ascii_islower(word[0]) &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static bool
read_count(const char *word, int *count)
{
	guint64 number = 0;

	if (!g_ascii_string_to_unsigned(word, 10, 0, COUNT_MAX, &number, NULL))
		return false;
	*count = (int)number;
	return true;
}

static bool
read_unit(const char *word, Unit *unit)
{
	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (strcmp(units[i], word) == 0) {
			*unit = (Unit)i;
			return true;
		}
	return false;
}

/* "before 18", "before 2005-12-30", "after 2005-12-30". */
static const char *
read_comparison(Condition *condition, char **words)
{
	condition->is_before = strcmp(words[0], "before") == 0;
	condition->is_after = strcmp(words[0], "after") == 0;
	condition->day = day_parse(words[1], NULL);
	if (!condition->is_before && !condition->is_after)
		return "a condition compares by `before` or `after`";
	if (condition->day != DAY_NONE ||
	    (condition->is_before && read_count(words[1], &condition->age)))
		return NULL;
	return "a condition ends with an age (before alone) or a day, YYYY-MM-DD";
}

/* What is wrong, or NULL. */
static const char *
read_condition(Condition *condition, char **words)
{
	const guint len = g_strv_length(words);

	if (len == 0)
		return NULL;
	condition->is_negative = strcmp(words[0], "unless") == 0;
	if (!condition->is_negative && strcmp(words[0], "if") != 0)
		return "after the period comes nothing, or `if` or `unless`";
	if (len != CONDITION_WORDS && len != COMPARISON_WORDS)
		return "a condition is `if EVENT` or `if EVENT before|after AGE|DAY`";
	if (!retention_is_name(words[1]))
		return "an event is written in lower-case letters, digits and '-'";
	condition->event = g_strdup(words[1]);
	return len == CONDITION_WORDS
		       ? NULL
		       : read_comparison(condition, words + CONDITION_WORDS);
}

static const char *
read_rule(Retention *retention, const char *where, char **words)
{
	g_autoptr(Rule) rule = g_new0(Rule, 1);
	g_autofree char *text = g_strjoinv(" ", words);
	const char *wrong = NULL;

	if (g_strv_length(words) < RULE_WORDS)
		return "a rule is `CLASS EVENT N years`, and perhaps a condition";
	if (!retention_is_name(words[0]) || !retention_is_name(words[1]))
		return "a class and an event are written in lower-case letters, digits "
		       "and '-'";
	if (!read_count(words[2], &rule->count) || !read_unit(words[3], &rule->unit))
		return "a period is a number up to 1000 and `years`, `months` or `days`";
	wrong = read_condition(&rule->condition, words + RULE_WORDS);
	if (wrong != NULL)
		return wrong;
	rule->where = g_strconcat(where, text, NULL);
	rule->class = g_strdup(words[0]);
	rule->event = g_strdup(words[1]);
	g_ptr_array_add(retention->rules, g_steal_pointer(&rule));
	return NULL;
}

static const char *
read_cooling_off(Retention *retention, char **words)
{
	int days = 0;

	if (g_strv_length(words) != 3 || !read_count(words[1], &days) ||
	    strcmp(words[2], "days") != 0)
		return "write `cooling-off N days`";
	retention->cooling_off = (guint)days;
	return NULL;
}

static const char *
read_line(Retention *retention, const char *where, const char *line)
{
	g_autofree char *bare = g_strndup(line, strcspn(line, "#"));
	g_auto(GStrv) split = g_strsplit_set(bare, " \t\r", -1);
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	for (char **word = split; *word != NULL; word++)
		if (**word != '\0')
			g_ptr_array_add(words, *word);
	if (words->len == 0)
		return NULL;
	g_ptr_array_add(words, NULL);
	if (strcmp(words->pdata[0], "cooling-off") == 0)
		return read_cooling_off(retention, (char **)words->pdata);
	return read_rule(retention, where, (char **)words->pdata);
}

static Retention *
make_empty(void)
{
	Retention *retention = g_new0(Retention, 1);

	retention->rules = g_ptr_array_new_with_free_func(rule_free);
	retention->cooling_off = COOLING_OFF_DAYS;
	return retention;
}

Retention *
retention_parse(const char *name, const char *text, gsize len, GError **error)
{
	g_autoptr(Retention) retention = make_empty();
	g_autofree char *copy = g_strndup(text, len);
	g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);

	if (!g_utf8_validate(text, (gssize)len, NULL)) {
		g_set_error(error, RETENTION_ERROR, RETENTION_ERROR_SYNTAX,
			    "%s: not text in UTF-8: save it as that", name);
		return NULL;
	}
	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree char *where = g_strdup_printf("%s:%u: ", name, i + 1);
		const char *wrong = read_line(retention, where, lines[i]);

		if (wrong == NULL)
			continue;
		g_set_error(error, RETENTION_ERROR, RETENTION_ERROR_SYNTAX, "%s'%s': %s",
			    where, g_strstrip(lines[i]), wrong);
		return NULL;
	}
	return g_steal_pointer(&retention);
}

Retention *
retention_load(const Settings *settings, GError **error)
{
	const char *path = settings_text(settings, "retention");
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (path == NULL)
		return make_empty();
	bytes = file_read(path, TABLE_MAX, &cause);
	if (bytes != NULL)
		return retention_parse(path, g_bytes_get_data(bytes, NULL),
				       g_bytes_get_size(bytes), error);
	g_set_error(error, RETENTION_ERROR, RETENTION_ERROR_FILE, "%s: retention: %s",
		    settings_where(settings, "retention"), cause->message);
	return NULL;
}

void
retention_free(Retention *retention)
{
	if (retention == NULL)
		return;
	g_ptr_array_unref(retention->rules);
	g_free(retention);
}

guint
retention_cooling_off(const Retention *retention)
{
	return retention->cooling_off;
}

bool
retention_has_class(const Retention *retention, const char *class)
{
	for (guint i = 0; i < retention->rules->len; i++)
		if (strcmp(((const Rule *)retention->rules->pdata[i])->class, class) == 0)
			return true;
	return false;
}

/* --- judging ---------------------------------------------------------------------- */

void
retention_term_clear(RetentionTerm *term)
{
	g_clear_pointer(&term->rule, g_free);
	g_clear_pointer(&term->why, g_free);
}

static Day
day_at(GHashTable *events, const char *event)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(events, event));
}

/* An age is never reached before a date of birth is known. */
static bool
is_met(const Condition *condition, GHashTable *events)
{
	const Day day =
		condition->event == NULL ? DAY_NONE : day_at(events, condition->event);
	const Day born = day_at(events, "born");
	bool holds = day != DAY_NONE;

	if (condition->event == NULL)
		return true;
	if (holds && condition->is_after)
		holds = day > condition->day;
	else if (holds && condition->is_before && condition->day != DAY_NONE)
		holds = day < condition->day;
	else if (holds && condition->is_before)
		holds = born != DAY_NONE && day < day_birthday(born, condition->age);
	return holds != condition->is_negative;
}

static Day
add_months(Day day, int months)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_julian(&date, day);
	g_date_add_months(&date, (guint)months);
	return g_date_get_julian(&date);
}

static Day
end_of(const Rule *rule, Day from)
{
	if (rule->unit == UNIT_YEARS)
		return day_birthday(from, rule->count);
	return rule->unit == UNIT_MONTHS ? add_months(from, rule->count)
					 : from + (Day)rule->count;
}

/* Takes a rule that applies into the term. */
static void
apply(const Rule *rule, GHashTable *events, RetentionTerm *term)
{
	const Day from = day_at(events, rule->event);
	const Day end = from == DAY_NONE ? DAY_NONE : end_of(rule, from);

	if (from == DAY_NONE && term->why == NULL)
		term->why = g_strdup_printf("no date of `%s`, from which %s counts",
					    rule->event, rule->where);
	if (end <= term->until)
		return;
	term->until = end;
	g_free(term->rule);
	term->rule = g_strdup(rule->where);
}

static void
judge_class(const Retention *retention, const char *class, GHashTable *events,
	    RetentionTerm *term)
{
	bool is_found = false;

	for (guint i = 0; i < retention->rules->len; i++) {
		const Rule *rule = retention->rules->pdata[i];

		if (strcmp(rule->class, class) != 0 || !is_met(&rule->condition, events))
			continue;
		is_found = true;
		apply(rule, events, term);
	}
	if (!is_found && term->why == NULL)
		term->why = g_strdup_printf("no rule for class %s applies", class);
}

RetentionTerm
retention_judge(const Retention *retention, const char *const *classes,
		GHashTable *events)
{
	RetentionTerm term = { .until = DAY_NONE };

	if (classes == NULL || *classes == NULL)
		term.why = g_strdup("it has no class: see case class");
	for (; classes != NULL && *classes != NULL; classes++)
		judge_class(retention, *classes, events, &term);
	if (term.why != NULL) {
		term.until = DAY_NONE;
		g_clear_pointer(&term.rule, g_free);
	}
	return term;
}
