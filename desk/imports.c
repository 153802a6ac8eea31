/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imports.c - register import and export: the register as one table
 *
 * read → each row a thing → compared with what is registered → the whole new register
 * checked → one batch.  Either all of it is on record and in force, or nothing.  A kind
 * that a file has rows of is listed there in full: what is missing of it is ended.
 */
#include "config.h"

#include "base/csv.h"
#include "base/ulid.h"
#include "desk/registry.h"
#include "desk/rows.h"
#include "desk/verbs.h"

#include <string.h>

enum { PROBLEMS_MAX = 100, CONFLICTS_MAX = 20, ENDED_SHARE = 20, PROGRESS_STEP = 1000 };

static const char missing[] = "not in the imported register";

/* What is done with each kind. */
static const struct Kind {
	const char *key;
	void *(*from_json)(const json_t *json, GError **error);
	json_t *(*to_json)(const void *thing);
	GDestroyNotify unref;
	const GPtrArray *(*all)(const Directory *directory);
} kinds[ROW_KINDS] = {
	[ROW_STAFF] = { "email", (void *(*)(const json_t *, GError **))staff_from_json,
			(json_t * (*)(const void *)) staff_to_json,
			(GDestroyNotify)staff_unref, directory_all_staff },
	[ROW_PERSON] = { "case", (void *(*)(const json_t *, GError **))person_from_json,
			 (json_t * (*)(const void *)) person_to_json,
			 (GDestroyNotify)person_unref, directory_all_people },
	[ROW_CONTACT] = { "id", (void *(*)(const json_t *, GError **))contact_from_json,
			  (json_t * (*)(const void *)) contact_to_json,
			  (GDestroyNotify)contact_unref, directory_all_contacts },
	[ROW_AGREEMENT] = { "id",
			    (void *(*)(const json_t *, GError **))agreement_from_json,
			    (json_t * (*)(const void *)) agreement_to_json,
			    (GDestroyNotify)agreement_unref, directory_all_agreements },
};

/* One thing of the new register. */
typedef struct Thing {
	RowKind kind;
	const CsvRow *row; /* NULL: it is not in the file */
	json_t *before;    /* its payload as registered, or NULL */
	json_t *payload;
	const char *what; /* "added", "changed", "ended"; NULL: stays as it is */
} Thing;

typedef struct Import {
	Ask *ask;
	GPtrArray *rows; /* CsvRow * */
	GArray *positions;
	GHashTable *things[ROW_KINDS]; /* key → Thing * */
	GHashTable
		*alike; /* contacts and agreements without an id: what they say → key */
	bool has_kind[ROW_KINDS];
	guint active, ended;
	json_t *problems;
} Import;

static void
thing_free(gpointer data)
{
	Thing *thing = data;

	json_decref(thing->before);
	json_decref(thing->payload);
	g_free(thing);
}

static void
add_problem(Import *import, const CsvRow *row, const char *column, const char *value,
	    const char *problem)
{
	if (json_array_size(import->problems) < PROBLEMS_MAX)
		json_array_append_new(import->problems,
				      json_pack("{s:I, s:o, s:o, s:o}", "line",
						(json_int_t)(row == NULL ? 1 : row->line),
						"column", json_text_new(column), "value",
						json_text_new(value), "problem",
						json_text_new(problem)));
}

/* The text of a row in a column; NULL when the file has no such column. */
static const char *
cell_of(const Import *import, const CsvRow *row, const char *column)
{
	int wanted = row_column(column);

	for (guint i = 0; i < import->positions->len && row->cells[i] != NULL; i++)
		if (g_array_index(import->positions, int, i) == wanted)
			return row->cells[i];
	return NULL;
}

/* "field: what" is of that column. */
static void
add_error(Import *import, const CsvRow *row, const GError *error)
{
	g_auto(GStrv) parts = g_strsplit(error->message, ": ", 2);
	bool has_column = parts[1] != NULL && row_column(parts[0]) >= 0;

	add_problem(import, row, has_column ? parts[0] : NULL,
		    has_column ? cell_of(import, row, parts[0]) : NULL,
		    has_column ? parts[1] : error->message);
}

static bool
is_over(RowKind kind, const json_t *payload)
{
	if (kind == ROW_PERSON)
		return g_strcmp0(json_text(payload, "state"), "active") != 0;
	return json_text(payload, "ended") != NULL;
}

