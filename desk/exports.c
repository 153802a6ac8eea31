/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exports.c - register export: the register as one table, or as a map for the mail server
 */
#include "config.h"

#include "base/csv.h"
#include "desk/rows.h"
#include "desk/verbs.h"

static guint
write_table(const Directory *directory, GString *out)
{
	guint rows = 0;

	csv_write(out, row_columns());
	for (int kind = 0; kind < REGISTER_KINDS; kind++) {
		const Kind *how = kind_get((RegisterKind)kind);
		const GPtrArray *all = directory_all(directory, (RegisterKind)kind);

		for (guint i = 0; i < all->len; i++, rows++) {
			g_autoptr(json_t) payload = how->to_json(all->pdata[i]);
			g_auto(GStrv) cells = row_format(how->name, payload);

			csv_write(out, (const char *const *)cells);
		}
	}
	return rows;
}

/* The addresses of one; each stands once, for some are shared.  How many are new. */
static guint
write_addresses(const Person *person, GHashTable *written, GString *out)
{
	guint rows = 0;

	for (guint i = 0; i < person->addresses->len; i++) {
		const PersonAddress *held = person->addresses->pdata[i];
		const char *text = address_text(held->address);

		if (!g_hash_table_add(written, (gpointer)(gsize)text))
			continue;
		g_string_append_printf(out, "%s\tOK\n", text);
		rows++;
	}
	return rows;
}

/* access(5): nothing before us may refuse a registered young person. */
static guint
write_access(const Directory *directory, GString *out)
{
	const GPtrArray *all = directory_all_people(directory);
	g_autoptr(GHashTable) written = g_hash_table_new(g_str_hash, g_str_equal);
	guint rows = 0;

	for (guint i = 0; i < all->len; i++) {
		const Person *person = all->pdata[i];

		if (person->state != PERSON_REMOVED)
			rows += write_addresses(person, written, out);
	}
	return rows;
}

json_t *
exports_export(Ask *ask, GError **error)
{
	bool is_access = json_truth(ask->options, "postfix-access");
	GString *out = g_string_new(NULL);
	guint rows = (is_access ? write_access : write_table)(ask_directory(ask), out);
	g_autoptr(GBytes) bytes = g_string_free_to_bytes(out);
	const DeskRequest *request = ask->request;

	if (request->file != NULL && !request->file(is_access ? "access" : "register.csv",
						    bytes, request->data, error))
		return NULL;
	return json_pack("{s:I}", "rows", (json_int_t)rows);
}
