/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ulid.c - names of records sort by time and do not repeat
 */
#include "config.h"

#include "base/ulid.h"
#include "tests/testing.h"

#include <string.h>

static void
test_a_name_holds_its_instant(void **state)
{
	static const gint64 times[] = { 0, 1, 1469918176385, 1795365960000,
					(G_GINT64_CONSTANT(1) << 48) - 1 };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		g_autofree char *ulid = ulid_new(times[i]);

		assert_true(ulid_is_valid(ulid));
		assert_int_equal(ulid_time(ulid), times[i]);
	}
}

static void
test_the_published_example_is_read(void **state)
{
	(void)state;
	assert_int_equal(ulid_time("01ARYZ6S41TSV4RRFFQ69G5FAV"), 1469918176385);
}

static void
test_a_later_name_sorts_behind(void **state)
{
	(void)state;
	for (gint64 time = 1795365960000; time < 1795365960100; time++) {
		g_autofree char *early = ulid_new(time);
		g_autofree char *late = ulid_new(time + 1);

		assert_true(strcmp(early, late) < 0);
	}
}

static void
test_names_of_one_instant_differ(void **state)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(g_hash_table_add(seen, ulid_new(1795365960000)));
}

static void
test_what_is_no_name_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"01ARYZ6S41TSV4RRFFQ69G5FA",
		"01ARYZ6S41TSV4RRFFQ69G5FAVX",
		"01aryz6s41tsv4rrffq69g5fav",
		"01ARYZ6S41TSV4RRFFQ69G5FAU",
		"81ARYZ6S41TSV4RRFFQ69G5FAV",
		"../../../../../etc/passwd0",
	};

	(void)state;
	assert_true(ulid_is_valid("01ARYZ6S41TSV4RRFFQ69G5FAV"));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_false(ulid_is_valid(bad[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_name_holds_its_instant),
		cmocka_unit_test(test_the_published_example_is_read),
		cmocka_unit_test(test_a_later_name_sorts_behind),
		cmocka_unit_test(test_names_of_one_instant_differ),
		cmocka_unit_test(test_what_is_no_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
