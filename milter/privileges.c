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
fail(GError **error, const char *about, const char *what)
{
	int fault = errno;

	g_set_error(error, G_IO_ERROR, g_io_error_from_errno(fault), "%s: %s: %s", about,
		    what, g_strerror(fault));
	return false;
}

bool
privileges_find(const char *user, const char *archive, uid_t *uid, GError **error)
{
	const struct passwd *entry = user != NULL ? getpwnam(user) : NULL;
	struct stat owner;

	if (stat(archive, &owner) != 0)
		return fail(error, archive, "no archive here: run chaperone init");
	if (user != NULL && entry == NULL) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
			    "user: there is no user %s", user);
		return false;
	}
	*uid = entry != NULL ? entry->pw_uid : owner.st_uid;
	if (geteuid() != 0)
		*uid = geteuid();
	return true;
}

static bool
add_group(gid_t group)
{
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(gid_t));
	int len = getgroups(0, NULL);

	if (len < 0)
		return false;
	g_array_set_size(groups, (guint)len);
	if (getgroups(len, (gid_t *)(void *)groups->data) != len)
		return false;
	g_array_append_val(groups, group);
	return setgroups(groups->len, (const gid_t *)(const void *)groups->data) == 0;
}

bool
privileges_drop(uid_t uid, gid_t besides, GError **error)
{
	const struct passwd *user = getpwuid(uid);

	if (geteuid() != 0 || uid == 0)
		return true;
	if (user == NULL) {
		errno = ENOENT;
		return fail(error, "user", "the owner of the archive has no name");
	}
	if (initgroups(user->pw_name, user->pw_gid) != 0 ||
	    (besides != (gid_t)-1 && !add_group(besides)) || setgid(user->pw_gid) != 0 ||
	    setuid(uid) != 0)
		return fail(error, user->pw_name, "cannot become this user");
	return true;
}
