/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner.c - users and what belongs to them
 */
#include "config.h"

#include "console/owner.h"

#include "desk/desk.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
fail(GError **error, int code, const char *subject, const char *what)
{
	g_set_error(error, DESK_ERROR, code, "%s: %s", subject, what);
	return false;
}

static bool
refuse(const char *directory, GError **error)
{
	return fail(error, DESK_ERROR_REFUSED, directory,
		    "is open to its owner and root alone: ask as one of them");
}

bool
owner_find(const char *directory, Owner *owner, GError **error)
{
	struct stat dir;

	if (stat(directory, &dir) != 0) {
		if (errno == EACCES)
			return refuse(directory, error);
		return fail(error, DESK_ERROR_USAGE, directory,
			    errno == ENOENT
				    ? "there is no archive: make it with chaperone init"
				    : g_strerror(errno));
	}
	if (geteuid() != 0 && geteuid() != dir.st_uid)
		return refuse(directory, error);
	owner->uid = dir.st_uid;
	owner->gid = dir.st_gid;
	return true;
}

bool
owner_named(const char *name, Owner *owner, GError **error)
{
	const struct passwd *user = getpwnam(name);

	if (user == NULL)
		return fail(error, DESK_ERROR_USAGE, name,
			    "is no user of this host: make it, or name another (user)");
	owner->uid = user->pw_uid;
	owner->gid = user->pw_gid;
	return true;
}

static bool
set_groups(const Owner *owner)
{
	const struct passwd *user = getpwuid(owner->uid);

	return user != NULL ? initgroups(user->pw_name, owner->gid) == 0
			    : setgroups(0, NULL) == 0;
}

bool
owner_become(const Owner *owner, GError **error)
{
	if (geteuid() == owner->uid)
		return true;
	if (set_groups(owner) && setgid(owner->gid) == 0 && setuid(owner->uid) == 0)
		return true;
	return fail(error, DESK_ERROR_LATER, "cannot become the owner of the archive",
		    g_strerror(errno));
}

static bool
give_below(const Owner *owner, GDir *dir, const char *path, GError **error)
{
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		if (!owner_give(owner, below, error))
			return false;
	}
	return true;
}

bool
owner_give(const Owner *owner, const char *path, GError **error)
{
	g_autoptr(GDir) dir = NULL;

	if (lchown(path, owner->uid, owner->gid) != 0)
		return fail(error, DESK_ERROR_LATER, path, g_strerror(errno));
	if (!g_file_test(path, G_FILE_TEST_IS_DIR) ||
	    g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		return true;
	dir = g_dir_open(path, 0, error);
	return dir != NULL && give_below(owner, dir, path, error);
}
