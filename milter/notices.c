/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notices.c - tells people what waits, until they have been told
 *
 * Who must still be told is asked of the records each time, so nothing is lost with the
 * process; only when to try again is kept here.  A notice that may have arrived is sent
 * again: twice is better than never.
 */
#include "config.h"

#include "milter/notices.h"

#include "base/log.h"
#include "desk/mail.h"

enum { LOOK_SECONDS = 10, FIRST_SECONDS = 5, LONGEST_SECONDS = 600, DOUBLINGS = 7 };

/* A notice that was not taken. */
typedef struct Attempt {
	guint count;
	gint64 next; /* monotonic time */
} Attempt;

struct Notices {
	NoticesOptions options;
	GThread *thread;
	GMutex lock;
	GCond woken;
	gboolean is_woken, is_stopping;
	/* Of the thread alone. */
	GHashTable *attempts; /* name of the notice → Attempt */
	char *fault;          /* what the last of them met */
};

static char *
name_of(const DeskNotice *notice)
{
	return g_strjoin(" ", notice->id, notice->role, notice->to, NULL);
}

static gboolean
is_stopping(Notices *notices)
{
	gboolean is_so;

	g_mutex_lock(&notices->lock);
	is_so = notices->is_stopping;
	g_mutex_unlock(&notices->lock);
	return is_so;
}

static void
try_again_later(Notices *notices, const char *name)
{
	Attempt *attempt = g_hash_table_lookup(notices->attempts, name);
	gint64 seconds;

	if (attempt == NULL) {
		attempt = g_new0(Attempt, 1);
		g_hash_table_insert(notices->attempts, g_strdup(name), attempt);
	}
	seconds = MIN(FIRST_SECONDS << MIN(attempt->count, DOUBLINGS), LONGEST_SECONDS);
	attempt->count++;
	attempt->next = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
}

static gboolean
hand_over(Notices *notices, const DeskNotice *notice, char **fault)
{
	const NoticesOptions *with = &notices->options;
	g_autoptr(GError) error = NULL;
	g_autofree char *reply = NULL;
	const Letter letter = {
		.sender = "",
		.recipient = notice->to,
		.top = "",
		.message = notice->text,
	};

	if (with->post(with->post_data, &letter, &reply) != POST_ACCEPTED) {
		*fault = g_steal_pointer(&reply);
		return FALSE;
	}
	if (desk_notice_sent(with->desk, notice, &error))
		return TRUE;
	*fault = g_strdup(error->message);
	return FALSE;
}

static void
tell(Notices *notices, const DeskNotice *notice)
{
	g_autofree char *name = name_of(notice);
	const Attempt *attempt = g_hash_table_lookup(notices->attempts, name);
	g_autofree char *fault = NULL;

	if (attempt != NULL && g_get_monotonic_time() < attempt->next)
		return;
	if (hand_over(notices, notice, &fault)) {
		g_hash_table_remove(notices->attempts, name);
		log_event(LOG_LEVEL_DEBUG, NULL, "told", "id", notice->id, "role",
			  notice->role, "to", notice->to, NULL);
		return;
	}
	try_again_later(notices, name);
	g_free(notices->fault);
	notices->fault = g_steal_pointer(&fault);
}

static void
tell_all(Notices *notices)
{
	g_autoptr(GPtrArray) due = desk_notices(notices->options.desk);

	if (due->len == 0)
		g_hash_table_remove_all(notices->attempts);
	for (guint i = 0; i < due->len && !is_stopping(notices); i++)
		tell(notices, g_ptr_array_index(due, i));
	alarms_set(notices->options.alarms, "notices",
		   g_hash_table_size(notices->attempts) > 0 ? notices->fault : NULL);
}

/* False when it is time to end. */
static gboolean
wait(Notices *notices)
{
	gint64 until = g_get_monotonic_time() + LOOK_SECONDS * G_TIME_SPAN_SECOND;
	gboolean goes_on;

	g_mutex_lock(&notices->lock);
	while (!notices->is_woken && !notices->is_stopping)
		if (!g_cond_wait_until(&notices->woken, &notices->lock, until))
			break;
	notices->is_woken = FALSE;
	goes_on = !notices->is_stopping;
	g_mutex_unlock(&notices->lock);
	return goes_on;
}

static gpointer
run(gpointer data)
{
	Notices *notices = data;

	do
		tell_all(notices);
	while (wait(notices));
	return NULL;
}

Notices *
notices_start(const NoticesOptions *options)
{
	Notices *notices = g_new0(Notices, 1);

	notices->options = *options;
	g_mutex_init(&notices->lock);
	g_cond_init(&notices->woken);
	notices->attempts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	notices->thread = g_thread_new("notices", run, notices);
	return notices;
}

void
notices_stop(Notices *notices)
{
	if (notices == NULL)
		return;
	g_mutex_lock(&notices->lock);
	notices->is_stopping = TRUE;
	g_cond_signal(&notices->woken);
	g_mutex_unlock(&notices->lock);
	g_thread_join(notices->thread);
	g_hash_table_unref(notices->attempts);
	g_free(notices->fault);
	g_mutex_clear(&notices->lock);
	g_cond_clear(&notices->woken);
	g_free(notices);
}

void
notices_wake(Notices *notices)
{
	g_mutex_lock(&notices->lock);
	notices->is_woken = TRUE;
	g_cond_signal(&notices->woken);
	g_mutex_unlock(&notices->lock);
}
