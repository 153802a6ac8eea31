/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_suspects.c - what was being read when a process died is known to the next
 */
#include "config.h"

#include "milter/suspects.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Place {
	char *directory, *path;
} Place;

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);

	place->directory = g_dir_make_tmp("suspects-XXXXXX", NULL);
	place->path = g_build_filename(place->directory, "in-judgement", NULL);
	*state = place;
	return place->directory != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	Place *place = *state;

	g_unlink(place->path);
	g_rmdir(place->directory);
	g_free(place->path);
	g_free(place->directory);
	g_free(place);
	return 0;
}

static Digest
digest_for(int number)
{
	return digest_of(&number, sizeof(number));
}

static void
test_what_a_killed_process_was_reading_is_suspect(void **state)
{
	const Place *place = *state;
	Digest read_to_its_end = digest_for(1), under_way = digest_for(2);
	pid_t child = fork();
	int status;

	if (child == 0) {
		Suspects *suspects = suspects_open(place->path, NULL);

		suspects_forget(suspects, suspects_note(suspects, &read_to_its_end));
		suspects_note(suspects, &under_way);
		abort();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	for (int start = 0; start < 2; start++) { /* and after the next start, too */
		g_autoptr(Suspects) suspects = suspects_open(place->path, NULL);

		assert_true(suspects_has(suspects, &under_way));
		assert_false(suspects_has(suspects, &read_to_its_end));
	}
}

static void
test_a_message_under_way_is_not_suspect_to_the_same_process(void **state)
{
	const Place *place = *state;
	g_autoptr(Suspects) suspects = suspects_open(place->path, NULL);
	Digest digest = digest_for(1);

	suspects_note(suspects, &digest);
	assert_false(suspects_has(suspects, &digest));
}

static void
test_more_messages_than_slots_do_no_harm(void **state)
{
	const Place *place = *state;
	g_autoptr(Suspects) suspects = suspects_open(place->path, NULL);
	int slots[SUSPECTS_SLOTS + 1];

	for (int i = 0; i <= SUSPECTS_SLOTS; i++) {
		Digest digest = digest_for(i);

		slots[i] = suspects_note(suspects, &digest);
	}
	for (int i = 0; i <= SUSPECTS_SLOTS; i++)
		suspects_forget(suspects, slots[i]);
	suspects_close(g_steal_pointer(&suspects));
	suspects = suspects_open(place->path, NULL);
	for (int i = 0; i <= SUSPECTS_SLOTS; i++) {
		Digest digest = digest_for(i);

		assert_false(suspects_has(suspects, &digest));
	}
}

static void
test_a_file_full_of_suspects_makes_room(void **state)
{
	const Place *place = *state;
	g_autoptr(Suspects) suspects = suspects_open(place->path, NULL);
	Digest digest;

	for (int i = 0; i < SUSPECTS_SLOTS; i++) {
		digest = digest_for(i);
		suspects_note(suspects, &digest);
	}
	suspects_close(g_steal_pointer(&suspects));
	suspects = suspects_open(place->path, NULL);
	assert_true(suspects_has(suspects, &digest));
	assert_true(suspects_note(suspects, &digest) >= 0);
}

static void
test_a_place_that_cannot_be_written_is_an_error(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(suspects_open("/nonexistent/in-judgement", &error));
	assert_non_null(strstr(error->message, "/nonexistent/in-judgement"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_what_a_killed_process_was_reading_is_suspect, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_message_under_way_is_not_suspect_to_the_same_process,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_more_messages_than_slots_do_no_harm,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_file_full_of_suspects_makes_room,
						set_up, tear_down),
		cmocka_unit_test(test_a_place_that_cannot_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
