/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opener.c - opening what was sealed, where a lead's key is
 *
 * The key is read here and never sent.  What comes out is in memory until its tag is
 * verified; only then is a file made of it.
 */
#include "config.h"

#include "console/opener.h"

#include "base/clock.h"
#include "base/file.h"
#include "desk/sealing.h"

#include <string.h>
#include <unistd.h>

enum { PASSPHRASE_MAX = 4096 };

static bool
refuse(GError **error, const char *what)
{
	g_set_error_literal(error, DESK_ERROR, DESK_ERROR_USAGE, what);
	return false;
}

/* "--key none": the key is where no file of it can be read, on a card. */
static bool
is_elsewhere(const Command *command)
{
	return g_strcmp0(command_option(command, "key"), "none") == 0;
}

bool
opener_check(const Command *command, GError **error)
{
	const char *to = command_option(command, "to");
	bool is_rewrap = strcmp(command->verb->name, "rewrap") == 0;

	if (command_option(command, "key") == NULL)
		return refuse(error, "--key: name the file of your key");
	if (is_rewrap && is_elsewhere(command))
		return refuse(error, "--key: none opens nothing: name the file of a key");
	if (!is_rewrap && to == NULL && (command->is_json || isatty(STDOUT_FILENO) != 0))
		return refuse(error, "--to: name a new file for what comes out");
	if (to != NULL && g_file_test(to, G_FILE_TEST_EXISTS))
		return refuse(error, "--to: the file is there: name a new one");
	return true;
}

/* The first line of the file; NULL with the error set. */
static char *
read_passphrase(const char *path, GError **error)
{
	g_autoptr(GBytes) file = file_read(path, PASSPHRASE_MAX, error);
	gsize len;
	const char *text = file == NULL ? NULL : g_bytes_get_data(file, &len);
	char *line = file == NULL ? NULL : g_strndup(text, len);

	if (line != NULL)
		line[strcspn(line, "\r\n")] = '\0';
	return line;
}

/* A key without pass phrase is not asked for one. */
static GBytes *
open_with(GBytes *closed, const char *key, const char *path, GError **error)
{
	g_autofree char *passphrase = NULL;
	g_autoptr(GError) first = NULL;
	GBytes *opened;

	if (path != NULL) {
		passphrase = read_passphrase(path, error);
		return passphrase == NULL ? NULL
					  : locker_open(closed, key, passphrase, error);
	}
	opened = locker_open(closed, key, NULL, &first);
	if (opened == NULL && isatty(STDIN_FILENO) != 0 &&
	    g_error_matches(first, SEAL_ERROR, SEAL_ERROR_KEY)) {
		char *typed = getpass("Pass phrase of the key: ");

		opened = locker_open(closed, key, typed, error);
		if (typed != NULL)
			explicit_bzero(typed, strlen(typed));
		return opened;
	}
	if (opened == NULL)
		g_propagate_error(error, g_steal_pointer(&first));
	return opened;
}

GBytes *
opener_open(const Command *command, GBytes *closed, GError **error)
{
	g_autoptr(GError) cause = NULL;
	GBytes *opened = NULL;

	if (closed == NULL) {
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_LATER,
				    "the daemon gave nothing to open");
		return NULL;
	}
	if (is_elsewhere(command))
		return g_bytes_ref(closed);
	opened = open_with(closed, command_option(command, "key"),
			   command_option(command, "passphrase-file"), &cause);
	if (opened == NULL)
		g_set_error(error, DESK_ERROR,
			    g_error_matches(cause, SEAL_ERROR, SEAL_ERROR_CONTENT)
				    ? DESK_ERROR_FOUND
				    : DESK_ERROR_USAGE,
			    "%s", cause->message);
	return opened;
}

GBytes *
opener_rewrap(const Command *command, const Settings *settings, GBytes *closed,
	      GError **error)
{
	g_autoptr(GBytes) opened = opener_open(command, closed, error);
	g_autofree char *fault = NULL;
	g_autoptr(Locker) locker = NULL;

	if (opened == NULL)
		return NULL;
	locker = sealing_locker(settings, clock_now(), &fault);
	return locker_close(locker, opened, error);
}
