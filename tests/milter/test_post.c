/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post.c - what became of a letter is what the mail server said, and no guess
 */
#include "config.h"

#include "milter/post.h"
#include "tests/testing.h"

#include <gio/gio.h>
#include <string.h>

/* A mail server for one connection, which says what the case wants. */
typedef struct Server {
	GSocketListener *listener;
	GThread *thread;
	const char *at_rcpt, *at_end; /* NULL: hangs up */
	GString *commands, *data;
} Server;

static void
say(GOutputStream *out, const char *line)
{
	g_output_stream_printf(out, NULL, NULL, NULL, "%s\r\n", line);
}

/* Up to the lone dot; dots undone. */
static void
take_data(Server *server, GDataInputStream *in)
{
	char *line;

	while ((line = g_data_input_stream_read_line(in, NULL, NULL, NULL)) != NULL &&
	       strcmp(line, ".\r") != 0) {
		g_string_append(server->data, line[0] == '.' ? line + 1 : line);
		g_string_append_c(server->data, '\n');
		g_free(line);
	}
	g_free(line);
}

/* False to hang up. */
static gboolean
answer(Server *server, const char *line, GDataInputStream *in, GOutputStream *out)
{
	if (g_str_has_prefix(line, "EHLO")) {
		say(out, "250-test.example");
		say(out, "250 SMTPUTF8");
	} else if (g_str_has_prefix(line, "RCPT") && server->at_rcpt == NULL) {
		return FALSE;
	} else if (g_str_has_prefix(line, "RCPT")) {
		say(out, server->at_rcpt);
	} else if (g_str_has_prefix(line, "DATA")) {
		say(out, "354 go on");
		take_data(server, in);
		if (server->at_end == NULL)
			return FALSE;
		say(out, server->at_end);
	} else {
		say(out, g_str_has_prefix(line, "QUIT") ? "221 bye" : "250 OK");
	}
	return !g_str_has_prefix(line, "QUIT");
}

static gpointer
serve(gpointer data)
{
	Server *server = data;
	g_autoptr(GSocketConnection) connection =
		g_socket_listener_accept(server->listener, NULL, NULL, NULL);
	GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
	g_autoptr(GDataInputStream) in = g_data_input_stream_new(
		g_io_stream_get_input_stream(G_IO_STREAM(connection)));
	gboolean goes_on = TRUE;

	g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_LF);
	say(out, "220 test.example ready");
	while (goes_on) {
		g_autofree char *line =
			g_data_input_stream_read_line(in, NULL, NULL, NULL);

		if (line == NULL)
			break;
		g_string_append_printf(server->commands, "%s\n", g_strchomp(line));
		goes_on = answer(server, line, in, out);
	}
	return NULL;
}

static char *
start(Server *server)
{
	guint16 port;

	server->listener = g_socket_listener_new();
	server->commands = g_string_new(NULL);
	server->data = g_string_new(NULL);
	port = g_socket_listener_add_any_inet_port(server->listener, NULL, NULL);
	assert_int_not_equal(port, 0);
	server->thread = g_thread_new("server", serve, server);
	return g_strdup_printf("smtp://localhost:%u", port);
}

static void
stop(Server *server)
{
	g_thread_join(server->thread);
	g_object_unref(server->listener);
	g_string_free(server->commands, TRUE);
	g_string_free(server->data, TRUE);
}

static PostAnswer
send_to(const char *url, const char *recipient, const char *text, char **reply)
{
	g_autoptr(Post) post = post_new(url);
	g_autoptr(GBytes) message = g_bytes_new(text, strlen(text));
	const Letter letter = {
		.sender = "w@agency.example",
		.recipient = recipient,
		.top = "Chaperone-Release: ID TOKEN\r\n",
		.message = message,
	};

	return post_send(post, &letter, reply);
}

static void
test_the_last_reply_decides(void **state)
{
	static const struct {
		const char *at_rcpt, *at_end;
		PostAnswer answer;
		const char *reply; /* NULL: libcurl's own words */
	} cases[] = {
		{ "250 OK", "250 2.0.0 Ok: queued as 4Xy", POST_ACCEPTED,
		  "250 2.0.0 Ok: queued as 4Xy" },
		{ "550 5.1.1 no such user", "250 OK", POST_REFUSED,
		  "550 5.1.1 no such user" },
		{ "450 4.2.0 later", "250 OK", POST_LATER, "450 4.2.0 later" },
		{ "250 OK", "554 5.7.1 refused", POST_REFUSED, "554 5.7.1 refused" },
		{ "250 OK", "451 4.3.0 not now", POST_LATER, "451 4.3.0 not now" },
		{ "250 OK", NULL, POST_UNKNOWN, NULL },
		{ NULL, "250 OK", POST_LATER, NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		Server server = { .at_rcpt = cases[i].at_rcpt,
				  .at_end = cases[i].at_end };
		g_autofree char *url = start(&server);
		g_autofree char *reply = NULL;

		assert_int_equal(
			send_to(url, "c@kids.example", "A: b\r\n\r\nc\r\n", &reply),
			cases[i].answer);
		assert_non_null(reply);
		if (cases[i].reply != NULL)
			assert_string_equal(reply, cases[i].reply);
		stop(&server);
	}
}

static void
test_a_server_that_is_not_there_is_for_later(void **state)
{
	g_autofree char *reply = NULL;

	(void)state;
	assert_int_equal(
		send_to("smtp://localhost:1", "c@kids.example", "A: b\r\n\r\n", &reply),
		POST_LATER);
	assert_non_null(reply);
}

static void
test_every_byte_arrives(void **state)
{
	static const char text[] = "Subject: caf\xe9 \r\n\r\n.dot\r\n..\r\n. \r\n"
				   "\xc3\xa9 blanks  \r\n\r\n\r\nlast\r\n";
	Server server = { .at_rcpt = "250 OK", .at_end = "250 OK" };
	g_autofree char *url = start(&server);
	g_autofree char *reply = NULL;

	(void)state;
	assert_int_equal(send_to(url, "c@kids.example", text, &reply), POST_ACCEPTED);
	assert_true(
		g_str_has_prefix(server.data->str, "Chaperone-Release: ID TOKEN\r\n"));
	assert_string_equal(strchr(server.data->str, '\n') + 1, text);
	stop(&server);
}

static void
test_an_address_beyond_ascii_asks_for_smtputf8(void **state)
{
	Server server = { .at_rcpt = "250 OK", .at_end = "250 OK" };
	g_autofree char *url = start(&server);
	g_autofree char *reply = NULL;

	(void)state;
	assert_int_equal(send_to(url, "zo\xc3\xab@kids.example", "A: b\r\n\r\n", &reply),
			 POST_ACCEPTED);
	assert_non_null(strstr(server.commands->str, " SMTPUTF8"));
	assert_non_null(strstr(server.commands->str, "<zo\xc3\xab@kids.example>"));
	stop(&server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_reply_decides),
		cmocka_unit_test(test_a_server_that_is_not_there_is_for_later),
		cmocka_unit_test(test_every_byte_arrives),
		cmocka_unit_test(test_an_address_beyond_ascii_asks_for_smtputf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
