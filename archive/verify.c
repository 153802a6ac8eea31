/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.c - reads the whole archive and says what is not as it should be
 *
 * Mail may be filed meanwhile: the end of the log is taken first, and only records
 * before it are looked at.  Entries are read in batches, so that the store is not asked
 * for one thing while it gives another.  What is kept is the last link of each case,
 * and each record's id, for the files that no entry names.
 *
 * One thread does it: with OpenSSL 3.0, whose lookups share their locks, a second one
 * made it no faster.
 *
 * One cause is one problem: a record whose file is gone or changed is named once, and
 * the next record of its cases, which quotes the digest of what was filed, is not
 * blamed for the gap.
 */
#include "config.h"

#include "archive/verify.h"

#include "archive/audit.h"
#include "archive/entries.h"
#include "archive/erased.h"
#include "archive/index.h"
#include "archive/inspect.h"
#include "archive/state.h"
#include "archive/timeline.h"
#include "archive/tree.h"
#include "base/file.h"
#include "base/ulid.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };

typedef struct Verify {
	Store *store;
	const VerifyOptions *options;
	guint64 size;          /* of the log when we began */
	guint64 records;       /* looked at that were asked for */
	guint64 in_journal;    /* of these, not filed yet */
	GArray *batch;         /* StoreEntry */
	Audit *audit;          /* the log, made again from the entries */
	Timeline *timeline;    /* what its stamps say */
	guint64 from;          /* records before it were verified another time */
	guint64 trusted;       /* how many of them */
	GHashTable *sought;    /* digest, as hex → Seek *: in entries before from */
	GHashTable *chains;    /* case → Link *, the newest */
	GHashTable *damaged;   /* digests, as hex, of files that are not as filed */
	GHashTable *erased;    /* as erased_all has it */
	guint64 gone;          /* erased, as their tombstones say */
	GArray *ids;           /* Id: every record's */
	GHashTable *strangers; /* paths of files that no entry named so far */
	Index *index;          /* NULL when there is none to compare with */
	guint64 indexed;
	json_t *problems;
} Verify;

typedef struct Link {
	guint64 number;
	Digest file;
} Link;

/* The first new record of a case: which one it quotes stands among the old ones. */
typedef struct Seek {
	char *id;
	char *case_id;
	guint64 number;
} Seek;

typedef struct Id {
	char text[ULID_LEN + 1];
} Id;

static void
report(Verify *verify, const char *id, const char *problem, const char *detail)
{
	json_array_append_new(verify->problems,
			      json_pack("{s:o, s:s, s:o}", "id", json_text_new(id),
					"problem", problem, "detail",
					json_text_new(detail)));
}

static bool
is_whole(const Verify *verify)
{
	return verify->options->case_id == NULL && verify->options->since == 0;
}

static void
seek_free(gpointer data)
{
	Seek *seek = data;

	g_free(seek->id);
	g_free(seek->case_id);
	g_free(seek);
}

/* --- the chain of each case ------------------------------------------------------- */

/* Whether a record is the next of its case, as far as what is left can tell. */
static bool
follows(const Verify *verify, const Link *last, guint64 number, const char *previous)
{
	guint64 expected = last == NULL ? 1 : last->number + 1;
	g_autofree char *digest = last == NULL ? NULL : digest_format(&last->file);

	if (number == expected && g_strcmp0(previous, digest) == 0)
		return true;
	return number > expected && previous != NULL &&
	       g_hash_table_contains(verify->damaged, previous);
}

static void
seek_previous(Verify *verify, const Inspection *inspection, const json_t *link)
{
	Seek *seek = g_new(Seek, 1);

	*seek = (Seek){ g_strdup(inspection->entry.id), g_strdup(json_text(link, "case")),
			(guint64)json_number(link, "number", 0) };
	g_hash_table_replace(verify->sought, g_strdup(json_text(link, "previous")), seek);
}

