/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases.c - case list, show, export
 *
 * The index says which records a case has; what they say is read from the records.
 */
#include "config.h"

#include "desk/cases.h"

#include "desk/access.h"
#include "desk/casefile.h"
#include "desk/filing.h"
#include "desk/keeping.h"
#include "desk/restriction.h"
#include "desk/rights.h"
#include "desk/subject.h"
#include "desk/verbs.h"

#include <string.h>

/* The case of the request's word, when it exists and may be read. */
static const Person *
find_case(const Ask *ask, GError **error)
{
	const Person *person = directory_person(ask_directory(ask), ask->words[0]);

	if (!rights_may_read_case(ask, ask->words[0])) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "CASE: '%s' is not yours to read: ask a lead", ask->words[0]);
		return NULL;
	}
	if (person == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "CASE: there is no case '%s': see case list", ask->words[0]);
	return person;
}

static bool
contains_folded(const char *text, const char *words)
{
	g_autofree char *folded = g_utf8_casefold(text, -1);
	g_autofree char *wanted = g_utf8_casefold(words, -1);

	return strstr(folded, wanted) != NULL;
}

/* What a list is made from. */
typedef struct Listing {
	json_t *found; /* what a search found of each case; NULL when all are wanted */
	GHashTable *restricted; /* cases with something restricted */
} Listing;

static bool
is_wanted(const Ask *ask, const Person *person, const json_t *found)
{
	const char *words = json_text(ask->options, "search");

	return rights_may_read_case(ask, person->case_id) &&
	       (found == NULL || contains_folded(person->name, words) ||
		contains_folded(person->case_id, words) ||
		json_object_get(found, person->case_id) != NULL);
}

/* Cases that have something restricted, a set of their ids. */
static GHashTable *
cases_restricted(const Ask *ask, GError **error)
{
	static const char *const labels[] = { "restricted:yes", NULL };
	const StoreQuery query = { .labels = labels };
	g_autoptr(GPtrArray) ids = store_list(ask->desk->store, &query, error);
	GHashTable *cases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; ids != NULL && i < ids->len; i++) {
		g_autoptr(Record) record =
			store_get(ask->desk->store, ids->pdata[i], NULL);
		g_auto(GStrv) in = record == NULL
					   ? g_new0(char *, 1)
					   : filing_cases(ask->desk->store, record);

		for (char **one = in; *one != NULL; one++)
			g_hash_table_add(cases, g_strdup(*one));
	}
	if (ids == NULL)
		g_clear_pointer(&cases, g_hash_table_unref);
	return cases;
}

/* case_id NULL: the agency's. */
static bool
has_private_contact(const Ask *ask, const char *case_id)
{
	const GPtrArray *contacts = directory_contacts(ask_directory(ask), case_id);

	for (guint i = 0; contacts != NULL && i < contacts->len; i++)
		if (((const Contact *)contacts->pdata[i])->is_private)
			return true;
	return false;
}

/* Whether there may be records of it that the actor cannot read. */
static bool
has_closed(const Ask *ask, const Person *person, GHashTable *restricted)
{
	return g_hash_table_contains(restricted, person->case_id) ||
	       (!actor_has_role(ask->actor, STAFF_LEAD | STAFF_AUDITOR) &&
		(has_private_contact(ask, person->case_id) ||
		 has_private_contact(ask, NULL)));
}

/* How many of them the actor can read. */
static guint
count_open(const Ask *ask, const GPtrArray *ids)
{
	guint count = 0;

	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(Record) record =
			store_get(ask->desk->store, ids->pdata[i], NULL);

		count += record != NULL && rights_may_read_record(ask, record);
	}
	return count;
}

static json_t *
case_line(const Ask *ask, const Person *person, const Listing *listing, GError **error)
{
	const json_t *found = listing->found;
	g_autoptr(GPtrArray) ids = filing_list(ask->desk->store, person->case_id, error);
	json_t *matches = json_object_get(found, person->case_id);
	json_t *line = NULL;

	if (ids == NULL)
		return NULL;
	line = json_pack("{s:o, s:o, s:I}", "case", json_text_new(person->case_id),
			 "name", json_text_new(person->name), "records",
			 (json_int_t)(has_closed(ask, person, listing->restricted)
					      ? count_open(ask, ids)
					      : ids->len));
	if (found != NULL)
		json_object_set_new(line, "matches",
				    matches == NULL ? json_array()
						    : json_incref(matches));
	return line;
}