/* Without its id: what makes two rows say the same. */
static char *
saying_of(RowKind kind, const json_t *payload)
{
	static const char *const said[] = { "case", "name",  "address", "role",
					    "from", "until", "purpose", NULL };
	GString *saying = g_string_new(row_kind_name(kind));
	g_auto(GStrv) staff = json_words(payload, "staff");
	g_autofree char *workers = g_strjoinv(";", staff);

	for (const char *const *key = said; *key != NULL; key++) {
		const char *text = json_text(payload, *key);

		g_string_append_printf(saying, "\n%s", text == NULL ? "" : text);
	}
	g_string_append_printf(saying, "\n%s", workers);
	return g_string_free(saying, FALSE);
}

static void
add_registered(Import *import, RowKind kind)
{
	const GPtrArray *all = kinds[kind].all(ask_directory(import->ask));

	for (guint i = 0; i < all->len; i++) {
		Thing *thing = g_new0(Thing, 1);
		const char *key;

		thing->kind = kind;
		thing->before = kinds[kind].to_json(all->pdata[i]);
		thing->payload = json_incref(thing->before);
		key = json_text(thing->before, kinds[kind].key);
		if (kind >= ROW_CONTACT)
			g_hash_table_replace(import->alike,
					     saying_of(kind, thing->before),
					     g_strdup(key));
		g_hash_table_replace(import->things[kind], g_strdup(key), thing);
	}
}

static bool
read_header(Import *import)
{
	const CsvRow *row = import->rows->len == 0 ? NULL : import->rows->pdata[0];
	bool has_kind = false;

	for (char **cell = row == NULL ? NULL : row->cells; cell != NULL && *cell != NULL;
	     cell++) {
		int position = row_column(g_strstrip(*cell));

		if (position < 0)
			add_problem(import, row, *cell, NULL,
				    "is no column: see register export");
		has_kind |= position == 0;
		g_array_append_val(import->positions, position);
	}
	if (!has_kind)
		add_problem(import, row, "kind", NULL,
			    "is missing: the first row names the columns");
	return json_array_size(import->problems) == 0;
}

/* Contacts and agreements may come without an id: then they are who says the same, or
 * new. */
static void
find_id(Import *import, RowKind kind, json_t *payload)
{
	g_autofree char *saying = NULL;
	g_autofree char *id = NULL;
	const char *known;

	if (kind < ROW_CONTACT || json_text(payload, "id") != NULL)
		return;
	saying = saying_of(kind, payload);
	known = g_hash_table_lookup(import->alike, saying);
	id = known != NULL ? g_strdup(known) : ulid_new(import->ask->now);
	json_object_set_new(payload, "id", json_string(id));
}

/* A table may keep a manager's decision, or end it, but not make one or change it. */
static bool
makes_decision(const Thing *thing)
{
	return g_strcmp0(json_text(thing->payload, "ground"), "decision") == 0 &&
	       (g_strcmp0(thing->what, "added") == 0 ||
		g_strcmp0(thing->what, "changed") == 0);
}

static void
place(Import *import, RowKind kind, const CsvRow *row, json_t *payload)
{
	const char *key = json_text(payload, kinds[kind].key);
	Thing *thing = g_hash_table_lookup(import->things[kind], key);

	if (thing != NULL && thing->row != NULL) {
		g_autofree char *problem = g_strdup_printf(
			"is there twice: line %u has it already", thing->row->line);

		add_problem(import, row, kinds[kind].key, key, problem);
		return;
	}
	if (thing == NULL) {
		thing = g_new0(Thing, 1);
		thing->kind = kind;
		g_hash_table_replace(import->things[kind], g_strdup(key), thing);
	}
	thing->row = row;
	json_decref(thing->payload);
	thing->payload = json_incref(payload);
	if (thing->before == NULL)
		thing->what = "added";
	else if (!json_equal(thing->before, payload))
		thing->what = is_over(kind, payload) && !is_over(kind, thing->before)
				      ? "ended"
				      : "changed";
	import->ended += g_strcmp0(thing->what, "ended") == 0;
	if (kind == ROW_AGREEMENT && makes_decision(thing))
		add_problem(import, row, "ground", "decision",
			    "a decision is made by whoever decides, under their own "
			    "login: agreement add --decision");
}

