/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show.c - which columns each verb's result has, and what an empty one means
 */
#include "config.h"

#include "console/show.h"

#include "console/table.h"

#include <string.h>

static const char red[] = "\033[31m", green[] = "\033[32m", plain[] = "\033[0m";

static const Column person_columns[] = {
	{ "CASE", "case", CELL_PLAIN },   { "NAME", "name", CELL_PLAIN },
	{ "BORN", "born", CELL_PLAIN },   { "ADDRESSES", "addresses", CELL_PLAIN },
	{ "SMS", "sms", CELL_PLAIN },     { "MANAGER", "manager", CELL_PLAIN },
	{ "STATE", "state", CELL_PLAIN }, { 0 },
};

static const Column person_fields[] = {
	{ "case", "case", CELL_PLAIN },
	{ "name", "name", CELL_PLAIN },
	{ "born", "born", CELL_PLAIN },
	{ "born estimated", "born_estimated", CELL_PLAIN },
	{ "addresses", "addresses", CELL_PLAIN },
	{ "shared", "shared", CELL_PLAIN },
	{ "via", "via", CELL_PLAIN },
	{ "sms", "sms", CELL_PLAIN },
	{ "manager", "manager", CELL_PLAIN },
	{ "read by", "read_by", CELL_PLAIN },
	{ "state", "state", CELL_PLAIN },
	{ "reason", "state_reason", CELL_PLAIN },
	{ 0 },
};

static const Column staff_columns[] = {
	{ "EMAIL", "email", CELL_PLAIN },      { "NAME", "name", CELL_PLAIN },
	{ "ROLES", "roles", CELL_PLAIN },      { "MANAGER", "manager", CELL_PLAIN },
	{ "MEMBERS", "members", CELL_PLAIN },  { "AWAY", "away_from", CELL_PLAIN },
	{ "UNTIL", "away_until", CELL_PLAIN }, { "COVER", "cover", CELL_PLAIN },
	{ "ENDED", "ended", CELL_PLAIN },      { 0 },
};

static const Column staff_fields[] = {
	{ "email", "email", CELL_PLAIN },
	{ "name", "name", CELL_PLAIN },
	{ "roles", "roles", CELL_PLAIN },
	{ "manager", "manager", CELL_PLAIN },
	{ "logins", "logins", CELL_PLAIN },
	{ "also", "also", CELL_PLAIN },
	{ "numbers", "numbers", CELL_PLAIN },
	{ "members", "members", CELL_PLAIN },
	{ "unix user", "unix_user", CELL_PLAIN },
	{ "away from", "away_from", CELL_PLAIN },
	{ "away until", "away_until", CELL_PLAIN },
	{ "cover", "cover", CELL_PLAIN },
	{ "suspended", "suspended", CELL_PLAIN },
	{ "ended", "ended", CELL_PLAIN },
	{ "reason", "end_reason", CELL_PLAIN },
	{ 0 },
};

static const Column contact_columns[] = {
	{ "ID", "id", CELL_PLAIN },
	{ "CASE", "case", CELL_PLAIN },
	{ "NAME", "name", CELL_PLAIN },
	{ "ROLE", "role", CELL_PLAIN },
	{ "ADDRESS", "address", CELL_PLAIN },
	{ "UNTIL", "until", CELL_PLAIN },
	{ "PRIVATE", "private", CELL_PLAIN },
	{ "ENDED", "ended", CELL_PLAIN },
	{ 0 },
};

static const Column story_columns[] = {
	{ "TIME", "time", CELL_TIME },      { "TYPE", "type", CELL_PLAIN },
	{ "WHAT", "what", CELL_PLAIN },     { "FIELDS", "changed", CELL_PLAIN },
	{ "REASON", "reason", CELL_PLAIN }, { "BY", "actor", CELL_PLAIN },
	{ "ID", "id", CELL_PLAIN },         { 0 },
};

static const Column agreement_columns[] = {
	{ "ID", "id", CELL_PLAIN },         { "CASE", "case", CELL_PLAIN },
	{ "STAFF", "staff", CELL_PLAIN },   { "CHANNELS", "channels", CELL_PLAIN },
	{ "FROM", "from", CELL_PLAIN },     { "UNTIL", "until", CELL_PLAIN },
	{ "GROUND", "ground", CELL_PLAIN }, { "PURPOSE", "purpose", CELL_PLAIN },
	{ "ENDED", "ended", CELL_PLAIN },   { 0 },
};

