/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - rules replay: the archive through a candidate set of rules
 *
 * What the rules find is found anew in the message on record; what the checks found is
 * taken from the record, with the candidate's action, for the register of that day is
 * not there any more.  A rule admin sees counts and ids, never words of a message.
 */
#include "config.h"

#include "base/clock.h"
#include "base/ulid.h"
#include "desk/recall.h"
#include "desk/rights.h"
#include "desk/verbs.h"
#include "rules/judge.h"

#include <string.h>

enum { DEPTH_MAX = 32, PARTS_MAX = 1000, EXAMPLES_MAX = 5, PROGRESS_STEP = 50 };

/* How often a rule finds something, on record and with the candidate. */
typedef struct Tally {
	json_int_t before, after, gained, lost;
	json_t *gained_ids, *lost_ids;
} Tally;

typedef struct Replay {
	const Ask *ask;
	const Policy *policy; /* the candidate */
	MessageLimits limits;
	gint64 since;
	GHashTable *tallies;  /* rule → Tally */
	GHashTable *verdicts; /* "hold>tag" → json array of ids, counted by its length */
	json_int_t judged, changed, skipped;
	json_int_t by_program; /* differ though the record names this very policy */
} Replay;

static void
tally_free(gpointer data)
{
	Tally *tally = data;

	json_decref(tally->gained_ids);
	json_decref(tally->lost_ids);
	g_free(tally);
}

static Tally *
tally_of(Replay *replay, const char *rule)
{
	Tally *tally = g_hash_table_lookup(replay->tallies, rule);

	if (tally != NULL)
		return tally;
	tally = g_new0(Tally, 1);
	tally->gained_ids = json_array();
	tally->lost_ids = json_array();
	g_hash_table_insert(replay->tallies, g_strdup(rule), tally);
	return tally;
}

static void
add_example(json_t *ids, const char *id)
{
	if (json_array_size(ids) < EXAMPLES_MAX)
		json_array_append_new(ids, json_string(id));
}

/* The names of what found something, each once, with the strongest action of each. */
static GHashTable *
findings_on_record(const json_t *payload)
{
	GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	json_t *finding;
	gsize i;

	json_array_foreach(json_object_get(payload, "findings"), i, finding) {
		const char *rule = json_text(finding, "rule");
		Action action = ACTION_PASS;

		if (rule == NULL || !action_parse(json_text(finding, "action"), &action))
			continue;
		action = MAX(action,
			     (Action)GPOINTER_TO_INT(g_hash_table_lookup(found, rule)));
		g_hash_table_insert(found, g_strdup(rule), GINT_TO_POINTER(action));
	}
	return found;
}

/* What a check found stays found, unless the candidate switches it off. */
static void
keep_checks(const Replay *replay, const json_t *payload, bool is_inbound,
	    GHashTable *found)
{
	json_t *finding;
	gsize i;

	json_array_foreach(json_object_get(payload, "findings"), i, finding) {
		const char *rule = json_text(finding, "rule");
		const CheckSetting *setting =
			rule == NULL ? NULL : policy_check(replay->policy, rule);
		Action action;

		if (setting == NULL || setting->action == ACTION_PASS)
			continue;
		action = is_inbound ? MIN(setting->action, ACTION_TAG) : setting->action;
		g_hash_table_insert(found, g_strdup(rule), GINT_TO_POINTER(action));
	}
}

static void
add_rules(const Verdict *verdict, GHashTable *found)
{
	for (guint i = 0; i < verdict->findings->len; i++) {
		const Finding *finding = verdict->findings->pdata[i];
		Action action = (Action)GPOINTER_TO_INT(
			g_hash_table_lookup(found, finding->rule));

		g_hash_table_insert(found, g_strdup(finding->rule),
				    GINT_TO_POINTER(MAX(action, finding->action)));
	}
}

static Action
strongest(GHashTable *found)
{
	GHashTableIter iter;
	gpointer action = NULL;
	Action most = ACTION_PASS;

	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, NULL, &action))
		most = MAX(most, (Action)GPOINTER_TO_INT(action));
	return most;
}

