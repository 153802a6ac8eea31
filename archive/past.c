/* SPDX-License-Identifier: Apache-2.0 */
/*
 * past.c - what the store was when it stopped, from verified records
 *
 * Nothing is believed because it lies there.  The first entry introduces, by its own
 * signature, the first certificate; later `key` records, signed by one that is known,
 * introduce the others; a snapshot or a record counts when it has the digest that the log names and a
 * signature of one of them.
 *
 * A record that is missing or altered ends the start when it could have made, changed
 * or ended something that decides about mail.  Mail and what only tells is passed
 * over: verify names it, and children's mail goes on.
 */
#include "config.h"

#include "archive/marker.h"
#include "archive/past.h"

#include "archive/erased.h"
#include "archive/publish.h"
#include "archive/record.h"
#include "base/file.h"

#include <string.h>

/* One position of the log, read. */
typedef struct Place {
	guint64 position;
	char *line;
	StoreEntry entry;
	Record *record; /* NULL: not read, or not to be read */
} Place;

static void
place_clear(Place *place)
{
	g_clear_pointer(&place->line, g_free);
	g_clear_pointer(&place->record, record_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

/* A record without which the state would be another. */
typedef struct Missing {
	StoreEntry entry;
	char *why;
} Missing;

static void
free_missing(gpointer data)
{
	Missing *missing = data;

	g_free(missing->why);
	g_free(missing);
}

static void
unref_sealed(gpointer sealed)
{
	sealed_unref(sealed);
}

void
past_init(Past *past, const char *directory, const char *spool, Entries *entries)
{
	memset(past, 0, sizeof(*past));
	past->directory = directory;
	past->spool = spool;
	past->entries = entries;
	past->pending = g_ptr_array_new_with_free_func(unref_sealed);
	past->roots = g_array_new(FALSE, FALSE, sizeof(PastRoot));
	past->missing = g_ptr_array_new_with_free_func(free_missing);
	past->state = state_new();
	past->trust = trust_new();
}

void
past_clear(Past *past)
{
	g_clear_pointer(&past->pending, g_ptr_array_unref);
	g_clear_pointer(&past->roots, g_array_unref);
	g_clear_pointer(&past->missing, g_ptr_array_unref);
	g_clear_pointer(&past->state, state_free);
	g_clear_pointer(&past->trust, trust_free);
	g_clear_pointer(&past->fault, g_free);
	g_clear_pointer(&past->damage, g_free);
	g_clear_pointer(&past->fork, g_free);
	g_clear_pointer(&past->restored, g_free);
}

static guint64
total(const Past *past)
{
	return entries_size(past->entries) + past->pending->len;
}

/* The first one is told. */
static void
set_fault(Past *past, char *fault)
{
	if (past->fault == NULL)
		past->fault = fault;
	else
		g_free(fault);
}

static void
set_damage(Past *past, char *damage)
{
	if (past->damage == NULL)
		past->damage = g_strdup(damage);
	set_fault(past, damage);
}

bool
past_add_batch(const Batch *batch, void *data)
{
	Past *past = data;
	const guint64 filed = entries_size(past->entries);
	const guint64 first = batch->size - batch->records->len;
	const PastRoot root = { batch->size, batch->root, false, false };

	if (first > total(past)) {
		set_damage(past, g_strdup_printf("journal batch %" G_GUINT64_FORMAT
						 " begins at record %" G_GUINT64_FORMAT
						 ", but the log has %" G_GUINT64_FORMAT
						 ": records between them are lost",
						 batch->number, first, total(past)));
		return false;
	}
	for (guint i = 0; i < batch->records->len; i++) {
		Sealed *sealed = batch->records->pdata[i];

		sealed->position = first + i;
		if (sealed->position >= filed && sealed->position == total(past))
			g_ptr_array_add(past->pending, sealed_ref(sealed));
	}
	g_array_append_val(past->roots, root);
	return true;
}

/* The line at a position; consecutive calls read each bundle once. */
static bool
read_line(const Past *past, guint64 position, GPtrArray **bundle, Place *place,
	  GError **error)
{
	const guint64 filed = entries_size(past->entries);
	const guint index = (guint)(position % ENTRIES_OF_BUNDLE);

	place->position = position;
	if (position >= filed) {
		place->line = sealed_entry(past->pending->pdata[position - filed]);
	} else {
		if (*bundle == NULL)
			*bundle = entries_read(past->entries, position, error);
		if (*bundle == NULL)
			return false;
		if (index < (*bundle)->len)
			place->line = g_strdup((*bundle)->pdata[index]);
	}
	if (place->line != NULL && entry_parse(place->line, &place->entry))
		return true;
	g_set_error(error, ENTRIES_ERROR, ENTRIES_ERROR_FORMAT,
		    "entry %" G_GUINT64_FORMAT " of the log is malformed", position);
	return false;
}

static GBytes *
read_bytes(const Past *past, const Place *place, GError **error)
{
	const guint64 filed = entries_size(past->entries);
	g_autofree char *relative = record_path(place->entry.id);
	g_autofree char *path = g_build_filename(past->directory, relative, NULL);
	GBytes *bytes;

	if (place->position < filed)
		return file_read(path, G_MAXSSIZE, error);
	bytes = sealed_bytes(past->pending->pdata[place->position - filed], past->spool,
			     error);
	if (bytes != NULL || !g_file_test(path, G_FILE_TEST_EXISTS))
		return bytes;
	g_clear_error(error); /* filed, but its entry was not written any more */
	return file_read(path, G_MAXSSIZE, error);
}

/* The record at a place, with the digest that the log names. */
static bool
read_record(const Past *past, Place *place, GError **error)
{
	g_autoptr(GBytes) bytes = read_bytes(past, place, error);
	Digest digest;

	if (bytes == NULL)
		return false;
	digest = digest_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	if (!digest_equal(&digest, &place->entry.file)) {
		g_set_error(error, RECORD_ERROR, RECORD_ERROR_CONTENT,
			    "the file is not the one that the log names");
		return false;
	}
	place->record = record_read(bytes, error);
	return place->record != NULL;
}

/* The first `key` record speaks for itself: it is signed by what it introduces.  Every
 * later one is signed by what was introduced before it. */
static bool
trust_key(Past *past, const Place *place, GError **error)
{
	const char *pem = json_text(record_payload(place->record), "certificate");
	g_autoptr(Trust) own = trust_new();

	if (pem == NULL) {
		g_set_error(error, RECORD_ERROR, RECORD_ERROR_FORMAT,
			    "a key record without certificate");
		return false;
	}
	if (place->position == 0 && !trust_add(own, pem, error))
		return false;
	return record_check(place->record, place->position == 0 ? own : past->trust,
			    error) &&
	       trust_add(past->trust, pem, error);
}

static bool
read_key(Past *past, guint64 position, GError **error)
{
	g_autoptr(GPtrArray) bundle = NULL;
	g_auto(Place) place = { 0 };

	if (position >= total(past) ||
	    !read_line(past, position, &bundle, &place, error) ||
	    !read_record(past, &place, error))
		return false;
	if (strcmp(place.entry.type, "key") != 0) {
		g_set_error(error, RECORD_ERROR, RECORD_ERROR_FORMAT,
			    "record %s is no key record", place.entry.id);
		return false;
	}
	return trust_key(past, &place, error);
}

/* Takes over the state of a snapshot, if all of it is true. */
static bool
load_snapshot(Past *past, Place *place)
{
	g_autoptr(GArray) keys = NULL;
	State *state;
	Tree tree;

	if (!read_record(past, place, NULL))
		return false;
	keys = state_keys(record_payload(place->record));
	for (guint i = 0; i < keys->len; i++)
		if (!read_key(past, g_array_index(keys, guint64, i), NULL))
			return false;
	if (!record_check(place->record, past->trust, NULL))
		return false;
	state = state_from_json(record_payload(place->record), &tree, NULL);
	if (state == NULL || tree.size > place->position) {
		state_free(state);
		return false;
	}
	state_free(past->state);
	past->state = state;
	past->tree = tree;
	return true;
}

/* From the end backwards, so that a start costs the same however old the log is. */
static bool
find_snapshot(Past *past, GError **error)
{
	g_autoptr(GPtrArray) bundle = NULL;

	for (guint64 position = total(past); position > 0; position--) {
		g_auto(Place) place = { 0 };

		if (position % ENTRIES_OF_BUNDLE == 0)
			g_clear_pointer(&bundle, g_ptr_array_unref);
		if (!read_line(past, position - 1, &bundle, &place, error))
			return false;
		if (strcmp(place.entry.type, "snapshot") == 0 &&
		    load_snapshot(past, &place)) {
			past->snapshot = position;
			past->snapshot_time = place.entry.time;
			return true;
		}
		if (position == 1)
			past->snapshot_time = place.entry.time;
	}
	return true;
}

/* Whether the state would be another without a record of this type. */
static bool
is_decisive(const char *type)
{
	static const char *const types[] = { "person", "staff", "contact",  "agreement",
					     "policy", "key",   "decision", "erased" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

static void
add_missing(Past *past, const Place *place, const GError *error)
{
	Missing *missing = g_new0(Missing, 1);

	missing->entry = place->entry;
	missing->why = g_strdup(error->message);
	g_ptr_array_add(past->missing, missing);
}

/* A tombstone stands for the records that it names. */
static void
forgive(Past *past, const Record *tombstone)
{
	g_autoptr(GHashTable) erased = erased_of(tombstone);

	for (guint i = past->missing->len; i > 0; i--) {
		const Missing *missing = past->missing->pdata[i - 1];

		if (erased_has(erased, &missing->entry))
			g_ptr_array_remove_index(past->missing, i - 1);
	}
}

static void
tell_missing(Past *past)
{
	const Missing *missing = past->missing->len > 0 ? past->missing->pdata[0] : NULL;

	if (missing != NULL)
		set_fault(past,
			  g_strdup_printf("the %s record %s is missing or altered (%s): "
					  "restore it; `chaperone archive verify` "
					  "names all such records",
					  missing->entry.type, missing->entry.id,
					  missing->why));
}

static void
apply_record(Past *past, Place *place)
{
	g_autoptr(GError) error = NULL;

	if (read_record(past, place, &error) &&
	    (strcmp(place->entry.type, "key") != 0 || trust_key(past, place, &error)) &&
	    record_check(place->record, past->trust, &error)) {
		state_apply(past->state, place->position,
			    (json_t *)(gpointer)(gsize)record_json(place->record),
			    &place->entry.file);
		if (strcmp(place->entry.type, "erased") == 0)
			forgive(past, place->record);
		return;
	}
	past->unreadable++;
	if (is_decisive(place->entry.type))
		add_missing(past, place, error);
}

static gint
compare_roots(gconstpointer a, gconstpointer b)
{
	const guint64 first = ((const PastRoot *)a)->size;
	const guint64 second = ((const PastRoot *)b)->size;

	return first < second ? -1 : first > second;
}

static void
set_restored(Past *past, const char *path, const char *what)
{
	g_free(past->restored);
	past->restored = g_strdup_printf(
		"the archive was restored from a copy: %s: %s: `chaperone archive adopt "
		"--reason R` goes on from what is there: see chaperoned(8)",
		path, what);
}

void
past_set_marker(Past *past, const char *path)
{
	g_auto(Checkpoint) head = { 0 };
	g_autoptr(GError) error = NULL;
	g_autofree char *what = NULL;
	PastRoot root = { .is_marked = true };

	if (!marker_is_due(past->directory))
		return;
	if (!marker_read(path, &head, &error)) {
		set_restored(past, path, error->message);
		return;
	}
	root.size = head.size;
	root.root = head.root;
	past->marker = path;
	g_array_append_val(past->roots, root);
	g_array_sort(past->roots, compare_roots);
	what = g_strdup_printf("it remembers %" G_GUINT64_FORMAT
			       " records, there are %" G_GUINT64_FORMAT,
			       head.size, total(past));
	if (head.size > total(past))
		set_restored(past, path, what);
}

static void
compare_root(Past *past, const PastRoot *root)
{
	const Digest found = tree_root(&past->tree);
	char *what;

	if (digest_equal(&found, &root->root))
		return;
	if (root->is_marked) {
		set_restored(past, past->marker, "it remembers other records");
		return;
	}
	what = g_strdup_printf("the log's entries up to %" G_GUINT64_FORMAT
			       " are not those that the %s stands for",
			       root->size, root->is_published ? "checkpoint" : "journal");
	if (!root->is_published)
		set_damage(past, what);
	else
		past->fork = what;
}

/* What the journal answered for and what was published is what the entries lead to. */
static void
check_roots(Past *past, guint *next)
{
	for (; *next < past->roots->len; ++*next) {
		const PastRoot *root = &g_array_index(past->roots, PastRoot, *next);

		if (root->size > past->tree.size)
			break;
		if (root->size == past->tree.size)
			compare_root(past, root);
	}
}

/* What was published is one more that must hold, when it is signed. */
static char *
add_checkpoint(Past *past)
{
	g_autofree char *log = g_build_filename(past->directory, "log", NULL);
	g_auto(Checkpoint) checkpoint = { 0 };
	char *note = publish_read(log, &checkpoint, NULL);
	const PastRoot root = { checkpoint.size, checkpoint.root, true, false };

	if (note == NULL)
		return NULL;
	g_array_append_val(past->roots, root);
	g_array_sort(past->roots, compare_roots);
	if (checkpoint.size > total(past))
		past->fork = g_strdup_printf("the log has %" G_GUINT64_FORMAT
					     " entries, but its checkpoint was published "
					     "with %" G_GUINT64_FORMAT
					     ": the end was lost or cut off",
					     total(past), checkpoint.size);
	return note;
}

/* A checkpoint that is not signed by a key of this log says nothing: it stops no mail;
 * nothing more is published, and verify says so. */
static void
judge_checkpoint(Past *past, const char *note)
{
	g_autoptr(GPtrArray) keys = state_latest_all(past->state, "key");

	for (guint i = 0; past->fork != NULL && i < keys->len; i++) {
		const char *key = json_text(json_object_get(keys->pdata[i], "payload"),
					    "verifier_key");
		g_autofree char *text = key == NULL ? NULL : note_open(note, key, NULL);

		if (text != NULL)
			set_damage(past, g_steal_pointer(&past->fork));
	}
}

bool
past_load(Past *past, GError **error)
{
	g_autoptr(GPtrArray) bundle = NULL;
	g_autofree char *note = add_checkpoint(past);
	guint next_root = 0;

	if (!find_snapshot(past, error))
		return false;
	for (guint64 position = past->tree.size; position < total(past); position++) {
		g_auto(Place) place = { 0 };

		if (position % ENTRIES_OF_BUNDLE == 0)
			g_clear_pointer(&bundle, g_ptr_array_unref);
		if (!read_line(past, position, &bundle, &place, error))
			return false;
		tree_add(&past->tree, place.line, strlen(place.line));
		check_roots(past, &next_root);
		apply_record(past, &place);
	}
	tell_missing(past);
	judge_checkpoint(past, note);
	return true;
}
