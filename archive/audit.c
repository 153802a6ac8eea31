/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.c - the published log against its entries, and against what was pinned outside
 *
 * The root over the entries is made again.  Where it passes a size that somebody signed,
 * the published checkpoint or the pinned one, it must be the root that was signed; that
 * is all that consistency is for who has the entries themselves.  Tiles are made again
 * as well, and compared; so are those of former sizes, and bundles, which somebody may have
 * pinned.
 */
#include "config.h"

#include "archive/audit.h"

#include "archive/entries.h"
#include "archive/partials.h"
#include "archive/prove.h"
#include "archive/publish.h"
#include "archive/roots.h"
#include "archive/tiles.h"
#include "base/message.h"

#include <string.h>

/* Of a mail that a pin came in. */
enum { MAIL_MAX = 1024 * 1024, MAIL_DEPTH = 10, MAIL_PARTS = 100 };

/* A root that somebody signed. */
typedef struct Claim {
	const char *id; /* as it is reported */
	bool is_known;  /* there is one to compare with */
	bool is_told;   /* that the log is at odds with it */
	bool is_met;
	Checkpoint head;
} Claim;

struct Audit {
	Problems *problems;
	char *log;
	char *origin;
	GPtrArray *origins; /* char *: all that the log has had */
	GPtrArray *keys; /* char *: verifier keys that the log introduced, oldest first */
	Claim published;
	char *note; /* that is published; NULL when it says nothing */
	Claim pinned;
	Tiles *tiles;
	GByteArray *bundle; /* of the newest entries, as it is in its file */
	gsize ends[ENTRIES_OF_BUNDLE];
	Tree tree;
	Roots *roots;
	bool is_at_odds;
	bool has_odd; /* a tile says that an entry was another */
	guint64 odd;  /* the first such */
};

static void
report(const Audit *audit, const char *id, const char *detail)
{
	problems_add(audit->problems, id, "log", detail);
}

/* --- keys ------------------------------------------------------------------------- */

static gint
compare_records(gconstpointer a, gconstpointer b)
{
	const json_t *const *first = a;
	const json_t *const *second = b;

	return g_strcmp0(json_text(*first, "id"), json_text(*second, "id"));
}

static GPtrArray *
find_keys(Store *store, GPtrArray *origins)
{
	g_autoptr(GPtrArray) records = store_latest_all(store, "key");
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_sort(records, compare_records);
	for (guint i = 0; i < records->len; i++) {
		const json_t *payload = json_object_get(records->pdata[i], "payload");
		const char *key = json_text(payload, "verifier_key");
		const char *origin = json_text(payload, "origin");

		if (key != NULL)
			g_ptr_array_add(keys, g_strdup(key));
		if (origin != NULL)
			g_ptr_array_add(origins, g_strdup(origin));
	}
	return keys;
}

/* The text of a note by one of the keys from a place on. */
static char *
open_note(const Audit *audit, const char *note, guint first)
{
	for (guint i = first; i < audit->keys->len; i++) {
		char *text = note_open(note, audit->keys->pdata[i], NULL);

		if (text != NULL)
			return text;
	}
	return NULL;
}

/* A name that the log has, or had before it was adopted. */
static bool
is_ours(const Audit *audit, const char *origin)
{
	return g_ptr_array_find_with_equal_func(audit->origins, origin, g_str_equal,
						NULL);
}

static char *
find_note(const Audit *audit, const char *text)
{
	char *note = NULL;

	for (guint i = 0; note == NULL && i < audit->origins->len; i++)
		note = note_find(text, audit->origins->pdata[i]);
	return note;
}

/* --- what was signed -------------------------------------------------------------- */

/* first: the oldest of the keys that may have signed it. */
static void
read_claim(Audit *audit, Claim *claim, const char *note, guint first)
{
	g_autofree char *text = open_note(audit, note, first);
	g_autoptr(GError) error = NULL;

	if (text == NULL) {
		report(audit, claim->id,
		       "this checkpoint is not signed by the key of this log");
		return;
	}
	if (!checkpoint_parse(text, &claim->head, &error)) {
		report(audit, claim->id, error->message);
		return;
	}
	claim->is_known = is_ours(audit, claim->head.origin);
	if (!claim->is_known)
		report(audit, claim->id, "this checkpoint is of another log");
}

bool
audit_knows(const Audit *audit, const char *note, GError **error)
{
	g_autofree char *text = open_note(audit, note, 0);
	g_auto(Checkpoint) head = { 0 };

	if (text == NULL) {
		g_set_error_literal(error, NOTE_ERROR, NOTE_ERROR_SIGNATURE,
				    "its checkpoint is not signed by a key of this log");
		return false;
	}
	if (!checkpoint_parse(text, &head, error))
		return false;
	if (is_ours(audit, head.origin))
		return true;
	g_set_error_literal(error, NOTE_ERROR, NOTE_ERROR_FORMAT,
			    "its checkpoint is of another log");
	return false;
}

