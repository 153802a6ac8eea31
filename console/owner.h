/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner.h - who may open the archive while the daemon does not: its owner, and root,
 * who becomes the owner first so that nothing in it ever belongs to root by accident
 *
 * Errors are DESK_ERRORs.
 */
#ifndef CONSOLE_OWNER_H
#define CONSOLE_OWNER_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct Owner {
	uid_t uid;
	gid_t gid;
} Owner;

/* The owner of an archive's directory; refused for anyone but them and root. */
bool owner_find(const char *directory, Owner *owner, GError **error);

/* The user of a name. */
bool owner_named(const char *name, Owner *owner, GError **error);

/* For good: user, group, supplementary groups. */
bool owner_become(const Owner *owner, GError **error);

/* Gives a file, or a directory and all below it, to the owner. */
bool owner_give(const Owner *owner, const char *path, GError **error);

#endif
