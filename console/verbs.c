/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verbs.c - the table, and looking things up in it
 */
#include "config.h"

#include "console/verbs.h"

#include <string.h>

static const Option common_options[] = {
	{ "config", "FILE", "the configuration (also -c)", OPTION_ONE, true },
	{ "json", NULL, "print one JSON document", OPTION_FLAG, true },
	{ "as", "EMAIL", "who acts, where root speaks for someone", OPTION_ONE, true },
	{ "help", NULL, "say what this does (also -h)", OPTION_FLAG, true },
	{ "version", NULL, "print the version (also -V)", OPTION_FLAG, true },
	{ 0 },
};

static const Option no_options[] = { { 0 } };

static const Option reason_option[] = {
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ 0 },
};

static const Option all_option[] = {
	{ "all", NULL, "those that ended, too", OPTION_FLAG, false },
	{ 0 },
};

static const Option person_show_options[] = {
	{ "history", NULL, "what became of them, and by whom", OPTION_FLAG, false },
	{ 0 },
};

static const Option contact_add_options[] = {
	{ "case", "CASE", "of one young person", OPTION_ONE, false },
	{ "agency", NULL, "of the agency: on every case", OPTION_FLAG, false },
	{ "name", "NAME", "as staff know them", OPTION_ONE, false },
	{ "role", "ROLE",
	  "carer advocate solicitor school health police interpreter partner …",
	  OPTION_ONE, false },
	{ "address", "ADDRESS|@DOMAIN", "theirs, or everyone's of a domain", OPTION_ONE,
	  false },
	{ "until", "DATE", "the last day", OPTION_ONE, false },
	{ "private", NULL, "an advocate, solicitor, inspector: not for the team",
	  OPTION_FLAG, false },
	{ 0 },
};

static const Option contact_list_options[] = {
	{ "case", "CASE", "of one young person", OPTION_ONE, false },
	{ "agency", NULL, "of the agency", OPTION_FLAG, false },
	{ "all", NULL, "those that ended, too", OPTION_FLAG, false },
	{ 0 },
};

static const Option person_options[] = {
	{ "name", "NAME", "as staff know them", OPTION_ONE, false },
	{ "born", "DATE", "date of birth", OPTION_ONE, false },
	{ "born-estimated", NULL, "the date of birth is an estimate", OPTION_FLAG,
	  false },
	{ "address", "ADDRESS [from DATE] [until DATE]…", "e-mail addresses", OPTION_MANY,
	  false },
	{ "shared", NULL, "the mailbox is the family's", OPTION_FLAG, false },
	{ "via", "alias", "the addresses are aliases that reach them", OPTION_ONE,
	  false },
	{ "sms", "NUMBER…", "mobile numbers", OPTION_MANY, false },
	{ "manager", "EMAIL", "who decides for them", OPTION_ONE, false },
	{ "read-by", "TEXT", "who else reads the mailbox", OPTION_ONE, false },
	{ 0 },
};

/* The first three are for change alone; add has the list from there on. */
enum { STAFF_CHANGE_ONLY = 3 };

static const Option staff_options[] = {
	{ "away", "FROM UNTIL", "days of absence, both included", OPTION_TWO, false },
	{ "cover", "EMAIL", "who stands in", OPTION_ONE, false },
	{ "suspended", "DATE", "the first day of it; \"\" when it is over", OPTION_ONE,
	  false },
	{ "name", "NAME", "as colleagues know them", OPTION_ONE, false },
	{ "manager", "EMAIL", "their line manager", OPTION_ONE, false },
	{ "login", "LOGIN…", "logins besides the address", OPTION_MANY, false },
	{ "also", "ADDRESS…", "other addresses, private ones too", OPTION_MANY, false },
	{ "number", "PHONE…", "work telephone numbers", OPTION_MANY, false },
	{ "role", "ROLE…", "worker manager lead duty rule-admin auditor admin automatic",
	  OPTION_MANY, false },
	{ "members", "EMAIL…", "who is in this team", OPTION_MANY, false },
	{ "unix-user", "USER", "their user on this host", OPTION_ONE, false },
	{ 0 },
};

static const Option staff_end_options[] = {
	{ "cover", "EMAIL", "who takes over", OPTION_ONE, false },
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ 0 },
};

