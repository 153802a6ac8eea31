/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verbs.c - the table of verbs
 *
 * A role here is the right to ask at all; whether this person, this message or this
 * agreement is theirs to decide is asked by what answers.
 */
#include "config.h"

#include "desk/verbs.h"

#include "desk/desk.h"

#include <string.h>

enum {
	ADMIN = STAFF_ADMIN,
	WORKER = STAFF_WORKER,
	MANAGER = STAFF_MANAGER,
	LEAD = STAFF_LEAD,
	DUTY = STAFF_DUTY,
	RULES = STAFF_RULE_ADMIN,
	AUDITOR = STAFF_AUDITOR,
};

/* What a person record is made of, each option once. */
#define PERSON_FIELDS(is_new)                                                          \
	{ "name", "name", FIELD_TEXT, is_new }, { "born", "born", FIELD_DAY, is_new }, \
		{ "born-estimated", "born_estimated", FIELD_FLAG, false },             \
		{ "address", "addresses", FIELD_DATED, false },                        \
		{ "shared", "shared", FIELD_FLAG, false },                             \
		{ "via", "via", FIELD_TEXT, false },                                   \
		{ "sms", "sms", FIELD_WORDS, false },                                  \
		{ "manager", "manager", FIELD_STAFF, false },                          \
	{                                                                              \
		"read-by", "read_by", FIELD_TEXT, false                                \
	}

#define STAFF_FIELDS(is_new)                                   \
	{ "name", "name", FIELD_TEXT, is_new },                \
		{ "manager", "manager", FIELD_STAFF, false },  \
		{ "login", "logins", FIELD_WORDS, false },     \
		{ "also", "also", FIELD_ADDRESSES, false },    \
		{ "number", "numbers", FIELD_WORDS, false },   \
		{ "role", "roles", FIELD_WORDS, false },       \
		{ "members", "members", FIELD_STAFFS, false }, \
	{                                                      \
		"unix-user", "unix_user", FIELD_TEXT, false    \
	}

#define END                                   \
	{                                     \
		NULL, NULL, FIELD_TEXT, false \
	}

static const Field none[] = { END };
static const Field all[] = { { "all", NULL, FIELD_FLAG, false }, END };
static const Field reason[] = { { "reason", NULL, FIELD_TEXT, true }, END };
static const Field person_shown[] = { { "history", NULL, FIELD_FLAG, false }, END };
static const Field person_new[] = { PERSON_FIELDS(true), END };
static const Field person_changed[] = { PERSON_FIELDS(false), END };
static const Field staff_new[] = { STAFF_FIELDS(true), END };
static const Field staff_changed[] = { STAFF_FIELDS(false),
				       { "away", NULL, FIELD_TEXT, false },
				       { "cover", "cover", FIELD_STAFF, false },
				       { "suspended", "suspended", FIELD_DAY, false },
				       END };
static const Field staff_ended[] = { { "cover", "cover", FIELD_STAFF, true },
				     { "reason", NULL, FIELD_TEXT, true },
				     END };
static const Field contact_new[] = { { "case", "case", FIELD_TEXT, false },
				     { "agency", NULL, FIELD_FLAG, false },
				     { "name", "name", FIELD_TEXT, true },
				     { "role", "role", FIELD_TEXT, true },
				     { "address", "address", FIELD_TEXT, true },
				     { "until", "until", FIELD_DAY, false },
				     { "private", "private", FIELD_FLAG, false },
				     END };
static const Field contact_filter[] = { { "case", NULL, FIELD_TEXT, false },
					{ "agency", NULL, FIELD_FLAG, false },
					{ "all", NULL, FIELD_FLAG, false },
					END };
static const Field import_how[] = { { "dry-run", NULL, FIELD_FLAG, false },
				    { "really", NULL, FIELD_FLAG, false },
				    END };
