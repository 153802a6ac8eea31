/* SPDX-License-Identifier: Apache-2.0 */
/*
 * offline.c - the archive without its daemon
 *
 * Invariant: everything after owner_become runs as the archive's owner, and nothing of
 * the archive is opened before it.
 */
#include "config.h"

#include "console/offline.h"

#include "archive/stamps.h"
#include "archive/store.h"
#include "archive/verify.h"
#include "base/clock.h"
#include "console/owner.h"
#include "desk/casefile.h"
#include "desk/desk.h"
#include "desk/words.h"
#include "register/hours.h"
#include "rules/policy.h"
#include "rules/prefilter.h"

#include <string.h>
#include <unistd.h>

/* An error of a module below as the command's own, with its exit code. */
static void
fail(const GError *reason, GError **error)
{
	int code = DESK_ERROR_LATER;

	if (g_error_matches(reason, STORE_ERROR, STORE_ERROR_MISSING) ||
	    g_error_matches(reason, STORE_ERROR, STORE_ERROR_MANY) ||
	    g_error_matches(reason, STORE_ERROR, STORE_ERROR_FAILED) ||
	    reason->domain == HOURS_ERROR || reason->domain == CLOCK_ERROR)
		code = DESK_ERROR_USAGE;
	if (reason->domain == DESK_ERROR)
		code = reason->code;
	g_set_error_literal(error, DESK_ERROR, code, reason->message);
}

static GTimeZone *
read_zone(const Settings *settings, GError **error)
{
	g_autoptr(Hours) hours =
		hours_parse(settings_text(settings, "office-hours"), error);

	return hours != NULL ? g_time_zone_ref(hours_zone(hours)) : NULL;
}

static Store *
open_store(const Settings *settings, GError **error)
{
	const char *domain = settings_words(settings, "work-domain")[0];
	g_autofree char *origin =
		g_strconcat(domain != NULL ? domain : "", "/archive", NULL);
	const StoreOptions options = { .directory = settings_text(settings, "archive"),
				       .origin = origin,
				       .read = words_read,
				       .is_offline = true };

	return store_open(&options, error);
}

/* What a command works with here. */
typedef struct Task {
	const Command *command;
	const Settings *settings;
	const ClientEvents *events;
	GBytes *content; /* of the file that was named, or NULL */
	GTimeZone *zone;
	Store *store;
} Task;

static json_t *
verify(const Task *task, GError **error)
{
	g_autofree char *anchors =
		stamps_read_anchors(settings_text(task->settings, "stamp-ca"), NULL);
	g_autofree char *pinned =
		task->content == NULL ? NULL
				      : g_strndup(g_bytes_get_data(task->content, NULL),
						  g_bytes_get_size(task->content));
	const char *since = command_option(task->command, "since");
	VerifyOptions options = { .case_id = command_option(task->command, "case"),
				  .pinned = pinned,
				  .anchors = anchors,
				  .is_incremental = json_truth(task->command->options,
							       "incremental"),
				  .progress = task->events->progress,
				  .data = task->events->data };
	json_t *result;

	if (since != NULL && !clock_parse(since, task->zone, &options.since, error)) {
		g_prefix_error(error, "--since: ");
		return NULL;
	}
	result = verify_archive(task->store, &options, error);
	if (result != NULL && !json_truth(result, "ok"))
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_FOUND,
				    "the archive is not whole: see the problems listed");
	return result;
}

static json_t *
reindex(Store *store, const ClientEvents *events, GError **error)
{
	g_autoptr(json_t) status = NULL;

	if (!store_reindex(store, events->progress, events->data, error))
		return NULL;
	status = store_status(store);
	return json_pack("{s:I}", "records",
			 (json_int_t)json_number(status, "records", 0));
}

/* Counts what passes on its way to the caller's sink. */
typedef struct Counter {
	const ClientEvents *events;
	json_int_t files;
} Counter;

static bool
count_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	Counter *counter = data;

	counter->files++;
	return counter->events->file(path, bytes, counter->events->data, error);
}

static bool
has_case(Store *store, const char *case_id, GError **error)
{
	const StoreQuery query = { .case_id = case_id, .limit = 1 };
	g_autoptr(GPtrArray) ids = store_list(store, &query, error);

	if (ids != NULL && ids->len == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "CASE: %s: nothing is on record: see chaperone case list",
			    case_id);
	return ids != NULL && ids->len > 0;
}

