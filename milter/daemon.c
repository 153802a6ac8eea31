/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon.c - chaperoned from its start to its end
 *
 * Start: configuration, lock and socket (as whoever started us), then as the owner of
 * the archive: archive, key, register and rules, judges, control socket, notices.
 *
 * While it runs, one thread, the keeper, waits for SIGUSR1 and looks after what can be
 * mended without hands: it reads the configuration anew, tries the key again, and ends
 * the process when two judges are stuck.  Another, the tender, takes snapshots and
 * erases what was approved, which may take long.  SIGTERM and SIGHUP belong to
 * libmilter.
 *
 * End: libmilter stops listening but does not wait for its connections.  So those that
 * are at the end of a message are waited for, a gate keeps all others from the archive,
 * and nothing that a callback may still touch is freed.
 */
#include "config.h"

#include "milter/daemon.h"

#include "base/log.h"
#include "base/settings.h"
#include "desk/mail.h"
#include "desk/retention.h"
#include "desk/words.h"
#include "milter/callbacks.h"
#include "milter/control.h"
#include "milter/court.h"
#include "milter/keys.h"
#include "milter/post.h"
#include "milter/privileges.h"
#include "milter/socket.h"
#include "milter/stamper.h"
#include "milter/supervisor.h"
#include "milter/works.h"
#include "rules/policy.h"

#include <libmilter/mfapi.h>
#include <linux/magic.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <time.h>

enum {
	MEND_SECONDS = 10,
	SNAPSHOT_SECONDS = 60,
	DRAIN_SECONDS = 30,
	CONTROL_SECONDS = 10,
	STUCK_MAX = 2,
};

struct Daemon {
	char *config;
	Socket *socket;
	Works works;
	Post *post;
	Control *control;
	Stamper *stamper;
	GThread *keeper, *tender;
	bool has_signer, has_log_key;
	gint64 signer_until; /* where the days of its certificate end; 0: not known */
	bool had_fault;      /* of the archive, at the last look */
	gint is_ending, is_closing, is_again;
};

G_DEFINE_QUARK(daemon_error, daemon_error)

static void
say(const char *what, const GError *error)
{
	(void)fprintf(stderr, "chaperoned: %s%s\n", what, error->message);
}

static bool
check_retention(const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Retention) retention = retention_load(settings, &error);

	if (retention == NULL)
		say("", error);
	return retention != NULL;
}

static bool
check_rules(const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Policy) policy = policy_load(settings, &error);

	if (policy == NULL)
		say("", error);
	return policy != NULL;
}

bool
daemon_check(const char *config)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = settings_load(config, &error);
	bool holds;

	if (settings == NULL) {
		say("", error);
		return false;
	}
	holds = check_rules(settings);
	holds = check_retention(settings) && holds;
	return keys_check(settings) && holds;
}

static void
our_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGUSR1);
}

