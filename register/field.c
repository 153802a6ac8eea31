/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.c - fields of a register record's payload, read and checked one by one
 *
 * What the register holds is shown to people, put into mail headers and compared, so
 * text is one line of bounded length and addresses have their one spelling.
 */
#include "config.h"

#include "register/field.h"

#include "register/person.h"

#include <stdarg.h>
#include <string.h>

enum { TEXT_MAX = 4000, WORDS_MAX = 500 };

bool
field_fail(GError **error, const char *key, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list args;

	va_start(args, format);
	what = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_FIELD, "%s: %s", key, what);
	return false;
}

static bool
has_control(const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
		if (g_ascii_iscntrl(*at))
			return true;
	return false;
}

/* Without the blanks around it; NULL when nothing is left. */
static bool
text_of(const json_t *field, const char *key, char **value, GError **error)
{
	const char *raw = json_string_value(field);
	g_autofree char *text = NULL;

	if (raw == NULL)
		return field_fail(error, key, "is not text: write it as text");
	if (strlen(raw) > TEXT_MAX)
		return field_fail(error, key, "is too long: at most %d bytes", TEXT_MAX);
	text = g_strstrip(g_strdup(raw));
	if (has_control(text))
		return field_fail(error, key,
				  "holds a line break or control character: "
				  "write it on one line");
	if (text[0] != '\0')
		*value = g_steal_pointer(&text);
	return true;
}

bool
field_text(const json_t *json, const char *key, char **value, GError **error)
{
	const json_t *field = json_object_get(json, key);

	if (field == NULL || json_is_null(field))
		return true;
	return text_of(field, key, value, error);
}

bool
field_need_text(const json_t *json, const char *key, char **value, GError **error)
{
	if (!field_text(json, key, value, error))
		return false;
	return *value != NULL || field_fail(error, key, "is missing: give it");
}

bool
field_truth(const json_t *json, const char *key, bool *value, GError **error)
{
	const json_t *field = json_object_get(json, key);

	if (field == NULL || json_is_null(field))
		return true;
	if (!json_is_boolean(field))
		return field_fail(error, key, "is neither true nor false: write one");
	*value = json_is_true(field);
	return true;
}

bool
field_day(const json_t *json, const char *key, Day *value, GError **error)
{
	g_autofree char *text = NULL;
	Day day;

	if (!field_text(json, key, &text, error))
		return false;
	if (text == NULL)
		return true;
	day = day_parse(text, NULL);
	if (day == DAY_NONE)
		return field_fail(error, key, "'%s' is not a day: write YYYY-MM-DD",
				  text);
	*value = day;
	return true;
}

bool
field_need_day(const json_t *json, const char *key, Day *value, GError **error)
{
	if (!field_day(json, key, value, error))
		return false;
	return *value != DAY_NONE ||
	       field_fail(error, key, "is missing: give the day as YYYY-MM-DD");
}

bool
field_list(const json_t *json, const char *key, GError **error)
{
	const json_t *field = json_object_get(json, key);

	if (field == NULL || json_is_null(field))
		return true;
	if (!json_is_array(field))
		return field_fail(error, key, "is not a list: write a list of texts");
	if (json_array_size(field) > WORDS_MAX)
		return field_fail(error, key, "has too many entries: at most %d",
				  WORDS_MAX);
	return true;
}

bool
field_words(const json_t *json, const char *key, char ***value, GError **error)
{
	const json_t *field = json_object_get(json, key);
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

	if (!field_list(json, key, error))
		return false;
	for (size_t i = 0; i < json_array_size(field); i++) {
		char *word = NULL;

		if (!text_of(json_array_get(field, i), key, &word, error))
			return false;
		if (word != NULL)
			g_ptr_array_add(words, word);
	}
	g_ptr_array_add(words, NULL);
	*value = (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
	return true;
}

static Address *
parse_address(const char *key, const char *text, GError **error)
{
	g_autoptr(Address) address = address_parse(text, NULL);

	if (address == NULL || address_domain(address)[0] == '\0') {
		field_fail(error, key, "'%s' is not a mail address: write NAME@DOMAIN",
			   text);
		return NULL;
	}
	return g_steal_pointer(&address);
}

bool
field_need_address(const json_t *json, const char *key, Address **value, GError **error)
{
	g_autofree char *text = NULL;

	if (!field_need_text(json, key, &text, error))
		return false;
	*value = parse_address(key, text, error);
	return *value != NULL;
}

bool
field_addresses(const json_t *json, const char *key, GPtrArray **value, GError **error)
{
	g_auto(GStrv) words = NULL;
	g_autoptr(GPtrArray) addresses =
		g_ptr_array_new_with_free_func((GDestroyNotify)address_free);

	if (!field_words(json, key, &words, error))
		return false;
	for (char **word = words; *word != NULL; word++) {
		Address *address = parse_address(key, *word, error);

		if (address == NULL)
			return false;
		g_ptr_array_add(addresses, address);
	}
	*value = g_steal_pointer(&addresses);
	return true;
}

bool
field_mailbox(const json_t *json, const char *key, char **value, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr(Address) address = NULL;

	if (!field_text(json, key, &text, error))
		return false;
	if (text == NULL)
		return true;
	address = parse_address(key, text, error);
	if (address == NULL)
		return false;
	*value = g_strdup(address_text(address));
	return true;
}

bool
field_mailboxes(const json_t *json, const char *key, char ***value, GError **error)
{
	g_autoptr(GPtrArray) addresses = NULL;
	char **texts;

	if (!field_addresses(json, key, &addresses, error))
		return false;
	texts = g_new0(char *, addresses->len + 1);
	for (guint i = 0; i < addresses->len; i++)
		texts[i] = g_strdup(address_text(addresses->pdata[i]));
	*value = texts;
	return true;
}

json_t *
field_day_new(Day day)
{
	g_autofree char *text = day_format(day);

	return day == DAY_NONE ? json_null() : json_string(text);
}

json_t *
field_addresses_new(const GPtrArray *addresses)
{
	json_t *array = json_array();

	for (guint i = 0; i < addresses->len; i++)
		json_array_append_new(array,
				      json_text_new(address_text(addresses->pdata[i])));
	return array;
}
