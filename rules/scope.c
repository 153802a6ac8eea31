/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope.c - whether a message is between staff and a young person, and which way
 *
 * Asked of every message that the mail server sees, mostly to answer "no": so for our
 * own people's other mail it is one look-up for each address on the envelope.
 *
 * Where both ways could be meant (from outside, to a young person and to ours, written
 * as by both) the message is outbound when its From or its envelope sender is staff's,
 * because those are what a young person would believe; else it is a young person's
 * answer to all, and inbound.
 */
#include "config.h"

#include "rules/scope.h"

#include <string.h>

/* What the questions below are asked against. */
typedef struct Place {
	const Directory *directory;
	const Policy *policy;
} Place;

typedef bool (*AddressTest)(const Address *address, const Place *place);

const GPtrArray *
scope_people_at(const Address *address, const Directory *directory, const Policy *policy)
{
	const GPtrArray *people = directory_people_at(directory, address);
	g_autofree char *local = NULL;
	const char *start;
	gsize len;

	if (people != NULL ||
	    !g_strv_contains(policy_sms_gateways(policy), address_domain(address)))
		return people;
	start = address_local(address, &len);
	local = g_strndup(start, len);
	return directory_people_texted(directory, local);
}

const GPtrArray *
scope_people_login(const char *login, const Directory *directory, const Policy *policy)
{
	g_autoptr(Address) address = login == NULL || strchr(login, '@') == NULL
					     ? NULL
					     : address_parse(login, NULL);

	return address == NULL ? NULL : scope_people_at(address, directory, policy);
}

static bool
is_young(const Address *address, const Place *place)
{
	return scope_people_at(address, place->directory, place->policy) != NULL;
}

/* Or an address that somebody could take for a young person's. */
static bool
seems_young(const Address *address, const Place *place)
{
	return is_young(address, place) ||
	       directory_people_like(place->directory, address) != NULL;
}

static bool
seems_staffs(const Address *address, const Place *place)
{
	return directory_is_like_staff(place->directory, address);
}

bool
scope_is_our_address(const Address *address, const Directory *directory,
		     const Policy *policy)
{
	if (scope_people_at(address, directory, policy) != NULL)
		return false;
	return directory_is_work_domain(directory, address_domain(address)) ||
	       directory_staff_at(directory, address) != NULL;
}

static bool
is_ours(const Address *address, const Place *place)
{
	return scope_is_our_address(address, place->directory, place->policy);
}

/* Staff's by any address known of them, also one that is a young person's as well. */
static bool
is_staffs(const Address *address, const Place *place)
{
	return is_ours(address, place) ||
	       directory_staff_at(place->directory, address) != NULL;
}

static bool
path_any(const Path *path, AddressTest test, const Place *place)
{
	for (guint i = 0; path != NULL && i < path->forms->len; i++)
		if (test(path->forms->pdata[i], place))
			return true;
	return false;
}

static bool
reaches(const Envelope *envelope, AddressTest test, const Place *place)
{
	for (guint i = 0; i < envelope->recipients->len; i++)
		if (path_any(envelope->recipients->pdata[i], test, place))
			return true;
	return false;
}

static bool
is_staff_login(const char *login, const Place *place)
{
	return login != NULL && directory_staff_login(place->directory, login) != NULL;
}

static bool
is_work_login(const char *login, const Place *place)
{
	const char *at = login == NULL ? NULL : strrchr(login, '@');
	g_autofree char *domain = at == NULL ? NULL : address_domain_normalise(at + 1);

	return domain != NULL && directory_is_work_domain(place->directory, domain);
}

bool
scope_is_ours(const Envelope *envelope, const Directory *directory, const Policy *policy)
{
	const Place place = { directory, policy };

	if (is_staff_login(envelope->login, &place))
		return true;
	if (scope_people_login(envelope->login, directory, policy) != NULL)
		return false;
	if (is_work_login(envelope->login, &place))
		return true;
	return !policy_is_outside(policy, envelope->listener, envelope->client) &&
	       (policy_is_internal(policy, envelope->client) ||
		policy_is_trusted(policy, envelope->client));
}

static bool
mailbox_is(const Mailbox *mailbox, AddressTest test, const Place *place)
{
	g_autoptr(Address) address = address_parse(mailbox->address, NULL);

	return address != NULL && test(address, place);
}

static bool
names_staff(const Mailbox *mailbox, const Place *place)
{
	return mailbox->name != NULL &&
	       directory_staff_named(place->directory, mailbox->name) != NULL;
}

/* What the originator fields say of the author. */
typedef struct Claims {
	bool is_young;      /* a young person, by an address in any field */
	bool is_staff;      /* staff, by any address or name in any field */
	bool is_staff_from; /* staff, by an address in From that is no young person's */
} Claims;

static Claims
read_claims(const Headers *headers, const Place *place)
{
	g_autoptr(GPtrArray) originators = headers_originators(headers, NULL);
	Claims claims = { false, false, false };

	for (guint i = 0; i < originators->len; i++) {
		const Mailbox *mailbox = originators->pdata[i];
		bool is_from = g_str_has_suffix(mailbox->field, "From");

		claims.is_young |= mailbox_is(mailbox, seems_young, place);
		claims.is_staff |= mailbox_is(mailbox, is_staffs, place) ||
				   mailbox_is(mailbox, seems_staffs, place) ||
				   names_staff(mailbox, place);
		claims.is_staff_from |= is_from && mailbox_is(mailbox, is_ours, place);
	}
	return claims;
}

static Scope
out(void)
{
	return (Scope){ SCOPE_OUT, DIRECTION_NONE };
}

static Scope
in(Direction direction)
{
	return (Scope){ SCOPE_IN, direction };
}

