/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.c - reads the whole archive and says what is not as it should be
 *
 * Mail may be filed meanwhile: the end of the log is taken first, and only records
 * before it are looked at.  Entries are read in batches, so that the store is not asked
 * for one thing while it gives another.  What is looked for is said in files of its own:
 * inspect (a record's file), chains (the cases), audit (the log and its pins), timeline
 * (its stamps), rows (the index), strangers (what nothing stands for).
 *
 * One thread does it: with OpenSSL 3.0, whose lookups share their locks, a second one
 * made it no faster.
 */
#include "config.h"

#include "archive/verify.h"

#include "archive/audit.h"
#include "archive/chains.h"
#include "archive/entries.h"
#include "archive/erased.h"
#include "archive/inspect.h"
#include "archive/problems.h"
#include "archive/rows.h"
#include "archive/state.h"
#include "archive/strangers.h"
#include "archive/timeline.h"
#include "archive/tree.h"
#include "base/file.h"

#include <glib/gstdio.h>
#include <string.h>

enum { BATCH = 256 };

typedef struct Verify {
	Store *store;
	const VerifyOptions *options;
	guint64 size;       /* of the log when we began */
	guint64 records;    /* looked at that were asked for */
	guint64 in_journal; /* of these, not filed yet */
	GArray *batch;      /* StoreEntry */
	Problems *problems;
	Audit *audit;       /* the log, made again from the entries */
	Timeline *timeline; /* what its stamps say */
	Chains *chains;
	Rows *rows;
	Strangers *strangers;
	guint64 from;       /* records before it were verified another time */
	guint64 trusted;    /* how many of them */
	GHashTable *erased; /* as erased_all has it */
	guint64 gone;       /* erased, as their tombstones say */
} Verify;

static void
report(Verify *verify, const char *id, const char *problem, const char *detail)
{
	problems_add(verify->problems, id, problem, detail);
}

static bool
is_whole(const Verify *verify)
{
	return verify->options->case_id == NULL && verify->options->since == 0;
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

/* A start believes what a snapshot says of the log before it. */
static void
check_snapshot(Verify *verify, const Inspection *inspection)
{
	Checkpoint head = { NULL };
	Tree tree;

	if (inspection->payload == NULL ||
	    strcmp(inspection->entry.type, "snapshot") != 0)
		return;
	if (state_read_tree(inspection->payload, &tree, NULL)) {
		head.size = tree.size;
		head.root = tree_root(&tree);
		if (audit_had(verify->audit, &head))
			return;
	}
	problems_doubt(verify->problems, inspection->entry.id, "log",
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
	const bool has_row = rows_has(verify->rows, entry);

	chains_excuse(verify->chains, &entry->file);
	verify->gone++;
	if (!has_row && !g_file_test(path, G_FILE_TEST_EXISTS))
		return;
	if (is_going(verify, entry))
		return;
	report(verify, entry->id, has_row ? "index" : "unexpected",
	       has_row ? "it was erased, and the index still has it"
		       : "it was erased, and its file is there");
}

static void
expect_certificate(Verify *verify, const Inspection *inspection)
{
	const char *pem = json_text(inspection->payload, "certificate");

	if (pem != NULL && strcmp(inspection->entry.type, "key") == 0)
		strangers_expect_certificate(verify->strangers, pem);
}

static void
check_kept(Verify *verify, const StoreEntry *entry)
{
	const InspectScope scope = { verify->options->case_id, verify->options->since };
	g_auto(Inspection) inspection = { .entry = *entry };

	inspect_record(verify->store, &scope, &inspection);
	check_snapshot(verify, &inspection);
	timeline_add(verify->timeline, &inspection);
	chains_add(verify->chains, &inspection);
	expect_certificate(verify, &inspection);
	if (!inspection.is_wanted)
		return;
	verify->records++;
	verify->in_journal += entry->is_filed ? 0 : 1;
	if (inspection.problem != NULL)
		report(verify, entry->id, inspection.problem, inspection.detail);
	else if (inspection.links != NULL)
		rows_check(verify->rows, &inspection);
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
	if (is_trusted(verify, entry))
		verify->trusted++;
	else if (erased_has(verify->erased, entry))
		check_erased(verify, entry);
	else
		check_kept(verify, entry);
	strangers_expect(verify->strangers, entry);
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
		problems_doubt(verify->problems, "log", "log",
			       "its entries are not the ones that its root stands for");
}

/* --- the whole -------------------------------------------------------------------- */

static void
verify_clear(Verify *verify)
{
	g_array_unref(verify->batch);
	g_clear_pointer(&verify->erased, g_hash_table_unref);
	strangers_free(verify->strangers);
	rows_free(verify->rows);
	chains_free(verify->chains);
	timeline_free(verify->timeline);
	audit_free(verify->audit);
	problems_free(verify->problems);
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
	note(notes, strangers_lost(verify->strangers), "without an entry of the log");
	note(notes, verify->in_journal, "in journal, not filed yet");
	note(notes, verify->size - MIN(rows_covered(verify->rows), verify->size),
	     "not indexed yet");
	timeline_finish(verify->timeline, notes);
	return json_pack("{s:b, s:I, s:O, s:o}", "ok", !problems_any(verify->problems),
			 "records", (json_int_t)verify->records, "problems",
			 problems_list(verify->problems), "notes", notes);
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
	if (problems_any(verify->problems))
		(void)g_unlink(path);
	else if (note != NULL && !file_replace(path, note, strlen(note), 0600, &error))
		report(verify, "verified", "unreadable", error->message);
}

/* With the end of the log as it is now. */
static void
begin(Verify *verify)
{
	const VerifyOptions *options = verify->options;
	g_autofree char *noted = options->is_incremental && options->pinned == NULL
					 ? read_noted(verify)
					 : NULL;

	verify->batch = g_array_sized_new(FALSE, FALSE, sizeof(StoreEntry), BATCH);
	verify->problems = problems_new();
	verify->audit = audit_new(verify->store, noted != NULL ? noted : options->pinned,
				  verify->problems);
	if (options->is_incremental)
		verify->from = audit_pinned_size(verify->audit);
	verify->timeline = timeline_new(verify->store, verify->audit, options->anchors,
					verify->problems);
	verify->chains = chains_new(verify->store, options->case_id, verify->from,
				    verify->problems);
}

/* What only the whole archive can be asked. */
static void
check_whole(Verify *verify)
{
	strangers_check_twice(verify->strangers);
	if (verify->from == 0) {
		rows_check_strays(verify->rows);
		strangers_check_files(verify->strangers);
	}
	timeline_check_files(verify->timeline, verify->size);
}

static void
check_all(Verify *verify, const char *root)
{
	if (store_damage(verify->store) != NULL)
		report(verify, "journal", "log", store_damage(verify->store));
	verify->strangers = strangers_new(verify->store, verify->size, verify->problems);
	verify->rows = rows_new(verify->store, verify->problems);
	if (!check_entries(verify))
		return;
	check_root(verify, root);
	audit_finish(verify->audit);
	chains_finish(verify->chains);
	if (is_whole(verify))
		check_whole(verify);
	problems_settle(verify->problems, !audit_is_at_odds(verify->audit));
}

json_t *
verify_archive(Store *store, const VerifyOptions *options, GError **error)
{
	g_auto(Verify) verify = { .store = store, .options = options };
	g_autofree char *root = NULL;

	begin(&verify);
	root = get_head(&verify, error);
	if (root == NULL)
		return NULL;
	verify.erased = erased_all(store, error);
	if (verify.erased == NULL)
		return NULL;
	check_all(&verify, root);
	note_head(&verify);
	return verify_result(&verify);
}
