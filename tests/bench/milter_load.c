/* SPDX-License-Identifier: Apache-2.0 */
/*
 * milter_load.c - sends a message many times to a milter, as a mail server does, over
 * several connections at once
 *
 * usage: milter_load SOCKET CONNECTIONS COUNT SENDER RECIPIENT FILE
 * SOCKET is a path, or PORT@127.0.0.1.  Prints messages a second and the median of the
 * milliseconds from end of message to its answer.  Any answer but accept, continue and
 * discard is an error.
 */
#include "config.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Of the protocol; everything is offered but to leave out the rest of a body. */
enum { PROTOCOL = 6, EVERY_ACTION = 0x1FF, EVERY_STEP = 0x1FFBFF, BODY_MAX = 65535 };

enum { LEADING_BLANK = 0x100000 };

/* Steps that a filter may not want at all, or want without an answer, by command. */
static const struct {
	char command;
	guint32 unwanted, silent;
} bits[] = {
	{ 'C', 0x1, 0x1000 },   { 'H', 0x2, 0x2000 },    { 'M', 0x4, 0x4000 },
	{ 'R', 0x8, 0x8000 },   { 'T', 0x200, 0x10000 }, { 'L', 0x20, 0x80 },
	{ 'N', 0x40, 0x40000 }, { 'B', 0x10, 0x80000 },
};

/* Name, NUL, value: with its leading blank and without. */
typedef struct Field {
	GString *whole, *bare;
} Field;

typedef struct Load {
	const char *socket, *sender, *recipient;
	GPtrArray *fields; /* Field */
	GBytes *body;
	gint left; /* atomic: messages to send */
	GMutex lock;
	GArray *waits; /* double: milliseconds */
} Load;

/* One connection. */
typedef struct Line {
	const Load *load;
	int fd;
	guint32 steps;
	GByteArray *out;
} Line;

static int
open_socket(const char *name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET };
	const bool is_path = name[0] == '/';
	const int fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
	const int yes = 1;

	g_strlcpy(un.sun_path, name, sizeof(un.sun_path));
	in.sin_port = htons((guint16)atoi(name));
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!is_path)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (connect(fd,
		    is_path ? (const struct sockaddr *)&un : (const struct sockaddr *)&in,
		    is_path ? sizeof(un) : sizeof(in)) != 0)
		g_error("%s: cannot connect", name);
	return fd;
}

static void
add(Line *line, char command, const void *data, gsize len)
{
	const guint32 size = htonl((guint32)len + 1);

	g_byte_array_append(line->out, (const guint8 *)&size, sizeof(size));
	g_byte_array_append(line->out, (const guint8 *)&command, 1);
	g_byte_array_append(line->out, data, (guint)len);
}

static void
flush(Line *line)
{
	for (gsize at = 0; at < line->out->len;) {
		const ssize_t sent =
			write(line->fd, line->out->data + at, line->out->len - at);

		if (sent <= 0)
			g_error("the filter has closed the connection");
		at += (gsize)sent;
	}
	g_byte_array_set_size(line->out, 0);
}

static void
take(const Line *line, void *data, gsize len)
{
	for (gsize at = 0; at < len;) {
		const ssize_t got = read(line->fd, (char *)data + at, len - at);

		if (got <= 0)
			g_error("the filter has closed the connection");
		at += (gsize)got;
	}
}

/* The next answer; data (may be NULL) becomes what it brings. */
static char
receive(const Line *line, GByteArray *data)
{
	g_autofree guint8 *bytes = NULL;
	guint32 size;

	take(line, &size, sizeof(size));
	size = ntohl(size);
	bytes = g_malloc(size + 1);
	take(line, bytes, size);
	if (data != NULL)
		g_byte_array_append(data, bytes + 1, size - 1);
	return (char)bytes[0];
}

static guint
step_of(char command)
{
	guint i = 0;

	while (bits[i].command != command)
		i++;
	return i;
}

/* A step: what the filter answers if it wants to; false when the message is over. */
static bool
say(Line *line, char command, const void *data, gsize len)
{
	const guint step = step_of(command);
	char answer;

	if ((line->steps & bits[step].unwanted) != 0)
		return true;
	add(line, command, data, len);
	if ((line->steps & bits[step].silent) != 0)
		return true;
	flush(line);
	answer = receive(line, NULL);
	if (answer != 'c' && answer != 'a')
		g_error("answer '%c' to '%c'", answer, command);
	return answer == 'c';
}

static void
say_macros(Line *line, char command, const char *macros, gsize len)
{
	g_autofree char *data = g_malloc(len + 1);

	data[0] = command;
	memcpy(data + 1, macros, len);
	add(line, 'D', data, len + 1);
}

#define MACROS(line, command, text) say_macros(line, command, text, sizeof(text))

static void
negotiate(Line *line)
{
	const guint32 offer[] = { htonl(PROTOCOL), htonl(EVERY_ACTION),
				  htonl(EVERY_STEP) };
	g_autoptr(GByteArray) answer = g_byte_array_new();
	guint32 steps;

	add(line, 'O', offer, sizeof(offer));
	flush(line);
	if (receive(line, answer) != 'O' || answer->len < sizeof(offer))
		g_error("the filter does not negotiate");
	memcpy(&steps, answer->data + 2 * sizeof(steps), sizeof(steps));
	line->steps = ntohl(steps);
}

