/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erasing.c - erase propose, approve, cancel, due; and what the daemon carries out
 *
 * Nothing is destroyed by itself, and by nobody alone: one lead proposes, another
 * approves, and after the cooling-off the daemon does it, unless a hold forbids it then.
 * A proposal is a decision under its own id (key "erase:ID") that carries all of it; the
 * tombstone has the same key, and what closes that closes both.
 *
 * What another case must keep is kept for that case, and taken out of the one that lets
 * go (filing.h).
 */
#include "config.h"

#include "archive/erase.h"
#include "base/clock.h"
#include "desk/filing.h"
#include "desk/keeping.h"
#include "desk/mail.h"
#include "desk/registry.h"
#include "desk/restriction.h"
#include "desk/rights.h"
#include "desk/unseal.h"
#include "desk/verbs.h"

#include <string.h>

#define MS_OF_DAY G_GINT64_CONSTANT(86400000)

static const char prefix[] = "erase:";

/* What is to go. */
typedef struct Target {
	Store *store;
	const char *case_id; /* the whole of it; or NULL, with: */
	const char *record;
	const char *for_case; /* the one case that lets the record go; NULL: all */
} Target;

static Target
target_of(Store *store, const json_t *proposal)
{
	return (Target){ store, json_text(proposal, "case"),
			 json_text(proposal, "record"), json_text(proposal, "for_case") };
}

/* --- proposals -------------------------------------------------------------------- */

static json_t *
find_proposal(Store *store, const char *id)
{
	g_autofree char *key = g_strconcat(prefix, id, NULL);
	g_autoptr(json_t) decision = store_latest(store, "decision", key);

	return decision == NULL ? NULL
				: json_deep_copy(json_object_get(decision, "payload"));
}

/* All that are open: payloads. */
static json_t *
all_proposals(Store *store)
{
	g_autoptr(GPtrArray) all = store_latest_all(store, "decision");
	json_t *open = json_array();

	for (guint i = 0; i < all->len; i++)
		if (g_str_has_prefix(json_text(all->pdata[i], "key"), prefix))
			json_array_append(open,
					  json_object_get(all->pdata[i], "payload"));
	return open;
}

static char *
key_of(const json_t *proposal)
{
	return g_strconcat(prefix, json_text(proposal, "id"), NULL);
}

static bool
put(Store *store, Draft *draft, json_t *proposal, json_t *actor, GError **error)
{
	g_autofree char *key = key_of(proposal);
	const char *case_id = json_text(proposal, "case");
	g_auto(GStrv) cases = json_words(proposal, "cases");

	if (case_id != NULL)
		draft_add_case(draft, case_id);
	for (char **one = cases; *one != NULL; one++)
		draft_add_case(draft, *one);
	draft_set_key(draft, key);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, proposal);
	return store_put(store, &draft, 1, error);
}

/* --- what may go ------------------------------------------------------------------ */

/* The readable record of a message, whichever of the two was named. */
static Record *
get_readable(Store *store, const char *id, GError **error)
{
	g_autoptr(Record) record = store_get(store, id, error);

	if (record == NULL || strcmp(record_type(record), "sealed") != 0)
		return g_steal_pointer(&record);
	return store_get(store, json_text(record_payload(record), "mail"), error);
}

/* The cases that a target touches. */
static char **
cases_of(const Target *target, GError **error)
{
	g_autoptr(Record) record = NULL;

	if (target->case_id != NULL)
		return g_strsplit(target->case_id, "\n", -1);
	record = get_readable(target->store, target->record, error);
	return record == NULL ? NULL : filing_cases(target->store, record);
}

/* The one that lets go, or all. */
static bool
lets_go(const Target *target, const char *case_id)
{
	const char *only = target->case_id != NULL ? target->case_id : target->for_case;

	return only == NULL || strcmp(only, case_id) == 0;
}

/* Why it may not go now; NULL when it may.  Of a record in several cases it is enough
 * that one may let it go. */
static char *
find_hindrance(const Target *target, guint cooling_off, gint64 now)
{
	g_auto(GStrv) cases = cases_of(target, NULL);
	g_autofree char *why = NULL;

	for (char **one = cases; one != NULL && *one != NULL; one++) {
		if (!lets_go(target, *one))
			continue;
		g_free(why);
		why = keeping_forbids(target->store, *one, cooling_off, now);
		if (why == NULL)
			return NULL;
	}
	return why != NULL ? g_steal_pointer(&why) : g_strdup("it cannot be read");
}

