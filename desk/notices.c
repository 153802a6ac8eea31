/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notices.c - who must be told that a message waits, and in which words
 *
 * A notice never holds content: no subject, no words of the message, no young person's
 * name or address.  The author learns who can help and what to do instead, so that no
 * child waits at a bus stop for an answer that was never delivered.
 */
#include "config.h"

#include "base/clock.h"
#include "base/ulid.h"
#include "desk/concern.h"
#include "desk/letter.h"
#include "desk/mail.h"
#include "desk/pins.h"
#include "desk/rights.h"

#include <string.h>

/* What the texts are made from. */
typedef struct Writing {
	const World *world;
	const Settings *settings;
	const Held *held;
	char **deciders; /* work addresses */
	gint64 now;
	GPtrArray *notices;
} Writing;

void
desk_notice_free(DeskNotice *notice)
{
	if (notice == NULL)
		return;
	g_free(notice->id);
	g_free(notice->to);
	g_free(notice->role);
	g_bytes_unref(notice->text);
	g_free(notice->checkpoint);
	g_free(notice);
}

static bool
has_neutral(const json_t *findings)
{
	for (gsize i = 0; i < json_array_size(findings); i++)
		if (g_strcmp0(json_text(json_array_get(findings, i), "tell_author"),
			      "neutral") == 0)
			return true;
	return false;
}

static void
add_reasons(GString *body, const json_t *findings)
{
	g_string_append(body, "\nWhy it waits:\n");
	for (gsize i = 0; i < json_array_size(findings); i++) {
		const json_t *finding = json_array_get(findings, i);
		const char *reason = json_text(finding, "reason");
		const char *paragraph = json_text(finding, "paragraph");

		if (g_strcmp0(json_text(finding, "action"), "hold") == 0)
			g_string_append_printf(body, "  %s: %s\n",
					       paragraph == NULL ? "-" : paragraph,
					       reason == NULL ? "" : reason);
	}
}

static void
add_deciders(GString *body, const Directory *directory, char **deciders)
{
	g_string_append(body, "\nWho can release it:\n");
	for (char **decider = deciders; *decider != NULL; decider++) {
		const Staff *staff = directory_staff(directory, *decider);
		const char *number = staff->numbers == NULL ? NULL : staff->numbers[0];

		g_string_append_printf(
			body, "  %s <%s>%s%s\n", staff->name == NULL ? "" : staff->name,
			address_text(staff->email), number == NULL ? "" : ", ",
			number == NULL ? "" : number);
	}
	if (deciders[0] == NULL)
		g_string_append(body, "  a safeguarding lead\n");
}

static char *
when(const Writing *writing)
{
	GTimeZone *zone = hours_zone(policy_hours(writing->world->policy));
	gint64 time = ulid_time(writing->held->id);

	return clock_format_local(time, zone);
}

static char *
author_body(const Writing *writing)
{
	GString *body = g_string_new(NULL);
	const json_t *findings = json_object_get(held_payload(writing->held), "findings");
	g_autofree char *time = when(writing);

	g_string_append_printf(
		body,
		"A message that you sent to a young person on %s is waiting.\n"
		"Nobody has received it.\n",
		time);
	if (!has_neutral(findings))
		add_reasons(body, findings);
	add_deciders(body, writing->world->directory, writing->deciders);
	g_string_append_printf(
		body,
		"\nIf it is pressing: ring or go. Let the young person know by a way "
		"that was\nagreed with them that your message has not reached them.\n"
		"\nYou can withdraw it: chaperone held withdraw %s\n",
		writing->held->id);
	return g_string_free(body, FALSE);
}

static char *
decider_body(const Writing *writing)
{
	const Staff *author = rights_author(writing->world->directory, writing->held);
	g_autofree char *time = when(writing);

	return g_strdup_printf(
		"A message from %s to a young person, sent on %s, is waiting for a "
		"decision.\nNobody has received it. You can release or refuse it:\n"
		"\n  chaperone held show %s\n"
		"  chaperone held release %s --reason \"...\"\n"
		"  chaperone held refuse %s --reason \"...\"\n"
		"\nThe author was told that it waits, and to ring or go if it is "
		"pressing.\n",
		author == NULL || author->name == NULL ? "a member of staff"
						       : author->name,
		time, writing->held->id, writing->held->id, writing->held->id);
}

