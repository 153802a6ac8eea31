/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verbs.c - the table, and looking things up in it
 */
#include "config.h"

#include "console/verbs.h"

#include <string.h>

static const Option common_options[] = {
	{ "config", OPTION_ONE, "FILE", "the configuration (also -c)", true },
	{ "json", OPTION_FLAG, NULL, "print one JSON document", true },
	{ "as", OPTION_ONE, "EMAIL", "who acts, where root speaks for someone", true },
	{ "help", OPTION_FLAG, NULL, "say what this does (also -h)", true },
	{ "version", OPTION_FLAG, NULL, "print the version (also -V)", true },
	{ 0 },
};

static const Option no_options[] = { { 0 } };

static const Option reason_option[] = {
	{ "reason", OPTION_ONE, "TEXT", "why; it goes on record", false },
	{ 0 },
};

static const Option all_option[] = {
	{ "all", OPTION_FLAG, NULL, "those that ended, too", false },
	{ 0 },
};

static const Option person_options[] = {
	{ "name", OPTION_ONE, "NAME", "as staff know them", false },
	{ "born", OPTION_ONE, "DATE", "date of birth", false },
	{ "born-estimated", OPTION_FLAG, NULL, "the date of birth is an estimate",
	  false },
	{ "address", OPTION_MANY, "ADDRESS…", "e-mail addresses", false },
	{ "shared", OPTION_FLAG, NULL, "the mailbox is the family's", false },
	{ "via", OPTION_ONE, "alias", "the addresses are aliases that reach them",
	  false },
	{ "sms", OPTION_MANY, "NUMBER…", "mobile numbers", false },
	{ "manager", OPTION_ONE, "EMAIL", "who decides for them", false },
	{ "read-by", OPTION_ONE, "TEXT", "who else reads the mailbox", false },
	{ 0 },
};

/* The first two are for change alone; add has the list from there on. */
enum { STAFF_CHANGE_ONLY = 2 };

static const Option staff_options[] = {
	{ "away", OPTION_TWO, "FROM UNTIL", "days of absence, both included", false },
	{ "cover", OPTION_ONE, "EMAIL", "who stands in", false },
	{ "name", OPTION_ONE, "NAME", "as colleagues know them", false },
	{ "manager", OPTION_ONE, "EMAIL", "their line manager", false },
	{ "login", OPTION_MANY, "LOGIN…", "logins besides the address", false },
	{ "also", OPTION_MANY, "ADDRESS…", "other addresses, private ones too", false },
	{ "number", OPTION_MANY, "PHONE…", "work telephone numbers", false },
	{ "role", OPTION_MANY, "ROLE…",
	  "worker manager lead duty rule-admin auditor admin automatic", false },
	{ "members", OPTION_MANY, "EMAIL…", "who is in this team", false },
	{ "unix-user", OPTION_ONE, "USER", "their user on this host", false },
	{ 0 },
};

static const Option staff_end_options[] = {
	{ "cover", OPTION_ONE, "EMAIL", "who takes over", false },
	{ "reason", OPTION_ONE, "TEXT", "why; it goes on record", false },
	{ 0 },
};

static const Option agreement_add_options[] = {
	{ "case", OPTION_ONE, "CASE", "the young person", false },
	{ "staff", OPTION_ONE, "EMAIL[,EMAIL…]", "who may write; people or teams",
	  false },
	{ "purpose", OPTION_ONE, "TEXT", "what it is for", false },
	{ "from", OPTION_ONE, "DATE", "its first day", false },
	{ "until", OPTION_ONE, "DATE", "its last day", false },
	{ "agreed", OPTION_ONE, "DATE", "when it was agreed with the young person",
	  false },
	{ "informed", OPTION_ONE, "DATE",
	  "when they were told that mail is kept and may be read", false },
	{ "channel", OPTION_ONE, "email,text,call", "email unless said", false },
	{ "parent", OPTION_ONE, "NAME", "the parent or carer who is aware", false },
	{ "parent-aware", OPTION_ONE, "DATE", "when they were told", false },
	{ "parent-permits", OPTION_ONE, "DATE", "when they gave permission", false },
	{ "decision", OPTION_ONE, "TEXT",
	  "instead of --parent: your decision as manager or lead", false },
	{ "of-age", OPTION_FLAG, NULL, "instead of --parent: they have reached aware-age",
	  false },
	{ 0 },
};