/* Whether it still waits for a decision. */
static bool
is_held(Desk *desk, const char *id)
{
	g_autoptr(Held) held = holds_get(desk->holds, id);

	return held != NULL;
}

static bool
holds_any(Desk *desk, const Target *target)
{
	g_autoptr(GPtrArray) ids = NULL;
	bool is_found = false;

	if (target->case_id == NULL)
		return is_held(desk, target->record);
	ids = filing_list(target->store, target->case_id, NULL);
	for (guint i = 0; ids != NULL && !is_found && i < ids->len; i++)
		is_found = is_held(desk, ids->pdata[i]);
	return is_found || ids == NULL;
}

static bool
load_table(const Ask *ask, Retention **retention, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);

	*retention = retention_load(settings, error);
	return *retention != NULL;
}

static bool
check_free(const Ask *ask, const Target *target, GError **error)
{
	g_autoptr(Retention) retention = NULL;
	g_autofree char *why = NULL;

	if (!load_table(ask, &retention, error))
		return false;
	why = find_hindrance(target, retention_cooling_off(retention), ask->now);
	if (why == NULL && holds_any(ask->desk, target))
		why = g_strdup("mail of it still waits for a decision: see held list");
	if (why != NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED, "%s: %s",
			    target->case_id != NULL ? "CASE" : "ID", why);
	return why == NULL;
}

/* Nobody decides about their own mail. */
static bool
check_own_record(const Ask *ask, const Target *target, GError **error)
{
	g_autoptr(Record) record = get_readable(target->store, target->record, error);

	if (record == NULL)
		return false;
	if (rights_may_read_record(ask, record) && !rights_is_theirs(ask, record))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "ID: '%s' is not yours to decide: ask another lead", target->record);
	return false;
}

static bool
is_own_mail(const Ask *ask, const Record *record)
{
	return filing_is_paper(record) && rights_may_read_record(ask, record) &&
	       rights_is_theirs(ask, record);
}

/* What is hidden from them is not spoken of here: see find_conflict. */
static bool
check_own_case(const Ask *ask, const Target *target, GError **error)
{
	g_autoptr(GPtrArray) ids = filing_list(target->store, target->case_id, error);

	for (guint i = 0; ids != NULL && i < ids->len; i++) {
		g_autoptr(Record) record = store_get(target->store, ids->pdata[i], error);

		if (record == NULL)
			return false;
		if (!is_own_mail(ask, record))
			continue;
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "CASE: '%s' has mail of your own in it (%s): two other leads "
			    "decide",
			    target->case_id, record_id(record));
		return false;
	}
	return ids != NULL;
}

static bool
is_about_decider(const Target *target, const Directory *directory, const json_t *proposal,
		 const char *id)
{
	static const char *const deciders[] = { "proposed_by", "approved_by" };
	g_autoptr(Record) record = store_get(target->store, id, NULL);
	bool is_about = false;

	if (record == NULL || !restriction_is_on(target->store, record_json(record)))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(deciders); i++)
		is_about |= rights_names(directory, record_payload(record),
					 json_text(proposal, deciders[i]));
	return is_about;
}

/* The id of a restricted record of a case that may be about one of the two who decide:
 * they do not know of it, and must not destroy it.  NULL when there is none.  Owned by the
 * caller. */
static char *
find_conflict(const Target *target, const Directory *directory, const json_t *proposal)
{
	g_autoptr(GPtrArray) ids =
		target->case_id != NULL
			? filing_list(target->store, target->case_id, NULL)
			: NULL;

	for (guint i = 0; ids != NULL && i < ids->len; i++)
		if (is_about_decider(target, directory, proposal, ids->pdata[i]))
			return g_strdup(ids->pdata[i]);
	return NULL;
}

static bool
check_not_own(const Ask *ask, const Target *target, GError **error)
{
	return target->record != NULL ? check_own_record(ask, target, error)
				      : check_own_case(ask, target, error);
}

/* --- propose ---------------------------------------------------------------------- */

static bool
check_case(const Person *person, GError **error)
{
	if (person->state != PERSON_ACTIVE)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "CASE: '%s' is open: end it first, see person end", person->case_id);
	return false;
}

static bool
check_record(const Ask *ask, const char *id, GError **error)
{
	g_autoptr(Record) record = store_get(ask->desk->store, id, error);

	if (record == NULL)
		return false;
	if (filing_is_paper(record) || strcmp(record_type(record), "sealed") == 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "ID: '%s' is a %s record: messages, notes and what was sealed can be "
		    "erased one by one; the rest goes with its case",
		    id, record_type(record));
	return false;
}

