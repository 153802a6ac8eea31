/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_client.c - the client with a daemon's side that says what the test wrote down
 */
#include "config.h"

#include "console/client.h"
#include "desk/desk.h"
#include "tests/testing.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Listens, takes one request of so many bytes, says its words, goes. */
typedef struct Script {
	char *top, *path;
	int listener;
	gsize request_len;
	const char *words;
	char *request; /* what came */
	GThread *thread;
} Script;

static gpointer
play(gpointer data)
{
	Script *script = data;
	GString *request = g_string_new(NULL);
	int fd = accept(script->listener, NULL, NULL);
	char chunk[1024];
	ssize_t n = 1;

	while (request->len < script->request_len &&
	       (n = recv(fd, chunk, sizeof(chunk), 0)) > 0)
		g_string_append_len(request, chunk, n);
	(void)send(fd, script->words, strlen(script->words), MSG_NOSIGNAL);
	close(fd);
	script->request = g_string_free(request, FALSE);
	return NULL;
}

static int
setup(void **state)
{
	Script *script = g_new0(Script, 1);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	script->top = g_dir_make_tmp("client-XXXXXX", NULL);
	script->path = g_build_filename(script->top, "sock", NULL);
	script->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	script->request_len = 1;
	g_strlcpy(address.sun_path, script->path, sizeof(address.sun_path));
	*state = script;
	if (bind(script->listener, (struct sockaddr *)&address, sizeof(address)) != 0)
		return -1;
	return listen(script->listener, 1);
}

static int
teardown(void **state)
{
	Script *script = *state;

	close(script->listener);
	(void)unlink(script->path);
	(void)rmdir(script->top);
	g_free(script->top);
	g_free(script->path);
	g_free(script->request);
	g_free(script);
	return 0;
}

/* What came before the answer, as lines. */
static bool
note_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	gsize len;
	const char *start = g_bytes_get_data(bytes, &len);

	if (strcmp(path, "refuse") == 0)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "not that one");
	g_string_append_printf(data, "%s=%.*s\n", path, (int)len, start);
	return strcmp(path, "refuse") != 0;
}

static void
note_progress(guint64 done, guint64 of, void *data)
{
	g_string_append_printf(data, "%d/%d\n", (int)done, (int)of);
}

static json_t *
ask(Script *script, GBytes *content, GString *notes, GError **error)
{
	const ClientEvents events = { note_file, note_progress, notes };
	g_autoptr(json_t) request = json_pack("{s:s}", "area", "a");
	g_autoptr(Client) client = NULL;
	json_t *result;

	script->thread = g_thread_new("script", play, script);
	client = client_open(script->path, NULL);
	assert_non_null(client);
	result = client_ask(client, request, content, &events, error);
	g_thread_join(script->thread);
	return result;
}

static void
test_files_and_progress_come_before_the_answer(void **state)
{
	Script *script = *state;
	g_autoptr(GString) notes = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;

	script->words = "{\"event\":\"progress\",\"done\":1,\"of\":2}\n"
			"{\"event\":\"news\"}\n"
			"{\"event\":\"file\",\"path\":\"a\",\"length\":4}\n1\n\n2"
			"{\"event\":\"file\",\"path\":\"b\",\"length\":0}\n"
			"{\"event\":\"done\",\"exit\":0,\"result\":{\"files\":2}}\n";
	result = ask(script, NULL, notes, &error);
	assert_null(error);
	assert_int_equal(json_number(result, "files", 0), 2);
	assert_string_equal(notes->str, "1/2\na=1\n\n2\nb=\n");
	assert_string_equal(script->request, "{\"area\":\"a\"}\n");
}

static void
test_content_follows_the_line(void **state)
{
	Script *script = *state;
	g_autoptr(GString) notes = g_string_new(NULL);
	g_autoptr(GBytes) content = g_bytes_new_static("words", 5);
	g_autoptr(json_t) result = NULL;

	script->request_len = strlen("{\"area\":\"a\"}\nwords");
	script->words = "{\"event\":\"done\",\"exit\":0,\"result\":null}\n";
	result = ask(script, content, notes, NULL);
	assert_true(json_is_null(result));
	assert_string_equal(script->request, "{\"area\":\"a\"}\nwords");
}

