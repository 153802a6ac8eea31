/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamper.c - has the log stamped by a time stamp authority, now and then
 *
 * Mail never waits for it: an authority that is dead, slow or lies is an alarm, and asked
 * again, each time later.  When the last stamp was is asked of the records, so a restart
 * neither misses one nor makes one too many.
 */
#include "config.h"

#include "milter/stamper.h"

#include "archive/stamps.h"
#include "base/clock.h"
#include "milter/fetch.h"

enum {
	FIRST_SECONDS = 5,
	LONGEST_SECONDS = 1800,
	DOUBLINGS = 10,
	ASK_SECONDS = 30,
	REPLY_MAX = 256 * 1024,
};

struct Stamper {
	StamperOptions options;
	GThread *thread;
	gint is_stopping;
	GMutex lock; /* one stamp at a time */
	/* Of the thread alone. */
	guint failures;
	gint64 next; /* monotonic time: not before */
};

static GBytes *
ask_authority(Stamper *stamper, const Settings *settings, GBytes *question,
	      GError **error)
{
	const Fetch fetch = {
		.url = settings_words(settings, "stamp")[0],
		.type = "application/timestamp-query",
		.bytes = question,
		.max = REPLY_MAX,
		.seconds = ASK_SECONDS,
		.is_stopping = &stamper->is_stopping,
	};

	return fetch_post(&fetch, error);
}

static bool
stamp(Stamper *stamper, const Settings *settings, GError **error)
{
	Store *store = stamper->options.store;
	g_autofree char *anchors =
		stamps_read_anchors(settings_text(settings, "stamp-ca"), error);
	g_auto(StampQuestion) question = { 0 };
	g_autoptr(GBytes) reply = NULL;

	if (anchors == NULL) {
		g_prefix_error(error, "stamp-ca: ");
		return false;
	}
	if (!stamps_ask(store, settings_text(settings, "stamp-policy"), &question, error))
		return false;
	reply = ask_authority(stamper, settings, question.bytes, error);
	return reply != NULL && stamps_keep(store, &question, reply, anchors, error);
}

bool
stamper_stamp(Stamper *stamper, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(stamper->options.desk);
	g_autoptr(GError) cause = NULL;
	bool is_done;

	if (settings_words(settings, "stamp")[0] == NULL) {
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "no authority is configured: see stamp in "
				    "chaperone.conf(5)");
		return false;
	}
	g_mutex_lock(&stamper->lock);
	is_done = stamp(stamper, settings, &cause);
	g_mutex_unlock(&stamper->lock);
	if (g_atomic_int_get(&stamper->is_stopping) == 0)
		alarms_set(stamper->options.alarms, "stamp",
			   is_done ? NULL : cause->message);
	if (!is_done)
		g_propagate_error(error, g_steal_pointer(&cause));
	return is_done;
}

static bool
is_due(const Stamper *stamper)
{
	g_autoptr(Settings) settings = desk_settings(stamper->options.desk);
	const gint64 interval = settings_number(settings, "stamp");
	const gint64 age = clock_now() - stamps_last(stamper->options.store);

	if (interval == 0)
		alarms_set(stamper->options.alarms, "stamp", NULL);
	return interval > 0 && (age >= interval || age < -interval) &&
	       g_get_monotonic_time() >= stamper->next;
}

/* How long to leave an authority alone that failed. */
static void
put_off(Stamper *stamper)
{
	const gint64 seconds =
		MIN(FIRST_SECONDS << MIN(stamper->failures, DOUBLINGS), LONGEST_SECONDS);

	stamper->failures++;
	stamper->next = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
}

static gpointer
run(gpointer data)
{
	Stamper *stamper = data;

	while (g_atomic_int_get(&stamper->is_stopping) == 0) {
		if (is_due(stamper) && stamper_stamp(stamper, NULL))
			stamper->failures = 0;
		else if (is_due(stamper))
			put_off(stamper);
		g_usleep(G_USEC_PER_SEC); /* until the next look */
	}
	return NULL;
}

Stamper *
stamper_start(const StamperOptions *options)
{
	Stamper *stamper = g_new0(Stamper, 1);

	stamper->options = *options;
	g_mutex_init(&stamper->lock);
	stamper->thread = g_thread_new("stamper", run, stamper);
	return stamper;
}

void
stamper_give_up(Stamper *stamper)
{
	g_atomic_int_set(&stamper->is_stopping, 1);
}

void
stamper_stop(Stamper *stamper)
{
	stamper_give_up(stamper);
	g_thread_join(stamper->thread);
}
