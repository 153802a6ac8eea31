/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - rules replay: the archive through a candidate set of rules
 *
 * What the rules find is found anew in the message on record, with the register as it
 * was then and the quotes that were looked up then.  What the checks found is taken from
 * the record, with the candidate's action: the rest of what they went by is not kept.
 * A rule admin sees counts and ids, never words of a message.
 *
 * What is counted is kept beside the archive's parts now and then, and when nobody waits
 * any more, so that the same command goes on where it was: one file for each who asks.
 */
#include "config.h"

#include "base/clock.h"
#include "base/file.h"
#include "desk/bygone.h"
#include "desk/quotes.h"
#include "desk/rights.h"
#include "desk/tally.h"
#include "desk/verbs.h"
#include "rules/judge.h"

#include <glib/gstdio.h>
#include <string.h>

enum {
	DEPTH_MAX = 32,
	PARTS_MAX = 1000,
	PROGRESS_STEP = 50,
	KEPT_MAX = 16 * 1024 * 1024, /* bytes of the file */
};

typedef struct Replay {
	const Ask *ask;
	const Policy *policy; /* the candidate */
	MessageLimits limits;
	gint64 since;
	Bygone *bygone;
	json_t *tally;
	char *last;   /* the record that was counted last; NULL: none yet */
	char *path;   /* of what is kept */
	json_t *task; /* what it is kept of */
} Replay;

static void
replay_clear(Replay *replay)
{
	bygone_free(replay->bygone);
	json_decref(replay->tally);
	g_free(replay->last);
	g_free(replay->path);
	json_decref(replay->task);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Replay, replay_clear)

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

		tally_rule(replay->tally, rule, id, true, still);
		differs = differs || !still;
	}
	g_hash_table_iter_init(&iter, after);
	while (g_hash_table_iter_next(&iter, &rule, NULL))
		if (!g_hash_table_contains(before, rule)) {
			tally_rule(replay->tally, rule, id, false, true);
			differs = true;
		}
	return differs;
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
		tally_verdict(replay->tally, record_id(record), was, strongest(after));
		differs = true;
	}
	if (differs && g_strcmp0(version, policy_version(replay->policy)) == 0)
		tally_count(replay->tally, "by_program");
}

/* Whose register entry was erased since: their own details are not known. */
static bool
has_unknown_people(const Directory *directory, const json_t *facts)
{
	json_t *person;
	gsize i;

	json_array_foreach(json_object_get(facts, "people"), i, person) {
		const char *case_id = json_text(person, "case");

		if (case_id != NULL && directory_person(directory, case_id) == NULL)
			return true;
	}
	return false;
}

/* False when there is nothing on record that could be judged anew. */
static bool
judge_anew(Replay *replay, const Record *record)
{
	const json_t *payload = record_payload(record);
	const char *direction = json_text(payload, "direction");
	const bool is_inbound = g_strcmp0(direction, "inbound") == 0;
	const json_t *facts = json_object_get(payload, "facts");
	const Directory *directory = bygone_before(replay->bygone, record_id(record));
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
	quotes_add_known(replay->ask->desk, json_object_get(facts, "answered"), history);
	verdict = judge_rules(&hearing,
			      is_inbound ? DIRECTION_INBOUND : DIRECTION_OUTBOUND);
	keep_checks(replay, payload, is_inbound, found);
	add_rules(verdict, found);
	compare(replay, record, found);
	if (has_unknown_people(directory, facts))
		tally_count(replay->tally, "unknown_people");
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
	tally_count(replay->tally,
		    record != NULL && judge_anew(replay, record) ? "judged" : "skipped");
	return true;
}

/* Going on. */

static bool
may_see(const char *id, void *data)
{
	const Replay *replay = data;
	g_autoptr(Record) record = store_get(replay->ask->desk->store, id, NULL);

	return record != NULL && !rights_is_hidden(replay->ask, record);
}

/* Takes up what was kept of the same task, unless it names what was erased or hidden
 * since. */
static void
take_up(Replay *replay)
{
	g_autoptr(GBytes) bytes = file_read(replay->path, KEPT_MAX, NULL);
	gsize len = 0;
	const char *text = bytes == NULL ? NULL : g_bytes_get_data(bytes, &len);
	g_autoptr(json_t) kept = text == NULL ? NULL : json_read(text, len, NULL);
	json_t *tally = json_object_get(kept, "tally");
	const char *last = json_text(kept, "last");

	if (last == NULL || !json_equal(json_object_get(kept, "task"), replay->task) ||
	    !tally_is_valid(tally) || !may_see(last, replay) ||
	    !tally_examples(tally, may_see, replay))
		return;
	json_decref(replay->tally);
	replay->tally = json_incref(tally);
	replay->last = g_strdup(last);
}