static const Option agreement_list_options[] = {
	{ "case", OPTION_ONE, "CASE", "of one young person", false },
	{ "staff", OPTION_ONE, "EMAIL", "of one member of staff", false },
	{ "expiring", OPTION_ONE, "DAYS", "that end within so many days", false },
	{ 0 },
};

static const Option held_list_options[] = {
	{ "all", OPTION_FLAG, NULL, "what was decided, too", false },
	{ "mine", OPTION_FLAG, NULL, "what I wrote", false },
	{ 0 },
};

static const Option held_release_options[] = {
	{ "reason", OPTION_ONE, "TEXT", "why; it goes on record", false },
	{ "to", OPTION_MANY, "RCPT…", "to these recipients alone", false },
	{ "again", OPTION_FLAG, NULL,
	  "although it may have been delivered already (state unknown)", false },
	{ 0 },
};

static const Option case_list_options[] = {
	{ "search", OPTION_ONE, "WORDS", "whose case or name has these words", false },
	{ 0 },
};

static const Option case_export_options[] = {
	{ "to", OPTION_ONE, "DIR", "a directory that is made for it", true },
	{ 0 },
};

static const Option verify_options[] = {
	{ "since", OPTION_ONE, "TIME", "records from then on", false },
	{ "case", OPTION_ONE, "CASE", "one case's records", false },
	{ 0 },
};

static const Option extract_options[] = {
	{ "to", OPTION_ONE, "FILE", "write it there, not to standard output", true },
	{ 0 },
};

static const Option explain_options[] = {
	{ "from", OPTION_ONE, "ADDRESS", "the envelope sender", false },
	{ "to", OPTION_MANY, "RCPT…", "the envelope recipients", false },
	{ "login", OPTION_ONE, "EMAIL", "sent with this login", false },
	{ "outside", OPTION_FLAG, NULL, "it came from outside", false },
	{ "at", OPTION_ONE, "TIME", "as if it were then", false },
	{ 0 },
};

static const Verb verbs[] = {
	{ "person", "add", "register a young person", "CASE", "name born", person_options,
	  VERB_DAEMON },
	{ "person", "change", "change what is registered; a list replaces the list",
	  "CASE", "", person_options, VERB_DAEMON },
	{ "person", "list", "list young people", "", "", all_option, VERB_DAEMON },
	{ "person", "show", "show a young person and their agreements", "CASE", "",
	  no_options, VERB_DAEMON },
	{ "person", "end", "the case has ended; they stay in scope", "CASE", "reason",
	  reason_option, VERB_DAEMON },
	{ "person", "remove", "take an ended person out of scope", "CASE", "reason",
	  reason_option, VERB_DAEMON },

	{ "staff", "add", "register a member of staff or a team", "EMAIL", "name",
	  staff_options + STAFF_CHANGE_ONLY, VERB_DAEMON },
	{ "staff", "change", "change what is registered; a list replaces the list",
	  "EMAIL", "", staff_options, VERB_DAEMON },
	{ "staff", "list", "list staff", "", "", all_option, VERB_DAEMON },
	{ "staff", "show", "show a member of staff", "EMAIL", "", no_options,
	  VERB_DAEMON },
	{ "staff", "end", "they leave the agency", "EMAIL", "reason", staff_end_options,
	  VERB_DAEMON },

	{ "agreement", "add", "record that staff may write to a young person", "",
	  "case staff purpose from until agreed informed", agreement_add_options,
	  VERB_DAEMON },
	{ "agreement", "list", "list agreements", "", "", agreement_list_options,
	  VERB_DAEMON },
	{ "agreement", "show", "show an agreement", "ID", "", no_options, VERB_DAEMON },
	{ "agreement", "end", "end an agreement today", "ID", "reason", reason_option,
	  VERB_DAEMON },

	{ "held", "list", "list mail that waits for a decision", "", "",
	  held_list_options, VERB_DAEMON },
	{ "held", "show", "show a held message's findings and history", "ID", "",
	  no_options, VERB_DAEMON },
	{ "held", "release", "deliver it", "ID", "reason", held_release_options,
	  VERB_DAEMON },
	{ "held", "refuse", "never deliver it", "ID", "reason", reason_option,
	  VERB_DAEMON },
	{ "held", "withdraw", "take back what I wrote", "ID", "", no_options,
	  VERB_DAEMON },

	{ "case", "list", "list cases", "", "", case_list_options, VERB_DAEMON },
	{ "case", "show", "show what is on record, in order", "CASE", "", no_options,
	  VERB_DAEMON },
	{ "case", "export", "write a case to files that openssl can check", "CASE", "to",
	  case_export_options, VERB_EITHER },

	{ "archive", "verify",
	  "check every record against its signature, chain and index", "", "",
	  verify_options, VERB_EITHER },
	{ "archive", "reindex", "make the index anew from the records", "", "",
	  no_options, VERB_EITHER },
	{ "archive", "extract", "print a message's exact bytes as received", "ID", "",
	  extract_options, VERB_DAEMON },
	{ "archive", "status", "size and state of the archive", "", "", no_options,
	  VERB_DAEMON },

	{ "rules", "check", "read the rules and list what is wrong", "[PATH]", "",
	  no_options, VERB_HERE },
	{ "rules", "list", "list rules and checks as they are in force", "", "",
	  no_options, VERB_DAEMON },
	{ "rules", "explain", "judge a message without sending it", "FILE.eml", "from to",
	  explain_options, VERB_DAEMON },

	{ "init", "", "make archive and keys, as the configuration says", "", "",
	  no_options, VERB_HERE },
	{ "status", "", "what the daemon saw and how it is", "", "", no_options,
	  VERB_DAEMON },
	{ 0 },
};

