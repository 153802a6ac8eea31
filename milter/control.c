/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control.c - one thread accepts, one thread a request reads, asks and answers
 *
 * The socket has mode 0666: who asks is known from SO_PEERCRED and what they may from
 * the register, so the mode would only be a second, coarser list of people to keep.
 * Whom the agency wants to keep away altogether it keeps out of the directory.
 *
 * Invariants
 * 1. Only what has arrived in full is asked; what was asked is asked once.
 * 2. A line or file that was begun is written to its end, or the connection is over:
 *    nothing is written after a failed write.
 * 3. A caller is in control->callers from accept until its descriptor is closed.
 * 4. One user never has more than half of the places, so nobody can shut out the rest.
 */
#include "config.h"

#include "milter/control.h"

#include "milter/request.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	CALLERS_MAX = 32,
	CALLERS_OF_ONE_USER = CALLERS_MAX / 2,
	ARRIVAL_MS = 30 * 1000,
	SEND_SECONDS = 30,
	CHUNK = 64 * 1024,
	CONTENT_MAX = 1024 * 1024 * 1024,
};

struct Control {
	ControlOptions options;
	char *path;
	int listener;
	int waker; /* eventfd: readable once the server is closing */
	GThread *acceptor;

	GMutex mutex;
	GCond left;         /* a caller left */
	GPtrArray *callers; /* Caller * */
	bool is_closing;
};

/* One connection. */
typedef struct Caller {
	Control *control;
	int fd;
	uid_t uid;
	gint64 deadline; /* monotonic microseconds: until when its request must be here */
	GByteArray *here; /* what was received and not used yet */
	bool is_gone;     /* nothing more can be written */
} Caller;

G_DEFINE_QUARK(control_error, control_error)

static bool
fail(GError **error, const char *what)
{
	g_set_error(error, CONTROL_ERROR, CONTROL_ERROR_SYSTEM, "%s: %s", what,
		    g_strerror(errno));
	return false;
}

/* Writing. */

static bool
send_all(Caller *caller, const void *data, gsize len)
{
	const char *at = data;

	while (len > 0 && !caller->is_gone) {
		ssize_t n = send(caller->fd, at, len, MSG_NOSIGNAL);

		if (n >= 0) {
			at += n;
			len -= (gsize)n;
		} else if (errno != EINTR) {
			caller->is_gone = true;
		}
	}
	return !caller->is_gone;
}

/* Takes the event over. */
static bool
send_event(Caller *caller, json_t *event)
{
	g_autofree char *line = json_write(event);
	g_autofree char *text = g_strconcat(line, "\n", NULL);

	json_decref(event);
	return send_all(caller, text, strlen(text));
}

static void
send_done(Caller *caller, int code, const char *error, json_t *result)
{
	json_t *event = json_object();

	json_object_set_new(event, "event", json_string("done"));
	json_object_set_new(event, "exit", json_integer(code));
	if (error != NULL)
		json_object_set_new(event, "error", json_text_new(error));
	json_object_set(event, "result", result != NULL ? result : json_null());
	send_event(caller, event);
}

static void
send_progress(guint64 done, guint64 of, void *data)
{
	json_t *event = json_object();

	json_object_set_new(event, "event", json_string("progress"));
	json_object_set_new(event, "done", json_integer((json_int_t)done));
	json_object_set_new(event, "of", json_integer((json_int_t)of));
	send_event(data, event);
}

static bool
is_closing(Control *control)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->mutex);

	return control->is_closing;
}

/* Not once the server closes, nor when the caller is not there any more. */
static bool
is_awaited(void *data)
{
	Caller *caller = data;
	struct pollfd there = { .fd = caller->fd };

	if (poll(&there, 1, 0) > 0 && (there.revents & (POLLHUP | POLLERR)) != 0)
		caller->is_gone = true;
	return !caller->is_gone && !is_closing(caller->control);
}

static bool
send_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	Caller *caller = data;
	gsize len;
	const void *start = g_bytes_get_data(bytes, &len);
	json_t *event = json_object();

	json_object_set_new(event, "event", json_string("file"));
	json_object_set_new(event, "path", json_text_new(path));
	json_object_set_new(event, "length", json_integer((json_int_t)len));
	if (send_event(caller, event) && send_all(caller, start, len))
		return true;
	g_set_error_literal(error, DESK_ERROR, DESK_ERROR_LATER,
			    "the connection was lost: ask again");
	return false;
}

/* Reading. */

/* Adds what comes next to what is here.  False: the caller went, took too long, or the
 * server closes. */
