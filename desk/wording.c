/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wording.c - the words of notices
 *
 * A notice never holds content: no subject, no words of the message, no young person's
 * name or address, nothing that somebody typed as a reason.  The author learns who can
 * help and what to do instead, so that no child waits at a bus stop for an answer that was
 * never delivered.
 */
#include "config.h"

#include "desk/wording.h"

#include "base/clock.h"
#include "base/ulid.h"
#include "desk/rights.h"

#include <string.h>

static bool
has_neutral(const json_t *findings)
{
	for (gsize i = 0; i < json_array_size(findings); i++)
		if (g_strcmp0(json_text(json_array_get(findings, i), "tell_author"),
			      "neutral") == 0)
			return true;
	return false;
}

static void
add_reasons(GString *body, const char *heading, const json_t *findings)
{
	g_string_append_printf(body, "\n%s:\n", heading);
	for (gsize i = 0; i < json_array_size(findings); i++) {
		const json_t *finding = json_array_get(findings, i);
		const char *reason = json_text(finding, "reason");
		const char *paragraph = json_text(finding, "paragraph");

		if (g_strcmp0(json_text(finding, "action"), "hold") == 0)
			g_string_append_printf(body, "  %s: %s\n",
					       paragraph == NULL ? "-" : paragraph,
					       reason == NULL ? "" : reason);
	}
}

static void
add_deciders(GString *body, const Directory *directory, char **deciders)
{
	g_string_append(body, "\nWho can release it:\n");
	for (char **decider = deciders; *decider != NULL; decider++) {
		const Staff *staff = directory_staff(directory, *decider);
		const char *number = staff->numbers == NULL ? NULL : staff->numbers[0];

		g_string_append_printf(
			body, "  %s <%s>%s%s\n", staff->name == NULL ? "" : staff->name,
			address_text(staff->email), number == NULL ? "" : ", ",
			number == NULL ? "" : number);
	}
	if (deciders[0] == NULL)
		g_string_append(body, "  a safeguarding lead\n");
}

static char *
when(const Writing *writing)
{
	GTimeZone *zone = hours_zone(policy_hours(writing->world->policy));
	gint64 time = ulid_time(writing->held->id);

	return clock_format_local(time, zone);
}

char *
wording_for_author(const Writing *writing)
{
	GString *body = g_string_new(NULL);
	const json_t *findings = json_object_get(held_payload(writing->held), "findings");
	g_autofree char *time = when(writing);

	g_string_append_printf(
		body,
		"A message that you sent to a young person on %s is waiting.\n"
		"Nobody has received it.\n",
		time);
	if (!has_neutral(findings))
		add_reasons(body, "Why it waits", findings);
	add_deciders(body, writing->world->directory, writing->deciders);
	g_string_append_printf(
		body,
		"\nIf it is pressing: ring or go. Let the young person know by a way "
		"that was\nagreed with them that your message has not reached them.\n"
		"\nYou can withdraw it: chaperone held withdraw %s\n",
		writing->held->id);
	return g_string_free(body, FALSE);
}

/* To whom it falls to find out what became of a release. */
static char *
unknown_body(const Writing *writing, const char *time)
{
	const char *id = writing->held->id;

	return g_strdup_printf(
		"A message to a young person, sent on %s, was released, and it is not "
		"known\nwhether it was delivered. Ask the young person or look into the "
		"mail server's\nlog, then settle it:\n"
		"\n  chaperone held show %s\n"
		"  chaperone held release %s --again --reason \"...\"\n"
		"  chaperone held refuse %s --reason \"...\"\n",
		time, id, id, id);
}

static char *
waiting_body(const Writing *writing, const char *time)
{
	const Staff *author = rights_author(writing->world->directory, writing->held);
	const char *id = writing->held->id;

	return g_strdup_printf(
		"A message from %s to a young person, sent on %s, is waiting for a "
		"decision.\nNobody has received it. You can release or refuse it:\n"
		"\n  chaperone held show %s\n"
		"  chaperone held release %s --reason \"...\"\n"
		"  chaperone held refuse %s --reason \"...\"\n"
		"\nThe author was told that it waits, and to ring or go if it is "
		"pressing.\n",
		author == NULL || author->name == NULL ? "a member of staff"
						       : author->name,
		time, id, id, id);
}

char *
wording_for_decider(const Writing *writing)
{
	const bool is_unknown =
		strcmp(hold_summary(writing->held->state), "unknown") == 0;
	g_autofree char *time = when(writing);

	return is_unknown ? unknown_body(writing, time) : waiting_body(writing, time);
}