static json_t *
export_files(const Task *task, GError **error)
{
	Counter counter = { .events = task->events };
	const CaseFile file = { .case_id = command_word(task->command, 0),
				.agency = settings_text(task->settings, "agency"),
				.zone = task->zone,
				.sink = count_file,
				.data = &counter };

	if (json_truth(task->command->options, "include-others")) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "--include-others: goes on record, which needs chaperoned: "
			    "start it");
		return NULL;
	}
	if (command_option(task->command, "for") != NULL) {
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_REFUSED,
			"--for: answers a request, on record, which needs chaperoned: "
			"start it");
		return NULL;
	}
	if (!has_case(task->store, file.case_id, error) ||
	    !casefile_export(task->store, &file, error))
		return NULL;
	return json_pack("{s:I}", "files", counter.files);
}

static json_t *
answer(const Task *task, GError **error)
{
	const char *verb = task->command->verb->name;

	if (strcmp(verb, "verify") == 0)
		return verify(task, error);
	if (strcmp(verb, "reindex") == 0)
		return reindex(task->store, task->events, error);
	return export_files(task, error);
}

/* Opens the archive as its owner. */
static Store *
become_and_open(const Settings *settings, Folder *folder, GError **error)
{
	Owner owner;

	if (!owner_find(settings_text(settings, "archive"), &owner, error))
		return NULL;
	if (folder != NULL && geteuid() != owner.uid &&
	    !folder_give(folder, owner.uid, owner.gid, error))
		return NULL;
	return owner_become(&owner, error) ? open_store(settings, error) : NULL;
}

json_t *
offline_answer(const Command *command, const Settings *settings, Folder *folder,
	       GBytes *content, const ClientEvents *events, GError **error)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GTimeZone) zone = read_zone(settings, &reason);
	Task task = { command, settings, events, content, zone, NULL };
	json_t *result = NULL;

	if (zone != NULL)
		task.store = become_and_open(settings, folder, &reason);
	if (task.store != NULL) {
		result = answer(&task, &reason);
		store_close(task.store);
	}
	if (reason != NULL)
		fail(reason, error);
	return result;
}

/* One fault a line in the error. */
static json_t *
list_faults(const GError *reason)
{
	g_auto(GStrv) lines = g_strsplit(reason->message, "\n", -1);
	json_t *faults = json_array();

	for (guint i = 0; lines[i] != NULL; i++)
		if (lines[i][0] != '\0')
			json_array_append_new(faults, json_text_new(lines[i]));
	return faults;
}

/* The names of the checks that this set switches off. */
static json_t *
list_off(const Policy *policy)
{
	const CheckSetting *const *checks = policy_checks(policy);
	json_t *off = json_array();

	for (; *checks != NULL; checks++)
		if ((*checks)->action == ACTION_PASS)
			json_array_append_new(off, json_string((*checks)->name));
	return off;
}

/* The configuration's file, without the line. */
static char *
name_configuration(const Settings *settings)
{
	char *name = g_strdup(settings_where(settings, "agency"));
	char *line = strrchr(name, ':');

	if (line != NULL && line[1 + strspn(line + 1, "0123456789")] == '\0')
		*line = '\0';
	return name;
}

static json_t *
describe(const Policy *policy, const Settings *settings)
{
	g_autofree char *configuration = name_configuration(settings);
	g_autofree char *matching = g_strdup_printf(
		"PCRE2%s, prefilter %s", pattern_is_jit() ? " with JIT" : " without JIT",
		prefilter_name());

	return json_pack("{s:b, s:s, s:I, s:o, s:s, s:s, s:[]}", "ok", 1,
			 "policy_version", policy_version(policy), "rules",
			 (json_int_t)ruleset_rules(policy_rules(policy))->len, "off",
			 list_off(policy), "matching", matching, "configuration",
			 configuration, "problems");
}

json_t *
offline_check_rules(const Command *command, const Settings *settings, GError **error)
{
	const char *path = command_word(command, 0);
	g_autoptr(GError) reason = NULL;
	g_autoptr(Policy) policy = policy_load_from(
		settings, path != NULL ? path : settings_text(settings, "rules"),
		&reason);

	if (path != NULL && !g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "%s: there is no such file or directory: name one with rules",
			    path);
		return NULL;
	}
	if (policy != NULL)
		return describe(policy, settings);
	g_set_error_literal(error, DESK_ERROR, DESK_ERROR_FOUND,
			    "the rules do not hold: mend what is listed");
	return json_pack("{s:b, s:n, s:o}", "ok", 0, "policy_version", "problems",
			 list_faults(reason));
}