static const Column agreement_fields[] = {
	{ "id", "id", CELL_PLAIN },
	{ "case", "case", CELL_PLAIN },
	{ "staff", "staff", CELL_PLAIN },
	{ "channels", "channels", CELL_PLAIN },
	{ "purpose", "purpose", CELL_PLAIN },
	{ "from", "from", CELL_PLAIN },
	{ "until", "until", CELL_PLAIN },
	{ "agreed", "agreed", CELL_PLAIN },
	{ "informed", "informed", CELL_PLAIN },
	{ "ground", "ground", CELL_PLAIN },
	{ "parent", "parent", CELL_PLAIN },
	{ "parent aware", "parent_aware", CELL_PLAIN },
	{ "parent permits", "parent_permits", CELL_PLAIN },
	{ "decision", "decision", CELL_PLAIN },
	{ "decided by", "decided_by", CELL_PLAIN },
	{ "ended", "ended", CELL_PLAIN },
	{ "reason", "end_reason", CELL_PLAIN },
	{ 0 },
};

static const Column held_columns[] = {
	{ "ID", "id", CELL_PLAIN },           { "WAITS", "age_seconds", CELL_AGE },
	{ "STATE", "state", CELL_PLAIN },     { "FROM", "from", CELL_PLAIN },
	{ "TO", "to", CELL_PLAIN },           { "WHY", "findings", CELL_FINDINGS },
	{ "DECIDES", "decides", CELL_PLAIN }, { 0 },
};

static const Column held_fields[] = {
	{ "id", "id", CELL_PLAIN },
	{ "received", "time", CELL_TIME },
	{ "waits", "age_seconds", CELL_AGE },
	{ "state", "state", CELL_PLAIN },
	{ "from", "from", CELL_PLAIN },
	{ "author", "author", CELL_PLAIN },
	{ "to", "to", CELL_PLAIN },
	{ "subject", "subject", CELL_PLAIN },
	{ "cases", "cases", CELL_PLAIN },
	{ "decides", "decides", CELL_PLAIN },
	{ 0 },
};

static const Column recipient_columns[] = {
	{ "RECIPIENT", "to", CELL_PLAIN },
	{ "STATE", "state", CELL_PLAIN },
	{ "THE SERVER SAID", "reply", CELL_PLAIN },
	{ 0 },
};

static const Column finding_columns[] = {
	{ "FINDING", "rule", CELL_PLAIN },  { "PAR", "paragraph", CELL_PLAIN },
	{ "ACTION", "action", CELL_PLAIN }, { "WHERE", "where", CELL_PLAIN },
	{ "REASON", "reason", CELL_PLAIN }, { "SEEN", "excerpt", CELL_PLAIN },
	{ "IN", "context", CELL_PLAIN },    { 0 },
};

static const Column history_columns[] = {
	{ "TIME", "time", CELL_TIME },    { "STATE", "state", CELL_PLAIN },
	{ "BY", "by", CELL_PLAIN },       { "REASON", "reason", CELL_PLAIN },
	{ "REPLY", "reply", CELL_PLAIN }, { 0 },
};

static const Column case_columns[] = {
	{ "CASE", "case", CELL_PLAIN },
	{ "NAME", "name", CELL_PLAIN },
	{ "RECORDS", "records", CELL_PLAIN },
	{ 0 },
};

static const Column entry_columns[] = {
	{ "TIME", "time", CELL_TIME },        { "TYPE", "type", CELL_PLAIN },
	{ "WAY", "direction", CELL_PLAIN },   { "VERDICT", "verdict", CELL_PLAIN },
	{ "FROM", "from", CELL_PLAIN },       { "TO", "to", CELL_PLAIN },
	{ "SUBJECT", "subject", CELL_PLAIN }, { "FINDINGS", "findings", CELL_FINDINGS },
	{ "ID", "id", CELL_PLAIN },           { 0 },
};

static const Column problem_columns[] = {
	{ "RECORD", "id", CELL_PLAIN },
	{ "PROBLEM", "problem", CELL_PLAIN },
	{ "DETAIL", "detail", CELL_PLAIN },
	{ 0 },
};

static const Column archive_fields[] = {
	{ "records", "records", CELL_PLAIN },
	{ "indexed", "indexed", CELL_PLAIN },
	{ "log", "log", CELL_PLAIN },
	{ "last stamp", "last_stamp", CELL_TIME },
	{ "held", "held", CELL_PLAIN },
	{ "oldest held", "oldest_held_seconds", CELL_AGE },
	{ 0 },
};

