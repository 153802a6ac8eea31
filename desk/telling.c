/* SPDX-License-Identifier: Apache-2.0 */
/*
 * telling.c - the sentences of a chronology
 *
 * "From X's address", because an address is all that mail shows.  Why a message of staff
 * was stopped is said in the words of the finding; nothing is said of what was found in a
 * young person's message.
 */
#include "config.h"

#include "desk/telling.h"

#include "base/clock.h"
#include "base/day.h"
#include "desk/page.h"

#include <string.h>

/* A difference between two clocks that is worth a word. */
enum { CLOCKS_DIFFER_MS = 10 * 60 * 1000 };

static GDateTime *
local_of(gint64 time, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time / 1000);

	return g_date_time_to_timezone(utc, zone);
}

char *
telling_time(gint64 time, GTimeZone *zone)
{
	g_autoptr(GDateTime) local = local_of(time, zone);

	return g_date_time_format(local, "%H:%M %Z");
}

/* In English, whatever the locale is: as the rest of the page. */
static const char *const weekdays[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
					"Friday", "Saturday", "Sunday" };
static const char *const months[] = { "January",   "February", "March",    "April",
				      "May",       "June",     "July",     "August",
				      "September", "October",  "November", "December" };

char *
telling_day(gint64 time, GTimeZone *zone)
{
	g_autoptr(GDateTime) local = local_of(time, zone);

	return g_strdup_printf(
		"%s %d %s %d", weekdays[g_date_time_get_day_of_week(local) - 1],
		g_date_time_get_day_of_month(local),
		months[g_date_time_get_month(local) - 1], g_date_time_get_year(local));
}

static void
say(const Telling *telling, const char *html)
{
	g_string_append(telling->page, html);
}

static void
add(const Telling *telling, const char *text)
{
	page_add(telling->page, text);
}

/* Somebody's words inside a sentence. */
static void
quote(const Telling *telling, const char *before, const char *text, const char *after)
{
	const json_t *cases = json_object_get(telling->moment->json, "cases");
	g_autofree char *open = NULL;

	if (text == NULL || *text == '\0')
		return;
	open = names_hide(telling->names, cases, text);
	say(telling, before);
	say(telling, "\xE2\x80\x9C");
	add(telling, open);
	say(telling, "\xE2\x80\x9D");
	say(telling, after);
}

/* A day of a record, "2026-03-03", as people write it. */
static void
add_day(const Telling *telling, const char *text)
{
	Day day = text == NULL ? DAY_NONE : day_parse(text, NULL);
	g_autofree char *words =
		day == DAY_NONE
			? NULL
			: telling_day(day_start(day, telling->zone), telling->zone);

	add(telling, words == NULL ? "a day that was not noted" : words);
}

/* "Tuesday 3 March 2026, 16:46 GMT", the day left out where the moment has the same. */
static void
add_time(const Telling *telling, gint64 time)
{
	g_autofree char *own = telling_day(telling->moment->time, telling->zone);
	g_autofree char *day = telling_day(time, telling->zone);
	g_autofree char *hour = telling_time(time, telling->zone);

	if (strcmp(own, day) != 0) {
		add(telling, day);
		say(telling, ", ");
	}
	add(telling, hour);
}

/* --- who -------------------------------------------------------------------------- */

/* The name behind an address, or the address. */
static void
add_name(const Telling *telling, const char *address, bool is_owner)
{
	const json_t *cases = json_object_get(telling->moment->json, "cases");
	bool is_person = false;
	const char *name = names_get(telling->names, address, &is_person);
	g_autofree char *open = names_hide(telling->names, cases, address);

	if (name != NULL) {
		add(telling, is_person ? names_first(telling->names) : name);
		say(telling, is_owner ? "\xE2\x80\x99s address" : "");
	} else {
		say(telling, is_owner ? "the address " : "");
		add(telling, *address == '\0' ? "that was empty" : open);
	}
}

static void
add_names(const Telling *telling, char **addresses)
{
	const guint count = g_strv_length(addresses);

	for (guint i = 0; i < count; i++) {
		if (i > 0)
			say(telling, i + 1 == count ? " and " : ", ");
		add_name(telling, addresses[i], false);
	}
}

static bool
is_inbound(const json_t *payload)
{
	return g_strcmp0(json_text(payload, "direction"), "inbound") == 0;
}

