/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chronology.c - the records of a case in the order in which things happened
 *
 * Invariants:
 * 1. A message is one moment however often it was sent again: content, sender and
 *    recipients make it one.
 * 2. A decision about a message is told with the message, not beside it.
 */
#include "config.h"

#include "desk/chronology.h"

#include "base/clock.h"
#include "desk/moment.h"
#include "desk/page.h"
#include "desk/telling.h"

#include <string.h>

struct Chronology {
	Names *names;
	char *agency;
	GTimeZone *zone;
	GPtrArray *moments;  /* Moment *, in the order of the case */
	GHashTable *by_id;   /* id of a message → Moment; key owned */
	GHashTable *by_what; /* content, sender, recipients → Moment; key owned */
};

static void
free_moment(gpointer moment)
{
	moment_free(moment);
}

Chronology *
chronology_new(Store *store, const char *case_id, const char *agency, GTimeZone *zone)
{
	Chronology *chronology = g_new0(Chronology, 1);

	chronology->names = names_new(store, case_id);
	chronology->agency = g_strdup(agency);
	chronology->zone = g_time_zone_ref(zone);
	chronology->moments = g_ptr_array_new_with_free_func(free_moment);
	chronology->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	chronology->by_what =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return chronology;
}

void
chronology_redact(Chronology *chronology, const Redaction *redaction)
{
	names_redact(chronology->names, redaction);
}

void
chronology_free(Chronology *chronology)
{
	if (chronology == NULL)
		return;
	g_hash_table_unref(chronology->by_id);
	g_hash_table_unref(chronology->by_what);
	g_ptr_array_unref(chronology->moments);
	names_free(chronology->names);
	g_time_zone_unref(chronology->zone);
	g_free(chronology->agency);
	g_free(chronology);
}

static char *
what_of(const Moment *moment)
{
	const json_t *payload = moment_payload(moment);
	const json_t *original = json_object_get(moment->json, "original");
	g_auto(GStrv) to = json_words(payload, "to");
	g_autofree char *recipients = g_strjoinv(" ", to);

	return g_strjoin("\n", json_text(original, "sha256"), json_text(payload, "from"),
			 recipients, NULL);
}

static void
add_mail(Chronology *chronology, Moment *moment)
{
	char *what = what_of(moment);
	Moment *first = g_hash_table_lookup(chronology->by_what, what);

	if (first == NULL) {
		g_hash_table_insert(chronology->by_what, what, moment);
		g_hash_table_insert(chronology->by_id, g_strdup(moment_id(moment)),
				    moment);
		g_ptr_array_add(chronology->moments, moment);
		return;
	}
	g_array_append_val(first->again, moment->time);
	g_free(what);
	moment_free(moment);
}

/* Each carries the whole state; what a person did and said stays what it was when the
 * program goes on from there. */
static void
take_decision(Moment *moment, const json_t *payload, bool is_by_person)
{
	json_t *state = json_deep_copy(payload);

	if (json_text(state, "reason") == NULL && moment->decision != NULL)
		json_object_set(state, "reason",
				json_object_get(moment->decision, "reason"));
	if (!is_by_person && moment->decision != NULL)
		json_object_set(state, "action",
				json_object_get(moment->decision, "action"));
	json_decref(moment->decision);
	moment->decision = state;
}

/* True when it was about a message that is there. */
static bool
add_decision(Chronology *chronology, const Moment *decision)
{
	const json_t *payload = moment_payload(decision);
	const json_t *actor = json_object_get(decision->json, "actor");
	const char *mail = json_text(payload, "mail");
	const char *staff = json_text(actor, "staff");
	Moment *moment =
		mail == NULL ? NULL : g_hash_table_lookup(chronology->by_id, mail);
	bool is_person = false;

	if (moment == NULL)
		return mail != NULL;
	take_decision(moment, payload, staff != NULL);
	if (staff != NULL) {
		const char *name = names_get(chronology->names, staff, &is_person);

		g_free(moment->decided_by);
		moment->decided_by = g_strdup(name != NULL ? name : staff);
		moment->decided = decision->time;
	}
	return true;
}

void
chronology_add(Chronology *chronology, const Record *record, bool is_readable)
{
	Moment *moment = NULL;

	if (!is_readable)
		return;
	moment = moment_new(record, chronology->names);
	if (moment_is_mail(moment))
		add_mail(chronology, moment);
	else if (strcmp(record_type(record), "decision") == 0 &&
		 add_decision(chronology, moment))
		moment_free(moment);
	else
		g_ptr_array_add(chronology->moments, moment);
}

/* --- the page --------------------------------------------------------------------- */

