/* SPDX-License-Identifier: Apache-2.0 */
/*
 * court.h - a small agency for tests of scope and judgement, and messages to try there
 *
 * Carl (C1) is 14, Dora (C2) 17, Eve's case (C3) has ended, Finn and Gail (C4, C5)
 * share a mailbox.  Mia works here, with Carl; the team (Mia and Tom) with Dora; Tom
 * covers for Mia in August; Gus has left in January.
 */
#ifndef TESTS_RULES_COURT_H
#define TESTS_RULES_COURT_H

#include "rules/judge.h"
#include "tests/register/people.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct Court {
	Directory *directory;
	Policy *policy;
} Court;

/* One message; what is NULL is as usual. */
typedef struct Mail {
	const char *from;   /* envelope sender; NULL: mia@agency.example, "": null */
	const char *to;     /* recipients, parted by blanks; NULL: c@kids.example */
	const char *login;  /* NULL: none */
	const char *client; /* NULL: 127.0.0.1; "local": sendmail(1) */
	const char *listener;
	const char *headers; /* LF-ended lines; NULL: From: mia@agency.example */
	const char *day;     /* NULL: 2026-11-20 */
} Mail;

static const char *const court_domains[] = { "agency.example", NULL };

#define COURT_AGREEMENT(id, case_id, staff, more)                          \
	"{'id':'" id "','case':'" case_id "','staff':['" staff "'],"       \
	"'purpose':'rehearsals','from':'2026-01-01','until':'2026-12-31'," \
	"'agreed':'2025-12-20','informed':'2025-12-20'," more "}"

static inline Directory *
court_directory(void)
{
	static const char *const people[] = {
		"{'case':'C1','name':'Carl Kid','born':'2012-06-01',"
		"'addresses':['c@kids.example'],'sms':['+44 7700 900123']}",
		"{'case':'C2','name':'Dora Day','born':'2009-01-15',"
		"'addresses':['d@pupils.example']}",
		"{'case':'C3','name':'Eve End','born':'2009-01-15','state':'ended',"
		"'addresses':['e@kids.example'],'state_reason':'moved'}",
		"{'case':'C4','name':'Finn','born':'2009-01-15','shared':true,"
		"'addresses':['family@kids.example']}",
		"{'case':'C5','name':'Gail','born':'2009-01-15','shared':true,"
		"'addresses':['family@kids.example']}",
		NULL
	};
	static const char *const staff[] = {
		"{'email':'mia@agency.example','name':'Mia Mill','logins':['mia'],"
		"'also':['mia@home.example'],'away_from':'2026-08-01',"
		"'away_until':'2026-08-31','cover':'tom@agency.example'}",
		"{'email':'tom@agency.example','name':'Tom Tick','logins':['tom']}",
		"{'email':'max@agency.example','name':'Max Mann','roles':['manager']}",
		"{'email':'team@agency.example','name':'The Team',"
		"'members':['mia@agency.example','tom@agency.example']}",
		"{'email':'robot@agency.example','name':'Robot','roles':['automatic']}",
		"{'email':'gus@agency.example','name':'Gus Gone','logins':['gus'],"
		"'ended':'2026-01-31'}",
		NULL
	};
	static const char *const agreements[] = {
		COURT_AGREEMENT("A1", "C1", "mia@agency.example",
				"'ground':'parent','parent':'Ann',"
				"'parent_aware':'2026-02-01'"),
		COURT_AGREEMENT("A2", "C2", "team@agency.example", "'ground':'of-age'"),
		COURT_AGREEMENT("A3", "C3", "mia@agency.example", "'ground':'of-age'"),
		COURT_AGREEMENT("A4", "C4", "mia@agency.example", "'ground':'of-age'"),
		COURT_AGREEMENT("A5", "C1", "robot@agency.example",
				"'ground':'decision','decision':'reminders',"
				"'decided_by':'max@agency.example'"),
		COURT_AGREEMENT("A6", "C1", "gus@agency.example",
				"'ground':'decision','decision':'as before',"
				"'decided_by':'max@agency.example'"),
		NULL
	};
	g_autoptr(GError) error = NULL;
	Directory *directory = people_directory(people, staff, agreements, &error);

	if (directory == NULL)
		fail_msg("%s", error->message);
	return directory;
}

/* A policy from a rules file's text and settings beside the usual ones. */
static inline Policy *
court_policy_load(const char *rules, const char *more, GError **error)
{
	g_autofree char *folder = g_dir_make_tmp("court-XXXXXX", NULL);
	g_autofree char *rules_path = g_build_filename(folder, "a.rules", NULL);
	g_autofree char *path = g_build_filename(folder, "main.conf", NULL);
	g_autofree char *text = g_strdup_printf("rules %s\n"
						"work-domain agency.example\n"
						"outside listener MX\n"
						"office-hours always Europe/London\n"
						"sms-gateway sms.example\n"
						"%s",
						folder, more);
	g_autoptr(Settings) settings = NULL;
	Policy *policy = NULL;

	assert_true(rules == NULL || g_file_set_contents(rules_path, rules, -1, NULL));
	assert_true(g_file_set_contents(path, text, -1, NULL));
	settings = settings_load(path, error);
	if (settings != NULL)
		policy = policy_load(settings, error);
	g_remove(rules_path);
	g_remove(path);
	g_rmdir(folder);
	return policy;
}

