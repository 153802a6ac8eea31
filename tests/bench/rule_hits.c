/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_hits.c - which rules of a policy find something in messages: for `make accuracy`
 *
 * usage: rule_hits RULES outbound|inbound < messages
 * Standard input has one message a line: its name, a tab, and the text with \n for new
 * lines, or a tab, "@" and the path of a file.  Answers with a line each: the name and
 * "rule=action" of every rule that found something, and after another tab the words.  The young person is registered with
 * nothing but an address, the agency with no number, so that lists excuse only what is
 * shipped.
 */
#include "config.h"

#include "tests/rules/court.h"

#include <stdio.h>

static Message *
read_message(const char *text, const char *headers)
{
	static const MessageLimits limits = { 1 << 24, 32, 1000 };
	g_autofree char *bytes = NULL;
	g_autofree char *plain = NULL;
	g_autoptr(GBytes) all = NULL;
	gsize len;

	if (text[0] == '@') {
		const char *body;

		if (!g_file_get_contents(text + 1, &plain, NULL, NULL))
			g_error("%s cannot be read", text + 1);
		/* The leading mbox line is no header, and whose headers they were does
		 * not matter here. */
		body = g_str_has_prefix(plain, "From ") ? strchr(plain, '\n') + 1 : plain;
		bytes = g_strdup(body);
	} else {
		plain = g_strcompress(text);
		bytes = g_strconcat(headers,
				    "Content-Type: text/plain; charset=utf-8\r\n\r\n",
				    plain, "\r\n", NULL);
	}
	len = strlen(bytes);
	all = g_bytes_new_take(g_steal_pointer(&bytes), len);
	return message_read(all, &limits);
}

static void
answer(Court *court, Direction direction, const char *name, const char *text)
{
	const Mail mail = {
		.login = direction == DIRECTION_OUTBOUND ? "mia" : NULL,
		.from = direction == DIRECTION_OUTBOUND ? NULL : "c@kids.example",
		.to = direction == DIRECTION_OUTBOUND ? NULL : "mia@agency.example",
		.listener = direction == DIRECTION_OUTBOUND ? NULL : "MX",
		.client = direction == DIRECTION_OUTBOUND ? NULL : "192.0.2.1"
	};
	g_autoptr(Envelope) envelope = court_envelope(&mail);
	g_autoptr(Message) message = read_message(
		text, direction == DIRECTION_OUTBOUND ? "From: mia@agency.example\r\n"
						      : "From: c@kids.example\r\n");
	g_autoptr(json_t) history = json_object();
	const Hearing hearing = { .envelope = envelope,
				  .message = message,
				  .directory = court->directory,
				  .policy = court->policy,
				  .history = history,
				  .time = 1700000000000 };
	g_autoptr(Verdict) verdict = judge(&hearing);
	g_autofree char *findings = court_findings(verdict);

	printf("%s\t%s\t", name, findings);
	for (guint i = 0; i < verdict->findings->len; i++) {
		const Finding *finding = verdict->findings->pdata[i];
		g_autofree char *excerpt = g_strescape(finding->excerpt, NULL);

		printf("%s: %s | ", finding->rule, excerpt);
	}
	printf("\n");
}

int
main(int argc, char **argv)
{
	Court court;
	char *line = NULL;
	size_t size = 0;
	Direction direction;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: rule_hits RULES outbound|inbound\n");
		return 2;
	}
	direction =
		strcmp(argv[2], "inbound") == 0 ? DIRECTION_INBOUND : DIRECTION_OUTBOUND;
	court.directory = court_directory();
	court.policy = court_policy_at(argv[1]);
	policy_prepare(court.policy);
	while (getline(&line, &size, stdin) > 0) {
		char *text;

		line[strcspn(line, "\n")] = '\0';
		text = strchr(line, '\t');
		if (text == NULL)
			continue;
		*text++ = '\0';
		answer(&court, direction, line, text);
	}
	free(line);
	court_close(&court);
	return 0;
}
