/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - the built-in checks as shipped: the one table that names them
 */
#include "config.h"

#include "rules/check.h"

#include <string.h>

/* What a finding shows, and how many of one check are kept: enough to act on. */
enum { EXCERPT_MAX = 120, SAME_MAX = 20 };

static const Check checks[] = {
	{ "work-sender", "3.2", ACTION_HOLD, DECIDES_MANAGER, true, false, 0, URGENT_NO,
	  "mail to a young person is written from your own work address, with your own "
	  "login",
	  check_work_sender, NULL, NULL },
	{ "agreement", "3.5", ACTION_HOLD, DECIDES_MANAGER, true, false, NOTIFY_MANAGER,
	  URGENT_NO, "mail is written only where it was agreed with the young person",
	  check_agreement_outbound, check_agreement_inbound, NULL },
	{ "parent-aware", "3.5, 12", ACTION_HOLD, DECIDES_MANAGER, true, false, 0,
	  URGENT_NO,
	  "a parent or carer must be aware, or a line manager have decided otherwise",
	  check_parent_aware, NULL, NULL },
	{ "third-party", "1.7", ACTION_HOLD, DECIDES_MANAGER, true, false, NOTIFY_MANAGER,
	  URGENT_NO, "somebody who is no known contact of the young person gets it too",
	  check_third_party, NULL, NULL },
	{ "office-hours", "1.2", ACTION_TAG, DECIDES_MANAGER, true, false, 0, URGENT_NO,
	  "sent outside working hours (1.2, applied to e-mail by this agency)",
	  check_office_hours, NULL, NULL },
	{ "work-number-given", "1.3", ACTION_TAG, DECIDES_MANAGER, true, false,
	  NOTIFY_MANAGER, URGENT_NO,
	  "gives a work number, of which the line manager is told",
	  check_work_number_given, NULL, NULL },
	{ "unreadable", "12", ACTION_HOLD, DECIDES_MANAGER, true, false, NOTIFY_MANAGER,
	  URGENT_NO, "some of it cannot be read, so nobody could look at it later",
	  check_unreadable, check_unreadable, NULL },
	{ "image", "2.3", ACTION_TAG, DECIDES_LEAD, true, false,
	  NOTIFY_MANAGER | NOTIFY_LEAD, URGENT_NOW, "a picture or film is part of it",
	  check_image, check_image, NULL },
	{ "sender-verified", "3.2", ACTION_TAG, DECIDES_MANAGER, true, true,
	  NOTIFY_MANAGER, URGENT_NO, "it is not certain that the young person sent it",
	  NULL, check_sender_verified, NULL },
	{ "ambiguous-author", "3.2", ACTION_HOLD, DECIDES_MANAGER, true, false,
	  NOTIFY_MANAGER, URGENT_NO, "it does not say clearly who wrote it",
	  check_ambiguous_author, check_ambiguous_author, NULL },
	{ "impersonation", "3.2", ACTION_HOLD, DECIDES_MANAGER, true, false,
	  NOTIFY_MANAGER, URGENT_NO,
	  "a name or address only looks like that of somebody registered",
	  check_impersonation, check_impersonation, NULL },
	{ "automatic", "12", ACTION_TAG, DECIDES_MANAGER, true, false, 0, URGENT_NO,
	  "a program wrote it", check_automatic, check_automatic, NULL },
	{ "unregistered", "1.1", ACTION_TAG, DECIDES_MANAGER, true, true, NOTIFY_MANAGER,
	  URGENT_NO, "probably a new address of a young person", NULL, check_unregistered,
	  NULL },
	{ "about-staff", "1.10", ACTION_TAG, DECIDES_LEAD, false, true, NOTIFY_LEAD,
	  URGENT_TODAY, "may be about a member of staff", NULL, NULL, check_about_staff },
	{ "crisis-reply", "12", ACTION_TAG, DECIDES_MANAGER, true, false,
	  NOTIFY_MANAGER | NOTIFY_LEAD | NOTIFY_AUTHOR, URGENT_NO,
	  "answers words of danger: ring or go, writing is the last resort",
	  check_crisis_reply, NULL, NULL },
	{ "language", "12", ACTION_TAG, DECIDES_MANAGER, true, true, NOTIFY_MANAGER,
	  URGENT_TODAY, "in a language that the rules do not read", NULL, check_language,
	  NULL },
};

