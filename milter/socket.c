/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket.c - where the mail server finds us, one process at a time
 *
 * A Unix socket that is there says nothing about whether someone serves it, and
 * libmilter would take it from a living daemon.  So the lock comes first: whoever holds
 * PATH.lock owns PATH, and may remove what a dead process left there.  For a port the
 * kernel does the same.
 *
 * An answer at the end of a message is two writes of libmilter's, our header and the
 * outcome.  Over TCP the second would wait 40 ms for the acknowledgement of the first
 * (Nagle's algorithm against delayed acknowledgements), so connections send at once.
 */
#include "config.h"

#include "milter/socket.h"

#include "base/file.h"
#include "milter/lend.h"

#include <errno.h>
#include <grp.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char default_group[] = "postfix";

struct Socket {
	char *path; /* NULL for a port */
	int lock;
	bool is_made; /* the socket at path is ours */
	gid_t group;
};

G_DEFINE_QUARK(socket_error, socket_error)

static bool
fail(GError **error, const char *path, const char *what)
{
	g_set_error(error, SOCKET_ERROR, SOCKET_ERROR_SYSTEM, "%s: %s: %s", path, what,
		    g_strerror(errno));
	return false;
}

static int
take_lock(const char *path, GError **error)
{
	g_autofree char *name = g_strconcat(path, ".lock", NULL);
	g_autoptr(GError) reason = NULL;
	int lock = file_lock(name, &reason);

	if (lock < 0)
		g_set_error(error, SOCKET_ERROR,
			    g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_AGAIN)
				    ? SOCKET_ERROR_TAKEN
				    : SOCKET_ERROR_SYSTEM,
			    "%s: another chaperoned may be running: %s", path,
			    reason->message);
	return lock;
}

/* What a process that died left behind, and nothing else. */
static bool
remove_stale(const char *path, GError **error)
{
	struct stat info;

	if (lstat(path, &info) != 0)
		return errno == ENOENT || fail(error, path, "cannot be looked at");
	if (!S_ISSOCK(info.st_mode)) {
		g_set_error(
			error, SOCKET_ERROR, SOCKET_ERROR_SYSTEM,
			"%s: is in the way and no socket: remove it or change `listen`",
			path);
		return false;
	}
	return unlink(path) == 0 || fail(error, path, "cannot be removed");
}

static bool
find_group(Socket *socket, const char *name, GError **error)
{
	const struct group *group = getgrnam(name != NULL ? name : default_group);

	if (group == NULL && name != NULL) {
		g_set_error(error, SOCKET_ERROR, SOCKET_ERROR_NAME,
			    "socket-group: there is no group %s", name);
		return false;
	}
	if (group != NULL)
		socket->group = group->gr_gid;
	return true;
}

/* Who may not give it to the group that nobody named leaves it with their own. */
static bool
set_owner(Socket *socket, const SocketOptions *options, GError **error)
{
	const char *path = socket->path;

	if (chmod(path, options->mode) != 0)
		return fail(error, path, "its mode cannot be set");
	if (chown(path, options->owner, socket->group) != 0) {
		if (options->group != NULL || errno != EPERM)
			return fail(error, path, "its group cannot be set");
		socket->group = (gid_t)-1;
	}
	return fchown(socket->lock, options->owner, (gid_t)-1) == 0 ||
	       fail(error, path, "the owner of its lock cannot be set");
}

/* libmilter keeps the descriptor on which it listens to itself; what it accepts inherits
 * the option.  Where there is no /proc, answers are right and slow. */
static void
send_at_once(void)
{
	g_autoptr(GDir) open_now = g_dir_open("/proc/self/fd", 0, NULL);
	const int yes = 1;
	const char *name;

	while (open_now != NULL && (name = g_dir_read_name(open_now)) != NULL) {
		const int fd = (int)g_ascii_strtoll(name, NULL, 10);
		int is_listening = 0;
		socklen_t len = sizeof(is_listening);

		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len) == 0 &&
		    is_listening != 0)
			(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	}
}

static bool
listen_on(const SocketOptions *options, GError **error)
{
	static const int backlog = 512;
	mode_t mask = umask(~options->mode & (S_IRWXU | S_IRWXG | S_IRWXO));
	bool is_open = smfi_setconn(lend(options->name)) == MI_SUCCESS &&
		       smfi_setbacklog(backlog) == MI_SUCCESS &&
		       smfi_opensocket(false) == MI_SUCCESS;

	umask(mask);
	if (!is_open)
		g_set_error(
			error, SOCKET_ERROR, SOCKET_ERROR_SYSTEM,
			"listen %s: cannot be opened: see that it is free and that its "
			"directory exists",
			options->name);
	return is_open;
}

static bool
open_unix(Socket *socket, const SocketOptions *options, GError **error)
{
	socket->path = g_strdup(strchr(options->name, ':') + 1);
	if (!find_group(socket, options->group, error))
		return false;
	socket->lock = take_lock(socket->path, error);
	if (socket->lock < 0 || !remove_stale(socket->path, error))
		return false;
	socket->is_made = listen_on(options, error);
	return socket->is_made && set_owner(socket, options, error);
}

Socket *
socket_open(const SocketOptions *options, GError **error)
{
	Socket *socket = g_new0(Socket, 1);
	const char *name = options->name;
	bool is_open = false;

	socket->lock = -1;
	socket->group = (gid_t)-1;
	if (g_str_has_prefix(name, "unix:/"))
		is_open = open_unix(socket, options, error);
	else if (g_str_has_prefix(name, "inet:")) {
		is_open = listen_on(options, error);
		send_at_once();
	} else
		g_set_error(error, SOCKET_ERROR, SOCKET_ERROR_NAME,
			    "listen %s: say unix:/PATH or inet:PORT@HOST", name);
	if (is_open)
		return socket;
	socket_close(socket);
	return NULL;
}

gid_t
socket_group(const Socket *socket)
{
	return socket->group;
}

void
socket_close(Socket *socket)
{
	if (socket == NULL)
		return;
	if (socket->is_made)
		unlink(socket->path);
	if (socket->lock >= 0)
		close(socket->lock);
	g_free(socket->path);
	g_free(socket);
}
