/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transcripts.c - record text, call, note, mail: what was said another way, written into
 * the case file (guidance 1.1, 1.8, 3.6)
 *
 * The record says when it happened and, by its own time, when it was written down, and
 * what the rules found in it.  Workers write down what they were part of; for others a manager, duty or a lead does.
 */
#include "config.h"

#include "base/clock.h"
#include "desk/concern.h"
#include "desk/hearsay.h"
#include "desk/judged.h"
#include "desk/sealing.h"
#include "desk/verbs.h"

#include <string.h>

enum { CLOCK_SKEW_MS = 5 * 60 * 1000 };

static bool
refuse(GError **error, DeskError code, const char *what)
{
	g_set_error_literal(error, DESK_ERROR, code, what);
	return false;
}

/* An option that is one of a few words, or was not given. */
static bool
check_word(const Ask *ask, const char *option, const char *const *known, GError **error)
{
	const char *word = json_text(ask->options, option);

	if (word == NULL || g_strv_contains(known, word))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--%s: '%s' is none of its words: see --help", option, word);
	return false;
}

static bool
check_words(const Ask *ask, GError **error)
{
	static const char *const directions[] = { "in", "out", NULL };
	static const char *const phones[] = { "work", "personal", NULL };
	static const char *const kinds[] = { "concern", "number-given", "image-report",
					     NULL };

	return check_word(ask, "direction", directions, error) &&
	       check_word(ask, "phone", phones, error) &&
	       check_word(ask, "kind", kinds, error);
}

static bool
check_time(const Ask *ask, gint64 *time, GError **error)
{
	const char *text = json_text(ask->options, "at");

	if (!clock_parse(text, ask_zone(ask), time, NULL))
		return refuse(error, DESK_ERROR_USAGE,
			      "--at: is not a time: write YYYY-MM-DD HH:MM");
	return *time <= ask->now + CLOCK_SKEW_MS ||
	       refuse(error, DESK_ERROR_USAGE, "--at: has not come yet");
}

/* Whether the actor may write it down for the member of staff. */
static bool
check_staff(const Ask *ask, const char *staff, GError **error)
{
	const Actor *actor = ask->actor;

	return g_strcmp0(actor->email, staff) == 0 ||
	       actor_has_role(actor, STAFF_LEAD | STAFF_DUTY) ||
	       actor_manages_staff(actor, ask_directory(ask), staff, ask->today) ||
	       refuse(error, DESK_ERROR_REFUSED,
		      "--staff: is somebody else: a manager of theirs, duty or a lead "
		      "writes it down for them");
}

static json_t *
payload_of(const Ask *ask, gint64 time, GError **error)
{
	const Verb *verb = verb_find(ask->area, ask->verb, error);
	const char *direction = json_text(ask->options, "direction");
	g_autofree char *at = clock_format_utc(time);
	g_autoptr(json_t) payload = json_pack("{s:s, s:s}", "form", ask->verb, "at", at);

	if (!fields_apply(verb->fields, ask->options, ask_directory(ask), payload, error))
		return NULL;
	if (direction != NULL)
		json_object_set_new(payload, "direction",
				    json_string(strcmp(direction, "in") == 0
							? "inbound"
							: "outbound"));
	return g_steal_pointer(&payload);
}

/* A key of its own only while somebody must be told of it. */
static void
fill(Draft *draft, const Ask *ask, json_t *payload, const Verdict *verdict)
{
	g_autofree char *key = NULL;

	judged_describe(verdict, payload);
	for (guint i = 0; i < verdict->cases->len; i++)
		draft_add_case(draft, verdict->cases->pdata[i]);
	key = concern_key(draft_id(draft), payload);
	if (key != NULL)
		draft_set_key(draft, key);
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
}

/* Pictures in mail that is brought are put away like those in mail that comes. */
static json_t *
keep(const Ask *ask, json_t *payload, const Verdict *verdict, GError **error)
{
	bool is_note = strcmp(ask->verb, "note") == 0;
	g_autoptr(Draft) draft = draft_new(is_note ? "note" : "transcript", ask->now);
	const DeskMail mail = { .draft = draft, .verdict = verdict, .time = ask->now };
	g_autoptr(Draft) sealed = NULL;
	gsize len = 0;
	const void *data = g_bytes_get_data(ask->request->content, &len);

	draft_open_content(draft, store_spool(ask->desk->store));
	if (!draft_write(draft, data, len, error))
		return NULL;
	if (verdict->cuts->len > 0) {
		sealed = sealing_make(ask->desk, &mail, payload, NULL, error);
		if (sealed == NULL)
			return NULL;
	}
	fill(draft, ask, payload, verdict);
	return desk_keep_policy(ask->desk, error) &&
			       judged_put(ask->desk, &mail, sealed, error)
		       ? answer_id(draft_id(draft))
		       : NULL;
}

json_t *
transcripts_record(Ask *ask, GError **error)
{
	const char *case_id = json_text(ask->options, "case");
	g_autoptr(json_t) payload = NULL;
	g_autoptr(Verdict) verdict = NULL;
	gint64 time = 0;

	if (ask->request->content == NULL ||
	    g_bytes_get_size(ask->request->content) == 0) {
		refuse(error, DESK_ERROR_USAGE, "FILE: there are no words in it");
		return NULL;
	}
	if (directory_person(ask_directory(ask), case_id) == NULL) {
		refuse(error, DESK_ERROR_USAGE, "--case: there is no such case");
		return NULL;
	}
	if (!check_words(ask, error) || !check_time(ask, &time, error))
		return NULL;
	payload = payload_of(ask, time, error);
	if (payload == NULL || !check_staff(ask, json_text(payload, "staff"), error))
		return NULL;
	verdict = hearsay_judge(ask, payload, time, error);
	return verdict == NULL ? NULL : keep(ask, payload, verdict, error);
}
