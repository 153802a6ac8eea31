/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_keeping.c - holds, erasure by two people, another case's claim, wrong cases,
 * requests with their clock
 */
#include "config.h"

#include "archive/verify.h"
#include "base/file.h"
#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

#define LENA "lena@agency.example"
#define DAYS 86400

typedef struct Office {
	Bureau *bureau;
	char *clock;
	char *mail; /* from wendy to Carl, released or refused: no longer held */
} Office;

static void
move_clock(const Office *office, gint64 seconds)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, seconds);

	assert_true(g_file_set_contents(office->clock, text, -1, NULL));
}

static int ask(const Office *office, const char *as, const char *options,
	       const char *format, ...) G_GNUC_PRINTF(4, 5);

static int
ask(const Office *office, const char *as, const char *options, const char *format, ...)
{
	g_autofree char *verb = NULL;
	va_list words;

	va_start(words, format);
	verb = g_strdup_vprintf(format, words);
	va_end(words);
	return bureau_exit(office->bureau, as, verb, options);
}

static void
assert_said(const Office *office, const char *words)
{
	if (strstr(office->bureau->error, words) == NULL)
		fail_msg("%s: not in: %s", words, office->bureau->error);
}

static char *
refused_mail(Bureau *bureau)
{
	char *id = bureau_hold(bureau);
	g_autofree char *refuse = g_strconcat("held refuse ", id, NULL);

	assert_int_equal(bureau_exit(bureau, MIA, refuse, "{'reason':'no'}"), 0);
	return id;
}

static int
set_up(void **state)
{
	Office *office = g_new0(Office, 1);

	office->bureau = bureau_new();
	office->clock = scratch_file(office->bureau->scratch, "clock");
	g_setenv("CHAPERONE_CLOCK", office->clock, TRUE);
	assert_int_equal(
		ask(office, NULL, "{'name':'Lena','role':['lead']}", "staff add " LENA),
		0);
	office->mail = refused_mail(office->bureau);
	*state = office;
	return 0;
}

static int
tear_down(void **state)
{
	Office *office = *state;

	g_unsetenv("CHAPERONE_CLOCK");
	bureau_free(office->bureau);
	g_free(office->clock);
	g_free(office->mail);
	g_free(office);
	return 0;
}

/* The id of the proposal. */
static char *
propose(const Office *office, const char *as, const char *what)
{
	g_autofree char *verb = g_strconcat("erase propose ", what, NULL);
	g_autoptr(json_t) made =
		bureau_ask(office->bureau, as, verb, "{'reason':'the time is over'}");

	if (office->bureau->exit != 0)
		fail_msg("%s: %s", verb, office->bureau->error);
	return g_strdup(json_text(made, "id"));
}

static bool
is_there(const Office *office, const char *id)
{
	g_autoptr(Record) record = store_get(office->bureau->store, id, NULL);

	return record != NULL;
}

static void
run_daemon(const Office *office)
{
	g_autofree char *fault = desk_erase(office->bureau->desk);

	assert_null(fault);
}

static void
assert_whole(const Office *office, const char *note)
{
	const VerifyOptions options = { NULL };
	g_autoptr(json_t) result = verify_archive(office->bureau->store, &options, NULL);
	g_autofree char *text = json_write(result);

	if (!json_truth(result, "ok") || strstr(text, note) == NULL)
		fail_msg("%s", text);
}

static void
test_it_takes_two_and_time_to_erase_a_message(void **state)
{
	Office *office = *state;
	g_autofree char *proposal = propose(office, DSL, office->mail);

	assert_int_equal(ask(office, DSL, NULL, "erase approve %s", proposal), 3);
	assert_said(office, "another lead");
	run_daemon(office);
	assert_true(is_there(office, office->mail));
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 0);
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 3);
	move_clock(office, 29 * DAYS);
	run_daemon(office);
	assert_true(is_there(office, office->mail));
	move_clock(office, 31 * DAYS);
	run_daemon(office);
	assert_false(is_there(office, office->mail));
	assert_int_equal(ask(office, DSL, NULL, "case show C1"), 0);
	assert_int_equal(ask(office, DSL, NULL, "erase cancel %s", proposal), 2);
	assert_whole(office, "1 erased");
	bureau_restart(office->bureau);
	assert_whole(office, "1 erased");
	assert_int_equal(bureau_count(office->bureau, "erased"), 1);
}

