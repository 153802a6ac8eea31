/* SPDX-License-Identifier: Apache-2.0 */
/*
 * court.c - judging a message so that nothing in it can stop us
 *
 * The message is read on a thread of the pool, with its digest noted first.  A parser
 * that hangs costs that thread until the deadline; one that crashes costs the process
 * once, for the digest is found at the next start.  Either way there is a verdict, so
 * that the message can be recorded: `unreadable`, with the reason.
 */
#include "config.h"

#include "milter/court.h"

#include "desk/mail.h"
#include "rules/judge.h"

enum { DEPTH_MAX = 32, PARTS_MAX = 1000 };

/* One message before the judge; the pool owns it. */
typedef struct Trial {
	const Works *works; /* borrowed: lives as long as the process */
	Capture *capture;
	GBytes *bytes;
	Digest digest;
	gsize limit;
} Trial;

static void
trial_free(gpointer data)
{
	Trial *trial = data;

	capture_unref(trial->capture);
	g_bytes_unref(trial->bytes);
	g_free(trial);
}

static void
free_verdict(gpointer verdict)
{
	verdict_free(verdict);
}

static Hearing
hearing_of(const Capture *capture, const Message *message, const json_t *history)
{
	return (Hearing){
		.envelope = capture->envelope,
		.message = message,
		.directory = capture->world->directory,
		.policy = capture->world->policy,
		.history = history,
		.time = capture->time,
		.account = capture->account,
	};
}

/* A judge that was given up on may come here when the archive is gone. */
static json_t *
learn(const Works *works, const Capture *capture, const Message *message)
{
	json_t *history = message == NULL || g_atomic_int_get(works->is_closing) != 0
				  ? json_object()
				  : desk_history(works->desk, capture->envelope, message);

	if (capture->answers != NULL)
		json_object_update(history, capture->answers);
	/* One that was released here does not come before the judge. */
	if (capture->release != NULL)
		json_object_set_new(history, "claims_release", json_true());
	return history;
}

static gpointer
try(gpointer input, gint *is_abandoned)
{
	const Trial *trial = input;
	const MessageLimits limits = { trial->limit, DEPTH_MAX, PARTS_MAX };
	int slot = suspects_note(trial->works->suspects, &trial->digest);
	g_autoptr(Message) message = message_read(trial->bytes, &limits);
	g_autoptr(json_t) history = learn(trial->works, trial->capture, message);
	Hearing hearing = hearing_of(trial->capture, message, history);
	Verdict *verdict;

	hearing.given_up = is_abandoned;
	verdict = judge(&hearing);
	suspects_forget(trial->works->suspects, slot);
	return verdict;
}

static Verdict *
try_in_time(const Works *works, Trial *trial, gint64 deadline, const Waiting *waiting)
{
	const PoolTask task = {
		.work = try,
		.input = trial,
		.free_input = trial_free,
		.free_result = free_verdict,
		.deadline = deadline,
		.tick = waiting->tick,
		.data = waiting->data,
	};

	return pool_run(works->pool, &task);
}

/* Why the message is not to be read at all, or NULL. */
static const char *
bar(const Works *works, const Capture *capture, gsize limit)
{
	Digest digest = draft_content_digest(capture->draft);

	if (draft_content_len(capture->draft) > limit)
		return "larger than message-limit";
	if (suspects_has(works->suspects, &digest))
		return "was being read when the program stopped";
	return NULL;
}

static Trial *
trial_new(const Works *works, Capture *capture, gsize limit)
{
	g_autoptr(GBytes) bytes = draft_content(capture->draft, NULL);
	Trial *trial;

	if (bytes == NULL)
		return NULL;
	trial = g_new0(Trial, 1);
	trial->works = works;
	trial->capture = capture_ref(capture);
	trial->bytes = g_steal_pointer(&bytes);
	trial->digest = draft_content_digest(capture->draft);
	trial->limit = limit;
	return trial;
}

/* NULL with the reason when there is none. */
static Verdict *
hear(const Works *works, Capture *capture, const Waiting *waiting, const char **reason)
{
	g_autoptr(Settings) settings = desk_settings(works->desk);
	gsize limit = (gsize)settings_number(settings, "message-limit");
	gint64 deadline = settings_number(settings, "judge-deadline");
	Verdict *verdict;
	Trial *trial;

	*reason = bar(works, capture, limit);
	if (*reason != NULL)
		return NULL;
	trial = trial_new(works, capture, limit);
	if (trial == NULL) {
		*reason = "could not be read back";
		return NULL;
	}
	verdict = try_in_time(works, trial, deadline, waiting);
	if (verdict == NULL)
		*reason = "judging took longer than judge-deadline";
	return verdict;
}

/* What nobody could read may still show that there is a picture in it. */
static Verdict *
judge_unheard(const Works *works, Capture *capture, const char *reason)
{
	g_autoptr(json_t) history = learn(works, capture, NULL);
	g_autoptr(GBytes) bytes = draft_content(capture->draft, NULL);
	Hearing hearing = hearing_of(capture, NULL, history);

	hearing.unread = bytes;
	return judge_unreadable(&hearing, capture->headers, reason);
}

Verdict *
court_judge(const Works *works, Capture *capture, const Waiting *waiting,
	    bool *is_unreadable)
{
	const char *reason;
	Verdict *verdict = hear(works, capture, waiting, &reason);

	*is_unreadable = verdict == NULL;
	return verdict != NULL ? verdict : judge_unheard(works, capture, reason);
}

/* As if it were a message that comes in, in a draft of its own that is never put. */
static Capture *
capture_trial(const Works *works, const DeskTrial *trial)
{
	g_autoptr(json_t) envelope = envelope_to_json(trial->envelope);
	const char *const *domains = directory_work_domains(trial->world->directory);
	gsize len = 0;
	const char *data = g_bytes_get_data(trial->message, &len);
	g_autoptr(Capture) capture = capture_new(
		world_ref(trial->world), envelope_from_json(envelope, domains, NULL));

	capture->headers = headers_read(data, len);
	capture->account = account_copy(trial->account);
	capture->time = trial->time;
	capture->draft = draft_new("transcript", trial->time);
	draft_open_content(capture->draft, works->spool);
	return draft_write(capture->draft, data, len, NULL) ? g_steal_pointer(&capture)
							    : NULL;
}

Verdict *
court_try(void *data, const DeskTrial *trial)
{
	const Works *works = data;
	const Waiting nobody = { NULL, NULL };
	g_autoptr(Capture) capture = capture_trial(works, trial);
	bool is_unreadable;

	return capture == NULL ? NULL
			       : court_judge(works, capture, &nobody, &is_unreadable);
}
