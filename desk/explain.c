/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.c - rules explain, rules list, and the status
 *
 * Explaining runs the very judge that the daemon runs, on a message that nobody sent.
 */
#include "config.h"

#include "base/clock.h"
#include "desk/held.h"
#include "desk/pins.h"
#include "desk/recall.h"
#include "desk/requests.h"
#include "desk/unseal.h"
#include "desk/verbs.h"
#include "rules/judge.h"

#include <sys/statvfs.h>

/* The caps of 4-mail-server's readers; the bytes come from message-limit. */
enum { DEPTH_MAX = 32, PARTS_MAX = 1000 };

/* A client that no agency has inside (RFC 5737), and the host itself. */
static const char outside_client[] = "192.0.2.1";
static const char inside_client[] = "127.0.0.1";

static bool
is_address(const Path *path, const char *option, GError **error)
{
	if (path->forms->len > 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "%s: '%s' is no address: write NAME@DOMAIN", option, path->given);
	return false;
}

static Envelope *
read_envelope(const Ask *ask, GError **error)
{
	const char *from = json_text(ask->options, "from");
	g_auto(GStrv) to = fields_words(ask->options, "to");
	const char *login = json_text(ask->options, "login");
	bool is_outside = json_truth(ask->options, "outside");
	const char *const *domains = directory_work_domains(ask_directory(ask));
	Envelope *envelope = NULL;
	bool is_known;

	if (login != NULL && is_outside) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--outside: there is no --login from outside: give one of "
			    "them");
		return NULL;
	}
	envelope = envelope_new();
	envelope->sender = path_new(from[0] == '\0' ? "<>" : from, NULL, domains);
	is_known = strcmp(path_text(envelope->sender), "") == 0 ||
		   is_address(envelope->sender, "--from", error);
	for (char **one = to; is_known && *one != NULL; one++) {
		g_ptr_array_add(envelope->recipients, path_new(*one, NULL, domains));
		is_known = is_address(g_ptr_array_index(envelope->recipients,
							envelope->recipients->len - 1),
				      "--to", error);
	}
	if (!is_known) {
		envelope_free(envelope);
		return NULL;
	}
	envelope->login = g_strdup(login);
	envelope->client = g_strdup(is_outside ? outside_client : inside_client);
	return envelope;
}

static bool
read_time(const Ask *ask, gint64 *time, GError **error)
{
	const char *text = json_text(ask->options, "at");

	*time = ask->now;
	if (text == NULL || clock_parse(text, ask_zone(ask), time, NULL))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--at: '%s' is not a time: write YYYY-MM-DD[ HH:MM]", text);
	return false;
}

static json_t *
explain(const Ask *ask, const Envelope *envelope, gint64 time)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	MessageLimits limits = {
		.bytes = (gsize)settings_number(settings, "message-limit"),
		.depth = DEPTH_MAX,
		.parts = PARTS_MAX,
	};
	g_autoptr(Message) message = message_read(ask->request->content, &limits);
	g_autoptr(json_t) history = json_object();
	Hearing hearing = { .envelope = envelope,
			    .message = message,
			    .directory = ask->world->directory,
			    .policy = ask->world->policy,
			    .history = history,
			    .time = time };
	g_autoptr(Verdict) verdict = NULL;

	recall_quotes(ask->desk, envelope, message, history);
	verdict = judge(&hearing);
	return verdict_to_json(verdict);
}

json_t *
explain_message(Ask *ask, GError **error)
{
	g_autoptr(Envelope) envelope = NULL;
	gint64 time = 0;

	if (ask->request->content == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "FILE: there is no message: name its file");
		return NULL;
	}
	envelope = read_envelope(ask, error);
	if (envelope == NULL || !read_time(ask, &time, error))
		return NULL;
	return explain(ask, envelope, time);
}

static json_t *
check_to_json(const CheckSetting *check)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:b, s:o}", "name", check->name,
			 "kind", "check", "action", action_name(check->action),
			 "paragraph", json_text_new(check->paragraph), "reason",
			 json_text_new(check->reason), "decides",
			 check->decides == DECIDES_LEAD ? "lead" : "manager", "built",
			 check->is_built, "file", json_text_new(check->file));
}

static const char *
when_name(const Rule *rule)
{
	if (rule->is_outbound && rule->is_inbound)
		return "any";
	return rule->is_inbound ? "inbound" : "outbound";
}

