/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.c - the decision: a pure function of six things
 *
 * First who is on the message (the inquiry), then what each check finds in it, then
 * what follows from the findings.  People are taken in the order of their cases and
 * staff in that of their addresses, so that the order in which a message names them
 * changes nothing.
 */
#include "config.h"

#include "rules/judge.h"

#include "rules/check.h"
#include "rules/cuts.h"
#include "rules/engine.h"
#include "rules/scope.h"

#include <string.h>

static void
reached_free(gpointer data)
{
	Reached *reached = data;

	g_free(reached->address);
	g_free(reached);
}

static int
compare_reached(gconstpointer a, gconstpointer b)
{
	const Reached *one = *(const Reached *const *)a;
	const Reached *other = *(const Reached *const *)b;
	int order = strcmp(one->person->case_id, other->person->case_id);

	if (order == 0)
		order = (one->channel > other->channel) - (one->channel < other->channel);
	return order != 0 ? order : strcmp(one->address, other->address);
}

static int
compare_staff(gconstpointer a, gconstpointer b)
{
	const Staff *const *one = a, *const *other = b;

	return strcmp(address_text((*one)->email), address_text((*other)->email));
}

static void
add_people(GPtrArray *young, const Hearing *hearing, const GPtrArray *people,
	   const Address *address)
{
	const AddressForm *form = directory_form(hearing->directory);
	bool is_text = g_strv_contains(policy_sms_gateways(hearing->policy),
				       address_domain(address));

	for (guint i = 0; people != NULL && i < people->len; i++) {
		Reached *reached = g_new0(Reached, 1);

		reached->person = people->pdata[i];
		reached->address = address_form_key(form, address);
		reached->channel = is_text ? AGREEMENT_TEXT : AGREEMENT_EMAIL;
		g_ptr_array_add(young, reached);
	}
}

static void
add_path(GPtrArray *young, const Hearing *hearing, const Path *path)
{
	for (guint i = 0; path != NULL && i < path->forms->len; i++) {
		const Address *address = path->forms->pdata[i];

		add_people(young, hearing,
			   scope_people_at(address, hearing->directory, hearing->policy),
			   address);
	}
}

static void
add_text(GPtrArray *young, const Hearing *hearing, const char *text)
{
	g_autoptr(Address) address = text == NULL ? NULL : address_parse(text, NULL);

	if (address != NULL)
		add_people(young, hearing,
			   scope_people_at(address, hearing->directory, hearing->policy),
			   address);
}

/* By case, each once for each way of reaching them. */
static void
sort_once(GPtrArray *young)
{
	g_ptr_array_sort(young, compare_reached);
	for (guint i = 1; i < young->len;) {
		const Reached *last = young->pdata[i - 1], *next = young->pdata[i];

		if (last->person == next->person && last->channel == next->channel)
			g_ptr_array_remove_index(young, i);
		else
			i++;
	}
}

static GPtrArray *
young_recipients(const Hearing *hearing)
{
	GPtrArray *young = g_ptr_array_new_with_free_func(reached_free);

	for (guint i = 0; i < hearing->envelope->recipients->len; i++)
		add_path(young, hearing, hearing->envelope->recipients->pdata[i]);
	sort_once(young);
	return young;
}

static GPtrArray *
young_authors(const Hearing *hearing, const Headers *headers)
{
	GPtrArray *young = g_ptr_array_new_with_free_func(reached_free);
	g_autoptr(GPtrArray) originators = headers_originators(headers, NULL);

	add_text(young, hearing, hearing->envelope->login);
	add_path(young, hearing, hearing->envelope->sender);
	for (guint i = 0; i < originators->len; i++) {
		const Mailbox *mailbox = originators->pdata[i];

		add_text(young, hearing, mailbox->address);
	}
	sort_once(young);
	return young;
}

static bool
has_staff(const GArray *list, const Staff *staff)
{
	for (guint i = 0; i < list->len; i++)
		if (g_array_index(list, const Staff *, i) == staff)
			return true;
	return false;
}

static void
add_staff_once(GArray *addressed, const Staff *staff)
{
	if (!has_staff(addressed, staff))
		g_array_append_val(addressed, staff);
}

static GArray *
staff_addressed(const Hearing *hearing)
{
	const GPtrArray *recipients = hearing->envelope->recipients;
	GArray *addressed = g_array_new(FALSE, FALSE, sizeof(const Staff *));

	for (guint i = 0; i < recipients->len; i++) {
		const Path *path = recipients->pdata[i];

		for (guint j = 0; j < path->forms->len; j++) {
			const Staff *staff = directory_staff_at(hearing->directory,
								path->forms->pdata[j]);

			if (staff != NULL)
				add_staff_once(addressed, staff);
		}
	}
	g_array_sort(addressed, compare_staff);
	return addressed;
}

static const Staff *
staff_of_path(const Hearing *hearing, const Path *path)
{
	for (guint i = 0; path != NULL && i < path->forms->len; i++) {
		const Staff *staff =
			directory_staff_at(hearing->directory, path->forms->pdata[i]);

		if (staff != NULL)
			return staff;
	}
	return NULL;
}

