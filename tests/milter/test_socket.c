/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_socket.c - one process at a time, and nothing removed that is not ours
 *
 * libmilter opens one socket in the life of a process; here it is opened in each test,
 * so the three functions of libmilter are these.
 */
#include "config.h"

#include "milter/socket.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct Place {
	char *directory, *path, *lock, *name;
	SocketOptions options;
} Place;

/* The socket outlives its descriptor, as what a dead process leaves. */
static int
make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int made;

	g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
	made = bind(fd, (const struct sockaddr *)&address, sizeof(address));
	close(fd);
	return made;
}

static const char *connection;
static int listening = -1; /* for a port */

/* NOLINTBEGIN(readability-non-const-parameter): libmilter's */
int
smfi_setconn(char *name)
{
	connection = name;
	return MI_SUCCESS;
}

/* NOLINTEND(readability-non-const-parameter) */

int
smfi_setbacklog(int backlog)
{
	(void)backlog;
	return MI_SUCCESS;
}

/* On a port that the kernel chooses. */
static int
listen_on_port(void)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
					     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	listening = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(
		bind(listening, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listening, 1), 0);
	return MI_SUCCESS;
}

int
smfi_opensocket(bool is_stale_removed)
{
	assert_false(is_stale_removed);
	if (g_str_has_prefix(connection, "inet:"))
		return listen_on_port();
	return make_socket(strchr(connection, ':') + 1) == 0 ? MI_SUCCESS : MI_FAILURE;
}

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);

	place->directory = g_dir_make_tmp("socket-XXXXXX", NULL);
	place->path = g_build_filename(place->directory, "s", NULL);
	place->lock = g_strconcat(place->path, ".lock", NULL);
	place->name = g_strconcat("unix:", place->path, NULL);
	place->options.name = place->name;
	place->options.mode = 0660;
	place->options.owner = geteuid();
	*state = place;
	return place->directory != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	Place *place = *state;

	g_unlink(place->path);
	g_unlink(place->lock);
	g_rmdir(place->directory);
	g_free(place->path);
	g_free(place->lock);
	g_free(place->name);
	g_free(place->directory);
	g_free(place);
	return 0;
}

static void
test_a_second_process_is_refused_and_the_first_keeps_its_socket(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Socket) first = socket_open(&place->options, &error);

	assert_null(error);
	assert_null(socket_open(&place->options, &error));
	assert_true(g_error_matches(error, SOCKET_ERROR, SOCKET_ERROR_TAKEN));
	assert_true(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

static void
test_the_socket_is_for_its_owner_and_group_alone(void **state)
{
	const Place *place = *state;
	g_autoptr(Socket) socket = socket_open(&place->options, NULL);
	struct stat info;

	assert_int_equal(stat(place->path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0660);
}

static void
test_a_stale_socket_is_replaced(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Socket) socket = NULL;

	assert_int_equal(make_socket(place->path), 0);
	socket = socket_open(&place->options, &error);
	assert_non_null(socket);
}

static void
test_a_file_in_the_way_is_left_alone(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;

	assert_true(g_file_set_contents(place->path, "mine", -1, NULL));
	assert_null(socket_open(&place->options, &error));
	assert_non_null(strstr(error->message, place->path));
	assert_true(g_file_test(place->path, G_FILE_TEST_IS_REGULAR));
}

/* An answer is two writes; the second must not wait for the first's acknowledgement. */
static void
test_what_a_port_accepts_sends_at_once(void **state)
{
	const SocketOptions options = { .name = "inet:0@127.0.0.1" };
	g_autoptr(Socket) open = socket_open(&options, NULL);
	struct sockaddr_in address;
	socklen_t len = sizeof(address);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	int accepted;
	int is_so = 0;

	(void)state;
	assert_non_null(open);
	assert_int_equal(getsockname(listening, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(connect(client, (const struct sockaddr *)&address, len), 0);
	accepted = accept(listening, NULL, NULL);
	len = sizeof(is_so);
	assert_int_equal(getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &is_so, &len), 0);
	assert_int_not_equal(is_so, 0);
	close(accepted);
	close(client);
	close(listening);
}

static void
test_closing_leaves_no_socket(void **state)
{
	const Place *place = *state;

	socket_close(socket_open(&place->options, NULL));
	assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

static void
test_names_of_no_socket_are_refused(void **state)
{
	static const char *const names[] = { "unix:relative", "/run/s", "local:/run/s",
					     "" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const SocketOptions options = { .name = names[i] };
		g_autoptr(GError) error = NULL;

		assert_null(socket_open(&options, &error));
		assert_true(g_error_matches(error, SOCKET_ERROR, SOCKET_ERROR_NAME));
	}
}

static void
test_an_unknown_group_is_refused(void **state)
{
	const Place *place = *state;
	SocketOptions options = place->options;
	g_autoptr(GError) error = NULL;

	options.group = "no-such-group";
	assert_null(socket_open(&options, &error));
	assert_true(g_error_matches(error, SOCKET_ERROR, SOCKET_ERROR_NAME));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_second_process_is_refused_and_the_first_keeps_its_socket,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_the_socket_is_for_its_owner_and_group_alone, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_a_stale_socket_is_replaced, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_file_in_the_way_is_left_alone,
						set_up, tear_down),
		cmocka_unit_test(test_what_a_port_accepts_sends_at_once),
		cmocka_unit_test_setup_teardown(test_closing_leaves_no_socket, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_names_of_no_socket_are_refused,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_an_unknown_group_is_refused, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