static const Column adopt_fields[] = {
	{ "the log goes on as", "origin", CELL_PLAIN },
	{ "lost", "lost", CELL_PLAIN },
	{ 0 },
};

static const Column stamp_fields[] = {
	{ "last stamp", "last_stamp", CELL_TIME },
	{ 0 },
};

static const Column status_fields[] = {
	{ "fault", "fault", CELL_PLAIN },
	{ "messages seen", "seen", CELL_PLAIN },
	{ "in scope", "in_scope", CELL_PLAIN },
	{ "verdicts", "verdicts", CELL_PLAIN },
	{ "records", "records", CELL_PLAIN },
	{ "index", "index", CELL_PLAIN },
	{ "last checkpoint", "last_checkpoint", CELL_TIME },
	{ "last stamp", "last_stamp", CELL_TIME },
	{ "held", "held", CELL_PLAIN },
	{ "oldest held", "oldest_held_seconds", CELL_AGE },
	{ "disk free", "disk_free_bytes", CELL_SIZE },
	{ "policy", "policy_version", CELL_PLAIN },
	{ "enforce", "enforce", CELL_PLAIN },
	{ "switched off", "switched_off", CELL_PLAIN },
	{ "rules at limit", "rule_limits", CELL_PLAIN },
	{ 0 },
};

static const Column rule_columns[] = {
	{ "NAME", "name", CELL_PLAIN },       { "KIND", "kind", CELL_PLAIN },
	{ "ACTION", "action", CELL_PLAIN },   { "PAR", "paragraph", CELL_PLAIN },
	{ "DECIDES", "decides", CELL_PLAIN }, { "REASON", "reason", CELL_PLAIN },
	{ "FILE", "file", CELL_PLAIN },       { 0 },
};

static const Column explain_fields[] = {
	{ "in scope", "scope", CELL_PLAIN },
	{ "direction", "direction", CELL_PLAIN },
	{ "verdict", "verdict", CELL_PLAIN },
	{ "enforced", "enforced", CELL_PLAIN },
	{ "decides", "decides", CELL_PLAIN },
	{ "policy", "policy_version", CELL_PLAIN },
	{ 0 },
};

static const Column replay_fields[] = {
	{ "candidate", "policy_version", CELL_PLAIN },
	{ "judged", "judged", CELL_PLAIN },
	{ "verdict differs", "changed", CELL_PLAIN },
	{ "cannot be judged anew", "skipped", CELL_PLAIN },
	{ "differ by program version", "by_program", CELL_PLAIN },
	{ "with people erased since", "unknown_people", CELL_PLAIN },
	{ "last", "last", CELL_PLAIN },
	{ "gone on after", "resumed", CELL_PLAIN },
	{ 0 },
};

static const Column replay_verdicts[] = {
	{ "FROM", "from", CELL_PLAIN },
	{ "TO", "to", CELL_PLAIN },
	{ "COUNT", "count", CELL_PLAIN },
	{ "FOR EXAMPLE", "ids", CELL_PLAIN },
	{ 0 },
};

static const Column replay_rules[] = {
	{ "RULE", "rule", CELL_PLAIN },
	{ "ON RECORD", "before", CELL_PLAIN },
	{ "CANDIDATE", "after", CELL_PLAIN },
	{ "MORE", "gained", CELL_PLAIN },
	{ "FOR EXAMPLE", "gained_ids", CELL_PLAIN },
	{ "FEWER", "lost", CELL_PLAIN },
	{ "FOR EXAMPLE", "lost_ids", CELL_PLAIN },
	{ 0 },
};

static const Column extract_fields[] = {
	{ "id", "id", CELL_PLAIN },
	{ "sha256", "sha256", CELL_PLAIN },
	{ "length", "length", CELL_PLAIN },
	{ 0 },
};

static const Column prove_fields[] = {
	{ "id", "id", CELL_PLAIN },
	{ "index in the log", "index", CELL_PLAIN },
	{ "size of the log", "size", CELL_PLAIN },
	{ 0 },
};

/* How the result of a verb is shown. */
typedef struct View {
	const char *area, *verb;
	void (*show)(GString *out, const json_t *result, const struct View *view,
		     const Look *look);
	const Column *columns;
	const char *empty; /* said of a list without rows */
} View;

static void
add_color(GString *out, const Look *look, const char *color, const char *text)
{
	g_string_append_printf(out, "%s%s%s\n", look->has_color ? color : "", text,
			       look->has_color ? plain : "");
}

