/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_json.c - what is read is bounded, what is written is UTF-8
 */
#include "config.h"

#include "base/json.h"
#include "tests/testing.h"

#include <string.h>

static json_t *
read_text(const char *text, GError **error)
{
	return json_read(text, strlen(text), error);
}

static void
test_what_is_no_single_document_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"{",
		"{} {}",
		"{\"a\":1,\"a\":2}",
		"{\"a\":\"\\u0000\"}",
		"{\"a\":\"\xff\"}",
		"{'a':1}",
		"[1,]",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(read_text(bad[i], &error));
		assert_true(g_error_matches(error, JSON_ERROR, JSON_ERROR_SYNTAX));
	}
}

static void
test_a_document_nested_too_deep_is_refused(void **state)
{
	g_autofree char *deep = g_strnfill(100000, '[');
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(read_text(deep, &error));
	assert_true(g_error_matches(error, JSON_ERROR, JSON_ERROR_SYNTAX));
}

static void
test_keys_are_written_in_the_order_they_were_set(void **state)
{
	static const char text[] = "{\"z\":1,\"a\":[true,null],\"m\":\"é\"}";
	g_autoptr(json_t) value = read_text(text, NULL);
	g_autofree char *written = json_write(value);

	(void)state;
	assert_string_equal(written, text);
}

static void
test_text_of_any_bytes_becomes_utf8(void **state)
{
	static const struct {
		const char *bytes, *text;
	} cases[] = {
		{ "plain", "plain" },
		{ "caf\xc3\xa9", "café" },
		{ "caf\xe9", "caf\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};

	g_autoptr(json_t) null = json_text_new(NULL);

	(void)state;
	assert_true(json_is_null(null));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) value = json_text_new(cases[i].bytes);

		assert_string_equal(json_string_value(value), cases[i].text);
	}
}

static void
test_fields_are_had_with_their_types(void **state)
{
	g_autoptr(json_t) value = read_text(
		"{\"text\":\"t\",\"number\":7,\"truth\":true,\"null\":null}", NULL);

	(void)state;
	assert_string_equal(json_text(value, "text"), "t");
	assert_null(json_text(value, "number"));
	assert_null(json_text(value, "null"));
	assert_null(json_text(value, "absent"));
	assert_int_equal(json_number(value, "number", -1), 7);
	assert_int_equal(json_number(value, "text", -1), -1);
	assert_true(json_truth(value, "truth"));
	assert_false(json_truth(value, "number"));
}

static void
test_a_needed_field_that_is_not_there_is_named(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "{}", "field 'to' is missing" },
		{ "{\"to\":1}", "field 'to' is not text" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) value = read_text(cases[i].text, NULL);
		g_autoptr(GError) error = NULL;

		assert_null(json_need_text(value, "to", &error));
		assert_true(g_error_matches(error, JSON_ERROR, JSON_ERROR_FIELD));
		assert_string_equal(error->message, cases[i].message);
	}
}

static void
test_words_make_the_way_there_and_back(void **state)
{
	static const char *const words[] = { "one", "two", NULL };
	g_autoptr(json_t) object = json_object();
	g_auto(GStrv) back = NULL;
	g_auto(GStrv) none = NULL;

	(void)state;
	json_object_set_new(object, "words", json_words_new(words));
	back = json_words(object, "words");
	none = json_words(object, "absent");
	assert_true(g_strv_equal((const char *const *)back, words));
	assert_int_equal(g_strv_length(none), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_single_document_is_refused),
		cmocka_unit_test(test_a_document_nested_too_deep_is_refused),
		cmocka_unit_test(test_keys_are_written_in_the_order_they_were_set),
		cmocka_unit_test(test_text_of_any_bytes_becomes_utf8),
		cmocka_unit_test(test_fields_are_had_with_their_types),
		cmocka_unit_test(test_a_needed_field_that_is_not_there_is_named),
		cmocka_unit_test(test_words_make_the_way_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
