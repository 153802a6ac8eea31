/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.c - case export --for subject
 *
 * No signed record and no original goes out: they hold the names that are taken out.
 * What goes out is made for reading, and says of each record the digests of what the
 * archive has, so that nobody need believe that nothing else was left away.  Who works
 * with the person stays named; pictures that were sealed are never in it.
 */
#include "config.h"

#include "desk/subject.h"

#include "base/clock.h"
#include "desk/access.h"
#include "desk/chronology.h"
#include "desk/filing.h"
#include "desk/redaction.h"
#include "desk/requests.h"
#include "desk/rights.h"
#include "desk/words.h"

#include <string.h>

typedef struct Subject {
	const Ask *ask;
	const Person *person;
	Redaction *redaction;
	Chronology *chronology;
	GString *about;
	json_t *records, *left_out;
	json_int_t files;
} Subject;

static void
subject_clear(Subject *subject)
{
	redaction_free(subject->redaction);
	chronology_free(subject->chronology);
	g_string_free(subject->about, TRUE);
	json_decref(subject->records);
	json_decref(subject->left_out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Subject, subject_clear)

/* --- who is taken out ------------------------------------------------------------- */

static bool
refuse(GError **error, const char *what)
{
	g_set_error_literal(error, DESK_ERROR, DESK_ERROR_USAGE, what);
	return false;
}

static bool
read_redaction(Subject *subject, GError **error)
{
	GBytes *content = subject->ask->request->content;
	const char *name = json_text(subject->ask->options, "redact");
	g_autoptr(GError) cause = NULL;
	gsize len = 0;
	const char *text = content == NULL ? "" : g_bytes_get_data(content, &len);

	if (name == NULL)
		return refuse(error,
			      "--redact: is needed with --for subject: a file that "
			      "names third parties, empty when there are none");
	subject->redaction = redaction_parse(name, text, len, &cause);
	return subject->redaction != NULL || refuse(error, cause->message);
}

/* Whether all of a name is taken out, not a word of it. */
static bool
goes_whole(const Redaction *redaction, const char *text)
{
	g_autofree char *left = text == NULL ? NULL : redaction_apply(redaction, text);

	return left != NULL && strcmp(left, text) != 0 && left[0] == '[' &&
	       g_str_has_suffix(left, "]");
}

static bool
check_stays(const Subject *subject, const char *text, const char *whose, GError **error)
{
	if (!goes_whole(subject->redaction, text))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "%s:%u: '%s' is %s: leave it out",
		    json_text(subject->ask->options, "redact"),
		    redaction_line(subject->redaction, text), text, whose);
	return false;
}

static bool
check_staff(const Subject *subject, const Staff *staff, GError **error)
{
	static const char whose[] = "of the staff, whose names are given";

	return check_stays(subject, staff->name, whose, error) &&
	       check_stays(subject, address_text(staff->email), whose, error);
}

/* Neither the person nor who works with them. */
static bool
check_redaction(const Subject *subject, GError **error)
{
	const GPtrArray *all = directory_all_staff(ask_directory(subject->ask));

	if (!check_stays(subject, subject->person->name, "the young person's own name",
			 error))
		return false;
	for (guint i = 0; i < all->len; i++)
		if (!check_staff(subject, all->pdata[i], error))
			return false;
	return true;
}

/* --- the records ------------------------------------------------------------------ */

static json_t *
count_redacted(const Subject *subject, const Record *record)
{
	StoreText text = { .labels = g_ptr_array_new_with_free_func(g_free) };
	g_autofree char *payload = json_write(record_payload(record));
	g_autofree char *all = NULL;

	words_read(record, &text);
	all = g_strjoin("\n", payload, text.text != NULL ? text.text : "", NULL);
	g_free(text.subject);
	g_free(text.names);
	g_free(text.text);
	g_ptr_array_unref(text.labels);
	return redaction_count(subject->redaction, all);
}

static char *
digest_of_file(const Record *record)
{
	GBytes *file = record_file(record);
	const Digest digest =
		digest_of(g_bytes_get_data(file, NULL), g_bytes_get_size(file));

	return digest_format(&digest);
}

