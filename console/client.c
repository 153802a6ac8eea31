/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.c - sends a line and bytes, reads events until "done"
 *
 * The daemon may answer before it has read everything (the content is too large): a
 * failed send is no error as long as an answer comes.
 */
#include "config.h"

#include "console/client.h"

#include "desk/desk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* More than any message; a length that is not true must not take all memory. */
#define FILE_MAX (G_GINT64_CONSTANT(1) << 31)

struct Client {
	int fd;
	FILE *stream; /* the same descriptor, for reading; owns it */
};

G_DEFINE_QUARK(client_error, client_error)

static bool
connect_to(int fd, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	return connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

Client *
client_open(const char *path, GError **error)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	Client *client;

	if (fd < 0 || !connect_to(fd, path)) {
		bool is_absent = errno == ENOENT || errno == ECONNREFUSED;

		g_set_error(error, CLIENT_ERROR,
			    is_absent ? CLIENT_ERROR_ABSENT : CLIENT_ERROR_SYSTEM,
			    "%s: %s", path, g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	client = g_new(Client, 1);
	client->fd = fd;
	client->stream = fdopen(fd, "r");
	g_assert(client->stream != NULL); /* fails for want of memory alone */
	return client;
}

void
client_close(Client *client)
{
	if (client == NULL)
		return;
	(void)fclose(client->stream);
	g_free(client);
}

static bool
send_all(const Client *client, const void *data, gsize len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = send(client->fd, at, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return false;
		at += MAX(n, 0);
		len -= (gsize)MAX(n, 0);
	}
	return true;
}

static void
send_request(const Client *client, const json_t *request, GBytes *content)
{
	g_autofree char *line = json_write(request);
	g_autofree char *text = g_strconcat(line, "\n", NULL);
	gsize len = 0;
	const void *bytes = content != NULL ? g_bytes_get_data(content, &len) : NULL;

	if (send_all(client, text, strlen(text)))
		(void)send_all(client, bytes, len);
}

static json_t *
lost(GError **error)
{
	g_set_error_literal(error, DESK_ERROR, DESK_ERROR_LATER,
			    "the answer of chaperoned was lost: see whether it was done "
			    "before you ask again");
	return NULL;
}

/* The next event; NULL with the error set when there is none. */
static json_t *
read_event(Client *client, GError **error)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	json_t *event = NULL;

	do {
		clearerr(client->stream);
		len = getline(&line, &size, client->stream);
	} while (len < 0 && ferror(client->stream) && errno == EINTR);
	if (len > 0 && line[len - 1] == '\n')
		event = json_read(line, (gsize)len - 1, NULL);
	free(line); /* getline's, not GLib's */
	return event != NULL ? event : lost(error);
}

static bool
take_file(Client *client, const json_t *event, const ClientEvents *events, GError **error)
{
	const char *path = json_text(event, "path");
	gint64 len = json_number(event, "length", -1);
	char *bytes = NULL;
	g_autoptr(GBytes) file = NULL;

	if (path != NULL && len >= 0 && len < FILE_MAX)
		bytes = g_try_malloc((gsize)len + 1);
	if (bytes == NULL || fread(bytes, 1, (gsize)len, client->stream) != (gsize)len) {
		g_free(bytes);
		lost(error);
		return false;
	}
	file = g_bytes_new_take(bytes, (gsize)len);
	return events->file == NULL || events->file(path, file, events->data, error);
}

static bool
take_event(Client *client, const json_t *event, const ClientEvents *events,
	   GError **error)
{
	const char *kind = json_text(event, "event");

	if (g_strcmp0(kind, "file") == 0)
		return take_file(client, event, events, error);
	if (g_strcmp0(kind, "progress") == 0 && events->progress != NULL)
		events->progress((guint64)json_number(event, "done", 0),
				 (guint64)json_number(event, "of", 0), events->data);
	return true; /* events that we do not know yet are not for us */
}

static json_t *
take_done(json_t *event, GError **error)
{
	int code = (int)json_number(event, "exit", DESK_ERROR_LATER);
	const char *message = json_text(event, "error");
	json_t *result = json_object_get(event, "result");

	if (code != 0)
		g_set_error_literal(error, DESK_ERROR, code,
				    message != NULL ? message : "not done");
	return result != NULL ? json_incref(result) : json_null();
}

json_t *
client_ask(Client *client, const json_t *request, GBytes *content,
	   const ClientEvents *events, GError **error)
{
	send_request(client, request, content);
	for (;;) {
		g_autoptr(json_t) event = read_event(client, error);

		if (event == NULL)
			return NULL;
		if (g_strcmp0(json_text(event, "event"), "done") == 0)
			return take_done(event, error);
		if (!take_event(client, event, events, error))
			return NULL;
	}
}
