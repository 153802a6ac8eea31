/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - the wall around jansson
 *
 * jansson bounds nesting (JSON_PARSER_MAX_DEPTH) and refuses "\u0000" by itself; we
 * add that a key comes once, because two readers of one record must never see two
 * things.  Since 2.14 its objects keep the order in which keys were set.
 */
#include "config.h"

#include "base/json.h"

G_DEFINE_QUARK(json_error, json_error)

json_t *
json_read(const char *bytes, gsize len, GError **error)
{
	json_error_t where;
	json_t *value = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &where);

	if (value == NULL)
		g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX,
			    "not JSON, line %d, column %d: %s", where.line, where.column,
			    where.text);
	return value;
}

char *
json_write(const json_t *value)
{
	return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

char *
json_write_pretty(const json_t *value)
{
	return json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY);
}

json_t *
json_text_new(const char *bytes)
{
	g_autofree char *valid = NULL;

	if (bytes == NULL)
		return json_null();
	if (g_utf8_validate(bytes, -1, NULL))
		return json_string(bytes);
	valid = g_utf8_make_valid(bytes, -1);
	return json_string(valid);
}

const char *
json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

const char *
json_need_text(const json_t *object, const char *key, GError **error)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		g_set_error(error, JSON_ERROR, JSON_ERROR_FIELD,
			    value == NULL ? "field '%s' is missing"
					  : "field '%s' is not text",
			    key);
	return json_string_value(value);
}

gint64
json_number(const json_t *object, const char *key, gint64 otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool
json_truth(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

char **
json_words(const json_t *object, const char *key)
{
	const json_t *array = json_object_get(object, key);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *word = json_string_value(json_array_get(array, i));

		if (word != NULL)
			g_strv_builder_add(words, word);
	}
	return g_strv_builder_end(words);
}

json_t *
json_words_new(const char *const *words)
{
	json_t *array = json_array();

	for (; words != NULL && *words != NULL; words++)
		json_array_append_new(array, json_text_new(*words));
	return array;
}
