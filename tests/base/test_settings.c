/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_settings.c - a configuration is right, or the place where it is wrong is named
 */
#include "config.h"

#include "base/settings.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
path_in(void **state, const char *name)
{
	return g_build_filename(*state, name, NULL);
}

static void
write_file(void **state, const char *name, const char *text)
{
	g_autofree char *path = path_in(state, name);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static Settings *
load(void **state, const char *text, GError **error)
{
	g_autofree char *path = path_in(state, "main.conf");

	write_file(state, "main.conf", text);
	return settings_load(path, error);
}

static int
make_folder(void **state)
{
	*state = g_dir_make_tmp("settings-XXXXXX", NULL);
	return *state == NULL;
}

static int
remove_folder(void **state)
{
	g_autoptr(GDir) folder = g_dir_open(*state, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = path_in(state, name);

		(void)g_remove(path);
	}
	g_rmdir(*state);
	g_free(*state);
	return 0;
}

static void
test_shipped_values_stand_where_nothing_is_set(void **state)
{
	g_autoptr(Settings) settings = load(state, "", NULL);
	g_autofree char *path = path_in(state, "main.conf");

	assert_non_null(settings);
	assert_string_equal(settings_text(settings, "listen"),
			    "unix:/run/chaperone/milter.sock");
	assert_true(settings_is_yes(settings, "enforce"));
	assert_false(settings_is_yes(settings, "network-filesystem"));
	assert_int_equal(settings_number(settings, "aware-age"), 16);
	assert_int_equal(settings_number(settings, "message-limit"), 50 << 20);
	assert_int_equal(settings_number(settings, "judge-deadline"), 5000);
	assert_int_equal(settings_number(settings, "socket-mode"), 0660);
	assert_string_equal(settings_words(settings, "urgent-route")[1], "duty");
	assert_null(settings_text(settings, "agency"));
	assert_null(settings_words(settings, "work-domain")[0]);
	assert_string_equal(settings_where(settings, "agency"), path);
}

static void
test_settings_are_read_with_comments_and_continued_lines(void **state)
{
	g_autoptr(Settings) settings =
		load(state,
		     "# the agency\r\n"
		     "agency   Anytown   Youth#1 Service   # its name\r\n"
		     "\n"
		     "\twork-domain agency.example \\\n"
		     "            pupils.example\n"
		     "# a comment goes on nowhere \\\n"
		     "enforce no 2026-12-31\n"
		     "trusted-submitter\n"
		     "lead dsl@agency.example /etc/dsl.crt",
		     NULL);
	g_autofree char *where = path_in(state, "main.conf:4");

	assert_non_null(settings);
	assert_string_equal(settings_text(settings, "agency"), "Anytown Youth#1 Service");
	assert_string_equal(settings_text(settings, "work-domain"),
			    "agency.example pupils.example");
	assert_string_equal(settings_where(settings, "work-domain"), where);
	assert_false(settings_is_yes(settings, "enforce"));
	assert_string_equal(settings_words(settings, "enforce")[1], "2026-12-31");
	assert_null(settings_text(settings, "trusted-submitter"));
	assert_string_equal(settings_words(settings, "lead")[1], "/etc/dsl.crt");
}

static void
test_every_kind_of_value_is_taken(void **state)
{
	static const char *const lines[] = {
		"enforce yes",
		"enforce no",
		"listen inet:8891@127.0.0.1",
		"internal-network 10.0.0.0/8 2001:db8::/32 192.0.2.1",
		"internal-network",
		"outside listener MX",
		"outside 0.0.0.0/0",
		"trusted-submitter local-users 192.0.2.0/24",
		"same-domain mail.example m\xc3\xbcnchen.example",
		"aware-age 0",
		"message-limit 10K",
		"message-limit 1G",
		"message-limit 20000",
		"judge-deadline 4m",
		"submit smtp://[::1]:2525",
		"stamp https://tsa.example/ 1h",
		"stamp-ca /etc/tsa.pem",
		"stamp-policy 1.3.6.1.4.1.4146.2.3",
		"lead dsl@agency.example",
		"checkpoint-to a@b.example c@d.example",
		"signing-key file:/etc/key",
		"socket-mode 0600",
		"disk-reserve 0",
		"urgent-route manager second-lead duty lead",
		"network-filesystem yes",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(Settings) settings = load(state, lines[i], NULL);

		assert_non_null(settings);
	}
}

static void
test_a_mistake_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "\nagent x", ":2: agent: unknown keyword" },
		{ "enforce yes\n\nenforce no", ":3: enforce: set before in line 1" },
		{ "agency a\nwork-domain \\\n  a..b", ":2: work-domain: not a domain" },
		{ "agency", ":1: agency: no value" },
		{ "enforce maybe", ":1: enforce: neither yes nor no" },
		{ "enforce no 2026-02-30", ":1: enforce: not a day" },
		{ "enforce yes 2026-02-03", ":1: enforce: too many words" },
		{ "aware-age sixteen", ":1: aware-age: not a number" },
		{ "aware-age -1", ":1: aware-age: not a number" },
		{ "aware-age 19", ":1: aware-age: too large" },
		{ "aware-age 16 17", ":1: aware-age: too many words" },
		{ "max-in-flight 0", ":1: max-in-flight: too small" },
		{ "max-in-flight 99999999999999999999999",
		  ":1: max-in-flight: too large" },
		{ "message-limit 50MB", ":1: message-limit: not a size" },
		{ "message-limit 99999999999G", ":1: message-limit: not a size" },
		{ "judge-deadline 5", ":1: judge-deadline: not a duration" },
		{ "judge-deadline 1d", ":1: judge-deadline: too large" },
		{ "socket-mode 660", ":1: socket-mode: not a file mode" },
		{ "socket-mode 0888", ":1: socket-mode: not a file mode" },
		{ "internal-network 10.0.0.1/8", ":1: internal-network: not a network" },
		{ "outside listener", ":1: outside: no name" },
		{ "outside listening MX", ":1: outside: not a network" },
		{ "trusted-submitter everyone", ":1: trusted-submitter: not a network" },
		{ "notify-from ann", ":1: notify-from: not a mail address" },
		{ "notify-from <>", ":1: notify-from: not a mail address" },
		{ "lead a@b.example crt", ":1: lead: not a path" },
		{ "archive var/lib", ":1: archive: not a path" },
		{ "listen /run/sock", ":1: listen: not a socket" },
		{ "listen inet:0@127.0.0.1", ":1: listen: not a socket" },
		{ "listen inet:70000@127.0.0.1", ":1: listen: not a socket" },
		{ "submit 127.0.0.1:25", ":1: submit: not a mail server" },
		{ "submit smtp://", ":1: submit: not a mail server" },
		{ "stamp https://tsa.example/", ":1: stamp: not a time stamp authority" },
		{ "stamp-policy 1.02", ":1: stamp-policy: not an object identifier" },
		{ "stamp-policy any", ":1: stamp-policy: not an object identifier" },
		{ "signing-key /etc/key", ":1: signing-key: not a key" },
		{ "urgent-route police", ":1: urgent-route: not on a route" },
		{ "include a b", ":1: include: not one name" },
		{ "agency \xff", "main.conf: not text in UTF-8" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *message = path_in(state, "main.conf");

		assert_null(load(state, cases[i].text, &error));
		assert_true(
			g_error_matches(error, SETTINGS_ERROR, SETTINGS_ERROR_SYNTAX));
		assert_true(g_str_has_prefix(error->message, message));
		assert_non_null(strstr(error->message, cases[i].message));
	}
}