/* What the verbs check as well, and no record does. */
static bool
check_thing(Import *import, RowKind kind, const CsvRow *row, const json_t *payload)
{
	if (kind == ROW_STAFF && json_text(payload, "manager") == NULL &&
	    strstr(cell_of(import, row, "roles") == NULL ? ""
							 : cell_of(import, row, "roles"),
		   "lead") == NULL)
		add_problem(import, row, "manager", NULL,
			    "is missing: only a lead has none");
	else
		return true;
	return false;
}

static void
read_row(Import *import, const CsvRow *row)
{
	const char *name = cell_of(import, row, "kind");
	guint len = g_strv_length(row->cells);
	g_autoptr(json_t) payload = NULL;
	g_autoptr(json_t) normal = NULL;
	g_autoptr(GError) error = NULL;
	RowKind kind;
	void *thing;

	if (len != import->positions->len) {
		add_problem(import, row, NULL, NULL,
			    "has more or fewer cells than the first row");
		return;
	}
	if (!row_kind_parse(name, &kind)) {
		add_problem(import, row, "kind", name,
			    "is no kind: write staff, person, contact or agreement");
		return;
	}
	import->has_kind[kind] = true;
	payload = row_parse((const int *)(void *)import->positions->data,
			    import->positions->len, row->cells);
	find_id(import, kind, payload);
	thing = kinds[kind].from_json(payload, &error);
	if (thing == NULL) {
		add_error(import, row, error);
		return;
	}
	normal = kinds[kind].to_json(thing);
	kinds[kind].unref(thing);
	if (check_thing(import, kind, row, normal))
		place(import, kind, row, normal);
}

static void
end_thing(Import *import, Thing *thing)
{
	g_autofree char *today = day_format(import->ask->today);
	g_autofree char *last = day_format(import->ask->today - 1);

	json_decref(thing->payload);
	thing->payload = json_deep_copy(thing->before);
	thing->what = "ended";
	import->ended++;
	if (thing->kind == ROW_PERSON) {
		json_object_set_new(thing->payload, "state", json_string("ended"));
		json_object_set_new(thing->payload, "state_reason", json_string(missing));
		return;
	}
	json_object_set_new(thing->payload, "ended",
			    json_string(thing->kind == ROW_STAFF ? last : today));
	json_object_set_new(thing->payload, "end_reason", json_string(missing));
	if (thing->kind == ROW_STAFF && json_text(thing->payload, "cover") == NULL)
		add_problem(import, NULL, "email", json_text(thing->before, "email"),
			    "would end without anyone to cover: set cover, or keep the "
			    "row");
}

static void
end_missing(Import *import)
{
	for (int kind = 0; kind < ROW_KINDS; kind++) {
		GHashTableIter iter;
		gpointer value;

		g_hash_table_iter_init(&iter, import->things[kind]);
		while (import->has_kind[kind] &&
		       g_hash_table_iter_next(&iter, NULL, &value)) {
			Thing *thing = value;

			if (thing->before == NULL || is_over(thing->kind, thing->before))
				continue;
			import->active++;
			if (thing->row == NULL)
				end_thing(import, thing);
		}
	}
}

static GPtrArray *
list_of(Import *import, RowKind kind, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(kinds[kind].unref);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, import->things[kind]);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		void *thing = kinds[kind].from_json(((Thing *)value)->payload, error);

		if (thing == NULL)
			return NULL;
		g_ptr_array_add(list, thing);
	}
	return g_steal_pointer(&list);
}

static Directory *
build(Import *import, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(import->ask->desk);
	g_autoptr(GPtrArray) staff = list_of(import, ROW_STAFF, error);
	g_autoptr(GPtrArray) people =
		staff == NULL ? NULL : list_of(import, ROW_PERSON, error);
	g_autoptr(GPtrArray) contacts =
		people == NULL ? NULL : list_of(import, ROW_CONTACT, error);
	g_autoptr(GPtrArray) agreements =
		contacts == NULL ? NULL : list_of(import, ROW_AGREEMENT, error);
	DirectoryLists lists = { people, staff, agreements, contacts };

	return agreements == NULL ? NULL : registry_build(&lists, settings, error);
}

/* Leaves out the last row that has the value of an error, so that the next error can be
 * found; false when no row has it. */
