/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_envelope.c - no spelling of an envelope address hides the mailbox that it means
 */
#include "config.h"

#include "base/envelope.h"
#include "tests/testing.h"

#include <string.h>

static const char *const ours[] = { "agency.example", "pupils.example", NULL };

/* The forms joined by blanks, in the order of their making. */
static char *
forms_text(const Path *path)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < path->forms->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? "" : " ",
				       address_text(path->forms->pdata[i]));
	return g_string_free(text, FALSE);
}

static const struct {
	const char *given, *resolved, *forms;
} spellings[] = {
	{ "<carl@kids.example>", NULL, "carl@kids.example" },
	{ "carl@kids.example", NULL, "carl@kids.example" },
	{ "<carl@kids.example>", "carl@kids.example", "carl@kids.example" },
	{ "<alias@agency.example>", "carl@kids.example",
	  "alias@agency.example carl@kids.example" },
	/* dots, case, source routes */
	{ "<carl@KIDS.example.>", NULL, "carl@kids.example" },
	{ "<carl@kids.example..>", NULL, "carl@kids.example" },
	{ "<@a.example,@b.example:carl@kids.example>", NULL, "carl@kids.example" },
	{ "<@a.example:@b.example:carl@kids.example>", NULL, "carl@kids.example" },
	{ "<@[IPv6:::1]:carl@kids.example>", NULL, "carl@kids.example" },
	/* the percent hack, while the domain is ours */
	{ "<carl%kids.example@agency.example>", NULL,
	  "carl%kids.example@agency.example carl@kids.example" },
	{ "<carl%kids.example@AGENCY.example.>", NULL,
	  "carl%kids.example@agency.example carl@kids.example" },
	{ "<\"carl%kids.example\"@agency.example>", NULL,
	  "\"carl%kids.example\"@agency.example carl@kids.example" },
	{ "<carl%kids.example%pupils.example@agency.example>", NULL,
	  "carl%kids.example%pupils.example@agency.example "
	  "carl%kids.example@pupils.example carl@kids.example" },
	{ "<carl%kids.example%relay.example@agency.example>", NULL,
	  "carl%kids.example%relay.example@agency.example "
	  "carl%kids.example@relay.example" },
	{ "<carl%kids.example@elsewhere.example>", NULL,
	  "carl%kids.example@elsewhere.example" },
	{ "<carl%kids.example@notagency.example>", NULL,
	  "carl%kids.example@notagency.example" },
	{ "<carl%kids.example@mail.agency.example>", NULL,
	  "carl%kids.example@mail.agency.example carl@kids.example" },
	{ "<carl%kids.example@localhost>", NULL,
	  "carl%kids.example@localhost carl@kids.example" },
	{ "<carl%kids.example@[127.0.0.1]>", NULL,
	  "carl%kids.example@[127.0.0.1] carl@kids.example" },
	/* bang paths */
	{ "<kids.example!carl@agency.example>", NULL,
	  "kids.example!carl@agency.example carl@kids.example" },
	{ "<agency.example!kids.example!carl@agency.example>", NULL,
	  "agency.example!kids.example!carl@agency.example "
	  "kids.example!carl@agency.example carl@kids.example" },
	{ "<kids.example!carl@elsewhere.example>", NULL,
	  "kids.example!carl@elsewhere.example" },
	/* both: either may be undone first */
	{ "<kids.example!carl%mates.example@agency.example>", NULL,
	  "kids.example!carl%mates.example@agency.example "
	  "carl%mates.example@kids.example kids.example!carl@mates.example" },
	/* an address inside the local part */
	{ "<carl@kids.example@agency.example>", NULL,
	  "\"carl@kids.example\"@agency.example carl@kids.example" },
	{ "<\"carl@kids.example\"@agency.example>", NULL,
	  "\"carl@kids.example\"@agency.example carl@kids.example" },
	{ "<\"carl@kids.example\"@elsewhere.example>", NULL,
	  "\"carl@kids.example\"@elsewhere.example" },
	/* without a domain */
	{ "carl", NULL, "carl@agency.example carl@pupils.example" },
	{ "<carl>", "carl", "carl@agency.example carl@pupils.example" },
	{ "carl%kids.example", NULL,
	  "carl%kids.example@agency.example carl%kids.example@pupils.example "
	  "carl@kids.example" },
	{ "kids.example!carl", NULL,
	  "kids.example!carl@agency.example kids.example!carl@pupils.example "
	  "carl@kids.example" },
	{ "\"carl@kids.example\"", NULL,
	  "\"carl@kids.example\"@agency.example "
	  "\"carl@kids.example\"@pupils.example carl@kids.example" },
	/* brackets in brackets */
	{ "<Carl <carl@kids.example>>", NULL, "carl@kids.example" },
	{ "Carl <carl@kids.example>", NULL, "carl@kids.example" },
	{ "<caf\xe9 <carl@kids.example>>", NULL, "carl@kids.example" },
	{ "<<carl@kids.example", NULL, "\"<<carl\"@kids.example carl@kids.example" },
	{ "<Carl <carl%kids.example@agency.example>>", NULL,
	  "carl%kids.example@agency.example carl@kids.example" },
	/* rather one too many: a stray quote must not hide what is in brackets */
	{ "<\"a<b\"@kids.example>", NULL,
	  "\"a<b\"@kids.example \"b@kids.example\"@agency.example "
	  "\"b@kids.example\"@pupils.example b@kids.example" },
	/* what must be quoted and is not */
	{ "<\"the carl%kids.example\"@agency.example>", NULL,
	  "\"the carl%kids.example\"@agency.example \"the carl\"@kids.example" },
	/* nothing there */
	{ "<>", NULL, "" },
	{ "<>", "", "" },
	{ "", NULL, "" },
	{ "<...>", NULL, "" },
	{ "<@>", NULL, "" },
	{ "<@kids.example>", NULL, "" },
	{ "<carl@>", NULL, "" },
	{ "<carl@kids.exa mple>", NULL, "" },
};