/* What became of a message before its author had heard that it waited. */
static const char *
outcome_of(const char *summary)
{
	static const char *const outcomes[][2] = {
		{ "released", "was read by somebody who may release it, and sent on" },
		{ "refused", "was held, and it was decided that it should not be sent.\n"
			     "Nobody has received it" },
		{ "withdrawn", "was held, and taken back.  Nobody has received it" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++)
		if (strcmp(summary, outcomes[i][0]) == 0)
			return outcomes[i][1];
	return "was held and then released, but it is not known whether it was\n"
	       "delivered";
}

char *
wording_of_outcome(const Writing *writing)
{
	const Held *held = writing->held;
	const json_t *findings = json_object_get(held_payload(held), "findings");
	const char *summary = hold_summary(held->state);
	g_autofree char *time = when(writing);
	GString *body = g_string_new(NULL);

	g_string_append_printf(body,
			       "A message that you sent to a young person on %s\n%s.\n",
			       time, outcome_of(summary));
	if (!has_neutral(findings))
		add_reasons(body, "Why it was held", findings);
	if (strcmp(summary, "released") != 0)
		g_string_append(body, "\nIf it is pressing: ring or go.\n");
	g_string_append_printf(body, "\nMore of it: chaperone held show %s\n", held->id);
	return g_string_free(body, FALSE);
}

/* What the finding is, in the words of its rule; nothing where that would tell of what
 * is for few. */
static void
add_findings(GString *body, const json_t *payload, const char *role)
{
	const json_t *findings = json_object_get(payload, "findings");

	if (json_truth(payload, "restricted")) {
		g_string_append(
			body,
			strcmp(role, "other") == 0
				? "\nIt may be about every safeguarding lead: only "
				  "another one can read it.\nName one now: chaperone "
				  "staff change EMAIL --role lead\n"
				: "\nIt is restricted: only leads can read it, and "
				  "none whom it may be about.\nSpeak of it to nobody "
				  "else.\n");
		return;
	}
	for (gsize i = 0; i < json_array_size(findings); i++) {
		const json_t *finding = json_array_get(findings, i);
		g_auto(GStrv) notify = json_words(finding, "notify");
		const char *paragraph = json_text(finding, "paragraph");
		const char *reason = json_text(finding, "reason");

		if (g_strv_contains((const char *const *)notify, role))
			g_string_append_printf(body, "  %s: %s\n",
					       paragraph == NULL ? "-" : paragraph,
					       reason == NULL ? "" : reason);
	}
}

bool
wording_is_urgent(const json_t *payload)
{
	return g_strcmp0(json_text(payload, "urgent"), "now") == 0;
}

char *
wording_of_concern(const Writing *writing, const json_t *payload, const char *id,
		   const char *role)
{
	bool is_inbound = g_strcmp0(json_text(payload, "direction"), "inbound") == 0;
	GTimeZone *zone = hours_zone(policy_hours(writing->world->policy));
	g_autofree char *time = clock_format_local(ulid_time(id), zone);
	GString *body = g_string_new(NULL);

	if (json_text(payload, "form") != NULL)
		g_string_append_printf(body,
				       "What staff wrote down on %s of contact with a "
				       "young person needs your\nattention",
				       time);
	else
		g_string_append_printf(body,
				       "A message %s a young person, of %s, needs your "
				       "attention",
				       is_inbound ? "from" : "to", time);
	g_string_append(body, wording_is_urgent(payload) ? " now.\n" : ".\n");
	add_findings(body, payload, role);
	g_string_append_printf(body,
			       "\nIt is on record as %s. Nothing of it stands in this "
			       "notice: read it in\nthe case file (chaperone case list, "
			       "chaperone case show).\n",
			       id);
	return g_string_free(body, FALSE);
}

/* To staff whose message went out all the same. */
char *
wording_for_sender(const Writing *writing, const json_t *payload, const char *id)
{
	GTimeZone *zone = hours_zone(policy_hours(writing->world->policy));
	g_autofree char *time = clock_format_local(ulid_time(id), zone);
	GString *body = g_string_new(NULL);

	g_string_append_printf(
		body, "Your message to a young person, of %s, has gone out.\n", time);
	add_findings(body, payload, "author");
	g_string_append_printf(body, "\nIt is on record as %s.\n", id);
	return g_string_free(body, FALSE);
}