json_t *
cases_list(Ask *ask, GError **error)
{
	const GPtrArray *people = directory_all_people(ask_directory(ask));
	const char *words = json_text(ask->options, "search");
	g_autoptr(json_t) list = json_array();
	g_autoptr(json_t) found = NULL;
	g_autoptr(GHashTable) restricted = NULL;

	if (!access_record(ask, NULL, NULL, error) ||
	    (restricted = cases_restricted(ask, error)) == NULL)
		return NULL;
	if (words != NULL && (found = search_records(ask, words, error)) == NULL)
		return NULL;
	for (guint i = 0; i < people->len; i++) {
		json_t *line = NULL;

		if (!is_wanted(ask, people->pdata[i], found))
			continue;
		line = case_line(ask, people->pdata[i], &(Listing){ found, restricted },
				 error);
		if (line == NULL)
			return NULL;
		json_array_append_new(list, line);
	}
	return g_steal_pointer(&list);
}

/* What a record that is no mail was about, in a few words. */
static const char *
summary(const json_t *payload)
{
	static const char *const keys[] = { "purpose", "action", "kind", "form", "name" };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (json_text(payload, keys[i]) != NULL)
			return json_text(payload, keys[i]);
	return "";
}

static json_t *
value_or(const json_t *payload, const char *key, json_t *otherwise)
{
	json_t *value = json_object_get(payload, key);

	if (value == NULL || !json_is_array(value) != !json_is_array(otherwise))
		return otherwise;
	json_decref(otherwise);
	return json_incref(value);
}

json_t *
case_entry(const Ask *ask, const Record *record)
{
	const json_t *json = record_json(record);
	const json_t *payload = record_payload(record);
	bool is_mail = strcmp(record_type(record), "mail") == 0;
	g_autoptr(Held) held =
		is_mail ? holds_get(ask->desk->holds, record_id(record)) : NULL;
	g_autoptr(json_t) nothing = json_object();
	bool is_judged = json_text(payload, "verdict") != NULL;
	const json_t *mail = is_judged ? payload : nothing;
	json_t *shown =
		json_pack("{s:s, s:O, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:O}", "id",
			  record_id(record), "time", json_object_get(json, "time"),
			  "type", record_type(record), "direction",
			  value_or(payload, "direction", json_null()), "verdict",
			  value_or(mail, "verdict", json_null()), "from",
			  value_or(mail, "from", json_string("")), "to",
			  value_or(mail, "to", json_array()), "subject",
			  is_mail ? value_or(mail, "subject", json_string(""))
				  : json_text_new(summary(payload)),
			  "findings", value_or(mail, "findings", json_array()), "actor",
			  json_object_get(json, "actor"));

	if (held != NULL)
		json_object_set_new(shown, "state",
				    json_string(hold_summary(held->state)));
	if (json_truth(payload, "restricted")) {
		json_object_set_new(shown, "restricted", json_true());
		json_object_set_new(shown, "about",
				    value_or(payload, "about", json_array()));
	}
	if (json_text(mail, "again_of") != NULL)
		json_object_set(shown, "again_of", json_object_get(mail, "again_of"));
	return shown;
}

json_t *
cases_show(Ask *ask, GError **error)
{
	const Person *person = find_case(ask, error);
	g_autoptr(GPtrArray) ids = NULL;
	g_autoptr(json_t) entries = json_array();

	if (person == NULL || !access_record(ask, person->case_id, NULL, error))
		return NULL;
	ids = filing_list(ask->desk->store, person->case_id, error);
	for (guint i = 0; ids != NULL && i < ids->len; i++) {
		g_autoptr(Record) record =
			store_get(ask->desk->store, ids->pdata[i], error);

		if (record == NULL)
			return NULL;
		if (rights_may_read_record(ask, record))
			json_array_append_new(entries, case_entry(ask, record));
	}
	if (ids == NULL)
		return NULL;
	return json_pack("{s:s, s:O, s:o}", "case", person->case_id, "entries", entries,
			 "holds", keeping_holds(ask->desk->store, person->case_id));
}

/* The decision names whoever is on the message, so that it is hidden from the same. */
static void
take_about(const json_t *of, json_t *payload)
{
	static const char *const keys[] = { "about", "to", "header_authors", "author",
					    "from" };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (json_object_get(of, keys[i]) != NULL)
			json_object_set(payload, keys[i], json_object_get(of, keys[i]));
}

/* From now on for leads alone, each record of the same message too; the records themselves
 * stay as they are. */
