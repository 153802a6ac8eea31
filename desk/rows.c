/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.c - payloads and cells
 *
 * A list has ";" between its values, yes and no are written so, an address with days is
 * "ADDRESS from DAY until DAY".
 */
#include "config.h"

#include "desk/rows.h"

#include <string.h>

typedef enum CellForm { CELL_TEXT, CELL_LIST, CELL_TRUTH, CELL_ADDRESSES } CellForm;

static const struct {
	const char *name;
	CellForm form;
} forms[] = {
	{ "addresses", CELL_ADDRESSES }, { "sms", CELL_LIST },
	{ "logins", CELL_LIST },         { "also", CELL_LIST },
	{ "numbers", CELL_LIST },        { "roles", CELL_LIST },
	{ "members", CELL_LIST },        { "staff", CELL_LIST },
	{ "channels", CELL_LIST },       { "born_estimated", CELL_TRUTH },
	{ "shared", CELL_TRUTH },        { "private", CELL_TRUTH },
};

static const char *const columns[] = { "kind",
				       "case",
				       "email",
				       "id",
				       "name",
				       "born",
				       "born_estimated",
				       "addresses",
				       "shared",
				       "via",
				       "sms",
				       "manager",
				       "read_by",
				       "state",
				       "state_reason",
				       "logins",
				       "also",
				       "numbers",
				       "roles",
				       "members",
				       "unix_user",
				       "away_from",
				       "away_until",
				       "cover",
				       "suspended",
				       "role",
				       "address",
				       "private",
				       "staff",
				       "channels",
				       "purpose",
				       "from",
				       "until",
				       "agreed",
				       "informed",
				       "ground",
				       "parent",
				       "parent_aware",
				       "parent_permits",
				       "decision",
				       "decided_by",
				       "ended",
				       "end_reason",
				       NULL };

const char *const *
row_columns(void)
{
	return columns;
}

int
row_column(const char *name)
{
	for (int i = 0; columns[i] != NULL; i++)
		if (strcmp(columns[i], name) == 0)
			return i;
	return -1;
}

static CellForm
form_of(const char *column)
{
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
		if (strcmp(forms[i].name, column) == 0)
			return forms[i].form;
	return CELL_TEXT;
}

static void
add_item(GString *out, const json_t *item)
{
	const char *from = json_text(item, "from");
	const char *until = json_text(item, "until");

	if (out->len > 0)
		g_string_append(out, "; ");
	if (json_is_string(item)) {
		g_string_append(out, json_string_value(item));
		return;
	}
	g_string_append(out, json_text(item, "address"));
	if (from != NULL)
		g_string_append_printf(out, " from %s", from);
	if (until != NULL)
		g_string_append_printf(out, " until %s", until);
}

static char *
format_cell(const json_t *value)
{
	GString *out = NULL;

	if (json_is_boolean(value))
		return g_strdup(json_is_true(value) ? "yes" : "no");
	if (!json_is_array(value))
		return g_strdup(json_is_string(value) ? json_string_value(value) : "");
	out = g_string_new(NULL);
	for (gsize i = 0; i < json_array_size(value); i++)
		add_item(out, json_array_get(value, i));
	return g_string_free(out, FALSE);
}

char **
row_format(const char *kind, const json_t *payload)
{
	char **cells = g_new0(char *, G_N_ELEMENTS(columns));

	cells[0] = g_strdup(kind);
	for (gsize i = 1; columns[i] != NULL; i++)
		cells[i] = format_cell(json_object_get(payload, columns[i]));
	return cells;
}

/* "a@x from D until E"; a word that is neither stays where it is and is found wrong as an
 * address. */
static json_t *
parse_address(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	guint len = g_strv_length(words);
	json_t *address = NULL;

	if (len < 3 || len % 2 == 0)
		return json_text_new(text);
	address = json_pack("{s:o}", "address", json_text_new(words[0]));
	for (guint i = 1; i < len; i += 2) {
		if (strcmp(words[i], "from") != 0 && strcmp(words[i], "until") != 0) {
			json_decref(address);
			return json_text_new(text);
		}
		json_object_set_new(address, words[i], json_text_new(words[i + 1]));
	}
	return address;
}

static json_t *
parse_list(const char *text, CellForm form)
{
	g_auto(GStrv) items = g_strsplit(text, ";", -1);
	json_t *list = json_array();

	for (char **item = items; *item != NULL; item++)
		if (g_strstrip(*item)[0] != '\0')
			json_array_append_new(list, form == CELL_ADDRESSES
							    ? parse_address(*item)
							    : json_text_new(*item));
	return list;
}

static json_t *
parse_cell(const char *text, CellForm form)
{
	if (form == CELL_LIST || form == CELL_ADDRESSES)
		return parse_list(text, form);
	if (form == CELL_TRUTH && g_ascii_strcasecmp(text, "yes") == 0)
		return json_true();
	if (form == CELL_TRUTH && g_ascii_strcasecmp(text, "no") == 0)
		return json_false();
	return json_text_new(text);
}

json_t *
row_parse(const int *positions, gsize count, char *const *cells)
{
	json_t *payload = json_object();

	for (gsize i = 0; i < count && cells[i] != NULL; i++) {
		const char *column = columns[positions[i]];
		g_autofree char *text = g_strstrip(g_strdup(cells[i]));

		if (positions[i] > 0 && text[0] != '\0')
			json_object_set_new(payload, column,
					    parse_cell(text, form_of(column)));
	}
	return payload;
}