static void
test_what_was_proposed_can_be_cancelled(void **state)
{
	Office *office = *state;
	g_autofree char *proposal = propose(office, DSL, office->mail);

	assert_int_equal(
		ask(office, DSL, "{'reason':'x'}", "erase propose %s", office->mail), 3);
	assert_said(office, "proposed already");
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 0);
	assert_int_equal(ask(office, LENA, NULL, "erase cancel %s", proposal), 0);
	move_clock(office, 60 * DAYS);
	run_daemon(office);
	assert_true(is_there(office, office->mail));
}

static void
test_a_hold_beats_everything(void **state)
{
	static const char court[] = "{'authority':'High Court','reason':'a claim'}";
	static const char police[] = "{'authority':'police','reason':'a case'}";
	Office *office = *state;
	g_autofree char *proposal = propose(office, DSL, office->mail);

	assert_int_equal(ask(office, DSL, court, "case hold add C1"), 0);
	assert_int_equal(ask(office, DSL, court, "case hold add C1"), 3);
	assert_int_equal(ask(office, DSL, police, "case hold add C1"), 0);
	assert_int_equal(
		ask(office, DSL, "{'authority':'','reason':'x'}", "case hold add C1"), 2);
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 3);
	assert_said(office, "on hold by High Court");
	assert_int_equal(ask(office, DSL, court, "case hold lift C1"), 0);
	assert_int_equal(ask(office, DSL, court, "case hold lift C1"), 3);
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 3);
	assert_said(office, "on hold by police");
	assert_int_equal(ask(office, DSL, police, "case hold lift C1"), 0);
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 3);
	assert_said(office, "lifted less than 30 days ago");
	move_clock(office, 31 * DAYS);
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 0);
	assert_int_equal(ask(office, DSL, police, "case hold add C1"), 0);
	move_clock(office, 90 * DAYS);
	run_daemon(office);
	assert_true(is_there(office, office->mail));
}

static void
test_holds_are_shown_with_the_case(void **state)
{
	Office *office = *state;
	g_autoptr(json_t) shown = NULL;
	const json_t *hold = NULL;

	assert_int_equal(ask(office, DSL, "{'authority':'police','reason':'a case'}",
			     "case hold add C1"),
			 0);
	shown = bureau_ask(office->bureau, DSL, "case show C1", NULL);
	hold = json_array_get(json_object_get(shown, "holds"), 0);
	assert_string_equal(json_text(hold, "authority"), "police");
	assert_string_equal(json_text(hold, "by"), DSL);
}

static void
end_case(const Office *office, const char *case_id)
{
	assert_int_equal(ask(office, DSL, "{'reason':'over'}", "person end %s", case_id),
			 0);
}

static void
test_a_whole_case_goes_but_for_what_another_must_keep(void **state)
{
	Office *office = *state;
	const BureauMail both = { .author = WENDY,
				  .to = { CARL, NULL },
				  .cases = { "C1", "C2", NULL },
				  .subject = "both",
				  .action = ACTION_PASS };
	g_autofree char *shared = bureau_put_mail(office->bureau, &both);
	g_autofree char *proposal = NULL;
	g_autoptr(json_t) cleo = NULL;

	assert_int_equal(ask(office, DSL, "{'reason':'x'}", "erase propose C1"), 3);
	assert_said(office, "end it first");
	end_case(office, "C1");
	proposal = propose(office, DSL, "C1");
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 0);
	move_clock(office, 31 * DAYS);
	run_daemon(office);
	assert_false(is_there(office, office->mail));
	assert_true(is_there(office, shared));
	assert_int_equal(ask(office, DSL, NULL, "person show C1"), 2);
	assert_int_equal(ask(office, DSL, NULL, "case show C1"), 2);
	cleo = bureau_ask(office->bureau, TOM, "case show C2", NULL);
	assert_int_equal(json_array_size(json_object_get(cleo, "entries")), 3);
	assert_whole(office, " erased");
	bureau_restart(office->bureau);
	assert_int_equal(ask(office, DSL, NULL, "person show C1"), 2);
	assert_whole(office, " erased");
}

