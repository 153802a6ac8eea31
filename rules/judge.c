/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.c - the decision: a pure function of six things
 *
 * First who is on the message (inquiry.c), then what each check finds in it, then what
 * follows from the findings.
 */
#include "config.h"

#include "rules/judge.h"

#include "rules/check.h"
#include "rules/cuts.h"
#include "rules/engine.h"
#include "rules/scope.h"

#include <string.h>

Account *
account_copy(const Account *account)
{
	Account *copy = g_new(Account, 1);

	*copy = *account;
	copy->case_id = g_strdup(account->case_id);
	return copy;
}

void
account_free(Account *account)
{
	if (account == NULL)
		return;
	g_free(account->case_id);
	g_free(account);
}

/* Of what somebody wrote down, only what does not ask how a message was sent; of a note
 * that somebody made for themselves, nothing. */
static bool
is_to_check(const Inquiry *inquiry, const char *name)
{
	static const char *const of_mail[] = {
		"work-sender",   "third-party",  "automatic", "ambiguous-author",
		"impersonation", "unregistered", NULL
	};
	const Account *account = inquiry->hearing->account;

	if (account == NULL)
		return true;
	return account->channel != 0 && strcmp(name, "sender-verified") != 0 &&
	       (account->is_mail || !g_strv_contains(of_mail, name));
}

static void
run_checks(Inquiry *inquiry)
{
	guint len;
	const Check *checks = check_table(&len);

	for (guint i = 0; i < len; i++) {
		CheckRun run = inquiry->direction == DIRECTION_INBOUND
				       ? checks[i].inbound
				       : checks[i].outbound;

		inquiry->setting = policy_check(inquiry->hearing->policy, checks[i].name);
		if (run != NULL && inquiry->setting->action != ACTION_PASS &&
		    is_to_check(inquiry, checks[i].name))
			run(inquiry);
	}
}

/* What depends on what the rules found. */
static void
run_after_rules(Inquiry *inquiry)
{
	guint len;
	const Check *checks = check_table(&len);

	for (guint i = 0; i < len; i++) {
		inquiry->setting = policy_check(inquiry->hearing->policy, checks[i].name);
		if (checks[i].after_rules != NULL &&
		    inquiry->direction == DIRECTION_INBOUND &&
		    inquiry->setting->action != ACTION_PASS)
			checks[i].after_rules(inquiry);
	}
	inquiry->setting = NULL;
}

/* Those to whom somebody's mail goes as well: their cover, who may have one too; for
 * lack of a cover their manager. */
static void
add_covers(GArray *covers, const Inquiry *inquiry, const Staff *staff, bool is_case_over)
{
	const Directory *directory = inquiry->hearing->directory;

	while (is_case_over || staff_needs_cover_on(staff, inquiry->day)) {
		const char *name = staff->cover;

		if (name == NULL && !is_case_over)
			name = staff->manager;
		staff = name == NULL ? NULL : directory_staff(directory, name);
		if (staff == NULL || inquiry_has_staff(covers, staff))
			return;
		g_array_append_val(covers, staff);
		is_case_over = false;
	}
}

static bool
is_a_case_over(const Inquiry *inquiry)
{
	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];

		if (reached->person->state != PERSON_ACTIVE)
			return true;
	}
	return false;
}

static bool
is_about(const Verdict *verdict, const Staff *staff)
{
	return g_ptr_array_find_with_equal_func(
		verdict->about, address_text(staff->email), g_str_equal, NULL);
}

/* A young person's message reaches somebody who reads it, and whom it is not about. */
static void
list_covers(Verdict *verdict, const Inquiry *inquiry)
{
	g_autoptr(GArray) covers = g_array_new(FALSE, FALSE, sizeof(const Staff *));
	bool is_case_over = is_a_case_over(inquiry);

	if (verdict->direction != DIRECTION_INBOUND)
		return;
	for (guint i = 0; i < inquiry->addressed->len; i++)
		add_covers(covers, inquiry,
			   g_array_index(inquiry->addressed, const Staff *, i),
			   is_case_over);
	for (guint i = 0; i < covers->len; i++) {
		const Staff *staff = g_array_index(covers, const Staff *, i);

		if (!inquiry_has_staff(inquiry->addressed, staff) &&
		    !is_about(verdict, staff) && staff_may_write_on(staff, inquiry->day))
			g_ptr_array_add(verdict->deliver_to,
					g_strdup(address_text(staff->email)));
	}
}