static void
add_author(const Telling *telling, const json_t *payload)
{
	g_auto(GStrv) authors = json_words(payload, "header_authors");
	const char *from = json_text(payload, "from");

	add_name(telling,
		 authors[0] != NULL ? authors[0]
		 : from != NULL     ? from
				    : "",
		 true);
}

static void
add_who(const Telling *telling)
{
	const json_t *payload = moment_payload(telling->moment);
	g_auto(GStrv) to = json_words(payload, "to");

	say(telling, "<p class=\"who\">From ");
	add_author(telling, payload);
	say(telling, " <span>to ");
	add_names(telling, to);
	say(telling, "</span></p>\n");
}

/* --- a message -------------------------------------------------------------------- */

static void
add_when(const Telling *telling)
{
	const Moment *moment = telling->moment;
	bool is_stopped = moment->decision != NULL || moment_is_unsent(moment);
	bool differs =
		moment->sent != 0 && ABS(moment->sent - moment->time) > CLOCKS_DIFFER_MS;

	say(telling, "<p class=\"when\">");
	say(telling, is_stopped ? "Written at " : differs ? "Received at " : "");
	add_time(telling, moment->time);
	if (differs) {
		say(telling, "; by the sender\xE2\x80\x99s clock it was sent at ");
		add_time(telling, moment->sent);
	}
	say(telling, "</p>\n");
}

static void
add_words(const Telling *telling)
{
	const Moment *moment = telling->moment;

	if (moment->text == NULL) {
		say(telling,
		    "<p class=\"note\">The words of this one cannot be shown here. "
		    "The message itself is kept.</p>\n");
		return;
	}
	say(telling, "<div class=\"words\">");
	page_text(telling->page, moment->text);
	say(telling, "</div>\n");
}

static void
add_files(const Telling *telling)
{
	const GPtrArray *files = telling->moment->files;
	const json_t *cases = json_object_get(telling->moment->json, "cases");

	if (files->len == 0)
		return;
	say(telling, "<p class=\"with\">With it came ");
	for (guint i = 0; i < files->len; i++) {
		g_autofree char *open =
			names_hide(telling->names, cases, files->pdata[i]);

		say(telling, i == 0 ? "" : i + 1 == files->len ? " and " : ", ");
		add(telling, open);
	}
	say(telling, ". It is not shown here.</p>\n");
}

static void
add_again(const Telling *telling)
{
	const GArray *again = telling->moment->again;

	if (again->len == 0)
		return;
	say(telling, "<p class=\"note\">The same message was sent again at ");
	for (guint i = 0; i < again->len; i++) {
		say(telling, i == 0 ? "" : i + 1 == again->len ? " and " : ", ");
		add_time(telling, g_array_index(again, gint64, i));
	}
	say(telling, ".</p>\n");
}

static void
add_reasons(const Telling *telling)
{
	const json_t *payload = moment_payload(telling->moment);
	const json_t *finding;
	bool is_first = true;
	gsize i;

	if (is_inbound(payload))
		return;
	json_array_foreach(json_object_get(payload, "findings"), i, finding) {
		const char *action = json_text(finding, "action");

		if (g_strcmp0(action, "hold") != 0 && g_strcmp0(action, "reject") != 0)
			continue;
		say(telling, is_first ? "<p class=\"note\">Why it waited: " : "; ");
		add(telling, json_text(finding, "reason"));
		is_first = false;
	}
	say(telling, is_first ? "" : ".</p>\n");
}

static const char *
decider(const Telling *telling)
{
	const char *name = telling->moment->decided_by;

	return name == NULL ? "Somebody" : name;
}

/* What became of a message that was stopped. */
static void
add_outcome(const Telling *telling)
{
	const Moment *moment = telling->moment;
	const char *action = json_text(moment->decision, "action");
	const char *reason = json_text(moment->decision, "reason");
	bool is_refused = g_strcmp0(action, "refused") == 0;

	say(telling, "<p class=\"note\">");
	if (!moment_is_unsent(moment)) {
		add(telling, decider(telling));
		say(telling, " read it and let it go at ");
		add_time(telling, moment->decided);
	} else if (is_refused || g_strcmp0(action, "withdrawn") == 0) {
		add(telling, decider(telling));
		say(telling,
		    is_refused ? " decided that it should not be sent" : " took it back");
	} else if (g_strcmp0(json_text(moment_payload(moment), "verdict"), "reject") ==
		   0) {
		say(telling, "It was not taken for sending");
	} else {
		say(telling, "It was waiting for a decision when this page was made");
	}
	quote(telling, ": ", reason, "");
	say(telling, ".</p>\n");
}

