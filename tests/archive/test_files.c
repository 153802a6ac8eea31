/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_files.c - a record has its file whole, or not at all
 */
#include "config.h"

#include "archive/files.h"
#include "archive/record.h"
#include "base/clock.h"
#include "base/file.h"
#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

enum { BODY_LEN = 300 * 1024, TAIL_LEN = 1000, ROOM = 200 * 1024 };

typedef struct Place {
	Scratch *scratch;
	char *spool;
	char *log;
	FilerOptions options;
	GPtrArray *records;
	GBytes *whole;
} Place;

static void
unref_sealed(gpointer sealed)
{
	sealed_unref(sealed);
}

/* A record whose body is in memory, or in the spool. */
static Sealed *
make_sealed(const Place *place, bool is_in_memory)
{
	g_autofree char *id = ulid_new(clock_now());
	Sealed *sealed = sealed_new(id, "mail", clock_now());
	const char *bytes = g_bytes_get_data(place->whole, NULL);
	g_autofree char *path = NULL;

	sealed->file = digest_of(bytes, BODY_LEN + TAIL_LEN);
	sealed->body_len = BODY_LEN;
	sealed->tail = g_bytes_new(bytes + BODY_LEN, TAIL_LEN);
	if (is_in_memory)
		sealed->body = g_bytes_new(bytes, BODY_LEN);
	path = sealed_spool_path(sealed, place->spool);
	if (!is_in_memory)
		assert_true(file_create(path, bytes, BODY_LEN, 0600, NULL));
	return sealed;
}

static void
place_free(Place *place)
{
	g_ptr_array_unref(place->records);
	g_bytes_unref(place->whole);
	entries_close(place->options.entries);
	scratch_free(place->scratch);
	g_free(place->spool);
	g_free(place->log);
	g_free(place);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Place, place_free)

static Place *
place_new(bool is_in_memory)
{
	Place *place = g_new0(Place, 1);
	char *bytes = g_malloc(BODY_LEN + TAIL_LEN);

	for (gsize i = 0; i < BODY_LEN + TAIL_LEN; i++)
		bytes[i] = (char)('a' + i % 23);
	place->whole = g_bytes_new_take(bytes, BODY_LEN + TAIL_LEN);
	place->scratch = scratch_new();
	place->spool = scratch_file(place->scratch, "spool");
	place->log = scratch_file(place->scratch, "entries");
	assert_int_equal(g_mkdir(place->spool, 0700), 0);
	assert_int_equal(g_mkdir(place->log, 0700), 0);
	place->options = (FilerOptions){ .directory = place->scratch->path,
					 .spool = place->spool,
					 .entries = entries_open(place->log, NULL) };
	place->records = g_ptr_array_new_with_free_func(unref_sealed);
	g_ptr_array_add(place->records, make_sealed(place, is_in_memory));
	return place;
}

/* Makes the files while no file may grow beyond ROOM, as on a disk that is full. */
static bool
make_without_room(Place *place, GError **error)
{
	struct rlimit old;
	struct rlimit small;
	bool is_done;

	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = ROOM;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	is_done = files_make(&place->options, place->records, error);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	return is_done;
}

static void
check_a_full_disk(bool is_in_memory)
{
	g_autoptr(Place) place = place_new(is_in_memory);
	const Sealed *sealed = place->records->pdata[0];
	g_autofree char *relative = record_path(sealed->id);
	g_autofree char *path = scratch_file(place->scratch, relative);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) filed = NULL;

	assert_false(make_without_room(place, &error));
	assert_non_null(error);
	assert_non_null(strstr(error->message, sealed->id));
	assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	assert_int_equal(entries_size(place->options.entries), 0);

	assert_true(files_make(&place->options, place->records, NULL));
	filed = file_read(path, G_MAXSSIZE, NULL);
	assert_non_null(filed);
	assert_true(g_bytes_equal(filed, place->whole));
	assert_int_equal(entries_size(place->options.entries), 1);
}

static void
test_what_cannot_be_written_whole_gets_no_name_and_is_tried_again(void **state)
{
	(void)state;
	check_a_full_disk(true);
}

static void
test_nor_does_what_only_wants_its_tail(void **state)
{
	(void)state;
	check_a_full_disk(false);
}

static void
test_a_file_of_other_bytes_is_never_written_over(void **state)
{
	g_autoptr(Place) place = place_new(true);
	const Sealed *sealed = place->records->pdata[0];
	g_autofree char *relative = record_path(sealed->id);
	g_autofree char *path = scratch_file(place->scratch, relative);
	g_autofree char *month = g_path_get_dirname(path);
	g_autofree char *content = NULL;
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(file_make_directories(month, 0700, NULL));
	assert_true(g_file_set_contents(path, "other", -1, NULL));
	assert_false(files_make(&place->options, place->records, &error));
	assert_non_null(strstr(error->message, path));
	assert_true(g_file_get_contents(path, &content, NULL, NULL));
	assert_string_equal(content, "other");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_what_cannot_be_written_whole_gets_no_name_and_is_tried_again),
		cmocka_unit_test(test_nor_does_what_only_wants_its_tail),
		cmocka_unit_test(test_a_file_of_other_bytes_is_never_written_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