static const char *
sender_of(const Settings *settings)
{
	const char *from = settings_words(settings, "notify-from")[0];

	return from == NULL ? "" : from;
}

/* Takes the body over. */
static void
add_letter(const Writing *writing, const char *mail, const char *to, const char *role,
	   const char *subject, char *body)
{
	g_autofree char *owned = body;
	g_autofree char *id = ulid_new(writing->now);
	LetterText text = { .from = sender_of(writing->settings),
			    .to = to,
			    .subject = subject,
			    .body = owned,
			    .id = id,
			    .time = writing->now,
			    .zone = hours_zone(policy_hours(writing->world->policy)) };
	DeskNotice *notice = g_new0(DeskNotice, 1);

	notice->id = g_strdup(mail);
	notice->to = g_strdup(to);
	notice->role = g_strdup(role);
	notice->text = letter_format(&text);
	g_ptr_array_add(writing->notices, notice);
}

/* Of a message that waits; takes the body over. */
static void
add_notice(const Writing *writing, const char *to, const char *role, char *body)
{
	g_autofree char *subject =
		g_strdup_printf("A message is waiting (%s)", writing->held->id);

	add_letter(writing, writing->held->id, to, role, subject, body);
}

static void
add_for_author(const Writing *writing)
{
	const Staff *author = rights_author(writing->world->directory, writing->held);

	if (author != NULL &&
	    !hold_has_told(writing->held->state, address_text(author->email), "author"))
		add_notice(writing, address_text(author->email), "author",
			   author_body(writing));
}

static void
add_for_decider(const Writing *writing, const char *to)
{
	if (!hold_has_told(writing->held->state, to, "decides"))
		add_notice(writing, to, "decides", decider_body(writing));
}

/* The lead whom the configuration names hears of what leads decide, registered or not,
 * unless it may be their own. */
static void
add_for_keyword(const Writing *writing, const char *keyword)
{
	const Directory *directory = writing->world->directory;
	const char *to = settings_words(writing->settings, keyword)[0];
	const Staff *staff = to == NULL ? NULL : directory_staff(directory, to);

	if (to == NULL || g_strv_contains((const char *const *)writing->deciders, to) ||
	    rights_is_own(directory, writing->held, staff) ||
	    g_strcmp0(to, json_text(held_payload(writing->held), "from")) == 0)
		return;
	add_for_decider(writing, to);
}

/* What the finding is, in the words of its rule; nothing where that would tell of what
 * is for few. */
static void
add_findings(GString *body, const json_t *payload, const char *role)
{
	const json_t *findings = json_object_get(payload, "findings");

	if (json_truth(payload, "restricted")) {
		g_string_append(
			body,
			strcmp(role, "other") == 0
				? "\nIt may be about every safeguarding lead: only "
				  "another one can read it.\nName one now: chaperone "
				  "staff change EMAIL --role lead\n"
				: "\nIt is restricted: only leads can read it, and "
				  "none whom it may be about.\nSpeak of it to nobody "
				  "else.\n");
		return;
	}
	for (gsize i = 0; i < json_array_size(findings); i++) {
		const json_t *finding = json_array_get(findings, i);
		g_auto(GStrv) notify = json_words(finding, "notify");
		const char *paragraph = json_text(finding, "paragraph");
		const char *reason = json_text(finding, "reason");

		if (g_strv_contains((const char *const *)notify, role))
			g_string_append_printf(body, "  %s: %s\n",
					       paragraph == NULL ? "-" : paragraph,
					       reason == NULL ? "" : reason);
	}
}

static bool
is_urgent(const json_t *payload)
{
	return g_strcmp0(json_text(payload, "urgent"), "now") == 0;
}

