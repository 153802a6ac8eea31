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

int
smfi_opensocket(bool is_stale_removed)
{
	assert_false(is_stale_removed);
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
		cmocka_unit_test_setup_teardown(test_closing_leaves_no_socket, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_names_of_no_socket_are_refused,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_an_unknown_group_is_refused, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
