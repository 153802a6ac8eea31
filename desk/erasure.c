/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erasure.c - what the daemon carries out of what was proposed and approved
 *
 * After the cooling-off, unless a hold forbids it then.  What another case must keep is
 * kept for that case, and taken out of the one that lets go (filing.h).
 */
#include "config.h"

#include "archive/erase.h"
#include "base/clock.h"
#include "desk/filing.h"
#include "desk/keeping.h"
#include "desk/mail.h"
#include "desk/proposal.h"
#include "desk/registry.h"

#include <string.h>

/* What goes, and what another case keeps. */
typedef struct Sorting {
	const Target *target;
	guint cooling_off;
	gint64 now;
	GPtrArray *goes; /* char * */
	GPtrArray *kept; /* Record */
} Sorting;

static void
unref_record(gpointer record)
{
	record_unref(record);
}

static bool
add_query(const Sorting *sorting, const StoreQuery *query, GError **error)
{
	g_autoptr(GPtrArray) ids = store_list(sorting->target->store, query, error);

	for (guint i = 0; ids != NULL && i < ids->len; i++)
		g_ptr_array_add(sorting->goes, g_strdup(ids->pdata[i]));
	return ids != NULL;
}

/* Whether one of its cases keeps it. */
static bool
is_kept(const Sorting *sorting, const Record *record)
{
	const Target *target = sorting->target;
	g_auto(GStrv) cases = filing_cases(target->store, record);

	for (char **one = cases; *one != NULL; one++) {
		g_autofree char *why =
			target->case_id != NULL && target_lets_go(target, *one)
				? NULL
				: keeping_forbids(target->store, *one,
						  sorting->cooling_off, sorting->now);

		if (!target_lets_go(target, *one) || why != NULL)
			return true;
	}
	return false;
}

/* Tombstones and who decided what goes stay. */
static bool
is_testimony(const Record *record)
{
	const char *key = json_text(record_json(record), "key");

	return strcmp(record_type(record), "erased") == 0 || proposal_is_key(key);
}

/* What was sealed can go before the message that it came with. */
static bool
sort_sealed(const Sorting *sorting, const Record *record, GError **error)
{
	const char *mail = json_text(record_payload(record), "mail");
	const StoreQuery sealed = { .type = "sealed", .key = mail };
	g_autoptr(Record) readable = store_get(sorting->target->store, mail, error);

	return readable != NULL &&
	       (is_kept(sorting, readable) || add_query(sorting, &sealed, error));
}

/* With a message goes what was sealed of it. */
static bool
sort_record(const Sorting *sorting, const char *id, GError **error)
{
	g_autoptr(Record) record = store_get(sorting->target->store, id, error);
	const StoreQuery sealed = { .type = "sealed", .key = id };

	if (record == NULL)
		return false;
	if (is_testimony(record))
		return true;
	if (strcmp(record_type(record), "sealed") == 0)
		return sort_sealed(sorting, record, error);
	if (is_kept(sorting, record)) {
		g_ptr_array_add(sorting->kept, g_steal_pointer(&record));
		return true;
	}
	g_ptr_array_add(sorting->goes, g_strdup(id));
	return json_object_get(record_payload(record), "sealed") == NULL ||
	       add_query(sorting, &sealed, error);
}

static bool
sort_case(const Sorting *sorting, GError **error)
{
	const char *case_id = sorting->target->case_id;
	const StoreQuery recall = { .type = "recall", .key = case_id };
	g_autoptr(GPtrArray) ids = filing_list(sorting->target->store, case_id, error);

	for (guint i = 0; ids != NULL && i < ids->len; i++)
		if (!sort_record(sorting, ids->pdata[i], error))
			return false;
	return ids != NULL && add_query(sorting, &recall, error);
}

/* Out of the cases that let it go. */
static bool
withdraw(const Sorting *sorting, const Record *record, const json_t *proposal,
	 json_t *actor, GError **error)
{
	const Target *target = sorting->target;
	g_auto(GStrv) cases = filing_cases(target->store, record);
	g_autoptr(GPtrArray) keepers = g_ptr_array_new();
	g_autoptr(json_t) details =
		json_pack("{s:s, s:O, s:O}", "action", "withdrawn", "reason",
			  json_object_get(proposal, "reason"), "proposal",
			  json_object_get(proposal, "id"));
	g_autofree char *id = NULL;

	for (char **one = cases; *one != NULL; one++) {
		g_autofree char *why = keeping_forbids(
			target->store, *one, sorting->cooling_off, sorting->now);

		if (!target_lets_go(target, *one) ||
		    (target->case_id == NULL && why != NULL))
			g_ptr_array_add(keepers, *one);
	}
	g_ptr_array_add(keepers, NULL);
	id = filing_put(target->store, record, (const char *const *)keepers->pdata,
			details, actor, error);
	return id != NULL;
}