/* A list below the fields, set off by an empty line; nothing when it is empty. */
static void
add_rows(GString *out, const json_t *rows, const Column *columns, const Look *look)
{
	if (json_array_size(rows) == 0)
		return;
	if (out->len > 0)
		g_string_append_c(out, '\n');
	table_rows(out, rows, columns, look->zone);
}

static void
show_id(GString *out, const json_t *result, const View *view, const Look *look)
{
	g_autofree char *id = table_cell(json_object_get(result, "id"), CELL_PLAIN, NULL);

	(void)view;
	(void)look;
	g_string_append_printf(out, "%s\n", id);
}

static void
show_list(GString *out, const json_t *result, const View *view, const Look *look)
{
	if (json_array_size(result) == 0)
		g_string_append_printf(out, "%s\n", view->empty);
	else
		table_rows(out, result, view->columns, look->zone);
}

/* With a search each case is followed by what was found of it. */
static void
show_cases(GString *out, const json_t *result, const View *view, const Look *look)
{
	bool is_search = json_object_get(json_array_get(result, 0), "matches") != NULL;
	json_t *line;
	gsize i;

	if (!is_search) {
		show_list(out, result, view, look);
		return;
	}
	json_array_foreach(result, i, line) {
		g_autoptr(json_t) one = json_array();

		json_array_append(one, line);
		add_rows(out, one, view->columns, look);
		add_rows(out, json_object_get(line, "matches"), entry_columns, look);
	}
}

static const Column case_hold_columns[] = {
	{ "ON HOLD BY", "authority", CELL_PLAIN },
	{ "REASON", "reason", CELL_PLAIN },
	{ "SINCE", "since", CELL_TIME },
	{ "PUT BY", "by", CELL_PLAIN },
	{ 0 },
};

static void
show_fields(GString *out, const json_t *result, const View *view, const Look *look)
{
	table_fields(out, result, view->columns, look->zone);
}

static void
show_person(GString *out, const json_t *result, const View *view, const Look *look)
{
	show_fields(out, result, view, look);
	add_rows(out, json_object_get(result, "agreements"), agreement_columns, look);
	add_rows(out, json_object_get(result, "history"), story_columns, look);
}

static void
show_held(GString *out, const json_t *result, const View *view, const Look *look)
{
	show_fields(out, result, view, look);
	add_rows(out, json_object_get(result, "recipients"), recipient_columns, look);
	add_rows(out, json_object_get(result, "findings"), finding_columns, look);
	add_rows(out, json_object_get(result, "history"), history_columns, look);
}

static void
show_release(GString *out, const json_t *result, const View *view, const Look *look)
{
	show_id(out, result, view, look);
	table_rows(out, json_object_get(result, "recipients"), recipient_columns,
		   look->zone);
}

static void
show_case(GString *out, const json_t *result, const View *view, const Look *look)
{
	show_list(out, json_object_get(result, "entries"), view, look);
	add_rows(out, json_object_get(result, "holds"), case_hold_columns, look);
}

static const Column due_columns[] = {
	{ "CASE", "case", CELL_PLAIN },     { "NAME", "name", CELL_PLAIN },
	{ "UNTIL", "until", CELL_PLAIN },   { "BY", "rule", CELL_PLAIN },
	{ "KEPT, FOR", "why", CELL_PLAIN }, { 0 },
};

static const Column sealed_columns[] = {
	{ "SEALED WITH", "id", CELL_PLAIN },
	{ "SINCE", "since", CELL_TIME },
	{ "OUTCOME", "outcome", CELL_PLAIN },
	{ "OVERDUE", "overdue", CELL_PLAIN },
	{ "NEED NOT BE KEPT", "due", CELL_PLAIN },
	{ "BY", "rule", CELL_PLAIN },
	{ 0 },
};

static const Column proposal_columns[] = {
	{ "PROPOSED", "id", CELL_PLAIN },     { "CASE", "case", CELL_PLAIN },
	{ "RECORD", "record", CELL_PLAIN },   { "STATE", "state", CELL_PLAIN },
	{ "BY", "proposed_by", CELL_PLAIN },  { "APPROVED", "approved_by", CELL_PLAIN },
	{ "GOES AFTER", "after", CELL_TIME }, { "STOPPED BY", "stopped_by", CELL_PLAIN },
	{ "REASON", "reason", CELL_PLAIN },   { 0 },
};

