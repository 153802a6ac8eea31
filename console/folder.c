/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.c - writes the files of an export, and nothing outside its directory
 *
 * Invariant: a path has one or two components; with two the first is a folder that we
 * know; none begins with a dot.  Everything is opened below the directory's descriptor,
 * never over an existing file and never through a link.
 */
#include "config.h"

#include "console/folder.h"

#include "base/file.h"
#include "desk/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct Folder {
	char *path;
	int fd;
	bool is_ours; /* made by us */
	guint count;
};

static bool
fail(GError **error, int code, const char *path, const char *what)
{
	g_set_error(error, DESK_ERROR, code, "%s: %s", path, what);
	return false;
}

static bool
check_empty(const char *path, GError **error)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GDir) dir = g_dir_open(path, 0, &reason);

	if (dir == NULL)
		return fail(error, DESK_ERROR_USAGE, path, reason->message);
	if (g_dir_read_name(dir) != NULL)
		return fail(error, DESK_ERROR_USAGE, path,
			    "is there and not empty: name a new directory");
	return true;
}

Folder *
folder_open(const char *path, GError **error)
{
	bool is_ours = mkdir(path, 0700) == 0;
	bool is_there = is_ours || errno == EEXIST;
	Folder *folder;
	int fd = -1;

	if (is_there && !is_ours && !check_empty(path, error))
		return NULL;
	if (is_there) /* else mkdir's reason stands in errno */
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		fail(error, DESK_ERROR_USAGE, path, g_strerror(errno));
		return NULL;
	}
	folder = g_new0(Folder, 1);
	folder->path = g_strdup(path);
	folder->fd = fd;
	folder->is_ours = is_ours;
	return folder;
}

void
folder_close(Folder *folder)
{
	if (folder == NULL)
		return;
	(void)fsync(folder->fd);
	close(folder->fd);
	if (folder->is_ours && folder->count == 0)
		(void)rmdir(folder->path); /* stays when something came into it */
	g_free(folder->path);
	g_free(folder);
}

bool
folder_give(Folder *folder, uid_t uid, gid_t gid, GError **error)
{
	if (fchown(folder->fd, uid, gid) == 0)
		return true;
	return fail(error, DESK_ERROR_LATER, folder->path, g_strerror(errno));
}

static bool
is_plain_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

static bool
is_known_folder(const char *name)
{
	static const char *const known[] = { "records", "original", "proofs", "certs",
					     NULL };

	return g_strv_contains(known, name);
}

/* The folder and the name of a path; folder is NULL for a file at the top. */
static bool
split(const char *path, char **folder, const char **name)
{
	const char *slash = strchr(path, '/');

	*folder = slash != NULL ? g_strndup(path, (gsize)(slash - path)) : NULL;
	*name = slash != NULL ? slash + 1 : path;
	return is_plain_name(*name) && (*folder == NULL || is_known_folder(*folder));
}

/* Opens one of the folders, made when it is missing; NULL is the directory itself. */
static int
open_below(const Folder *folder, const char *name)
{
	if (name != NULL && mkdirat(folder->fd, name, 0700) != 0 && errno != EEXIST)
		return -1;
	return openat(folder->fd, name != NULL ? name : ".",
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool
write_new(int dir, const char *name, GBytes *bytes, GError **error)
{
	gsize len;
	const void *start = g_bytes_get_data(bytes, &len);
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	bool is_written;

	if (fd < 0)
		return fail(error, DESK_ERROR_LATER, name, g_strerror(errno));
	is_written = file_write_all(fd, start, len, error);
	if (is_written && fsync(fd) != 0)
		is_written = fail(error, DESK_ERROR_LATER, name, g_strerror(errno));
	close(fd);
	return is_written;
}

bool
folder_write(const char *path, GBytes *bytes, void *data, GError **error)
{
	Folder *folder = data;
	g_autofree char *below = NULL;
	const char *name;
	bool is_written;
	int dir;

	if (!split(path, &below, &name))
		return fail(error, DESK_ERROR_LATER, path,
			    "is no path of an export: nothing more was written");
	dir = open_below(folder, below);
	if (dir < 0)
		return fail(error, DESK_ERROR_LATER, path, g_strerror(errno));
	is_written = write_new(dir, name, bytes, error);
	close(dir);
	folder->count += is_written;
	return is_written;
}

guint
folder_count(const Folder *folder)
{
	return folder->count;
}