/* Whether a record is the one before another in its case. */
static bool
is_before(Verify *verify, const StoreEntry *entry, const Seek *seek)
{
	g_autoptr(Record) record = store_get(verify->store, entry->id, NULL);
	const json_t *link;
	gsize i;

	if (record == NULL) /* erased, or named when its turn comes */
		return true;
	json_array_foreach(json_object_get(record_json(record), "cases"), i, link)
		if (g_strcmp0(json_text(link, "case"), seek->case_id) == 0)
			return (guint64)json_number(link, "number", 0) + 1 ==
			       seek->number;
	return false;
}

static bool
find_sought(const StoreEntry *entry, gpointer data)
{
	Verify *verify = data;
	g_autofree char *digest = digest_format(&entry->file);
	const Seek *seek = g_hash_table_lookup(verify->sought, digest);

	if (seek != NULL && is_before(verify, entry, seek))
		g_hash_table_remove(verify->sought, digest);
	return entry->position + 1 < verify->from &&
	       g_hash_table_size(verify->sought) > 0;
}

/* The chains of the new records begin where those of the old ones end. */
static void
check_sought(Verify *verify)
{
	g_autoptr(GError) error = NULL;
	GHashTableIter iter;
	gpointer value;

	if (g_hash_table_size(verify->sought) > 0 &&
	    !store_iterate(verify->store, 0, find_sought, verify, &error))
		report(verify, "log", "log", error->message);
	g_hash_table_iter_init(&iter, verify->sought);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Seek *seek = value;
		g_autofree char *detail = g_strdup_printf(
			"it is number %" G_GUINT64_FORMAT " of case %s and does not "
			"follow one that was verified",
			seek->number, seek->case_id);

		report(verify, seek->id, "chain", detail);
	}
}

static void
check_link(Verify *verify, const Inspection *inspection, const json_t *link)
{
	const char *case_id = json_text(link, "case");
	guint64 number = (guint64)json_number(link, "number", 0);
	Link *last = g_hash_table_lookup(verify->chains, case_id);

	if (verify->from > 0 && last == NULL && json_text(link, "previous") != NULL)
		seek_previous(verify, inspection, link);
	else if (inspection->is_wanted &&
		 !follows(verify, last, number, json_text(link, "previous"))) {
		g_autofree char *detail = g_strdup_printf(
			"it is number %" G_GUINT64_FORMAT " of case %s and does not "
			"follow number %" G_GUINT64_FORMAT,
			number, case_id, last == NULL ? 0 : last->number);

		report(verify, inspection->entry.id, "chain", detail);
	}
	if (last == NULL) {
		last = g_new(Link, 1);
		g_hash_table_insert(verify->chains, g_strdup(case_id), last);
	}
	*last = (Link){ number, inspection->entry.file };
}

static void
check_links(Verify *verify, const Inspection *inspection)
{
	const char *only = verify->options->case_id;
	const json_t *link;
	gsize i;

	if (inspection->links == NULL)
		g_hash_table_add(verify->damaged, digest_format(&inspection->entry.file));
	json_array_foreach(inspection->links, i, link)
		if (json_text(link, "case") != NULL &&
		    (only == NULL || strcmp(json_text(link, "case"), only) == 0))
			check_link(verify, inspection, link);
}

/* --- the index -------------------------------------------------------------------- */

static void
open_index(Verify *verify)
{
	g_autofree char *path =
		g_build_filename(store_directory(verify->store), "index.sqlite", NULL);
	g_autoptr(GError) error = NULL;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return; /* disposable: it is made at the next start */
	verify->index = index_open(path, false, &error);
	if (g_error_matches(error, INDEX_ERROR, INDEX_ERROR_EMPTY))
		return;
	if (verify->index == NULL ||
	    !index_position(verify->index, &verify->indexed, &error))
		report(verify, "index.sqlite", "index", error->message);
}

/* An index that cannot be read is one problem, not one for each record. */
static void
give_up_index(Verify *verify, const GError *error)
{
	report(verify, "index.sqlite", "index", error->message);
	index_close(verify->index);
	verify->index = NULL;
}