/* Counts one rule on one message. */
static void
count_rule(Replay *replay, const char *rule, const char *id, bool before, bool after)
{
	Tally *tally = tally_of(replay, rule);

	tally->before += before;
	tally->after += after;
	tally->gained += after && !before;
	tally->lost += before && !after;
	if (after && !before)
		add_example(tally->gained_ids, id);
	if (before && !after)
		add_example(tally->lost_ids, id);
}

/* Whether anything differs. */
static bool
count_rules(Replay *replay, const char *id, GHashTable *before, GHashTable *after)
{
	GHashTableIter iter;
	gpointer rule = NULL;
	bool differs = false;

	g_hash_table_iter_init(&iter, before);
	while (g_hash_table_iter_next(&iter, &rule, NULL)) {
		const bool still = g_hash_table_contains(after, rule);

		count_rule(replay, rule, id, true, still);
		differs = differs || !still;
	}
	g_hash_table_iter_init(&iter, after);
	while (g_hash_table_iter_next(&iter, &rule, NULL))
		if (!g_hash_table_contains(before, rule)) {
			count_rule(replay, rule, id, false, true);
			differs = true;
		}
	return differs;
}

static void
count_verdict(Replay *replay, const char *id, Action before, Action after)
{
	g_autofree char *key =
		g_strdup_printf("%s>%s", action_name(before), action_name(after));
	json_t *ids = g_hash_table_lookup(replay->verdicts, key);

	if (ids == NULL) {
		ids = json_array();
		g_hash_table_insert(replay->verdicts, g_steal_pointer(&key), ids);
	}
	json_array_append_new(ids, json_string(id));
	replay->changed++;
}

static void
compare(Replay *replay, const Record *record, GHashTable *after)
{
	const json_t *payload = record_payload(record);
	const char *version = json_text(payload, "policy_version");
	g_autoptr(GHashTable) before = findings_on_record(payload);
	Action was = ACTION_PASS;
	bool differs = count_rules(replay, record_id(record), before, after);

	if (!action_parse(json_text(payload, "verdict"), &was))
		was = strongest(before);
	if (was != strongest(after)) {
		count_verdict(replay, record_id(record), was, strongest(after));
		differs = true;
	}
	if (differs && g_strcmp0(version, policy_version(replay->policy)) == 0)
		replay->by_program++;
}

/* False when there is nothing on record that could be judged anew. */
static bool
judge_anew(Replay *replay, const Record *record)
{
	const json_t *payload = record_payload(record);
	const char *direction = json_text(payload, "direction");
	const bool is_inbound = g_strcmp0(direction, "inbound") == 0;
	const Directory *directory = ask_directory(replay->ask);
	g_autoptr(Envelope) envelope =
		envelope_from_json(json_object_get(payload, "envelope"),
				   directory_work_domains(directory), NULL);
	g_autoptr(GBytes) bytes = record_original(record, NULL);
	g_autoptr(GHashTable) found =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(json_t) history = json_object();
	g_autoptr(Message) message = NULL;
	g_autoptr(Verdict) verdict = NULL;
	Hearing hearing = { .envelope = envelope,
			    .directory = directory,
			    .policy = replay->policy,
			    .history = history,
			    .time = record_time(record) };

	if (direction == NULL || envelope == NULL || bytes == NULL ||
	    g_bytes_get_size(bytes) > replay->limits.bytes)
		return false;
	message = message_read(bytes, &replay->limits);
	hearing.message = message;
	recall_quotes(replay->ask->desk, envelope, message, history);
	verdict = judge_rules(&hearing,
			      is_inbound ? DIRECTION_INBOUND : DIRECTION_OUTBOUND);
	keep_checks(replay, payload, is_inbound, found);
	add_rules(verdict, found);
	compare(replay, record, found);
	return true;
}

/* False when the one who asks must not know that it is there. */
static bool
replay_one(Replay *replay, const char *id)
{
	g_autoptr(Record) record = store_get(replay->ask->desk->store, id, NULL);

	if (record != NULL && rights_is_hidden(replay->ask, record))
		return false;
	if (record != NULL && record_time(record) < replay->since)
		return true;
	if (record != NULL && judge_anew(replay, record))
		replay->judged++;
	else
		replay->skipped++;
	return true;
}