/* What others would be told of goes to the leads in their place. */
static void
tell_leads_alone(Verdict *verdict)
{
	const guint team = NOTIFY_MANAGER | NOTIFY_DUTY;

	for (guint i = 0; i < verdict->findings->len; i++) {
		Finding *finding = verdict->findings->pdata[i];

		if ((finding->notify & team) != 0)
			finding->notify = (finding->notify & ~team) | NOTIFY_LEAD;
	}
	if ((verdict->notify & team) != 0)
		verdict->notify = (verdict->notify & ~team) | NOTIFY_LEAD;
	verdict->decides = DECIDES_LEAD;
}

/* The strongest finding decides; whoever must decide about one of those that hold,
 * decides. */
static void
conclude(Verdict *verdict, const Inquiry *inquiry)
{
	for (guint i = 0; i < verdict->findings->len; i++) {
		const Finding *finding = verdict->findings->pdata[i];

		verdict->action = MAX(verdict->action, finding->action);
		verdict->notify |= finding->notify;
		verdict->urgent = MAX(verdict->urgent, finding->urgent);
		if (finding->action >= ACTION_HOLD)
			verdict->decides = MAX(verdict->decides, finding->decides);
	}
	if (verdict->is_restricted || inquiry->is_private)
		tell_leads_alone(verdict);
	verdict->applied = policy_enforces(inquiry->hearing->policy, inquiry->day)
				   ? verdict->action
				   : MIN(verdict->action, ACTION_TAG);
}

static void
add_case(Verdict *verdict, const Reached *reached)
{
	const char *case_id = reached->person->case_id;

	if (!g_ptr_array_find_with_equal_func(verdict->cases, case_id, g_str_equal, NULL))
		g_ptr_array_add(verdict->cases, g_strdup(case_id));
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Also of those who only get a copy of what another young person writes. */
static void
list_cases(Verdict *verdict, const Inquiry *inquiry)
{
	g_autoptr(GPtrArray) recipients = inquiry_young_recipients(inquiry->hearing);

	for (guint i = 0; i < inquiry->young->len; i++)
		add_case(verdict, inquiry->young->pdata[i]);
	for (guint i = 0; i < inquiry->alike->len; i++)
		add_case(verdict, inquiry->alike->pdata[i]);
	for (guint i = 0; i < recipients->len; i++)
		add_case(verdict, recipients->pdata[i]);
	g_ptr_array_sort(verdict->cases, compare_text);
}

/* Inbound, the agreement with the first addressed who has one. */
static const Agreement *
agreement_used(const Inquiry *inquiry, const Reached *reached)
{
	if (inquiry->direction == DIRECTION_OUTBOUND)
		return check_covering(inquiry, reached, inquiry->author, NULL);
	for (guint i = 0; i < inquiry->addressed->len; i++) {
		const Agreement *agreement = check_covering(
			inquiry, reached,
			g_array_index(inquiry->addressed, const Staff *, i), NULL);

		if (agreement != NULL)
			return agreement;
	}
	return NULL;
}

static void
state_people(json_t *facts, const Inquiry *inquiry)
{
	json_t *people = json_array();
	const char *first = NULL;

	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];
		const Person *person = reached->person;
		const Agreement *agreement = agreement_used(inquiry, reached);
		json_t *fact = json_object();

		if (first == NULL && agreement != NULL)
			first = agreement->id;
		json_object_set_new(fact, "case", json_text_new(person->case_id));
		json_object_set_new(fact, "age",
				    json_integer(day_age(person->born, inquiry->day)));
		json_object_set_new(fact, "aware_needed",
				    json_boolean(check_needs_aware(inquiry, person)));
		json_object_set_new(
			fact, "agreement",
			json_text_new(agreement == NULL ? NULL : agreement->id));
		json_array_append_new(people, fact);
	}
	json_object_set_new(facts, "people", people);
	json_object_set_new(facts, "agreement", json_text_new(first));
}

/* Records whose words a quote was compared with. */
static void
state_answered(json_t *facts, const json_t *history)
{
	const json_t *written = json_object_get(history, "written");
	json_t *records = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(written, i, one)
		json_array_append(records, json_object_get(one, "record"));
	if (json_array_size(records) > 0)
		json_object_set(facts, "answered", records);
	json_decref(records);
}