static void
test_an_address_stands_for_every_mailbox_it_may_mean(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++) {
		g_autoptr(Path) path =
			path_new(spellings[i].given, spellings[i].resolved, ours);
		g_autofree char *forms = forms_text(path);

		assert_string_equal(forms, spellings[i].forms);
	}
}

static void
test_a_long_way_round_ends_at_the_mailbox(void **state)
{
	static const char *const steps[] = { "agency.example!", "[1]!" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		GString *text = g_string_new("<");
		g_autofree char *given = NULL;
		g_autoptr(Path) path = NULL;
		const Address *last;

		while (text->len < 1800)
			g_string_append(text, steps[i]);
		g_string_append(text, "kids.example!carl@agency.example>");
		given = g_string_free(text, FALSE);
		path = path_new(given, NULL, ours);
		assert_int_not_equal(path->forms->len, 0);
		last = path->forms->pdata[path->forms->len - 1];
		assert_string_equal(address_text(last), "carl@kids.example");
	}
}

static void
test_a_long_host_behind_a_percent_is_undone(void **state)
{
	g_autofree char *label = g_strnfill(60, 'k');
	g_autofree char *given =
		g_strdup_printf("<carl%%%s.example@agency.example>", label);
	g_autofree char *wanted = g_strdup_printf("carl@%s.example", label);
	g_autoptr(Path) path = path_new(given, NULL, ours);
	g_autofree char *forms = forms_text(path);

	(void)state;
	assert_string_equal(forms, wanted);
}

static void
test_without_domains_of_ours_an_address_is_itself(void **state)
{
	static const char *const none[] = { NULL };
	g_autoptr(Path) bare = path_new("carl", NULL, none);
	g_autoptr(Path) full = path_new("<carl%kids.example@agency.example>", NULL, NULL);
	g_autofree char *forms = forms_text(full);

	(void)state;
	assert_int_equal(bare->forms->len, 0);
	assert_string_equal(forms, "carl%kids.example@agency.example");
}

static void
test_the_resolved_address_is_shown_when_it_has_a_domain(void **state)
{
	static const struct {
		const char *given, *resolved, *text;
	} cases[] = {
		{ "<carl@kids.example>", NULL, "carl@kids.example" },
		{ "<alias@agency.example>", "carl@kids.example", "carl@kids.example" },
		{ "<ann@agency.example>", "ann", "ann@agency.example" },
		{ "ann", "ann", "ann" },
		{ "<>", NULL, "" },
		{ "<>", "", "" },
		{ "<>", "<>", "" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Path) path = path_new(cases[i].given, cases[i].resolved, ours);

		assert_string_equal(path_text(path), cases[i].text);
	}
}

static void
test_an_envelope_makes_the_way_through_json(void **state)
{
	g_autoptr(Envelope) envelope = envelope_new();
	g_autoptr(Envelope) back = NULL;
	g_autoptr(json_t) json = NULL;
	g_autoptr(json_t) again = NULL;
	g_autofree char *forms = NULL;

	(void)state;
	envelope->sender = path_new("<>", "", ours);
	g_ptr_array_add(envelope->recipients,
			path_new("<carl%kids.example@agency.example>", NULL, ours));
	path_set_parameters(
		envelope->recipients->pdata[0],
		(const char *[]){ "NOTIFY=NEVER", "ORCPT=rfc822;a+2Bb@x.example", NULL });
	envelope->login = g_strdup("ann");
	envelope->client = g_strdup("2001:db8::1");
	envelope->is_utf8 = true;
	json = envelope_to_json(envelope);
	back = envelope_from_json(json, ours, NULL);
	assert_non_null(back);
	again = envelope_to_json(back);
	assert_true(json_equal(json, again));
	assert_null(back->helo);
	assert_string_equal(((const Path *)back->recipients->pdata[0])->parameters[1],
			    "ORCPT=rfc822;a+2Bb@x.example");
	forms = forms_text(back->recipients->pdata[0]);
	assert_string_equal(forms, "carl%kids.example@agency.example carl@kids.example");
}

static void
test_an_envelope_without_an_address_is_refused(void **state)
{
	static const char *const bad[] = {
		"{\"sender\":{}}",
		"{\"sender\":null,\"recipients\":[{\"given\":1}]}",
		"{\"recipients\":[\"carl\"]}",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(json_t) json = json_read(bad[i], strlen(bad[i]), NULL);
		g_autoptr(GError) error = NULL;

		assert_null(envelope_from_json(json, ours, &error));
		assert_true(g_error_matches(error, JSON_ERROR, JSON_ERROR_FIELD));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address_stands_for_every_mailbox_it_may_mean),
		cmocka_unit_test(test_a_long_way_round_ends_at_the_mailbox),
		cmocka_unit_test(test_a_long_host_behind_a_percent_is_undone),
		cmocka_unit_test(test_without_domains_of_ours_an_address_is_itself),
		cmocka_unit_test(test_the_resolved_address_is_shown_when_it_has_a_domain),
		cmocka_unit_test(test_an_envelope_makes_the_way_through_json),
		cmocka_unit_test(test_an_envelope_without_an_address_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
