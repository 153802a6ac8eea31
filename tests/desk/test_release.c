/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_release.c - releases: the mail server's answer decides, the token is good once
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static json_t *
release(Bureau *bureau, const char *id, const char *options)
{
	g_autofree char *request = g_strdup_printf("held release %s", id);

	return bureau_ask(bureau, MIA, request, options);
}

static const char *
state_of(const json_t *result, gsize index)
{
	const json_t *recipients = json_object_get(result, "recipients");

	return json_text(json_array_get(recipients, index), "state");
}

static char *
state_now(Bureau *bureau, const char *id)
{
	g_autofree char *request = g_strdup_printf("held show %s", id);
	g_autoptr(json_t) shown = bureau_ask(bureau, MIA, request, NULL);

	assert_non_null(shown);
	return g_strdup(json_text(shown, "state"));
}

static void
test_a_release_goes_out_byte_for_byte_under_a_token(void **state)
{
	static const char text[] =
		"From: " WENDY "\r\nSubject: Tuesday\r\n\r\nSecret words\r\n";
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autoptr(json_t) result = release(bureau, id, "{'reason':'agreed by phone'}");
	g_autofree char *top = g_strdup_printf("Chaperone-Release: %s ", id);
	g_autofree char *now = state_now(bureau, id);

	(void)state;
	assert_int_equal(bureau->exit, 0);
	assert_string_equal(state_of(result, 0), "released");
	assert_int_equal(bureau->letters, 1);
	assert_string_equal(bureau->sender, WENDY);
	assert_string_equal(bureau->recipient, CARL);
	assert_true(g_str_has_prefix(bureau->top, top));
	assert_true(g_str_has_suffix(bureau->top, "\r\n"));
	assert_int_equal(strlen(bureau->top), strlen(top) + 32 + 2);
	assert_int_equal(g_bytes_get_size(bureau->message), strlen(text));
	assert_memory_equal(g_bytes_get_data(bureau->message, NULL), text, strlen(text));
	assert_string_equal(now, "released");
	json_decref(release(bureau, id, "{'reason':'twice'}"));
	assert_int_equal(bureau->exit, 3);
	assert_int_equal(bureau->letters, 1);
}

/* What the server answers, whether the release came by, and what follows. */
static const struct Outcome {
	PostAnswer answer;
	bool has_passed;
	int exit;
	const char *state, *reply;
} outcomes[] = {
	{ POST_ACCEPTED, true, 0, "released", "250" },
	{ POST_ACCEPTED, false, 75, "held", "did not show it" },
	{ POST_REFUSED, true, 4, "held", "550 5.1.1" },
	{ POST_REFUSED, false, 4, "held", "550 5.1.1" },
	{ POST_LATER, false, 75, "held", "451 4.3.0" },
	{ POST_UNKNOWN, true, 75, "unknown", "--again" },
	{ POST_UNKNOWN, false, 75, "held", "lost" },
};

static void
check_outcome(const struct Outcome *outcome)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autoptr(json_t) result = NULL;
	g_autofree char *now = NULL;
	const json_t *recipient = NULL;

	bureau->answer = outcome->answer;
	bureau->transit = outcome->has_passed ? bureau_let_pass : NULL;
	result = release(bureau, id, "{'reason':'r'}");
	assert_int_equal(bureau->exit, outcome->exit);
	assert_string_equal(state_of(result, 0), outcome->state);
	recipient = json_array_get(json_object_get(result, "recipients"), 0);
	assert_non_null(strstr(json_text(recipient, "reply"), outcome->reply));
	bureau_restart(bureau);
	now = state_now(bureau, id);
	assert_string_equal(now, outcome->state);
}

static void
test_the_servers_answer_and_the_pass_decide(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++)
		check_outcome(&outcomes[i]);
}

static void
test_unknown_is_released_again_only_on_demand(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);

	(void)state;
	bureau->answer = POST_UNKNOWN;
	json_decref(release(bureau, id, "{'reason':'r'}"));
	bureau->answer = POST_ACCEPTED;
	json_decref(release(bureau, id, "{'reason':'r'}"));
	assert_int_equal(bureau->exit, 3);
	assert_int_equal(bureau->letters, 1);
	json_decref(release(bureau, id, "{'reason':'r','again':true}"));
	assert_int_equal(bureau->exit, 0);
	assert_int_equal(bureau->letters, 2);
}

