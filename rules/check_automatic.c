/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_automatic.c - what a program wrote: answers of people who are away, reminders
 * (RFC 3834, 5)
 *
 * On record as such, and never a reason to answer: the facts say "automatic".
 */
#include "config.h"

#include "rules/check.h"

#include <string.h>

/* "auto-replied; owner=…" but not "no". */
static bool
is_auto_submitted(const Headers *headers)
{
	const char *value = headers_get(headers, "Auto-Submitted", 0);
	g_autofree char *word = NULL;

	if (value == NULL)
		return false;
	word = g_strndup(value, strcspn(value, ";( \t"));
	return g_ascii_strcasecmp(word, "no") != 0;
}

static bool
is_null_sender(const Envelope *envelope)
{
	return envelope->sender != NULL && *path_text(envelope->sender) == '\0';
}

bool
check_is_automatic(const Hearing *hearing, const Headers *headers)
{
	return is_auto_submitted(headers) || is_null_sender(hearing->envelope);
}

void
check_automatic(Inquiry *inquiry)
{
	const char *value = headers_get(inquiry->headers, "Auto-Submitted", 0);

	if (is_auto_submitted(inquiry->headers))
		inquiry_find(inquiry, "header:Auto-Submitted", value, NULL);
	else if (is_null_sender(inquiry->hearing->envelope))
		inquiry_find(inquiry, "envelope", "<>", "it has no sender to answer to");
}
