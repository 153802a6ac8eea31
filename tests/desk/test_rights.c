/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rights.c - every verb for every role, and who it is that asks
 */
#include "config.h"

#include "desk/verbs.h"
#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

/* Columns: root, worker, manager, lead, duty, rule-admin, auditor, admin. */
static const char *const columns[] = {
	NULL, WENDY, MIA, DSL, DORA, RUPERT, AUDREY, ADAM
};

/* 'y': may ask, '-': is refused whoever's it is. */
static const char *const cells[][2] = {
	{ "person add", "y-yy---y" },      { "person change", "y-yy---y" },
	{ "person list", "y-yy---y" },     { "person show", "y-yy---y" },
	{ "person end", "y-yy---y" },      { "person remove", "y-yy---y" },
	{ "staff add", "y--y---y" },       { "staff change", "y--y---y" },
	{ "staff list", "y-yy---y" },      { "staff show", "y-yy---y" },
	{ "staff end", "y--y---y" },       { "agreement add", "y-yy---y" },
	{ "agreement list", "y-yy---y" },  { "agreement show", "y-yy---y" },
	{ "agreement end", "y-yy---y" },   { "held list", "-yyyy---" },
	{ "held show", "-yyyy---" },       { "held release", "--yyy---" },
	{ "held refuse", "--yyy---" },     { "held withdraw", "-yyyy---" },
	{ "case list", "--yy--y-" },       { "case show", "--yy--y-" },
	{ "case export", "--yy--y-" },     { "case print", "--yy--y-" },
	{ "case restrict", "---y----" },   { "archive verify", "y--y--yy" },
	{ "record text", "-yyyy---" },     { "staff export", "---y----" },

	{ "record call", "-yyyy---" },     { "record note", "-yyyy---" },
	{ "record mail", "-yyyy---" },     { "archive reindex", "y--y---y" },
	{ "archive status", "y--y-yyy" },  { "archive extract", "---y--y-" },
	{ "archive unseal", "---y----" },  { "archive rewrap", "---y----" },
	{ "archive outcome", "---y----" }, { "archive prove", "y--y--yy" },
	{ "rules explain", "y--y-y-y" },   { "rules list", "y--y-y-y" },
	{ "rules replay", "---y-y--" },    { "rules approve", "---y-y--" },
	{ "status ", "y--y-yyy" },         { "contact add", "y-yy---y" },
	{ "contact list", "y-yy---y" },    { "contact end", "y-yy---y" },
	{ "register import", "y--y---y" }, { "register export", "y--y---y" },
	{ "case class", "y-yy---y" },      { "case hold", "---y----" },
	{ "case refile", "---y----" },     { "erase propose", "---y----" },
	{ "erase approve", "---y----" },   { "erase cancel", "---y----" },
	{ "erase due", "---y--y-" },       { "case request", "--yy--y-" },
	{ "archive stamp", "y--y---y" },   { "archive adopt", "y--y---y" },
};

static const char *
cells_of(const Verb *verb)
{
	g_autofree char *name = g_strdup_printf("%s %s", verb->area, verb->verb);

	for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
		if (strcmp(cells[i][0], name) == 0)
			return cells[i][1];
	fail_msg("no row for %s", name);
	return NULL;
}

/* A word too many is refused only once the right to ask was found. */
static void
check_cell(Bureau *bureau, const Verb *verb, const char *as, char cell)
{
	g_autofree char *request =
		g_strdup_printf("%s %s nothing", verb->area, verb->verb);
	int code = bureau_exit(bureau, as, request, "{'no-such-option':true}");

	if (code != (cell == 'y' ? DESK_ERROR_USAGE : DESK_ERROR_REFUSED))
		fail_msg("%s as %s: exit %d: %s", request, as == NULL ? "root" : as, code,
			 bureau->error);
}

static void
test_every_verb_is_for_the_roles_that_it_is_for(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	for (const Verb *verb = verb_all(); verb->area != NULL; verb++)
		for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
			check_cell(bureau, verb, columns[i], cells_of(verb)[i]);
}

static void
test_root_must_say_who_decides(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_int_equal(bureau_exit(bureau, NULL, "held list", NULL), 3);
	assert_non_null(strstr(bureau->error, "--as EMAIL"));
}

static void
test_a_peer_is_the_staff_with_its_unix_user(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	json_t *mine = bureau_ask_uid(bureau, 1, NULL, "held list", "{'mine':true}");

	(void)state;
	assert_int_equal(bureau->exit, 0);
	json_decref(mine);
	assert_null(bureau_ask_uid(bureau, 1, NULL, "case list", NULL));
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, WENDY));
}

static void
test_nobody_but_root_speaks_for_another(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_null(bureau_ask_uid(bureau, 1, DSL, "held list", NULL));
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, "--as"));
}

static void
test_a_peer_that_nobody_knows_learns_how_to_get_in(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_null(bureau_ask_uid(bureau, 2, NULL, "held list", NULL));
	assert_int_equal(bureau->exit, 3);
	assert_non_null(strstr(bureau->error, "--unix-user"));
}

static void
test_nobody_speaks_for_someone_unknown_or_gone(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	assert_int_equal(bureau_exit(bureau, "nobody@agency.example", "held list", NULL),
			 3);
	assert_int_equal(bureau_exit(bureau, NULL, "staff end " WENDY,
				     "{'cover':'" WILL "','reason':'left'}"),
			 0);
	assert_int_equal(bureau_exit(bureau, WENDY, "held list", NULL), 3);
}

static void
test_a_refusal_is_on_record(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	guint before = bureau_count(bureau, "access");

	(void)state;
	assert_int_equal(bureau_exit(bureau, WENDY, "case list", NULL), 3);
	assert_int_equal(bureau_count(bureau, "access"), before + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_verb_is_for_the_roles_that_it_is_for),
		cmocka_unit_test(test_root_must_say_who_decides),
		cmocka_unit_test(test_a_peer_is_the_staff_with_its_unix_user),
		cmocka_unit_test(test_nobody_but_root_speaks_for_another),
		cmocka_unit_test(test_a_peer_that_nobody_knows_learns_how_to_get_in),
		cmocka_unit_test(test_nobody_speaks_for_someone_unknown_or_gone),
		cmocka_unit_test(test_a_refusal_is_on_record),
	};

	return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