static bool
receive(Caller *caller)
{
	guint8 chunk[CHUNK];
	ssize_t n = -1;

	do {
		gint64 left = (caller->deadline - g_get_monotonic_time()) / 1000;
		struct pollfd ready = { .fd = caller->fd, .events = POLLIN };

		if (left <= 0 || poll(&ready, 1, (int)left) == 0)
			return false;
		n = recv(caller->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n <= 0)
		return false;
	g_byte_array_append(caller->here, chunk, (guint)n);
	return true;
}

/* The length of the first line; the caller went or sends no line: false. */
static bool
receive_line(Caller *caller, gsize *len)
{
	gsize searched = 0;

	for (;;) {
		const guint8 *start = caller->here->data;
		const guint8 *end = caller->here->len > searched
					    ? memchr(start + searched, '\n',
						     caller->here->len - searched)
					    : NULL;

		searched = caller->here->len;
		*len = end != NULL ? (gsize)(end - start) : searched;
		if (end != NULL || *len > REQUEST_LINE_MAX)
			return true; /* request_parse refuses one that is too long */
		if (!receive(caller))
			return false;
	}
}

static bool
receive_content(Caller *caller, gsize len, GBytes **content)
{
	while (caller->here->len < len)
		if (!receive(caller))
			return false;
	*content = len > 0 ? g_bytes_new(caller->here->data, len) : NULL;
	return true;
}

/* The whole request; NULL without an error when it did not arrive. */
static json_t *
receive_request(Caller *caller, GBytes **content, GError **error)
{
	g_autoptr(json_t) body = NULL;
	gsize line_len, content_len;

	if (!receive_line(caller, &line_len))
		return NULL;
	body = request_parse((const char *)caller->here->data, line_len,
			     caller->control->options.content_max, &content_len, error);
	if (body == NULL)
		return NULL;
	g_byte_array_remove_range(caller->here, 0, (guint)line_len + 1);
	if (!receive_content(caller, content_len, content))
		return NULL;
	return g_steal_pointer(&body);
}

/* Asking. */

static void
answer(Caller *caller, const json_t *body, GBytes *content)
{
	const ControlOptions *options = &caller->control->options;
	DeskRequest request = { .uid = caller->uid,
				.body = body,
				.content = content,
				.file = send_file,
				.progress = send_progress,
				.is_awaited = is_awaited,
				.data = caller };
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = options->answer(options->data, &request, &error);
	int code = 0;

	if (error != NULL)
		code = error->domain == DESK_ERROR ? error->code : DESK_ERROR_LATER;
	send_done(caller, code, error != NULL ? error->message : NULL, result);
}

static Caller *
caller_new(Control *control, int fd)
{
	Caller *caller = g_new0(Caller, 1);
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);
	const struct timeval patience = { .tv_sec = SEND_SECONDS };
	guint arrival = control->options.arrival;

	/* Without a known user nothing is allowed: -1 is nobody in the register. */
	(void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	caller->control = control;
	caller->fd = fd;
	caller->uid = peer.uid;
	caller->deadline = g_get_monotonic_time() +
			   1000 * (gint64)(arrival != 0 ? arrival : ARRIVAL_MS);
	caller->here = g_byte_array_new();
	return caller;
}

static void
caller_free(Caller *caller)
{
	close(caller->fd);
	g_byte_array_unref(caller->here);
	g_free(caller);
}

/* Gives the caller's place up, and the caller. */
static void
leave(Caller *caller)
{
	Control *control = caller->control;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->mutex);

	g_ptr_array_remove_fast(control->callers, caller);
	caller_free(caller);
	g_cond_signal(&control->left);
}

static gpointer
serve(gpointer data)
{
	Caller *caller = data;
	g_autoptr(GBytes) content = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) body = receive_request(caller, &content, &error);

	if (body != NULL)
		answer(caller, body, content);
	else if (error != NULL)
		send_done(caller, DESK_ERROR_USAGE, error->message, NULL);
	else if (is_closing(caller->control))
		send_done(caller, DESK_ERROR_LATER,
			  "chaperoned is stopping: ask again when it is back", NULL);
	leave(caller);
	return NULL;
}

/* Accepting. */

static bool
has_place(const Control *control, const Caller *caller)
{
	guint same = 0;

	for (guint i = 0; i < control->callers->len; i++) {
		const Caller *other = g_ptr_array_index(control->callers, i);

		same += other->uid == caller->uid;
	}
	return control->callers->len < CALLERS_MAX && same < CALLERS_OF_ONE_USER;
}