static const Option staff_export_options[] = {
	{ "from", "DATE", "the first day", OPTION_ONE, false },
	{ "until", "DATE", "the last day", OPTION_ONE, false },
	{ "to", "DIR", "a directory that is made for it", OPTION_ONE, true },
	{ "zip", NULL, "one file DIR.zip instead", OPTION_FLAG, true },
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ 0 },
};

static const Option agreement_add_options[] = {
	{ "case", "CASE", "the young person", OPTION_ONE, false },
	{ "staff", "EMAIL[,EMAIL…]", "who may write; people or teams", OPTION_ONE,
	  false },
	{ "purpose", "TEXT", "what it is for", OPTION_ONE, false },
	{ "from", "DATE", "its first day", OPTION_ONE, false },
	{ "until", "DATE", "its last day", OPTION_ONE, false },
	{ "agreed", "DATE", "when it was agreed with the young person", OPTION_ONE,
	  false },
	{ "informed", "DATE", "when they were told that mail is kept and may be read",
	  OPTION_ONE, false },
	{ "channel", "email,text,call", "email unless said", OPTION_ONE, false },
	{ "parent", "NAME", "the parent or carer who is aware", OPTION_ONE, false },
	{ "parent-aware", "DATE", "when they were told", OPTION_ONE, false },
	{ "parent-permits", "DATE", "when they gave permission", OPTION_ONE, false },
	{ "decision", "TEXT", "instead of --parent: your decision as manager or lead",
	  OPTION_ONE, false },
	{ "of-age", NULL, "instead of --parent: they have reached aware-age", OPTION_FLAG,
	  false },
	{ 0 },
};

static const Option agreement_list_options[] = {
	{ "case", "CASE", "of one young person", OPTION_ONE, false },
	{ "staff", "EMAIL", "of one member of staff", OPTION_ONE, false },
	{ "expiring", "DAYS", "that end within so many days", OPTION_ONE, false },
	{ 0 },
};

static const Option import_options[] = {
	{ "dry-run", NULL, "show what would be done, do nothing", OPTION_FLAG, false },
	{ "really", NULL, "although it ends more than 5 % of what is registered",
	  OPTION_FLAG, false },
	{ 0 },
};

static const Option register_export_options[] = {
	{ "postfix-access", NULL, "young people's addresses as a check_sender_access map",
	  OPTION_FLAG, false },
	{ 0 },
};

static const Option held_list_options[] = {
	{ "all", NULL, "what was decided, too", OPTION_FLAG, false },
	{ "mine", NULL, "what I wrote", OPTION_FLAG, false },
	{ 0 },
};

static const Option held_release_options[] = {
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ "to", "RCPT…", "to these recipients alone", OPTION_MANY, false },
	{ "again", NULL, "although it may have been delivered already (state unknown)",
	  OPTION_FLAG, false },
	{ 0 },
};

static const Option case_list_options[] = {
	{ "search", "WORDS", "what is on record with these words: see chaperone(1)",
	  OPTION_ONE, false },
	{ 0 },
};

static const Option case_export_options[] = {
	{ "to", "DIR", "a directory that is made for it", OPTION_ONE, true },
	{ "zip", NULL, "one file DIR.zip instead", OPTION_FLAG, true },
	{ "pdf", NULL, "the chronology on paper as well, by Chromium", OPTION_FLAG,
	  true },
	{ "include-others", NULL, "records of other young people too, as they are",
	  OPTION_FLAG, false },
	{ "reason", "TEXT", "why others are included; it goes on record", OPTION_ONE,
	  false },
	{ "for", "subject", "to read, for the one whom it is about; needs --redact",
	  OPTION_ONE, false },
	{ "redact", "FILE", "who is taken out, a line each: WORDS : REASON", OPTION_ONE,
	  false },
	{ 0 },
};

static const Option case_class_options[] = {
	{ "class", "CLASS…", "what retention.table keeps it by; replaces what was said",
	  OPTION_MANY, false },
	{ "event", "NAME=DATE…", "when something happened; \"NAME=\" takes it away",
	  OPTION_MANY, false },
	{ 0 },
};

static const Option hold_options[] = {
	{ "authority", "WHO", "who wants it kept, each for itself", OPTION_ONE, false },
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ 0 },
};