static void
test_nobody_erases_a_case_that_has_their_own_mail(void **state)
{
	Office *office = *state;
	const BureauMail own = { .author = DSL,
				 .to = { CARL, NULL },
				 .cases = { "C1", NULL },
				 .subject = "own",
				 .action = ACTION_PASS };
	g_autofree char *mail = bureau_put_mail(office->bureau, &own);

	end_case(office, "C1");
	assert_int_equal(ask(office, DSL, "{'reason':'x'}", "erase propose C1"), 3);
	assert_said(office, "has mail of your own in it");
	assert_said(office, mail);
}

/* Lena does not know of it, and is told nothing; who may know is. */
static void
test_a_case_stays_while_a_record_of_it_may_be_about_who_approved(void **state)
{
	Office *office = *state;
	const BureauMail about = { .author = WENDY,
				   .to = { CARL, NULL },
				   .cases = { "C1", NULL },
				   .subject = "about Lena",
				   .about = { LENA },
				   .action = ACTION_PASS };
	g_autofree char *mail = bureau_put_mail(office->bureau, &about);
	g_autofree char *proposal = NULL;
	g_autoptr(json_t) lena = NULL, dsl = NULL;
	g_autofree char *to_lena = NULL, *to_dsl = NULL;

	end_case(office, "C1");
	proposal = propose(office, DSL, "C1");
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 0);
	move_clock(office, 31 * DAYS);
	run_daemon(office);
	assert_true(is_there(office, mail));
	assert_true(is_there(office, office->mail));
	lena = bureau_ask(office->bureau, LENA, "erase due", NULL);
	dsl = bureau_ask(office->bureau, DSL, "erase due", NULL);
	to_lena = json_write(json_object_get(lena, "proposals"));
	to_dsl = json_write(json_object_get(dsl, "proposals"));
	assert_null(strstr(to_lena, mail));
	assert_null(strstr(to_lena, "two other leads"));
	assert_non_null(strstr(to_dsl, mail));
}

static void
test_one_of_two_cases_lets_a_message_go(void **state)
{
	Office *office = *state;
	const BureauMail both = { .author = WENDY,
				  .to = { CARL, NULL },
				  .cases = { "C1", "C2", NULL },
				  .subject = "both",
				  .action = ACTION_PASS };
	g_autofree char *shared = bureau_put_mail(office->bureau, &both);
	g_autofree char *proposal = NULL;
	g_autofree char *extract = g_strconcat("archive extract ", shared, NULL);
	g_autoptr(json_t) carl = NULL;

	assert_int_equal(ask(office, DSL, "{'authority':'police','reason':'a case'}",
			     "case hold add C2"),
			 0);
	proposal = propose(office, DSL, shared);
	assert_int_equal(ask(office, LENA, NULL, "erase approve %s", proposal), 0);
	move_clock(office, 31 * DAYS);
	run_daemon(office);
	assert_true(is_there(office, shared));
	carl = bureau_ask(office->bureau, AUDREY, "case show C1", NULL);
	assert_non_null(carl);
	for (size_t i = 0; i < json_array_size(json_object_get(carl, "entries")); i++)
		assert_string_not_equal(
			json_text(json_array_get(json_object_get(carl, "entries"), i),
				  "id"),
			shared);
	assert_int_equal(bureau_exit(office->bureau, DSL, extract, NULL), 0);
}

