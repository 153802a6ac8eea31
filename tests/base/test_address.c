/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_address.c - every spelling of a mailbox becomes one value
 */
#include "config.h"

#include "base/address.h"
#include "tests/testing.h"

#include <stdbool.h>
#include <string.h>

static void
test_spellings_of_one_mailbox_are_equal(void **state)
{
	static const char *const spellings[] = {
		"Ann@example.org",     "<Ann@example.org>", " <Ann@Example.ORG> ",
		"Ann@EXAMPLE.ORG\r\n", "Ann@example.org.",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Address) address = address_parse(spellings[i], &error);

		assert_null(error);
		assert_string_equal(address_text(address), "Ann@example.org");
		assert_string_equal(address_domain(address), "example.org");
	}
}

static void
test_local_part_is_kept_letter_for_letter(void **state)
{
	static const char *const locals[] = {
		"Ann",  "ann+Tag", "\"a b\"", "\"a\\\"b\"", "\"a@b\"", "a.\"b\".c",
		"\"\"", "a..b",    ".a",      "zo\xc3\xab", "o'neil",  "a=b/c",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(locals); i++) {
		g_autofree char *text = g_strconcat(locals[i], "@example.org", NULL);
		g_autoptr(Address) address = address_parse(text, NULL);
		gsize len;

		assert_non_null(address);
		assert_string_equal(address_text(address), text);
		assert_ptr_equal(address_local(address, &len), address_text(address));
		assert_int_equal(len, strlen(locals[i]));
	}
}

static void
test_null_reverse_path_is_an_address(void **state)
{
	static const char *const spellings[] = { "<>", "", " <> " };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(spellings); i++) {
		g_autoptr(Address) bounce = address_parse(spellings[i], NULL);
		gsize len;

		assert_non_null(bounce);
		assert_string_equal(address_text(bounce), "");
		assert_string_equal(address_domain(bounce), "");
		address_local(bounce, &len);
		assert_int_equal(len, 0);
	}
}

static void
test_malformed_addresses_are_refused(void **state)
{
	static const char *const malformed[] = {
		"ann",
		"@example.org",
		"<ann@>",
		"ann@example.org bob",
		"<<ann@example.org>>",
		"<\fann@example.org>",
		"ann@b@example.org",
		"a b@example.org",
		"\"ann@example.org",
		"\"ann\"",
		"ann@example..org",
		"ann@.example.org",
		"ann@exam ple.org",
		"ann@example.org\xff",
		"\xff@example.org",
		"ann\xc2\x85@example.org",
		"ann@.",
		"ann@[]",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(malformed); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(address_parse(malformed[i], &error));
		assert_true(g_error_matches(error, ADDRESS_ERROR, ADDRESS_ERROR_SYNTAX));
		assert_true(g_utf8_validate(error->message, -1, NULL));
	}
}