static const Column request_columns[] = {
	{ "ID", "id", CELL_PLAIN },        { "CASE", "case", CELL_PLAIN },
	{ "KIND", "kind", CELL_PLAIN },    { "RECEIVED", "received", CELL_PLAIN },
	{ "DUE", "due", CELL_PLAIN },      { "DAYS LEFT", "days_left", CELL_PLAIN },
	{ "CLOSED", "closed", CELL_TIME }, { 0 },
};

static void
show_due(GString *out, const json_t *result, const View *view, const Look *look)
{
	static const struct {
		const char *key, *title;
		const Column *columns;
	} lists[] = {
		{ "due", "need not be kept any more:", due_columns },
		{ "no_rule", "kept, because no rule says until when:", due_columns },
		{ "sealed",
		  "sealed pictures and films to decide about:", sealed_columns },
		{ "proposals", "proposed or approved to be erased:", proposal_columns },
	};

	(void)view;
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		const json_t *list = json_object_get(result, lists[i].key);

		if (json_array_size(list) == 0)
			continue;
		g_string_append_printf(out, "%s%s\n", out->len > 0 ? "\n" : "",
				       lists[i].title);
		table_rows(out, list, lists[i].columns, look->zone);
	}
	if (out->len == 0)
		g_string_append(out, "nothing is due\n");
}

/* The log, or the id of what was done to it. */
static void
show_request(GString *out, const json_t *result, const View *view, const Look *look)
{
	if (json_is_array(result))
		show_list(out, result, view, look);
	else
		show_id(out, result, view, look);
}

static void
show_export(GString *out, const json_t *result, const View *view, const Look *look)
{
	(void)view;
	(void)look;
	g_string_append_printf(out, "%" G_GINT64_FORMAT " files: start with %s\n",
			       json_number(result, "files", 0),
			       json_text(result, "for") != NULL
				       ? "CHRONOLOGY.html, and read it before it goes out"
				       : "VERIFY.txt");
}

static void
show_verify(GString *out, const json_t *result, const View *view, const Look *look)
{
	const json_t *problems = json_object_get(result, "problems");
	g_autofree char *records =
		table_cell(json_object_get(result, "records"), CELL_PLAIN, NULL);
	g_autofree char *whole =
		g_strdup_printf("%s records: everything is whole", records);
	g_autofree char *broken = g_strdup_printf("%s records: problems found: %zu",
						  records, json_array_size(problems));
	gsize i;
	json_t *note;

	add_rows(out, problems, view->columns, look);
	json_array_foreach(json_object_get(result, "notes"), i, note) {
		g_autofree char *text = table_cell(note, CELL_PLAIN, NULL);

		g_string_append_printf(out, "note: %s\n", text);
	}
	if (json_truth(result, "ok"))
		add_color(out, look, green, whole);
	else
		add_color(out, look, red, broken);
}

static void
show_reindex(GString *out, const json_t *result, const View *view, const Look *look)
{
	(void)view;
	(void)look;
	g_string_append_printf(out, "%" G_GINT64_FORMAT " records indexed\n",
			       json_number(result, "records", 0));
}

static void
show_status(GString *out, const json_t *result, const View *view, const Look *look)
{
	const json_t *enforce = json_object_get(result, "enforce");
	g_autofree char *text = table_cell(enforce, CELL_PLAIN, NULL);

	show_fields(out, result, view, look);
	if (g_str_has_prefix(text, "no"))
		add_color(out, look, red,
			  "enforce is no: everything is recorded, nothing held");
}

static void
show_explain(GString *out, const json_t *result, const View *view, const Look *look)
{
	const json_t *facts = json_object_get(result, "facts");

	show_fields(out, result, view, look);
	if (!json_truth(result, "scope"))
		g_string_append(out,
				"\nNot between one of us and a registered young person, "
				"so no rule was tried: see person list and staff "
				"list,\nand say with --login who of us sent it, or "
				"with --outside that it came from there.\n");
	add_rows(out, json_object_get(result, "findings"), finding_columns, look);
	if (json_object_size(facts) > 0) {
		/* JSON, so control characters are escaped in it. */
		g_autofree char *text = json_write_pretty(facts);

		g_string_append_printf(out, "\nfacts\n%s\n", text);
	}
}

static void
show_replay(GString *out, const json_t *result, const View *view, const Look *look)
{
	show_fields(out, result, view, look);
	add_rows(out, json_object_get(result, "verdicts"), replay_verdicts, look);
	add_rows(out, json_object_get(result, "rules"), replay_rules, look);
}