static void
test_a_release_needs_a_reason(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);

	(void)state;
	json_decref(release(bureau, id, "{}"));
	assert_int_equal(bureau->exit, 2);
	assert_int_equal(bureau->letters, 0);
}

static char *
hold_for_two(Bureau *bureau)
{
	return bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						      .to = { CARL, "cleo@kids.example" },
						      .cases = { "C1", "C2" },
						      .subject = "s",
						      .action = ACTION_HOLD });
}

static void
test_recipients_are_released_one_by_one(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = hold_for_two(bureau);
	g_autofree char *held = NULL;
	g_autofree char *released = NULL;

	(void)state;
	json_decref(release(bureau, id, "{'reason':'r','to':['who@kids.example']}"));
	assert_int_equal(bureau->exit, 2);
	json_decref(release(bureau, id, "{'reason':'r','to':['carl@kids.example']}"));
	assert_int_equal(bureau->exit, 0);
	assert_string_equal(bureau->recipient, CARL);
	held = state_now(bureau, id);
	assert_string_equal(held, "held");
	json_decref(release(bureau, id, "{'reason':'r','to':['carl@kids.example']}"));
	assert_int_equal(bureau->exit, 3);
	json_decref(release(bureau, id, "{'reason':'r'}"));
	assert_int_equal(bureau->exit, 0);
	assert_int_equal(bureau->letters, 2);
	assert_string_equal(bureau->recipient, "cleo@kids.example");
	released = state_now(bureau, id);
	assert_string_equal(released, "released");
}

static void
test_sent_again_is_delivered_once(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *first = bureau_hold(bureau);
	g_autofree char *second = bureau_hold(bureau);
	g_autoptr(json_t) list = NULL;

	(void)state;
	json_decref(release(bureau, second, "{'reason':'r'}"));
	assert_int_equal(bureau->exit, 0);
	assert_int_equal(bureau->letters, 1);
	list = bureau_ask(bureau, MIA, "held list", NULL);
	assert_int_equal(json_array_size(list), 0);
}

/* Everything that a token must not let through, then what it must, once. */
static void
try_tokens(Bureau *bureau, const Letter *letter)
{
	static const char other[] = "From: " WENDY "\r\n\r\nOther words\r\n";
	g_autoptr(GBytes) altered = g_bytes_new_static(other, strlen(other));
	g_autofree char *forged = g_strdup(letter->top);
	char *token = strrchr(forged, ' ') + 1;

	token[0] = token[0] == '0' ? '1' : '0';
	assert_false(bureau_passes(bureau, forged, WENDY, CARL, letter->message));
	assert_false(bureau_passes(bureau, letter->top, WENDY, CARL, altered));
	assert_false(bureau_passes(bureau, letter->top, WENDY, "x@kids.example",
				   letter->message));
	assert_false(bureau_passes(bureau, letter->top, WILL, CARL, letter->message));
	assert_false(bureau_passes(bureau, "Chaperone-Release: nonsense x\r\n", WENDY,
				   CARL, letter->message));
	assert_true(bureau_passes(bureau, letter->top, WENDY, CARL, letter->message));
	assert_false(bureau_passes(bureau, letter->top, WENDY, CARL, letter->message));
}

static void
test_a_token_is_good_once_and_for_its_own_message(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);

	(void)state;
	bureau->transit = try_tokens;
	json_decref(release(bureau, id, "{'reason':'r'}"));
	assert_int_equal(bureau->exit, 0);
}

static void
test_the_token_is_void_after_the_answer(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);

	(void)state;
	bureau->answer = POST_LATER;
	bureau->transit = NULL;
	json_decref(release(bureau, id, "{'reason':'r'}"));
	assert_false(bureau_passes(bureau, bureau->top, WENDY, CARL, bureau->message));
}