static const Option refile_options[] = {
	{ "from", "CASE", "where it stands by mistake", OPTION_ONE, false },
	{ "to", "CASE", "where it belongs", OPTION_ONE, false },
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ 0 },
};

static const Option request_options[] = {
	{ "kind", "KIND", "subject-access unless said", OPTION_ONE, false },
	{ "received", "DATE", "the day on which it came: a month runs from it",
	  OPTION_ONE, false },
	{ "reason", "TEXT", "why it is closed by hand; it goes on record", OPTION_ONE,
	  false },
	{ "all", NULL, "those that were answered, too", OPTION_FLAG, false },
	{ 0 },
};

static const Option propose_options[] = {
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ "case", "CASE", "of a record in several: the one that lets it go", OPTION_ONE,
	  false },
	{ 0 },
};

static const Option record_options[] = {
	{ "case", "CASE", "the young person", OPTION_ONE, false },
	{ "staff", "EMAIL", "the member of staff", OPTION_ONE, false },
	{ "at", "TIME", "when it happened", OPTION_ONE, false },
	{ "direction", "in|out", "from the young person, or to them", OPTION_ONE, false },
	{ "with", "NUMBER", "the other number", OPTION_ONE, false },
	{ "phone", "work|personal", "whose telephone the member of staff used",
	  OPTION_ONE, false },
	{ "kind", "concern|number-given|image-report", "what it is about", OPTION_ONE,
	  false },
	{ 0 },
};

static const Option adopt_options[] = {
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ "against", "FILE…", "checkpoints and proofs that were kept elsewhere",
	  OPTION_MANY, false },
	{ 0 },
};

static const Option verify_options[] = {
	{ "since", "TIME", "records from then on", OPTION_ONE, false },
	{ "case", "CASE", "one case's records", OPTION_ONE, false },
	{ "against", "FILE", "a checkpoint or a proof that was kept elsewhere",
	  OPTION_ONE, false },
	{ "incremental", NULL, "only what came after it, or after the last time",
	  OPTION_FLAG, false },
	{ 0 },
};

static const Option extract_options[] = {
	{ "to", "FILE", "write it there, not to standard output", OPTION_ONE, true },
	{ 0 },
};

static const Option replay_options[] = {
	{ "since", "TIME",
	  "messages from then on; interrupted, the same command goes on where it was",
	  OPTION_ONE, false },
	{ 0 },
};

static const Option unseal_options[] = {
	{ "key", "FILE", "your key: PKCS#12, or PEM; none: what is sealed, as it is",
	  OPTION_ONE, true },
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ "present", "NAME", "who else is there; it goes on record", OPTION_ONE, false },
	{ "passphrase-file", "FILE", "its first line opens the key", OPTION_ONE, true },
	{ "to", "FILE", "write it there, not to standard output", OPTION_ONE, true },
	{ 0 },
};

static const Option rewrap_options[] = {
	{ "key", "FILE", "your key: PKCS#12, or PEM", OPTION_ONE, true },
	{ "reason", "TEXT", "why; it goes on record", OPTION_ONE, false },
	{ "present", "NAME", "who else is there; it goes on record", OPTION_ONE, false },
	{ "passphrase-file", "FILE", "its first line opens the key", OPTION_ONE, true },
	{ 0 },
};

static const Option outcome_options[] = {
	{ "safe", NULL, "it may be passed on; takes two people, one after the other",
	  OPTION_FLAG, false },
	{ "evidence", "REF", "referred, and to whom", OPTION_ONE, false },
	{ "police", "REF", "the police have it: their reference", OPTION_ONE, false },
	{ "destroyed", "REF", "after the police, on whose word", OPTION_ONE, false },
	{ "told", "DATE", "when the young person was told", OPTION_ONE, false },
	{ 0 },
};

static const Option explain_options[] = {
	{ "from", "ADDRESS", "the envelope sender", OPTION_ONE, false },
	{ "to", "RCPT…", "the envelope recipients", OPTION_MANY, false },
	{ "login", "EMAIL", "sent with this login", OPTION_ONE, false },
	{ "outside", NULL, "it came from outside", OPTION_FLAG, false },
	{ "at", "TIME", "as if it were then", OPTION_ONE, false },
	{ 0 },
};