static bool
has_link(const json_t *cases, const json_t *wanted)
{
	const json_t *one;
	gsize i;

	json_array_foreach(cases, i, one)
		if (g_strcmp0(json_text(one, "case"), json_text(wanted, "case")) == 0)
			return json_number(one, "number", 0) ==
			       json_number(wanted, "number", 0);
	return false;
}

static bool
has_same_cases(const json_t *row, const json_t *links)
{
	const json_t *cases = json_object_get(row, "cases");
	const json_t *link;
	gsize i;

	json_array_foreach(links, i, link)
		if (!has_link(cases, link))
			return false;
	return json_array_size(cases) == json_array_size(links);
}

/* What a row says otherwise than the record; NULL when nothing. */
static const char *
find_difference(const json_t *row, const Inspection *inspection)
{
	const StoreEntry *entry = &inspection->entry;

	if (row == NULL)
		return "the index does not have it";
	if (g_strcmp0(json_text(row, "id"), entry->id) != 0)
		return "the index has another record in its place";
	if (g_strcmp0(json_text(row, "type"), entry->type) != 0 ||
	    json_number(row, "time", 0) != entry->time)
		return "the index has another type or time for it";
	if (g_strcmp0(json_text(row, "key"), inspection->key) != 0)
		return "the index has another key for it";
	if (!has_same_cases(row, inspection->links))
		return "the index has it in other cases";
	return NULL;
}

static void
check_row(Verify *verify, const Inspection *inspection)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) row = NULL;
	const char *difference;

	if (verify->index == NULL || inspection->entry.position >= verify->indexed)
		return;
	row = index_row(verify->index, inspection->entry.position, &error);
	if (error != NULL) {
		give_up_index(verify, error);
		return;
	}
	difference = find_difference(row, inspection);
	if (difference != NULL)
		report(verify, inspection->entry.id, "index", difference);
}

static void
check_stray_rows(Verify *verify)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) strays = NULL;

	if (verify->index == NULL)
		return;
	strays = index_strays(verify->index, &error);
	if (strays == NULL) {
		give_up_index(verify, error);
		return;
	}
	for (guint i = 0; i < strays->len; i++) {
		g_autofree char *detail =
			g_strdup_printf("row %s of the index stands for no record",
					(const char *)strays->pdata[i]);

		report(verify, "index.sqlite", "index", detail);
	}
}

/* --- the log ---------------------------------------------------------------------- */

static bool
collect(const StoreEntry *entry, gpointer data)
{
	Verify *verify = data;

	if (entry->position < verify->size)
		g_array_append_vals(verify->batch, entry, 1);
	return entry->position + 1 < verify->size && verify->batch->len < BATCH;
}

static bool
read_batch(Verify *verify, guint64 from, GError **error)
{
	g_array_set_size(verify->batch, 0);
	if (!store_iterate(verify->store, from, collect, verify, error))
		return false;
	if (verify->batch->len == 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED,
			    "the log ends after %" G_GUINT64_FORMAT
			    " of %" G_GUINT64_FORMAT " entries",
			    from, verify->size);
	return verify->batch->len > 0;
}

/* The entry as the log holds it. */
static void
add_leaf(Verify *verify, const StoreEntry *entry)
{
	g_autofree char *line = entry_format(entry);

	audit_add(verify->audit, line);
}

/* A tree that grows up to a size. */
typedef struct Growth {
	Tree tree;
	guint64 size;
} Growth;

static bool
grow(const StoreEntry *entry, gpointer data)
{
	Growth *growth = data;
	g_autofree char *line = NULL;

	if (growth->tree.size >= growth->size)
		return false;
	line = entry_format(entry);
	tree_add(&growth->tree, line, strlen(line));
	return true;
}

