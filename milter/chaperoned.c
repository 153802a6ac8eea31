/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chaperoned.c - the daemon: reads its command line, goes into the background, serves
 *
 * See chaperoned(8).
 */
#include "config.h"

#include "base/log.h"
#include "milter/daemon.h"

#include <fcntl.h>
#include <glib.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAULT = 1, USAGE = 2, ARENAS = 4 };

typedef struct Options {
	char *config;
	gboolean is_foreground, is_check, is_version;
} Options;

static bool
read_options(int *argc, char ***argv, Options *options)
{
	const GOptionEntry entries[] = {
		{ "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config,
		  "read FILE instead of " SYSCONFDIR "/chaperone/chaperone.conf",
		  "FILE" },
		{ "foreground", 'f', 0, G_OPTION_ARG_NONE, &options->is_foreground,
		  "stay in the foreground, log to standard error", NULL },
		{ "test", 't', 0, G_OPTION_ARG_NONE, &options->is_check,
		  "check configuration, rules and keys, then exit", NULL },
		{ "version", 'V', 0, G_OPTION_ARG_NONE, &options->is_version,
		  "print the version, then exit", NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context, "The milter of Chaperone.");
	g_option_context_add_main_entries(context, entries, NULL);
	if (g_option_context_parse(context, argc, argv, &error) && *argc == 1)
		return true;
	(void)fprintf(stderr, "chaperoned: %s: see chaperoned --help\n",
		      error != NULL ? error->message : "takes options only");
	return false;
}

/* For whoever waits in the foreground: the child says that it serves by closing the
 * pipe with a byte in it, and that it failed by ending. */
static int
wait_for_child(pid_t child, int ready)
{
	char byte;
	int status;

	if (read(ready, &byte, 1) == 1)
		return EXIT_SUCCESS;
	if (waitpid(child, &status, 0) == child && WIFEXITED(status))
		return WEXITSTATUS(status);
	return FAULT;
}

/* Returns in the child, with the descriptor to say on that it serves. */
static int
go_into_background(void)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0) {
		perror("chaperoned: cannot go into the background");
		exit(FAULT);
	}
	if (child > 0) {
		close(ends[1]);
		exit(wait_for_child(child, ends[0]));
	}
	close(ends[0]);
	setsid();
	return ends[1];
}

static void
say_ready(int ready)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		(void)dup2(null, fd);
	(void)!write(ready, "", 1);
	close(ready);
}

/* The same program with the same words; no connection is taken along. */
static int
execute_anew(char *const *words)
{
	(void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	execv("/proc/self/exe", words);
	log_event(LOG_LEVEL_ALARM, NULL, "alarm", "about", "start", "fault",
		  g_strerror(errno), NULL);
	return FAULT;
}

static int
serve(const Options *options, char *const *words)
{
	int ready = options->is_foreground ? -1 : go_into_background();
	g_autoptr(GError) error = NULL;
	Daemon *daemon = daemon_new(options->config);

	log_open("chaperoned", options->is_foreground, LOG_LEVEL_NOTICE);
	daemon_block_signals();
	if (!daemon_start(daemon, &error)) {
		(void)fprintf(stderr, "chaperoned: %s\n", error->message);
		if (!options->is_foreground)
			log_event(LOG_LEVEL_ALARM, NULL, "alarm", "about", "start",
				  "fault", error->message, NULL);
		return FAULT;
	}
	if (ready >= 0)
		say_ready(ready);
	return daemon_run(daemon) == DAEMON_AGAIN ? execute_anew(words) : EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	g_auto(GStrv) words = g_strdupv(argv);
	g_autofree char *config = g_strdup(SYSCONFDIR "/chaperone/chaperone.conf");
	Options options = { .config = config };

	(void)mallopt(M_ARENA_MAX, ARENAS);
	umask(S_IRWXG | S_IRWXO);
	if (!read_options(&argc, &argv, &options))
		return USAGE;
	if (options.is_version) {
		puts("chaperoned " PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	if (options.is_check)
		return daemon_check(options.config) ? EXIT_SUCCESS : FAULT;
	/* Threads of libmilter may still run: nothing is to be torn down under them. */
	_exit(serve(&options, words));
}