static const Verb verbs[] = {
	{ "person", "add", "register a young person", "CASE", "name born", person_options,
	  VERB_DAEMON, false },
	{ "person", "change", "change what is registered; a list replaces the list",
	  "CASE", "", person_options, VERB_DAEMON, false },
	{ "person", "list", "list young people", "", "", all_option, VERB_DAEMON, false },
	{ "person", "show", "show a young person and their agreements", "CASE", "",
	  person_show_options, VERB_DAEMON, false },
	{ "person", "end", "the case has ended; they stay in scope", "CASE", "reason",
	  reason_option, VERB_DAEMON, false },
	{ "person", "remove", "take an ended person out of scope", "CASE", "reason",
	  reason_option, VERB_DAEMON, false },

	{ "staff", "add", "register a member of staff or a team", "EMAIL", "name",
	  staff_options + STAFF_CHANGE_ONLY, VERB_DAEMON, false },
	{ "staff", "change", "change what is registered; a list replaces the list",
	  "EMAIL", "", staff_options, VERB_DAEMON, false },
	{ "staff", "list", "list staff", "", "", all_option, VERB_DAEMON, false },
	{ "staff", "show", "show a member of staff", "EMAIL", "", no_options, VERB_DAEMON,
	  false },
	{ "staff", "end", "they leave the agency", "EMAIL", "cover reason",
	  staff_end_options, VERB_DAEMON, false },
	{ "staff", "export", "write all that they wrote and received to files", "EMAIL",
	  "from until to reason", staff_export_options, VERB_DAEMON, false },

	{ "contact", "add", "register who else may be on mail with them", "",
	  "name role address", contact_add_options, VERB_DAEMON, false },
	{ "contact", "list", "list contacts", "", "", contact_list_options, VERB_DAEMON,
	  false },
	{ "contact", "end", "end a contact today", "ID", "reason", reason_option,
	  VERB_DAEMON, false },

	{ "agreement", "add", "record that staff may write to a young person", "",
	  "case staff purpose from until agreed informed", agreement_add_options,
	  VERB_DAEMON, false },
	{ "agreement", "list", "list agreements", "", "", agreement_list_options,
	  VERB_DAEMON, false },
	{ "agreement", "show", "show an agreement", "ID", "", no_options, VERB_DAEMON,
	  false },
	{ "agreement", "end", "end an agreement today", "ID", "reason", reason_option,
	  VERB_DAEMON, false },

	{ "register", "import", "bring in a spreadsheet: all of it or nothing",
	  "FILE.csv", "", import_options, VERB_DAEMON, true },
	{ "register", "export", "print the register as a spreadsheet", "", "",
	  register_export_options, VERB_DAEMON, false },

	{ "held", "list", "list mail that waits for a decision", "", "",
	  held_list_options, VERB_DAEMON, false },
	{ "held", "show", "show a held message's findings and history", "ID", "",
	  no_options, VERB_DAEMON, false },
	{ "held", "release", "deliver it", "ID", "reason", held_release_options,
	  VERB_DAEMON, false },
	{ "held", "refuse", "never deliver it", "ID", "reason", reason_option,
	  VERB_DAEMON, false },
	{ "held", "withdraw", "take back what I wrote", "ID", "", no_options, VERB_DAEMON,
	  false },

	{ "case", "list", "list cases", "", "", case_list_options, VERB_DAEMON, false },
	{ "case", "show", "show what is on record, in order", "CASE", "", no_options,
	  VERB_DAEMON, false },
	{ "case", "export", "write a case to files that openssl can check", "CASE", "to",
	  case_export_options, VERB_EITHER, false },

	{ "case", "restrict", "let only leads read a record from now on", "ID", "reason",
	  reason_option, VERB_DAEMON, false },

	{ "case", "class", "say what a case is kept by, and when what happened", "CASE",
	  "", case_class_options, VERB_DAEMON, false },
	{ "case", "hold", "keep all of a case until it is lifted", "add|lift CASE",
	  "authority reason", hold_options, VERB_DAEMON, false },
	{ "case", "refile", "put a record into the right case", "ID", "from to reason",
	  refile_options, VERB_DAEMON, false },
	{ "case", "request", "what people asked to be told of themselves, and by when",
	  "add|list|close [CASE|ID]", "", request_options, VERB_DAEMON, false },

	{ "erase", "due", "list what need not be kept any more, and what waits", "", "",
	  no_options, VERB_DAEMON, false },
	{ "erase", "propose", "ask another lead to have it erased", "ID|CASE", "reason",
	  propose_options, VERB_DAEMON, false },
	{ "erase", "approve", "agree to what another lead proposed", "ID", "", no_options,
	  VERB_DAEMON, false },
	{ "erase", "cancel", "take a proposal back, approved or not", "ID", "",
	  no_options, VERB_DAEMON, false },

	{ "record", "text", "write down a text message", "FILE|-", "case staff at",
	  record_options, VERB_DAEMON, true },
	{ "record", "call", "write down a telephone call", "FILE|-", "case staff at",
	  record_options, VERB_DAEMON, true },
	{ "record", "note", "write down what else matters", "FILE|-", "case staff at",
	  record_options, VERB_DAEMON, true },
	{ "record", "mail", "keep mail that came another way", "FILE.eml|-",
	  "case staff at", record_options, VERB_DAEMON, true },

	{ "archive", "verify",
	  "check every record against its signature, chain and index", "", "",
	  verify_options, VERB_EITHER, false },
	{ "archive", "reindex", "make the index anew from the records", "", "",
	  no_options, VERB_EITHER, false },
	{ "archive", "adopt", "go on from a copy that was restored", "", "reason",
	  adopt_options, VERB_DAEMON, false },
	{ "archive", "stamp", "have the log stamped by the time authority now", "", "",
	  no_options, VERB_DAEMON, false },
	{ "archive", "extract", "print a message's exact bytes as received", "ID", "",
	  extract_options, VERB_DAEMON, false },
	{ "archive", "unseal", "open what was sealed, with your own key", "ID",
	  "key reason present", unseal_options, VERB_DAEMON, false },
	{ "archive", "rewrap", "seal it anew for the leads of now, with your own key",
	  "ID", "key reason present", rewrap_options, VERB_DAEMON, false },
	{ "archive", "outcome", "record what became of what was sealed", "ID", "",
	  outcome_options, VERB_DAEMON, false },
	{ "archive", "prove", "print the proof that a record is in the log", "ID", "",
	  extract_options, VERB_DAEMON, false },
	{ "archive", "status", "size and state of the archive", "", "", no_options,
	  VERB_DAEMON, false },

	{ "rules", "check", "read the rules and list what is wrong", "[PATH]", "",
	  no_options, VERB_HERE, false },
	{ "rules", "list", "list rules and checks as they are in force", "", "",
	  no_options, VERB_DAEMON, false },
	{ "rules", "explain", "judge a message without sending it", "FILE.eml", "from to",
	  explain_options, VERB_DAEMON, true },
	{ "rules", "replay", "try rules on the archive: what would change", "[PATH]", "",
	  replay_options, VERB_DAEMON, false },
	{ "rules", "approve", "let a changed set of rules come into force", "VERSION", "",
	  no_options, VERB_DAEMON, false },

	{ "init", "", "make archive and keys, as the configuration says", "", "",
	  no_options, VERB_HERE, false },
	{ "status", "", "what the daemon saw and how it is", "", "", no_options,
	  VERB_DAEMON, false },
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

const char *
verbs_area(const char *area)
{
	for (const Verb *verb = verbs; verb->area != NULL; verb++)
		if (strcmp(verb->area, area) == 0)
			return verb->area;
	return NULL;
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
	g_ptr_array_add(names, g_strdup(name));
}

GPtrArray *
verbs_area_names(void)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (const Verb *verb = verbs; verb->area != NULL; verb++)
		add_name(names, verb->area);
	return names;
}

GPtrArray *
verbs_verb_names(const char *area)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (const Verb *verb = verbs; verb->area != NULL; verb++)
		if (strcmp(verb->area, area) == 0)
			add_name(names, verb->name);
	return names;
}

GPtrArray *
verbs_option_names(const Verb *verb)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	if (verb != NULL)
		for (const Option *option = verb->options; option->name != NULL; option++)
			add_name(names, option->name);
	for (const Option *option = common_options; option->name != NULL; option++)
		add_name(names, option->name);
	return names;
}
