/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.c - the time now, and instants as text
 *
 * GLib's own ISO 8601 reader takes far more spellings than RFC 3339 and rounds
 * fractions through a double, so "….123Z" may come back as .122: we read the digits.
 */
#include "config.h"

#include "base/clock.h"

#include <string.h>

/* What GDateTime can express: the years 1 to 9999. */
#define TIME_MIN G_GINT64_CONSTANT(-62135596800000)
#define TIME_MAX G_GINT64_CONSTANT(253402300799999)

G_DEFINE_QUARK(clock_error, clock_error)

static gint64
offset_for_trials(const char *path)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	return g_ascii_strtoll(g_strstrip(text), NULL, 10) * 1000;
}

gint64
clock_now(void)
{
	const char *path = g_getenv("CHAPERONE_CLOCK");
	gint64 now = g_get_real_time() / 1000;

	return path == NULL ? now : now + offset_for_trials(path);
}

/* Steps over text of a shape ('0' stands for a digit); NULL when it has another. */
static const char *
skip(const char *text, const char *shape)
{
	for (; *shape != '\0'; text++, shape++)
		if (*shape == '0' ? !g_ascii_isdigit(*text) : *text != *shape)
			return NULL;
	return text;
}

static int
two_digits(const char *text)
{
	return g_ascii_digit_value(text[0]) * 10 + g_ascii_digit_value(text[1]);
}

/* The instant of "YYYY-MM-DD", then HH:MM and SS where the texts are not NULL. */
static bool
read_instant(const char *date, const char *minutes, const char *seconds, GTimeZone *zone,
	     gint64 *time)
{
	g_autoptr(GDateTime) instant = g_date_time_new(
		zone, two_digits(date) * 100 + two_digits(date + 2), two_digits(date + 5),
		two_digits(date + 8), minutes == NULL ? 0 : two_digits(minutes),
		minutes == NULL ? 0 : two_digits(minutes + 3),
		seconds == NULL ? 0 : two_digits(seconds));

	if (instant == NULL)
		return false;
	*time = g_date_time_to_unix(instant) * 1000;
	return true;
}

/* ".5", ".500123": whole milliseconds of it; *end is what follows. */
static gint64
read_fraction(const char *text, const char **end)
{
	gint64 milliseconds = 0;
	gint64 weight = 100;

	*end = text;
	if (text[0] != '.' || !g_ascii_isdigit(text[1]))
		return 0;
	for (text++; g_ascii_isdigit(*text); text++, weight /= 10)
		milliseconds += g_ascii_digit_value(*text) * weight;
	*end = text;
	return milliseconds;
}

/* "Z" or "+01:00", to the end of the text. */
static bool
read_zone(const char *text, gint64 *offset)
{
	const char *end = skip(text + 1, "00:00");
	int minutes;

	*offset = 0;
	if (strcmp(text, "Z") == 0)
		return true;
	if ((*text != '+' && *text != '-') || end == NULL || *end != '\0')
		return false;
	minutes = two_digits(text + 1) * 60 + two_digits(text + 4);
	*offset = (*text == '-' ? -minutes : minutes) * G_GINT64_CONSTANT(60000);
	return two_digits(text + 1) < 24 && two_digits(text + 4) < 60;
}

static bool
read_rfc3339(const char *text, gint64 *time)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	const char *rest = skip(text, "0000-00-00T00:00:00");
	gint64 fraction, offset, whole;

	if (rest == NULL)
		return false;
	fraction = read_fraction(rest, &rest);
	if (*rest == '\0' || !read_zone(rest, &offset) ||
	    !read_instant(text, text + 11, text + 17, utc, &whole))
		return false;
	*time = whole + fraction - offset;
	return true;
}

static bool
read_local(const char *text, GTimeZone *zone, gint64 *time)
{
	const char *rest = skip(text, "0000-00-00");
	const char *end;

	if (rest == NULL)
		return false;
	if (*rest == '\0')
		return read_instant(text, NULL, NULL, zone, time);
	end = skip(rest, " 00:00");
	return end != NULL && *end == '\0' &&
	       read_instant(text, rest + 1, NULL, zone, time);
}

bool
clock_parse(const char *text, GTimeZone *zone, gint64 *time, GError **error)
{
	if (read_rfc3339(text, time) || read_local(text, zone, time))
		return true;
	g_set_error(error, CLOCK_ERROR, CLOCK_ERROR_SYNTAX,
		    "'%.40s' is not a time: write YYYY-MM-DD, YYYY-MM-DD HH:MM or "
		    "YYYY-MM-DDTHH:MM:SSZ",
		    text);
	return false;
}

/* Seconds of an instant, rounded down, and the milliseconds above them. */
static gint64
split(gint64 time, int *milliseconds)
{
	gint64 known = CLAMP(time, TIME_MIN, TIME_MAX);

	*milliseconds = (int)(((known % 1000) + 1000) % 1000);
	return (known - *milliseconds) / 1000;
}

char *
clock_format_utc(gint64 time)
{
	int milliseconds;
	g_autoptr(GDateTime) utc =
		g_date_time_new_from_unix_utc(split(time, &milliseconds));

	return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
			       g_date_time_get_year(utc), g_date_time_get_month(utc),
			       g_date_time_get_day_of_month(utc),
			       g_date_time_get_hour(utc), g_date_time_get_minute(utc),
			       g_date_time_get_second(utc), milliseconds);
}

char *
clock_format_local(gint64 time, GTimeZone *zone)
{
	int milliseconds;
	g_autoptr(GDateTime) utc =
		g_date_time_new_from_unix_utc(split(time, &milliseconds));
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);

	return g_date_time_format(local != NULL ? local : utc, "%Y-%m-%d %H:%M %Z");
}
