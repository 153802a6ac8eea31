/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_history.c - what earlier mail makes of a message: an answer from an address that
 * nobody has (1.1), a reply to words of danger (12)
 */
#include "config.h"

#include "rules/check.h"

#include "base/clock.h"

#include <string.h>

/* How long after words of danger a reply is one to them. */
static const gint64 danger_lasts = G_GINT64_CONSTANT(48) * 3600 * 1000;

/* What must not delay such a reply. */
static const char *const paper[] = { "agreement", "parent-aware", "office-hours",
				     "work-number-given", NULL };

void
check_unregistered(Inquiry *inquiry)
{
	for (guint i = 0; inquiry->is_answer && i < inquiry->alike->len; i++) {
		const Reached *reached = inquiry->alike->pdata[i];

		inquiry_find(inquiry, "envelope", reached->address,
			     "it answers mail on record: register this address?");
	}
}

static bool
is_recent(const Inquiry *inquiry, const json_t *danger, const char *case_id)
{
	const char *text = json_text(danger, "time");
	GTimeZone *zone = hours_zone(policy_hours(inquiry->hearing->policy));
	gint64 time = 0;

	return g_strcmp0(json_text(danger, "case"), case_id) == 0 && text != NULL &&
	       clock_parse(text, zone, &time, NULL) && time <= inquiry->hearing->time &&
	       inquiry->hearing->time - time <= danger_lasts;
}

static bool
answers_danger(const Inquiry *inquiry, const Reached *reached)
{
	const json_t *dangers = json_object_get(inquiry->hearing->history, "danger");
	size_t i;
	const json_t *danger;

	json_array_foreach(dangers, i, danger)
		if (is_recent(inquiry, danger, reached->person->case_id))
			return true;
	return false;
}

/* Every young person on the message must be in danger: another's paper still counts. */
void
check_crisis_reply(Inquiry *inquiry)
{
	for (guint i = 0; i < inquiry->young->len; i++)
		if (!answers_danger(inquiry, inquiry->young->pdata[i]))
			return;
	if (inquiry->young->len == 0)
		return;
	for (guint i = 0; i < inquiry->findings->len; i++) {
		Finding *finding = inquiry->findings->pdata[i];

		if (g_strv_contains(paper, finding->rule))
			finding->action = MIN(finding->action, ACTION_TAG);
	}
	inquiry_find(inquiry, "envelope", "", NULL);
}