static bool
drop_conflict(Import *import, const GError *error)
{
	g_auto(GStrv) parts = g_strsplit(error->message, "'", 3);
	const char *value = parts[0] != NULL ? parts[1] : NULL;

	for (int kind = 0; value != NULL && kind < ROW_KINDS; kind++) {
		GHashTableIter iter;
		gpointer key, data;
		gpointer last = NULL;
		guint line = 0;

		g_hash_table_iter_init(&iter, import->things[kind]);
		while (g_hash_table_iter_next(&iter, &key, &data)) {
			const Thing *thing = data;
			g_autofree char *text = json_write(thing->payload);

			if (thing->row != NULL && thing->row->line > line &&
			    strstr(text, value) != NULL) {
				line = thing->row->line;
				last = key;
			}
		}
		if (last == NULL)
			continue;
		data = g_hash_table_lookup(import->things[kind], last);
		add_error(import, ((Thing *)data)->row, error);
		g_hash_table_remove(import->things[kind], last);
		return true;
	}
	return false;
}

/* The register as it would be; NULL with problems noted or the error set. */
static Directory *
build_whole(Import *import, GError **error)
{
	for (int i = 0; i < CONFLICTS_MAX; i++) {
		g_autoptr(GError) cause = NULL;
		Directory *directory = build(import, &cause);

		if (directory != NULL)
			return directory;
		if (!drop_conflict(import, cause)) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return NULL;
		}
	}
	return NULL;
}

static Draft *
draft_of(const Import *import, const Thing *thing)
{
	const char *case_id = json_text(thing->payload, "case");
	Draft *draft = draft_new(row_kind_name(thing->kind), import->ask->now);

	draft_set_key(draft, json_text(thing->payload, kinds[thing->kind].key));
	if (case_id != NULL)
		draft_add_case(draft, case_id);
	draft_set_actor(draft, import->ask->actor->json);
	draft_set_payload(draft, thing->payload);
	return draft;
}

static void
free_draft(gpointer draft)
{
	draft_free(draft);
}

/* Visits what is new or different, staff first, because the others name them. */
static GPtrArray *
list_changes(const Import *import)
{
	GPtrArray *changes = g_ptr_array_new();

	for (int kind = 0; kind < ROW_KINDS; kind++) {
		GHashTableIter iter;
		gpointer value;

		g_hash_table_iter_init(&iter, import->things[kind]);
		while (g_hash_table_iter_next(&iter, NULL, &value))
			if (((const Thing *)value)->what != NULL)
				g_ptr_array_add(changes, value);
	}
	return changes;
}

static bool
keep(Import *import, const GPtrArray *changes, Directory *directory, GError **error)
{
	g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func(free_draft);

	for (guint i = 0; i < changes->len; i++)
		g_ptr_array_add(drafts, draft_of(import, changes->pdata[i]));
	if (drafts->len > 0 &&
	    !store_put(import->ask->desk->store, (Draft *const *)drafts->pdata,
		       drafts->len, error))
		return false;
	if (drafts->len > 0)
		desk_set_directory(import->ask->desk, directory);
	return true;
}

static json_t *
result_of(const Import *import, const GPtrArray *changes)
{
	json_t *result = json_pack(
		"{s:[], s:[], s:[], s:I, s:b}", "added", "changed", "ended", "rows",
		(json_int_t)(import->rows->len == 0 ? 0 : import->rows->len - 1),
		"dry_run", json_truth(import->ask->options, "dry-run"));

	for (guint i = 0; i < changes->len; i++) {
		const Thing *thing = changes->pdata[i];

		json_array_append_new(
			json_object_get(result, thing->what),
			json_pack("{s:s, s:o, s:o}", "kind", row_kind_name(thing->kind),
				  "key",
				  json_text_new(json_text(thing->payload,
							  kinds[thing->kind].key)),
				  "line",
				  thing->row == NULL ? json_null()
						     : json_integer(thing->row->line)));
	}
	return result;
}

static bool
check_share(const Import *import, GError **error)
{
	if (import->ended * ENDED_SHARE <= import->active ||
	    json_truth(import->ask->options, "really") ||
	    json_truth(import->ask->options, "dry-run"))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "--really: the file would end %u of %u, more than 5 %%: look with "
		    "--dry-run, then say --really",
		    import->ended, import->active);
	return false;
}