static json_t *
rule_to_json(const Rule *rule, guint limits)
{
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:o, s:s, s:b, s:o, s:s, s:s, s:I}", "name",
		rule->name, "kind", "rule", "action", action_name(rule->action),
		"paragraph", json_text_new(rule->paragraph), "reason",
		json_text_new(rule->reason), "decides",
		rule->decides == DECIDES_LEAD ? "lead" : "manager", "built", 1, "file",
		json_text_new(rule->place), "when", when_name(rule), "urgent",
		urgent_name(rule->urgent), "limits", (json_int_t)limits);
}

json_t *
explain_rules(Ask *ask, GError **error)
{
	const CheckSetting *const *checks = policy_checks(ask->world->policy);
	const RuleSet *set = policy_rules(ask->world->policy);
	const GPtrArray *rules = ruleset_rules(set);
	json_t *list = json_array();

	(void)error;
	for (; *checks != NULL; checks++)
		json_array_append_new(list, check_to_json(*checks));
	for (guint i = 0; i < rules->len; i++)
		json_array_append_new(
			list, rule_to_json(rules->pdata[i], ruleset_limits(set, i)));
	return list;
}

static json_t *
verdict_counts(Desk *desk)
{
	json_t *counts = json_object();

	for (Action action = ACTION_PASS; action <= ACTION_REJECT; action++)
		json_object_set_new(
			counts, action_name(action),
			json_integer((json_int_t)desk_verdicts(desk, action)));
	return counts;
}

static json_t *
free_bytes(const Store *store)
{
	struct statvfs disk;

	if (statvfs(store_directory(store), &disk) != 0)
		return json_null();
	return json_integer((json_int_t)disk.f_bavail * (json_int_t)disk.f_frsize);
}

static void
add_seen(const Ask *ask, json_t *status)
{
	const DeskOptions *options = &ask->desk->options;
	guint64 seen = 0;
	guint64 in_scope = 0;

	if (options->count != NULL)
		options->count(options->count_data, &seen, &in_scope);
	json_object_set_new(status, "seen", json_integer((json_int_t)seen));
	json_object_set_new(status, "in_scope", json_integer((json_int_t)in_scope));
	json_object_set_new(status, "verdicts", verdict_counts(ask->desk));
}

static json_t *
last_checkpoint(Desk *desk)
{
	const gint64 last = pins_last(desk);
	g_autofree char *text = last == 0 ? NULL : clock_format_utc(last);

	return json_text_new(text);
}

/* Built checks that the policy lets pass whatever they find. */
static json_t *
switched_off(const Policy *policy)
{
	const CheckSetting *const *checks = policy_checks(policy);
	json_t *names = json_array();

	for (; *checks != NULL; checks++)
		if ((*checks)->action == ACTION_PASS)
			json_array_append_new(names, json_string((*checks)->name));
	return names;
}

/* How often each rule reached a limit, of those that did. */
static json_t *
rule_limits(const RuleSet *set)
{
	const GPtrArray *rules = ruleset_rules(set);
	json_t *limits = json_object();

	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = rules->pdata[i];
		const guint count = ruleset_limits(set, i);

		if (count > 0)
			json_object_set_new(limits, rule->name, json_integer(count));
	}
	return limits;
}

static void
add_policy(const Ask *ask, json_t *status)
{
	const Policy *policy = ask->world->policy;

	json_object_set_new(status, "policy_version",
			    json_text_new(policy_version(policy)));
	json_object_set_new(status, "enforce",
			    json_boolean(policy_enforces(policy, ask->today)));
	json_object_set_new(status, "switched_off", switched_off(policy));
	json_object_set_new(status, "rule_limits", rule_limits(policy_rules(policy)));
}

json_t *
explain_status(Ask *ask, GError **error)
{
	Store *store = ask->desk->store;
	g_autoptr(json_t) kept = store_status(store);
	g_autofree char *fault = store_fault(store);
	gint64 records = json_number(kept, "records", 0);
	json_t *status = json_object();

	(void)error;
	add_seen(ask, status);
	held_add_counts(ask, status);
	unseal_add_counts(ask->desk, status);
	requests_add_counts(ask, status);
	add_policy(ask, status);
	json_object_update_new(
		status, json_pack("{s:I, s:o, s:O?, s:{s:I, s:I}, s:o, s:o}", "records",
				  (json_int_t)records, "last_checkpoint",
				  last_checkpoint(ask->desk), "last_stamp",
				  json_object_get(kept, "last_stamp"), "index", "done",
				  (json_int_t)json_number(kept, "indexed", 0), "of",
				  (json_int_t)records, "disk_free_bytes",
				  free_bytes(store), "fault", json_text_new(fault)));
	return status;
}
