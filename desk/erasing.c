/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erasing.c - erase propose, approve, cancel
 *
 * Nothing is destroyed by itself, and by nobody alone: one lead proposes, another
 * approves, and after the cooling-off the daemon does it (erasure.c).
 */
#include "config.h"

#include "base/clock.h"
#include "desk/filing.h"
#include "desk/keeping.h"
#include "desk/proposal.h"
#include "desk/rights.h"
#include "desk/verbs.h"

#include <string.h>

#define MS_OF_DAY G_GINT64_CONSTANT(86400000)

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
	why = target_hindrance(target, retention_cooling_off(retention), ask->now);
	if (why == NULL && target_waits(ask->desk, target))
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
	g_autoptr(Record) record = target_readable(target->store, target->record, error);

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
check_not_own(const Ask *ask, const Target *target, GError **error)
{
	return target->record != NULL ? check_own_record(ask, target, error)
				      : check_own_case(ask, target, error);
}

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
	g_autoptr(json_t) open = proposal_all(ask->desk->store);
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
	g_auto(GStrv) cases = target_cases(target, error);

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
			: target_readable(target->store, target->record, error);

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
	    !proposal_put(store, draft, proposal, ask->actor->json, error))
		return NULL;
	return answer_id(draft_id(draft));
}

/* The open proposal of the request's word. */
static json_t *
get_proposal(const Ask *ask, GError **error)
{
	g_autofree char *id = store_resolve(ask->desk->store, ask->words[0], error);
	json_t *proposal = id == NULL ? NULL : proposal_find(ask->desk->store, id);

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
	if (!proposal_put(ask->desk->store, draft, proposal, ask->actor->json, error))
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
	if (!proposal_put(ask->desk->store, draft, proposal, ask->actor->json, error))
		return NULL;
	return answer_id(draft_id(draft));
}
