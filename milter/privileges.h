/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privileges.h - root opens the socket, the archive's owner does the work
 */
#ifndef MILTER_PRIVILEGES_H
#define MILTER_PRIVILEGES_H

#include <glib.h>
#include <stdbool.h>

/* Run as root: becomes a user, for good; user NULL: the owner of the archive's
 * directory.  Run by anyone else: nothing to do. */
bool privileges_drop(const char *user, const char *archive, GError **error);

#endif