/* Takes the caller in, when there is a place and a thread for it. */
static bool
take_in(Control *control, Caller *caller)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->mutex);
	GThread *thread;

	if (control->is_closing || !has_place(control, caller))
		return false;
	thread = g_thread_try_new("control", serve, caller, NULL);
	if (thread == NULL)
		return false;
	g_thread_unref(thread);
	g_ptr_array_add(control->callers, caller);
	return true;
}

static void
greet(Control *control, int fd)
{
	Caller *caller = caller_new(control, fd);

	if (take_in(control, caller))
		return;
	send_done(caller, DESK_ERROR_LATER,
		  "chaperoned is busy or stopping: ask again in a moment", NULL);
	caller_free(caller);
}

static gpointer
accept_callers(gpointer data)
{
	Control *control = data;
	struct pollfd ready[] = { { .fd = control->listener, .events = POLLIN },
				  { .fd = control->waker, .events = POLLIN } };

	while (ready[1].revents == 0) {
		int fd;

		if (poll(ready, G_N_ELEMENTS(ready), -1) < 0 || ready[0].revents == 0)
			continue;
		fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			greet(control, fd);
		else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
			g_usleep(G_USEC_PER_SEC / 10); /* do not spin until one is free */
	}
	return NULL;
}

/* Opening and closing. */

static bool
fill_address(const char *path, struct sockaddr_un *address, GError **error)
{
	struct stat there;

	if (strlen(path) >= sizeof(address->sun_path)) {
		g_set_error(error, CONTROL_ERROR, CONTROL_ERROR_PATH,
			    "control: %s: a socket's path has at most %zu bytes", path,
			    sizeof(address->sun_path) - 1);
		return false;
	}
	if (lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode)) {
		g_set_error(error, CONTROL_ERROR, CONTROL_ERROR_PATH,
			    "control: %s: is there and no socket: remove it or name "
			    "another path",
			    path);
		return false;
	}
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, strlen(path) + 1);
	return true;
}

static bool
listen_at(Control *control, GError **error)
{
	struct sockaddr_un address = { 0 };

	if (!fill_address(control->path, &address, error))
		return false;
	control->listener =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	control->waker = eventfd(0, EFD_CLOEXEC);
	if (control->listener < 0 || control->waker < 0)
		return fail(error, "control: cannot make a socket");
	(void)unlink(control->path);
	/* Nobody can connect before listen, so the mode comes in time. */
	if (bind(control->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    chmod(control->path, 0666) != 0 ||
	    listen(control->listener, CALLERS_MAX) != 0) {
		g_autofree char *what = g_strconcat("control: ", control->path, NULL);

		return fail(error, what);
	}
	return true;
}

static void
control_free(Control *control)
{
	if (control->listener >= 0)
		close(control->listener);
	if (control->waker >= 0)
		close(control->waker);
	g_ptr_array_unref(control->callers);
	g_cond_clear(&control->left);
	g_mutex_clear(&control->mutex);
	g_free(control->path);
	g_free(control);
}

Control *
control_open(const ControlOptions *options, GError **error)
{
	Control *control = g_new0(Control, 1);

	control->options = *options;
	control->options.content_max = MIN(options->content_max, CONTENT_MAX);
	control->path = g_strdup(options->path);
	control->listener = control->waker = -1;
	control->callers = g_ptr_array_new();
	g_mutex_init(&control->mutex);
	g_cond_init(&control->left);

	if (listen_at(control, error))
		control->acceptor =
			g_thread_try_new("control", accept_callers, control, error);
	if (control->acceptor == NULL) {
		control_free(control);
		return NULL;
	}
	return control;
}

/* From here on nothing more is read: who is still sending is told to come again. */
static void
begin_closing(Control *control)
{
	const guint64 one = 1;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&control->mutex);

	control->is_closing = true;
	for (guint i = 0; i < control->callers->len; i++) {
		const Caller *caller = g_ptr_array_index(control->callers, i);

		(void)shutdown(caller->fd, SHUT_RD);
	}
	if (write(control->waker, &one, sizeof(one)) != sizeof(one))
		g_assert_not_reached(); /* a fresh eventfd takes a 1 */
}

bool
control_close(Control *control, guint wait)
{
	gint64 end = g_get_monotonic_time() + 1000 * (gint64)wait;
	bool is_done;

	begin_closing(control);
	g_thread_join(control->acceptor);
	(void)unlink(control->path);

	g_mutex_lock(&control->mutex);
	while (control->callers->len > 0 &&
	       g_cond_wait_until(&control->left, &control->mutex, end))
		;
	is_done = control->callers->len == 0;
	g_mutex_unlock(&control->mutex);
	if (is_done)
		control_free(control);
	return is_done;
}