void
daemon_block_signals(void)
{
	sigset_t set;

	our_signals(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

/* Without a key nothing can be recorded: mail in scope waits, and it is tried again. */
static void
open_signer(Daemon *daemon, const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	Signer *signer = signer_open(settings_text(settings, "signing-key"),
				     settings_text(settings, "signing-cert"), &error);

	if (signer != NULL)
		daemon->signer_until = signer_until(signer);
	if (signer != NULL && store_set_signer(daemon->works.store, signer, &error))
		daemon->has_signer = true;
	alarms_set(daemon->works.alarms, "signing-key",
		   error != NULL ? error->message : NULL);
}

/* Without it mail goes on; but nobody can be shown that nothing was taken away. */
static void
open_log_key(Daemon *daemon, const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	LogKey *key = log_key_open(settings_text(settings, "log-key"), &error);

	if (key != NULL && store_set_log_key(daemon->works.store, key, &error))
		daemon->has_log_key = true;
	alarms_set(daemon->works.alarms, "log-key",
		   error != NULL ? error->message : NULL);
}

static void
note_expiry(Daemon *daemon)
{
	g_autofree char *expiry =
		daemon->signer_until != 0 ? keys_expiry(daemon->signer_until) : NULL;

	alarms_set(daemon->works.alarms, "signing-cert", expiry);
}

/* By the marker a copy that is restored will be known at its first start. */
static void
mark(Daemon *daemon)
{
	g_autoptr(GError) error = NULL;

	alarms_set(daemon->works.alarms, "marker",
		   store_mark(daemon->works.store, &error) ? NULL : error->message);
}

static void
note_fault(Daemon *daemon)
{
	g_autofree char *fault = store_fault(daemon->works.store);

	if (fault != NULL || daemon->had_fault)
		alarms_set(daemon->works.alarms, "archive", fault);
	daemon->had_fault = fault != NULL;
}

/* What is recorded stays in the journal meanwhile. */
static void
note_trouble(Daemon *daemon)
{
	g_autofree char *trouble = store_trouble(daemon->works.store);

	alarms_set(daemon->works.alarms, "filing", trouble);
}

static void
note_sealing(Daemon *daemon)
{
	g_autofree char *fault = desk_sealing_fault(daemon->works.desk);

	g_autofree char *due = desk_sealed_due(daemon->works.desk);

	alarms_set(daemon->works.alarms, "sealing", fault);
	alarms_set(daemon->works.alarms, "sealed-pictures", due);
}

static void
erase_due(Daemon *daemon)
{
	g_autofree char *fault = desk_erase(daemon->works.desk);

	alarms_set(daemon->works.alarms, "erasure", fault);
}

static void
take_snapshot(Daemon *daemon)
{
	g_autoptr(GError) error = NULL;

	if (!store_snapshot(daemon->works.store, &error))
		log_event(LOG_LEVEL_NOTICE, NULL, "snapshot", "fault", error->message,
			  NULL);
}

/* A bad file leaves the old settings in force. */
static void
reload(Daemon *daemon)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = settings_load(daemon->config, &error);

	supervisor_tell("RELOADING=1");
	if (settings != NULL && desk_reload(daemon->works.desk, settings, &error)) {
		post_set_url(daemon->post, settings_text(settings, "submit"));
		open_signer(daemon, settings);
		open_log_key(daemon, settings);
		log_event(LOG_LEVEL_NOTICE, NULL, "reload", "state", "done", NULL);
	} else {
		log_event(LOG_LEVEL_ALARM, NULL, "reload", "state", "refused", "fault",
			  error->message, NULL);
	}
	supervisor_tell("READY=1");
}

static void
mend(Daemon *daemon)
{
	g_autoptr(Settings) settings = desk_settings(daemon->works.desk);

	if (!daemon->has_signer)
		open_signer(daemon, settings);
	if (!daemon->has_log_key)
		open_log_key(daemon, settings);
	note_fault(daemon);
	note_trouble(daemon);
	note_expiry(daemon);
	mark(daemon);
	note_sealing(daemon);
	supervisor_tell("WATCHDOG=1");
}

/* Threads that never come back: a new process is the only cure. */
static void
watch_judges(Daemon *daemon)
{
	if (pool_stuck(daemon->works.pool) < STUCK_MAX ||
	    g_atomic_int_get(&daemon->is_again) != 0)
		return;
	log_event(LOG_LEVEL_ALARM, NULL, "alarm", "about", "judges", "fault",
		  "two messages hang in judgement: the program starts anew", NULL);
	g_atomic_int_set(&daemon->is_again, 1);
	smfi_stop();
}

static gpointer
keep(gpointer data)
{
	Daemon *daemon = data;
	const struct timespec second = { 1, 0 };
	sigset_t set;

	our_signals(&set);
	for (guint64 i = 1; g_atomic_int_get(&daemon->is_ending) == 0; i++) {
		if (sigtimedwait(&set, NULL, &second) == SIGUSR1)
			reload(daemon);
		watch_judges(daemon);
		if (i % MEND_SECONDS == 0)
			mend(daemon);
	}
	return NULL;
}

/* What may take long, and must not keep the watchdog waiting. */
static gpointer
tend(gpointer data)
{
	Daemon *daemon = data;

	for (guint64 i = 1; g_atomic_int_get(&daemon->is_ending) == 0; i++) {
		g_usleep(G_USEC_PER_SEC);
		if (i % SNAPSHOT_SECONDS == 1)
			take_snapshot(daemon); /* when one is due */
		if (i % MEND_SECONDS == 1)
			erase_due(daemon);
	}
	return NULL;
}

static void
count(void *data, guint64 *seen, guint64 *in_scope)
{
	const Counters *counters = data;

	*seen = counters_get(counters, COUNT_SEEN);
	*in_scope = counters_get(counters, COUNT_IN_SCOPE);
}

static bool
stamp(void *data, GError **error)
{
	const Daemon *daemon = data;

	return stamper_stamp(daemon->stamper, error);
}

/* The desk does not know what is wrong with the daemon around it. */
static json_t *
answer(void *data, const DeskRequest *request, GError **error)
{
	const Daemon *daemon = data;
	json_t *result = desk_answer(daemon->works.desk, request, error);

	if (result != NULL && g_strcmp0(json_text(request->body, "area"), "status") == 0)
		json_object_set_new(result, "alarms",
				    alarms_to_json(daemon->works.alarms));
	return result;
}

/* Where a flush may be answered before it is done. */
static bool
check_filesystem(const Settings *settings, GError **error)
{
	const char *archive = settings_text(settings, "archive");
	struct statfs info;

	if (g_str_equal(settings_text(settings, "network-filesystem"), "yes") ||
	    statfs(archive, &info) != 0)
		return true;
	switch (info.f_type) {
	case NFS_SUPER_MAGIC:
	case SMB_SUPER_MAGIC:
	case SMB2_SUPER_MAGIC:
	case CIFS_SUPER_MAGIC:
		g_set_error(error, DAEMON_ERROR, DAEMON_ERROR_START,
			    "%s: is on a network file system: move it to a disk, or say "
			    "network-filesystem yes",
			    archive);
		return false;
	default:
		return true;
	}
}

static bool
open_archive(Daemon *daemon, const Settings *settings, GError **error)
{
	const char *const *domains = settings_words(settings, "work-domain");
	g_autofree char *origin =
		g_strdup_printf("%s/archive", domains[0] != NULL ? domains[0] : "");
	g_autofree char *beside =
		g_strconcat(settings_text(settings, "archive"), ".head", NULL);
	const StoreOptions options = {
		.directory = settings_text(settings, "archive"),
		.origin = origin,
		.marker = settings_text(settings, "marker") != NULL
				  ? settings_text(settings, "marker")
				  : beside,
		.read = words_read,
		.reserve = (gsize)settings_number(settings, "disk-reserve"),
	};

	daemon->works.store = store_open(&options, error);
	if (daemon->works.store == NULL)
		return false;
	daemon->works.spool = g_strdup(store_spool(daemon->works.store));
	open_signer(daemon, settings);
	open_log_key(daemon, settings);
	note_fault(daemon);
	note_expiry(daemon);
	return true;
}

static bool
open_desk(Daemon *daemon, Settings *settings, GError **error)
{
	const DeskOptions options = {
		.store = daemon->works.store,
		.post = post_send,
		.post_data = daemon->post,
		.judge = court_try,
		.judge_data = &daemon->works,
		.count = count,
		.count_data = daemon->works.counters,
		.stamp = stamp,
		.stamp_data = daemon,
	};

	daemon->works.desk = desk_new(&options, settings, error);
	return daemon->works.desk != NULL;
}

/* Beside the control socket; it must outlive the process, and nothing more. */
static void
open_suspects(Daemon *daemon, const Settings *settings)
{
	g_autofree char *directory =
		g_path_get_dirname(settings_text(settings, "control"));
	g_autofree char *path = g_build_filename(directory, "in-judgement", NULL);
	g_autoptr(GError) error = NULL;

	daemon->works.suspects = suspects_open(path, &error);
	if (daemon->works.suspects == NULL)
		daemon->works.suspects = suspects_open(NULL, NULL);
	alarms_set(daemon->works.alarms, "in-judgement",
		   error != NULL ? error->message : NULL);
}

static void
start_notices(Daemon *daemon)
{
	const NoticesOptions options = {
		.desk = daemon->works.desk,
		.alarms = daemon->works.alarms,
		.post = post_send,
		.post_data = daemon->post,
	};

	daemon->works.notices = notices_start(&options);
}

static void
start_stamper(Daemon *daemon)
{
	const StamperOptions options = {
		.store = daemon->works.store,
		.desk = daemon->works.desk,
		.alarms = daemon->works.alarms,
	};

	daemon->stamper = stamper_start(&options);
}

static bool
open_control(Daemon *daemon, const Settings *settings, GError **error)
{
	const ControlOptions options = {
		.path = settings_text(settings, "control"),
		.answer = answer,
		.data = daemon,
		.content_max = (gsize)settings_number(settings, "message-limit"),
	};

	daemon->control = control_open(&options, error);
	return daemon->control != NULL;
}

static bool
open_socket(Daemon *daemon, const Settings *settings, uid_t owner, GError **error)
{
	const SocketOptions options = {
		.name = settings_text(settings, "listen"),
		.group = settings_text(settings, "socket-group"),
		.mode = (mode_t)settings_number(settings, "socket-mode"),
		.owner = owner,
	};

	if (!callbacks_register()) {
		g_set_error(error, DAEMON_ERROR, DAEMON_ERROR_START,
			    "libmilter does not take us: is it another version?");
		return false;
	}
	daemon->socket = socket_open(&options, error);
	return daemon->socket != NULL;
}

/* What the rest is made of; none of it can fail. */
static void
make_works(Daemon *daemon, const Settings *settings)
{
	daemon->works.alarms = alarms_new();
	daemon->works.counters = counters_new();
	daemon->works.pool = pool_new(MAX(2, g_get_num_processors()));
	daemon->works.is_closing = &daemon->is_closing;
	daemon->post = post_new(settings_text(settings, "submit"));
	open_suspects(daemon, settings);
}

static bool
open_all(Daemon *daemon, Settings *settings, GError **error)
{
	uid_t owner;

	if (!privileges_find(settings_text(settings, "user"),
			     settings_text(settings, "archive"), &owner, error) ||
	    !open_socket(daemon, settings, owner, error) ||
	    !privileges_drop(owner, socket_group(daemon->socket), error))
		return false;
	make_works(daemon, settings);
	if (!check_filesystem(settings, error) ||
	    !open_archive(daemon, settings, error) || !open_desk(daemon, settings, error))
		return false;
	start_notices(daemon);
	start_stamper(daemon);
	callbacks_set_works(&daemon->works);
	return open_control(daemon, settings, error);
}

static void
say_start(void)
{
	const char *clock = g_getenv("CHAPERONE_CLOCK");

	log_event(LOG_LEVEL_NOTICE, NULL, "start", "version", PACKAGE_VERSION,
		  "clock-moved-by", clock, NULL);
}

Daemon *
daemon_new(const char *config)
{
	Daemon *daemon = g_new0(Daemon, 1);

	daemon->config = g_strdup(config);
	return daemon;
}

bool
daemon_start(Daemon *daemon, GError **error)
{
	g_autoptr(Settings) settings = settings_load(daemon->config, error);

	if (settings == NULL || !open_all(daemon, settings, error))
		return false;
	daemon->keeper = g_thread_new("keeper", keep, daemon);
	daemon->tender = g_thread_new("tender", tend, daemon);
	say_start();
	return true;
}

/* Those at the end of a message get their answer; true when all have it. */
static bool
drain(Daemon *daemon)
{
	const Counters *counters = daemon->works.counters;

	for (int i = 0; i < DRAIN_SECONDS * 10; i++) {
		if (counters_get(counters, COUNT_AT_END) == 0)
			break;
		g_usleep(G_USEC_PER_SEC / 10);
	}
	g_atomic_int_set(&daemon->is_closing, 1);
	g_usleep(G_USEC_PER_SEC /
		 10); /* libmilter writes the answer after the callback */
	return counters_get(counters, COUNT_AT_END) == 0;
}

/* The journal makes up for what cannot be closed because someone still uses it. */
static void
close_all(Daemon *daemon)
{
	bool is_quiet;

	stamper_give_up(daemon->stamper);
	is_quiet = control_close(daemon->control, CONTROL_SECONDS * 1000);

	g_atomic_int_set(&daemon->is_ending, 1);
	g_thread_join(daemon->keeper);
	g_thread_join(daemon->tender);
	is_quiet = drain(daemon) && is_quiet;
	notices_stop(g_steal_pointer(&daemon->works.notices));
	stamper_stop(daemon->stamper);
	if (is_quiet)
		store_close(daemon->works.store);
	socket_close(daemon->socket);
	log_event(LOG_LEVEL_NOTICE, NULL, "stop", "archive",
		  is_quiet ? "closed" : "left to the journal", NULL);
}

DaemonEnd
daemon_run(Daemon *daemon)
{
	supervisor_tell("READY=1");
	if (smfi_main() != MI_SUCCESS)
		log_event(LOG_LEVEL_ALARM, NULL, "alarm", "about", "mail-server", "fault",
			  "libmilter gave up", NULL);
	supervisor_tell("STOPPING=1");
	close_all(daemon);
	return g_atomic_int_get(&daemon->is_again) != 0 ? DAEMON_AGAIN : DAEMON_DONE;
}