static void
show_init(GString *out, const json_t *result, const View *view, const Look *look)
{
	static const char *const kinds[] = { "made", "kept" };
	gsize i;
	json_t *path;

	(void)view;
	(void)look;
	for (guint kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
		json_array_foreach(json_object_get(result, kinds[kind]), i, path) {
			g_autofree char *text = table_cell(path, CELL_PLAIN, NULL);

			g_string_append_printf(out, "%s %s\n", kinds[kind], text);
		}
	}
}

static const Column rules_check_fields[] = {
	{ "rules hold, version", "policy_version", CELL_PLAIN },
	{ "rules", "rules", CELL_PLAIN },
	{ "checks switched off", "off", CELL_PLAIN },
	{ "matching", "matching", CELL_PLAIN },
	{ "configuration", "configuration", CELL_PLAIN },
	{ 0 },
};

static void
show_rules_check(GString *out, const json_t *result, const View *view, const Look *look)
{
	gsize i;
	json_t *problem;

	(void)view;
	json_array_foreach(json_object_get(result, "problems"), i, problem) {
		g_autofree char *text = table_cell(problem, CELL_PLAIN, NULL);

		g_string_append_printf(out, "%s\n", text);
	}
	if (json_truth(result, "ok"))
		table_fields(out, result, rules_check_fields, look->zone);
}

static const Column import_columns[] = {
	{ "LINE", "line", CELL_PLAIN },
	{ "KIND", "kind", CELL_PLAIN },
	{ "KEY", "key", CELL_PLAIN },
	{ 0 },
};

static void
show_import(GString *out, const json_t *result, const View *view, const Look *look)
{
	static const char *const parts[] = { "added", "changed", "ended" };
	bool is_dry = json_truth(result, "dry_run");

	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		const json_t *list = json_object_get(result, parts[i]);

		g_string_append_printf(out, "%s%s: %zu\n", is_dry ? "would be " : "",
				       parts[i], json_array_size(list));
		if (is_dry)
			add_rows(out, list, view->columns, look);
	}
}

static const View views[] = {
	{ "register", "import", show_import, import_columns, NULL },
	{ "person", "list", show_list, person_columns, "nobody is registered" },
	{ "person", "show", show_person, person_fields, NULL },
	{ "contact", "list", show_list, contact_columns, "there is no contact" },
	{ "staff", "list", show_list, staff_columns, "no staff is registered" },
	{ "staff", "show", show_fields, staff_fields, NULL },
	{ "agreement", "list", show_list, agreement_columns, "there is no agreement" },
	{ "agreement", "show", show_fields, agreement_fields, NULL },
	{ "held", "list", show_list, held_columns, "nothing is held" },
	{ "held", "show", show_held, held_fields, NULL },
	{ "held", "release", show_release, NULL, NULL },
	{ "case", "list", show_cases, case_columns, "there is no case" },
	{ "case", "show", show_case, entry_columns, "nothing is on record" },
	{ "case", "export", show_export, NULL, NULL },
	{ "case", "request", show_request, request_columns, "there is no request" },
	{ "erase", "due", show_due, NULL, NULL },
	{ "staff", "export", show_export, NULL, NULL },
	{ "archive", "verify", show_verify, problem_columns, NULL },
	{ "archive", "reindex", show_reindex, NULL, NULL },
	{ "archive", "adopt", show_fields, adopt_fields, NULL },
	{ "archive", "stamp", show_fields, stamp_fields, NULL },
	{ "archive", "extract", show_fields, extract_fields, NULL },
	{ "archive", "prove", show_fields, prove_fields, NULL },
	{ "archive", "status", show_fields, archive_fields, NULL },
	{ "rules", "list", show_list, rule_columns, "there is no rule" },
	{ "rules", "explain", show_explain, explain_fields, NULL },
	{ "rules", "check", show_rules_check, NULL, NULL },
	{ "rules", "replay", show_replay, replay_fields, NULL },
	{ "init", "", show_init, NULL, NULL },
	{ "status", "", show_status, status_fields, NULL },
};

/* Every other verb makes a record. */
static const View record_view = { "", "", show_id, NULL, NULL };

static const View *
find_view(const Verb *verb)
{
	for (guint i = 0; i < G_N_ELEMENTS(views); i++)
		if (strcmp(views[i].area, verb->area) == 0 &&
		    strcmp(views[i].verb, verb->name) == 0)
			return &views[i];
	return &record_view;
}

char *
show_result(const Verb *verb, const json_t *result, const Look *look)
{
	GString *out = g_string_new(NULL);
	const View *view = find_view(verb);

	if (!json_is_null(result))
		view->show(out, result, view, look);
	return g_string_free(out, FALSE);
}
