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
#include "archive/keyring.h"
#include "archive/partials.h"
#include "archive/publish.h"
#include "archive/roots.h"
#include "archive/tiles.h"

#include <string.h>

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
	Keyring *keyring;
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

/* --- what was signed -------------------------------------------------------------- */

static void
read_claim(Audit *audit, Claim *claim, const char *note)
{
	g_autoptr(GError) error = NULL;

	claim->is_known = keyring_open(audit->keyring, note, &claim->head, &error);
	if (!claim->is_known)
		report(audit, claim->id, error->message);
}

bool
audit_knows(const Audit *audit, const char *note, GError **error)
{
	g_auto(Checkpoint) head = { 0 };

	return keyring_open(audit->keyring, note, &head, error);
}

static void
read_published(Audit *audit)
{
	g_auto(Checkpoint) unchecked = { 0 };
	g_autoptr(GError) error = NULL;
	g_autofree char *note = publish_read(audit->log, &unchecked, &error);

	if (note != NULL)
		read_claim(audit, &audit->published, note);
	else if (keyring_any(audit->keyring) ||
		 !g_error_matches(error, PUBLISH_ERROR, PUBLISH_ERROR_MISSING))
		report(audit, audit->published.id, error->message);
	audit->note = g_steal_pointer(&note);
}

/* A checkpoint, or a proof, which holds one; as a file, or the mail that it came in. */
static void
read_pinned(Audit *audit, const char *text)
{
	g_autofree char *note = keyring_find(audit->keyring, text);
	g_auto(Proof) proof = { 0 };

	if (!proof_parse(text, &proof, NULL)) {
		read_claim(audit, &audit->pinned, note != NULL ? note : text);
		return;
	}
	if (!keyring_proves(audit->keyring, &proof))
		report(audit, audit->pinned.id,
		       "this proof does not lead from its entry to a checkpoint of this "
		       "log");
	read_claim(audit, &audit->pinned, proof.note);
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
	audit->keyring = keyring_new(store);
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
	keyring_free(audit->keyring);
	g_free(audit->note);
	tiles_free(audit->tiles);
	roots_free(audit->roots);
	g_byte_array_unref(audit->bundle);
	g_free(audit->log);
	g_free(audit);
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
