/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_file.c - whole files, and what is left beside them
 */
#include "config.h"

#include "base/file.h"
#include "tests/testing.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
make_folder(void **state)
{
	*state = g_dir_make_tmp("file-XXXXXX", NULL);
	return *state == NULL;
}

static int
remove_folder(void **state)
{
	g_autoptr(GDir) folder = g_dir_open(*state, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(*state, name, NULL);

		(void)g_remove(path);
	}
	g_rmdir(*state);
	g_free(*state);
	return 0;
}

static guint
count_entries(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	guint count = 0;

	while (g_dir_read_name(folder) != NULL)
		count++;
	return count;
}

static void
assert_content(const char *path, const char *content)
{
	g_autoptr(GBytes) bytes = file_read(path, 1000, NULL);

	assert_non_null(bytes);
	assert_int_equal(g_bytes_get_size(bytes), strlen(content));
	if (*content != '\0')
		assert_memory_equal(g_bytes_get_data(bytes, NULL), content,
				    strlen(content));
}

static void
test_a_file_is_replaced_whole_with_its_mode(void **state)
{
	static const char *const contents[] = { "first", "", "the second\n" };
	g_autofree char *path = g_build_filename(*state, "file", NULL);
	struct stat status;

	for (size_t i = 0; i < G_N_ELEMENTS(contents); i++) {
		assert_true(
			file_replace(path, contents[i], strlen(contents[i]), 0640, NULL));
		assert_content(path, contents[i]);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0640);
	}
	assert_int_equal(count_entries(*state), 1);
}

static void
test_a_file_is_made_once_and_never_over_another(void **state)
{
	g_autofree char *path = g_build_filename(*state, "file", NULL);
	g_autoptr(GError) error = NULL;

	assert_true(file_create(path, "same", 4, 0400, NULL));
	assert_true(file_create(path, "same", 4, 0400, NULL));
	assert_false(file_create(path, "other", 5, 0400, &error));
	assert_true(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_EXIST));
	assert_non_null(strstr(error->message, path));
	assert_content(path, "same");
	assert_int_equal(count_entries(*state), 1);
}

static void
test_a_file_over_the_bound_is_not_read(void **state)
{
	g_autofree char *path = g_build_filename(*state, "file", NULL);
	g_autoptr(GBytes) whole = NULL;
	g_autoptr(GError) error = NULL;

	assert_true(file_replace(path, "12345", 5, 0600, NULL));
	whole = file_read(path, 5, NULL);
	assert_non_null(whole);
	assert_null(file_read(path, 4, &error));
	assert_non_null(strstr(error->message, path));
}

static void
test_what_is_no_regular_file_is_not_read(void **state)
{
	g_autofree char *pipe = g_build_filename(*state, "pipe", NULL);
	g_autofree char *absent = g_build_filename(*state, "absent", NULL);
	g_autoptr(GError) error = NULL;

	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_null(file_read(pipe, 10, NULL));
	assert_null(file_read(*state, 10, NULL));
	assert_null(file_read(absent, 10, &error));
	assert_true(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}

static void
test_a_mapped_file_outlives_its_descriptor(void **state)
{
	static const char *const contents[] = { "some bytes", "" };
	g_autofree char *path = g_build_filename(*state, "file", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(contents); i++) {
		g_autoptr(GBytes) bytes = NULL;
		g_autoptr(GBytes) wanted =
			g_bytes_new_static(contents[i], strlen(contents[i]));
		int fd;

		assert_true(
			file_replace(path, contents[i], strlen(contents[i]), 0600, NULL));
		fd = open(path, O_RDONLY | O_CLOEXEC);
		bytes = file_map(fd, NULL);
		close(fd);
		assert_non_null(bytes);
		assert_true(g_bytes_equal(bytes, wanted));
	}
}

static void
test_directories_are_made_and_synced(void **state)
{
	g_autofree char *upper = g_build_filename(*state, "a", NULL);
	g_autofree char *lower = g_build_filename(upper, "b", NULL);
	g_autofree char *file = g_build_filename(lower, "file", NULL);
	g_autoptr(GError) error = NULL;

	assert_true(file_make_directories(lower, 0700, NULL));
	assert_true(file_make_directories(lower, 0700, NULL));
	assert_true(file_sync_directory(lower, NULL));
	assert_true(file_create(file, "x", 1, 0600, NULL));
	assert_false(file_make_directories(file, 0700, &error));
	assert_non_null(strstr(error->message, file));
	(void)g_remove(file);
	g_rmdir(lower);
}

static void
test_a_lock_is_held_once(void **state)
{
	g_autofree char *path = g_build_filename(*state, "lock", NULL);
	g_autofree char *pid = g_strdup_printf("%ld\n", (long)getpid());
	g_autoptr(GError) error = NULL;
	int held = file_lock(path, NULL);
	int again;

	assert_true(held >= 0);
	assert_content(path, pid);
	assert_int_equal(file_lock(path, &error), -1);
	assert_true(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN));
	close(held);
	again = file_lock(path, NULL);
	assert_true(again >= 0);
	close(again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_file_is_replaced_whole_with_its_mode, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_file_is_made_once_and_never_over_another, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(test_a_file_over_the_bound_is_not_read,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_what_is_no_regular_file_is_not_read,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			test_a_mapped_file_outlives_its_descriptor, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(test_directories_are_made_and_synced,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_a_lock_is_held_once, make_folder,
						remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
