/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_authres.c - Authentication-Results, the right ones and the nearly right ones
 */
#include "config.h"

#include "base/authres.h"
#include "tests/testing.h"

#include <string.h>

/* "server method=result type.name=value …", joined by "; ". */
static char *
text_of(const AuthResults *results)
{
	GString *text = g_string_new(results->server);

	for (guint i = 0; i < results->results->len; i++) {
		const AuthResult *result = results->results->pdata[i];

		g_string_append_printf(text, "; %s=%s", result->method, result->result);
		for (guint j = 0; j < result->properties->len; j++) {
			const AuthProperty *property = result->properties->pdata[j];

			g_string_append_printf(text, " %s.%s=%s", property->type,
					       property->name == NULL ? ""
								      : property->name,
					       property->value);
		}
	}
	return g_string_free(text, FALSE);
}

static void
test_results_are_read_as_the_standard_writes_them(void **state)
{
	static const struct {
		const char *value, *text;
	} cases[] = {
		{ "example.org 1; none", "example.org" },
		{ "example.com; spf=pass smtp.mailfrom=example.net",
		  "example.com; spf=pass smtp.mailfrom=example.net" },
		{ "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; "
		  "spf=pass smtp.mailfrom=example.net",
		  "example.com; auth=pass smtp.auth=sender@example.net; "
		  "spf=pass smtp.mailfrom=example.net" },
		{ "example.com; DKIM=Pass reason=\"good signature\" "
		  "header.i=@mail.x.example",
		  "example.com; dkim=pass reason.=good signature "
		  "header.i=@mail.x.example" },
		{ "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One "
		  "yay) "
		  "= (wait for it) fail policy (A dot can go here) . (like that) expired "
		  "(this surprised me) = (as I wasn't expecting it) 1362471462",
		  "foo.example.net; dkim=fail policy.expired=1362471462" },
		{ "m.example; dkim=pass header.d=x.example header.b=ab/c+d=",
		  "m.example; dkim=pass header.d=x.example header.b=ab/c+d=" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AuthResults) results = authres_parse(cases[i].value, &error);
		g_autofree char *text = NULL;

		if (results == NULL)
			fail_msg("%s: %s", cases[i].value, error->message);
		text = text_of(results);
		assert_string_equal(text, cases[i].text);
	}
}

static void
test_what_is_wrong_in_one_place_is_wrong(void **state)
{
	static const char *const cases[] = {
		"",
		"m.example",
		"m.example;",
		"m.example 2; spf=pass",
		"m.example; spf",
		"m.example; spf=",
		"m.example; spf=pass;",
		"m.example; spf=pass smtp.mailfrom",
		"m.example; spf=pass smtp.mailfrom=",
		"m.example; spf=pass junk",
		"m.example; spf=pass (open",
		"m.example; spf=pass smtp.mailfrom=\"open",
		"m.example; none; spf=pass",
		"m.example; spf=pass smtp.mailfrom=a@b c",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		if (authres_parse(cases[i], &error) != NULL)
			fail_msg("%s was taken", cases[i]);
		assert_true(g_error_matches(error, AUTHRES_ERROR, AUTHRES_ERROR_SYNTAX));
	}
}

static void
test_a_property_that_comes_twice_says_nothing(void **state)
{
	g_autoptr(AuthResults) results = authres_parse(
		"m.example; dkim=pass header.d=a.example header.d=b.example header.s=x",
		NULL);
	const AuthResult *result;

	(void)state;
	assert_non_null(results);
	result = results->results->pdata[0];
	assert_null(authres_property(result, "header", "d"));
	assert_string_equal(authres_property(result, "header", "s"), "x");
	assert_null(authres_property(result, "header", "i"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_are_read_as_the_standard_writes_them),
		cmocka_unit_test(test_what_is_wrong_in_one_place_is_wrong),
		cmocka_unit_test(test_a_property_that_comes_twice_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