static void
read_published(Audit *audit)
{
	g_auto(Checkpoint) unchecked = { 0 };
	g_autoptr(GError) error = NULL;
	g_autofree char *note = publish_read(audit->log, &unchecked, &error);

	if (note != NULL)
		read_claim(audit, &audit->published, note, MAX(audit->keys->len, 1) - 1);
	else if (audit->keys->len > 0 ||
		 !g_error_matches(error, PUBLISH_ERROR, PUBLISH_ERROR_MISSING))
		report(audit, audit->published.id, error->message);
	audit->note = g_steal_pointer(&note);
}

static void
check_proof(Audit *audit, const Proof *proof)
{
	for (guint i = 0; proof->entry != NULL && i < audit->keys->len; i++)
		if (proof_check(proof, proof->entry, audit->keys->pdata[i], NULL))
			return;
	report(audit, audit->pinned.id,
	       "this proof does not lead from its entry to a checkpoint of this log");
}

/* The note in a mail that was saved whole, in whatever encoding it has arrived. */
static char *
find_in_mail(const Audit *audit, const char *text)
{
	static const MessageLimits limits = { MAIL_MAX, MAIL_DEPTH, MAIL_PARTS };
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autoptr(Message) message = message_read(bytes, &limits);
	const GPtrArray *parts = message_parts(message);
	char *found = NULL;

	for (guint i = 0; found == NULL && i < parts->len; i++) {
		g_autoptr(GBytes) part =
			message_part_decode(message, parts->pdata[i], MAIL_MAX);
		g_autofree char *content =
			part == NULL ? NULL
				     : g_strndup(g_bytes_get_data(part, NULL),
						 g_bytes_get_size(part));

		found = content == NULL ? NULL : find_note(audit, content);
	}
	return found;
}

/* A checkpoint, or a proof, which holds one; as a file, or the mail that it came in. */
static void
read_pinned(Audit *audit, const char *text)
{
	g_autofree char *note = find_note(audit, text);
	g_auto(Proof) proof = { 0 };

	if (note == NULL)
		note = find_in_mail(audit, text);
	if (proof_parse(text, &proof, NULL)) {
		check_proof(audit, &proof);
		read_claim(audit, &audit->pinned, proof.note, 0);
	} else {
		read_claim(audit, &audit->pinned, note != NULL ? note : text, 0);
	}
}

/* --- tiles ------------------------------------------------------------------------ */

static void
compare_partial_tiles(const Audit *audit, const Tile *tile)
{
	const Tile full = { tile->level, tile->number, TILE_WIDTH, NULL };
	g_autofree char *name = tile_path(&full);
	gsize ends[TILE_WIDTH];

	for (guint i = 0; i < tile->width; i++)
		ends[i] = (gsize)(i + 1) * DIGEST_LEN;
	partials_check(audit->log, &(Whole){ name, tile->bytes, ends, tile->width },
		       audit->problems);
}

/* The entries so far that belong into one file. */
static void
compare_partial_bundles(Audit *audit)
{
	const guint64 last = audit->tree.size - 1;
	g_autofree char *number = tile_name(last / ENTRIES_OF_BUNDLE, 0);
	g_autofree char *name = g_build_filename("tile", "entries", number, NULL);

	partials_check(audit->log,
		       &(Whole){ name, audit->bundle->data, audit->ends,
				 (guint)(last % ENTRIES_OF_BUNDLE) + 1 },
		       audit->problems);
}

static void
add_to_bundle(Audit *audit, const char *entry, gsize len)
{
	const guint i = (guint)((audit->tree.size - 1) % ENTRIES_OF_BUNDLE);
	const guint8 length[] = { (guint8)(len >> 8), (guint8)len };

	if (i == 0)
		g_byte_array_set_size(audit->bundle, 0);
	g_byte_array_append(audit->bundle, length, sizeof length);
	g_byte_array_append(audit->bundle, (const guint8 *)entry, (guint)len);
	audit->ends[i] = audit->bundle->len;
	if (i + 1 == ENTRIES_OF_BUNDLE)
		compare_partial_bundles(audit);
}

/* Which entry it was, should the tile be right. */
static void
find_odd(Audit *audit, const Tile *tile, const guint8 *found)
{
	guint i = 0;

	if (audit->has_odd || tile->level != 0)
		return;
	while (memcmp(found + (gsize)i * DIGEST_LEN, tile->bytes + (gsize)i * DIGEST_LEN,
		      DIGEST_LEN) == 0)
		i++;
	audit->has_odd = true;
	audit->odd = tile->number * TILE_WIDTH + i;
}

/* A tile that is not what the entries lead to is wrong, or the entries are, and then the
 * checkpoint says so. */
static bool
compare_tile(const Tile *tile, void *data, GError **error)
{
	Audit *audit = data;
	g_autofree char *relative = tile_path(tile);
	g_autofree char *id = g_strconcat("log/", relative, NULL);
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) found = tile_read(audit->log, tile, &cause);

	(void)error;
	compare_partial_tiles(audit, tile);
	if (found == NULL)
		report(audit, id, cause->message);
	else if (memcmp(g_bytes_get_data(found, NULL), tile->bytes,
			(gsize)tile->width * DIGEST_LEN) != 0) {
		find_odd(audit, tile, g_bytes_get_data(found, NULL));
		problems_doubt(audit->problems, id, "log",
			       "this tile is not that of the log's entries");
	}
	return true;
}