static int
compare_times(const void *a, const void *b)
{
	const Moment *first = *(const Moment *const *)a;
	const Moment *second = *(const Moment *const *)b;

	return (first->time > second->time) - (first->time < second->time);
}

/* In the order in which they happened; g_ptr_array_sort keeps equal ones as they were. */
static GPtrArray *
sort_moments(const Chronology *chronology)
{
	GPtrArray *sorted = g_ptr_array_new();

	for (guint i = 0; i < chronology->moments->len; i++)
		g_ptr_array_add(sorted, chronology->moments->pdata[i]);
	g_ptr_array_sort(sorted, compare_times);
	return sorted;
}

static const char unsent_note[] =
	"<p>Some messages were stopped and never reached anybody. They come last, under "
	"\xE2\x80\x9CWritten but never sent\xE2\x80\x9D.</p>\n";

static const char redacted_note[] =
	"<p>Where it says \xE2\x80\x9C[taken out: \xE2\x80\xA6]\xE2\x80\x9D, the name of "
	"somebody else stood, and why it was taken out. The record itself is kept as it "
	"was.</p>\n";

static void
add_opening(const Chronology *chronology, bool has_unsent, GString *page)
{
	const char *first = names_first(chronology->names);

	g_string_append(page, "<h1>");
	page_add(page, names_person(chronology->names));
	g_string_append(page, "</h1>\n<p class=\"lead\">What ");
	page_add(page, first);
	g_string_append(page, " and the people of ");
	page_add(page, chronology->agency == NULL ? "the agency" : chronology->agency);
	g_string_append(
		page,
		" wrote to each other, in the order in which it happened.</p>\n"
		"<div class=\"how\">\n<p>Every message is shown in the words in which it "
		"came. Lines that repeat an earlier message are grey.</p>\n"
		"<p>\xE2\x80\x9C"
		"From somebody\xE2\x80\x99s address\xE2\x80\x9D means "
		"that a message came from that e-mail address. An address cannot show "
		"who "
		"was at the keyboard.</p>\n");
	g_string_append(page, has_unsent ? unsent_note : "");
	if (names_redaction(chronology->names) != NULL)
		g_string_append(page, redacted_note);
	g_string_append(page,
			"<p>Times are local time, as clocks showed it then; the letters "
			"after a time say which.</p>\n</div>\n");
}

/* A heading for the day, where it is another than before. */
static void
add_day(GString *page, char **day, gint64 time, GTimeZone *zone)
{
	char *now = telling_day(time, zone);

	if (g_strcmp0(*day, now) != 0) {
		g_string_append(page, "<p class=\"day\">");
		page_add(page, now);
		g_string_append(page, "</p>\n");
	}
	g_free(*day);
	*day = now;
}

static guint
add_moments(const Chronology *chronology, const GPtrArray *sorted, bool is_unsent,
	    GString *page)
{
	g_autofree char *day = NULL;
	guint count = 0;

	for (guint i = 0; i < sorted->len; i++) {
		const Moment *moment = sorted->pdata[i];
		g_autoptr(GString) told = g_string_new(NULL);

		if (moment_is_unsent(moment) != is_unsent)
			continue;
		moment_format(moment, chronology->names, chronology->zone, told);
		if (told->len == 0)
			continue;
		add_day(page, &day, moment->time, chronology->zone);
		g_string_append_len(page, told->str, (gssize)told->len);
		count++;
	}
	return count;
}

static void
add_closing(const Chronology *chronology, GString *page)
{
	const gint64 now = clock_now();
	g_autofree char *day = telling_day(now, chronology->zone);
	g_autofree char *time = telling_time(now, chronology->zone);

	g_string_append(page, "<div class=\"closing\">\n");
	g_string_append(page, "<p>Made on ");
	page_add(page, day);
	g_string_append(page, " at ");
	page_add(page, time);
	g_string_append(page,
			". This page is for reading. The signed records beside it are "
			"what counts; VERIFY.txt says how anybody can check them."
			"</p>\n</div>\n");
}

char *
chronology_format(const Chronology *chronology)
{
	g_autoptr(GPtrArray) sorted = sort_moments(chronology);
	g_autoptr(GString) unsent = g_string_new(NULL);
	const guint count = add_moments(chronology, sorted, true, unsent);
	GString *page = g_string_new(NULL);

	page_begin(page, names_person(chronology->names));
	add_opening(chronology, count > 0, page);
	add_moments(chronology, sorted, false, page);
	if (count > 0)
		g_string_append_printf(page, "<h2>Written but never sent</h2>\n%s",
				       unsent->str);
	add_closing(chronology, page);
	page_end(page);
	return g_string_free(page, FALSE);
}