static char *
concern_body(const Writing *writing, const json_t *payload, const char *id,
	     const char *role)
{
	bool is_inbound = g_strcmp0(json_text(payload, "direction"), "inbound") == 0;
	GTimeZone *zone = hours_zone(policy_hours(writing->world->policy));
	g_autofree char *time = clock_format_local(ulid_time(id), zone);
	GString *body = g_string_new(NULL);

	if (json_text(payload, "form") != NULL)
		g_string_append_printf(body,
				       "What staff wrote down on %s of contact with a "
				       "young person needs your\nattention",
				       time);
	else
		g_string_append_printf(body,
				       "A message %s a young person, of %s, needs your "
				       "attention",
				       is_inbound ? "from" : "to", time);
	g_string_append(body, is_urgent(payload) ? " now.\n" : ".\n");
	add_findings(body, payload, role);
	g_string_append_printf(body,
			       "\nIt is on record as %s. Nothing of it stands in this "
			       "notice: read it in\nthe case file (chaperone case list, "
			       "chaperone case show).\n",
			       id);
	return g_string_free(body, FALSE);
}

/* To staff whose message went out all the same. */
static char *
sender_body(const Writing *writing, const json_t *payload, const char *id)
{
	GTimeZone *zone = hours_zone(policy_hours(writing->world->policy));
	g_autofree char *time = clock_format_local(ulid_time(id), zone);
	GString *body = g_string_new(NULL);

	g_string_append_printf(
		body, "Your message to a young person, of %s, has gone out.\n", time);
	add_findings(body, payload, "author");
	g_string_append_printf(body, "\nIt is on record as %s.\n", id);
	return g_string_free(body, FALSE);
}

static void
add_concern(const Writing *writing, const json_t *payload, const char *id,
	    const ConcernTo *to)
{
	bool is_author = strcmp(to->role, "author") == 0;
	g_autofree char *subject =
		g_strdup_printf("%s%s (%s)", is_urgent(payload) ? "URGENT: " : "",
				is_author ? "About a message that you sent"
					  : "A message needs your attention",
				id);

	add_letter(writing, id, to->to, to->role, subject,
		   is_author ? sender_body(writing, payload, id)
			     : concern_body(writing, payload, id, to->role));
}

static char **
configured_leads(const Settings *settings)
{
	static const char *const keywords[] = { "lead", "second-lead" };
	g_autoptr(GStrvBuilder) leads = g_strv_builder_new();

	for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++)
		if (settings_words(settings, keywords[i])[0] != NULL)
			g_strv_builder_add(leads,
					   settings_words(settings, keywords[i])[0]);
	return g_strv_builder_end(leads);
}

static GPtrArray *
find_concerned(const World *world, const Settings *settings, const json_t *mail,
	       gint64 now)
{
	g_auto(GStrv) leads = configured_leads(settings);
	GTimeZone *zone = hours_zone(policy_hours(world->policy));

	return concern_recipients(world->directory, json_object_get(mail, "payload"),
				  json_object_get(mail, "cases"),
				  (const char *const *)leads, day_of(now, zone));
}

/* Those of a message who were not told yet; of one that waits, who is asked to decide
 * it knows already. */
static void
add_for_concern(const Writing *writing, const json_t *mail, const json_t *state)
{
	g_autoptr(GPtrArray) concerned =
		find_concerned(writing->world, writing->settings, mail, writing->now);

	for (guint i = 0; i < concerned->len; i++) {
		const ConcernTo *to = concerned->pdata[i];
		bool decides =
			writing->deciders != NULL &&
			(strcmp(to->role, "author") == 0 ||
			 g_strv_contains((const char *const *)writing->deciders, to->to));

		if (!decides && !hold_has_told(state, to->to, to->role) &&
		    !hold_has_told(state, to->to, "decides"))
			add_concern(writing, json_object_get(mail, "payload"),
				    json_text(mail, "id"), to);
	}
}

static void
add_for_hold(Writing *writing, const Held *held)
{
	const Directory *directory = writing->world->directory;
	GTimeZone *zone = hours_zone(policy_hours(writing->world->policy));

	writing->held = held;
	writing->deciders = rights_deciders(directory, held, day_of(writing->now, zone));
	add_for_author(writing);
	for (char **decider = writing->deciders; *decider != NULL; decider++)
		add_for_decider(writing, *decider);
	if (rights_is_for_lead(held) || writing->deciders[0] == NULL) {
		add_for_keyword(writing, "lead");
		add_for_keyword(writing, "second-lead");
	}
	if (json_array_size(json_object_get(held_payload(held), "notify")) > 0)
		add_for_concern(writing, held->mail, held->state);
	g_clear_pointer(&writing->deciders, g_strfreev);
}

