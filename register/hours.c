/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hours.c - the agency's office hours and the zone that its days are counted in
 *
 * Hours are kept as spans of minutes for a set of days of the week, and compared with
 * the wall clock of the zone: daylight saving needs no care of ours.
 */
#include "config.h"

#include "register/hours.h"

#include <string.h>

enum { DAYS = 7, EVERY_DAY = (1 << DAYS) - 1, MINUTES = 24 * 60 };

typedef struct Span {
	guint days;      /* bit 0 is Monday */
	int from, until; /* minutes since midnight; until exclusive */
} Span;

struct Hours {
	GTimeZone *zone;
	GArray *spans;
};

static const char *const day_names[DAYS] = { "Mon", "Tue", "Wed", "Thu",
					     "Fri", "Sat", "Sun" };

G_DEFINE_QUARK(hours_error, hours_error)

static bool
fail(GError **error, const char *word, const char *advice)
{
	g_set_error(error, HOURS_ERROR, HOURS_ERROR_SYNTAX, "'%s' %s", word, advice);
	return false;
}

/* 0 for Monday; -1 when it is none. */
static int
day_number(const char *name)
{
	for (int i = 0; i < DAYS; i++)
		if (g_ascii_strcasecmp(name, day_names[i]) == 0)
			return i;
	return -1;
}

/* "Mon", "Mon-Fri" or "Sat-Mon"; 0 when it is none. */
static guint
range_days(const char *range)
{
	g_auto(GStrv) ends = g_strsplit(range, "-", 2);
	int first = ends[0] == NULL ? -1 : day_number(ends[0]);
	int last = first >= 0 && ends[1] != NULL ? day_number(ends[1]) : first;
	guint days = 0;

	if (first < 0 || last < 0)
		return 0;
	for (int day = first; day != last; day = (day + 1) % DAYS)
		days |= 1U << day;
	return days | 1U << last;
}

static bool
parse_days(const char *word, guint *days, GError **error)
{
	g_auto(GStrv) ranges = g_strsplit(word, ",", -1);

	*days = 0;
	for (char **range = ranges; *range != NULL; range++) {
		guint some = range_days(*range);

		if (some == 0)
			return fail(error, word, "are no days: write Mon-Fri or Mon,Wed");
		*days |= some;
	}
	return *days != 0 || fail(error, word, "are no days: write Mon-Fri or Mon,Wed");
}

/* "08:00", up to "24:00"; -1 when it is none. */
static int
minute_of(const char *text)
{
	int hour, minute;

	if (strlen(text) != 5 || !g_ascii_isdigit(text[0]) || !g_ascii_isdigit(text[1]) ||
	    text[2] != ':' || !g_ascii_isdigit(text[3]) || !g_ascii_isdigit(text[4]))
		return -1;
	hour = 10 * (text[0] - '0') + text[1] - '0';
	minute = 10 * (text[3] - '0') + text[4] - '0';
	return minute < 60 && 60 * hour + minute <= MINUTES ? 60 * hour + minute : -1;
}

static bool
parse_times(const char *word, Span *span, GError **error)
{
	g_auto(GStrv) ends = g_strsplit(word, "-", 2);

	span->from = span->until = -1;
	if (g_strv_length(ends) == 2) {
		span->from = minute_of(ends[0]);
		span->until = minute_of(ends[1]);
	}
	if (span->from < 0 || span->until < 0)
		return fail(error, word, "is no time: write 08:00-18:00");
	if (span->until <= span->from)
		return fail(error, word, "ends before it begins: split it at midnight");
	return true;
}

/* Everything before the zone: pairs of days and times, or "always". */
static bool
parse_spans(Hours *hours, char *const *words, guint len, GError **error)
{
	if (len == 1 && strcmp(words[0], "always") == 0) {
		Span always = { EVERY_DAY, 0, MINUTES };

		g_array_append_val(hours->spans, always);
		return true;
	}
	for (guint i = 0; i < len; i += 2) {
		Span span;

		if (!parse_days(words[i], &span.days, error))
			return false;
		if (i + 1 == len)
			return fail(error, words[i],
				    "has no times after it: write Mon-Fri 08:00-18:00");
		if (!parse_times(words[i + 1], &span, error))
			return false;
		g_array_append_val(hours->spans, span);
	}
	return true;
}

static Hours *
hours_new(void)
{
	Hours *hours = g_atomic_rc_box_new0(Hours);

	hours->spans = g_array_new(FALSE, FALSE, sizeof(Span));
	return hours;
}

Hours *
hours_parse(const char *text, GError **error)
{
	g_auto(GStrv) raw = g_strsplit_set(text, " \t", -1);
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(Hours) hours = hours_new();
	guint last;

	for (char **word = raw; *word != NULL; word++)
		if (**word != '\0')
			g_ptr_array_add(words, *word);
	if (words->len < 2) {
		fail(error, text,
		     "is too short: write Mon-Fri 08:00-18:00 ZONE, or always ZONE");
		return NULL;
	}
	last = words->len - 1;
	hours->zone = g_time_zone_new_identifier(words->pdata[last]);
	if (hours->zone == NULL) {
		fail(error, words->pdata[last],
		     "is no time zone: write one as Europe/London at the end");
		return NULL;
	}
	if (!parse_spans(hours, (char *const *)words->pdata, last, error))
		return NULL;
	return g_steal_pointer(&hours);
}

Hours *
hours_ref(Hours *hours)
{
	return g_atomic_rc_box_acquire(hours);
}

static void
clear(gpointer data)
{
	Hours *hours = data;

	if (hours->zone != NULL)
		g_time_zone_unref(hours->zone);
	g_array_unref(hours->spans);
}

void
hours_unref(Hours *hours)
{
	if (hours != NULL)
		g_atomic_rc_box_release_full(hours, clear);
}

GTimeZone *
hours_zone(const Hours *hours)
{
	return hours->zone;
}

bool
hours_contains(const Hours *hours, gint64 time)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time / 1000);
	g_autoptr(GDateTime) local =
		utc == NULL ? NULL : g_date_time_to_timezone(utc, hours->zone);
	int day, minute;

	if (local == NULL)
		return false;
	day = g_date_time_get_day_of_week(local) - 1;
	minute = 60 * g_date_time_get_hour(local) + g_date_time_get_minute(local);
	for (guint i = 0; i < hours->spans->len; i++) {
		const Span *span = &g_array_index(hours->spans, Span, i);

		if ((span->days & 1U << day) && span->from <= minute &&
		    minute < span->until)
			return true;
	}
	return false;
}
