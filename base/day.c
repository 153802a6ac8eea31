/* SPDX-License-Identifier: Apache-2.0 */
/*
 * day.c - calendar days
 */
#include "config.h"

#include "base/day.h"

#include <stdbool.h>

/* The last day that GDateTime knows. */
enum { YEAR_MAX = 9999 };

G_DEFINE_QUARK(day_error, day_error)

static guint
digits(const char *text, gsize len)
{
	guint number = 0;

	for (gsize i = 0; i < len; i++)
		number = number * 10 + (guint)g_ascii_digit_value(text[i]);
	return number;
}

static bool
has_shape(const char *text)
{
	static const char shape[] = "0000-00-00";

	for (gsize i = 0; i < sizeof(shape); i++)
		if (shape[i] == '0' ? !g_ascii_isdigit(text[i]) : text[i] != shape[i])
			return false;
	return true;
}

static Day
from_parts(guint year, guint month, guint day)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	return g_date_get_julian(&date);
}

static GDate
to_date(Day day)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_julian(&date, day);
	return date;
}

Day
day_parse(const char *text, GError **error)
{
	guint year, month, day;

	if (has_shape(text)) {
		year = digits(text, 4);
		month = digits(text + 5, 2);
		day = digits(text + 8, 2);
		if (g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
			return from_parts(year, month, day);
	}
	g_set_error(error, DAY_ERROR, DAY_ERROR_SYNTAX,
		    "'%.40s' is not a day: write YYYY-MM-DD", text);
	return DAY_NONE;
}

char *
day_format(Day day)
{
	GDate date;

	if (day == DAY_NONE)
		return g_strdup("");
	date = to_date(day);
	return g_strdup_printf("%04u-%02u-%02u", (guint)g_date_get_year(&date),
			       (guint)g_date_get_month(&date),
			       (guint)g_date_get_day(&date));
}

Day
day_of(gint64 time, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc =
		g_date_time_new_from_unix_utc(time / 1000 - (time % 1000 < 0));
	g_autoptr(GDateTime) local = NULL;
	int year, month, day;

	if (utc == NULL)
		return DAY_NONE;
	local = g_date_time_to_timezone(utc, zone);
	g_date_time_get_ymd(local, &year, &month, &day);
	return from_parts((guint)year, (guint)month, (guint)day);
}

gint64
day_start(Day day, GTimeZone *zone)
{
	g_autoptr(GDateTime) midnight = NULL;
	GDate date;

	if (day == DAY_NONE)
		return G_MININT64;
	date = to_date(day);
	midnight = g_date_time_new(zone, g_date_get_year(&date),
				   (int)g_date_get_month(&date), g_date_get_day(&date), 0,
				   0, 0);
	return midnight == NULL ? G_MAXINT64 : g_date_time_to_unix(midnight) * 1000;
}

int
day_age(Day born, Day on)
{
	GDate from = to_date(born), to = to_date(on);
	int years = g_date_get_year(&to) - g_date_get_year(&from);
	int months = (int)g_date_get_month(&to) - (int)g_date_get_month(&from);
	int days = g_date_get_day(&to) - g_date_get_day(&from);

	return months < 0 || (months == 0 && days < 0) ? years - 1 : years;
}

Day
day_birthday(Day born, int age)
{
	GDate date = to_date(born);
	guint year = (guint)CLAMP(g_date_get_year(&date) + age, 1, YEAR_MAX);
	guint month = (guint)g_date_get_month(&date);
	guint day = g_date_get_day(&date);

	if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return from_parts(year, G_DATE_MARCH, 1);
	return from_parts(year, month, day);
}