static void
release_meanwhile(Bureau *bureau, const Letter *letter)
{
	g_auto(GStrv) words = g_strsplit(letter->top, " ", 3);
	g_autofree char *top = g_strdup(letter->top);
	g_autofree char *request = g_strdup_printf("held release %s", words[1]);
	g_autofree char *refuse = g_strdup_printf("held refuse %s", words[1]);

	assert_int_equal(bureau_exit(bureau, DSL, request, "{'reason':'too'}"), 3);
	assert_int_equal(bureau_exit(bureau, DSL, refuse, "{'reason':'no'}"), 3);
	assert_true(bureau_passes(bureau, top, WENDY, CARL, letter->message));
}

static void
test_a_second_release_meanwhile_is_refused(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);

	(void)state;
	bureau->transit = release_meanwhile;
	json_decref(release(bureau, id, "{'reason':'r'}"));
	assert_int_equal(bureau->exit, 0);
	assert_int_equal(bureau->letters, 1);
}

/* The process dies while a letter is at the mail server; what was sent is left in a
 * file beside the archive. */
static void
die_before_pass(Bureau *bureau, const Letter *letter)
{
	g_autofree char *sent = scratch_file(bureau->scratch, "sent");
	gsize len;
	const char *bytes = g_bytes_get_data(letter->message, &len);

	g_file_set_contents(sent, bytes, (gssize)len, NULL);
	g_free(sent);
	sent = scratch_file(bureau->scratch, "top");
	g_file_set_contents(sent, letter->top, -1, NULL);
	raise(SIGKILL);
}

static void
die_after_pass(Bureau *bureau, const Letter *letter)
{
	bureau_let_pass(bureau, letter);
	die_before_pass(bureau, letter);
}

/* Releases in another process, which dies on the way; then goes on as after a restart. */
static void
release_and_die(Bureau *bureau, const char *id, void (*die)(Bureau *, const Letter *))
{
	pid_t child;
	int status = -1;

	bureau_close(bureau);
	child = fork();
	if (child == 0) {
		bureau->transit = die;
		bureau_open(bureau);
		json_decref(release(bureau, id, "{'reason':'r'}"));
		_exit(1); /* it should have died before */
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	bureau_open(bureau);
}

static void
test_a_crash_before_the_pass_leaves_it_held(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *now = NULL;
	g_autofree char *path = NULL;
	g_autofree char *top = NULL;
	g_autofree char *sent = NULL;
	g_autoptr(GBytes) message = NULL;
	gsize len;

	(void)state;
	release_and_die(bureau, id, die_before_pass);
	now = state_now(bureau, id);
	assert_string_equal(now, "held");
	path = scratch_file(bureau->scratch, "top");
	assert_true(g_file_get_contents(path, &top, NULL, NULL));
	g_free(path);
	path = scratch_file(bureau->scratch, "sent");
	assert_true(g_file_get_contents(path, &sent, &len, NULL));
	message = g_bytes_new(sent, len);
	assert_false(bureau_passes(bureau, top, WENDY, CARL, message));
}

static void
test_a_crash_after_the_pass_leaves_it_unknown(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *now = NULL;

	(void)state;
	release_and_die(bureau, id, die_after_pass);
	now = state_now(bureau, id);
	assert_string_equal(now, "unknown");
	json_decref(release(bureau, id, "{'reason':'r'}"));
	assert_int_equal(bureau->exit, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_release_goes_out_byte_for_byte_under_a_token),
		cmocka_unit_test(test_the_servers_answer_and_the_pass_decide),
		cmocka_unit_test(test_unknown_is_released_again_only_on_demand),
		cmocka_unit_test(test_a_release_needs_a_reason),
		cmocka_unit_test(test_recipients_are_released_one_by_one),
		cmocka_unit_test(test_sent_again_is_delivered_once),
		cmocka_unit_test(test_a_token_is_good_once_and_for_its_own_message),
		cmocka_unit_test(test_the_token_is_void_after_the_answer),
		cmocka_unit_test(test_a_second_release_meanwhile_is_refused),
		cmocka_unit_test(test_a_crash_before_the_pass_leaves_it_held),
		cmocka_unit_test(test_a_crash_after_the_pass_leaves_it_unknown),
	};

	return cmocka_run_group_tests_name("release", tests, NULL, NULL);
}
