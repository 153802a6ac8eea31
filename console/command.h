/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - what a command line asks for
 */
#ifndef CONSOLE_COMMAND_H
#define CONSOLE_COMMAND_H

#include "base/json.h"
#include "console/verbs.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Command {
	const char *area; /* from the table; NULL when none was given */
	const Verb *verb; /* NULL only with wants_help, wants_version or without area */
	char *config;     /* -c, or NULL */
	char *as;         /* --as, or NULL */
	bool is_json, wants_help, wants_version;
	json_t *words;   /* those after the verb, as many as it takes */
	json_t *options; /* of the verb: true, a string or an array of strings */
} Command;

/* args: the words after the program's name, ended by NULL.  Errors are
 * DESK_ERROR_USAGE, in the form "what was wrong: what to do". */
Command *command_parse(const char *const *args, GError **error);
void command_free(Command *command);

/* The value of an option, borrowed; NULL when it was not given. */
const char *command_option(const Command *command, const char *name);
/* A word after the verb, borrowed; NULL when there are not so many. */
const char *command_word(const Command *command, gsize i);

/* The line that goes to the daemon (docs/control.md), with the bytes of content that
 * follow it.  New reference. */
json_t *command_request(const Command *command, gsize content);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Command, command_free)

#endif
