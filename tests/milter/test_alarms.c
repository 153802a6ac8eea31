/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_alarms.c - what is wrong is said once
 */
#include "config.h"

#include "base/log.h"
#include "milter/alarms.h"
#include "tests/testing.h"

#include <string.h>
#include <unistd.h>

typedef struct Log {
	int real, end;
} Log;

static int
set_up(void **state)
{
	Log *log = NULL;
	int ends[2];

	if (pipe(ends) != 0)
		return -1;
	log = g_new0(Log, 1);
	log->real = dup(STDERR_FILENO);
	log->end = ends[0];
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	*state = log;
	return 0;
}

static int
tear_down(void **state)
{
	Log *log = *state;

	close(log->real);
	close(log->end);
	g_free(log);
	return 0;
}

/* What was logged; the log is standard error again. */
static char *
read_log(const Log *log)
{
	GString *text = g_string_new(NULL);
	char chunk[512];
	ssize_t len;

	dup2(log->real, STDERR_FILENO);
	while ((len = read(log->end, chunk, sizeof(chunk))) > 0)
		g_string_append_len(text, chunk, len);
	return g_string_free(text, FALSE);
}

static void
test_a_fault_is_logged_when_it_begins_and_when_it_is_over(void **state)
{
	g_autoptr(Alarms) alarms = alarms_new();
	g_autofree char *text = NULL;

	alarms_set(alarms, "archive", NULL);
	for (int i = 0; i < 3; i++)
		alarms_set(alarms, "archive", "disk full");
	alarms_set(alarms, "archive", "disk gone");
	alarms_set(alarms, "archive", NULL);
	alarms_set(alarms, "archive", NULL);
	text = read_log(*state);
	assert_string_equal(
		text, "NOQUEUE alarm about=archive state=wrong fault=\"disk full\"\n"
		      "NOQUEUE alarm about=archive state=wrong fault=\"disk gone\"\n"
		      "NOQUEUE alarm about=archive state=well\n");
}

static void
test_things_are_told_apart(void **state)
{
	g_autoptr(Alarms) alarms = alarms_new();
	g_autoptr(json_t) json = NULL;

	alarms_set(alarms, "archive", "disk full");
	alarms_set(alarms, "notices", "unreachable");
	alarms_set(alarms, "archive", NULL);
	json = alarms_to_json(alarms);
	g_free(read_log(*state));
	assert_int_equal(json_object_size(json), 1);
	assert_string_equal(json_text(json, "notices"), "unreachable");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_fault_is_logged_when_it_begins_and_when_it_is_over, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_things_are_told_apart, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
