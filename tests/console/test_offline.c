/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_offline.c - what the command does itself: init, then the archive without its
 * daemon, and the rules
 */
#include "config.h"

#include "archive/store.h"
#include "base/file.h"
#include "console/offline.h"
#include "console/setup.h"
#include "desk/desk.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A configuration for an archive and keys below a directory of its own. */
typedef struct Place {
	char *top;
	Settings *settings;
} Place;

static int
setup(void **state)
{
	Place *place = g_new0(Place, 1);
	g_autofree char *path = NULL;
	g_autofree char *text = NULL;

	place->top = g_dir_make_tmp("offline-XXXXXX", NULL);
	path = g_build_filename(place->top, "chaperone.conf", NULL);
	text = g_strdup_printf("agency Test\n"
			       "work-domain agency.example\n"
			       "archive %s/var/archive\n"
			       "rules %s/none.rules\n"
			       "signing-key file:%s/keys/signing.key\n"
			       "signing-cert %s/keys/signing.crt\n"
			       "log-key file:%s/keys/log.key\n",
			       place->top, place->top, place->top, place->top,
			       place->top);
	*state = place;
	if (!g_file_set_contents(path, text, -1, NULL))
		return -1;
	place->settings = settings_load(path, NULL);
	return place->settings != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	Place *place = *state;
	g_autofree char *command = g_strconcat("rm -rf ", place->top, NULL);
	int code = system(command); /* NOLINT(cert-env33-c): a name of our own */

	settings_unref(place->settings);
	g_free(place->top);
	g_free(place);
	return code;
}

/* Words are separated by '|'. */
static json_t *
answer(const Place *place, const char *line, GError **error)
{
	static const ClientEvents none = { NULL, NULL, NULL };
	g_auto(GStrv) args = g_strsplit(line, "|", -1);
	g_autoptr(Command) command = command_parse((const char *const *)args, NULL);

	assert_non_null(command);
	if (strcmp(command->area, "rules") == 0)
		return offline_check_rules(command, place->settings, error);
	return offline_answer(command, place->settings, NULL, NULL, &none, error);
}

static void
make(const Place *place)
{
	json_decref(setup_make(place->settings, NULL));
}

static void
test_init_makes_archive_and_keys(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) made = setup_make(place->settings, &error);
	g_autofree char *key = g_build_filename(place->top, "keys", "signing.key", NULL);
	g_autofree char *archive = g_build_filename(place->top, "var", "archive", NULL);
	struct stat there;

	assert_null(error);
	assert_int_equal(json_array_size(json_object_get(made, "made")), 4);
	assert_int_equal(stat(key, &there), 0);
	assert_int_equal(there.st_mode & 0777, 0600);
	assert_int_equal(stat(archive, &there), 0);
	assert_int_equal(there.st_mode & 0777, 0700);
}

static void
test_init_never_replaces_an_archive(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;

	make(place);
	assert_null(setup_make(place->settings, &error));
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_USAGE));
}

static void
test_init_that_was_interrupted_goes_on(void **state)
{
	const Place *place = *state;
	g_autofree char *key = g_build_filename(place->top, "keys", "signing.key", NULL);
	g_autofree char *remove = g_strconcat("rm -rf ", place->top, "/var ", place->top,
					      "/keys/log.key", NULL);
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(json_t) made = NULL;

	make(place);
	before = file_read(key, 10000, NULL);
	assert_int_equal(system(remove), 0); /* NOLINT(cert-env33-c) */
	made = setup_make(place->settings, NULL);
	after = file_read(key, 10000, NULL);
	assert_int_equal(json_array_size(json_object_get(made, "made")), 2);
	assert_int_equal(json_array_size(json_object_get(made, "kept")), 2);
	assert_true(g_bytes_equal(before, after));
}

static void
test_half_an_identity_is_not_completed(void **state)
{
	const Place *place = *state;
	g_autofree char *keys = g_build_filename(place->top, "keys", NULL);
	g_autofree char *cert = g_build_filename(keys, "signing.crt", NULL);
	g_autofree char *archive = g_build_filename(place->top, "var", NULL);
	g_autoptr(GError) error = NULL;

	assert_int_equal(g_mkdir(keys, 0700), 0);
	assert_true(g_file_set_contents(cert, "words", -1, NULL));
	assert_null(setup_make(place->settings, &error));
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_USAGE));
	assert_false(g_file_test(archive, G_FILE_TEST_EXISTS));
}