static void
test_nobody_erases_their_own_mail(void **state)
{
	Office *office = *state;
	const BureauMail own = { .author = DSL,
				 .to = { CARL, NULL },
				 .cases = { "C1", NULL },
				 .subject = "own",
				 .action = ACTION_PASS };
	g_autofree char *mail = bureau_put_mail(office->bureau, &own);
	g_autofree char *proposal = NULL;

	assert_int_equal(ask(office, DSL, "{'reason':'x'}", "erase propose %s", mail), 3);
	assert_said(office, "ask another lead");
	proposal = propose(office, LENA, mail);
	assert_int_equal(ask(office, DSL, NULL, "erase approve %s", proposal), 3);
}

static void
test_what_still_waits_and_what_is_no_message_is_not_erased_by_itself(void **state)
{
	Office *office = *state;
	const BureauMail again = { .author = WENDY,
				   .to = { CARL, NULL },
				   .cases = { "C1", NULL },
				   .subject = "waits",
				   .action = ACTION_HOLD };
	g_autofree char *held = bureau_put_mail(office->bureau, &again);
	g_autoptr(json_t) made = bureau_ask(office->bureau, NULL, "person change C1",
					    "{'read-by':'his aunt'}");

	assert_int_equal(ask(office, DSL, "{'reason':'x'}", "erase propose %s", held), 3);
	assert_said(office, "waits for a decision");
	assert_int_equal(ask(office, DSL, "{'reason':'x'}", "erase propose %s",
			     json_text(made, "id")),
			 3);
	assert_said(office, "person record");
}

static void
write_table(const Office *office, const char *text)
{
	g_autofree char *conf = scratch_file(office->bureau->scratch, "chaperone.conf");
	g_autofree char *table = scratch_file(office->bureau->scratch, "retention.table");
	g_autofree char *line = g_strdup_printf("retention %s\n", table);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	g_autoptr(Settings) settings = NULL;

	assert_true(g_file_set_contents(table, text, -1, NULL));
	assert_true(g_file_get_contents(conf, &before, NULL, NULL));
	after = strstr(before, line) != NULL ? g_strdup(before)
					     : g_strconcat(before, line, NULL);
	assert_true(g_file_set_contents(conf, after, -1, NULL));
	settings = settings_load(conf, NULL);
	assert_non_null(settings);
	assert_true(desk_reload(office->bureau->desk, settings, NULL));
}

/* "C1" when it is listed. */
static bool
lists(const Office *office, const char *list, const char *case_id, const char *said)
{
	g_autoptr(json_t) due = bureau_ask(office->bureau, DSL, "erase due", NULL);
	const json_t *one;
	size_t i;

	assert_non_null(due);
	json_array_foreach(json_object_get(due, list), i, one)
		if (g_strcmp0(json_text(one, "case"), case_id) == 0) {
			const char *text = json_text(one, "rule");

			text = text != NULL ? text : json_text(one, "why");
			if (strstr(text, said) == NULL)
				fail_msg("%s: not in: %s", said, text);
			return true;
		}
	return false;
}

static void
test_what_is_due_is_listed_with_the_rule_that_says_so(void **state)
{
	Office *office = *state;

	assert_true(lists(office, "no_rule", "C1", "case class"));
	write_table(office, "short closed 10 days\nlong born 75 years\n");
	assert_int_equal(ask(office, TOM, "{'class':['short']}", "case class C2"), 0);
	assert_int_equal(ask(office, TOM, "{'class':['short']}", "case class C1"), 3);
	assert_int_equal(ask(office, DSL, "{'class':['short']}", "case class C1"), 0);
	assert_true(lists(office, "no_rule", "C1", "no date of `closed`"));
	end_case(office, "C1");
	assert_false(lists(office, "due", "C1", ""));
	assert_false(lists(office, "no_rule", "C1", ""));
	move_clock(office, 11 * DAYS);
	assert_true(lists(office, "due", "C1", "retention.table:1: short closed"));
	assert_int_equal(ask(office, DSL, "{'class':['short','long']}", "case class C1"),
			 0);
	assert_false(lists(office, "due", "C1", ""));
	assert_int_equal(ask(office, DSL, "{'class':['no-such']}", "case class C1"), 0);
	assert_true(lists(office, "no_rule", "C1", "no-such"));
	assert_true(is_there(office, office->mail)); /* nothing goes by itself */
}

