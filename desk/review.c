/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review.c - erase due: what the retention table lets go, what has no rule, and what is
 * proposed
 */
#include "config.h"

#include "base/clock.h"
#include "desk/keeping.h"
#include "desk/proposal.h"
#include "desk/rights.h"
#include "desk/unseal.h"
#include "desk/verbs.h"

#include <string.h>

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
			: target_readable(target->store, target->record, NULL);

	return record == NULL || !rights_is_hidden(ask, record);
}

/* Said to those alone who may know of the record. */
static char *
show_conflict(const Ask *ask, const Target *target, const json_t *proposal)
{
	g_autofree char *id = proposal_conflict(target, ask_directory(ask), proposal);
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
	g_autofree char *why = target_hindrance(
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
	json_t *open = proposal_all(store);
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
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	g_autoptr(Retention) retention = NULL;
	g_autoptr(json_t) due = json_array();
	g_autoptr(json_t) unruled = json_array();
	Review review = { .ask = ask, .due = due, .unruled = unruled };

	retention = retention_load(settings, error);
	if (retention == NULL)
		return NULL;
	review.retention = retention;
	for (guint i = 0; i < people->len; i++)
		if (!review_case(&review, people->pdata[i], error))
			return NULL;
	return json_pack("{s:O, s:O, s:o, s:o}", "due", due, "no_rule", unruled, "sealed",
			 review_sealed(&review), "proposals", review_proposals(&review));
}
