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

static const char ring[] = "rule ring\n    look-in subject\n    pattern /07700900\\d+/\n"
			   "    unless own-details\n    action tag\n"
			   "    reason because\n"
			   "    hit call 07700900123\n    miss call me\n";

static char *
write_to_carl(Bureau *bureau, const char *subject)
{
	/* Ids tell the order by the millisecond. */
	g_usleep(2000);
	return bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						      .to = { CARL },
						      .cases = { "C1" },
						      .subject = subject,
						      .action = ACTION_HOLD });
}

static void
set_number(Bureau *bureau, const char *options)
{
	g_usleep(2000);
	assert_int_equal(bureau_exit(bureau, NULL, "person change C1", options), 0);
}

static void
test_replay_judges_with_the_register_of_the_day(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *before = write_to_carl(bureau, "Ring 07700900123");
	g_autofree char *during = NULL, *after = NULL;
	g_autofree char *path = write_rules(bureau, "ring.rules", ring);
	g_autofree char *request = g_strconcat("rules replay ", path, NULL);
	g_autoptr(json_t) table = NULL;
	const json_t *row, *ids;

	(void)state;
	set_number(bureau, "{'sms':['07700900123']}");
	during = write_to_carl(bureau, "Ring 07700900123");
	set_number(bureau, "{'sms':['07700900456']}");
	after = write_to_carl(bureau, "Ring 07700900123");
	table = bureau_ask(bureau, RUPERT, request, "{}");
	row = row_of(json_object_get(table, "rules"), "rule", "ring");
	ids = json_object_get(row, "gained_ids");
	assert_int_equal(json_number(table, "judged", -1), 3);
	assert_int_equal(json_array_size(ids), 2);
	assert_string_equal(json_string_value(json_array_get(ids, 0)), before);
	assert_string_equal(json_string_value(json_array_get(ids, 1)), after);
	assert_int_equal(json_number(table, "unknown_people", -1), 0);
}

/* Three messages, of which the first is counted before nobody waits any more. */
static char *
interrupt_replay(Bureau *bureau, const char *request)
{
	g_autofree char *second = NULL, *third = NULL;
	char *first = write_to_carl(bureau, "Tuesday");

	second = write_to_carl(bureau, "On Tuesday");
	third = write_to_carl(bureau, "Monday");
	bureau->patience = 2;
	assert_int_equal(bureau_exit(bureau, RUPERT, request, "{}"), 75);
	assert_non_null(strstr(bureau->error, "the same command"));
	bureau->patience = 0;
	return first;
}

static void
test_an_interrupted_replay_goes_on_after_a_restart_and_counts_all(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *path = write_rules(bureau, "try.rules", tuesday);
	g_autofree char *request = g_strconcat("rules replay ", path, NULL);
	g_autofree char *first = interrupt_replay(bureau, request);
	g_autoptr(json_t) table = NULL, anew = NULL;
	const json_t *row;

	(void)state;
	bureau_restart(bureau);
	table = bureau_ask(bureau, RUPERT, request, "{}");
	row = row_of(json_object_get(table, "rules"), "rule", "tuesday");
	assert_string_equal(json_text(table, "resumed"), first);
	assert_int_equal(json_number(table, "judged", -1), 3);
	assert_int_equal(json_number(row, "gained", -1), 2);
	assert_int_equal(json_array_size(json_object_get(row, "gained_ids")), 2);

	anew = bureau_ask(bureau, RUPERT, request, "{}");
	assert_null(json_text(anew, "resumed"));
	json_object_del(table, "resumed");
	json_object_del(anew, "resumed");
	assert_true(json_equal(table, anew));
}

static void
test_a_replay_begins_anew_when_it_is_another_or_must_not_be_told(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *path = write_rules(bureau, "try.rules", tuesday);
	g_autofree char *request = g_strconcat("rules replay ", path, NULL);
	g_autofree char *first = interrupt_replay(bureau, request);
	g_autofree char *restrict_first = g_strconcat("case restrict ", first, NULL);
	g_autoptr(json_t) other = NULL, later = NULL, hidden = NULL;
	g_autofree char *shown = NULL;

	(void)state;
	other = bureau_ask(bureau, DSL, request, "{}");
	assert_null(json_text(other, "resumed"));
	assert_int_equal(bureau_exit(bureau, DSL, restrict_first, "{'reason':'it is'}"),
			 0);
	hidden = bureau_ask(bureau, RUPERT, request, "{}");
	shown = json_write(hidden);
	assert_null(json_text(hidden, "resumed"));
	assert_int_equal(json_number(hidden, "judged", -1), 2);
	assert_null(strstr(shown, first));
	bureau->patience = 2;
	assert_int_equal(bureau_exit(bureau, RUPERT, request, "{}"), 75);
	bureau->patience = 0;
	later = bureau_ask(bureau, RUPERT, request, "{'since':'2100-01-01'}");
	assert_null(json_text(later, "resumed"));
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
		cmocka_unit_test(test_replay_judges_with_the_register_of_the_day),
		cmocka_unit_test(
			test_an_interrupted_replay_goes_on_after_a_restart_and_counts_all),
		cmocka_unit_test(
			test_a_replay_begins_anew_when_it_is_another_or_must_not_be_told),
		cmocka_unit_test(test_a_changed_set_waits_for_a_second_person),
		cmocka_unit_test(test_the_list_has_checks_and_rules),
		cmocka_unit_test(test_status_names_the_checks_that_are_switched_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