/* A login of staff, or an internal client without a login. */
static Scope
decide_ours(const Envelope *envelope, const Place *place)
{
	if (reaches(envelope, seems_young, place))
		return in(DIRECTION_OUTBOUND);
	if (!is_staff_login(envelope->login, place) &&
	    path_any(envelope->sender, seems_young, place) &&
	    reaches(envelope, is_ours, place))
		return in(DIRECTION_INBOUND);
	return out();
}

/* What the envelope of a message that is not ours says. */
typedef struct Outside {
	bool to_young, to_ours;
	bool is_young_login;     /* a fact */
	bool is_young_sender;    /* by the envelope */
	bool is_staff_sender;    /* by the envelope, and no young person's address */
	bool seems_staff_sender; /* by an address that looks like it */
} Outside;

static Outside
read_outside(const Envelope *envelope, const Place *place)
{
	return (Outside){
		.to_young = reaches(envelope, seems_young, place),
		.to_ours = reaches(envelope, is_ours, place),
		.is_young_login = scope_people_login(envelope->login, place->directory,
						     place->policy) != NULL,
		.is_young_sender = path_any(envelope->sender, seems_young, place),
		.is_staff_sender = path_any(envelope->sender, is_ours, place),
		.seems_staff_sender = path_any(envelope->sender, seems_staffs, place),
	};
}

/* Invariant: what is decided without headers is decided the same with them. */
static Scope
decide_by_envelope(const Outside *outside)
{
	if (!outside->to_young && !outside->to_ours)
		return out();
	if (outside->to_ours && outside->is_young_login)
		return in(DIRECTION_INBOUND);
	if (outside->to_young && outside->is_staff_sender && !outside->is_young_login)
		return in(DIRECTION_OUTBOUND);
	if (outside->is_young_sender && !outside->to_young)
		return in(DIRECTION_INBOUND);
	return (Scope){ SCOPE_PERHAPS, DIRECTION_NONE };
}

static Scope
decide_by_claims(const Outside *outside, const Claims *claims)
{
	if (outside->to_young && claims->is_staff_from && !outside->is_young_login)
		return in(DIRECTION_OUTBOUND);
	if (outside->to_ours && (outside->is_young_sender || claims->is_young))
		return in(DIRECTION_INBOUND);
	if (outside->to_young &&
	    (claims->is_staff || outside->is_staff_sender || outside->seems_staff_sender))
		return in(DIRECTION_OUTBOUND);
	return out();
}

static Scope
decide_outside(const Envelope *envelope, const Headers *headers, const Place *place)
{
	Outside outside = read_outside(envelope, place);
	Scope scope = decide_by_envelope(&outside);
	Claims claims;

	if (scope.answer != SCOPE_PERHAPS || headers == NULL)
		return scope;
	claims = read_claims(headers, place);
	return decide_by_claims(&outside, &claims);
}

Scope
scope_decide(const Envelope *envelope, const Headers *headers, const Directory *directory,
	     const Policy *policy)
{
	const Place place = { directory, policy };

	if (scope_is_ours(envelope, directory, policy))
		return decide_ours(envelope, &place);
	return decide_outside(envelope, headers, &place);
}

/* "<a@b> <c@d>" without brackets, at most so many in all. */
static void
take_ids(GPtrArray *ids, const char *value)
{
	enum { IDS_MAX = 50, ID_MAX = 500 };

	const char *open = value == NULL ? NULL : strchr(value, '<');

	while (open != NULL && ids->len < IDS_MAX) {
		const char *close = strchr(open, '>');

		if (close == NULL)
			return;
		if (close - open > 1 && close - open < ID_MAX)
			g_ptr_array_add(ids,
					g_strndup(open + 1, (gsize)(close - open) - 1));
		open = strchr(close, '<');
	}
}

char **
scope_message_ids(const Headers *headers)
{
	GPtrArray *ids = g_ptr_array_new();

	take_ids(ids, headers_get(headers, "In-Reply-To", 0));
	take_ids(ids, headers_get(headers, "References", 0));
	g_ptr_array_add(ids, NULL);
	return (char **)g_ptr_array_free(ids, FALSE);
}

char **
scope_answered(const Envelope *envelope, const Headers *headers,
	       const Directory *directory, const Policy *policy)
{
	const Place place = { directory, policy };

	if (!scope_is_ours(envelope, directory, policy) &&
	    reaches(envelope, is_ours, &place) &&
	    !path_any(envelope->sender, is_staffs, &place) &&
	    scope_decide(envelope, headers, directory, policy).answer == SCOPE_OUT)
		return scope_message_ids(headers);
	return g_new0(char *, 1);
}

static bool
is_contact(const Mailbox *mailbox, const Directory *directory, const char *const *cases,
	   Day day)
{
	g_autoptr(Address) address = address_parse(mailbox->address, NULL);

	if (address == NULL || address_domain(address)[0] == '\0')
		return false;
	for (; *cases != NULL; cases++)
		if (directory_contact_at(directory, *cases, address, day) == NULL)
			return false;
	return true;
}

bool
scope_is_answer(const Envelope *envelope, const Headers *headers,
		const Directory *directory, const Policy *policy,
		const char *const *cases, Day day)
{
	g_auto(GStrv) ids = NULL;
	g_autoptr(GPtrArray) authors = NULL;
	const Place place = { directory, policy };

	if (*cases == NULL)
		return false;
	ids = scope_answered(envelope, headers, directory, policy);
	if (ids[0] == NULL)
		return false;
	authors = headers_mailboxes(headers, "From", NULL);
	for (guint i = 0; i < authors->len; i++)
		if (mailbox_is(authors->pdata[i], is_staffs, &place) ||
		    is_contact(authors->pdata[i], directory, cases, day))
			return false;
	return true;
}