const Check *
check_table(guint *len)
{
	*len = G_N_ELEMENTS(checks);
	return checks;
}

bool
check_is_built(const Check *check)
{
	return check->outbound != NULL || check->inbound != NULL ||
	       check->after_rules != NULL;
}

const Text *
inquiry_text(Inquiry *inquiry)
{
	const Message *message = inquiry->hearing->message;

	if (inquiry->text == NULL && message != NULL)
		inquiry->text = text_read(message);
	return inquiry->text;
}

/* A young person's message is never stopped, whatever the settings say. */
static Action
limit(Action action, Direction direction)
{
	return direction == DIRECTION_INBOUND ? MIN(action, ACTION_TAG) : action;
}

/* The last finding, when the running check has made as many as are kept; or NULL. */
static Finding *
last_of_many(const Inquiry *inquiry)
{
	const GPtrArray *findings = inquiry->findings;
	const Finding *first;

	if (findings->len < SAME_MAX)
		return NULL;
	first = findings->pdata[findings->len - SAME_MAX];
	if (strcmp(first->rule, inquiry->setting->name) != 0)
		return NULL;
	return findings->pdata[findings->len - 1];
}

/* Only what a young person writes cannot wait: what staff write is held, or on record. */
static bool
is_urgent(const Inquiry *inquiry)
{
	return inquiry->setting->notify != 0 && inquiry->direction == DIRECTION_INBOUND;
}

static Finding *
add_finding(Inquiry *inquiry, const char *where, const char *excerpt, const char *detail)
{
	const CheckSetting *setting = inquiry->setting;
	Finding *finding = last_of_many(inquiry);

	if (finding != NULL)
		return finding;
	finding = g_new0(Finding, 1);
	finding->rule = g_strdup(setting->name);
	finding->paragraph = g_strdup(setting->paragraph);
	finding->action = limit(setting->action, inquiry->direction);
	finding->where = g_strdup(where);
	finding->excerpt =
		g_utf8_make_valid(excerpt, (gssize)strnlen(excerpt, EXCERPT_MAX));
	finding->reason = detail == NULL
				  ? g_strdup(setting->reason)
				  : g_strdup_printf("%s: %s", setting->reason, detail);
	finding->decides = setting->decides;
	finding->tells_plainly = setting->tells_plainly;
	finding->notify = setting->notify;
	finding->urgent = is_urgent(inquiry) ? setting->urgent : URGENT_NO;
	g_ptr_array_add(inquiry->findings, finding);
	return finding;
}

void
inquiry_find(Inquiry *inquiry, const char *where, const char *excerpt, const char *detail)
{
	add_finding(inquiry, where, excerpt, detail);
}

void
inquiry_tag(Inquiry *inquiry, const char *where, const char *excerpt, const char *detail)
{
	Finding *finding = add_finding(inquiry, where, excerpt, detail);

	finding->action = MIN(finding->action, ACTION_TAG);
}

void
inquiry_find_quietly(Inquiry *inquiry, const char *where, const char *excerpt,
		     const char *detail)
{
	Finding *finding = add_finding(inquiry, where, excerpt, detail);

	finding->notify = 0;
	finding->urgent = URGENT_NO;
}

void
inquiry_find_for_lead(Inquiry *inquiry, const char *where, const char *excerpt,
		      const char *detail)
{
	Finding *finding = add_finding(inquiry, where, excerpt, detail);

	finding->decides = DECIDES_LEAD;
	if (finding->notify != 0)
		finding->notify = NOTIFY_LEAD;
	finding->tells_plainly = false;
}