static inline Policy *
court_policy(const char *rules, const char *more)
{
	g_autoptr(GError) error = NULL;
	Policy *policy = court_policy_load(rules, more, &error);

	if (policy == NULL)
		fail_msg("%s", error->message);
	return policy;
}

/* The policy of the court with rules of another place; a configuration takes absolute
 * paths alone. */
static inline Policy *
court_policy_at(const char *rules)
{
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "court-XXXXXX", NULL);
	g_autofree char *place = g_canonicalize_filename(rules, NULL);
	g_autofree char *text = g_strdup_printf("rules %s\n"
						"work-domain agency.example\n"
						"outside listener MX\n"
						"office-hours always Europe/London\n",
						place);
	int fd = g_mkstemp(path);
	g_autoptr(Settings) settings = NULL;
	g_autoptr(GError) error = NULL;
	Policy *policy = NULL;

	if (fd >= 0 && g_close(fd, NULL) && g_file_set_contents(path, text, -1, NULL))
		settings = settings_load(path, &error);
	if (settings != NULL)
		policy = policy_load(settings, &error);
	g_remove(path);
	if (policy == NULL)
		fail_msg("%s", error->message);
	return policy;
}

static inline void
court_open(Court *court, const char *rules, const char *more)
{
	court->directory = court_directory();
	court->policy = court_policy(rules, more);
}

static inline void
court_close(Court *court)
{
	directory_unref(court->directory);
	policy_unref(court->policy);
}

static inline Path *
court_path(const char *address)
{
	g_autofree char *given = g_strconcat("<", address, ">", NULL);

	return path_new(given, address[0] == '\0' ? NULL : address, court_domains);
}

static inline Envelope *
court_envelope(const Mail *mail)
{
	Envelope *envelope = envelope_new();
	g_auto(GStrv) to =
		g_strsplit(mail->to == NULL ? "c@kids.example" : mail->to, " ", -1);

	envelope->sender =
		court_path(mail->from == NULL ? "mia@agency.example" : mail->from);
	for (char **address = to; *address != NULL; address++)
		g_ptr_array_add(envelope->recipients, court_path(*address));
	envelope->login = g_strdup(mail->login);
	envelope->listener = g_strdup(mail->listener);
	envelope->client = g_strdup(mail->client == NULL ? "127.0.0.1" : mail->client);
	if (strcmp(envelope->client, "local") == 0)
		g_clear_pointer(&envelope->client, g_free);
	return envelope;
}

static inline const char *
court_headers(const Mail *mail)
{
	return mail->headers == NULL ? "From: mia@agency.example\n" : mail->headers;
}

static inline Message *
court_message(const Mail *mail)
{
	static const MessageLimits limits = { 1 << 20, 32, 1000 };
	g_autofree char *lf = g_strconcat(court_headers(mail), "\nHello\n", NULL);
	g_auto(GStrv) lines = g_strsplit(lf, "\n", -1);
	char *text = g_strjoinv("\r\n", lines);
	g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));

	return message_read(bytes, &limits);
}

static inline Verdict *
court_judge(const Court *court, const Mail *mail)
{
	g_autoptr(Envelope) envelope = court_envelope(mail);
	g_autoptr(Message) message = court_message(mail);
	g_autoptr(json_t) history = json_object();
	GTimeZone *zone = hours_zone(policy_hours(court->policy));
	Day day = day_parse(mail->day == NULL ? "2026-11-20" : mail->day, NULL);
	Hearing hearing = { .envelope = envelope,
			    .message = message,
			    .directory = court->directory,
			    .policy = court->policy,
			    .history = history,
			    .time = day_start(day, zone) };

	return judge(&hearing);
}

/* "rule=action …" of the findings, in order, neighbours that are the same once. */
static inline char *
court_findings(const Verdict *verdict)
{
	GString *text = g_string_new(NULL);
	g_autofree char *last = NULL;

	for (guint i = 0; i < verdict->findings->len; i++) {
		const Finding *finding = verdict->findings->pdata[i];
		g_autofree char *one = g_strdup_printf("%s=%s", finding->rule,
						       action_name(finding->action));

		if (g_strcmp0(one, last) != 0)
			g_string_append_printf(text, "%s%s", text->len == 0 ? "" : " ",
					       one);
		g_free(last);
		last = g_steal_pointer(&one);
	}
	return g_string_free(text, FALSE);
}

#endif
