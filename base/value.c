/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value.c - the kinds of values that a setting may have
 *
 * One small check per kind; each answers with advice or NULL.
 */
#include "config.h"

#include "base/value.h"

#include "base/address.h"
#include "base/day.h"

#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>

typedef const char *(*WordCheck)(const char *word);

/* Digits and a unit: the number times the unit's weight, or -1. */
static gint64
read_number(const char *word, const char *units, const gint64 *weights)
{
	char *end;
	gint64 number = g_ascii_strtoll(word, &end, 10);
	const char *unit;

	if (!g_ascii_isdigit(*word))
		return -1;
	unit = strchr(units, *end); /* finds the end of units for the end of word */
	if (unit == NULL || (*end != '\0' && end[1] != '\0') ||
	    number > G_MAXINT64 / weights[unit - units])
		return -1;
	return weights[unit - units] == 0 ? -1 : number * weights[unit - units];
}

static gint64
read_count(const char *word)
{
	static const gint64 weights[] = { 1 };

	return read_number(word, "", weights);
}

static gint64
read_size(const char *word)
{
	static const gint64 weights[] = { 1 << 10, 1 << 20, 1 << 30, 1 };

	return read_number(word, "KMG", weights);
}

static gint64
read_duration(const char *word)
{
	static const gint64 weights[] = { 1000, 60000, 3600000, 86400000, G_MAXINT64 };
	gint64 time = read_number(word, "smhd", weights);

	return g_ascii_isdigit(word[strlen(word) - 1]) ? -1 : time;
}

static gint64
read_mode(const char *word)
{
	char *end;
	gint64 mode = g_ascii_strtoll(word, &end, 8);

	return *word == '0' && *end == '\0' && mode <= 0777 ? mode : -1;
}

gint64
value_number(ValueKind kind, const char *word)
{
	switch (kind) {
	case VALUE_SIZE:
		return read_size(word);
	case VALUE_DURATION:
	case VALUE_STAMP:
		return read_duration(word);
	case VALUE_MODE:
		return read_mode(word);
	default:
		return read_count(word);
	}
}

static const char *
check_number(ValueKind kind, ValueRange range, const char *word)
{
	gint64 number = value_number(kind, word);

	if (number < 0 && kind == VALUE_SIZE)
		return "not a size: write bytes, or a number with K, M or G";
	if (number < 0 && kind == VALUE_DURATION)
		return "not a duration: write a number with s, m, h or d";
	if (number < 0 && kind == VALUE_MODE)
		return "not a file mode: write it in octal, as 0660";
	if (number < 0)
		return "not a number: write digits";
	if (kind != VALUE_MODE && number < range.least)
		return "too small: see chaperone.conf(5) for the range";
	if (kind != VALUE_MODE && number > range.most)
		return "too large: see chaperone.conf(5) for the range";
	return NULL;
}

static const char *
check_truth(const char *word)
{
	bool is_truth = strcmp(word, "yes") == 0 || strcmp(word, "no") == 0;

	return is_truth ? NULL : "neither yes nor no: write one of them";
}

static const char *
check_path(const char *word)
{
	return g_path_is_absolute(word) ? NULL
					: "not a path from the root: begin it with '/'";
}

static const char *
check_key(const char *word)
{
	return g_str_has_prefix(word, "file:/") ? NULL : "not a key: write file:/PATH";
}

static const char *
check_socket(const char *word)
{
	const char *at = strchr(word, '@');
	char *end;
	guint64 port;

	if (g_str_has_prefix(word, "unix:/"))
		return NULL;
	if (g_str_has_prefix(word, "inet:") && at != NULL && at[1] != '\0') {
		port = g_ascii_strtoull(word + strlen("inet:"), &end, 10);
		if (end == at && port > 0 && port <= G_MAXUINT16)
			return NULL;
	}
	return "not a socket: write unix:/PATH or inet:PORT@HOST";
}

static const char *
check_url(const char *word, const char *const *schemes, const char *advice)
{
	g_autoptr(GUri) uri = g_uri_parse(word, G_URI_FLAGS_NONE, NULL);
	bool is_known = uri != NULL && g_strv_contains(schemes, g_uri_get_scheme(uri));

	return is_known && !g_str_equal(g_uri_get_host(uri) ? g_uri_get_host(uri) : "",
					"")
		       ? NULL
		       : advice;
}

static const char *
check_server(const char *word)
{
	static const char *const schemes[] = { "smtp", "smtps", NULL };

	return check_url(word, schemes, "not a mail server: write smtp://HOST:PORT");
}

static const char *
check_email(const char *word)
{
	g_autoptr(Address) address = address_parse(word, NULL);

	return address != NULL && *address_text(address) != '\0'
		       ? NULL
		       : "not a mail address: write local@domain";
}

