/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privileges.c - root opens the socket, the archive's owner does the work
 *
 * Whose archive it is says the directory that `chaperone init` made, unless the setting
 * `user` names someone.
 */
#include "config.h"

#include "milter/privileges.h"

#include <errno.h>
#include <gio/gio.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
fail(GError **error, const char *archive, const char *what)
{
	int fault = errno;

	g_set_error(error, G_IO_ERROR, g_io_error_from_errno(fault), "%s: %s: %s",
		    archive, what, g_strerror(fault));
	return false;
}

static bool
become(uid_t uid, gid_t gid, const char *name)
{
	return (name != NULL ? initgroups(name, gid) : setgroups(0, NULL)) == 0 &&
	       setgid(gid) == 0 && setuid(uid) == 0;
}

static bool
become_user(const char *user, GError **error)
{
	const struct passwd *entry = getpwnam(user);

	if (entry == NULL) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
			    "user: there is no user %s", user);
		return false;
	}
	return become(entry->pw_uid, entry->pw_gid, user) ||
	       fail(error, user, "cannot become this user");
}

static bool
become_owner(const struct stat *owner, const char *archive, GError **error)
{
	const struct passwd *entry = getpwuid(owner->st_uid);

	return become(owner->st_uid, owner->st_gid,
		      entry != NULL ? entry->pw_name : NULL) ||
	       fail(error, archive, "cannot become its owner");
}

bool
privileges_drop(const char *user, const char *archive, GError **error)
{
	struct stat owner;

	if (stat(archive, &owner) != 0)
		return fail(error, archive, "no archive here: run chaperone init");
	if (geteuid() != 0)
		return true;
	if (user != NULL)
		return become_user(user, error);
	return owner.st_uid == 0 || become_owner(&owner, archive, error);
}
