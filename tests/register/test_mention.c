/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_mention.c - of whom a text speaks, and whom it only greets
 */
#include "config.h"

#include "register/mention.h"
#include "tests/register/people.h"

#include <string.h>

static const struct {
	const char *text;
	const char *found; /* local parts */
} cases[] = {
	{ "mia hit me", "mia" },
	{ "it was MIA'S idea", "mia" },
	{ "Mia\xE2\x80\x99s been shouting", "mia" },
	{ "hi mia my stepdad hit me", "" },
	{ "Hi Mia, my stepdad hit me", "" },
	{ "Dear Mia Mill, my stepdad hit me", "" },
	{ "Mia, my stepdad hit me", "" },
	{ "hello\nmia hit me", "mia" },
	{ "Hi Mia, Tom hit me", "" },
	{ "hey, mia hit me", "mia" },
	{ "hi mia. mia hit me", "mia" },
	{ "Tom Tick hit me", "tom" },
	{ "it was Tick, Tom: he hit me", "tom" },
	{ "Mr Tick hit me", "tom" },
	{ "dear mr mann, mr tick hit me", "tom" },
	{ "Tom hit me", "" },
	{ "Zoe hit me", "zoe" },
	{ "ZO\xC3\x8B O'Neil hit me", "zoe" },
	{ "The robot hit me", "" },
	{ "The Team hit me", "" },
	{ "Carl here. my stepdad hit me", "" },
	{ "nobody at all", "" },
	{ "", "" },
};

static const char *const staff[] = {
	"{'email':'mia@agency.example','name':'Mia Mill'}",
	"{'email':'tom@agency.example','name':'Tom Tick'}",
	"{'email':'zoe@agency.example','name':'Zo\xC3\xAB O\xE2\x80\x99Neil'}",
	"{'email':'carl@agency.example','name':'Carl Cook'}",
	"{'email':'robot@agency.example','name':'Robot','roles':['automatic']}",
	"{'email':'team@agency.example','name':'The "
	"Team','members':['mia@agency.example']}",
	NULL
};

/* Mia, Zoë, Carl, the robot and the team are known by one name. */
static GArray *
list_known(const Directory *directory)
{
	static const char *const known[] = { "mia", "zoe", "carl", "robot", "team" };
	GArray *list = g_array_new(FALSE, FALSE, sizeof(const Staff *));

	for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
		g_autofree char *email = g_strconcat(known[i], "@agency.example", NULL);
		const Staff *one = directory_staff(directory, email);

		assert_non_null(one);
		g_array_append_val(list, one);
	}
	return list;
}

static char *
found_in(const MentionQuery *query, const char *text)
{
	g_autoptr(GPtrArray) found = mention_find(query, text);
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < found->len; i++) {
		const char *email = address_text(((const Staff *)found->pdata[i])->email);

		g_string_append_printf(names, "%s%.*s", i > 0 ? " " : "",
				       (int)strcspn(email, "@"), email);
	}
	return g_string_free(names, FALSE);
}

static void
test_those_spoken_of_are_found_and_those_greeted_are_not(void **state)
{
	static const char *const nobody[] = { NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(Directory) directory = people_directory(nobody, staff, nobody, &error);
	g_autoptr(GArray) known = list_known(directory);
	const MentionQuery query = { directory, known, "Carl Kid" };

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = found_in(&query, cases[i].text);

		if (strcmp(found, cases[i].found) != 0)
			fail_msg("%s: '%s', not '%s'", cases[i].text, found,
				 cases[i].found);
	}
}

static void
test_what_is_no_text_names_nobody(void **state)
{
	static const char *const nobody[] = { NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(Directory) directory = people_directory(nobody, staff, nobody, &error);
	const MentionQuery query = { directory, NULL, NULL };
	g_autofree char *found = found_in(&query, "\xFF\xC3 mia \xE2\x80 tom \x01");

	(void)state;
	assert_string_equal(found, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_those_spoken_of_are_found_and_those_greeted_are_not),
		cmocka_unit_test(test_what_is_no_text_names_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