static json_t *
rules_to_json(GHashTable *tallies)
{
	g_autoptr(GList) names =
		g_list_sort(g_hash_table_get_keys(tallies), (GCompareFunc)strcmp);
	json_t *list = json_array();

	for (GList *name = names; name != NULL; name = name->next) {
		const Tally *tally = g_hash_table_lookup(tallies, name->data);

		json_array_append_new(
			list,
			json_pack("{s:o, s:I, s:I, s:I, s:O, s:I, s:O}", "rule",
				  json_text_new(name->data), "before", tally->before,
				  "after", tally->after, "gained", tally->gained,
				  "gained_ids", tally->gained_ids, "lost", tally->lost,
				  "lost_ids", tally->lost_ids));
	}
	return list;
}

static json_t *
verdicts_to_json(GHashTable *verdicts)
{
	g_autoptr(GList) keys =
		g_list_sort(g_hash_table_get_keys(verdicts), (GCompareFunc)strcmp);
	json_t *list = json_array();

	for (GList *key = keys; key != NULL; key = key->next) {
		const json_t *ids = g_hash_table_lookup(verdicts, key->data);
		g_auto(GStrv) words = g_strsplit(key->data, ">", 2);
		json_t *some = json_array();

		for (gsize i = 0; i < json_array_size(ids); i++)
			if (i < EXAMPLES_MAX)
				json_array_append(some, json_array_get(ids, i));
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:o}", "from",
						      words[0], "to", words[1], "count",
						      (json_int_t)json_array_size(ids),
						      "ids", some));
	}
	return list;
}

static void
free_ids(gpointer data)
{
	json_decref(data);
}

static void
report_progress(const Ask *ask, guint done, guint of)
{
	if (ask->request->progress != NULL && (done % PROGRESS_STEP == 0 || done == of))
		ask->request->progress(done, of, ask->request->data);
}

static json_t *
replay_all(Replay *replay, GError **error)
{
	const StoreQuery query = { .type = "mail" };
	g_autoptr(GPtrArray) ids = store_list(replay->ask->desk->store, &query, error);
	const char *last = NULL;

	if (ids == NULL)
		return NULL;
	for (guint i = 0; i < ids->len; i++) {
		/* A little before the record's time at most: its id was made first. */
		if (replay_one(replay, ids->pdata[i]))
			last = ids->pdata[i];
		report_progress(replay->ask, i + 1, ids->len);
	}
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "policy_version",
			 policy_version(replay->policy), "judged", replay->judged,
			 "changed", replay->changed, "skipped", replay->skipped,
			 "by_program", replay->by_program, "verdicts",
			 verdicts_to_json(replay->verdicts), "rules",
			 rules_to_json(replay->tallies), "last", json_text_new(last));
}

/* The faults of a candidate are not told: the daemon may read what the asker may not.
 * `rules check` tells them. */
static Policy *
load_candidate(const Ask *ask, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	const char *path = ask->words[0];
	Policy *policy = NULL;

	if (path == NULL)
		path = settings_text(settings, "rules");
	if (g_path_is_absolute(path))
		policy = policy_load_from(settings, path, NULL);
	if (policy == NULL)
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_USAGE,
			"PATH: %s: no set of rules that holds and that the daemon can "
			"read: see chaperone rules check",
			path);
	else
		policy_prepare(policy);
	return policy;
}

static bool
read_since(const Ask *ask, gint64 *since, GError **error)
{
	const char *text = json_text(ask->options, "since");

	*since = 0;
	if (text == NULL || clock_parse(text, ask_zone(ask), since, NULL))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--since: '%s' is not a time: write YYYY-MM-DD[ HH:MM]", text);
	return false;
}

json_t *
replay_archive(Ask *ask, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	g_autoptr(GHashTable) tallies =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, tally_free);
	g_autoptr(GHashTable) verdicts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_ids);
	g_autoptr(Policy) policy = NULL;
	Replay replay = { .ask = ask, .tallies = tallies, .verdicts = verdicts };

	if (!read_since(ask, &replay.since, error))
		return NULL;
	policy = load_candidate(ask, error);
	if (policy == NULL)
		return NULL;
	replay.policy = policy;
	replay.limits = (MessageLimits){
		.bytes = (gsize)settings_number(settings, "message-limit"),
		.depth = DEPTH_MAX,
		.parts = PARTS_MAX,
	};
	return replay_all(&replay, error);
}