static void
test_included_files_replace_what_was_said_before(void **state)
{
	g_autoptr(Settings) settings = NULL;
	g_autofree char *where = path_in(state, "20-b.inc:1");

	write_file(state, "10-a.inc", "agency A\naware-age 13\n");
	write_file(state, "20-b.inc", "agency B\n");
	settings = load(state, "agency M\ninclude *.inc\ninclude none*.inc\n", NULL);
	assert_non_null(settings);
	assert_string_equal(settings_text(settings, "agency"), "B");
	assert_int_equal(settings_number(settings, "aware-age"), 13);
	assert_string_equal(settings_where(settings, "agency"), where);
}

static void
test_what_cannot_be_included_is_named(void **state)
{
	static const struct {
		const char *text, *message;
		SettingsError code;
	} cases[] = {
		{ "include absent.conf", "main.conf:1: include: ", SETTINGS_ERROR_FILE },
		{ "include main.conf", "main.conf:1: include: nested too deep",
		  SETTINGS_ERROR_SYNTAX },
		{ "include m*.conf", "main.conf:1: include: nested too deep",
		  SETTINGS_ERROR_SYNTAX },
	};

	g_autofree char *absent = path_in(state, "absent.conf");
	g_autoptr(GError) none = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(load(state, cases[i].text, &error));
		assert_true(g_error_matches(error, SETTINGS_ERROR, (int)cases[i].code));
		assert_non_null(strstr(error->message, cases[i].message));
	}
	assert_null(settings_load(absent, &none));
	assert_true(g_error_matches(none, SETTINGS_ERROR, SETTINGS_ERROR_FILE));
	assert_non_null(strstr(none->message, absent));
}

static void
test_a_mistake_is_no_matter_to_who_does_not_ask_for_it(void **state)
{
	assert_null(load(state, "include absent.conf", NULL));
	assert_null(load(state, "agent x", NULL));
}

static void
test_the_policy_covers_what_decides(void **state)
{
	g_autoptr(Settings) settings = load(
		state, "work-domain   agency.example  pupils.example\nagency A\n", NULL);
	g_autofree char *text = settings_policy_text(settings);

	assert_string_equal(text, "rules /etc/chaperone/rules.d\n"
				  "enforce yes\n"
				  "work-domain agency.example pupils.example\n"
				  "internal-network 127.0.0.0/8\n"
				  "office-hours Mon-Fri 08:00-18:00 Europe/London\n"
				  "aware-age 16\n");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_shipped_values_stand_where_nothing_is_set),
		IN_FOLDER(test_settings_are_read_with_comments_and_continued_lines),
		IN_FOLDER(test_every_kind_of_value_is_taken),
		IN_FOLDER(test_a_mistake_is_named_with_its_line),
		IN_FOLDER(test_included_files_replace_what_was_said_before),
		IN_FOLDER(test_what_cannot_be_included_is_named),
		IN_FOLDER(test_a_mistake_is_no_matter_to_who_does_not_ask_for_it),
		IN_FOLDER(test_the_policy_covers_what_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