/* The first member of staff that one of the originator fields names. */
static const Staff *
staff_of_field(const Hearing *hearing, const Headers *headers, const char *field)
{
	g_autoptr(GPtrArray) mailboxes = headers_mailboxes(headers, field, NULL);

	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];
		g_autoptr(Address) address = address_parse(mailbox->address, NULL);
		const Staff *staff =
			address == NULL ? NULL
					: directory_staff_at(hearing->directory, address);

		if (staff != NULL)
			return staff;
	}
	return NULL;
}

/* The envelope sender where it stands for a login; an automatic answer has none, then
 * its From. */
static const Staff *
staff_sending(const Hearing *hearing, const Headers *headers)
{
	const Path *sender = hearing->envelope->sender;

	if (sender != NULL && sender->forms->len > 0)
		return staff_of_path(hearing, sender);
	return staff_of_field(hearing, headers, "From");
}

/* Whom the login proves to write.  A trusted submitter's envelope sender stands for a
 * login, and inside our own network that of a program that is registered as one. */
static const Staff *
prove(const Hearing *hearing, const Headers *headers)
{
	const Envelope *envelope = hearing->envelope;
	const Policy *policy = hearing->policy;
	const Staff *staff;

	if (envelope->login != NULL)
		return directory_staff_login(hearing->directory, envelope->login);
	if (policy_is_outside(policy, envelope->listener, envelope->client))
		return NULL;
	staff = staff_sending(hearing, headers);
	if (staff == NULL || policy_is_trusted(policy, envelope->client))
		return staff;
	if ((staff->roles & STAFF_AUTOMATIC) &&
	    policy_is_internal(policy, envelope->client))
		return staff;
	return NULL;
}

static const Staff *
find_author(const Hearing *hearing, const Headers *headers)
{
	const Staff *staff = staff_of_field(hearing, headers, "From");

	if (staff == NULL)
		staff = staff_of_field(hearing, headers, "Sender");
	return staff != NULL ? staff : staff_of_path(hearing, hearing->envelope->sender);
}

static void
open_inquiry(Inquiry *inquiry, const Hearing *hearing, const Headers *headers,
	     Verdict *verdict)
{
	*inquiry = (Inquiry){ .hearing = hearing,
			      .headers = headers,
			      .direction = verdict->direction,
			      .findings = verdict->findings,
			      .verdict = verdict };
	inquiry->day = day_of(hearing->time, hours_zone(policy_hours(hearing->policy)));
	inquiry->addressed = staff_addressed(hearing);
	if (verdict->direction == DIRECTION_INBOUND) {
		inquiry->young = young_authors(hearing, headers);
		return;
	}
	inquiry->young = young_recipients(hearing);
	inquiry->proven = prove(hearing, headers);
	inquiry->author =
		inquiry->proven != NULL ? inquiry->proven : find_author(hearing, headers);
	if (inquiry->author != NULL)
		verdict->author = g_strdup(address_text(inquiry->author->email));
}

static void
close_inquiry(Inquiry *inquiry)
{
	g_ptr_array_unref(inquiry->young);
	g_array_unref(inquiry->addressed);
	text_free(inquiry->text);
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
		if (run != NULL && inquiry->setting->action != ACTION_PASS)
			run(inquiry);
	}
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
		if (staff == NULL || has_staff(covers, staff))
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

/* A young person's message reaches somebody who reads it. */
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

		if (!has_staff(inquiry->addressed, staff) &&
		    staff_may_write_on(staff, inquiry->day))
			g_ptr_array_add(verdict->deliver_to,
					g_strdup(address_text(staff->email)));
	}
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
	g_autoptr(GPtrArray) recipients = young_recipients(inquiry->hearing);

	for (guint i = 0; i < inquiry->young->len; i++)
		add_case(verdict, inquiry->young->pdata[i]);
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
}

Verdict *
judge(const Hearing *hearing)
{
	const Headers *headers = message_headers(hearing->message);
	Scope scope = scope_decide(hearing->envelope, headers, hearing->directory,
				   hearing->policy);
	Verdict *verdict = verdict_new();
	Inquiry inquiry;

	verdict->policy_version = g_strdup(policy_version(hearing->policy));
	verdict->in_scope = scope.answer == SCOPE_IN;
	verdict->direction = scope.direction;
	if (!verdict->in_scope)
		return verdict;
	open_inquiry(&inquiry, hearing, headers, verdict);
	run_checks(&inquiry);
	engine_run(&inquiry, verdict);
	cuts_locate(verdict, hearing->message);
	conclude(verdict, &inquiry);
	list_cases(verdict, &inquiry);
	list_covers(verdict, &inquiry);
	state_facts(verdict, &inquiry);
	close_inquiry(&inquiry);
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
	Scope scope = scope_decide(hearing->envelope, headers, hearing->directory,
				   hearing->policy);
	Verdict *verdict = verdict_new();
	Inquiry inquiry;

	verdict->policy_version = g_strdup(policy_version(hearing->policy));
	verdict->in_scope = true;
	verdict->direction =
		scope.answer == SCOPE_IN ? scope.direction : DIRECTION_OUTBOUND;
	open_inquiry(&inquiry, hearing, headers, verdict);
	find_unreadable(&inquiry, reason);
	conclude(verdict, &inquiry);
	list_cases(verdict, &inquiry);
	list_covers(verdict, &inquiry);
	state_facts(verdict, &inquiry);
	close_inquiry(&inquiry);
	return verdict;
}