static bool
keep(const Replay *replay, GError **error)
{
	g_autoptr(json_t) kept =
		json_pack("{s:O, s:o, s:O}", "task", replay->task, "last",
			  json_text_new(replay->last), "tally", replay->tally);
	g_autofree char *text = json_write(kept);

	return file_replace(replay->path, text, strlen(text), S_IRUSR | S_IWUSR, error);
}

static bool
is_awaited(const Ask *ask)
{
	const DeskRequest *request = ask->request;

	return request->is_awaited == NULL || request->is_awaited(request->data);
}

static bool
stop(const Replay *replay, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (keep(replay, &cause))
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_LATER,
				    "interrupted: the same command goes on where it was");
	else
		g_set_error(error, DESK_ERROR, DESK_ERROR_LATER,
			    "interrupted, and what was counted cannot be kept: %s: ask "
			    "again",
			    cause->message);
	return false;
}

static void
report_progress(const Ask *ask, guint done, guint of)
{
	if (ask->request->progress != NULL && (done % PROGRESS_STEP == 0 || done == of))
		ask->request->progress(done, of, ask->request->data);
}

/* The place behind what was counted already. */
static guint
first_of(const Replay *replay, const GPtrArray *ids)
{
	for (guint i = 0; replay->last != NULL && i < ids->len; i++)
		if (strcmp(ids->pdata[i], replay->last) == 0)
			return i + 1;
	return 0;
}

static bool
replay_all(Replay *replay, GError **error)
{
	const StoreQuery query = { .type = "mail" };
	g_autoptr(GPtrArray) ids = store_list(replay->ask->desk->store, &query, error);

	if (ids == NULL)
		return false;
	for (guint i = first_of(replay, ids); i < ids->len; i++) {
		if (!is_awaited(replay->ask))
			return stop(replay, error);
		if (replay_one(replay, ids->pdata[i])) {
			g_free(replay->last);
			replay->last = g_strdup(ids->pdata[i]);
		}
		report_progress(replay->ask, i + 1, ids->len);
		if ((i + 1) % PROGRESS_STEP == 0)
			(void)keep(replay, NULL); /* it matters only when interrupted */
	}
	return is_awaited(replay->ask) || stop(replay, error);
}

/* Over all, those before an interruption too. */
static json_t *
answer_all(Replay *replay, GError **error)
{
	json_t *answer = NULL;
	g_autofree char *from = NULL;

	take_up(replay);
	from = g_strdup(replay->last);
	if (!replay_all(replay, error))
		return NULL;
	(void)g_unlink(replay->path);
	answer = tally_answer(replay->tally);
	json_object_set_new(answer, "policy_version",
			    json_text_new(policy_version(replay->policy)));
	json_object_set_new(answer, "last", json_text_new(replay->last));
	json_object_set_new(answer, "resumed", json_text_new(from));
	return answer;
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
			"read: chaperone rules check %s says what is wrong",
			path, path);
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

/* One for each who asks, so that what nobody goes on with does not pile up. */
static char *
path_of(const Ask *ask)
{
	const char *who = ask->actor->email == NULL ? "" : ask->actor->email;
	const Digest digest = digest_of(who, strlen(who));
	g_autofree char *hex = digest_format(&digest);
	g_autofree char *name = g_strdup_printf("replay-%.16s.json", hex);

	return g_build_filename(store_directory(ask->desk->store), name, NULL);
}

json_t *
replay_archive(Ask *ask, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	g_autoptr(Policy) policy = NULL;
	g_auto(Replay) replay = { .ask = ask };

	if (!read_since(ask, &replay.since, error))
		return NULL;
	policy = load_candidate(ask, error);
	if (policy != NULL)
		replay.bygone = bygone_new(ask->desk, error);
	if (replay.bygone == NULL)
		return NULL;
	replay.policy = policy;
	replay.limits = (MessageLimits){
		.bytes = (gsize)settings_number(settings, "message-limit"),
		.depth = DEPTH_MAX,
		.parts = PARTS_MAX,
	};
	replay.tally = tally_new();
	replay.path = path_of(ask);
	replay.task =
		json_pack("{s:s, s:I, s:s}", "rules", policy_version(policy), "since",
			  (json_int_t)replay.since, "program", PACKAGE_VERSION);
	return answer_all(&replay, error);
}