/* --- the whole -------------------------------------------------------------------- */

static void
report_odds(const Audit *audit, const Claim *claim)
{
	static const char what[] =
		"the log's entries are not those that this checkpoint stands for";
	g_autofree char *detail =
		audit->has_odd ? g_strdup_printf("%s: entry %" G_GUINT64_FORMAT
						 " is not the one that the tiles have",
						 what, audit->odd)
			       : g_strdup(what);

	report(audit, claim->id, detail);
}

static void
check_claim(Audit *audit, Claim *claim)
{
	Digest root;

	if (!claim->is_known || claim->is_met || claim->head.size != audit->tree.size)
		return;
	claim->is_met = true;
	root = tree_root(&audit->tree);
	if (claim->is_told || digest_equal(&root, &claim->head.root))
		return;
	audit->is_at_odds |= claim == &audit->published;
	report_odds(audit, claim);
}

static void
check_claims(Audit *audit)
{
	check_claim(audit, &audit->published);
	check_claim(audit, &audit->pinned);
}

Audit *
audit_new(Store *store, const char *pinned, Problems *problems)
{
	Audit *audit = g_new0(Audit, 1);

	audit->problems = problems;
	audit->roots = roots_new(store);
	audit->log = store_log(store);
	audit->origin = g_strdup(store_origin(store));
	audit->origins = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(audit->origins, g_strdup(audit->origin));
	audit->keys = find_keys(store, audit->origins);
	audit->published.id = "log/checkpoint";
	audit->is_at_odds = store_damage(store) != NULL;
	audit->published.is_told = audit->is_at_odds;
	audit->pinned.id = "pinned checkpoint";
	audit->tiles = tiles_new(compare_tile, audit);
	audit->bundle = g_byte_array_new();
	read_published(audit);
	if (pinned != NULL)
		read_pinned(audit, pinned);
	check_claims(audit);
	return audit;
}

void
audit_free(Audit *audit)
{
	if (audit == NULL)
		return;
	checkpoint_clear(&audit->published.head);
	checkpoint_clear(&audit->pinned.head);
	g_ptr_array_unref(audit->origins);
	g_ptr_array_unref(audit->keys);
	g_free(audit->note);
	tiles_free(audit->tiles);
	roots_free(audit->roots);
	g_byte_array_unref(audit->bundle);
	g_free(audit->origin);
	g_free(audit->log);
	g_free(audit);
}

bool
audit_read_pin(Store *store, const char *text, guint64 *size)
{
	g_autoptr(Problems) ignored = problems_new();
	g_autoptr(Audit) audit = audit_new(store, text, ignored);

	*size = audit->pinned.head.size;
	return audit->pinned.is_known;
}

void
audit_add(Audit *audit, const char *entry)
{
	const Checkpoint *head = &audit->published.head;
	const Digest leaf = tree_leaf(entry, strlen(entry));

	tree_add_node(&audit->tree, 0, &leaf);
	roots_add(audit->roots, &leaf);
	add_to_bundle(audit, entry, strlen(entry));
	if (audit->published.is_known && audit->tree.size <= head->size)
		tiles_add(audit->tiles, entry, strlen(entry), NULL);
	if (audit->published.is_known && audit->tree.size == head->size)
		tiles_flush(audit->tiles, NULL);
	check_claims(audit);
}

bool
audit_had(const Audit *audit, const Checkpoint *head)
{
	Digest root;

	return roots_at(audit->roots, head->size, &root) &&
	       digest_equal(&root, &head->root);
}

static void
check_reached(Audit *audit, const Claim *claim)
{
	g_autofree char *detail = NULL;

	if (!claim->is_known || claim->is_met || claim->is_told)
		return;
	detail = g_strdup_printf("the log has %" G_GUINT64_FORMAT
				 " entries, this checkpoint was signed over "
				 "%" G_GUINT64_FORMAT ": the end was lost or cut off",
				 audit->tree.size, claim->head.size);
	audit->is_at_odds |= claim == &audit->published;
	report(audit, claim->id, detail);
}

void
audit_finish(Audit *audit)
{
	if (audit->tree.size % ENTRIES_OF_BUNDLE != 0)
		compare_partial_bundles(audit);
	check_reached(audit, &audit->published);
	check_reached(audit, &audit->pinned);
}

bool
audit_is_at_odds(const Audit *audit)
{
	return audit->is_at_odds;
}

const Tree *
audit_tree(const Audit *audit)
{
	return &audit->tree;
}

guint64
audit_pinned_size(const Audit *audit)
{
	return audit->pinned.is_known ? audit->pinned.head.size : 0;
}

const char *
audit_note(const Audit *audit)
{
	return audit->published.is_met ? audit->note : NULL;
}