static void
test_events_are_days_that_have_been(void **state)
{
	static const char *const wrong[] = {
		"order",           "order=soon",        "order=2999-01-01",
		"born=2012-01-01", "closed=2012-01-01", "Order=2012-01-01"
	};
	Office *office = *state;

	write_table(office, "adoption order 1 years\n");
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *options = g_strdup_printf("{'event':['%s']}", wrong[i]);

		assert_int_equal(ask(office, DSL, options, "case class C1"), 2);
	}
	assert_int_equal(ask(office, DSL, "{'class':['adoption']}", "case class C1"), 0);
	end_case(office, "C1");
	assert_true(lists(office, "no_rule", "C1", "`order`"));
	assert_int_equal(
		ask(office, DSL, "{'event':['order=2020-01-02']}", "case class C1"), 0);
	assert_true(lists(office, "due", "C1", "adoption order"));
	assert_int_equal(ask(office, DSL, "{'event':['order=']}", "case class C1"), 0);
	assert_true(lists(office, "no_rule", "C1", "`order`"));
}

static bool
shows(const Office *office, const char *as, const char *case_id, const char *id)
{
	g_autofree char *verb = g_strconcat("case show ", case_id, NULL);
	g_autoptr(json_t) shown = bureau_ask(office->bureau, as, verb, NULL);
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(shown, "entries"), i, entry)
		if (strcmp(json_text(entry, "id"), id) == 0)
			return true;
	return false;
}

static gsize
finds(const Office *office, const char *as, const char *words, const char *case_id)
{
	g_autofree char *options = g_strdup_printf("{'search':'%s'}", words);
	g_autoptr(json_t) found = bureau_ask(office->bureau, as, "case list", options);
	const json_t *line;
	size_t i;

	json_array_foreach(found, i, line)
		if (strcmp(json_text(line, "case"), case_id) == 0)
			return json_array_size(json_object_get(line, "matches"));
	return 0;
}

static void
test_a_record_in_a_wrong_case_is_moved_and_both_show_it(void **state)
{
	static const char right[] = "{'from':'C1','to':'C2','reason':'another Carl'}";
	Office *office = *state;
	g_autofree char *extract = g_strconcat("archive extract ", office->mail, NULL);
	g_autoptr(json_t) made = NULL;
	g_autofree char *refile = g_strconcat("case refile ", office->mail, NULL);

	assert_int_equal(ask(office, MIA, right, "case refile %s", office->mail), 3);
	assert_int_equal(ask(office, DSL, "{'from':'C2','to':'C1','reason':'x'}",
			     "case refile %s", office->mail),
			 2);
	assert_int_equal(ask(office, DSL, "{'from':'C1','to':'C9','reason':'x'}",
			     "case refile %s", office->mail),
			 2);
	assert_int_equal(bureau_exit(office->bureau, TOM, extract, NULL), 3);
	made = bureau_ask(office->bureau, DSL, refile, right);
	assert_int_equal(office->bureau->exit, 0);
	assert_false(shows(office, AUDREY, "C1", office->mail));
	assert_true(shows(office, TOM, "C2", office->mail));
	assert_true(shows(office, AUDREY, "C1", json_text(made, "id")));
	assert_true(shows(office, TOM, "C2", json_text(made, "id")));
	assert_int_equal(finds(office, DSL, "Tuesday", "C1"), 0);
	assert_int_equal(finds(office, DSL, "Tuesday", "C2"), 1);
	assert_int_equal(finds(office, DSL, "Tuesday person:C1", "C1"), 0);
	assert_int_equal(finds(office, DSL, "Tuesday person:C2", "C2"), 1);
	assert_whole(office, "");
}

/* Days left of an open request; -1000 when none is listed. */
static gint64
days_left(const Office *office)
{
	g_autoptr(json_t) list =
		bureau_ask(office->bureau, DSL, "case request list", NULL);

	return json_array_size(list) == 0
		       ? -1000
		       : json_number(json_array_get(list, 0), "days_left", -1000);
}

