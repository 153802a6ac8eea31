/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket.h - where the mail server finds us, one process at a time
 */
#ifndef MILTER_SOCKET_H
#define MILTER_SOCKET_H

#include <glib.h>
#include <sys/types.h>

/* The milter socket, its lock held. */
typedef struct Socket Socket;

typedef enum SocketError {
	SOCKET_ERROR_NAME,   /* not unix:PATH or inet:PORT@HOST */
	SOCKET_ERROR_TAKEN,  /* another process serves it */
	SOCKET_ERROR_SYSTEM, /* it cannot be made */
} SocketError;

#define SOCKET_ERROR (socket_error_quark())
GQuark socket_error_quark(void);

typedef struct SocketOptions {
	const char *name; /* "unix:/PATH" or "inet:PORT@HOST" */
	/* Of a Unix socket: */
	const char *group; /* NULL: postfix, where there is such a group */
	mode_t mode;
	uid_t owner; /* of its lock, too */
} SocketOptions;

/* Opens libmilter's socket: after smfi_register, before privileges are dropped. */
Socket *socket_open(const SocketOptions *options, GError **error);

/* The group that it is for; -1 for a port, or when it is the owner's. */
gid_t socket_group(const Socket *socket);

/* Removes the socket and gives up the lock. */
void socket_close(Socket *socket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Socket, socket_close)

#endif
