/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imports.c - register import: the register as one table
 *
 * rows → things → what differs from the register → the register with it, checked by the
 * rules that the single verbs go by → one batch.  Either all of it is on record and in
 * force, or nothing.  A kind that a file has rows of is listed there in full: what is
 * missing of it is ended.
 */
#include "config.h"

#include "base/csv.h"
#include "base/ulid.h"
#include "desk/complaints.h"
#include "desk/registry.h"
#include "desk/rows.h"
#include "desk/verbs.h"

#include <string.h>

enum { ENDED_SHARE = 20, PROGRESS_STEP = 1000 };

static const char missing[] = "not in the imported register";

/* One thing that is to be another than it was. */
typedef struct Change {
	RegisterKind kind;
	const CsvRow *row;  /* NULL: the file leaves it out */
	const void *before; /* as registered, or NULL */
	void *after;
	bool is_refused; /* it has its complaint */
} Change;

typedef struct Import {
	Ask *ask;
	GPtrArray *rows;                    /* CsvRow * */
	GArray *positions;                  /* int: the column of each cell */
	GPtrArray *changes;                 /* Change * */
	GHashTable *listed[REGISTER_KINDS]; /* key, borrowed from a thing → CsvRow */
	GHashTable
		*alike; /* contacts and agreements: what they say → id; NULL: not yet */
	guint active, ended;
	Complaints *complaints;
} Import;

static void
change_free(gpointer data)
{
	Change *change = data;

	kind_get(change->kind)->unref(change->after);
	g_free(change);
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
			complaints_add(import->complaints, row, *cell, NULL,
				       "is no column: see register export", false);
		has_kind |= position == 0;
		g_array_append_val(import->positions, position);
	}
	if (!has_kind)
		complaints_add(import->complaints, row, "kind", NULL,
			       "is missing: the first row names the columns", false);
	return complaints_check(import->complaints, NULL);
}

