/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.c - options into payloads
 *
 * The client knows which options repeat and which are flags, but it is never trusted
 * with it: the kind is checked here, before any value is looked at.
 */
#include "config.h"

#include "desk/fields.h"

#include "desk/desk.h"
#include "register/entry.h"

#include <string.h>

static bool
is_list(FieldKind kind)
{
	return kind == FIELD_WORDS || kind == FIELD_ADDRESSES || kind == FIELD_DATED ||
	       kind == FIELD_STAFFS;
}

static bool
is_of_kind(const json_t *value, FieldKind kind)
{
	gsize index;
	json_t *word;

	if (kind == FIELD_FLAG)
		return json_is_boolean(value);
	if (json_is_string(value))
		return true;
	if (!is_list(kind) || !json_is_array(value))
		return false;
	json_array_foreach(value, index, word)
		if (!json_is_string(word))
			return false;
	return true;
}

static const Field *
find(const Field *fields, const char *option)
{
	for (; fields->option != NULL; fields++)
		if (strcmp(fields->option, option) == 0)
			return fields;
	return NULL;
}

static bool
check_needed(const Field *fields, const json_t *options, GError **error)
{
	for (; fields->option != NULL; fields++)
		if (fields->is_needed &&
		    json_object_get(options, fields->option) == NULL) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "--%s: is needed", fields->option);
			return false;
		}
	return true;
}

bool
fields_check(const Field *fields, json_t *options, GError **error)
{
	const char *option;
	json_t *value;

	json_object_foreach(options, option, value) {
		const Field *field = find(fields, option);

		if (field == NULL) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "--%s: there is no such option here", option);
			return false;
		}
		if (!is_of_kind(value, field->kind)) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
				    field->kind == FIELD_FLAG ? "--%s: takes no value"
							      : "--%s: needs one value",
				    option);
			return false;
		}
	}
	return check_needed(fields, options, error);
}

char **
fields_words(const json_t *options, const char *option)
{
	const char *single = json_text(options, option);

	if (single != NULL) {
		g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

		g_strv_builder_add(builder, single);
		return g_strv_builder_end(builder);
	}
	return json_words(options, option);
}

const char *
fields_need(const json_t *options, const char *option, GError **error)
{
	const char *text = json_text(options, option);

	if (text == NULL || text[strspn(text, " \t\r\n")] == '\0') {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "--%s: is needed",
			    option);
		return NULL;
	}
	return text;
}

static Day
read_day(const char *option, const char *text, GError **error)
{
	Day day = day_parse(text, NULL);

	if (day == DAY_NONE)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--%s: '%s' is not a day: write YYYY-MM-DD", option, text);
	return day;
}

Day
fields_day(const json_t *options, const char *option, GError **error)
{
	const char *text = json_text(options, option);

	return text == NULL ? DAY_NONE : read_day(option, text, error);
}

static json_t *
day_value(const char *option, const char *text, GError **error)
{
	Day day = read_day(option, text, error);
	g_autofree char *written = NULL;

	if (day == DAY_NONE)
		return NULL;
	written = day_format(day);
	return json_string(written);
}

static json_t *
staff_value(const char *option, const char *text, const Directory *directory,
	    GError **error)
{
	const Staff *staff = entry_find_staff(directory, option, text, error);

	return staff == NULL ? NULL : json_text_new(address_text(staff->email));
}

static json_t *
staffs_value(const char *option, char **given, const Directory *directory, GError **error)
{
	g_autofree char *joined = g_strjoinv(",", given);
	g_auto(GStrv) emails = g_strsplit(joined, ",", -1);
	g_autoptr(json_t) list = json_array();

	for (char **email = emails; *email != NULL; email++) {
		json_t *value = NULL;

		if (g_strstrip(*email)[0] == '\0')
			continue;
		value = staff_value(option, *email, directory, error);
		if (value == NULL)
			return NULL;
		json_array_append_new(list, value);
	}
	return g_steal_pointer(&list);
}

static json_t *
addresses_value(const char *option, char **given, GError **error)
{
	g_autoptr(json_t) list = json_array();

	for (char **text = given; *text != NULL; text++) {
		g_autoptr(Address) address = address_parse(*text, NULL);

		if (address == NULL || address_text(address)[0] == '\0') {
			g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "--%s: '%s' is not a mail address", option, *text);
			return NULL;
		}
		json_array_append_new(list, json_text_new(address_text(address)));
	}
	return g_steal_pointer(&list);
}

