/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cases.c - case files, the archive's verbs, the status, and that reading is on
 * record
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

static void
test_a_case_shows_its_records_in_order(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autoptr(json_t) shown = bureau_ask(bureau, DSL, "case show C1", NULL);
	const json_t *entries = json_object_get(shown, "entries");
	const json_t *mail = json_array_get(entries, 1);

	(void)state;
	assert_string_equal(json_text(shown, "case"), "C1");
	assert_int_equal(json_array_size(entries), 2);
	assert_string_equal(json_text(json_array_get(entries, 0), "type"), "person");
	assert_string_equal(json_text(mail, "id"), id);
	assert_string_equal(json_text(mail, "type"), "mail");
	assert_string_equal(json_text(mail, "direction"), "outbound");
	assert_string_equal(json_text(mail, "verdict"), "hold");
	assert_string_equal(json_text(mail, "state"), "held");
	assert_string_equal(json_text(mail, "from"), WENDY);
	assert_string_equal(json_text(mail, "subject"), "Tuesday");
	assert_int_equal(json_array_size(json_object_get(mail, "to")), 1);
	assert_int_equal(json_array_size(json_object_get(mail, "findings")), 1);
}

static void
test_reading_content_is_on_record_and_no_part_of_the_case(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *extract = g_strdup_printf("archive extract %s", id);
	g_autofree char *show = g_strdup_printf("held show %s", id);
	const char *const reads[][2] = { { AUDREY, "case show C1" },
					 { AUDREY, "case export C1" },
					 { AUDREY, "case list" },
					 { AUDREY, extract },
					 { MIA, show },
					 { MIA, "held list" } };
	g_autoptr(json_t) shown = NULL;

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(reads); i++) {
		guint before = bureau_count(bureau, "access");

		assert_int_equal(bureau_exit(bureau, reads[i][0], reads[i][1], NULL), 0);
		assert_int_equal(bureau_count(bureau, "access"), before + 1);
	}
	shown = bureau_ask(bureau, AUDREY, "case show C1", NULL);
	assert_int_equal(json_array_size(json_object_get(shown, "entries")), 2);
}

static void
test_a_case_is_for_those_whose_it_is(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) own = bureau_ask(bureau, TOM, "case list", NULL);
	g_autoptr(json_t) all = bureau_ask(bureau, AUDREY, "case list", NULL);
	g_autoptr(json_t) found =
		bureau_ask(bureau, AUDREY, "case list", "{'search':'CLEO'}");

	(void)state;
	assert_int_equal(json_array_size(own), 1);
	assert_int_equal(json_array_size(all), 2);
	assert_int_equal(json_array_size(found), 1);
	assert_string_equal(json_text(json_array_get(found, 0), "case"), "C2");
	assert_int_equal(json_number(json_array_get(found, 0), "records", 0), 1);
	assert_int_equal(bureau_exit(bureau, TOM, "case show C2", NULL), 0);
	assert_int_equal(bureau_exit(bureau, TOM, "case show C1", NULL), 3);
	assert_int_equal(bureau_exit(bureau, TOM, "case show C9", NULL), 3);
	assert_int_equal(bureau_exit(bureau, AUDREY, "case show C9", NULL), 2);
}

static void
test_export_and_extract_hand_files_over(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *extract = g_strdup_printf("archive extract %s", id);
	g_autoptr(json_t) exported = bureau_ask(bureau, AUDREY, "case export C1", NULL);
	g_autoptr(json_t) extracted = NULL;

	(void)state;
	assert_int_equal(bureau->exit, 0);
	assert_true(bureau->files > 3);
	assert_int_equal(json_number(exported, "files", 0), bureau->files);
	extracted = bureau_ask(bureau, AUDREY, extract, NULL);
	assert_int_equal(bureau->files, 1);
	assert_string_equal(json_text(extracted, "id"), id);
	assert_int_equal(strlen(json_text(extracted, "sha256")), DIGEST_HEX_LEN);
}

static void
test_a_record_without_a_message_has_nothing_to_extract(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) made =
		bureau_ask(bureau, NULL, "person change C1", "{'read-by':'his aunt'}");
	g_autofree char *extract =
		g_strdup_printf("archive extract %s", json_text(made, "id"));

	(void)state;
	assert_int_equal(bureau_exit(bureau, AUDREY, extract, NULL), 2);
	assert_int_equal(bureau_exit(bureau, AUDREY, "archive extract 01ZZZZZZ", NULL),
			 2);
}

static void
test_a_whole_archive_verifies_and_indexes(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autoptr(json_t) verified = bureau_ask(bureau, NULL, "archive verify", NULL);
	g_autoptr(json_t) indexed = NULL;
	g_autoptr(json_t) status = NULL;

	(void)state;
	if (bureau->exit != 0)
		fail_msg("%s: %s", bureau->error, json_write(verified));
	assert_true(json_truth(verified, "ok"));
	indexed = bureau_ask(bureau, NULL, "archive reindex", NULL);
	status = bureau_ask(bureau, NULL, "archive status", NULL);
	assert_int_equal(json_number(indexed, "records", 0),
			 json_number(status, "records", 1));
	assert_int_equal(json_number(status, "held", 0), 1);
	assert_int_equal(bureau_exit(bureau, NULL, "archive verify", "{'since':'soon'}"),
			 2);
}

