/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_verified.c - whether a young person's message is theirs (3.2)
 *
 * A login is proof, and so is a pass for their domain that our own mail server noted
 * (`authserv-id`).  That server must remove fields of its name that come from outside
 * (RFC 8601, 5); of several it puts the newest on top, so for each method the first
 * counts.  Without `authserv-id` nothing is known either way, and nothing is found.
 */
#include "config.h"

#include "rules/check.h"
#include "rules/scope.h"

#include "base/authres.h"

#include <string.h>

static bool
is_domain_of(const char *value, const char *domain, bool may_be_above)
{
	const char *at = value == NULL ? NULL : strrchr(value, '@');
	g_autofree char *named =
		value == NULL ? NULL
			      : address_domain_normalise(at == NULL ? value : at + 1);
	gsize len = named == NULL ? 0 : strlen(named);
	gsize whole = strlen(domain);

	if (named == NULL)
		return false;
	if (strcmp(named, domain) == 0)
		return true;
	return may_be_above && strchr(named, '.') != NULL && whole > len + 1 &&
	       domain[whole - len - 1] == '.' && strcmp(domain + whole - len, named) == 0;
}

/* A pass for the domain of the young person's address. */
static bool
proves(const AuthResult *result, const char *domain)
{
	if (strcmp(result->result, "pass") != 0)
		return false;
	if (strcmp(result->method, "dmarc") == 0)
		return is_domain_of(authres_property(result, "header", "from"), domain,
				    false);
	if (strcmp(result->method, "dkim") == 0)
		return is_domain_of(authres_property(result, "header", "d"), domain,
				    true) ||
		       is_domain_of(authres_property(result, "header", "i"), domain,
				    true);
	if (strcmp(result->method, "spf") == 0)
		return is_domain_of(authres_property(result, "smtp", "mailfrom"), domain,
				    false);
	return strcmp(result->method, "auth") == 0 &&
	       is_domain_of(authres_property(result, "smtp", "auth"), domain, false);
}

/* The methods of one field that no field above it had. */
static bool
field_proves(const AuthResults *field, GHashTable *seen, const char *domain)
{
	bool is_proven = false;

	for (guint i = 0; i < field->results->len; i++) {
		const AuthResult *result = field->results->pdata[i];

		if (!g_hash_table_contains(seen, result->method))
			is_proven |= proves(result, domain);
	}
	for (guint i = 0; i < field->results->len; i++) {
		const AuthResult *result = field->results->pdata[i];

		g_hash_table_add(seen, g_strdup(result->method));
	}
	return is_proven;
}

static bool
is_verified(const Inquiry *inquiry, const char *server, const char *domain)
{
	static const char name[] = "Authentication-Results";
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint count = headers_count(inquiry->headers, name);
	bool is_proven = false;

	for (guint i = 0; i < count; i++) {
		g_autoptr(AuthResults) field =
			authres_parse(headers_get(inquiry->headers, name, i), NULL);

		if (field != NULL && g_ascii_strcasecmp(field->server, server) == 0)
			is_proven |= field_proves(field, seen, domain);
	}
	return is_proven;
}

static bool
is_their_login(const Inquiry *inquiry, const Reached *reached)
{
	const Hearing *hearing = inquiry->hearing;
	const GPtrArray *people = scope_people_login(hearing->envelope->login,
						     hearing->directory, hearing->policy);

	for (guint i = 0; people != NULL && i < people->len; i++)
		if (people->pdata[i] == reached->person)
			return true;
	return false;
}

void
check_sender_verified(Inquiry *inquiry)
{
	const char *server = policy_authserv_id(inquiry->hearing->policy);

	for (guint i = 0; server != NULL && i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];
		const char *domain = strrchr(reached->address, '@') + 1;

		if (!is_their_login(inquiry, reached) &&
		    !is_verified(inquiry, server, domain))
			inquiry_find(inquiry, "header:From", reached->address, NULL);
	}
}