static bool
begins_with_address(const char *text)
{
	g_autofree char *first = g_strndup(text, strcspn(text, " \t"));
	g_autoptr(Address) address = address_parse(first, NULL);

	return address != NULL;
}

/* All words of the values; what does not begin with an address stays whole, so that an
 * error shows it as it was written. */
static char **
split_dated(char **given)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (char **text = given; *text != NULL; text++) {
		g_auto(GStrv) words = g_strsplit_set(
			*text, begins_with_address(*text) ? " \t" : "", -1);

		for (char **word = words; *word != NULL; word++)
			if (**word != '\0')
				g_strv_builder_add(builder, *word);
	}
	return g_strv_builder_end(builder);
}

/* "from DAY" or "until DAY" belongs to the address before it.  The number of words
 * that were read; 0 with the error set. */
static guint
add_days(const char *option, char **words, json_t *list, GError **error)
{
	const char *key = words[0];
	json_t *last = json_array_get(list, json_array_size(list) - 1);
	json_t *day = NULL;

	if (json_array_size(list) == 0 || words[1] == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--%s: '%s' stands alone: write ADDRESS %s YYYY-MM-DD",
			    option, key, key);
		return 0;
	}
	day = day_value(option, words[1], error);
	if (day == NULL)
		return 0;
	if (json_is_string(last)) {
		json_array_set_new(list, json_array_size(list) - 1,
				   json_pack("{s:O}", "address", last));
		last = json_array_get(list, json_array_size(list) - 1);
	}
	json_object_set_new(last, key, day);
	return 2;
}

static json_t *
dated_value(const char *option, char **given, GError **error)
{
	g_auto(GStrv) words = split_dated(given);
	g_autoptr(json_t) list = json_array();

	for (guint i = 0; words[i] != NULL;) {
		bool is_day =
			strcmp(words[i], "from") == 0 || strcmp(words[i], "until") == 0;
		char *one[] = { words[i], NULL };
		g_autoptr(json_t) address =
			is_day ? NULL : addresses_value(option, one, error);
		guint count = is_day ? add_days(option, words + i, list, error) : 1;

		if (count == 0 || (!is_day && address == NULL))
			return NULL;
		if (!is_day)
			json_array_append(list, json_array_get(address, 0));
		i += count;
	}
	return g_steal_pointer(&list);
}

static json_t *
commas_value(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, ",", -1);

	for (char **word = words; *word != NULL; word++)
		g_strstrip(*word);
	return json_words_new((const char *const *)words);
}

static json_t *
list_value(const Field *field, char **given, const Directory *directory, GError **error)
{
	if (given[0] != NULL && given[0][0] == '\0' && given[1] == NULL)
		return json_array();
	if (field->kind == FIELD_ADDRESSES)
		return addresses_value(field->option, given, error);
	if (field->kind == FIELD_DATED)
		return dated_value(field->option, given, error);
	if (field->kind == FIELD_STAFFS)
		return staffs_value(field->option, given, directory, error);
	return json_words_new((const char *const *)given);
}

/* The payload's value for an option that was given; NULL with the error set. */
static json_t *
value_of(const Field *field, const json_t *options, const Directory *directory,
	 GError **error)
{
	const char *text = json_text(options, field->option);
	g_auto(GStrv) words = NULL;

	if (field->kind == FIELD_FLAG)
		return json_boolean(json_truth(options, field->option));
	if (is_list(field->kind)) {
		words = fields_words(options, field->option);
		return list_value(field, words, directory, error);
	}
	if (field->is_needed && fields_need(options, field->option, error) == NULL)
		return NULL;
	if (text[0] == '\0')
		return json_null();
	if (field->kind == FIELD_DAY)
		return day_value(field->option, text, error);
	if (field->kind == FIELD_STAFF)
		return staff_value(field->option, text, directory, error);
	if (field->kind == FIELD_COMMAS)
		return commas_value(text);
	return json_text_new(text);
}

bool
fields_apply(const Field *fields, const json_t *options, const Directory *directory,
	     json_t *payload, GError **error)
{
	for (; fields->option != NULL; fields++) {
		json_t *value = NULL;

		if (fields->key == NULL ||
		    json_object_get(options, fields->option) == NULL)
			continue;
		value = value_of(fields, options, directory, error);
		if (value == NULL)
			return false;
		json_object_set_new(payload, fields->key, value);
	}
	return true;
}
