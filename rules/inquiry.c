/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inquiry.c - who is on a message, for the checks to look at
 *
 * People are taken in the order of their cases and staff in that of their addresses, so
 * that the order in which a message names them changes nothing.  What costs (the text,
 * the look at parts) is made when a check first asks.
 */
#include "config.h"

#include "rules/check.h"
#include "rules/look.h"
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

/* Whom an address stands for. */
typedef const GPtrArray *(*Finder)(const Hearing *hearing, const Address *address);

static const GPtrArray *
find_people(const Hearing *hearing, const Address *address)
{
	return scope_people_at(address, hearing->directory, hearing->policy);
}

static const GPtrArray *
find_alike(const Hearing *hearing, const Address *address)
{
	return directory_people_like(hearing->directory, address);
}

static Day
day_of_hearing(const Hearing *hearing)
{
	return day_of(hearing->time, hours_zone(policy_hours(hearing->policy)));
}

/* Of a mailbox that passed from one to another, those whose it is on the day; where it is
 * nobody's on the day, all who had it. */
static void
drop_former(GPtrArray *young, guint first)
{
	bool is_anyones = false;

	for (guint i = first; i < young->len; i++)
		is_anyones |= ((const Reached *)young->pdata[i])->is_theirs;
	for (guint i = first; is_anyones && i < young->len;) {
		const Reached *reached = young->pdata[i];

		if (reached->is_theirs)
			i++;
		else
			g_ptr_array_remove_index(young, i);
	}
}

static void
add_people(GPtrArray *young, const Hearing *hearing, Finder find, const Address *address)
{
	const AddressForm *form = directory_form(hearing->directory);
	const GPtrArray *people = find(hearing, address);
	bool is_text = g_strv_contains(policy_sms_gateways(hearing->policy),
				       address_domain(address));
	guint first = young->len;

	for (guint i = 0; people != NULL && i < people->len; i++) {
		Reached *reached = g_new0(Reached, 1);

		reached->person = people->pdata[i];
		reached->address = address_form_key(form, address);
		reached->channel = is_text ? AGREEMENT_TEXT : AGREEMENT_EMAIL;
		reached->is_theirs =
			directory_holds_on(hearing->directory, reached->person, address,
					   day_of_hearing(hearing));
		g_ptr_array_add(young, reached);
	}
	drop_former(young, first);
}

static void
add_path(GPtrArray *young, const Hearing *hearing, Finder find, const Path *path)
{
	for (guint i = 0; path != NULL && i < path->forms->len; i++)
		add_people(young, hearing, find, path->forms->pdata[i]);
}

static void
add_text(GPtrArray *young, const Hearing *hearing, Finder find, const char *text)
{
	g_autoptr(Address) address = text == NULL ? NULL : address_parse(text, NULL);

	if (address != NULL)
		add_people(young, hearing, find, address);
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
recipients_found(const Hearing *hearing, Finder find)
{
	GPtrArray *young = g_ptr_array_new_with_free_func(reached_free);

	for (guint i = 0; i < hearing->envelope->recipients->len; i++)
		add_path(young, hearing, find, hearing->envelope->recipients->pdata[i]);
	sort_once(young);
	return young;
}

static GPtrArray *
authors_found(const Hearing *hearing, const Headers *headers, Finder find)
{
	GPtrArray *young = g_ptr_array_new_with_free_func(reached_free);
	g_autoptr(GPtrArray) originators = headers_originators(headers, NULL);

	add_text(young, hearing, find, hearing->envelope->login);
	add_path(young, hearing, find, hearing->envelope->sender);
	for (guint i = 0; i < originators->len; i++) {
		const Mailbox *mailbox = originators->pdata[i];

		add_text(young, hearing, find, mailbox->address);
	}
	sort_once(young);
	return young;
}

bool
inquiry_has_staff(const GArray *list, const Staff *staff)
{
	for (guint i = 0; i < list->len; i++)
		if (g_array_index(list, const Staff *, i) == staff)
			return true;
	return false;
}

static void
add_staff_once(GArray *addressed, const Staff *staff)
{
	if (!inquiry_has_staff(addressed, staff))
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

GPtrArray *
inquiry_young_recipients(const Hearing *hearing)
{
	return recipients_found(hearing, find_people);
}

/* Those whose mail an unregistered address answers. */
static void
add_answered(GPtrArray *alike, const Hearing *hearing)
{
	g_auto(GStrv) cases = json_words(hearing->history, "answers");

	for (char **name = cases; *name != NULL; name++) {
		const Person *person = directory_person(hearing->directory, *name);
		Reached *reached;

		if (person == NULL)
			continue;
		reached = g_new0(Reached, 1);
		reached->person = person;
		reached->address = g_strdup(path_text(hearing->envelope->sender));
		reached->channel = AGREEMENT_EMAIL;
		g_ptr_array_add(alike, reached);
	}
}

/* The first address of theirs, as it is compared; "" when they have numbers alone. */
static char *
person_key(const Hearing *hearing, const Person *person)
{
	const PersonAddress *first =
		person->addresses->len == 0 ? NULL : person->addresses->pdata[0];

	return first == NULL ? g_strdup("")
			     : address_form_key(directory_form(hearing->directory),
						first->address);
}

/* The one whom an account is about. */
static void
add_told(GPtrArray *young, const Hearing *hearing)
{
	const Person *person =
		directory_person(hearing->directory, hearing->account->case_id);
	Reached *reached;

	if (person == NULL)
		return;
	reached = g_new0(Reached, 1);
	reached->person = person;
	reached->address = person_key(hearing, person);
	reached->channel = hearing->account->channel;
	reached->is_theirs = true;
	g_ptr_array_add(young, reached);
}

static void
find_young(Inquiry *inquiry, const Hearing *hearing)
{
	if (hearing->account != NULL) {
		inquiry->young = g_ptr_array_new_with_free_func(reached_free);
		inquiry->alike = g_ptr_array_new_with_free_func(reached_free);
		add_told(inquiry->young, hearing);
	} else if (inquiry->direction == DIRECTION_INBOUND) {
		inquiry->young = authors_found(hearing, inquiry->headers, find_people);
		inquiry->alike = authors_found(hearing, inquiry->headers, find_alike);
	} else {
		inquiry->young = recipients_found(hearing, find_people);
		inquiry->alike = recipients_found(hearing, find_alike);
	}
	if (inquiry->is_answer)
		add_answered(inquiry->alike, hearing);
}

static bool
is_private_contact(const Inquiry *inquiry, const Address *address)
{
	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];
		const Contact *contact = directory_contact_at(inquiry->hearing->directory,
							      reached->person->case_id,
							      address, inquiry->day);

		if (contact != NULL && contact->is_private)
			return true;
	}
	return false;
}

