/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk.c - the desk's beginning and end, and the world it keeps
 *
 * Invariants:
 * 1. The policy in force is on record before a mail record names it: it is put when
 *    it comes into force, or, where the store took nothing then, before the next
 *    mail record.
 * 2. world and settings are replaced, never changed, under `lock`; only whoever holds
 *    `change` replaces them.
 */
#include "config.h"

#include "desk/desk.h"

#include "base/clock.h"
#include "desk/approval.h"
#include "desk/inside.h"
#include "desk/notices.h"
#include "desk/registry.h"
#include "desk/retention.h"

#include <string.h>

G_DEFINE_QUARK(desk_error, desk_error)

static bool
is_on_record(Desk *desk, const Policy *policy)
{
	g_autoptr(json_t) latest = store_latest(desk->store, "policy", "policy");
	const char *version = json_text(json_object_get(latest, "payload"), "version");

	return g_strcmp0(version, policy_version(policy)) == 0;
}

static bool
keep_policy(Desk *desk, const Policy *policy, GError **error)
{
	g_autoptr(Draft) draft = NULL;
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(json_t) payload = NULL;

	if (is_on_record(desk, policy))
		return true;
	payload = json_pack("{s:s, s:o}", "version", policy_version(policy), "text",
			    json_text_new(policy_text(policy)));
	draft = draft_new("policy", clock_now());
	draft_set_key(draft, "policy");
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	return store_put(desk->store, &draft, 1, error);
}

/* It is read anew whenever it is asked; what is wrong in it is told at once. */
static bool
check_retention(const Settings *settings, GError **error)
{
	g_autoptr(Retention) retention = retention_load(settings, error);

	return retention != NULL;
}

Desk *
desk_new(const DeskOptions *options, Settings *settings, GError **error)
{
	g_autoptr(Policy) policy = policy_load(settings, error);
	g_autoptr(Directory) directory = NULL;
	Desk *desk = NULL;

	if (policy == NULL || !check_retention(settings, error) ||
	    !approval_is_given(options->store, settings, policy, error))
		return NULL;
	policy_prepare(policy);
	directory = registry_load(options->store, settings, error);
	if (directory == NULL)
		return NULL;
	desk = g_new0(Desk, 1);
	desk->options = *options;
	desk->store = options->store;
	g_mutex_init(&desk->change);
	g_mutex_init(&desk->lock);
	desk->world = world_new(directory, policy);
	desk->settings = settings_ref(settings);
	desk->is_policy_kept = keep_policy(desk, policy, NULL); /* invariant 1 */
	desk->holds = holds_new(desk->store, notices_are_owed, desk);
	desk->answers = answers_new(desk->store);
	return desk;
}

void
desk_free(Desk *desk)
{
	if (desk == NULL)
		return;
	holds_free(desk->holds);
	answers_free(desk->answers);
	world_unref(desk->world);
	settings_unref(desk->settings);
	g_mutex_clear(&desk->lock);
	g_mutex_clear(&desk->change);
	g_free(desk);
}

static void
set_world(Desk *desk, Directory *directory, Policy *policy, Settings *settings)
{
	World *world = world_new(directory, policy);

	g_mutex_lock(&desk->lock);
	world_unref(desk->world);
	desk->world = world;
	if (settings != NULL) {
		settings_unref(desk->settings);
		desk->settings = settings_ref(settings);
		desk->is_policy_kept = true;
	}
	g_mutex_unlock(&desk->lock);
}

static bool
reload(Desk *desk, Settings *settings, GError **error)
{
	g_autoptr(Policy) policy = policy_load(settings, error);
	g_autoptr(Directory) directory = NULL;

	if (policy == NULL || !check_retention(settings, error) ||
	    !approval_is_given(desk->store, settings, policy, error))
		return false;
	policy_prepare(policy);
	directory = registry_rebuild(desk->world->directory, settings, error);
	if (directory == NULL || !keep_policy(desk, policy, error))
		return false;
	set_world(desk, directory, policy, settings);
	return true;
}

bool
desk_reload(Desk *desk, Settings *settings, GError **error)
{
	bool is_done = false;

	g_mutex_lock(&desk->change);
	is_done = reload(desk, settings, error);
	g_mutex_unlock(&desk->change);
	return is_done;
}

World *
desk_world(Desk *desk)
{
	World *world = NULL;

	g_mutex_lock(&desk->lock);
	world = world_ref(desk->world);
	g_mutex_unlock(&desk->lock);
	return world;
}

Settings *
desk_settings(Desk *desk)
{
	Settings *settings = NULL;

	g_mutex_lock(&desk->lock);
	settings = settings_ref(desk->settings);
	g_mutex_unlock(&desk->lock);
	return settings;
}

void
desk_set_directory(Desk *desk, Directory *directory)
{
	set_world(desk, directory, desk->world->policy, NULL);
}

static bool
is_policy_kept(Desk *desk)
{
	bool is_kept = false;

	g_mutex_lock(&desk->lock);
	is_kept = desk->is_policy_kept;
	g_mutex_unlock(&desk->lock);
	return is_kept;
}

bool
desk_keep_policy(Desk *desk, GError **error)
{
	bool is_kept = is_policy_kept(desk);

	if (is_kept)
		return true;
	g_mutex_lock(&desk->change);
	is_kept = is_policy_kept(desk) || keep_policy(desk, desk->world->policy, error);
	if (is_kept) {
		g_mutex_lock(&desk->lock);
		desk->is_policy_kept = true;
		g_mutex_unlock(&desk->lock);
	}
	g_mutex_unlock(&desk->change);
	return is_kept;
}

void
desk_count_verdict(Desk *desk, Action action)
{
	g_mutex_lock(&desk->lock);
	desk->verdicts[action]++;
	g_mutex_unlock(&desk->lock);
}

guint64
desk_verdicts(Desk *desk, Action action)
{
	guint64 count = 0;

	g_mutex_lock(&desk->lock);
	count = desk->verdicts[action];
	g_mutex_unlock(&desk->lock);
	return count;
}
