/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_handover.c - a process that dies while keys change hands, or while a stamp is
 * filed, leaves an archive that is whole and goes on
 */
#include "config.h"

#include "archive/stamps.h"
#include "archive/verify.h"
#include "tests/archive/authority.h"
#include "tests/archive/library.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the child dies. */
typedef struct Death {
	const char *step;
	bool is_armed;
} Death;

typedef struct Place {
	Library *library;
	Authority *authority;
	char *pinned; /* the checkpoint before */
	StampQuestion question;
	GBytes *reply; /* NULL: none was asked for */
} Place;

static void
die(const char *name, void *data)
{
	const Death *death = data;

	if (death->is_armed && strcmp(name, death->step) == 0)
		(void)raise(SIGKILL);
}

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	g_autofree char *path = NULL;

	place->library = library_new();
	place->authority = authority_new(place->library->scratch);
	library_close(place->library);
	path = g_build_filename(place->library->directory, "log", "checkpoint", NULL);
	assert_true(g_file_get_contents(path, &place->pinned, NULL, NULL));
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	Place *place = *state;

	authority_free(place->authority);
	library_free(place->library);
	g_free(place->pinned);
	stamp_question_clear(&place->question);
	g_bytes_unref(place->reply);
	g_free(place);
	return 0;
}

/* Another log key and another certificate in the place of the former. */
static void
make_new_keys(const Scratch *scratch)
{
	const char *key = scratch->key + strlen("file:");
	const char *log_key = scratch->log_key + strlen("file:");

	g_unlink(log_key);
	g_unlink(key);
	g_unlink(scratch->certificate);
	if (!seal_make_log_key(log_key, NULL) ||
	    !seal_make_identity("Anytown", key, scratch->certificate, NULL))
		_exit(1);
}

static void
take_keys(Store *store, const Scratch *scratch)
{
	if (!store_set_signer(store, scratch_signer(scratch), NULL) ||
	    !store_set_log_key(store, scratch_log_key(scratch), NULL))
		_exit(1);
}

/* The log is signed anew at every start; that must not be what dies. */
static bool
is_quiet(Store *store)
{
	g_autoptr(json_t) status = store_status(store);
	const json_int_t records = json_number(status, "records", 0);

	return store_wait_for_checkpoint(store, (guint64)records - 1, NULL);
}

static Store *
open_to_die(const Library *library, Death *death)
{
	const StoreOptions options = { .directory = library->directory,
				       .origin = "agency.example/archive",
				       .reserve = 1,
				       .step = die,
				       .step_data = death };
	Store *store = store_open(&options, NULL);

	if (store == NULL)
		_exit(1);
	take_keys(store, library->scratch);
	if (!is_quiet(store))
		_exit(1);
	return store;
}

/* The child; every record before is filed and published, so that what dies is this. */
static void
hand_over(const Place *place, Death *death)
{
	Store *store = open_to_die(place->library, death);

	make_new_keys(place->library->scratch);
	death->is_armed = true;
	take_keys(store, place->library->scratch);
	store_close(store);
}

/* The reply was asked for before: a child of many threads starts no programs. */
static void
keep_stamp(const Place *place, Death *death)
{
	Store *store = open_to_die(place->library, death);

	death->is_armed = true;
	stamps_keep(store, &place->question, place->reply, place->authority->anchors,
		    NULL);
	store_close(store);
}

static void
ask_for_stamp(Place *place)
{
	library_open(place->library, false);
	assert_true(stamps_ask(place->library->store, NULL, &place->question, NULL));
	place->reply = authority_reply(place->authority, "none", place->question.bytes);
	library_close(place->library);
}

static void
crash(const Place *place, void (*act)(const Place *place, Death *death), const char *step)
{
	Death death = { step, false };
	int status = -1;
	const pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		act(place, &death);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void
assert_whole(const Place *place)
{
	const VerifyOptions options = { .pinned = place->pinned,
					.anchors = place->authority->anchors };
	g_autoptr(json_t) result = NULL;
	g_autofree char *text = NULL;

	library_open(place->library, true);
	result = verify_archive(place->library->store, &options, NULL);
	library_close(place->library);
	text = json_write(result);
	if (!json_truth(result, "ok"))
		print_message("%s\n", text);
	assert_true(json_truth(result, "ok"));
}

/* Of everything that a record goes through until a checkpoint covers it. */
static const char *const steps[] = {
	"written", "synced",  "linked",  "named", "stamped",
	"entered", "cleared", "dropped", "tiled", "published"
};

static void
test_keys_that_change_hands_in_a_crash_have_changed_hands(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		void *place = NULL;

		(void)set_up(&place);
		crash(place, hand_over, steps[i]);
		assert_whole(place);
		library_open(((Place *)place)->library, false); /* with the new keys */
		g_free(library_put(((Place *)place)->library, "note", LIBRARY_TIME(9),
				   NULL, NULL));
		library_close(((Place *)place)->library);
		assert_whole(place);
		tear_down(&place);
	}
}

static void
test_a_stamp_whose_filing_crashed_is_filed(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		void *memory = NULL;
		g_autofree char *path = NULL;
		const Place *place;

		(void)set_up(&memory);
		ask_for_stamp(memory);
		place = memory;
		path = g_build_filename(place->library->directory, "log", "stamps",
					"6.tsr", NULL);
		crash(place, keep_stamp, steps[i]);
		assert_whole(place);
		library_open(place->library, false);
		assert_true(stamps_last(place->library->store) > 0);
		library_close(place->library);
		assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
		assert_whole(place);
		tear_down(&memory);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_keys_that_change_hands_in_a_crash_have_changed_hands),
		cmocka_unit_test(test_a_stamp_whose_filing_crashed_is_filed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
