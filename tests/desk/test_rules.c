/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rules.c - rules tried on the archive, and rules that two people must want
 */
#include "config.h"

#include "base/file.h"
#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

static const char tuesday[] = "rule tuesday\n    look-in subject\n    pattern /Tuesday/\n"
			      "    action tag\n    reason because\n"
			      "    hit on Tuesday\n    miss on Monday\n";

static char *
write_rules(Bureau *bureau, const char *name, const char *text)
{
	char *path = scratch_file(bureau->scratch, name);

	assert_true(file_replace(path, text, strlen(text), 0600, NULL));
	return path;
}

static const json_t *
row_of(const json_t *list, const char *key, const char *value)
{
	json_t *row;
	gsize i;

	json_array_foreach(list, i, row) {
		if (g_strcmp0(json_text(row, key), value) == 0)
			return row;
	}
	fail_msg("no %s", value);
	return NULL;
}

static void
test_replay_says_what_a_candidate_would_change_and_shows_no_mail(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *path = write_rules(bureau, "try.rules", tuesday);
	g_autofree char *off =
		g_strconcat(tuesday, "check agreement\n    action pass\n", NULL);
	g_autofree char *other = write_rules(bureau, "off.rules", off);
	g_autofree char *request = g_strconcat("rules replay ", path, NULL);
	g_autofree char *again = g_strconcat("rules replay ", other, NULL);
	g_autoptr(json_t) first = bureau_ask(bureau, RUPERT, request, "{}");
	g_autoptr(json_t) second = bureau_ask(bureau, RUPERT, again, "{}");
	g_autoptr(json_t) later =
		bureau_ask(bureau, RUPERT, again, "{'since':'2100-01-01'}");
	g_autofree char *shown = json_write(second);
	const json_t *row = row_of(json_object_get(first, "rules"), "rule", "tuesday");

	(void)state;
	assert_int_equal(json_number(first, "judged", 0), 1);
	assert_int_equal(json_number(first, "changed", 0), 0);
	assert_int_equal(json_number(row, "before", -1), 0);
	assert_int_equal(json_number(row, "gained", -1), 1);
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(row, "gained_ids"), 0)),
		id);
	assert_int_equal(json_number(second, "changed", 0), 1);
	row = row_of(json_object_get(second, "verdicts"), "from", "hold");
	assert_string_equal(json_text(row, "to"), "tag");
	row = row_of(json_object_get(second, "rules"), "rule", "agreement");
	assert_int_equal(json_number(row, "lost", -1), 1);
	assert_null(strstr(shown, "Tuesday"));
	assert_int_equal(json_number(later, "judged", -1), 0);
}

static void
test_replay_tells_nothing_of_what_the_daemon_may_read(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *path = write_rules(bureau, "key.rules", "very secret\n");
	g_autofree char *request = g_strconcat("rules replay ", path, NULL);

	(void)state;
	assert_int_equal(bureau_exit(bureau, RUPERT, request, "{}"), 2);
	assert_null(strstr(bureau->error, "secret"));
}

/* The configuration once more, with two people, and the rules of now. */
static Settings *
two_people(Bureau *bureau)
{
	g_autofree char *path = scratch_file(bureau->scratch, "chaperone.conf");
	g_autofree char *text = NULL;
	g_autofree char *more = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	more = g_strconcat(text, "rules-two-person yes\n", NULL);
	assert_true(file_replace(path, more, strlen(more), 0600, NULL));
	return settings_load(path, NULL);
}

static void
test_a_changed_set_waits_for_a_second_person(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(Settings) settings = two_people(bureau);
	g_autofree char *path = write_rules(bureau, "rules.d/b.rules", tuesday);
	g_autoptr(Policy) policy = policy_load(settings, NULL);
	g_autofree char *request =
		g_strconcat("rules approve ", policy_version(policy), NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(World) world = NULL;

	(void)state;
	assert_false(desk_reload(bureau->desk, settings, &error));
	assert_non_null(strstr(error->message, "is not approved"));
	assert_int_equal(bureau_exit(bureau, RUPERT, "rules approve 12", "{}"), 2);
	assert_int_equal(bureau_exit(bureau, MIA, request, "{}"), 3);
	assert_int_equal(bureau_exit(bureau, RUPERT, request, "{}"), 0);
	assert_true(desk_reload(bureau->desk, settings, NULL));
	world = desk_world(bureau->desk);
	assert_string_equal(policy_version(world->policy), policy_version(policy));
}

static void
test_the_list_has_checks_and_rules(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *path = write_rules(bureau, "rules.d/b.rules", tuesday);
	g_autoptr(json_t) list = NULL;
	const json_t *row;

	(void)state;
	assert_true(desk_reload(bureau->desk, bureau->settings, NULL));
	list = bureau_ask(bureau, RUPERT, "rules list", "{}");
	row = row_of(list, "name", "tuesday");
	assert_string_equal(json_text(row, "kind"), "rule");
	assert_string_equal(json_text(row, "action"), "tag");
	assert_string_equal(json_text(row_of(list, "name", "agreement"), "kind"),
			    "check");
}

static void
test_status_names_the_checks_that_are_switched_off(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *path =
		write_rules(bureau, "rules.d/b.rules", "check image\n    action pass\n");
	g_autoptr(json_t) status = NULL;
	const json_t *off;

	(void)state;
	assert_true(desk_reload(bureau->desk, bureau->settings, NULL));
	status = bureau_ask(bureau, RUPERT, "status", "{}");
	off = json_object_get(status, "switched_off");
	assert_int_equal(json_array_size(off), 1);
	assert_string_equal(json_string_value(json_array_get(off, 0)), "image");
	assert_int_equal(json_object_size(json_object_get(status, "rule_limits")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_replay_says_what_a_candidate_would_change_and_shows_no_mail),
		cmocka_unit_test(test_replay_tells_nothing_of_what_the_daemon_may_read),
		cmocka_unit_test(test_a_changed_set_waits_for_a_second_person),
		cmocka_unit_test(test_the_list_has_checks_and_rules),
		cmocka_unit_test(test_status_names_the_checks_that_are_switched_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
