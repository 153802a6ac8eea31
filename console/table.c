/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.c - widths are counted as a terminal counts them
 */
#include "config.h"

#include "console/table.h"

#include "base/clock.h"

#include <string.h>

/* g_utf8_next_char would cast the const away. */
static const char *
next_char(const char *at)
{
	return at + g_utf8_skip[(guchar)*at];
}

/* Text from outside: no character may move the cursor, change the direction of writing
 * or hide itself. */
static char *
clean(const char *text)
{
	GString *out = g_string_new(NULL);

	for (const char *at = text; *at != '\0'; at = next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		GUnicodeType type = g_unichar_type(c);

		if (c == '\n' || c == '\t' || c == '\r')
			g_string_append_c(out, ' ');
		else if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
			 type == G_UNICODE_LINE_SEPARATOR ||
			 type == G_UNICODE_PARAGRAPH_SEPARATOR)
			g_string_append(out, "\xef\xbf\xbd");
		else
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

static char *
format_time(const char *text, GTimeZone *zone)
{
	gint64 time;

	if (text == NULL || !clock_parse(text, zone, &time, NULL))
		return text != NULL ? clean(text) : g_strdup("");
	return clock_format_local(time, zone);
}

static char *
format_age(gint64 seconds)
{
	static const struct {
		gint64 seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };

	guint i = 0;
	gint64 n;

	while (i + 1 < G_N_ELEMENTS(units) &&
	       seconds < units[i].seconds * (i == 0 ? 2 : 1))
		i++;
	n = seconds / units[i].seconds;
	return g_strdup_printf("%" G_GINT64_FORMAT " %s%s", n, units[i].name,
			       i == 0 ? "s" : "");
}

/* The names of the rules, each once. */
static char *
format_findings(const json_t *findings)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *joined = NULL;
	gsize i;
	json_t *finding;

	json_array_foreach(findings, i, finding) {
		const char *rule = json_text(finding, "rule");

		if (rule != NULL &&
		    !g_ptr_array_find_with_equal_func(names, rule, g_str_equal, NULL))
			g_ptr_array_add(names, g_strdup(rule));
	}
	g_ptr_array_add(names, NULL);
	joined = g_strjoinv(", ", (char **)names->pdata);
	return clean(joined);
}

static char *format_plain(const json_t *value);

static char *
format_list(const json_t *list)
{
	GString *out = g_string_new(NULL);
	gsize i;
	json_t *item;

	json_array_foreach(list, i, item) {
		g_autofree char *text = format_plain(item);

		g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", text);
	}
	return g_string_free(out, FALSE);
}

static char *
format_object(const json_t *object)
{
	GString *out = g_string_new(NULL);
	json_t *copy = json_deep_copy(object); /* jansson iterates over no const object */
	const char *key;
	json_t *value;

	json_object_foreach(copy, key, value) {
		g_autofree char *text = format_plain(value);
		g_autofree char *name = clean(key);

		if (text[0] != '\0')
			g_string_append_printf(out, "%s%s %s", out->len > 0 ? ", " : "",
					       name, text);
	}
	json_decref(copy);
	return g_string_free(out, FALSE);
}

static char *
format_plain(const json_t *value)
{
	if (json_is_string(value))
		return clean(json_string_value(value));
	if (json_is_array(value))
		return format_list(value);
	if (json_is_object(value))
		return format_object(value);
	if (json_is_boolean(value))
		return g_strdup(json_is_true(value) ? "yes" : "no");
	if (json_is_integer(value))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT,
				       json_integer_value(value));
	if (json_is_real(value))
		return g_strdup_printf("%g", json_real_value(value));
	return g_strdup("");
}

char *
table_cell(const json_t *value, CellKind kind, GTimeZone *zone)
{
	if (kind == CELL_TIME)
		return format_time(json_string_value(value), zone);
	if (kind == CELL_FINDINGS)
		return format_findings(value);
	if (kind == CELL_AGE && json_is_integer(value))
		return format_age(json_integer_value(value));
	if (kind == CELL_SIZE && json_is_integer(value))
		return g_format_size((guint64)json_integer_value(value));
	return format_plain(value);
}

/* Columns that a text takes on a terminal. */
static guint
width_of(const char *text)
{
	guint width = 0;

	for (; *text != '\0'; text = next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (!g_unichar_iszerowidth(c))
			width += g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}

static void
pad(GString *out, const char *text, guint width)
{
	g_string_append_printf(out, "%s%*s", text, (int)(width - width_of(text)), "");
}

static guint
count_columns(const Column *columns)
{
	guint count = 0;

	while (columns[count].title != NULL)
		count++;
	g_assert(count > 0);
	return count;
}

/* The cells of all rows, one after another, owned by the array. */
static GPtrArray *
format_rows(const json_t *rows, const Column *columns, GTimeZone *zone)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
	gsize i;
	json_t *row;

	json_array_foreach(rows, i, row) {
		for (const Column *column = columns; column->title != NULL; column++)
			g_ptr_array_add(cells,
					table_cell(json_object_get(row, column->key),
						   column->kind, zone));
	}
	return cells;
}

/* The width of each column; 0 for one without any value, which is left out. */
static GArray *
measure(const GPtrArray *cells, const Column *columns, guint count)
{
	GArray *array = g_array_sized_new(FALSE, TRUE, sizeof(guint), count);
	guint *widths;

	g_array_set_size(array, count);
	widths = &g_array_index(array, guint, 0);
	for (guint i = 0; i < cells->len; i++) {
		guint width = width_of(g_ptr_array_index(cells, i));

		widths[i % count] = MAX(widths[i % count], width);
	}
	for (guint i = 0; i < count; i++)
		if (widths[i] > 0)
			widths[i] = MAX(widths[i], width_of(columns[i].title));
	return array;
}

static void
trim(GString *out)
{
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

void
table_rows(GString *out, const json_t *rows, const Column *columns, GTimeZone *zone)
{
	guint count = count_columns(columns);
	g_autoptr(GPtrArray) cells = format_rows(rows, columns, zone);
	g_autoptr(GArray) widths = measure(cells, columns, count);

	for (guint i = 0; i < count + cells->len; i++) {
		guint width = g_array_index(widths, guint, i % count);
		const char *text = i < count ? columns[i].title
					     : g_ptr_array_index(cells, i - count);

		if (width > 0)
			pad(out, text, width + 2);
		if (i % count == count - 1)
			trim(out);
	}
}

void
table_fields(GString *out, const json_t *object, const Column *columns, GTimeZone *zone)
{
	guint width = 0;

	for (const Column *column = columns; column->title != NULL; column++)
		width = MAX(width, width_of(column->title));
	for (const Column *column = columns; column->title != NULL; column++) {
		g_autofree char *text = table_cell(json_object_get(object, column->key),
						   column->kind, zone);

		if (text[0] == '\0')
			continue;
		pad(out, column->title, width + 2);
		g_string_append_printf(out, "%s\n", text);
	}
}