static bool
has_private_path(const Inquiry *inquiry, const Path *path)
{
	for (guint i = 0; path != NULL && i < path->forms->len; i++)
		if (is_private_contact(inquiry, path->forms->pdata[i]))
			return true;
	return false;
}

static bool
has_private_field(const Inquiry *inquiry, const char *field)
{
	g_autoptr(GPtrArray) mailboxes = headers_mailboxes(inquiry->headers, field, NULL);

	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];
		g_autoptr(Address) address = address_parse(mailbox->address, NULL);

		if (address != NULL && address_domain(address)[0] != '\0' &&
		    is_private_contact(inquiry, address))
			return true;
	}
	return false;
}

/* Whether an advocate or a solicitor of a young person on it gets it, wrote it, or is
 * named as one who does. */
static bool
find_private(const Inquiry *inquiry)
{
	static const char *const fields[] = { "From", "Sender", "Reply-To", "To", "Cc" };
	const Envelope *envelope = inquiry->hearing->envelope;

	if (has_private_path(inquiry, envelope->sender))
		return true;
	for (guint i = 0; i < envelope->recipients->len; i++)
		if (has_private_path(inquiry, envelope->recipients->pdata[i]))
			return true;
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (has_private_field(inquiry, fields[i]))
			return true;
	return false;
}

void
inquiry_open(Inquiry *inquiry, const Hearing *hearing, const Headers *headers,
	     Verdict *verdict)
{
	inquiry->hearing = hearing;
	inquiry->headers = headers;
	inquiry->direction = verdict->direction;
	inquiry->findings = verdict->findings;
	inquiry->verdict = verdict;
	inquiry->day = day_of_hearing(hearing);
	inquiry->is_automatic = check_is_automatic(hearing, headers);
	inquiry->numbers_given = json_array();
	inquiry->pictures = json_array();
	inquiry->addressed = staff_addressed(hearing);
	find_young(inquiry, hearing);
	inquiry->is_private = find_private(inquiry);
	if (verdict->direction == DIRECTION_INBOUND)
		return;
	inquiry->proven = prove(hearing, headers);
	inquiry->author =
		inquiry->proven != NULL ? inquiry->proven : find_author(hearing, headers);
	if (inquiry->author != NULL)
		verdict->author = g_strdup(address_text(inquiry->author->email));
}

void
inquiry_close(Inquiry *inquiry)
{
	g_ptr_array_unref(inquiry->young);
	g_ptr_array_unref(inquiry->alike);
	g_array_unref(inquiry->addressed);
	json_decref(inquiry->numbers_given);
	json_decref(inquiry->pictures);
	text_free(inquiry->text);
	if (inquiry->looks != NULL)
		g_ptr_array_unref(inquiry->looks);
}

const GPtrArray *
inquiry_looks(Inquiry *inquiry)
{
	if (inquiry->looks == NULL)
		inquiry->looks = look_at_parts(inquiry->hearing->message);
	return inquiry->looks;
}
