/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_folder.c - an export stays inside its directory
 */
#include "config.h"

#include "console/folder.h"
#include "desk/desk.h"
#include "tests/testing.h"

#include <string.h>

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Place {
	char *top, *path;
} Place;

static int
setup(void **state)
{
	Place *place = g_new(Place, 1);

	place->top = g_dir_make_tmp("folder-XXXXXX", NULL);
	place->path = g_build_filename(place->top, "out", NULL);
	*state = place;
	return 0;
}

static int
teardown(void **state)
{
	Place *place = *state;
	g_autofree char *command = g_strconcat("rm -rf ", place->top, NULL);
	int code = system(command); /* NOLINT(cert-env33-c): a name of our own */

	g_free(place->top);
	g_free(place->path);
	g_free(place);
	return code;
}

static bool
write_file(Folder *folder, const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("words", 5);

	return folder_write(path, bytes, folder, error);
}

static mode_t
mode_of(const Place *place, const char *path)
{
	g_autofree char *full = g_build_filename(place->path, path, NULL);
	struct stat file;

	return stat(full, &file) == 0 ? file.st_mode & 0777 : 0;
}

static void
test_files_are_written_for_their_owner_alone(void **state)
{
	const Place *place = *state;
	g_autoptr(Folder) folder = folder_open(place->path, NULL);

	assert_non_null(folder);
	assert_true(write_file(folder, "VERIFY.txt", NULL));
	assert_true(write_file(folder, "records/2026-01-01.eml", NULL));
	assert_true(write_file(folder, "records/b.eml", NULL));
	assert_int_equal(folder_count(folder), 3);
	assert_int_equal(mode_of(place, "."), 0700);
	assert_int_equal(mode_of(place, "records"), 0700);
	assert_int_equal(mode_of(place, "VERIFY.txt"), 0600);
}

static void
test_paths_that_lead_elsewhere_are_refused(void **state)
{
	static const char *const paths[] = {
		"",
		"/etc/passwd",
		"../x",
		"records/../../x",
		"records/",
		"records/a/b",
		"other/x",
		"./x",
		"records/.x",
		".bashrc",
		"/",
		"records//x",
		"../records/x",
		"..",
	};
	const Place *place = *state;
	g_autoptr(Folder) folder = folder_open(place->path, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;

		assert_false(write_file(folder, paths[i], &error));
		assert_non_null(error);
	}
	assert_int_equal(folder_count(folder), 0);
}

static void
test_a_file_is_never_replaced(void **state)
{
	const Place *place = *state;
	g_autoptr(Folder) folder = folder_open(place->path, NULL);

	assert_true(write_file(folder, "VERIFY.txt", NULL));
	assert_false(write_file(folder, "VERIFY.txt", NULL));
}

static void
test_a_link_is_never_followed(void **state)
{
	const Place *place = *state;
	g_autoptr(Folder) folder = folder_open(place->path, NULL);
	g_autofree char *link = g_build_filename(place->path, "records", NULL);

	assert_int_equal(symlink(place->top, link), 0);
	assert_false(write_file(folder, "records/x.eml", NULL));
}

static void
test_a_directory_that_is_not_empty_is_refused(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autofree char *file = g_build_filename(place->top, "file", NULL);

	assert_true(g_file_set_contents(file, "", 0, NULL));
	assert_null(folder_open(place->top, &error));
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_USAGE));
}

static void
test_a_directory_made_for_nothing_goes_again(void **state)
{
	const Place *place = *state;

	folder_close(folder_open(place->path, NULL));
	assert_int_not_equal(access(place->path, F_OK), 0);
}

static void
test_an_empty_directory_that_was_there_stays(void **state)
{
	const Place *place = *state;

	assert_int_equal(g_mkdir(place->path, 0755), 0);
	folder_close(folder_open(place->path, NULL));
	assert_int_equal(access(place->path, F_OK), 0);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_PLACE(test_files_are_written_for_their_owner_alone),
		IN_A_PLACE(test_paths_that_lead_elsewhere_are_refused),
		IN_A_PLACE(test_a_file_is_never_replaced),
		IN_A_PLACE(test_a_link_is_never_followed),
		IN_A_PLACE(test_a_directory_that_is_not_empty_is_refused),
		IN_A_PLACE(test_a_directory_made_for_nothing_goes_again),
		IN_A_PLACE(test_an_empty_directory_that_was_there_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