const Verb *
verbs_all(void)
{
	return verbs;
}

const Option *
verbs_common_options(void)
{
	return common_options;
}

bool
verbs_has_area(const char *area)
{
	for (const Verb *verb = verbs; verb->area != NULL; verb++)
		if (strcmp(verb->area, area) == 0)
			return true;
	return false;
}

const Verb *
verbs_find(const char *area, const char *name)
{
	for (const Verb *verb = verbs; verb->area != NULL; verb++)
		if (strcmp(verb->area, area) == 0 && strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

static const Option *
find_option(const Option *options, const char *name)
{
	for (; options->name != NULL; options++)
		if (strcmp(options->name, name) == 0)
			return options;
	return NULL;
}

const Option *
verbs_option(const Verb *verb, const char *name)
{
	const Option *option = verb != NULL ? find_option(verb->options, name) : NULL;

	return option != NULL ? option : find_option(common_options, name);
}

const Option *
verbs_any_option(const char *name)
{
	const Option *option = find_option(common_options, name);

	for (const Verb *verb = verbs; option == NULL && verb->area != NULL; verb++)
		option = find_option(verb->options, name);
	return option;
}

/* Lists are short: a search each time is simpler than a set. */
static void
add_name(GPtrArray *names, const char *name)
{
	for (guint i = 0; i < names->len; i++)
		if (strcmp(g_ptr_array_index(names, i), name) == 0)
			return;
	g_ptr_array_add(names, (gpointer)(gintptr)name);
}

GPtrArray *
verbs_area_names(void)
{
	GPtrArray *names = g_ptr_array_new();

	for (const Verb *verb = verbs; verb->area != NULL; verb++)
		add_name(names, verb->area);
	return names;
}

GPtrArray *
verbs_verb_names(const char *area)
{
	GPtrArray *names = g_ptr_array_new();

	for (const Verb *verb = verbs; verb->area != NULL; verb++)
		if (strcmp(verb->area, area) == 0)
			add_name(names, verb->name);
	return names;
}

GPtrArray *
verbs_option_names(const Verb *verb)
{
	GPtrArray *names = g_ptr_array_new();

	if (verb != NULL)
		for (const Option *option = verb->options; option->name != NULL; option++)
			add_name(names, option->name);
	for (const Option *option = common_options; option->name != NULL; option++)
		add_name(names, option->name);
	return names;
}