static void
state_facts(Verdict *verdict, const Inquiry *inquiry)
{
	const Hearing *hearing = inquiry->hearing;
	const Envelope *envelope = hearing->envelope;
	g_autofree char *day = day_format(inquiry->day);
	json_t *facts = verdict->facts;

	json_object_set_new(facts, "day", json_text_new(day));
	state_people(facts, inquiry);
	json_object_set_new(facts, "author", json_text_new(verdict->author));
	json_object_set_new(facts, "login", json_text_new(envelope->login));
	json_object_set_new(facts, "client", json_text_new(envelope->client));
	json_object_set_new(facts, "listener", json_text_new(envelope->listener));
	json_object_set_new(facts, "ours",
			    json_boolean(scope_is_ours(envelope, hearing->directory,
						       hearing->policy)));
	json_object_set_new(facts, "authenticated",
			    json_boolean(envelope->login != NULL));
	json_object_set_new(facts, "enforce",
			    json_boolean(policy_enforces(hearing->policy, inquiry->day)));
	json_object_set_new(facts, "automatic", json_boolean(inquiry->is_automatic));
	json_object_set_new(facts, "private", json_boolean(inquiry->is_private));
	state_answered(facts, hearing->history);
	if (json_array_size(inquiry->numbers_given) > 0)
		json_object_set(facts, "numbers_given", inquiry->numbers_given);
	if (inquiry->is_answer)
		json_object_set(facts, "answers",
				json_object_get(hearing->history, "answers"));
	if (json_array_size(inquiry->pictures) > 0)
		json_object_set(facts, "pictures", inquiry->pictures);
	if (json_is_true(json_object_get(hearing->history, "claims_release")))
		json_object_set_new(facts, "claims_release", json_true());
}

/* Whether it is in scope by itself, or as an answer from an address that nobody has. */
static Scope
decide(const Hearing *hearing, const Headers *headers, bool *is_answer)
{
	const Account *account = hearing->account;
	Scope scope = account != NULL ? (Scope){ SCOPE_IN, account->direction }
				      : scope_decide(hearing->envelope, headers,
						     hearing->directory, hearing->policy);
	g_auto(GStrv) cases = json_words(hearing->history, "answers");
	Day day = day_of(hearing->time, hours_zone(policy_hours(hearing->policy)));

	*is_answer = scope.answer != SCOPE_IN &&
		     scope_is_answer(hearing->envelope, headers, hearing->directory,
				     hearing->policy, (const char *const *)cases, day);
	return *is_answer ? (Scope){ SCOPE_IN, DIRECTION_INBOUND } : scope;
}

Verdict *
judge(const Hearing *hearing)
{
	const Headers *headers = message_headers(hearing->message);
	Inquiry inquiry = { 0 };
	Scope scope = decide(hearing, headers, &inquiry.is_answer);
	Verdict *verdict = verdict_new();

	verdict->policy_version = g_strdup(policy_version(hearing->policy));
	verdict->in_scope = scope.answer == SCOPE_IN;
	verdict->direction = scope.direction;
	if (!verdict->in_scope)
		return verdict;
	inquiry_open(&inquiry, hearing, headers, verdict);
	run_checks(&inquiry);
	engine_run(&inquiry, verdict);
	run_after_rules(&inquiry);
	cuts_locate(&inquiry);
	conclude(verdict, &inquiry);
	list_cases(verdict, &inquiry);
	list_covers(verdict, &inquiry);
	state_facts(verdict, &inquiry);
	inquiry_close(&inquiry);
	return verdict;
}

Verdict *
judge_rules(const Hearing *hearing, Direction direction)
{
	Verdict *verdict = verdict_new();
	Inquiry inquiry = { 0 };

	verdict->policy_version = g_strdup(policy_version(hearing->policy));
	verdict->in_scope = true;
	verdict->direction = direction;
	inquiry_open(&inquiry, hearing, message_headers(hearing->message), verdict);
	engine_run(&inquiry, verdict);
	conclude(verdict, &inquiry);
	inquiry_close(&inquiry);
	return verdict;
}

/* What nobody could look at is never let go to a young person, whatever the rules say
 * of what was looked at in vain. */
static void
find_unreadable(Inquiry *inquiry, const char *reason)
{
	CheckSetting setting = *policy_check(inquiry->hearing->policy, "unreadable");

	setting.action = MAX(setting.action, ACTION_HOLD);
	inquiry->setting = &setting;
	inquiry_find(inquiry, "body", "", reason);
	inquiry->setting = NULL;
}

Verdict *
judge_unreadable(const Hearing *hearing, const Headers *headers, const char *reason)
{
	Inquiry inquiry = { 0 };
	Scope scope = decide(hearing, headers, &inquiry.is_answer);
	Verdict *verdict = verdict_new();

	verdict->policy_version = g_strdup(policy_version(hearing->policy));
	verdict->in_scope = true;
	verdict->direction =
		scope.answer == SCOPE_IN ? scope.direction : DIRECTION_OUTBOUND;
	inquiry_open(&inquiry, hearing, headers, verdict);
	find_unreadable(&inquiry, reason);
	cuts_locate(&inquiry);
	conclude(verdict, &inquiry);
	list_cases(verdict, &inquiry);
	list_covers(verdict, &inquiry);
	state_facts(verdict, &inquiry);
	inquiry_close(&inquiry);
	return verdict;
}
