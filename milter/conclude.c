/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conclude.c - a captured message becomes a record, and the record an answer
 *
 * The way of every message in scope: a release that somebody asked for, or else judged
 * and recorded.  Only what cannot be recorded is refused, and only for now.
 */
#include "config.h"

#include "milter/conclude.h"

#include "desk/mail.h"

#include <string.h>

Conclusion *
conclude_failure(const Works *works, const GError *error)
{
	bool is_full = g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL);
	g_autofree char *fault = store_fault(works->store);

	alarms_set(works->alarms, "archive", fault != NULL ? fault : error->message);
	return conclusion_new(is_full ? ANSWER_FULL : ANSWER_FAILED,
			      g_strdup(error->message));
}

/* A release names the held mail and a token: "<id> <token>".  NULL when the message is
 * an ordinary one. */
static Conclusion *
pass(const Works *works, const Capture *capture)
{
	g_auto(GStrv) words = g_strsplit_set(capture->release, " \t", 2);
	g_autoptr(GError) error = NULL;
	Conclusion *conclusion;
	DeskPass release = {
		.id = words[0] != NULL ? words[0] : "",
		.token = words[0] != NULL && words[1] != NULL ? words[1] : "",
		.envelope = capture->envelope,
		.digest = hasher_get(capture->original),
	};

	if (!desk_pass(works->desk, &release, &error))
		return error != NULL ? conclude_failure(works, error) : NULL;
	conclusion = conclusion_new(ANSWER_DELIVER, NULL);
	conclusion->id = g_strdup(release.id);
	return conclusion;
}

static Answer
answer_to(const Verdict *verdict)
{
	switch (verdict->applied) {
	case ACTION_HOLD:
		return ANSWER_HOLD;
	case ACTION_REJECT:
		return ANSWER_REJECT;
	default:
		return ANSWER_DELIVER;
	}
}

/* NULL when it is on record. */
static Conclusion *
record(const Works *works, const Capture *capture, const Verdict *verdict, GBytes **shown)
{
	g_autoptr(GError) error = NULL;
	const DeskMail mail = {
		.draft = capture->draft,
		.envelope = capture->envelope,
		.headers = capture->headers,
		.verdict = verdict,
		.time = capture->time,
		.shown = shown,
	};

	if (!desk_record_mail(works->desk, &mail, &error))
		return conclude_failure(works, error);
	alarms_set(works->alarms, "archive", NULL);
	return NULL;
}

static Conclusion *
judge_and_record(const Works *works, Capture *capture, const Waiting *waiting)
{
	bool is_unreadable;
	g_autoptr(Verdict) verdict = court_judge(works, capture, waiting, &is_unreadable);
	g_autoptr(GBytes) shown = NULL;
	Conclusion *conclusion = record(works, capture, verdict, &shown);

	if (conclusion != NULL)
		return conclusion;
	conclusion = conclusion_new(answer_to(verdict), NULL);
	conclusion->id = g_strdup(draft_id(capture->draft));
	conclusion->shown = g_steal_pointer(&shown);
	conclusion->verdict = g_steal_pointer(&verdict);
	conclusion->is_unreadable = is_unreadable;
	if (conclusion->answer == ANSWER_HOLD || conclusion->verdict->notify != 0)
		notices_wake(works->notices);
	return conclusion;
}

Conclusion *
conclude(const Works *works, Capture *capture, const Waiting *waiting)
{
	Conclusion *conclusion = capture->release != NULL ? pass(works, capture) : NULL;

	if (conclusion != NULL)
		return conclusion;
	conclusion = judge_and_record(works, capture, waiting);
	conclusion->is_forged = capture->release != NULL;
	return conclusion;
}
