/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_control.c - the control socket with real clients and a made-up answer
 */
#include "config.h"

#include "desk/desk.h"
#include "milter/control.h"
#include "milter/request.h"
#include "tests/testing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONTENT_MAX = 300000, HASTE = 100 };

/* A server, and what its answer function does and saw. */
typedef struct Place {
	char *top, *path;
	Control *control;

	GMutex mutex;
	GCond change;
	uid_t uid;
	gsize content_len;
	guint asked;
	guint left;     /* long answers that nobody waited for any more */
	bool must_wait; /* answers wait until this is false */
} Place;

static json_t *
answer_files(const DeskRequest *request, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("a\nb", 3);

	request->progress(1, 2, request->data);
	if (!request->file("original/x.eml", bytes, request->data, error))
		return NULL;
	return json_pack("{s:i}", "files", 1);
}

/* Goes on for as long as somebody waits. */
static void
take_long(Place *place, const DeskRequest *request)
{
	while (request->is_awaited(request->data))
		g_usleep(1000);
	g_mutex_lock(&place->mutex);
	place->left++;
	g_cond_broadcast(&place->change);
	g_mutex_unlock(&place->mutex);
}

static json_t *
answer(void *data, const DeskRequest *request, GError **error)
{
	Place *place = data;
	const char *verb = json_text(request->body, "verb");

	g_mutex_lock(&place->mutex);
	place->asked++;
	place->uid = request->uid;
	place->content_len =
		request->content != NULL ? g_bytes_get_size(request->content) : 0;
	g_cond_broadcast(&place->change);
	while (place->must_wait)
		g_cond_wait(&place->change, &place->mutex);
	g_mutex_unlock(&place->mutex);

	if (strcmp(verb, "files") == 0)
		return answer_files(request, error);
	if (strcmp(verb, "long") == 0)
		take_long(place, request);
	if (strcmp(verb, "refuse") == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED, "no right: ask");
	if (strcmp(verb, "find") == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_FOUND, "found: see");
	return strcmp(verb, "refuse") == 0 ? NULL : json_pack("{s:s}", "verb", verb);
}

static int
start(void **state, guint arrival)
{
	Place *place = g_new0(Place, 1);
	ControlOptions options = { .answer = answer,
				   .data = place,
				   .content_max = CONTENT_MAX,
				   .arrival = arrival };

	place->top = g_dir_make_tmp("control-XXXXXX", NULL);
	place->path = g_build_filename(place->top, "sock", NULL);
	options.path = place->path;
	place->control = control_open(&options, NULL);
	*state = place;
	return place->control != NULL ? 0 : -1;
}

static int
setup(void **state)
{
	return start(state, 0);
}

static int
setup_in_haste(void **state)
{
	return start(state, HASTE);
}

static int
teardown(void **state)
{
	Place *place = *state;
	bool is_done = place->control == NULL || control_close(place->control, 5000);
	bool is_gone = rmdir(place->top) == 0; /* so the socket went, too */

	g_free(place->top);
	g_free(place->path);
	g_free(place);
	return is_done && is_gone ? 0 : -1;
}

static int
connect_to(const Place *place)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(place->path) < sizeof(address.sun_path));
	memcpy(address.sun_path, place->path, strlen(place->path) + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* Everything until the server closes; owned. */
static char *
read_all(int fd)
{
	GString *text = g_string_new(NULL);
	char chunk[4096];
	ssize_t n;

	while ((n = recv(fd, chunk, sizeof(chunk), 0)) > 0)
		g_string_append_len(text, chunk, n);
	close(fd);
	return g_string_free(text, FALSE);
}

static char *
ask(const Place *place, const char *request)
{
	int fd = connect_to(place);

	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL),
			 strlen(request));
	return read_all(fd);
}

static void
test_a_request_is_answered_in_lines(void **state)
{
	static const struct {
		const char *request, *answer;
	} cases[] = {
		{ "{\"area\":\"a\",\"verb\":\"v\"}\n",
		  "{\"event\":\"done\",\"exit\":0,\"result\":{\"verb\":\"v\"}}\n" },
		{ "{\"area\":\"status\"}\n",
		  "{\"event\":\"done\",\"exit\":0,\"result\":{\"verb\":\"\"}}\n" },
		{ "{\"area\":\"a\",\"verb\":\"refuse\"}\n",
		  "{\"event\":\"done\",\"exit\":3,\"error\":\"no right: "
		  "ask\",\"result\":null}\n" },
		{ "{\"area\":\"a\",\"verb\":\"find\"}\n",
		  "{\"event\":\"done\",\"exit\":1,\"error\":\"found: see\","
		  "\"result\":{\"verb\":\"find\"}}\n" },
		{ "{\"area\":\"a\",\"verb\":\"files\"}\n",
		  "{\"event\":\"progress\",\"done\":1,\"of\":2}\n"
		  "{\"event\":\"file\",\"path\":\"original/x.eml\",\"length\":3}\na\nb"
		  "{\"event\":\"done\",\"exit\":0,\"result\":{\"files\":1}}\n" },
	};

	const Place *place = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = ask(place, cases[i].request);

		assert_string_equal(text, cases[i].answer);
	}
	assert_int_equal(place->uid, getuid());
}

