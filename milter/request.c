/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c - reads what anyone on this machine may send us: every field has the type
 * that docs/control.md gives it, or the request goes no further
 *
 * Invariant: a body that was read is read again to an equal one from its own JSON.
 */
#include "config.h"

#include "milter/request.h"

G_DEFINE_QUARK(request_error, request_error)

static bool
refuse(const char *what, GError **error)
{
	g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_FORM,
		    "request: %s: see docs/control.md", what);
	return false;
}

static bool
is_word_list(const json_t *value)
{
	gsize i;
	json_t *word;

	if (!json_is_array(value))
		return false;
	json_array_foreach(value, i, word) {
		if (!json_is_string(word))
			return false;
	}
	return true;
}

static bool
is_option_value(const json_t *value)
{
	return json_is_true(value) || json_is_string(value) || is_word_list(value);
}

static bool
are_options(json_t *options)
{
	const char *name;
	json_t *value;

	json_object_foreach(options, name, value) {
		if (!is_option_value(value))
			return false;
	}
	return json_is_object(options);
}

/* A field that may be missing gets the value that says so; takes the value over. */
static void
fill(json_t *body, const char *key, json_t *value)
{
	if (json_object_get(body, key) == NULL)
		json_object_set_new(body, key, value);
	else
		json_decref(value);
}

static bool
check_fields(json_t *body, GError **error)
{
	const json_t *as = json_object_get(body, "as");

	if (!json_is_object(body))
		return refuse("is not an object", error);
	fill(body, "verb", json_string(""));
	fill(body, "words", json_array());
	fill(body, "options", json_object());
	fill(body, "content", json_integer(0));

	if (!json_is_string(json_object_get(body, "area")))
		return refuse("area is not a string", error);
	if (!json_is_string(json_object_get(body, "verb")))
		return refuse("verb is not a string", error);
	if (!is_word_list(json_object_get(body, "words")))
		return refuse("words is not an array of strings", error);
	if (!are_options(json_object_get(body, "options")))
		return refuse("options has a value that is neither true nor a string "
			      "nor an array of strings",
			      error);
	if (as != NULL && !json_is_string(as))
		return refuse("as is not a string", error);
	return true;
}

static bool
check_content(const json_t *body, gsize content_max, gsize *content, GError **error)
{
	const json_t *value = json_object_get(body, "content");

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return refuse("content is not a number of bytes", error);
	if ((guint64)json_integer_value(value) > content_max) {
		g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_SIZE,
			    "request: %" JSON_INTEGER_FORMAT
			    " bytes of content: at most %zu are taken (message-limit)",
			    json_integer_value(value), content_max);
		return false;
	}
	*content = (gsize)json_integer_value(value);
	return true;
}

json_t *
request_parse(const char *line, gsize len, gsize content_max, gsize *content,
	      GError **error)
{
	g_autoptr(json_t) body = NULL;

	if (len > REQUEST_LINE_MAX) {
		g_set_error(error, REQUEST_ERROR, REQUEST_ERROR_SIZE,
			    "request: longer than %d bytes: ask for less at once",
			    REQUEST_LINE_MAX);
		return NULL;
	}
	body = json_read(line, len, error);
	if (body == NULL) {
		g_prefix_error(error, "request: ");
		return NULL;
	}
	if (!check_fields(body, error) ||
	    !check_content(body, content_max, content, error))
		return NULL;
	return g_steal_pointer(&body);
}
