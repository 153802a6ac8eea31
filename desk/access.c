/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access.c - access records
 *
 * They carry no case of their own, so that looking at a case file does not grow it;
 * the payload says what was looked at, and holds no content.
 */
#include "config.h"

#include "desk/access.h"

#include "base/clock.h"

static bool
put(const Ask *ask, json_t *payload, GError **error)
{
	g_autoptr(Draft) draft = draft_new("access", clock_now());
	g_autoptr(json_t) actor =
		ask->actor != NULL ? json_incref(ask->actor->json)
				   : actor_unknown(ask->request->uid,
						   json_text(ask->request->body, "as"));

	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	return store_put(ask->desk->store, &draft, 1, error);
}

bool
access_record(const Ask *ask, const char *case_id, const char *mail, GError **error)
{
	json_t *words = json_object_get(ask->request->body, "words");
	g_autoptr(GError) cause = NULL;
	g_autoptr(json_t) payload = json_pack(
		"{s:s, s:o, s:o, s:O?, s:o, s:o, s:o, s:o}", "outcome", "read", "area",
		json_text_new(ask->area), "verb", json_text_new(ask->verb), "words",
		words, "case", json_text_new(case_id), "mail", json_text_new(mail),
		"search", json_text_new(json_text(ask->options, "search")), "reason",
		json_text_new(json_text(ask->options, "reason")));

	if (put(ask, payload, &cause) ||
	    g_error_matches(cause, STORE_ERROR, STORE_ERROR_STOPPED) ||
	    g_error_matches(cause, STORE_ERROR, STORE_ERROR_FULL))
		return true;
	g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}

void
access_record_refusal(const Ask *ask, const char *why)
{
	json_t *words = json_object_get(ask->request->body, "words");
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:o, s:o, s:O?, s:o}", "outcome", "refused", "area",
			  json_text_new(ask->area), "verb", json_text_new(ask->verb),
			  "words", words, "why", json_text_new(why));

	(void)put(ask, payload, NULL);
}
