/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hold.c - states of a held message
 *
 * Invariant: a recipient has a token only while releasing; one that is releasing and
 * has none has come by.  So a crash at any point leaves a state that says what may
 * have happened.
 */
#include "config.h"

#include "desk/hold.h"

#include "base/clock.h"

#include <string.h>

json_t *
hold_state_new(const char *id, json_t *to)
{
	g_autoptr(json_t) state =
		json_pack("{s:s, s:s, s:n, s:[], s:[]}", "mail", id, "action", "held",
			  "reason", "recipients", "told");
	json_t *recipients = json_object_get(state, "recipients");
	gsize index;
	json_t *address;

	json_array_foreach(to, index, address) {
		const char *text = json_string_value(address);

		if (text == NULL || hold_recipient(state, text) != NULL)
			continue;
		json_array_append_new(recipients,
				      json_pack("{s:s, s:s, s:n, s:n, s:n, s:n}", "to",
						text, "state", "held", "token_digest",
						"reply", "queue_id", "time"));
	}
	return g_steal_pointer(&state);
}

json_t *
hold_recipient(const json_t *state, const char *to)
{
	const json_t *recipients = json_object_get(state, "recipients");

	for (gsize i = 0; i < json_array_size(recipients); i++) {
		json_t *recipient = json_array_get(recipients, i);

		if (g_strcmp0(json_text(recipient, "to"), to) == 0)
			return recipient;
	}
	return NULL;
}

bool
hold_is(const json_t *recipient, const char *state)
{
	return g_strcmp0(json_text(recipient, "state"), state) == 0;
}

void
hold_set(json_t *recipient, const char *state, const char *reply, gint64 time)
{
	g_autofree char *when = clock_format_utc(time);

	json_object_set_new(recipient, "state", json_string(state));
	json_object_set_new(recipient, "token_digest", json_null());
	json_object_set_new(recipient, "time", json_string(when));
	if (reply != NULL)
		json_object_set_new(recipient, "reply", json_text_new(reply));
}

const char *
hold_token(const json_t *recipient)
{
	return json_text(recipient, "token_digest");
}

void
hold_set_token(json_t *recipient, const char *digest)
{
	json_object_set_new(recipient, "token_digest", json_text_new(digest));
}

bool
hold_has_passed(const json_t *recipient)
{
	return hold_is(recipient, "releasing") && hold_token(recipient) == NULL;
}

const char *
hold_summary(const json_t *state)
{
	static const char *const order[] = { "held",    "releasing", "unknown",
					     "refused", "withdrawn", "released" };
	const json_t *recipients = json_object_get(state, "recipients");

	for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
		for (gsize j = 0; j < json_array_size(recipients); j++)
			if (hold_is(json_array_get(recipients, j), order[i]))
				return order[i];
	return "held";
}

bool
hold_is_over(const json_t *state)
{
	const char *summary = hold_summary(state);

	return strcmp(summary, "held") != 0 && strcmp(summary, "releasing") != 0 &&
	       strcmp(summary, "unknown") != 0;
}

void
hold_set_action(json_t *state, const char *action, const char *reason)
{
	json_object_set_new(state, "action", json_string(action));
	json_object_set_new(state, "reason", json_text_new(reason));
}

bool
hold_has_told(const json_t *state, const char *to, const char *role)
{
	const json_t *told = json_object_get(state, "told");

	for (gsize i = 0; i < json_array_size(told); i++) {
		const json_t *one = json_array_get(told, i);

		if (g_strcmp0(json_text(one, "to"), to) == 0 &&
		    g_strcmp0(json_text(one, "role"), role) == 0)
			return true;
	}
	return false;
}

void
hold_add_told(json_t *state, const char *to, const char *role, gint64 time)
{
	g_autofree char *when = clock_format_utc(time);

	json_array_append_new(json_object_get(state, "told"),
			      json_pack("{s:o, s:s, s:s}", "to", json_text_new(to),
					"role", role, "time", when));
}

bool
hold_recover(json_t *state, gint64 time)
{
	const json_t *recipients = json_object_get(state, "recipients");
	bool has_changed = false;

	for (gsize i = 0; i < json_array_size(recipients); i++) {
		json_t *recipient = json_array_get(recipients, i);

		if (!hold_is(recipient, "releasing"))
			continue;
		has_changed = true;
		if (hold_has_passed(recipient))
			hold_set(recipient, "unknown",
				 "chaperoned stopped before the mail server's answer: it "
				 "may have been delivered",
				 time);
		else
			hold_set(recipient, "held",
				 "chaperoned stopped before the message was handed over",
				 time);
	}
	return has_changed;
}
