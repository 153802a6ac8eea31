/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_table.c - every row of tests/system/policy.table by the pure function, and that
 * no way of telling a message changes what is judged
 */
#include "config.h"

#include "tests/rules/trial.h"

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
		g_autoptr(Verdict) verdict = trial_judge(&table, row, &plainly);
		g_autofree char *outcome = trial_outcome(verdict);

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
		g_autoptr(Verdict) verdict = trial_judge(&table, row, &plainly);

		if (verdict->direction == DIRECTION_INBOUND)
			assert_true(verdict->applied <= ACTION_TAG);
	}
	table_close(&table);
}

/* Each says the same in another way, and how many rows it must tell otherwise at least. */
static const struct {
	const char *what;
	Telling telling;
	guint least;
} tellings[] = {
	{ "headers turned", { .turns_headers = true }, 200 },
	{ "recipients turned", { .turns_recipients = true }, 24 },
	{ "in capitals, with a tag", { .shouts = true }, 200 },
	{ "headers folded, names encoded", { .folds = true }, 200 },
	{ "in base64", { .coding = CODING_BASE64 }, 200 },
	{ "in quoted-printable", { .coding = CODING_QUOTED }, 200 },
	{ "in UTF-16", { .coding = CODING_UTF16 }, 200 },
	{ "all at once",
	  { .turns_headers = true,
	    .turns_recipients = true,
	    .shouts = true,
	    .folds = true,
	    .coding = CODING_BASE64 },
	  200 },
};

static void
test_no_order_spelling_or_encoding_changes_a_verdict(void **state)
{
	guint wrong = 0;
	Table table;

	(void)state;
	table_open(&table);
	for (guint i = 0; i < table.rows->len; i++)
		for (gsize j = 0; j < G_N_ELEMENTS(tellings); j++) {
			const TableRow *row = table.rows->pdata[i];
			g_autoptr(Verdict) verdict =
				trial_judge(&table, row, &tellings[j].telling);
			g_autofree char *outcome = trial_outcome(verdict);

			if (strcmp(outcome, row->expected) != 0) {
				print_error("%s, %s\n  got:    %s\n  wanted: %s\n",
					    row->what, tellings[j].what, outcome,
					    row->expected);
				wrong++;
			}
		}
	table_close(&table);
	assert_int_equal(wrong, 0);
}

/* Findings with where and what they saw, facts, cases, covers: all of it. */
static void
test_no_order_changes_a_word_of_what_goes_on_record(void **state)
{
	const Telling plainly = { 0 };
	const Telling turned = { .turns_headers = true, .turns_recipients = true };
	guint wrong = 0;
	Table table;

	(void)state;
	table_open(&table);
	for (guint i = 0; i < table.rows->len; i++) {
		const TableRow *row = table.rows->pdata[i];
		g_autoptr(Verdict) verdict = trial_judge(&table, row, &plainly);
		g_autoptr(Verdict) other = trial_judge(&table, row, &turned);
		g_autoptr(json_t) json = verdict_to_json(verdict);
		g_autoptr(json_t) other_json = verdict_to_json(other);

		if (!json_equal(json, other_json)) {
			g_autofree char *text = json_dumps(json, JSON_SORT_KEYS);
			g_autofree char *other_text =
				json_dumps(other_json, JSON_SORT_KEYS);

			print_error("%s\n  %s\n  %s\n", row->what, text, other_text);
			wrong++;
		}
	}
	table_close(&table);
	assert_int_equal(wrong, 0);
}

/* The bytes of the message and the envelope. */
static char *
as_sent(const Table *table, const TableRow *row, const Telling *telling)
{
	g_autoptr(GBytes) bytes = telling_message(table, row, telling);
	g_autoptr(Envelope) envelope = telling_envelope(row, telling);
	GString *text = g_string_new(path_text(envelope->sender));
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	for (guint i = 0; i < envelope->recipients->len; i++)
		g_string_append_printf(text, " %s",
				       path_text(envelope->recipients->pdata[i]));
	return g_string_free(g_string_append_len(text, data, (gssize)len), FALSE);
}

static void
test_what_tells_otherwise_is_not_the_same_message(void **state)
{
	const Telling plainly = { 0 };
	Table table;

	(void)state;
	table_open(&table);
	for (gsize j = 0; j < G_N_ELEMENTS(tellings); j++) {
		guint others = 0;

		for (guint i = 0; i < table.rows->len; i++) {
			const TableRow *row = table.rows->pdata[i];
			g_autofree char *plain = as_sent(&table, row, &plainly);
			g_autofree char *other =
				as_sent(&table, row, &tellings[j].telling);

			others += strcmp(plain, other) != 0;
		}
		if (others < tellings[j].least)
			fail_msg("%s: %u rows alone", tellings[j].what, others);
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
		cmocka_unit_test(test_no_order_changes_a_word_of_what_goes_on_record),
		cmocka_unit_test(test_what_tells_otherwise_is_not_the_same_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