/* A start believes what a snapshot says of the log before it. */
static void
check_snapshot(Verify *verify, const Inspection *inspection)
{
	const Tree *whole = audit_tree(verify->audit);
	Growth growth = { .size = whole->size };
	Digest expected, found;

	if (inspection->payload == NULL ||
	    strcmp(inspection->entry.type, "snapshot") != 0)
		return;
	expected = tree_root(whole);
	if (state_read_tree(inspection->payload, &growth.tree, NULL) &&
	    growth.tree.size <= growth.size &&
	    store_iterate(verify->store, growth.tree.size, grow, &growth, NULL)) {
		found = tree_root(&growth.tree);
		if (digest_equal(&found, &expected))
			return;
	}
	report(verify, inspection->entry.id, "log",
	       "the log's entries are not those that this snapshot was taken of");
}

/* --- what was erased -------------------------------------------------------------- */

/* Whether the tombstone is still being carried out. */
static bool
is_going(const Verify *verify, const StoreEntry *entry)
{
	g_autoptr(GPtrArray) open = store_latest_all(verify->store, "erased");
	bool is_found = false;

	for (guint i = 0; !is_found && i < open->len; i++) {
		const json_t *records = json_object_get(
			json_object_get(open->pdata[i], "payload"), "records");
		const json_t *record;
		size_t j;

		json_array_foreach(records, j, record)
			is_found |= g_strcmp0(json_text(record, "id"), entry->id) == 0;
	}
	return is_found;
}

static void
check_erased(Verify *verify, const StoreEntry *entry)
{
	g_autofree char *name = record_path(entry->id);
	g_autofree char *path =
		g_build_filename(store_directory(verify->store), name, NULL);
	g_autoptr(json_t) row = NULL;

	g_hash_table_add(verify->damaged, digest_format(&entry->file));
	verify->gone++;
	if (verify->index != NULL && entry->position < verify->indexed)
		row = index_row(verify->index, entry->position, NULL);
	if (row == NULL && !g_file_test(path, G_FILE_TEST_EXISTS))
		return;
	if (is_going(verify, entry))
		return;
	report(verify, entry->id, row != NULL ? "index" : "unexpected",
	       row != NULL ? "it was erased, and the index still has it"
			   : "it was erased, and its file is there");
}

static void
check_kept(Verify *verify, const StoreEntry *entry)
{
	const InspectScope scope = { verify->options->case_id, verify->options->since };
	g_auto(Inspection) inspection = { .entry = *entry };

	inspect_record(verify->store, &scope, &inspection);
	check_snapshot(verify, &inspection);
	timeline_add(verify->timeline, &inspection);
	check_links(verify, &inspection);
	if (!inspection.is_wanted)
		return;
	verify->records++;
	verify->in_journal += entry->is_filed ? 0 : 1;
	if (inspection.problem != NULL)
		report(verify, entry->id, inspection.problem, inspection.detail);
	if (inspection.links != NULL)
		check_row(verify, &inspection);
}

/* Stamps are read again: they say when the others were there. */
static bool
is_trusted(const Verify *verify, const StoreEntry *entry)
{
	return entry->position < verify->from && strcmp(entry->type, "stamp") != 0;
}

static void
check_entry(Verify *verify, const StoreEntry *entry)
{
	Id id;

	if (is_trusted(verify, entry))
		verify->trusted++;
	else if (erased_has(verify->erased, entry))
		check_erased(verify, entry);
	else
		check_kept(verify, entry);
	g_strlcpy(id.text, entry->id, sizeof id.text);
	g_array_append_val(verify->ids, id);
	add_leaf(verify, entry);
}

static bool
check_batch(Verify *verify, guint64 from, GError **error)
{
	const VerifyOptions *options = verify->options;

	if (!read_batch(verify, from, error))
		return false;
	for (guint i = 0; i < verify->batch->len; i++)
		check_entry(verify, &g_array_index(verify->batch, StoreEntry, i));
	if (options->progress != NULL)
		options->progress(from + verify->batch->len, verify->size, options->data);
	return true;
}

