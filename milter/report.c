/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c - the one log line of a message in scope, and its count
 *
 * Of what is for leads alone it says that it was recorded, as of any other: others read
 * logs.
 */
#include "config.h"

#include "milter/report.h"

#include "base/log.h"

static Count
count_of(const Conclusion *conclusion)
{
	const Verdict *verdict = conclusion->verdict;

	if (conclusion->answer == ANSWER_HOLD)
		return COUNT_HELD;
	if (conclusion->answer == ANSWER_REJECT)
		return COUNT_REJECTED;
	if (conclusion->answer != ANSWER_DELIVER)
		return COUNT_TEMPFAIL;
	if (verdict == NULL)
		return COUNT_RELEASED;
	return verdict->applied == ACTION_TAG && !verdict->is_restricted ? COUNT_TAGGED
									 : COUNT_RECORDED;
}

static const char *
event_of(const Conclusion *conclusion, Count count)
{
	static const char *const events[COUNT_LEN] = {
		[COUNT_HELD] = "held",         [COUNT_REJECTED] = "rejected",
		[COUNT_TEMPFAIL] = "tempfail", [COUNT_RELEASED] = "released",
		[COUNT_TAGGED] = "tagged",     [COUNT_RECORDED] = "recorded",
	};

	if (conclusion->is_unreadable)
		return "unreadable";
	return conclusion->shown != NULL && conclusion->answer == ANSWER_DELIVER
		       ? "sealed"
		       : events[count];
}

static char *
join_recipients(const Envelope *envelope)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < envelope->recipients->len; i++)
		g_string_append_printf(
			text, "%s%s", i > 0 ? "," : "",
			path_text(g_ptr_array_index(envelope->recipients, i)));
	return g_string_free(text, FALSE);
}

/* Each rule once; NULL when there is none. */
static char *
join_rules(const Verdict *verdict)
{
	g_autoptr(GPtrArray) rules = g_ptr_array_new();

	for (guint i = 0;
	     verdict != NULL && !verdict->is_restricted && i < verdict->findings->len;
	     i++) {
		const Finding *finding = g_ptr_array_index(verdict->findings, i);

		if (finding->action != ACTION_PASS &&
		    !g_ptr_array_find_with_equal_func(rules, finding->rule, g_str_equal,
						      NULL))
			g_ptr_array_add(rules, finding->rule);
	}
	g_ptr_array_add(rules, NULL);
	return rules->len > 1 ? g_strjoinv(",", (char **)rules->pdata) : NULL;
}

static void
log_message(const Conclusion *conclusion, const Capture *capture, const char *queue_id,
	    const char *event)
{
	const Verdict *verdict = conclusion->verdict;
	const Envelope *envelope = capture->envelope;
	g_autofree char *to = join_recipients(envelope);
	g_autofree char *rules = join_rules(verdict);
	const char *direction = direction_name(capture->scope.direction);
	const char *verdict_name = verdict == NULL ? NULL
				   : verdict->is_restricted
					   ? action_name(ACTION_PASS)
					   : action_name(verdict->applied);

	log_event(LOG_LEVEL_NOTICE, queue_id, event, "id", conclusion->id, "direction",
		  direction, "verdict", verdict_name, "from",
		  envelope->sender != NULL ? path_text(envelope->sender) : "", "to", to,
		  "rules", rules, "forged", conclusion->is_forged ? "yes" : NULL, "fault",
		  conclusion->fault, NULL);
}

void
report_conclusion(Counters *counters, const Conclusion *conclusion,
		  const Capture *capture, const char *queue_id)
{
	Count count = count_of(conclusion);
	const char *event = event_of(conclusion, count);

	counters_add(counters, count);
	if (conclusion->is_unreadable)
		counters_add(counters, COUNT_UNREADABLE);
	if (capture != NULL)
		log_message(conclusion, capture, queue_id, event);
	else
		log_event(LOG_LEVEL_NOTICE, queue_id, event, "fault", conclusion->fault,
			  NULL);
}