static const char *
check_domain(const char *word)
{
	g_autofree char *domain = address_domain_normalise(word);

	return domain != NULL ? NULL : "not a domain: write it as agency.example";
}

static const char *
check_network(const char *word)
{
	g_autoptr(GInetAddressMask) mask =
		g_inet_address_mask_new_from_string(word, NULL);

	return mask != NULL
		       ? NULL
		       : "not a network: write ADDRESS/BITS with no bit set behind them";
}

static const char *
check_submitter(const char *word)
{
	return strcmp(word, "local-users") == 0 ? NULL : check_network(word);
}

static const char *
check_role(const char *word)
{
	static const char *const roles[] = { "lead", "second-lead", "manager", "duty",
					     NULL };

	return g_strv_contains(roles, word)
		       ? NULL
		       : "not on a route: write lead, second-lead, manager or duty";
}

static const char *
check_each(WordCheck check, const char *const *words)
{
	const char *wrong = NULL;

	for (; *words != NULL && wrong == NULL; words++)
		wrong = check(*words);
	return wrong;
}

static const char *
check_enforce(const char *const *words)
{
	const char *wrong = check_truth(words[0]);

	if (wrong != NULL || words[1] == NULL)
		return wrong;
	if (strcmp(words[0], "yes") == 0 || words[2] != NULL)
		return "too many words: write yes, no, or no and a day";
	return day_parse(words[1], NULL) != DAY_NONE
		       ? NULL
		       : "not a day behind no: write YYYY-MM-DD";
}

static const char *
check_stamp(const char *const *words)
{
	static const char *const schemes[] = { "http", "https", NULL };
	static const char advice[] = "not a time stamp authority: write its URL and how "
				     "often, as 1h";

	if (words[1] == NULL || words[2] != NULL || read_duration(words[1]) <= 0)
		return advice;
	return check_url(words[0], schemes, advice);
}

static const char *
check_oid(const char *word)
{
	static const char pattern[] = "^[0-2](\\.(0|[1-9][0-9]{0,8}))+$";

	return g_regex_match_simple(pattern, word, 0, 0)
		       ? NULL
		       : "not an object identifier: write it as 1.2.3.4";
}

static const char *
check_lead(const char *const *words)
{
	const char *wrong = check_email(words[0]);

	if (wrong != NULL || words[1] == NULL)
		return wrong;
	return words[2] == NULL ? check_path(words[1])
				: "too many words: write an address and a certificate";
}

static const char *
check_outside(const char *const *words)
{
	if (words[0] != NULL && strcmp(words[0], "listener") == 0)
		return words[1] != NULL ? NULL : "no name: write listener and its name";
	return check_each(check_network, words);
}

/* Kinds of one word, or of many that are checked one by one. */
static const struct {
	WordCheck check;
	bool is_list;
} word_checks[] = {
	[VALUE_TRUTH] = { check_truth, false },
	[VALUE_PATH] = { check_path, false },
	[VALUE_KEY] = { check_key, false },
	[VALUE_SOCKET] = { check_socket, false },
	[VALUE_SERVER] = { check_server, false },
	[VALUE_OID] = { check_oid, false },
	[VALUE_EMAILS] = { check_email, true },
	[VALUE_DOMAINS] = { check_domain, true },
	[VALUE_NETWORKS] = { check_network, true },
	[VALUE_SUBMITTER] = { check_submitter, true },
	[VALUE_ROUTE] = { check_role, true },
};

static const char *
check_words(ValueKind kind, ValueRange range, const char *const *words)
{
	switch (kind) {
	case VALUE_TEXT:
		return NULL;
	case VALUE_ENFORCE:
		return check_enforce(words);
	case VALUE_STAMP:
		return check_stamp(words);
	case VALUE_LEAD:
		return check_lead(words);
	case VALUE_OUTSIDE:
		return check_outside(words);
	default:
		break;
	}
	if (kind < G_N_ELEMENTS(word_checks) && word_checks[kind].is_list)
		return check_each(word_checks[kind].check, words);
	if (words[1] != NULL)
		return "too many words: write one";
	if (kind == VALUE_WORD)
		return NULL;
	if (kind < G_N_ELEMENTS(word_checks) && word_checks[kind].check != NULL)
		return word_checks[kind].check(words[0]);
	return check_number(kind, range, words[0]);
}

const char *
value_check(ValueKind kind, ValueRange range, const char *const *words)
{
	bool may_be_empty = kind == VALUE_DOMAINS || kind == VALUE_NETWORKS ||
			    kind == VALUE_OUTSIDE || kind == VALUE_SUBMITTER;

	if (words[0] == NULL)
		return may_be_empty ? NULL : "no value: write one behind the keyword";
	return check_words(kind, range, words);
}