/* Whether every entry could be read. */
static bool
check_entries(Verify *verify)
{
	g_autoptr(GError) error = NULL;

	for (guint64 from = 0; from < verify->size; from += verify->batch->len)
		if (!check_batch(verify, from, &error)) {
			report(verify, "log", "log", error->message);
			return false;
		}
	return true;
}

/* The log's size and root as the store has them; NULL when it has none. */
static char *
get_head(Verify *verify, GError **error)
{
	g_autoptr(json_t) status = store_status(verify->store);
	const json_t *log = json_object_get(status, "log");
	char *root = g_strdup(json_text(log, "root"));

	verify->size = (guint64)json_number(log, "size", 0);
	if (root == NULL)
		g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED,
			    "%s: the log cannot be read", store_directory(verify->store));
	return root;
}

static void
check_root(Verify *verify, const char *expected)
{
	Digest digest = tree_root(audit_tree(verify->audit));
	g_autofree char *root = g_base64_encode(digest.bytes, DIGEST_LEN);

	if (g_strcmp0(root, expected) != 0)
		report(verify, "log", "log",
		       "its entries are not the ones that its root stands for");
}

/* --- files ------------------------------------------------------------------------ */

static int
compare_ids(gconstpointer a, gconstpointer b)
{
	return strcmp(((const Id *)a)->text, ((const Id *)b)->text);
}

/* Whether an entry stands for "records/…/ULID.eml". */
static bool
is_named(const Verify *verify, const char *path)
{
	g_autofree char *base = g_path_get_basename(path);
	g_autofree char *right = NULL;
	Id id;

	g_strlcpy(id.text, base, sizeof id.text);
	if (!ulid_is_valid(id.text) || bsearch(&id, verify->ids->data, verify->ids->len,
					       sizeof id, compare_ids) == NULL)
		return false;
	right = record_path(id.text);
	return strcmp(right, path) == 0;
}

static void
find_strangers(Verify *verify, const char *folder)
{
	g_autofree char *full =
		g_build_filename(store_directory(verify->store), folder, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(full, 0, &error);
	const char *name;

	if (dir == NULL) {
		report(verify, folder, "unreadable", error->message);
		return;
	}
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *at = g_build_filename(full, name, NULL);

		if (g_file_test(at, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(at, G_FILE_TEST_IS_SYMLINK))
			find_strangers(verify, path);
		else if (name[0] != '.' && !is_named(verify, path))
			g_hash_table_add(verify->strangers, g_steal_pointer(&path));
	}
}

/* What was put and filed since we began is no stranger. */
static bool
forget_newcomer(const StoreEntry *entry, gpointer data)
{
	Verify *verify = data;
	g_autofree char *path = record_path(entry->id);

	g_hash_table_remove(verify->strangers, path);
	return true;
}

static void
check_files(Verify *verify)
{
	g_autoptr(GError) error = NULL;
	GHashTableIter iter;
	gpointer path;

	g_array_sort(verify->ids, compare_ids);
	find_strangers(verify, "records");
	if (g_hash_table_size(verify->strangers) > 0 &&
	    !store_iterate(verify->store, verify->size, forget_newcomer, verify, &error))
		report(verify, "log", "log", error->message);
	g_hash_table_iter_init(&iter, verify->strangers);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		report(verify, path, "unexpected", "no entry of the log names this file");
}

/* --- the whole -------------------------------------------------------------------- */

static void
verify_init(Verify *verify, Store *store, const VerifyOptions *options)
{
	*verify = (Verify){ .store = store, .options = options };
	verify->batch = g_array_sized_new(FALSE, FALSE, sizeof(StoreEntry), BATCH);
	verify->chains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	verify->damaged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	verify->ids = g_array_new(FALSE, FALSE, sizeof(Id));
	verify->sought =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seek_free);
	verify->strangers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	verify->problems = json_array();
}

