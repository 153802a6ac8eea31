/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter.c - RFC 5322 by hand: six headers and a text in UTF-8
 */
#include "config.h"

#include "desk/letter.h"

#include <string.h>

enum { MILLISECONDS = 1000 };

/* RFC 5322, 3.3: English names, whatever the locale. */
static char *
format_date(gint64 time, GTimeZone *zone)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu",
					    "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time / MILLISECONDS);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
	g_autofree char *clock = g_date_time_format(local, "%H:%M:%S %z");

	return g_strdup_printf("%s, %d %s %d %s",
			       days[g_date_time_get_day_of_week(local) - 1],
			       g_date_time_get_day_of_month(local),
			       months[g_date_time_get_month(local) - 1],
			       g_date_time_get_year(local), clock);
}

static void
add_header(GString *out, const char *name, const char *value)
{
	g_string_append_printf(out, "%s: ", name);
	for (; *value != '\0'; value++)
		if (!g_ascii_iscntrl(*value))
			g_string_append_c(out, *value);
	g_string_append(out, "\r\n");
}

static void
add_body(GString *out, const char *body)
{
	for (; *body != '\0'; body++) {
		if (*body == '\r')
			continue;
		if (*body == '\n')
			g_string_append_c(out, '\r');
		g_string_append_c(out, *body);
	}
}

GBytes *
letter_format(const LetterText *text)
{
	GString *out = g_string_new(NULL);
	const char *at = strrchr(text->from, '@');
	g_autofree char *date = format_date(text->time, text->zone);
	g_autofree char *id = g_strdup_printf("<%s@%s>", text->id,
					      at == NULL ? "chaperone.invalid" : at + 1);

	add_header(out, "From", text->from);
	add_header(out, "To", text->to);
	add_header(out, "Subject", text->subject);
	add_header(out, "Date", date);
	add_header(out, "Message-ID", id);
	add_header(out, "Auto-Submitted", "auto-generated");
	add_header(out, "MIME-Version", "1.0");
	add_header(out, "Content-Type", "text/plain; charset=utf-8");
	add_header(out, "Content-Transfer-Encoding", "8bit");
	g_string_append(out, "\r\n");
	add_body(out, text->body);
	return g_string_free_to_bytes(out);
}