static void
test_an_answer_before_the_content_was_read_is_heard(void **state)
{
	Script *script = *state;
	g_autoptr(GString) notes = g_string_new(NULL);
	g_autofree char *much = g_strnfill(4 << 20, 'x');
	g_autoptr(GBytes) content = g_bytes_new_static(much, 4 << 20);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;

	script->words = "{\"event\":\"done\",\"exit\":2,\"error\":\"too much\","
			"\"result\":null}\n";
	result = ask(script, content, notes, &error);
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_USAGE));
	assert_string_equal(error->message, "too much");
}

static void
test_an_error_may_have_a_result(void **state)
{
	Script *script = *state;
	g_autoptr(GString) notes = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;

	script->words = "{\"event\":\"done\",\"exit\":1,\"error\":\"found\","
			"\"result\":{\"ok\":false}}\n";
	result = ask(script, NULL, notes, &error);
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_FOUND));
	assert_true(json_is_object(result));
}

static void
test_a_lost_answer_is_not_known(void **state)
{
	static const char *const words[] = {
		"",
		"{\"event\":\"done\",\"exit\":0",
		"{\"event\":\"done\",\"exit\":0,\"result\":null}", /* no end of line */
		"{\"event\":\"progress\",\"done\":1,\"of\":2}\n",
		"{\"event\":\"file\",\"path\":\"a\",\"length\":9}\nfew",
		"{\"event\":\"file\",\"path\":\"a\",\"length\":-1}\n",
		"{\"event\":\"file\",\"path\":\"a\",\"length\":99999999999999}\n",
		"{\"event\":\"file\",\"length\":1}\nx",
		"nonsense\n",
	};
	Script *script = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autoptr(GString) notes = g_string_new(NULL);
		g_autoptr(GError) error = NULL;

		script->words = words[i];
		assert_null(ask(script, NULL, notes, &error));
		assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_LATER));
		assert_null(strchr(notes->str, '='));
		g_clear_pointer(&script->request, g_free);
	}
}

static void
test_a_file_that_cannot_be_written_ends_it(void **state)
{
	Script *script = *state;
	g_autoptr(GString) notes = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	script->words = "{\"event\":\"file\",\"path\":\"refuse\",\"length\":1}\nx"
			"{\"event\":\"done\",\"exit\":0,\"result\":null}\n";
	assert_null(ask(script, NULL, notes, &error));
	assert_string_equal(error->message, "not that one");
}

static void
test_nobody_there_is_told_apart(void **state)
{
	Script *script = *state;
	g_autoptr(GError) nothing = NULL;
	g_autoptr(GError) dead = NULL;
	g_autofree char *other = g_build_filename(script->top, "other", NULL);

	assert_null(client_open(other, &nothing));
	assert_true(g_error_matches(nothing, CLIENT_ERROR, CLIENT_ERROR_ABSENT));
	shutdown(script->listener, SHUT_RDWR);
	assert_null(client_open(script->path, &dead));
	assert_true(g_error_matches(dead, CLIENT_ERROR, CLIENT_ERROR_ABSENT));
}

#define WITH_A_SCRIPT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_A_SCRIPT(test_files_and_progress_come_before_the_answer),
		WITH_A_SCRIPT(test_content_follows_the_line),
		WITH_A_SCRIPT(test_an_answer_before_the_content_was_read_is_heard),
		WITH_A_SCRIPT(test_an_error_may_have_a_result),
		WITH_A_SCRIPT(test_a_lost_answer_is_not_known),
		WITH_A_SCRIPT(test_a_file_that_cannot_be_written_ends_it),
		WITH_A_SCRIPT(test_nobody_there_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