static void
add_reference(const Telling *telling)
{
	say(telling, "<p class=\"ref\">Record ");
	add(telling, moment_id(telling->moment));
	if (telling->moment->has_more)
		say(telling, "; the message has a second version of its text (HTML), "
			     "which is in the record");
	say(telling, "</p>\n");
}

void
telling_mail(const Telling *telling)
{
	const Moment *moment = telling->moment;
	const json_t *payload = moment_payload(moment);
	const json_t *cases = json_object_get(moment->json, "cases");
	const char *subject = json_text(payload, "subject");
	g_autofree char *open =
		names_hide(telling->names, cases, subject == NULL ? "" : subject);

	say(telling, is_inbound(payload)        ? "<article class=\"child\">\n"
		     : moment_is_unsent(moment) ? "<article class=\"staff unsent\">\n"
						: "<article class=\"staff\">\n");
	add_who(telling);
	add_when(telling);
	if (*open != '\0') {
		say(telling, "<p class=\"subject\">");
		add(telling, open);
		say(telling, "</p>\n");
	}
	add_words(telling);
	add_files(telling);
	add_again(telling);
	if (moment_is_unsent(moment) || moment->decision != NULL) {
		add_reasons(telling);
		add_outcome(telling);
	}
	add_reference(telling);
	say(telling, "</article>\n");
}

/* --- everything else -------------------------------------------------------------- */

static void
tell_person(const Telling *telling, const json_t *payload)
{
	const char *state = json_text(payload, "state");
	const char *first = names_first(telling->names);

	if (g_strcmp0(state, "ended") == 0) {
		say(telling, "The agency ended its work with ");
		add(telling, first);
	} else if (g_strcmp0(state, "removed") == 0) {
		say(telling, "From here on e-mails are no longer kept in this file");
	} else {
		say(telling, "The agency noted ");
		add(telling, first);
		say(telling, "\xE2\x80\x99s name and addresses, so that e-mails would be "
			     "kept in this file");
	}
	quote(telling, ": ", json_text(payload, "state_reason"), "");
	say(telling, ".");
}

/* On what it rests (guidance 3.5). */
static void
tell_ground(const Telling *telling, const json_t *payload)
{
	const char *parent = json_text(payload, "parent");
	const char *permits = json_text(payload, "parent_permits");

	if (parent != NULL) {
		say(telling, " ");
		add(telling, parent);
		say(telling, " (parent or carer) was told on ");
		add_day(telling, json_text(payload, "parent_aware"));
		if (permits != NULL) {
			say(telling, " and agreed on ");
			add_day(telling, permits);
		}
		say(telling, ".");
	} else if (json_text(payload, "decision") != NULL) {
		say(telling, " ");
		add_name(telling,
			 json_text(payload, "decided_by") == NULL
				 ? ""
				 : json_text(payload, "decided_by"),
			 false);
		quote(telling, " decided it: ", json_text(payload, "decision"), ".");
	}
}

static void
tell_agreement(const Telling *telling, const json_t *payload)
{
	g_auto(GStrv) staff = json_words(payload, "staff");
	const char *first = names_first(telling->names);

	if (json_text(payload, "ended") != NULL) {
		say(telling, "It was decided that the agreement for ");
		add_names(telling, staff);
		say(telling, " ends");
		quote(telling, ": ", json_text(payload, "end_reason"), "");
		say(telling, ".");
		return;
	}
	say(telling, "It was agreed with ");
	add(telling, first);
	say(telling, " on ");
	add_day(telling, json_text(payload, "agreed"));
	say(telling, " that ");
	add_names(telling, staff);
	say(telling, " may write, from ");
	add_day(telling, json_text(payload, "from"));
	say(telling, " until ");
	add_day(telling, json_text(payload, "until"));
	quote(telling, ", for ", json_text(payload, "purpose"), "");
	say(telling, ". ");
	add(telling, first);
	say(telling, " was told on ");
	add_day(telling, json_text(payload, "informed"));
	say(telling, " that messages are kept and may be read.");
	tell_ground(telling, payload);
}