/* Nothing of it was there to erase. */
static bool
close_proposal(Store *store, const json_t *proposal, json_t *actor, GError **error)
{
	g_autoptr(Draft) draft = draft_new("decision", clock_now());
	g_autoptr(json_t) copy = json_deep_copy(proposal);

	json_object_set_new(copy, "action", json_string("erase-kept"));
	json_object_set_new(copy, "state", json_string("done"));
	draft_set_closes(draft);
	return proposal_put(store, draft, copy, actor, error);
}

static bool
erase_sorted(const Sorting *sorting, const json_t *proposal, json_t *actor,
	     GError **error)
{
	static const char *const told[] = { "reason", "case", "record", "proposed_by",
					    "approved_by" };
	g_autofree char *key = proposal_key(proposal);
	g_autoptr(json_t) payload =
		json_pack("{s:O}", "proposal", json_object_get(proposal, "id"));
	const Erasure erasure = { key, sorting->goes, actor, payload };

	for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
		json_object_set(payload, told[i], json_object_get(proposal, told[i]));
	if (sorting->goes->len == 0)
		return close_proposal(sorting->target->store, proposal, actor, error);
	return erase_records(sorting->target->store, &erasure, error);
}

static bool
carry_out(const Target *target, guint cooling_off, const json_t *proposal, GError **error)
{
	g_autoptr(GPtrArray) goes = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(unref_record);
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	const Sorting sorting = { target, cooling_off, clock_now(), goes, kept };

	if (target->case_id != NULL ? !sort_case(&sorting, error)
				    : !sort_record(&sorting, target->record, error))
		return false;
	for (guint i = 0; i < kept->len; i++)
		if (!withdraw(&sorting, kept->pdata[i], proposal, actor, error))
			return false;
	return erase_sorted(&sorting, proposal, actor, error);
}

/* Whether it is approved, its time has come, and nothing hinders it. */
static bool
is_ripe(Desk *desk, const json_t *proposal, guint cooling_off)
{
	const Target target = target_of(desk->store, proposal);
	const char *after = json_text(proposal, "after");
	const gint64 now = clock_now();
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(World) world = desk_world(desk);
	g_autofree char *why = NULL;
	gint64 time = 0;

	if (g_strcmp0(json_text(proposal, "state"), "approved") != 0 || after == NULL ||
	    !clock_parse(after, utc, &time, NULL) || now < time)
		return false;
	why = target_hindrance(&target, cooling_off, now);
	if (why == NULL)
		why = proposal_conflict(&target, world->directory, proposal);
	return why == NULL && !target_waits(desk, &target);
}

/* The register without whom was erased. */
static bool
reload_register(Desk *desk, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(desk);
	g_autoptr(Directory) directory = registry_load(desk->store, settings, error);

	if (directory != NULL)
		desk_set_directory(desk, directory);
	return directory != NULL;
}

static bool
erase_one(Desk *desk, const json_t *proposal, guint cooling_off, GError **error)
{
	const Target target = target_of(desk->store, proposal);
	bool is_done;

	if (!is_ripe(desk, proposal, cooling_off))
		return true;
	is_done = carry_out(&target, cooling_off, proposal, error);
	return (target.case_id == NULL ||
		reload_register(desk, is_done ? error : NULL)) &&
	       is_done;
}

static bool
erase_all(Desk *desk, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(desk);
	g_autoptr(Retention) retention = NULL;
	g_autoptr(json_t) open = NULL;
	const json_t *one;
	size_t i;

	if (!erase_finish(desk->store, error))
		return false;
	open = proposal_all(desk->store);
	if (json_array_size(open) == 0)
		return true;
	retention = retention_load(settings, error);
	if (retention == NULL)
		return false;
	json_array_foreach(open, i, one)
		if (!erase_one(desk, one, retention_cooling_off(retention), error))
			return false;
	return true;
}

char *
desk_erase(Desk *desk)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *fault = store_fault(desk->store);
	bool is_done;

	if (fault != NULL)
		return NULL; /* it is told already, and nothing can be put */
	g_mutex_lock(&desk->change);
	is_done = erase_all(desk, &error);
	g_mutex_unlock(&desk->change);
	return is_done ? NULL : g_strdup(error->message);
}