static const Field export_as[] = { { "postfix-access", NULL, FIELD_FLAG, false }, END };
static const Field agreement_new[] = {
	{ "case", NULL, FIELD_TEXT, true },
	{ "staff", "staff", FIELD_STAFFS, true },
	{ "purpose", "purpose", FIELD_TEXT, true },
	{ "from", "from", FIELD_DAY, true },
	{ "until", "until", FIELD_DAY, true },
	{ "agreed", "agreed", FIELD_DAY, true },
	{ "informed", "informed", FIELD_DAY, true },
	{ "channel", "channels", FIELD_COMMAS, false },
	{ "parent", "parent", FIELD_TEXT, false },
	{ "parent-aware", "parent_aware", FIELD_DAY, false },
	{ "parent-permits", "parent_permits", FIELD_DAY, false },
	{ "decision", "decision", FIELD_TEXT, false },
	{ "of-age", NULL, FIELD_FLAG, false },
	END
};
static const Field agreement_filter[] = { { "case", NULL, FIELD_TEXT, false },
					  { "staff", NULL, FIELD_TEXT, false },
					  { "expiring", NULL, FIELD_TEXT, false },
					  END };
static const Field held_filter[] = { { "all", NULL, FIELD_FLAG, false },
				     { "mine", NULL, FIELD_FLAG, false },
				     END };
static const Field release_how[] = { { "reason", NULL, FIELD_TEXT, true },
				     { "to", NULL, FIELD_WORDS, false },
				     { "again", NULL, FIELD_FLAG, false },
				     END };
static const Field search[] = { { "search", NULL, FIELD_TEXT, false }, END };
static const Field export[] = { { "to", NULL, FIELD_TEXT, false },
				{ "include-others", NULL, FIELD_FLAG, false },
				{ "for", NULL, FIELD_TEXT, false },
				{ "redact", NULL, FIELD_TEXT, false },
				{ "reason", NULL, FIELD_TEXT, false },
				END };
static const Field transcript[] = {
	{ "case", "case", FIELD_TEXT, true },  { "staff", "staff", FIELD_STAFF, true },
	{ "at", NULL, FIELD_TEXT, true },      { "direction", NULL, FIELD_TEXT, false },
	{ "with", "with", FIELD_TEXT, false }, { "phone", "phone", FIELD_TEXT, false },
	{ "kind", "kind", FIELD_TEXT, false }, END
};
static const Field dossier[] = { { "from", NULL, FIELD_DAY, true },
				 { "until", NULL, FIELD_DAY, true },
				 { "reason", NULL, FIELD_TEXT, true },
				 END };
static const Field verify[] = { { "since", NULL, FIELD_TEXT, false },
				{ "case", NULL, FIELD_TEXT, false },
				{ "against", NULL, FIELD_TEXT, false },
				{ "incremental", NULL, FIELD_FLAG, false },
				END };
static const Field adopt[] = { { "reason", NULL, FIELD_TEXT, true },
			       { "against", NULL, FIELD_WORDS, false },
			       END };
static const Field unseal[] = { { "reason", NULL, FIELD_TEXT, true },
				{ "present", NULL, FIELD_TEXT, true },
				END };
static const Field outcome[] = {
	{ "safe", NULL, FIELD_FLAG, false },   { "evidence", NULL, FIELD_TEXT, false },
	{ "police", NULL, FIELD_TEXT, false }, { "destroyed", NULL, FIELD_TEXT, false },
	{ "told", NULL, FIELD_DAY, false },    END
};
static const Field hold[] = { { "authority", NULL, FIELD_TEXT, true },
			      { "reason", NULL, FIELD_TEXT, true },
			      END };
static const Field classes[] = { { "class", NULL, FIELD_WORDS, false },
				 { "event", NULL, FIELD_WORDS, false },
				 END };
static const Field refile[] = { { "from", NULL, FIELD_TEXT, true },
				{ "to", NULL, FIELD_TEXT, true },
				{ "reason", NULL, FIELD_TEXT, true },
				END };