static bool
check_new(const Ask *ask, const json_t *proposal, GError **error)
{
	g_autoptr(json_t) open = all_proposals(ask->desk->store);
	const json_t *one;
	size_t i;

	json_array_foreach(open, i, one)
		if (json_equal(json_object_get(one, "case"),
			       json_object_get(proposal, "case")) &&
		    json_equal(json_object_get(one, "record"),
			       json_object_get(proposal, "record"))) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
				    "it is proposed already, as %s: see erase due",
				    json_text(one, "id"));
			return false;
		}
	return true;
}

/* What the table says of it, for the one who approves. */
static bool
add_term(const Ask *ask, const Person *person, json_t *proposal, GError **error)
{
	g_autoptr(Retention) retention = NULL;
	g_auto(RetentionTerm) term = { 0 };
	g_autofree char *until = NULL;

	if (person == NULL)
		return true;
	if (!load_table(ask, &retention, error) ||
	    !keeping_judge(ask->desk->store, retention, person, ask_zone(ask), &term,
			   error))
		return false;
	until = day_format(term.until);
	json_object_set_new(proposal, "until",
			    json_text_new(*until == '\0' ? NULL : until));
	json_object_set_new(proposal, "rule",
			    json_text_new(term.rule != NULL ? term.rule : term.why));
	return true;
}

static bool
find_target(const Ask *ask, const Person **person, char **id, GError **error)
{
	*person = directory_person(ask_directory(ask), ask->words[0]);
	if (*person != NULL)
		return check_case(*person, error);
	*id = store_resolve(ask->desk->store, ask->words[0], error);
	return *id != NULL && check_record(ask, *id, error);
}

/* The case that --case names must have it. */
static bool
check_for_case(const Target *target, char **cases, GError **error)
{
	if (target->for_case == NULL ||
	    g_strv_contains((const char *const *)cases, target->for_case))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--case: '%s' is not in case '%s'",
		    target->record != NULL ? target->record : target->case_id,
		    target->for_case);
	return false;
}

static json_t *
make_proposal(const Ask *ask, const Draft *draft, const Target *target, GError **error)
{
	g_auto(GStrv) cases = cases_of(target, error);

	if (cases == NULL || !check_for_case(target, cases, error))
		return NULL;
	return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s?, s:o, s:O, s:s, s:n}",
			 "action", "erase-proposed", "state", "proposed", "id",
			 draft_id(draft), "case", target->case_id, "record",
			 target->record, "for_case", target->for_case, "cases",
			 json_words_new((const char *const *)cases), "reason",
			 json_object_get(ask->options, "reason"), "proposed_by",
			 ask->actor->email, "approved_by");
}

/* A proposal tells no more than what it is about may be told. */
static bool
hide_like(const Ask *ask, const Target *target, json_t *proposal, GError **error)
{
	g_autoptr(Record) record =
		target->record == NULL
			? NULL
			: get_readable(target->store, target->record, error);

	if (record != NULL)
		rights_hide_like(ask, record, proposal);
	return target->record == NULL || record != NULL;
}

json_t *
erasing_propose(Ask *ask, GError **error)
{
	Store *store = ask->desk->store;
	g_autoptr(Draft) draft = draft_new("decision", ask->now);
	g_autoptr(json_t) proposal = NULL;
	g_autofree char *id = NULL;
	const Person *person = NULL;
	Target target = { .store = store, .for_case = json_text(ask->options, "case") };

	if (fields_need(ask->options, "reason", error) == NULL ||
	    !find_target(ask, &person, &id, error))
		return NULL;
	target.case_id = person == NULL ? NULL : person->case_id;
	target.record = id;
	proposal = make_proposal(ask, draft, &target, error);
	if (proposal == NULL || !check_not_own(ask, &target, error) ||
	    !hide_like(ask, &target, proposal, error) ||
	    !check_new(ask, proposal, error) || !check_free(ask, &target, error) ||
	    !add_term(ask, person, proposal, error) ||
	    !put(store, draft, proposal, ask->actor->json, error))
		return NULL;
	return answer_id(draft_id(draft));
}

/* --- approve, cancel -------------------------------------------------------------- */

