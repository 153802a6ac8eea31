/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial.h - a row of policy.table is judged, with what an earlier row left on record
 */
#ifndef TESTS_RULES_TRIAL_H
#define TESTS_RULES_TRIAL_H

#include "base/clock.h"
#include "rules/scope.h"
#include "tests/rules/telling.h"

#include <string.h>

static inline gint64
trial_time(const Table *table, const TableRow *row)
{
	GTimeZone *zone = hours_zone(policy_hours(table->policy));
	gint64 time = 0;

	if (!clock_parse(row->when, zone, &time, NULL))
		fail_msg("%s: '%s' is no time", row->what, row->when);
	return time;
}

/* The row that "after NAME" names; NULL when there is no such item. */
static inline const TableRow *
trial_before(const Table *table, const TableRow *row)
{
	g_auto(GStrv) items = g_strsplit(row->message, " / ", -1);

	for (char **item = items; *item != NULL; item++) {
		if (!g_str_has_prefix(*item, "after "))
			continue;
		for (guint i = 0; i < table->rows->len; i++) {
			const TableRow *before = table->rows->pdata[i];

			if (strcmp(before->what, *item + strlen("after ")) == 0 &&
			    trial_time(table, before) < trial_time(table, row))
				return before;
		}
		fail_msg("%s: nothing was before it as '%s' says", row->what, *item);
	}
	return NULL;
}

static inline Message *
trial_message(const Table *table, const TableRow *row, const Telling *telling)
{
	static const MessageLimits limits = { 1 << 20, 32, 1000 };
	g_autoptr(GBytes) bytes = telling_message(table, row, telling);

	return message_read(bytes, &limits);
}

/* Whether one message names the other's Message-ID. */
static inline bool
trial_answers(const Table *table, const TableRow *row, const TableRow *before)
{
	const Telling plainly = { 0 };
	g_autoptr(Message) message = trial_message(table, row, &plainly);
	g_autoptr(Message) earlier = trial_message(table, before, &plainly);
	g_auto(GStrv) ids = scope_message_ids(message_headers(message));
	const char *id = headers_get(message_headers(earlier), "Message-ID", 0);
	g_autofree char *bare = id == NULL ? g_strdup("") : g_strdup(id);

	g_strdelimit(bare, "<>", ' ');
	return g_strv_contains((const char *const *)ids, g_strstrip(bare));
}

static inline void
trial_remember_danger(const Verdict *verdict, gint64 time, json_t *history)
{
	g_autofree char *text = clock_format_utc(time);
	json_t *dangers = json_array();

	for (guint i = 0; i < verdict->findings->len; i++) {
		const Finding *finding = verdict->findings->pdata[i];

		for (guint j = 0; j < verdict->cases->len; j++)
			if (g_str_has_prefix(finding->rule, "danger"))
				json_array_append_new(
					dangers,
					json_pack("{s:s, s:s}", "case",
						  (char *)verdict->cases->pdata[j],
						  "time", text));
	}
	json_object_set_new(history, "danger", dangers);
}

static inline void
trial_remember_pictures(const Verdict *verdict, json_t *history)
{
	const json_t *pictures = json_object_get(verdict->facts, "pictures");
	json_t *sent = json_array();

	for (size_t i = 0; i < json_array_size(pictures); i++)
		json_array_append(sent,
				  json_object_get(json_array_get(pictures, i), "sha256"));
	json_object_set_new(history, "pictures_sent", sent);
}

static inline void
trial_remember_cases(const Verdict *verdict, json_t *history)
{
	json_t *cases = json_array();

	for (guint i = 0; i < verdict->cases->len; i++)
		json_array_append_new(cases, json_string(verdict->cases->pdata[i]));
	json_object_set_new(history, "answers", cases);
}

/* Notes what the desk has on record of a message (desk/recall.c, desk/pictures.c). */
static inline void
trial_remember(const Verdict *verdict, gint64 time, json_t *history)
{
	json_t *numbers = json_object_get(verdict->facts, "numbers_given");

	if (verdict->applied > ACTION_TAG || verdict->is_restricted)
		return;
	if (verdict->direction == DIRECTION_INBOUND)
		trial_remember_danger(verdict, time, history);
	else
		trial_remember_pictures(verdict, history);
	if (numbers != NULL)
		json_object_set(history, "numbers_given", numbers);
}

static inline Verdict *
trial_judge_with(const Table *table, const TableRow *row, const Telling *telling,
		 const json_t *history)
{
	g_autoptr(Envelope) envelope = telling_envelope(row, telling);
	g_autoptr(Message) message = trial_message(table, row, telling);
	const Hearing hearing = { .envelope = envelope,
				  .message = message,
				  .directory = table->directory,
				  .policy = table->policy,
				  .history = history,
				  .time = trial_time(table, row) };

	return judge(&hearing);
}

static inline Verdict *
trial_judge(const Table *table, const TableRow *row, const Telling *telling)
{
	const Telling plainly = { 0 };
	const TableRow *before = trial_before(table, row);
	g_autoptr(json_t) history = json_object();

	if (before != NULL) {
		g_autoptr(Verdict) earlier = trial_judge(table, before, &plainly);

		trial_remember(earlier, trial_time(table, before), history);
		if (trial_answers(table, row, before))
			trial_remember_cases(earlier, history);
	}
	return trial_judge_with(table, row, telling, history);
}

/* The verdict as the last cell has it. */
static inline char *
trial_outcome(const Verdict *verdict)
{
	GString *text = g_string_new(NULL);
	g_autofree char *findings = court_findings(verdict);
	g_auto(GStrv) told = notify_words(verdict->notify);
	g_autofree char *names = g_strjoinv(" ", told);

	if (!verdict->in_scope)
		return g_string_free(g_string_append(text, "out"), FALSE);
	g_string_append_printf(text, "%s %s%s%s", direction_name(verdict->direction),
			       action_name(verdict->action), *findings == '\0' ? "" : " ",
			       findings);
	if (*names != '\0')
		g_string_append_printf(text, " told %s", names);
	for (guint i = 0; i < verdict->about->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? " about " : " ",
				       (char *)verdict->about->pdata[i]);
	for (guint i = 0; i < verdict->deliver_to->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? " also " : " ",
				       (char *)verdict->deliver_to->pdata[i]);
	return g_string_free(text, FALSE);
}

#endif
