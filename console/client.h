/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h - one question to chaperoned (docs/control.md)
 */
#ifndef CONSOLE_CLIENT_H
#define CONSOLE_CLIENT_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* A connection, good for one question. */
typedef struct Client Client;

typedef enum ClientError {
	CLIENT_ERROR_ABSENT, /* nobody listens there: chaperoned does not run */
	CLIENT_ERROR_SYSTEM, /* the socket cannot be reached */
} ClientError;

#define CLIENT_ERROR (client_error_quark())
GQuark client_error_quark(void);

Client *client_open(const char *path, GError **error);
void client_close(Client *client);

/* What comes before the answer; either may be NULL.  An error of file ends it all. */
typedef struct ClientEvents {
	bool (*file)(const char *path, GBytes *bytes, void *data, GError **error);
	void (*progress)(guint64 done, guint64 of, void *data);
	void *data;
} ClientEvents;

/* Result and error as desk_answer gives them: a DESK_ERROR, with DESK_ERROR_FOUND a
 * result as well; DESK_ERROR_LATER when the answer was lost.  The result is a new
 * reference, null for none. */
json_t *client_ask(Client *client, const json_t *request, GBytes *content,
		   const ClientEvents *events, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Client, client_close)

#endif
