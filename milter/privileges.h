/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privileges.h - root opens the socket, the archive's owner does the work
 */
#ifndef MILTER_PRIVILEGES_H
#define MILTER_PRIVILEGES_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* Who does the work.  Run as root: the user, or for NULL the owner of the archive's
 * directory; run by anyone else: they. */
bool privileges_find(const char *user, const char *archive, uid_t *uid, GError **error);

/* Becomes them, for good, with a group besides their own (-1: none), so that they can
 * open the socket again. */
bool privileges_drop(uid_t uid, gid_t besides, GError **error);

#endif
