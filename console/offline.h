/* SPDX-License-Identifier: Apache-2.0 */
/*
 * offline.h - what the command does itself: always (init, rules check), or while
 * chaperoned does not run (archive verify and reindex, case export)
 */
#ifndef CONSOLE_OFFLINE_H
#define CONSOLE_OFFLINE_H

#include "base/json.h"
#include "base/settings.h"
#include "console/client.h"
#include "console/command.h"
#include "console/folder.h"

#include <glib.h>
#include <stdbool.h>

/* Becomes the archive's owner, opens the archive under its lock, answers as the daemon
 * would; needs no keys and writes no record.  folder: where events->file writes, given
 * to the owner too; content: what goes with the question; either may be NULL. */
json_t *offline_answer(const Command *command, const Settings *settings, Folder *folder,
		       GBytes *content, const ClientEvents *events, GError **error);

/* rules check [PATH]: {"ok","policy_version","configuration","problems":[TEXT]}. */
json_t *offline_check_rules(const Command *command, const Settings *settings,
			    GError **error);

#endif
