/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.c - whole files, read with a bound and written in one step
 *
 * Temporary files are hidden and stand beside their target (".NAME.XXXXXX"), so that
 * rename and link stay within one file system, and what a crash leaves is told apart.
 */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int Descriptor;

enum { NO_DESCRIPTOR = -1 };

static void
descriptor_clear(Descriptor *fd)
{
	if (*fd != NO_DESCRIPTOR)
		close(*fd);
	*fd = NO_DESCRIPTOR;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Descriptor, descriptor_clear)

static int
descriptor_steal(Descriptor *fd)
{
	int stolen = *fd;

	*fd = NO_DESCRIPTOR;
	return stolen;
}

/* Always false, so that failing is one statement. */
static bool
fail(GError **error, const char *path, const char *what)
{
	int number = errno;

	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(number),
		    "%s: cannot %s: %s", path, what, g_strerror(number));
	return false;
}

/* Up to the end of the file, at most len bytes; -1 on failure. */
static gssize
read_all(int fd, char *data, gsize len)
{
	gsize done = 0;

	while (done < len) {
		gssize got = read(fd, data + done, len - done);

		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			return -1;
		if (got > 0)
			done += (gsize)got;
	}
	return (gssize)done;
}

GBytes *
file_read(const char *path, gsize max, GError **error)
{
	g_auto(Descriptor) fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	g_autofree char *data = NULL;
	struct stat status;
	gssize len;

	if (fd == NO_DESCRIPTOR || fstat(fd, &status) != 0) {
		fail(error, path, "read");
		return NULL;
	}
	if (!S_ISREG(status.st_mode) || (guint64)status.st_size > max) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    S_ISREG(status.st_mode) ? "%s: larger than %" G_GSIZE_FORMAT
						      " bytes"
						    : "%s: not a regular file",
			    path, max);
		return NULL;
	}
	data = g_malloc((gsize)status.st_size + 1);
	len = read_all(fd, data, (gsize)status.st_size);
	if (len < 0) {
		fail(error, path, "read");
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&data), (gsize)len);
}

GBytes *
file_map(int fd, GError **error)
{
	GMappedFile *file = g_mapped_file_new_from_fd(fd, FALSE, error);
	GBytes *bytes;

	if (file == NULL)
		return NULL;
	bytes = g_mapped_file_get_bytes(file);
	g_mapped_file_unref(file);
	return bytes;
}

static bool
write_all(int fd, const char *data, gsize len)
{
	while (len > 0) {
		gssize put = write(fd, data, len);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			data += put;
			len -= (gsize)put;
		}
	}
	return true;
}

bool
file_write_all(int fd, const void *data, gsize len, GError **error)
{
	return write_all(fd, data, len) || fail(error, "descriptor", "write");
}

/* A synced file of these bytes beside path; NULL on failure.  Owned by the caller, who
 * gets rid of the file. */
static char *
write_beside(const char *path, const void *data, gsize len, int mode, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *base = g_path_get_basename(path);
	g_autofree char *name = g_strdup_printf("%s/.%s.XXXXXX", folder, base);
	g_auto(Descriptor) fd = mkostemp(name, O_CLOEXEC);

	if (fd == NO_DESCRIPTOR) {
		fail(error, path, "make a temporary file beside it");
		return NULL;
	}
	if (!write_all(fd, data, len) || fchmod(fd, (mode_t)mode) != 0 ||
	    fsync(fd) != 0) {
		fail(error, path, "write");
		unlink(name);
		return NULL;
	}
	return g_steal_pointer(&name);
}

bool
file_replace(const char *path, const void *data, gsize len, int mode, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *name = write_beside(path, data, len, mode, error);

	if (name == NULL)
		return false;
	if (rename(name, path) != 0) {
		fail(error, path, "replace");
		unlink(name);
		return false;
	}
	return file_sync_directory(folder, error);
}

static bool
is_same(const char *path, const void *data, gsize len)
{
	g_autoptr(GBytes) bytes = file_read(path, len, NULL);

	return bytes != NULL && g_bytes_get_size(bytes) == len &&
	       (len == 0 || memcmp(g_bytes_get_data(bytes, NULL), data, len) == 0);
}

bool
file_create(const char *path, const void *data, gsize len, int mode, GError **error)
{
	g_autofree char *name = write_beside(path, data, len, mode, error);
	bool is_done;

	if (name == NULL)
		return false;
	is_done = link(name, path) == 0 ||
		  (errno == EEXIST && is_same(path, data, len)) ||
		  fail(error, path, "make");
	unlink(name);
	return is_done;
}

bool
file_sync_directory(const char *path, GError **error)
{
	g_auto(Descriptor) fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return (fd != NO_DESCRIPTOR && fsync(fd) == 0) || fail(error, path, "sync");
}

bool
file_make_directories(const char *path, int mode, GError **error)
{
	return g_mkdir_with_parents(path, mode) == 0 ||
	       fail(error, path, "make the directory");
}

int
file_lock(const char *path, GError **error)
{
	g_auto(Descriptor) fd =
		open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	g_autofree char *pid = g_strdup_printf("%ld\n", (long)getpid());

	if (fd == NO_DESCRIPTOR || flock(fd, LOCK_EX | LOCK_NB) != 0 ||
	    ftruncate(fd, 0) != 0 || !write_all(fd, pid, strlen(pid))) {
		fail(error, path, "lock");
		return NO_DESCRIPTOR;
	}
	return descriptor_steal(&fd);
}
