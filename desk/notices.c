/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notices.c - who must be told of a message, until they were
 *
 * A message that waits is told of to its author and to those who may release it; one that
 * was settled before its author heard of it, to the author all the same, for the mail
 * server said yes to it; and to whom a finding names, whatever became of it.
 */
#include "config.h"

#include "desk/notices.h"

#include "base/clock.h"
#include "base/ulid.h"
#include "desk/concern.h"
#include "desk/letter.h"
#include "desk/mail.h"
#include "desk/pins.h"
#include "desk/rights.h"
#include "desk/wording.h"

#include <string.h>

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

/* Takes the body over. */
static void
add_notice(const Writing *writing, const char *to, const char *role, const char *about,
	   char *body)
{
	g_autofree char *subject = g_strdup_printf("%s (%s)", about, writing->held->id);

	add_letter(writing, writing->held->id, to, role, subject, body);
}

static void
add_for_author(const Writing *writing)
{
	const Staff *author = rights_author(writing->world->directory, writing->held);
	const bool waits = strcmp(hold_summary(writing->held->state), "held") == 0;

	if (author == NULL ||
	    hold_has_told(writing->held->state, address_text(author->email), "author"))
		return;
	add_notice(writing, address_text(author->email), "author",
		   waits ? "A message is waiting" : "About a message that you sent",
		   waits ? wording_for_author(writing) : wording_of_outcome(writing));
}

static void
add_for_decider(const Writing *writing, const char *to)
{
	if (!hold_has_told(writing->held->state, to, "decides"))
		add_notice(writing, to, "decides", "A message is waiting",
			   wording_for_decider(writing));
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

static void
add_concern(const Writing *writing, const json_t *payload, const char *id,
	    const ConcernTo *to)
{
	bool is_author = strcmp(to->role, "author") == 0;
	g_autofree char *subject =
		g_strdup_printf("%s%s (%s)", wording_is_urgent(payload) ? "URGENT: " : "",
				is_author ? "About a message that you sent"
					  : "A message needs your attention",
				id);

	add_letter(writing, id, to->to, to->role, subject,
		   is_author ? wording_for_sender(writing, payload, id)
			     : wording_of_concern(writing, payload, id, to->role));
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

/* Whether somebody hears of a held message otherwise: its author as such, whatever became
 * of it, and who is asked to decide it. */
static bool
hears_of_hold(const Writing *writing, const ConcernTo *to)
{
	if (writing->held == NULL)
		return false;
	return strcmp(to->role, "author") == 0 ||
	       (writing->deciders != NULL &&
		g_strv_contains((const char *const *)writing->deciders, to->to));
}

/* Those of a message who were not told yet. */
static void
add_for_concern(const Writing *writing, const json_t *mail, const json_t *state)
{
	g_autoptr(GPtrArray) concerned =
		find_concerned(writing->world, writing->settings, mail, writing->now);

	for (guint i = 0; i < concerned->len; i++) {
		const ConcernTo *to = concerned->pdata[i];

		if (!hears_of_hold(writing, to) &&
		    !hold_has_told(state, to->to, to->role) &&
		    !hold_has_told(state, to->to, "decides"))
			add_concern(writing, json_object_get(mail, "payload"),
				    json_text(mail, "id"), to);
	}
}

static void
add_for_deciders(const Writing *writing)
{
	for (char **decider = writing->deciders; *decider != NULL; decider++)
		add_for_decider(writing, *decider);
	if (rights_is_for_lead(writing->held) || writing->deciders[0] == NULL) {
		add_for_keyword(writing, "lead");
		add_for_keyword(writing, "second-lead");
	}
}

/* Of one that somebody takes back before anyone heard of it, a finding is told all the
 * same, and who did it knows. */
static bool
is_withdrawn(const Held *held)
{
	return strcmp(hold_summary(held->state), "withdrawn") == 0;
}

static void
add_for_hold(Writing *writing, const Held *held)
{
	const Directory *directory = writing->world->directory;
	GTimeZone *zone = hours_zone(policy_hours(writing->world->policy));

	writing->held = held;
	if (!hold_is_over(held->state))
		writing->deciders =
			rights_deciders(directory, held, day_of(writing->now, zone));
	if (!is_withdrawn(held))
		add_for_author(writing);
	if (writing->deciders != NULL)
		add_for_deciders(writing);
	if (json_array_size(json_object_get(held_payload(held), "notify")) > 0)
		add_for_concern(writing, held->mail, held->state);
	g_clear_pointer(&writing->deciders, g_strfreev);
	writing->held = NULL;
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

static bool
nothing(json_t *state, void *data, GError **error)
{
	(void)state;
	(void)data;
	(void)error;
	return true;
}

/* Who had to be told is not on the register any more. */
static void
give_up(Desk *desk, const char *id)
{
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");

	(void)holds_tell(desk->holds, id, actor, nothing, NULL, NULL);
}

static void
add_holds(Desk *desk, Writing *writing)
{
	g_autoptr(GPtrArray) live = holds_all(desk->holds);
	g_autoptr(GPtrArray) owing = holds_owing(desk->holds);

	/* A release under way ends as one of the others. */
	for (guint i = 0; i < live->len; i++)
		if (strcmp(hold_summary(((const Held *)live->pdata[i])->state),
			   "releasing") != 0)
			add_for_hold(writing, live->pdata[i]);
	for (guint i = 0; i < owing->len; i++) {
		const guint len = writing->notices->len;
		const Held *held = owing->pdata[i];

		add_for_hold(writing, held);
		if (writing->notices->len == len)
			give_up(desk, held->id);
	}
}

static Writing
writing_begin(const World *world, const Settings *settings)
{
	return (Writing){ .world = world,
			  .settings = settings,
			  .now = clock_now(),
			  .notices = g_ptr_array_new_with_free_func(
				  (GDestroyNotify)desk_notice_free) };
}

GPtrArray *
desk_notices(Desk *desk)
{
	g_autoptr(World) world = desk_world(desk);
	g_autoptr(Settings) settings = desk_settings(desk);
	Writing writing = writing_begin(world, settings);

	add_holds(desk, &writing);
	for (gsize i = 0; i < G_N_ELEMENTS(told_of); i++)
		add_concerns(&writing, desk->store, told_of[i]);
	pins_add_due(desk, writing.notices);
	return writing.notices;
}

bool
notices_are_owed(const Held *held, void *data)
{
	g_autoptr(World) world = desk_world(data);
	g_autoptr(Settings) settings = desk_settings(data);
	Writing writing = writing_begin(world, settings);
	bool is_owed;

	add_for_hold(&writing, held);
	is_owed = writing.notices->len > 0;
	g_ptr_array_unref(writing.notices);
	return is_owed;
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
	if (!hold_is_over(state)) /* else what was decided stays what was done last */
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
	if (holds_tell(desk->holds, notice->id, actor, tell, &telling, &cause) ||
	    g_error_matches(cause, DESK_ERROR, DESK_ERROR_REFUSED)) /* erased since */
		return true;
	g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}