/* A line of ABOUT.txt, and what the manifest says. */
static void
describe(Subject *subject, const Record *record)
{
	const json_t *original = json_object_get(record_json(record), "original");
	const char *sha256 = json_text(original, "sha256");
	g_autofree char *digest = digest_of_file(record);
	g_autofree char *time = clock_format_utc(record_time(record));
	g_autoptr(json_t) redacted = count_redacted(subject, record);

	json_array_append_new(subject->records,
			      json_pack("{s:s, s:s, s:s, s:s, s:s?, s:O}", "id",
					record_id(record), "type", record_type(record),
					"time", time, "sha256", digest, "original_sha256",
					sha256, "redacted", redacted));
	g_string_append_printf(subject->about, "%s  %s  %s\n    record   %s\n", time,
			       record_type(record), record_id(record), digest);
	if (sha256 != NULL)
		g_string_append_printf(subject->about, "    original %s\n", sha256);
	if (json_array_size(redacted) > 0)
		g_string_append(subject->about, "    names of others were taken out\n");
}

static void
leave_out(Subject *subject, const char *id, const char *why)
{
	json_array_append_new(subject->left_out,
			      json_pack("{s:s, s:s}", "id", id, "why", why));
	g_string_append_printf(subject->about, "%s\n    not here: %s\n", id, why);
}

static void
add_record(Subject *subject, const char *id)
{
	g_autoptr(Record) record = store_get(subject->ask->desk->store, id, NULL);
	const bool is_open =
		record != NULL && rights_may_read_record(subject->ask, record);

	if (record == NULL) {
		leave_out(subject, id, "it cannot be read");
		return;
	}
	/* Not even that it is there: the actor is whom it is about. */
	if (rights_is_hidden(subject->ask, record))
		return;
	chronology_add(subject->chronology, record, is_open);
	if (is_open)
		describe(subject, record);
	else
		leave_out(subject, id, "a lead decides whether it can be shown");
}

/* --- what goes out ---------------------------------------------------------------- */

static const char opening[] = "WHAT THIS IS\n"
			      "============\n\n"
			      "CHRONOLOGY.html is what is on record about you, to read "
			      "in order. Names of other\n"
			      "people were taken out where it says [taken out: ...], "
			      "with the reason. People who\n"
			      "work for the agency stay named. Pictures and films that "
			      "were sealed are not here.\n\n"
			      "The records themselves are kept as they were made. Below "
			      "is each of them with the\n"
			      "SHA-256 digest of the signed record and, of a message, of "
			      "the message as it came:\n"
			      "nothing can be changed in them without these digests "
			      "changing. MANIFEST.json has\n"
			      "the same for programs.\n\n";

static bool
put(Subject *subject, const char *path, const char *text, GError **error)
{
	const DeskRequest *request = subject->ask->request;
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	subject->files++;
	return request->file == NULL || request->file(path, bytes, request->data, error);
}

static bool
put_all(Subject *subject, GError **error)
{
	g_autofree char *page = chronology_format(subject->chronology);
	g_autofree char *made = clock_format_utc(clock_now());
	g_autoptr(json_t) manifest =
		json_pack("{s:s, s:s, s:s, s:O, s:O}", "case", subject->person->case_id,
			  "for", "subject", "made", made, "records", subject->records,
			  "left_out", subject->left_out);
	g_autofree char *text = json_write_pretty(manifest);

	return put(subject, "CHRONOLOGY.html", page, error) &&
	       put(subject, "MANIFEST.json", text, error) &&
	       put(subject, "ABOUT.txt", subject->about->str, error);
}

static bool
add_all(Subject *subject, GError **error)
{
	g_autoptr(GPtrArray) ids =
		filing_list(subject->ask->desk->store, subject->person->case_id, error);

	for (guint i = 0; ids != NULL && i < ids->len; i++)
		add_record(subject, ids->pdata[i]);
	return ids != NULL;
}

json_t *
subject_export(const Ask *ask, const Person *person, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	g_auto(Subject) subject = { .ask = ask,
				    .person = person,
				    .about = g_string_new(opening),
				    .records = json_array(),
				    .left_out = json_array() };

	if (!read_redaction(&subject, error) || !check_redaction(&subject, error) ||
	    !access_record(ask, person->case_id, NULL, error))
		return NULL;
	subject.chronology =
		chronology_new(ask->desk->store, person->case_id,
			       settings_text(settings, "agency"), ask_zone(ask));
	chronology_redact(subject.chronology, subject.redaction);
	if (!add_all(&subject, error) || !put_all(&subject, error) ||
	    !requests_close(ask, person->case_id, error))
		return NULL;
	return json_pack("{s:I, s:s}", "files", subject.files, "for", "subject");
}
