/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon.h - chaperoned from its start to its end
 */
#ifndef MILTER_DAEMON_H
#define MILTER_DAEMON_H

#include <glib.h>
#include <stdbool.h>

typedef struct Daemon Daemon;

typedef enum DaemonError {
	DAEMON_ERROR_START, /* it cannot be started so; the message says what to do */
} DaemonError;

#define DAEMON_ERROR (daemon_error_quark())
GQuark daemon_error_quark(void);

typedef enum DaemonEnd {
	DAEMON_DONE,  /* told to stop */
	DAEMON_AGAIN, /* wants to be executed anew */
} DaemonEnd;

/* Whether configuration, rules and keys hold; each fault is one line on standard
 * error. */
bool daemon_check(const char *config);

/* Signals that end or reload it, to be blocked before there is any thread. */
void daemon_block_signals(void);

/* config: path of the configuration file. */
Daemon *daemon_new(const char *config);

/* Opens everything: from now on the mail server can connect.  False when mail in scope
 * could not even be told apart (configuration, register, rules), or when nothing of the
 * archive can be read: the process must then end.  Anything less is an alarm, and mail
 * in scope must wait. */
bool daemon_start(Daemon *daemon, GError **error);

/* Serves until it is told to stop, then ends what is under way and closes.  There are
 * still threads afterwards: the process must end with _exit or be replaced. */
DaemonEnd daemon_run(Daemon *daemon);

#endif