/* The open proposal of the request's word. */
static json_t *
get_proposal(const Ask *ask, GError **error)
{
	g_autofree char *id = store_resolve(ask->desk->store, ask->words[0], error);
	json_t *proposal = id == NULL ? NULL : find_proposal(ask->desk->store, id);

	if (id != NULL && proposal == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "ID: '%s' is no open proposal: see erase due", id);
	return proposal;
}

static bool
check_second(const Ask *ask, const json_t *proposal, GError **error)
{
	if (strcmp(json_text(proposal, "state"), "proposed") != 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: it is approved already, by %s",
			    json_text(proposal, "approved_by"));
	else if (strcmp(json_text(proposal, "proposed_by"), ask->actor->email) == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: you proposed it: another lead approves");
	else
		return true;
	return false;
}

json_t *
erasing_approve(Ask *ask, GError **error)
{
	g_autoptr(json_t) proposal = get_proposal(ask, error);
	const Target target = target_of(ask->desk->store, proposal);
	g_autoptr(Draft) draft = draft_new("decision", ask->now);
	g_autoptr(Retention) retention = NULL;
	g_autofree char *after = NULL;

	if (proposal == NULL || !check_second(ask, proposal, error) ||
	    !check_not_own(ask, &target, error) || !check_free(ask, &target, error) ||
	    !load_table(ask, &retention, error))
		return NULL;
	after = clock_format_utc(ask->now + retention_cooling_off(retention) * MS_OF_DAY);
	json_object_set_new(proposal, "action", json_string("erase-approved"));
	json_object_set_new(proposal, "state", json_string("approved"));
	json_object_set_new(proposal, "approved_by", json_string(ask->actor->email));
	json_object_set_new(proposal, "after", json_string(after));
	if (!put(ask->desk->store, draft, proposal, ask->actor->json, error))
		return NULL;
	return json_pack("{s:s, s:s}", "id", draft_id(draft), "after", after);
}

json_t *
erasing_cancel(Ask *ask, GError **error)
{
	g_autoptr(json_t) proposal = get_proposal(ask, error);
	g_autoptr(Draft) draft = draft_new("decision", ask->now);

	if (proposal == NULL)
		return NULL;
	json_object_set_new(proposal, "action", json_string("erase-cancelled"));
	json_object_set_new(proposal, "state", json_string("cancelled"));
	draft_set_closes(draft);
	if (!put(ask->desk->store, draft, proposal, ask->actor->json, error))
		return NULL;
	return answer_id(draft_id(draft));
}

/* --- due -------------------------------------------------------------------------- */

/* One round through the cases. */
typedef struct Review {
	const Ask *ask;
	const Retention *retention;
	json_t *due;
	json_t *unruled;
} Review;

static bool
review_case(Review *review, const Person *person, GError **error)
{
	const Ask *ask = review->ask;
	g_auto(RetentionTerm) term = { 0 };
	g_autoptr(json_t) holds = NULL;
	g_autofree char *until = NULL;

	if (!rights_may_read_case(ask, person->case_id))
		return true;
	if (!keeping_judge(ask->desk->store, review->retention, person, ask_zone(ask),
			   &term, error))
		return false;
	if (term.why != NULL) {
		json_array_append_new(
			review->unruled,
			json_pack("{s:s, s:o, s:s}", "case", person->case_id, "name",
				  json_text_new(person->name), "why", term.why));
		return true;
	}
	if (person->state == PERSON_ACTIVE || term.until > ask->today)
		return true;
	until = day_format(term.until);
	holds = keeping_holds(ask->desk->store, person->case_id);
	json_array_append_new(review->due,
			      json_pack("{s:s, s:o, s:s, s:s, s:O}", "case",
					person->case_id, "name",
					json_text_new(person->name), "until", until,
					"rule", term.rule, "holds", holds));
	return true;
}

/* What was sealed and is decided, by the table; and what waits too long. */
static void
judge_sealed(const Review *review, json_t *one)
{
	static const char *const classes[] = { "sealed-pictures", NULL };
	const char *decided = json_text(one, "decided");
	g_autoptr(GHashTable) events = g_hash_table_new(g_str_hash, g_str_equal);
	g_auto(RetentionTerm) term = { 0 };
	g_autofree char *until = NULL;
	gint64 time = 0;

	if (json_truth(one, "final") && decided != NULL &&
	    clock_parse(decided, ask_zone(review->ask), &time, NULL))
		g_hash_table_insert(
			events, (gpointer)(gsize) "outcome",
			GUINT_TO_POINTER(day_of(time, ask_zone(review->ask))));
	term = retention_judge(review->retention, classes, events);
	until = day_format(term.until);
	json_object_set_new(one, "until", json_text_new(*until == '\0' ? NULL : until));
	json_object_set_new(one, "rule",
			    json_text_new(term.rule != NULL ? term.rule : term.why));
	json_object_set_new(
		one, "due",
		json_boolean(term.rule != NULL && term.until <= review->ask->today));
}

static json_t *
review_sealed(const Review *review)
{
	g_autoptr(json_t) all = unseal_list(review->ask->desk);
	json_t *listed = json_array();
	json_t *one;
	size_t i;

	json_array_foreach(all, i, one) {
		judge_sealed(review, one);
		if (json_truth(one, "overdue") || json_truth(one, "due"))
			json_array_append(listed, one);
	}
	return listed;
}

/* Not to those from whom the record is hidden. */
static bool
is_shown(const Ask *ask, const Target *target)
{
	g_autoptr(Record) record =
		target->record == NULL
			? NULL
			: get_readable(target->store, target->record, NULL);

	return record == NULL || !rights_is_hidden(ask, record);
}

/* Said to those alone who may know of the record. */
static char *
show_conflict(const Ask *ask, const Target *target, const json_t *proposal)
{
	g_autofree char *id = find_conflict(target, ask_directory(ask), proposal);
	g_autoptr(Record) record = id == NULL ? NULL : store_get(target->store, id, NULL);

	if (record == NULL || !rights_may_read_record(ask, record))
		return NULL;
	return g_strdup_printf(
		"record %s may be about who proposed or approved it: cancel "
		"it, two other leads decide",
		id);
}

static json_t *
show_proposal(const Review *review, const json_t *proposal)
{
	const Target target = target_of(review->ask->desk->store, proposal);
	g_autofree char *why = find_hindrance(
		&target, retention_cooling_off(review->retention), review->ask->now);
	json_t *shown = json_deep_copy(proposal);

	if (why == NULL)
		why = show_conflict(review->ask, &target, proposal);

	json_object_set_new(shown, "stopped_by", json_text_new(why));
	return shown;
}

static json_t *
review_proposals(const Review *review)
{
	Store *store = review->ask->desk->store;
	json_t *open = all_proposals(store);
	json_t *shown = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(open, i, one) {
		const Target target = target_of(store, one);

		if (is_shown(review->ask, &target))
			json_array_append_new(shown, show_proposal(review, one));
	}
	json_decref(open);
	return shown;
}

json_t *
erasing_due(Ask *ask, GError **error)
{
	const GPtrArray *people = directory_all_people(ask_directory(ask));
	g_autoptr(Retention) retention = NULL;
	g_autoptr(json_t) due = json_array();
	g_autoptr(json_t) unruled = json_array();
	Review review = { .ask = ask, .due = due, .unruled = unruled };

	if (!load_table(ask, &retention, error))
		return NULL;
	review.retention = retention;
	for (guint i = 0; i < people->len; i++)
		if (!review_case(&review, people->pdata[i], error))
			return NULL;
	return json_pack("{s:O, s:O, s:o, s:o}", "due", due, "no_rule", unruled, "sealed",
			 review_sealed(&review), "proposals", review_proposals(&review));
}

/* --- carrying out ----------------------------------------------------------------- */

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
			target->case_id != NULL && lets_go(target, *one)
				? NULL
				: keeping_forbids(target->store, *one,
						  sorting->cooling_off, sorting->now);

		if (!lets_go(target, *one) || why != NULL)
			return true;
	}
	return false;
}

/* Tombstones and who decided what goes stay. */
static bool
is_testimony(const Record *record)
{
	const char *key = json_text(record_json(record), "key");

	return strcmp(record_type(record), "erased") == 0 ||
	       (key != NULL && g_str_has_prefix(key, prefix));
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

		if (!lets_go(target, *one) || (target->case_id == NULL && why != NULL))
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
	return put(store, draft, copy, actor, error);
}

static bool
erase_sorted(const Sorting *sorting, const json_t *proposal, json_t *actor,
	     GError **error)
{
	static const char *const told[] = { "reason", "case", "record", "proposed_by",
					    "approved_by" };
	g_autofree char *key = key_of(proposal);
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
	why = find_hindrance(&target, cooling_off, now);
	if (why == NULL)
		why = find_conflict(&target, world->directory, proposal);
	return why == NULL && !holds_any(desk, &target);
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
	open = all_proposals(desk->store);
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
