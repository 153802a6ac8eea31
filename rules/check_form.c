/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_form.c - messages that do not say clearly who wrote them (3.2)
 */
#include "config.h"

#include "rules/check.h"

/* RFC 5322, 3.6: fields that a message has once at most. */
static const char *const single_fields[] = {
	"From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID"
};
static const char *const author_fields[] = { "From", "Sender", "Reply-To" };

static void
check_repeated(Inquiry *inquiry, const char *field)
{
	g_autofree char *where = g_strconcat("header:", field, NULL);

	if (headers_count(inquiry->headers, field) > 1)
		inquiry_find(inquiry, where, "", "the field is there more than once");
}

static void
check_clean(Inquiry *inquiry, const char *field)
{
	bool is_clean = true;
	g_autoptr(GPtrArray) mailboxes =
		headers_mailboxes(inquiry->headers, field, &is_clean);
	g_autofree char *where = g_strconcat("header:", field, NULL);
	const char *first = headers_get(inquiry->headers, field, 0);

	if (!is_clean)
		inquiry_find(inquiry, where, first == NULL ? "" : first,
			     "the field is not one plain address");
}

/* Exactly one author. */
static void
check_from(Inquiry *inquiry)
{
	bool is_clean = true;
	g_autoptr(GPtrArray) authors =
		headers_mailboxes(inquiry->headers, "From", &is_clean);

	if (authors->len == 0)
		inquiry_find(inquiry, "header:From", "", "no author is given");
	else if (authors->len > 1 && is_clean &&
		 headers_count(inquiry->headers, "From") == 1)
		inquiry_find(inquiry, "header:From",
			     headers_get(inquiry->headers, "From", 0),
			     "several authors are given");
}

void
check_ambiguous_author(Inquiry *inquiry)
{
	check_from(inquiry);
	for (guint i = 0; i < G_N_ELEMENTS(single_fields); i++)
		check_repeated(inquiry, single_fields[i]);
	for (guint i = 0; i < G_N_ELEMENTS(author_fields); i++)
		check_clean(inquiry, author_fields[i]);
}