static void
test_limits_count_what_is_compared(void **state)
{
	static const struct {
		const char *prefix;
		gsize fill;
		const char *suffix;
		bool is_read;
	} cases[] = {
		{ "", 64, "@example.org", true },
		{ "", 65, "@example.org", false },
		{ "ann+", 500, "@example.org", true },
		{ "\"", 64, "\"@example.org", true },
		{ "\"", 65, "\"@example.org", false },
		{ "ann@", 63, ".org", true },
		{ "ann@", 256, "", false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *fill = g_strnfill(cases[i].fill, 'a');
		g_autofree char *text =
			g_strconcat(cases[i].prefix, fill, cases[i].suffix, NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(Address) address = address_parse(text, &error);

		assert_int_equal(address != NULL, cases[i].is_read);
		assert_int_equal(
			g_error_matches(error, ADDRESS_ERROR, ADDRESS_ERROR_TOO_LONG),
			!cases[i].is_read);
	}
}

static void
test_a_domain_becomes_its_a_label(void **state)
{
	static const struct {
		const char *domain, *normal;
	} cases[] = {
		{ "Example.ORG", "example.org" },
		{ "example.org.", "example.org" },
		{ "m\xc3\xbcnchen.example", "xn--mnchen-3ya.example" },
		{ "M\xc3\x9cNCHEN.example", "xn--mnchen-3ya.example" },
		{ "mu\xcc\x88nchen.example", "xn--mnchen-3ya.example" },
		{ "XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example" },
		{ "fa\xc3\x9f.example", "xn--fa-hia.example" },
		{ "ex\xef\xbd\x81mple.org", "example.org" },
		{ "example\xe3\x80\x82org", "example.org" },
		{ "under_score.example", "under_score.example" },
		{ "[192.0.2.1]", "[192.0.2.1]" },
		{ "[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]" },
		{ "", NULL },
		{ ".", NULL },
		{ "a..b", NULL },
		{ "a.b..", NULL },
		{ "a b", NULL },
		{ "a@b", NULL },
		{ "[a", NULL },
		{ "caf\xe9.example", NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *normal = address_domain_normalise(cases[i].domain);

		assert_int_equal(normal != NULL, cases[i].normal != NULL);
		if (normal != NULL)
			assert_string_equal(normal, cases[i].normal);
	}
}

static AddressForm *
form_new(void)
{
	static const char *const ignore_dots[] = { "Mail.example", NULL };
	static const char *const same_domain[] = { "mail.example", "mail-alias.example",
						   NULL };

	return address_form_new(ignore_dots, same_domain);
}

static void
test_spellings_have_one_form(void **state)
{
	static const struct {
		const char *text, *key;
	} cases[] = {
		{ "Ann@Example.org", "ann@example.org" },
		{ "ann+anything@example.org", "ann@example.org" },
		{ "ann+@example.org", "ann@example.org" },
		{ "+ann@example.org", "+ann@example.org" },
		{ "+ann+b@example.org", "+ann@example.org" },
		{ "\"Ann\"@example.org", "ann@example.org" },
		{ "\"a\\nn\"@example.org", "ann@example.org" },
		{ "\"ann+tag\"@example.org", "ann@example.org" },
		{ "a\\nn@example.org", "ann@example.org" },
		{ "\"a b\"@example.org", "\"a b\"@example.org" },
		{ "\"a@b\"@example.org", "\"a@b\"@example.org" },
		{ "\"a\\\"b\"@example.org", "\"a\\\"b\"@example.org" },
		{ "\"\"@example.org", "\"\"@example.org" },
		{ "a.n.n@example.org", "a.n.n@example.org" },
		{ "a.n.n@mail.example", "ann@mail.example" },
		{ "A.nn+x.y@mail-alias.example", "ann@mail.example" },
		{ "...@mail.example", "...@mail.example" },
		{ ".+x@mail.example", "+x@mail.example" },
		{ "ZO\xc3\x8b@example.org", "zo\xc3\xab@example.org" },
		{ "zoe\xcc\x88@example.org", "zo\xc3\xab@example.org" },
		{ "\xef\xbd\x81nn@example.org", "ann@example.org" },
		{ "ann\xef\xbc\x8btag@example.org", "ann@example.org" },
		{ "a\xef\xbc\xa0"
		  "b@example.org",
		  "\"a@b\"@example.org" },
		{ "a\xc2\xa0"
		  "b@example.org",
		  "\"a b\"@example.org" },
		{ "stra\xc3\x9f"
		  "e@example.org",
		  "strasse@example.org" },
		{ "ann@M\xc3\x9cNCHEN.example", "ann@xn--mnchen-3ya.example" },
		{ "<>", "" },
	};

	g_autoptr(AddressForm) form = form_new();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Address) address = address_parse(cases[i].text, NULL);
		g_autofree char *key = NULL;

		assert_non_null(address);
		key = address_form_key(form, address);
		assert_string_equal(key, cases[i].key);
	}
}

static void
test_the_form_of_every_letter_is_its_own_form(void **state)
{
	g_autoptr(AddressForm) form = form_new();

	(void)state;
	for (gunichar letter = 0x21; letter < 0x1F000; letter++) {
		GString *text = g_string_new("x");
		g_autofree char *owned = NULL;
		g_autoptr(Address) once = NULL;
		g_autoptr(Address) twice = NULL;
		g_autofree char *first = NULL;
		g_autofree char *second = NULL;

		if (g_unichar_type(letter) != G_UNICODE_SURROGATE)
			g_string_append_unichar(text, letter);
		g_string_append(text, "@mail.example");
		owned = g_string_free(text, FALSE);
		once = address_parse(owned, NULL);
		if (once == NULL)
			continue;
		first = address_form_key(form, once);
		twice = address_parse(first, NULL);
		assert_non_null(twice);
		second = address_form_key(form, twice);
		assert_string_equal(first, second);
	}
}

static void
test_a_form_of_nothing_still_folds(void **state)
{
	g_autoptr(AddressForm) form = address_form_new(NULL, NULL);
	g_autoptr(AddressForm) again = address_form_ref(form);
	g_autoptr(Address) address = address_parse("A.nn+x@mail-alias.example", NULL);
	g_autofree char *key = address_form_key(again, address);

	(void)state;
	assert_string_equal(key, "a.nn@mail-alias.example");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spellings_of_one_mailbox_are_equal),
		cmocka_unit_test(test_local_part_is_kept_letter_for_letter),
		cmocka_unit_test(test_null_reverse_path_is_an_address),
		cmocka_unit_test(test_malformed_addresses_are_refused),
		cmocka_unit_test(test_limits_count_what_is_compared),
		cmocka_unit_test(test_a_domain_becomes_its_a_label),
		cmocka_unit_test(test_spellings_have_one_form),
		cmocka_unit_test(test_the_form_of_every_letter_is_its_own_form),
		cmocka_unit_test(test_a_form_of_nothing_still_folds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