/* Without its id: what makes two rows say the same. */
static char *
saying_of(RegisterKind kind, const json_t *payload)
{
	static const char *const said[] = { "case", "name",  "address", "role",
					    "from", "until", "purpose", NULL };
	GString *saying = g_string_new(kind_get(kind)->name);
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
add_alike(Import *import, RegisterKind kind)
{
	const GPtrArray *all = directory_all(ask_directory(import->ask), kind);

	for (guint i = 0; i < all->len; i++) {
		g_autoptr(json_t) payload = kind_get(kind)->to_json(all->pdata[i]);

		g_hash_table_replace(import->alike, saying_of(kind, payload),
				     g_strdup(kind_get(kind)->key_of(all->pdata[i])));
	}
}

/* Contacts and agreements may come without an id: then they are who says the same, or
 * new. */
static void
find_id(Import *import, RegisterKind kind, json_t *payload)
{
	g_autofree char *saying = NULL;
	g_autofree char *id = NULL;
	const char *known;

	if (strcmp(kind_get(kind)->key, "id") != 0 || json_text(payload, "id") != NULL)
		return;
	if (import->alike == NULL) {
		import->alike =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		add_alike(import, REGISTER_CONTACT);
		add_alike(import, REGISTER_AGREEMENT);
	}
	saying = saying_of(kind, payload);
	known = g_hash_table_lookup(import->alike, saying);
	id = known != NULL ? g_strdup(known) : ulid_new(import->ask->now);
	json_object_set_new(payload, "id", json_string(id));
}

static bool
is_same(const Kind *kind, const void *before, const void *after)
{
	g_autoptr(json_t) was = NULL;
	g_autoptr(json_t) is = NULL;

	if (before == NULL)
		return false;
	was = kind->to_json(before);
	is = kind->to_json(after);
	return json_equal(was, is);
}

static const char *
what_of(const Change *change)
{
	const Kind *kind = kind_get(change->kind);

	if (change->before == NULL)
		return "added";
	return kind->is_over(change->after) && !kind->is_over(change->before) ? "ended"
									      : "changed";
}

/* Takes the thing after the change. */
static void
add_change(Import *import, RegisterKind kind, const CsvRow *row, const void *before,
	   void *after)
{
	Change *change = g_new0(Change, 1);

	change->kind = kind;
	change->row = row;
	change->before = before;
	change->after = after;
	g_ptr_array_add(import->changes, change);
	import->ended += strcmp(what_of(change), "ended") == 0;
}

/* Takes the thing. */
static void
place(Import *import, RegisterKind kind, const CsvRow *row, void *thing)
{
	const Kind *how = kind_get(kind);
	const void *before =
		directory_find(ask_directory(import->ask), kind, how->key_of(thing));
	const char *key = how->key_of(before != NULL ? before : thing);
	const CsvRow *first = g_hash_table_lookup(import->listed[kind], key);

	if (first != NULL) {
		g_autofree char *problem = g_strdup_printf(
			"is there twice: line %u has it already", first->line);

		complaints_add(import->complaints, row, how->key, key, problem, false);
		how->unref(thing);
		return;
	}
	g_hash_table_insert(import->listed[kind], (gpointer)(gsize)key,
			    (gpointer)(gsize)row);
	if (is_same(how, before, thing))
		how->unref(thing);
	else
		add_change(import, kind, row, before, thing);
}

static void
read_row(Import *import, const CsvRow *row)
{
	const char *name = complaints_cell(import->complaints, row, "kind");
	g_autoptr(json_t) payload = NULL;
	g_autoptr(GError) error = NULL;
	RegisterKind kind;
	void *thing;

	if (g_strv_length(row->cells) != import->positions->len) {
		complaints_add(import->complaints, row, NULL, NULL,
			       "has more or fewer cells than the first row", false);
		return;
	}
	if (!kind_parse(name, &kind)) {
		complaints_add(import->complaints, row, "kind", name,
			       "is no kind: write staff, person, contact or agreement",
			       false);
		return;
	}
	payload = row_parse((const int *)(void *)import->positions->data,
			    import->positions->len, row->cells);
	find_id(import, kind, payload);
	thing = kind_get(kind)->from_json(payload, &error);
	if (thing == NULL)
		complaints_add_error(import->complaints, row, error);
	else
		place(import, kind, row, thing);
}

static void
read_rows(Import *import)
{
	const DeskRequest *request = import->ask->request;

	for (guint i = 1; i < import->rows->len; i++) {
		read_row(import, import->rows->pdata[i]);
		if (request->progress != NULL && i % PROGRESS_STEP == 0)
			request->progress(i, 2 * (guint64)import->rows->len,
					  request->data);
	}
}

/* A thing as it is once it has ended. */
static void *
ended_of(const Import *import, RegisterKind kind, const void *before)
{
	g_autofree char *today = day_format(import->ask->today);
	g_autofree char *last = day_format(import->ask->today - 1);
	g_autoptr(json_t) payload = kind_get(kind)->to_json(before);

	if (kind == REGISTER_PERSON) {
		json_object_set_new(payload, "state", json_string("ended"));
		json_object_set_new(payload, "state_reason", json_string(missing));
	} else {
		json_object_set_new(payload, "ended",
				    json_string(kind == REGISTER_STAFF ? last : today));
		json_object_set_new(payload, "end_reason", json_string(missing));
	}
	return kind_get(kind)->from_json(payload, NULL);
}

static void
end_missing(Import *import, RegisterKind kind)
{
	const Kind *how = kind_get(kind);
	const GPtrArray *all = directory_all(ask_directory(import->ask), kind);

	for (guint i = 0; i < all->len; i++) {
		const void *before = all->pdata[i];
		void *after;

		if (how->is_over(before))
			continue;
		import->active++;
		if (g_hash_table_contains(import->listed[kind], how->key_of(before)))
			continue;
		after = ended_of(import, kind, before);
		if (after != NULL)
			add_change(import, kind, NULL, before, after);
	}
}

/* A row that could not be read does not leave its thing out. */
static void
end_all_missing(Import *import)
{
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		if (g_hash_table_size(import->listed[kind]) > 0 &&
		    complaints_check(import->complaints, NULL))
			end_missing(import, (RegisterKind)kind);
}

static void
complain(Import *import, Change *change, const GError *error)
{
	change->is_refused = true;
	if (change->row != NULL)
		complaints_add_error(import->complaints, change->row, error);
	else
		complaints_add_missing(import->complaints, change->kind, change->before,
				       error);
}

/* Those refused by the directory, as they come. */
typedef struct Refusals {
	Import *import;
	GHashTable *change_of; /* thing → Change */
} Refusals;

static void
note_refusal(RegisterKind kind, const void *thing, const GError *error, void *data)
{
	const Refusals *refusals = data;

	(void)kind;
	complain(refusals->import, g_hash_table_lookup(refusals->change_of, thing),
		 error);
}

/* The register as it would be, without what is refused. */
static Directory *
build(Import *import)
{
	DirectoryLists changed;
	g_autoptr(GHashTable) change_of = g_hash_table_new(NULL, NULL);
	Refusals refusals = { import, change_of };
	Directory *after;

	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		changed.of[kind] = g_ptr_array_new();
	for (guint i = 0; i < import->changes->len; i++) {
		Change *change = import->changes->pdata[i];

		g_ptr_array_add(changed.of[change->kind], change->after);
		g_hash_table_insert(change_of, change->after, change);
	}
	after = directory_try(ask_directory(import->ask), &changed, note_refusal,
			      &refusals);
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		g_ptr_array_unref(changed.of[kind]);
	return after;
}

/* A table may keep a manager's decision, or end it, but not make one or change it; and
 * nobody decides about an agreement of their own. */
static bool
check_agreement(const Import *import, const Change *change, GError **error)
{
	const Agreement *agreement = change->after;

	if (agreement->ground == AGREEMENT_DECISION &&
	    strcmp(what_of(change), "ended") != 0) {
		g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_RULE,
			    "ground: a decision is made by whoever decides, under their "
			    "own login: agreement add --decision");
		return false;
	}
	if (actor_is_among(import->ask->actor, ask_directory(import->ask),
			   (const char *const *)agreement->staff)) {
		g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_RULE,
			    "staff: nobody decides about an agreement of their own: ask "
			    "your manager or a lead");
		return false;
	}
	return true;
}