json_t *
cases_restrict(Ask *ask, GError **error)
{
	g_autofree char *id = store_resolve(ask->desk->store, ask->words[0], error);
	g_autoptr(Record) record =
		id == NULL ? NULL : store_get(ask->desk->store, id, error);
	g_autofree char *key = NULL;
	g_autoptr(Draft) draft = draft_new("decision", ask->now);
	g_autoptr(json_t) payload = NULL;
	const json_t *link;
	gsize i;

	if (record == NULL)
		return NULL;
	if (rights_is_hidden(ask, record)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: '%s' is not yours to read: ask another lead", id);
		return NULL;
	}
	payload = json_pack("{s:s, s:s, s:O, s:b}", "action", "restricted", "record", id,
			    "reason", json_object_get(ask->options, "reason"),
			    "restricted", 1);
	take_about(record_payload(record), payload);
	json_array_foreach(json_object_get(record_json(record), "cases"), i, link)
		draft_add_case(draft, json_text(link, "case"));
	key = restriction_key(record_json(record));
	draft_set_key(draft, key);
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
	return store_put(ask->desk->store, &draft, 1, error) ? answer_id(draft_id(draft))
							     : NULL;
}

/* Counts what goes by. */
typedef struct Passing {
	const DeskRequest *request;
	guint64 files;
} Passing;

static bool
pass_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	Passing *passing = data;
	const DeskRequest *request = passing->request;

	passing->files++;
	return request->file == NULL || request->file(path, bytes, request->data, error);
}

static bool
is_open(const Record *record, void *data)
{
	return rights_may_read_record(data, record);
}

/* Others' records as they are: for those who may read every case, and say why. */
static bool
check_others(const Ask *ask, bool has_others, GError **error)
{
	if (!has_others)
		return true;
	if (!actor_has_role(ask->actor, STAFF_LEAD | STAFF_AUDITOR)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "--include-others: is for leads and auditors");
		return false;
	}
	return fields_need(ask->options, "reason", error) != NULL;
}

static json_t *
export_for(const Ask *ask, const Person *person, GError **error)
{
	if (!actor_has_role(ask->actor, STAFF_LEAD)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "--for: is for leads: they decide what is shown");
		return NULL;
	}
	if (strcmp(json_text(ask->options, "for"), "subject") == 0 &&
	    !json_truth(ask->options, "include-others"))
		return subject_export(ask, person, error);
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--for: write subject, and leave --include-others out");
	return NULL;
}

json_t *
cases_export(Ask *ask, GError **error)
{
	const Person *person = find_case(ask, error);
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	Passing passing = { .request = ask->request };
	CaseFile file = { .case_id = ask->words[0],
			  .agency = settings_text(settings, "agency"),
			  .zone = ask_zone(ask),
			  .has_others = json_truth(ask->options, "include-others"),
			  .is_open = is_open,
			  .open_data = ask,
			  .sink = pass_file,
			  .data = &passing };

	if (person != NULL && json_text(ask->options, "for") != NULL)
		return export_for(ask, person, error);
	if (person == NULL || !check_others(ask, file.has_others, error) ||
	    !access_record(ask, person->case_id, NULL, error) ||
	    !casefile_export(ask->desk->store, &file, error))
		return NULL;
	return json_pack("{s:I}", "files", (json_int_t)passing.files);
}

static const char pdf_mark[] = "%PDF-";

/* What was printed, by whom, of which case: before there is a signature. */
static bool
keep_print(const Ask *ask, const char *case_id, const Digest *digest, GError **error)
{
	g_autofree char *hex = digest_format(digest);
	g_autoptr(Draft) draft = draft_new("access", ask->now);
	g_autoptr(json_t) payload = json_pack(
		"{s:s, s:s, s:s, s:o, s:s}", "outcome", "printed", "area", "case", "verb",
		"print", "case", json_text_new(case_id), "sha256", hex);

	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
	return store_put(ask->desk->store, &draft, 1, error);
}

static bool
is_pdf(GBytes *content)
{
	gsize len;
	const char *data;

	if (content == NULL)
		return false;
	data = g_bytes_get_data(content, &len);
	return len >= strlen(pdf_mark) && memcmp(data, pdf_mark, strlen(pdf_mark)) == 0;
}

/* The agency's signature says that this file is what somebody who may read the case
 * printed of it then; who that was is on record with its digest. */
json_t *
cases_print(Ask *ask, GError **error)
{
	const Person *person = find_case(ask, error);
	const DeskRequest *request = ask->request;
	g_autoptr(GBytes) signature = NULL;
	gsize len;
	const char *data;
	Digest digest;

	if (person == NULL)
		return NULL;
	if (!is_pdf(request->content)) {
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "FILE: is no PDF: only the page of a case is signed");
		return NULL;
	}
	data = g_bytes_get_data(request->content, &len);
	digest = digest_of(data, len);
	if (!keep_print(ask, person->case_id, &digest, error))
		return NULL;
	signature = store_sign(ask->desk->store, &digest, ask->now, error);
	if (signature == NULL ||
	    (request->file != NULL &&
	     !request->file("CHRONOLOGY.pdf.p7s", signature, request->data, error)))
		return NULL;
	return json_pack("{s:I}", "files", (json_int_t)1);
}
