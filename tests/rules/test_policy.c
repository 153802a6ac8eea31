/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_policy.c - rules files and settings make one policy, or every fault is told
 */
#include "config.h"

#include "rules/notice.h"
#include "tests/rules/court.h"

#include <glib/gstdio.h>

static void
test_a_check_that_no_file_names_keeps_its_shipped_action(void **state)
{
	g_autoptr(Policy) policy = court_policy("# nothing\n", "");
	const CheckSetting *agreement = policy_check(policy, "agreement");

	(void)state;
	assert_int_equal(agreement->action, ACTION_HOLD);
	assert_string_equal(agreement->paragraph, "3.5");
	assert_true(agreement->tells_plainly);
	assert_null(agreement->file);
	assert_null(policy_check(policy, "no-such-check"));
}

static void
test_a_block_sets_what_it_names_and_nothing_else(void **state)
{
	g_autoptr(Policy) policy = court_policy("check agreement  # ours\n"
						"    action      tag   # for now\n"
						"\treason\tplease # ask Max\r\n"
						"    tell-author neutral\n"
						"    decide      lead\n",
						"");
	const CheckSetting *agreement = policy_check(policy, "agreement");
	const CheckSetting *sender = policy_check(policy, "work-sender");

	(void)state;
	assert_int_equal(agreement->action, ACTION_TAG);
	assert_string_equal(agreement->reason, "please # ask Max");
	assert_string_equal(agreement->paragraph, "3.5");
	assert_int_equal(agreement->decides, DECIDES_LEAD);
	assert_false(agreement->tells_plainly);
	assert_true(g_str_has_suffix(agreement->file, "/a.rules:1"));
	assert_int_equal(sender->action, ACTION_HOLD);
	assert_null(sender->file);
}

static void
test_the_shipped_file_says_what_is_shipped(void **state)
{
	g_autofree char *path = g_build_filename(
		g_getenv("top_srcdir") == NULL ? "." : g_getenv("top_srcdir"), "rules",
		"checks.rules", NULL);
	g_autofree char *text = NULL;
	g_autoptr(Policy) bare = court_policy("", "");
	g_autoptr(Policy) shipped = NULL;

	(void)state;
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	shipped = court_policy(text, "");
	for (guint i = 0; policy_checks(bare)[i] != NULL; i++) {
		const CheckSetting *one = policy_checks(bare)[i];
		const CheckSetting *other = policy_checks(shipped)[i];

		assert_string_equal(one->name, other->name);
		assert_int_equal(one->action, other->action);
		assert_string_equal(one->paragraph, other->paragraph);
		assert_string_equal(one->reason, other->reason);
		assert_int_equal(one->decides, other->decides);
		assert_int_equal(one->tells_plainly, other->tells_plainly);
		assert_int_equal(one->notify, other->notify);
		assert_int_equal(one->urgent, other->urgent);
		assert_int_equal(other->file != NULL, other->is_built);
	}
}

static void
test_a_fault_names_its_line_and_says_what_to_do(void **state)
{
	static const struct {
		const char *rules, *fault;
		PolicyError code;
	} cases[] = {
		{ "check nonsense\n    action hold\n",
		  ":1: there is no check 'nonsense': write one of work-sender, agreement",
		  POLICY_ERROR_SYNTAX },
		{ "\ncheck agreement\n    action maybe\n",
		  ":3: action 'maybe' is not known: write one of pass, tag, hold, reject",
		  POLICY_ERROR_SYNTAX },
		{ "check agreement\n    colour red\n",
		  ":2: 'colour' is no setting of a check", POLICY_ERROR_SYNTAX },
		{ "check agreement\n    action\n", ":2: action has no value",
		  POLICY_ERROR_SYNTAX },
		{ "check agreement\n    action hold\n    action tag\n",
		  ":3: action is set twice", POLICY_ERROR_SYNTAX },
		{ "check agreement\n\ncheck agreement\n",
		  ":3: check agreement has a block already", POLICY_ERROR_SYNTAX },
		{ "    action hold\n", ":1: 'action hold' stands in no block",
		  POLICY_ERROR_SYNTAX },
		{ "may-stop-young-people yes\n    action hold\n",
		  ":2: 'action hold' stands in no block", POLICY_ERROR_SYNTAX },
		{ "chekc agreement\n    action hold\n", ":1: 'chekc' opens no block",
		  POLICY_ERROR_SYNTAX },
		{ "check agreement\n    paragraph three\n", ":2: paragraph 'three'",
		  POLICY_ERROR_SYNTAX },
		{ "check agreement\n    reason \377\n", ":0: the file is not UTF-8",
		  POLICY_ERROR_SYNTAX },
		{ "check sender-verified\n    action hold\n",
		  ":2: check sender-verified would stop a young person's message",
		  POLICY_ERROR_ACTION },
		{ "may-stop-young-people no\ncheck language\n    action reject\n",
		  ":3: check language would stop", POLICY_ERROR_ACTION },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(court_policy_load(cases[i].rules, "", &error));
		assert_int_equal(error->code, cases[i].code);
		if (strstr(error->message, cases[i].fault) == NULL ||
		    strchr(error->message, '\n') != NULL)
			fail_msg("%s", error->message);
	}
}

static void
test_every_fault_is_told_at_once(void **state)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;

	(void)state;
	assert_null(court_policy_load("check a\ncheck agreement\n  action x\n"
				      "  decide y\nlist z z\n",
				      "", &error));
	lines = g_strsplit(error->message, "\n", -1);
	assert_int_equal(g_strv_length(lines), 4);
}