static void
check_changes(Import *import, const Directory *after)
{
	const EntryTerms terms = registry_terms(import->ask);

	for (guint i = 0; i < import->changes->len; i++) {
		Change *change = import->changes->pdata[i];
		g_autoptr(GError) error = NULL;

		if (change->is_refused)
			continue;
		if (!entry_check(change->kind, change->after, change->before, after,
				 &terms, &error) ||
		    (change->kind == REGISTER_AGREEMENT &&
		     !check_agreement(import, change, &error)))
			complain(import, change, error);
	}
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

/* In the order in which they are told and recorded: staff first, because the others name
 * them. */
static int
compare_changes(gconstpointer a, gconstpointer b)
{
	const Change *one = *(Change *const *)a;
	const Change *other = *(Change *const *)b;

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	return kind_get(one->kind)->compare(one->after, other->after);
}

static json_t *
result_of(const Import *import)
{
	json_t *result = json_pack(
		"{s:[], s:[], s:[], s:I, s:b}", "added", "changed", "ended", "rows",
		(json_int_t)(import->rows->len == 0 ? 0 : import->rows->len - 1),
		"dry_run", json_truth(import->ask->options, "dry-run"));

	for (guint i = 0; i < import->changes->len; i++) {
		const Change *change = import->changes->pdata[i];
		const Kind *kind = kind_get(change->kind);

		json_array_append_new(
			json_object_get(result, what_of(change)),
			json_pack("{s:s, s:o, s:o}", "kind", kind->name, "key",
				  json_text_new(kind->key_of(change->after)), "line",
				  change->row == NULL ? json_null()
						      : json_integer(change->row->line)));
	}
	return result;
}

static void
free_draft(gpointer draft)
{
	draft_free(draft);
}

static bool
keep(Import *import, Directory *after, GError **error)
{
	g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func(free_draft);

	for (guint i = 0; i < import->changes->len; i++) {
		const Change *change = import->changes->pdata[i];
		g_autoptr(json_t) payload =
			kind_get(change->kind)->to_json(change->after);

		g_ptr_array_add(drafts, registry_draft(import->ask, change->kind,
						       change->after, payload));
	}
	return registry_put(import->ask, (Draft *const *)drafts->pdata, drafts->len,
			    after, error);
}

/* The register as the file says, checked; NULL with everything that is wrong. */
static Directory *
check(Import *import, GError **error)
{
	const Directory *before = ask_directory(import->ask);
	g_autoptr(Directory) after = NULL;

	if (!read_header(import)) {
		complaints_check(import->complaints, error);
		return NULL;
	}
	read_rows(import);
	end_all_missing(import);
	g_ptr_array_sort(import->changes, compare_changes);
	after = build(import);
	check_changes(import, after);
	if (!complaints_check(import->complaints, error) ||
	    !registry_check_deciders(before, after, import->ask->today, error) ||
	    !check_share(import, error))
		return NULL;
	return g_steal_pointer(&after);
}

static void
import_init(Import *import, Ask *ask)
{
	*import = (Import){ .ask = ask };
	import->positions = g_array_new(FALSE, FALSE, sizeof(int));
	import->changes = g_ptr_array_new_with_free_func(change_free);
	import->complaints = complaints_new(import->positions);
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		import->listed[kind] = g_hash_table_new(g_str_hash, g_str_equal);
}

static void
import_clear(Import *import)
{
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		g_hash_table_unref(import->listed[kind]);
	g_clear_pointer(&import->alike, g_hash_table_unref);
	g_clear_pointer(&import->rows, g_ptr_array_unref);
	complaints_free(import->complaints);
	g_ptr_array_unref(import->changes);
	g_array_unref(import->positions);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

json_t *
imports_import(Ask *ask, GError **error)
{
	GBytes *content = ask->request->content;
	gsize len = 0;
	const char *bytes = content == NULL ? "" : g_bytes_get_data(content, &len);
	g_autoptr(GError) cause = NULL;
	g_autoptr(Directory) after = NULL;
	g_auto(Import) import;

	import_init(&import, ask);
	import.rows = csv_read(bytes, len, &cause);
	if (import.rows == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "FILE.csv: %s",
			    cause->message);
		return NULL;
	}
	after = check(&import, error);
	if (after == NULL ||
	    (!json_truth(ask->options, "dry-run") && !keep(&import, after, error)))
		return NULL;
	return result_of(&import);
}
