/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opener.h - opening what was sealed, where a lead's key is
 */
#ifndef CONSOLE_OPENER_H
#define CONSOLE_OPENER_H

#include "base/settings.h"
#include "console/command.h"

#include <glib.h>
#include <stdbool.h>

/* What the command's key opens; its pass phrase from --passphrase-file, or asked for on
 * the terminal.  NULL with a DESK_ERROR. */
GBytes *opener_open(const Command *command, GBytes *closed, GError **error);

/* The same closed anew for everyone who is configured now. */
GBytes *opener_rewrap(const Command *command, const Settings *settings, GBytes *closed,
		      GError **error);

/* Whether the key is named, and there is a place for what comes out. */
bool opener_check(const Command *command, GError **error);

#endif