static void
verify_clear(Verify *verify)
{
	g_array_unref(verify->batch);
	g_hash_table_unref(verify->sought);
	g_hash_table_unref(verify->chains);
	g_hash_table_unref(verify->damaged);
	g_array_unref(verify->ids);
	g_hash_table_unref(verify->strangers);
	g_clear_pointer(&verify->erased, g_hash_table_unref);
	index_close(verify->index);
	timeline_free(verify->timeline);
	audit_free(verify->audit);
	json_decref(verify->problems);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verify, verify_clear)

static void
note(json_t *notes, guint64 count, const char *what)
{
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT " %s", count, what);

	if (count > 0)
		json_array_append_new(notes, json_string(text));
}

static json_t *
verify_result(const Verify *verify)
{
	json_t *notes = json_array();

	note(notes, verify->trusted, "verified before");
	note(notes, verify->gone, "erased");
	note(notes, verify->in_journal, "in journal, not filed yet");
	note(notes, verify->size - MIN(verify->indexed, verify->size), "not indexed yet");
	timeline_finish(verify->timeline, notes);
	return json_pack("{s:b, s:I, s:O, s:o}", "ok",
			 json_array_size(verify->problems) == 0, "records",
			 (json_int_t)verify->records, "problems", verify->problems,
			 "notes", notes);
}

static void
report_log(const char *id, const char *detail, void *data)
{
	report(data, id, "log", detail);
}

static void
report_stamp(const char *id, const char *detail, void *data)
{
	report(data, id, "stamp", detail);
}

/* --- what was verified before ----------------------------------------------------- */

/* Not under log/, which is published. */
static char *
noted_path(const Verify *verify)
{
	return g_build_filename(store_directory(verify->store), "verified", NULL);
}

static char *
read_noted(const Verify *verify)
{
	g_autofree char *path = noted_path(verify);
	char *note = NULL;

	(void)g_file_get_contents(path, &note, NULL, NULL);
	return note;
}

/* The log's own signed checkpoint is the note: where there is one, all before it was
 * found whole.  What is not whole any more is not to be passed over next time. */
static void
note_head(Verify *verify)
{
	const char *note = audit_note(verify->audit);
	g_autofree char *path = noted_path(verify);
	g_autoptr(GError) error = NULL;

	if (!verify->options->notes_head || !is_whole(verify))
		return;
	if (json_array_size(verify->problems) > 0)
		(void)g_unlink(path);
	else if (note != NULL && !file_replace(path, note, strlen(note), 0600, &error))
		report(verify, "verified", "unreadable", error->message);
}

static void
begin(Verify *verify)
{
	const VerifyOptions *options = verify->options;
	g_autofree char *noted = options->is_incremental && options->pinned == NULL
					 ? read_noted(verify)
					 : NULL;

	verify->audit = audit_new(verify->store, noted != NULL ? noted : options->pinned,
				  report_log, verify);
	if (options->is_incremental)
		verify->from = audit_pinned_size(verify->audit);
}

/* What only the whole archive can be asked. */
static void
check_whole(Verify *verify)
{
	check_sought(verify);
	if (!is_whole(verify))
		return;
	if (verify->from == 0) {
		check_stray_rows(verify);
		check_files(verify);
	}
	timeline_check_files(verify->timeline, verify->size);
}

json_t *
verify_archive(Store *store, const VerifyOptions *options, GError **error)
{
	g_auto(Verify) verify;
	g_autofree char *root = NULL;

	verify_init(&verify, store, options);
	begin(&verify);
	verify.timeline = timeline_new(store, verify.audit, options->anchors,
				       report_stamp, &verify);
	root = get_head(&verify, error);
	verify.erased = erased_all(store, error);
	if (root == NULL || verify.erased == NULL)
		return NULL;
	if (store_damage(store) != NULL)
		report(&verify, "journal", "log", store_damage(store));
	open_index(&verify);
	if (check_entries(&verify)) {
		check_root(&verify, root);
		audit_finish(verify.audit);
		check_whole(&verify);
	}
	note_head(&verify);
	return verify_result(&verify);
}