static void
test_a_new_archive_is_whole(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) verified = NULL;
	g_autoptr(json_t) indexed = NULL;

	make(place);
	verified = answer(place, "archive|verify", &error);
	assert_null(error);
	assert_true(json_truth(verified, "ok"));
	indexed = answer(place, "archive|reindex", &error);
	assert_null(error);
	assert_int_equal(json_number(indexed, "records", -1), 0);
}

static void
test_what_cannot_be_answered_says_why(void **state)
{
	static const struct {
		const char *line;
		int code;
	} cases[] = {
		{ "case|export|NOBODY|--to|x", DESK_ERROR_USAGE },
		{ "archive|verify|--since|yesterday", DESK_ERROR_USAGE },
	};

	const Place *place = *state;

	make(place);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(answer(place, cases[i].line, &error));
		assert_true(g_error_matches(error, DESK_ERROR, cases[i].code));
	}
}

static void
test_an_archive_that_another_has_open_is_for_later(void **state)
{
	const Place *place = *state;
	g_autofree char *archive = g_build_filename(place->top, "var", "archive", NULL);
	const StoreOptions options = { .directory = archive,
				       .origin = "agency.example/archive",
				       .is_offline = true };
	g_autoptr(GError) error = NULL;
	Store *other;

	make(place);
	other = store_open(&options, NULL);
	assert_non_null(other);
	assert_null(answer(place, "archive|verify", &error));
	store_close(other);
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_LATER));
}

static void
test_without_an_archive_init_is_named(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;

	assert_null(answer(place, "archive|verify", &error));
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_USAGE));
	assert_non_null(strstr(error->message, "chaperone init"));
}

static void
test_every_fault_of_the_rules_is_listed(void **state)
{
	const Place *place = *state;
	g_autofree char *path = g_build_filename(place->top, "bad.rules", NULL);
	g_autofree char *line = g_strconcat("rules|check|", path, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;

	assert_true(g_file_set_contents(path,
					"check agreement\n    action nonsense\n"
					"check nonsense\n    action hold\n",
					-1, NULL));
	result = answer(place, line, &error);
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_FOUND));
	assert_false(json_truth(result, "ok"));
	assert_int_equal(json_array_size(json_object_get(result, "problems")), 2);
}

static void
test_rules_are_tried_without_a_configuration(void **state)
{
	const Place *place = *state;
	g_autoptr(Settings) shipped = settings_shipped();
	const Place nowhere = { place->top, shipped };
	g_autofree char *path = g_build_filename(place->top, "own.rules", NULL);
	g_autofree char *line = g_strconcat("rules|check|", path, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;

	assert_true(
		g_file_set_contents(path, "check agreement\n    action tag\n", -1, NULL));
	result = answer(&nowhere, line, &error);
	assert_null(error);
	assert_true(json_truth(result, "ok"));
	assert_string_equal(json_text(result, "configuration"), "as shipped");
}

static void
test_rules_that_are_not_there_are_no_fault_of_theirs(void **state)
{
	g_autoptr(GError) error = NULL;

	assert_null(answer(*state, "rules|check|/none/such.rules", &error));
	assert_true(g_error_matches(error, DESK_ERROR, DESK_ERROR_USAGE));
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_PLACE(test_init_makes_archive_and_keys),
		IN_A_PLACE(test_init_never_replaces_an_archive),
		IN_A_PLACE(test_init_that_was_interrupted_goes_on),
		IN_A_PLACE(test_half_an_identity_is_not_completed),
		IN_A_PLACE(test_a_new_archive_is_whole),
		IN_A_PLACE(test_what_cannot_be_answered_says_why),
		IN_A_PLACE(test_an_archive_that_another_has_open_is_for_later),
		IN_A_PLACE(test_without_an_archive_init_is_named),
		IN_A_PLACE(test_every_fault_of_the_rules_is_listed),
		IN_A_PLACE(test_rules_are_tried_without_a_configuration),
		IN_A_PLACE(test_rules_that_are_not_there_are_no_fault_of_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