static void
test_bad_requests_are_wrong_as_written(void **state)
{
	static const char *const requests[] = {
		"\n",
		"hello\n",
		"[]\n",
		"{}\n",
		"{\"area\":1}\n",
		"{\"area\":\"a\",\"verb\":null}\n",
		"{\"area\":\"a\",\"words\":\"w\"}\n",
		"{\"area\":\"a\",\"words\":[1]}\n",
		"{\"area\":\"a\",\"options\":[]}\n",
		"{\"area\":\"a\",\"options\":{\"x\":false}}\n",
		"{\"area\":\"a\",\"options\":{\"x\":{}}}\n",
		"{\"area\":\"a\",\"as\":true}\n",
		"{\"area\":\"a\",\"content\":-1}\n",
		"{\"area\":\"a\",\"content\":\"1\"}\n",
		"{\"area\":\"a\",\"content\":300001}\n",
	};
	const Place *place = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
		g_autofree char *text = ask(place, requests[i]);

		assert_true(g_str_has_prefix(text, "{\"event\":\"done\",\"exit\":2,"));
	}
	assert_int_equal(place->asked, 0);
}

static void
test_a_line_without_end_is_refused(void **state)
{
	const Place *place = *state;
	int fd = connect_to(place);
	g_autofree char *line = g_strnfill(REQUEST_LINE_MAX + 2, ' ');
	g_autofree char *text = NULL;

	(void)send(fd, line, strlen(line), MSG_NOSIGNAL);
	text = read_all(fd);
	assert_true(g_str_has_prefix(text, "{\"event\":\"done\",\"exit\":2,"));
}

static void
test_content_comes_whole(void **state)
{
	const Place *place = *state;
	g_autofree char *content = g_strnfill(CONTENT_MAX, 'x');
	g_autofree char *request =
		g_strdup_printf("{\"area\":\"a\",\"verb\":\"v\",\"content\":%d}\n%s",
				CONTENT_MAX, content);
	g_autofree char *text = ask(place, request);

	assert_non_null(strstr(text, "\"exit\":0"));
	assert_int_equal(place->content_len, CONTENT_MAX);
}

static void
test_what_does_not_arrive_in_time_is_dropped(void **state)
{
	const Place *place = *state;
	static const char *const parts[] = {
		"", "{\"area\":", "{\"area\":\"a\",\"verb\":\"v\",\"content\":5}\n1234"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *text = ask(place, parts[i]);

		assert_string_equal(text, "");
	}
	assert_int_equal(place->asked, 0);
}

static void
test_a_caller_who_goes_harms_nobody(void **state)
{
	Place *place = *state;
	static const char request[] = "{\"area\":\"a\",\"verb\":\"files\"}\n";
	int fd = connect_to(place);
	g_autofree char *text = NULL;

	place->must_wait = true;
	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL),
			 strlen(request));
	g_mutex_lock(&place->mutex);
	while (place->asked == 0)
		g_cond_wait(&place->change, &place->mutex);
	close(fd); /* while it is being answered */
	place->must_wait = false;
	g_cond_broadcast(&place->change);
	g_mutex_unlock(&place->mutex);

	text = ask(place, request);
	assert_non_null(strstr(text, "\"exit\":0"));
}

static void
test_too_many_callers_are_asked_to_come_again(void **state)
{
	const Place *place = *state;
	int fds[16]; /* as many as one user may have */
	g_autofree char *text = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
		fds[i] = connect_to(place);
	text = read_all(connect_to(place));
	assert_true(g_str_has_prefix(text, "{\"event\":\"done\",\"exit\":75,"));
	for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
		close(fds[i]);
}

static gpointer
let_go_later(gpointer data)
{
	Place *place = data;

	g_usleep(G_USEC_PER_SEC / 10);
	g_mutex_lock(&place->mutex);
	place->must_wait = false;
	g_cond_broadcast(&place->change);
	g_mutex_unlock(&place->mutex);
	return NULL;
}

