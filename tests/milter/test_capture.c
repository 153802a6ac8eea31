/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_capture.c - headers that libmilter took apart are the same bytes again
 */
#include "config.h"

#include "milter/capture.h"
#include "tests/testing.h"

#include <string.h>

static void
test_headers_are_put_together_as_they_came(void **state)
{
	static const struct {
		const char *name, *value, *bytes;
	} cases[] = {
		{ "Subject", " hello", "Subject: hello\r\n" },
		{ "Subject", "", "Subject:\r\n" },
		{ "Subject", "none", "Subject:none\r\n" },
		{ "subject", " \t two ", "subject: \t two \r\n" },
		{ "To", " a@x,\n\tb@y", "To: a@x,\r\n\tb@y\r\n" },
		{ "To", "\n a@x\n b@y\n", "To:\r\n a@x\r\n b@y\r\n\r\n" },
		{ "To", " a@x,\r\n b@y", "To: a@x,\r\n b@y\r\n" },
		{ "X", " \xe9\xff", "X: \xe9\xff\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Capture) capture = capture_new(NULL, envelope_new());

		capture_add_header(capture, "A", " b");
		capture_add_header(capture, cases[i].name, cases[i].value);
		assert_int_equal(capture->first_len, strlen("A: b\r\n"));
		assert_string_equal(capture->block->str + capture->first_len,
				    cases[i].bytes);
	}
}

static void
test_a_release_is_named_by_the_first_header_alone(void **state)
{
	g_autoptr(Capture) first = capture_new(NULL, envelope_new());
	g_autoptr(Capture) second = capture_new(NULL, envelope_new());

	(void)state;
	capture_add_header(first, "chaperone-RELEASE", " ID TOKEN ");
	capture_add_header(first, "Chaperone-Release", " OTHER");
	assert_string_equal(first->release, "ID TOKEN");

	capture_add_header(second, "Subject", " hello");
	capture_add_header(second, "Chaperone-Release", " ID TOKEN");
	assert_null(second->release);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers_are_put_together_as_they_came),
		cmocka_unit_test(test_a_release_is_named_by_the_first_header_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