/* All problems at once, a line each. */
static bool
check_problems(const Import *import, GError **error)
{
	GString *text = g_string_new(NULL);
	g_autofree char *owned = NULL;
	size_t i;
	json_t *one;

	json_array_foreach(import->problems, i, one) {
		const char *column = json_text(one, "column");
		const char *value = json_text(one, "value");

		g_string_append_printf(
			text, "%sline %" G_GINT64_FORMAT "%s%s%s%s%s: %s",
			i > 0 ? "\n" : "", json_number(one, "line", 0),
			column == NULL ? "" : ", ", column == NULL ? "" : column,
			value == NULL ? "" : " '", value == NULL ? "" : value,
			value == NULL ? "" : "'", json_text(one, "problem"));
	}
	owned = g_string_free(text, FALSE);
	if (i == 0)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "%s", owned);
	return false;
}

static void
read_rows(Import *import)
{
	const DeskRequest *request = import->ask->request;

	for (guint i = 1; i < import->rows->len; i++) {
		read_row(import, import->rows->pdata[i]);
		if (request->progress != NULL && i % PROGRESS_STEP == 0)
			request->progress(i, import->rows->len, request->data);
	}
}

static json_t *
import_all(Import *import, GError **error)
{
	Ask *ask = import->ask;
	g_autoptr(Directory) directory = NULL;
	g_autoptr(GPtrArray) changes = NULL;

	if (read_header(import)) {
		read_rows(import);
		end_missing(import);
	}
	if (json_array_size(import->problems) == 0)
		directory = build_whole(import, error);
	if (!check_problems(import, error != NULL && *error != NULL ? NULL : error) ||
	    directory == NULL ||
	    !registry_check_deciders(ask_directory(ask), directory, ask->today, error) ||
	    !check_share(import, error))
		return NULL;
	changes = list_changes(import);
	if (!json_truth(ask->options, "dry-run") &&
	    !keep(import, changes, directory, error))
		return NULL;
	return result_of(import, changes);
}

static void
import_clear(Import *import)
{
	for (int kind = 0; kind < ROW_KINDS; kind++)
		g_hash_table_unref(import->things[kind]);
	g_hash_table_unref(import->alike);
	g_array_unref(import->positions);
	g_ptr_array_unref(import->rows);
	json_decref(import->problems);
}

json_t *
imports_import(Ask *ask, GError **error)
{
	GBytes *content = ask->request->content;
	gsize len = 0;
	const char *bytes = content == NULL ? "" : g_bytes_get_data(content, &len);
	g_autoptr(GError) cause = NULL;
	Import import = { .ask = ask, .rows = csv_read(bytes, len, &cause) };
	json_t *result;

	if (import.rows == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "FILE.csv: %s",
			    cause->message);
		return NULL;
	}
	import.positions = g_array_new(FALSE, FALSE, sizeof(int));
	import.problems = json_array();
	import.alike = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (int kind = 0; kind < ROW_KINDS; kind++) {
		import.things[kind] = g_hash_table_new_full(g_str_hash, g_str_equal,
							    g_free, thing_free);
		add_registered(&import, (RowKind)kind);
	}
	result = import_all(&import, error);
	import_clear(&import);
	return result;
}

static guint
write_table(const Directory *directory, GString *out)
{
	guint rows = 0;

	csv_write(out, row_columns());
	for (int kind = 0; kind < ROW_KINDS; kind++) {
		const GPtrArray *all = kinds[kind].all(directory);

		for (guint i = 0; i < all->len; i++, rows++) {
			g_autoptr(json_t) payload = kinds[kind].to_json(all->pdata[i]);
			g_auto(GStrv) cells = row_format((RowKind)kind, payload);

			csv_write(out, (const char *const *)cells);
		}
	}
	return rows;
}

/* access(5): nothing before us may refuse a registered young person. */
static guint
write_access(const Directory *directory, GString *out)
{
	const GPtrArray *all = directory_all_people(directory);
	guint rows = 0;

	for (guint i = 0; i < all->len; i++) {
		const Person *person = all->pdata[i];

		if (person->state == PERSON_REMOVED)
			continue;
		for (guint a = 0; a < person->addresses->len; a++, rows++) {
			const PersonAddress *held = person->addresses->pdata[a];

			g_string_append_printf(out, "%s\tOK\n",
					       address_text(held->address));
		}
	}
	return rows;
}

json_t *
imports_export(Ask *ask, GError **error)
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