static void
greet(Line *line)
{
	static const char client[] = "localhost\0004\234\100127.0.0.1";

	MACROS(line, 'C', "{daemon_name}\0STAFF");
	say(line, 'C', client, sizeof(client));
	say(line, 'H', "localhost", sizeof("localhost"));
}

static void
say_path(Line *line, char command, const char *address)
{
	g_autofree char *path = g_strdup_printf("<%s>", address);

	say(line, command, path, strlen(path) + 1);
}

static bool
send_content(Line *line)
{
	gsize len;
	const char *body = g_bytes_get_data(line->load->body, &len);

	for (guint i = 0; i < line->load->fields->len; i++) {
		const Field *field = line->load->fields->pdata[i];
		const GString *text =
			(line->steps & LEADING_BLANK) != 0 ? field->whole : field->bare;

		if (!say(line, 'L', text->str, text->len + 1))
			return false;
	}
	if (!say(line, 'N', "", 0))
		return false;
	for (gsize at = 0; at < len; at += BODY_MAX)
		if (!say(line, 'B', body + at, MIN(len - at, (gsize)BODY_MAX)))
			return false;
	return true;
}

/* Changes, then the end. */
static void
await_end(Line *line)
{
	char answer;

	MACROS(line, 'E', "i\0BENCH1");
	add(line, 'E', "", 0);
	flush(line);
	do
		answer = receive(line, NULL);
	while (strchr("hmi+-b2qp", answer) != NULL);
	if (strchr("acd", answer) == NULL)
		g_error("answer '%c' to the end of the message", answer);
}

/* Milliseconds that the end took. */
static double
send_message(Line *line)
{
	gint64 begin;

	say_path(line, 'M', line->load->sender);
	say_path(line, 'R', line->load->recipient);
	if (!say(line, 'T', "", 0) || !send_content(line))
		return 0;
	begin = g_get_monotonic_time();
	await_end(line);
	return (double)(g_get_monotonic_time() - begin) / 1000;
}

static gpointer
run(gpointer data)
{
	Load *load = data;
	g_autoptr(GByteArray) out = g_byte_array_new();
	Line line = { .load = load, .fd = open_socket(load->socket), .out = out };

	negotiate(&line);
	greet(&line);
	while (g_atomic_int_add(&load->left, -1) > 0) {
		double wait = send_message(&line);

		g_mutex_lock(&load->lock);
		g_array_append_val(load->waits, wait);
		g_mutex_unlock(&load->lock);
	}
	add(&line, 'Q', "", 0);
	flush(&line);
	close(line.fd);
	return NULL;
}

static void
read_field(Load *load, const char *text)
{
	const char *value = strchr(text, ':') + 1;
	Field *field = g_new(Field, 1);

	field->whole = g_string_new_len(text, value - 1 - text);
	g_string_append_c(field->whole, '\0');
	field->bare = g_string_new_len(field->whole->str, (gssize)field->whole->len);
	g_string_append(field->whole, value);
	g_string_append(field->bare, value + strspn(value, " "));
	g_ptr_array_add(load->fields, field);
}

/* A file with LF alone is sent with CRLF. */
static void
read_message(Load *load, const char *path)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GString) body = g_string_new(NULL);
	guint i = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		g_error("%s cannot be read", path);
	lines = g_strsplit(text, "\n", -1);
	for (; lines[i] != NULL && *g_strchomp(lines[i]) != '\0'; i++)
		read_field(load, lines[i]);
	for (i++; lines[i] != NULL && lines[i - 1] != NULL; i++)
		g_string_append_printf(body, "%s\r\n", g_strchomp(lines[i]));
	load->body = g_string_free_to_bytes(g_steal_pointer(&body));
}

static int
compare(gconstpointer a, gconstpointer b)
{
	const double *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

int
main(int argc, char **argv)
{
	Load load = { .fields = g_ptr_array_new() };
	g_autoptr(GPtrArray) threads = g_ptr_array_new();
	gint64 begin;
	int count;

	if (argc != 7) {
		(void)fprintf(stderr,
			      "usage: milter_load SOCKET CONNECTIONS COUNT SENDER "
			      "RECIPIENT FILE\n");
		return 2;
	}
	load.socket = argv[1];
	count = load.left = atoi(argv[3]);
	load.sender = argv[4];
	load.recipient = argv[5];
	load.waits = g_array_new(FALSE, FALSE, sizeof(double));
	read_message(&load, argv[6]);
	begin = g_get_monotonic_time();
	for (int i = 0; i < atoi(argv[2]); i++)
		g_ptr_array_add(threads, g_thread_new("line", run, &load));
	for (guint i = 0; i < threads->len; i++)
		g_thread_join(threads->pdata[i]);
	g_array_sort(load.waits, compare);
	printf("%.1f messages/s %.3f ms\n",
	       (double)count * 1e6 / (double)(g_get_monotonic_time() - begin),
	       g_array_index(load.waits, double, load.waits->len / 2));
	return 0;
}