static void
test_closing_lets_what_was_asked_be_answered(void **state)
{
	Place *place = *state;
	static const char request[] = "{\"area\":\"a\",\"verb\":\"v\"}\n";
	int asked = connect_to(place), idle = connect_to(place);
	g_autofree char *answered = NULL;
	g_autofree char *put_off = NULL;
	GThread *helper;

	place->must_wait = true;
	assert_int_equal(send(asked, request, strlen(request), MSG_NOSIGNAL),
			 strlen(request));
	g_mutex_lock(&place->mutex);
	while (place->asked == 0)
		g_cond_wait(&place->change, &place->mutex);
	g_mutex_unlock(&place->mutex);
	helper = g_thread_new("helper", let_go_later, place);
	assert_true(control_close(g_steal_pointer(&place->control), 5000));
	g_thread_join(helper);

	answered = read_all(asked);
	put_off = read_all(idle);
	assert_non_null(strstr(answered, "\"exit\":0"));
	assert_non_null(strstr(put_off, "\"exit\":75"));
}

static int
ask_long(Place *place, guint asked)
{
	static const char request[] = "{\"area\":\"a\",\"verb\":\"long\"}\n";
	int fd = connect_to(place);

	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL),
			 strlen(request));
	g_mutex_lock(&place->mutex);
	while (place->asked < asked)
		g_cond_wait(&place->change, &place->mutex);
	g_mutex_unlock(&place->mutex);
	return fd;
}

static void
test_a_long_answer_ends_when_the_caller_goes_or_the_server_closes(void **state)
{
	Place *place = *state;
	int goes = ask_long(place, 1), stays = -1;
	g_autofree char *text = NULL;

	assert_int_equal(shutdown(goes, SHUT_WR), 0); /* has said all, and listens */
	g_usleep(G_USEC_PER_SEC / 20);
	g_mutex_lock(&place->mutex);
	assert_int_equal(place->left, 0);
	close(goes);
	while (place->left == 0)
		g_cond_wait(&place->change, &place->mutex);
	g_mutex_unlock(&place->mutex);

	stays = ask_long(place, 2);
	assert_true(control_close(g_steal_pointer(&place->control), 5000));
	text = read_all(stays);
	assert_non_null(strstr(text, "\"exit\":0"));
}

static void
test_the_socket_is_for_everyone(void **state)
{
	const Place *place = *state;
	struct stat there;

	assert_int_equal(stat(place->path, &there), 0);
	assert_int_equal(there.st_mode & 0777, 0666);
}

static void
test_a_dead_socket_is_replaced_and_a_file_is_not(void **state)
{
	Place *place = *state;
	g_autofree char *file = g_build_filename(place->top, "file", NULL);
	ControlOptions options = { .path = place->path, .answer = answer, .data = place };
	g_autoptr(GError) error = NULL;
	Control *second = control_open(&options, NULL);

	assert_non_null(second);
	assert_true(control_close(second, 1000));

	assert_true(g_file_set_contents(file, "words", -1, NULL));
	options.path = file;
	assert_null(control_open(&options, &error));
	assert_true(g_error_matches(error, CONTROL_ERROR, CONTROL_ERROR_PATH));
	assert_int_equal(unlink(file), 0);
}

static void
test_a_path_too_long_for_a_socket_is_refused(void **state)
{
	Place *place = *state;
	g_autofree char *path = g_strnfill(200, 'x');
	const ControlOptions options = { .path = path, .answer = answer, .data = place };
	g_autoptr(GError) error = NULL;

	assert_null(control_open(&options, &error));
	assert_true(g_error_matches(error, CONTROL_ERROR, CONTROL_ERROR_PATH));
}

#define AT_A_SERVER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_A_SERVER(test_a_request_is_answered_in_lines),
		AT_A_SERVER(test_bad_requests_are_wrong_as_written),
		AT_A_SERVER(test_a_line_without_end_is_refused),
		AT_A_SERVER(test_content_comes_whole),
		cmocka_unit_test_setup_teardown(
			test_what_does_not_arrive_in_time_is_dropped, setup_in_haste,
			teardown),
		AT_A_SERVER(test_a_caller_who_goes_harms_nobody),
		AT_A_SERVER(test_too_many_callers_are_asked_to_come_again),
		AT_A_SERVER(test_closing_lets_what_was_asked_be_answered),
		AT_A_SERVER(
			test_a_long_answer_ends_when_the_caller_goes_or_the_server_closes),
		AT_A_SERVER(test_the_socket_is_for_everyone),
		AT_A_SERVER(test_a_dead_socket_is_replaced_and_a_file_is_not),
		AT_A_SERVER(test_a_path_too_long_for_a_socket_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