static void
test_the_status_has_every_figure(void **state)
{
	static const char *const keys[] = { "seen",           "in_scope",
					    "verdicts",       "records",
					    "index",          "held",
					    "last_stamp",     "last_checkpoint",
					    "enforce",        "oldest_held_seconds",
					    "policy_version", "disk_free_bytes" };
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autoptr(json_t) status = bureau_ask(bureau, NULL, "status", NULL);

	(void)state;
	assert_int_equal(bureau->exit, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (json_object_get(status, keys[i]) == NULL)
			fail_msg("no %s", keys[i]);
	assert_int_equal(json_number(json_object_get(status, "verdicts"), "hold", 0), 1);
	assert_int_equal(json_number(status, "held", 0), 1);
	assert_true(json_truth(status, "enforce"));
}

static void
test_explain_runs_the_judge(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(json_t) held =
		bureau_ask(bureau, RUPERT, "rules explain",
			   "{'from':'" WENDY "','to':['" CARL "'],'login':'" WENDY "'}");
	g_autoptr(json_t) list = bureau_ask(bureau, RUPERT, "rules list", NULL);

	(void)state;
	assert_true(json_truth(held, "scope"));
	assert_string_equal(json_text(held, "direction"), "outbound");
	assert_string_equal(json_text(held, "verdict"), "hold");
	assert_true(json_array_size(list) >= 4);
	assert_int_equal(bureau_exit(bureau, RUPERT, "rules explain", "{}"), 2);
	assert_int_equal(bureau_exit(bureau, RUPERT, "rules explain",
				     "{'from':'x','to':['" CARL
				     "'],'login':'y','outside':true}"),
			 2);
	assert_int_equal(bureau_exit(bureau, RUPERT, "rules explain",
				     "{'from':'" WENDY "','to':['@']}"),
			 2);
}

static void
test_the_policy_is_on_record_before_mail_names_it(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autoptr(World) world = desk_world(bureau->desk);
	g_autoptr(json_t) latest = store_latest(bureau->store, "policy", "policy");

	(void)state;
	assert_string_equal(json_text(json_object_get(latest, "payload"), "version"),
			    policy_version(world->policy));
	bureau_restart(bureau);
	assert_int_equal(bureau_count(bureau, "policy"), 1);
}

static void
test_a_bad_reload_leaves_the_old_set(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *rules = scratch_file(bureau->scratch, "rules.d/checks.rules");
	g_autoptr(World) before = desk_world(bureau->desk);
	g_autoptr(World) after = NULL;
	g_autoptr(World) changed = NULL;
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(g_file_set_contents(rules, "check nonsense\n", -1, NULL));
	assert_false(desk_reload(bureau->desk, bureau->settings, &error));
	assert_non_null(error);
	after = desk_world(bureau->desk);
	assert_ptr_equal(before, after);
	assert_true(g_file_set_contents(rules, "check agreement\n    action tag\n", -1,
					NULL));
	assert_true(desk_reload(bureau->desk, bureau->settings, NULL));
	changed = desk_world(bureau->desk);
	assert_string_not_equal(policy_version(changed->policy),
				policy_version(before->policy));
	assert_int_equal(bureau_count(bureau, "policy"), 2);
	assert_non_null(directory_person(changed->directory, "C1"));
}

static void
test_a_store_that_takes_nothing_is_still_read(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *refuse = g_strdup_printf("held refuse %s", id);
	g_autofree char *release = g_strdup_printf("held release %s", id);

	(void)state;
	bureau->is_mute = true;
	bureau_restart(bureau);
	assert_int_equal(bureau_exit(bureau, DSL, "case show C1", NULL), 0);
	assert_int_equal(bureau_exit(bureau, DSL, "held list", NULL), 0);
	assert_int_equal(bureau_exit(bureau, NULL, "status", NULL), 0);
	assert_int_equal(bureau_exit(bureau, WENDY, "case list", NULL), 3);
	assert_int_equal(bureau_exit(bureau, NULL, "person change C1", "{'name':'X'}"),
			 75);
	assert_true(strlen(bureau->error) > 0);
	assert_int_equal(bureau_exit(bureau, DSL, refuse, "{'reason':'r'}"), 75);
	assert_int_equal(bureau_exit(bureau, DSL, release, "{'reason':'r'}"), 75);
	assert_int_equal(bureau->letters, 0);
	bureau->is_mute = false;
	bureau_restart(bureau);
	assert_int_equal(bureau_exit(bureau, DSL, refuse, "{'reason':'r'}"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_case_shows_its_records_in_order),
		cmocka_unit_test(
			test_reading_content_is_on_record_and_no_part_of_the_case),
		cmocka_unit_test(test_a_case_is_for_those_whose_it_is),
		cmocka_unit_test(test_export_and_extract_hand_files_over),
		cmocka_unit_test(test_a_record_without_a_message_has_nothing_to_extract),
		cmocka_unit_test(test_a_whole_archive_verifies_and_indexes),
		cmocka_unit_test(test_the_status_has_every_figure),
		cmocka_unit_test(test_explain_runs_the_judge),
		cmocka_unit_test(test_the_policy_is_on_record_before_mail_names_it),
		cmocka_unit_test(test_a_bad_reload_leaves_the_old_set),
		cmocka_unit_test(test_a_store_that_takes_nothing_is_still_read),
	};

	return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
