/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_table.c - every row of tests/system/policy.table by the pure function, and that
 * no way of telling a message changes what is judged
 */
#include "config.h"

#include "tests/rules/table.h"

static void
test_every_row_is_judged_as_it_says(void **state)
{
	const Telling plainly = { 0 };
	guint wrong = 0;
	Table table;

	(void)state;
	table_open(&table);
	assert_true(table.rows->len >= 140);
	for (guint i = 0; i < table.rows->len; i++) {
		const TableRow *row = table.rows->pdata[i];
		g_autoptr(Verdict) verdict = table_judge(&table, row, &plainly);
		g_autofree char *outcome = table_outcome(verdict);

		if (strcmp(outcome, row->expected) != 0) {
			print_error("%s\n  got:    %s\n  wanted: %s\n", row->what,
				    outcome, row->expected);
			wrong++;
		}
	}
	table_close(&table);
	assert_int_equal(wrong, 0);
}

static void
test_a_young_persons_message_is_delivered_in_every_row(void **state)
{
	const Telling plainly = { 0 };
	Table table;

	(void)state;
	table_open(&table);
	for (guint i = 0; i < table.rows->len; i++) {
		const TableRow *row = table.rows->pdata[i];
		g_autoptr(Verdict) verdict = table_judge(&table, row, &plainly);

		if (verdict->direction == DIRECTION_INBOUND)
			assert_true(verdict->applied <= ACTION_TAG);
	}
	table_close(&table);
}

static void
test_no_order_spelling_or_encoding_changes_a_verdict(void **state)
{
	static const Telling tellings[] = {
		{ .turns_recipients = true },
		{ .shouts = true },
		{ .encodes = true },
		{ .turns_recipients = true, .shouts = true, .encodes = true },
	};
	Table table;

	(void)state;
	table_open(&table);
	for (guint i = 0; i < table.rows->len; i++)
		for (gsize j = 0; j < G_N_ELEMENTS(tellings); j++) {
			const TableRow *row = table.rows->pdata[i];
			g_autoptr(Verdict) verdict =
				table_judge(&table, row, &tellings[j]);
			g_autofree char *outcome = table_outcome(verdict);

			if (strcmp(outcome, row->expected) != 0)
				fail_msg("%s, told otherwise (%zu): %s", row->what, j,
					 outcome);
		}
	table_close(&table);
}

/* Of our own server's results the newest counts: their order says something. */
static void
test_the_order_of_other_headers_changes_no_verdict(void **state)
{
	const Telling turned = { .turns_headers = true };
	Table table;

	(void)state;
	table_open(&table);
	for (guint i = 0; i < table.rows->len; i++) {
		const TableRow *row = table.rows->pdata[i];
		g_autoptr(Verdict) verdict = table_judge(&table, row, &turned);
		g_autofree char *outcome = table_outcome(verdict);

		if (strcmp(row->what, "a pass below a failure") != 0 &&
		    strcmp(outcome, row->expected) != 0)
			fail_msg("%s, headers turned: %s", row->what, outcome);
	}
	table_close(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_judged_as_it_says),
		cmocka_unit_test(test_a_young_persons_message_is_delivered_in_every_row),
		cmocka_unit_test(test_no_order_spelling_or_encoding_changes_a_verdict),
		cmocka_unit_test(test_the_order_of_other_headers_changes_no_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