static const Field request[] = { { "kind", NULL, FIELD_TEXT, false },
				 { "received", NULL, FIELD_DAY, false },
				 { "reason", NULL, FIELD_TEXT, false },
				 { "all", NULL, FIELD_FLAG, false },
				 END };
static const Field proposal[] = { { "reason", NULL, FIELD_TEXT, true },
				  { "case", NULL, FIELD_TEXT, false },
				  END };
static const Field explain[] = {
	{ "from", NULL, FIELD_TEXT, true },   { "to", NULL, FIELD_WORDS, true },
	{ "login", NULL, FIELD_TEXT, false }, { "outside", NULL, FIELD_FLAG, false },
	{ "at", NULL, FIELD_TEXT, false },    END
};

static const Field since[] = { { "since", NULL, FIELD_TEXT, false }, END };

static const Verb verbs[] = {
	{ "person", "add", "CASE", MANAGER | LEAD | ADMIN, true, person_new, people_add },
	{ "person", "change", "CASE", MANAGER | LEAD | ADMIN, true, person_changed,
	  people_change },
	{ "person", "list", NULL, MANAGER | LEAD | ADMIN, false, all, people_list },
	{ "person", "show", "CASE", MANAGER | LEAD | ADMIN, false, person_shown,
	  people_show },
	{ "person", "end", "CASE", MANAGER | LEAD | ADMIN, true, reason, people_end },
	{ "person", "remove", "CASE", MANAGER | LEAD | ADMIN, true, reason,
	  people_remove },
	{ "staff", "add", "EMAIL", LEAD | ADMIN, true, staff_new, workers_add },
	{ "staff", "change", "EMAIL", LEAD | ADMIN, true, staff_changed, workers_change },
	{ "staff", "list", NULL, MANAGER | LEAD | ADMIN, false, all, workers_list },
	{ "staff", "show", "EMAIL", MANAGER | LEAD | ADMIN, false, none, workers_show },
	{ "staff", "end", "EMAIL", LEAD | ADMIN, true, staff_ended, workers_end },
	{ "staff", "export", "EMAIL", LEAD, false, dossier, dossier_export },
	{ "contact", "add", NULL, MANAGER | LEAD | ADMIN, true, contact_new,
	  contacts_add },
	{ "contact", "list", NULL, MANAGER | LEAD | ADMIN, false, contact_filter,
	  contacts_list },
	{ "contact", "end", "ID", MANAGER | LEAD | ADMIN, true, reason, contacts_end },
	{ "agreement", "add", NULL, MANAGER | LEAD | ADMIN, true, agreement_new,
	  agreements_add },
	{ "agreement", "list", NULL, MANAGER | LEAD | ADMIN, false, agreement_filter,
	  agreements_list },
	{ "agreement", "show", "ID", MANAGER | LEAD | ADMIN, false, none,
	  agreements_show },
	{ "agreement", "end", "ID", MANAGER | LEAD | ADMIN, true, reason,
	  agreements_end },
	{ "register", "import", NULL, LEAD | ADMIN, true, import_how, imports_import },
	{ "register", "export", NULL, LEAD | ADMIN, false, export_as, exports_export },
	{ "held", "list", NULL, WORKER | MANAGER | LEAD | DUTY, false, held_filter,
	  held_list },
	{ "held", "show", "ID", WORKER | MANAGER | LEAD | DUTY, false, none, held_show },
	{ "held", "release", "ID", MANAGER | LEAD | DUTY, false, release_how,
	  release_held },
	{ "held", "refuse", "ID", MANAGER | LEAD | DUTY, false, reason, held_refuse },
	{ "held", "withdraw", "ID", WORKER | MANAGER | LEAD | DUTY, false, none,
	  held_withdraw },
	{ "case", "list", NULL, MANAGER | LEAD | AUDITOR, false, search, cases_list },
	{ "case", "show", "CASE", MANAGER | LEAD | AUDITOR, false, none, cases_show },
	{ "case", "export", "CASE", MANAGER | LEAD | AUDITOR, false, export,
	  cases_export },
	{ "case", "print", "CASE", MANAGER | LEAD | AUDITOR, false, none, cases_print },
	{ "case", "restrict", "ID", LEAD, false, reason, cases_restrict },
	{ "case", "class", "CASE", MANAGER | LEAD | ADMIN, true, classes,
	  keeping_classify },
	{ "case", "hold", "add|lift CASE", LEAD, true, hold, keeping_hold },
	{ "case", "refile", "ID", LEAD, true, refile, filing_refile },
	{ "case", "request", "add|list|close [CASE|ID]", MANAGER | LEAD | AUDITOR, false,
	  request, requests_answer },
	{ "erase", "propose", "ID|CASE", LEAD, true, proposal, erasing_propose },
	{ "erase", "approve", "ID", LEAD, true, none, erasing_approve },
	{ "erase", "cancel", "ID", LEAD, true, none, erasing_cancel },
	{ "erase", "due", NULL, LEAD | AUDITOR, false, none, erasing_due },
	{ "record", "text", NULL, WORKER | MANAGER | LEAD | DUTY, false, transcript,
	  transcripts_record },
	{ "record", "call", NULL, WORKER | MANAGER | LEAD | DUTY, false, transcript,
	  transcripts_record },
	{ "record", "note", NULL, WORKER | MANAGER | LEAD | DUTY, false, transcript,
	  transcripts_record },
	{ "record", "mail", NULL, WORKER | MANAGER | LEAD | DUTY, false, transcript,
	  transcripts_record },
	{ "archive", "verify", NULL, LEAD | AUDITOR | ADMIN, false, verify,
	  archives_verify },
	{ "archive", "reindex", NULL, LEAD | ADMIN, false, none, archives_reindex },
	{ "archive", "status", NULL, LEAD | RULES | AUDITOR | ADMIN, false, none,
	  archives_status },
	{ "archive", "adopt", NULL, LEAD | ADMIN, false, adopt, archives_adopt },
	{ "archive", "stamp", NULL, LEAD | ADMIN, false, none, archives_stamp },
	{ "archive", "extract", "ID", LEAD | AUDITOR, false, none, archives_extract },
	{ "archive", "unseal", "ID", LEAD, false, unseal, unseal_hand_out },
	{ "archive", "rewrap", "ID", LEAD, false, reason, unseal_rewrap },
	{ "archive", "outcome", "ID", LEAD, true, outcome, unseal_outcome },
	{ "archive", "prove", "ID", LEAD | AUDITOR | ADMIN, false, none, archives_prove },
	{ "rules", "explain", NULL, LEAD | RULES | ADMIN, false, explain,
	  explain_message },
	{ "rules", "list", NULL, LEAD | RULES | ADMIN, false, none, explain_rules },
	{ "rules", "replay", "[PATH]", LEAD | RULES, false, since, replay_archive },
	{ "rules", "approve", "VERSION", LEAD | RULES, false, none, approval_give },
	{ "status", "", NULL, LEAD | RULES | AUDITOR | ADMIN, false, none,
	  explain_status },
	{ NULL, NULL, NULL, 0, false, NULL, NULL },
};

const Verb *
verb_all(void)
{
	return verbs;
}

static char *
names_of(const char *area)
{
	GString *names = g_string_new(NULL);

	for (const Verb *verb = verbs; verb->area != NULL; verb++)
		if (strcmp(verb->area, area) == 0)
			g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
					       verb->verb);
	return g_string_free(names, FALSE);
}

const Verb *
verb_find(const char *area, const char *verb, GError **error)
{
	g_autofree char *known = NULL;

	for (const Verb *one = verbs; one->area != NULL; one++)
		if (strcmp(one->area, area) == 0 && strcmp(one->verb, verb) == 0)
			return one;
	known = names_of(area);
	if (known[0] == '\0')
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "'%s': there is no such area: see --help", area);
	else
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "'%s': %s has %s", verb,
			    area, known);
	return NULL;
}