/* What may have a concern: mail, and what was written down. */
static const char *const told_of[] = { "mail", "transcript", "note" };

static void
add_concerns(const Writing *writing, Store *store, const char *type)
{
	g_autoptr(GPtrArray) mails = store_latest_all(store, type);

	for (guint i = 0; i < mails->len; i++) {
		const char *key = json_text(mails->pdata[i], "key");
		g_autoptr(json_t) decision = NULL;

		if (!concern_is_key(key))
			continue;
		decision = store_latest(store, "decision", key);
		add_for_concern(writing, mails->pdata[i],
				json_object_get(decision, "payload"));
	}
}

GPtrArray *
desk_notices(Desk *desk)
{
	g_autoptr(World) world = desk_world(desk);
	g_autoptr(Settings) settings = desk_settings(desk);
	g_autoptr(GPtrArray) all = holds_all(desk->holds);
	Writing writing = { .world = world,
			    .settings = settings,
			    .now = clock_now(),
			    .notices = g_ptr_array_new_with_free_func(
				    (GDestroyNotify)desk_notice_free) };

	for (guint i = 0; i < all->len; i++) {
		const Held *held = all->pdata[i];

		if (strcmp(hold_summary(held->state), "held") == 0)
			add_for_hold(&writing, held);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(told_of); i++)
		add_concerns(&writing, desk->store, told_of[i]);
	pins_add_due(desk, writing.notices);
	return writing.notices;
}

/* What tell needs: the notice that was handed over. */
typedef struct Telling {
	const DeskNotice *notice;
} Telling;

static bool
tell(json_t *state, void *data, GError **error)
{
	const DeskNotice *notice = ((const Telling *)data)->notice;

	(void)error;
	hold_add_told(state, notice->to, notice->role, clock_now());
	hold_set_action(state, "told", NULL);
	return true;
}

/* Whether everyone of a message has been told now. */
static bool
is_all_told(Desk *desk, const json_t *mail, const json_t *state)
{
	g_autoptr(World) world = desk_world(desk);
	g_autoptr(Settings) settings = desk_settings(desk);
	g_autoptr(GPtrArray) concerned =
		find_concerned(world, settings, mail, clock_now());

	for (guint i = 0; i < concerned->len; i++) {
		const ConcernTo *to = concerned->pdata[i];

		if (!hold_has_told(state, to->to, to->role))
			return false;
	}
	return true;
}

/* Its decision record has no case: a case file does not show who was told of what. */
static bool
keep_told(Desk *desk, const DeskNotice *notice, const char *key, const json_t *mail,
	  GError **error)
{
	g_autoptr(json_t) before = store_latest(desk->store, "decision", key);
	const json_t *told = json_object_get(before, "payload");
	g_autoptr(json_t) state =
		told != NULL ? json_deep_copy(told)
			     : json_pack("{s:s, s:s, s:[]}", "mail", notice->id, "action",
					 "told", "told");
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(Draft) draft = draft_new("decision", clock_now());

	hold_add_told(state, notice->to, notice->role, clock_now());
	draft_set_key(draft, key);
	if (is_all_told(desk, mail, state))
		draft_set_closes(draft);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, state);
	return store_put(desk->store, &draft, 1, error);
}

/* The record that a concern is about, while somebody must still be told; or NULL. */
static json_t *
find_concern(Desk *desk, const char *key)
{
	json_t *record = NULL;

	for (gsize i = 0; record == NULL && i < G_N_ELEMENTS(told_of); i++)
		record = store_latest(desk->store, told_of[i], key);
	return record;
}

bool
desk_notice_sent(Desk *desk, const DeskNotice *notice, GError **error)
{
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	Telling telling = { .notice = notice };
	g_autofree char *key = concern_key_of(notice->id);
	g_autoptr(json_t) mail = find_concern(desk, key);
	g_autoptr(GError) cause = NULL;

	if (notice->checkpoint != NULL)
		return pins_keep(desk, notice, error);
	if (mail != NULL)
		return keep_told(desk, notice, key, mail, error);
	if (holds_change(desk->holds, notice->id, actor, tell, &telling, &cause) ||
	    g_error_matches(cause, DESK_ERROR, DESK_ERROR_REFUSED)) /* settled since */
		return true;
	g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}