static void
test_a_file_may_say_that_it_may_stop_young_people(void **state)
{
	g_autoptr(Policy) policy = court_policy(
		"check language\n    action hold\nmay-stop-young-people yes\n", "");

	(void)state;
	assert_int_equal(policy_check(policy, "language")->action, ACTION_HOLD);
}

static void
test_a_set_without_a_file_does_not_load(void **state)
{
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(court_policy_load(NULL, "", &error));
	assert_true(g_error_matches(error, POLICY_ERROR, POLICY_ERROR_FILE));
}

/* A policy from files that stay where they are. */
static char *
version_of(const char *folder, const char *rules, const char *more)
{
	g_autofree char *rules_path = g_build_filename(folder, "a.rules", NULL);
	g_autofree char *path = g_build_filename(folder, "main.conf", NULL);
	g_autofree char *text = g_strdup_printf("rules %s\n%s", folder, more);
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Policy) policy = NULL;

	assert_true(g_file_set_contents(rules_path, rules, -1, NULL));
	assert_true(g_file_set_contents(path, text, -1, NULL));
	settings = settings_load(path, NULL);
	policy = policy_load(settings, NULL);
	g_remove(rules_path);
	g_remove(path);
	return g_strdup(policy_version(policy));
}

static void
test_the_version_changes_with_rules_and_policy_keywords_alone(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("policy-XXXXXX", NULL);
	g_autofree char *first = version_of(folder, "# one\n", "");
	g_autofree char *same = version_of(folder, "# one\n", "agency Anytown\n");
	g_autofree char *rules = version_of(folder, "# two\n", "");
	g_autofree char *keyword = version_of(folder, "# one\n", "aware-age 15\n");

	(void)state;
	g_rmdir(folder);
	assert_int_equal(strlen(first), 64);
	assert_string_equal(first, same);
	assert_string_not_equal(first, rules);
	assert_string_not_equal(first, keyword);
}

static void
test_where_a_client_stands(void **state)
{
	g_autoptr(Policy) policy =
		court_policy("", "internal-network 127.0.0.0/8 10.0.0.0/8 2001:db8::/32\n"
				 "trusted-submitter local-users 10.1.2.3\n");
	g_autoptr(Policy) plain = court_policy("", "");

	(void)state;
	assert_true(policy_is_internal(policy, "10.9.9.9"));
	assert_true(policy_is_internal(policy, "::ffff:10.9.9.9"));
	assert_true(policy_is_internal(policy, "2001:db8::7"));
	assert_false(policy_is_internal(policy, "11.0.0.1"));
	assert_false(policy_is_internal(policy, "unknown"));
	assert_true(policy_is_internal(policy, NULL));
	assert_true(policy_is_trusted(policy, "10.1.2.3"));
	assert_false(policy_is_trusted(policy, "10.1.2.4"));
	assert_true(policy_is_trusted(policy, NULL));
	assert_false(policy_is_trusted(plain, NULL));
	assert_true(policy_is_outside(policy, "MX", "127.0.0.1"));
	assert_false(policy_is_outside(policy, "staff", "192.0.2.1"));
	assert_false(policy_is_outside(policy, NULL, NULL));
}

static void
test_nothing_is_held_up_to_the_last_day_of_the_trial(void **state)
{
	g_autoptr(Policy) policy = court_policy("", "enforce no 2026-11-30\n");
	g_autoptr(Policy) plain = court_policy("", "");

	(void)state;
	assert_false(policy_enforces(policy, day_parse("2026-11-30", NULL)));
	assert_true(policy_enforces(policy, day_parse("2026-12-01", NULL)));
	assert_true(policy_enforces(plain, day_parse("2026-11-30", NULL)));
}

/* The text in place of a picture that was put away. */
static void
test_no_notice_asks_for_a_picture_again_or_to_delete_it(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "A picture came. Do NOT ask for it again, in any way.", NULL },
		{ "Ring <lead> on <number>. The words below are complete.", NULL },
		{ "Please ask Carl to resend it.", "'resend'" },
		{ "Tell Carl to send the picture\nonce again.", "'send the picture" },
		{ "Ask them to RE-SEND it", "'RE-SEND'" },
		{ "Please delete this message.", "'delete'" },
		{ "Do not delete it.", "'delete'" },
		{ "Forward it to the office.", "'Forward'" },
		{ "It should be removed from the phone.", "'removed'" },
		{ "", "is not UTF-8 text" },
		{ "caf\351", "is not UTF-8 text" },
	};

	g_autofree char *rules = g_dir_make_tmp("chaperone-notice-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(rules, "sealed-notice.txt", NULL);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = NULL;

		assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
		text = notice_load(rules, "sealed-notice.txt", &error);
		assert_true((text != NULL) == (cases[i].fault == NULL));
		if (error != NULL && strstr(error->message, cases[i].fault) == NULL)
			fail_msg("%s", error->message);
	}
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_rmdir(rules), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_a_check_that_no_file_names_keeps_its_shipped_action),
		cmocka_unit_test(test_a_block_sets_what_it_names_and_nothing_else),
		cmocka_unit_test(test_the_shipped_file_says_what_is_shipped),
		cmocka_unit_test(test_a_fault_names_its_line_and_says_what_to_do),
		cmocka_unit_test(test_every_fault_is_told_at_once),
		cmocka_unit_test(test_no_notice_asks_for_a_picture_again_or_to_delete_it),
		cmocka_unit_test(test_a_file_may_say_that_it_may_stop_young_people),
		cmocka_unit_test(test_a_set_without_a_file_does_not_load),
		cmocka_unit_test(
			test_the_version_changes_with_rules_and_policy_keywords_alone),
		cmocka_unit_test(test_where_a_client_stands),
		cmocka_unit_test(test_nothing_is_held_up_to_the_last_day_of_the_trial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
