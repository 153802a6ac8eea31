/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setup.h - chaperone init: the archive and the agency's keys, made once
 */
#ifndef CONSOLE_SETUP_H
#define CONSOLE_SETUP_H

#include "base/json.h"
#include "base/settings.h"

#include <glib.h>

/* {"made":[PATH],"kept":[PATH]}.  Never replaces anything: a key that is there is kept,
 * an archive that is there ends it (DESK_ERROR_USAGE) before anything was made.  As root
 * everything made belongs to the configured `user` afterwards. */
json_t *setup_make(const Settings *settings, GError **error);

#endif