/* Who wrote a record; said where it is a person. */
static void
tell_actor(const Telling *telling)
{
	const json_t *actor = json_object_get(telling->moment->json, "actor");
	const char *staff = json_text(actor, "staff");

	if (staff == NULL)
		return;
	say(telling, " Noted by ");
	add_name(telling, staff, false);
	say(telling, ".");
}

static void
tell_sides(const Telling *telling, const json_t *payload, const char *staff)
{
	bool is_in = is_inbound(payload);

	say(telling, " from ");
	if (is_in)
		add(telling, names_first(telling->names));
	else
		add_name(telling, staff == NULL ? "" : staff, false);
	say(telling, " to ");
	if (is_in)
		add_name(telling, staff == NULL ? "" : staff, false);
	else
		add(telling, names_first(telling->names));
}

/* A text, a call, a note: what was written down of it. */
static void
tell_transcript(const Telling *telling, const json_t *payload)
{
	static const char *const kinds[][2] = { { "text", "A text message" },
						{ "call", "A telephone call" },
						{ "mail", "A letter or an e-mail" },
						{ "note", "A note" } };
	const char *form = json_text(payload, "form");
	const char *staff = json_text(payload, "staff");
	const char *what = "A note";

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_strcmp0(form, kinds[i][0]) == 0)
			what = kinds[i][1];
	say(telling, what);
	if (json_text(payload, "direction") != NULL) {
		tell_sides(telling, payload, staff);
	} else if (staff != NULL) {
		say(telling, " of ");
		add_name(telling, staff, false);
	}
	say(telling, " at ");
	add_time(telling, telling->moment->time);
	say(telling, ", written down afterwards.");
}

/* The page says that something is gone from it, and why; never what it was. */
static void
tell_erased(const Telling *telling, const json_t *payload)
{
	const json_t *record;
	guint count = 0;
	gsize i;

	json_array_foreach(json_object_get(payload, "records"), i, record)
		count += json_array_size(json_object_get(record, "cases")) > 0 ? 1 : 0;
	if (count == 1)
		say(telling, "One record of this file was erased");
	else
		g_string_append_printf(telling->page,
				       "%u records of this file were erased", count);
	quote(telling, ": ", json_text(payload, "reason"), "");
	say(telling, ".");
}

static void
tell_moved(const Telling *telling, const json_t *payload)
{
	const char *action = json_text(payload, "action");

	if (g_strcmp0(action, "refiled") == 0)
		say(telling, "A record that stood in a wrong file was put into the right "
			     "one");
	else if (g_strcmp0(action, "withdrawn") == 0)
		say(telling, "A record was taken out of this file, and is kept in "
			     "another");
	else
		return;
	quote(telling, ": ", json_text(payload, "reason"), "");
	say(telling, ".");
}

static void
end_event(const Telling *telling, gsize start, gsize said)
{
	if (telling->page->len == said) {
		g_string_truncate(telling->page, start);
		return;
	}
	tell_actor(telling);
	say(telling, "</p>\n");
	if (telling->moment->text != NULL) {
		say(telling, "<div class=\"words\">");
		page_text(telling->page, telling->moment->text);
		say(telling, "</div>\n");
	}
	say(telling, "</div>\n");
}

void
telling_event(const Telling *telling)
{
	const json_t *payload = moment_payload(telling->moment);
	const char *type = json_text(telling->moment->json, "type");
	const gsize start = telling->page->len;
	gsize said = 0;

	say(telling, "<div class=\"event\"><p>");
	said = telling->page->len;
	if (g_strcmp0(type, "person") == 0)
		tell_person(telling, payload);
	else if (g_strcmp0(type, "agreement") == 0)
		tell_agreement(telling, payload);
	else if (g_strcmp0(type, "transcript") == 0 || g_strcmp0(type, "note") == 0)
		tell_transcript(telling, payload);
	else if (g_strcmp0(type, "erased") == 0)
		tell_erased(telling, payload);
	else if (g_strcmp0(type, "decision") == 0)
		tell_moved(telling, payload);
	end_event(telling, start, said);
}