static void
test_a_request_has_its_clock(void **state)
{
	Office *office = *state;
	g_autoptr(json_t) made = NULL;
	g_autofree char *today =
		day_format(day_of(g_get_real_time() / 1000, g_time_zone_new_utc()));
	g_autofree char *options = g_strdup_printf("{'received':'%s'}", today);
	gint64 left;

	assert_int_equal(ask(office, DSL, NULL, "case request add C1"), 2);
	assert_int_equal(
		ask(office, DSL, "{'received':'2999-01-01'}", "case request add C1"), 2);
	assert_int_equal(ask(office, DSL, options, "case request add"), 2);
	assert_int_equal(ask(office, TOM, options, "case request add C1"), 3);
	assert_int_equal(ask(office, DSL, options, "case request open C1"), 2);
	made = bureau_ask(office->bureau, DSL, "case request add C1", options);
	left = days_left(office);
	assert_in_range(left, 27, 31);
	move_clock(office, 40 * DAYS);
	assert_true(days_left(office) < 0);
	assert_int_equal(ask(office, DSL, "{'reason':'withdrawn'}",
			     "case request close %s", json_text(made, "id")),
			 0);
	assert_int_equal(days_left(office), -1000);
	assert_int_equal(ask(office, DSL, "{'reason':'again'}", "case request close %s",
			     json_text(made, "id")),
			 2);
}

/* What is restricted and about a lead is not told to that lead in any way. */
static void
test_what_is_about_a_lead_shows_in_nothing_of_theirs(void **state)
{
	Office *office = *state;
	const BureauMail about = { .author = WENDY,
				   .to = { CARL, DSL, NULL },
				   .cases = { "C1", NULL },
				   .subject = "about",
				   .action = ACTION_PASS };
	g_autofree char *mail = bureau_put_mail(office->bureau, &about);
	g_autofree char *proposal = NULL;
	g_autoptr(json_t) due = NULL;
	g_autofree char *text = NULL;

	assert_int_equal(
		ask(office, LENA, "{'reason':'an allegation'}", "case restrict %s", mail),
		0);
	proposal = propose(office, LENA, mail);
	assert_int_equal(ask(office, DSL, "{'reason':'x'}", "erase propose %s", mail), 3);
	assert_null(strstr(office->bureau->error, "proposed"));
	due = bureau_ask(office->bureau, DSL, "erase due", NULL);
	text = json_write(due);
	assert_null(strstr(text, mail));
	assert_false(shows(office, DSL, "C1", proposal));
	assert_true(shows(office, LENA, "C1", proposal));
	assert_int_equal(
		ask(office, MIA, "{'for':'subject','redact':'f'}", "case export C1"), 3);
	office->bureau->content = "Karen : a friend\n";
	assert_int_equal(
		ask(office, DSL, "{'for':'subject','redact':'f'}", "case export C1"), 0);
	office->bureau->content = NULL;
	assert_int_equal(office->bureau->files, 3);
}

int
main(void)
{
#define OFFICE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		OFFICE(test_it_takes_two_and_time_to_erase_a_message),
		OFFICE(test_what_was_proposed_can_be_cancelled),
		OFFICE(test_a_hold_beats_everything),
		OFFICE(test_holds_are_shown_with_the_case),
		OFFICE(test_a_whole_case_goes_but_for_what_another_must_keep),
		OFFICE(test_one_of_two_cases_lets_a_message_go),
		OFFICE(test_nobody_erases_their_own_mail),
		OFFICE(test_nobody_erases_a_case_that_has_their_own_mail),
		OFFICE(test_a_case_stays_while_a_record_of_it_may_be_about_who_approved),
		OFFICE(test_what_still_waits_and_what_is_no_message_is_not_erased_by_itself),
		OFFICE(test_what_is_due_is_listed_with_the_rule_that_says_so),
		OFFICE(test_events_are_days_that_have_been),
		OFFICE(test_a_record_in_a_wrong_case_is_moved_and_both_show_it),
		OFFICE(test_a_request_has_its_clock),
		OFFICE(test_what_is_about_a_lead_shows_in_nothing_of_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
