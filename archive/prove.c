/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove.c - that an entry is in the log
 *
 * The path is read from the tiles of the published size, so a proof is as good as what
 * others can see, and asks nothing of whoever writes the log.
 */
#include "config.h"

#include "archive/prove.h"

#include "archive/publish.h"
#include "archive/tiles.h"

#include <string.h>

enum { NODES_MAX = 64, ENTRY_MAX = 65535 };

static const char first_line[] = "c2sp.org/tlog-proof@v1\n";

G_DEFINE_QUARK(prove_error, prove_error)

/* The digest over a range that is a subtree of a tree: RFC 6962, 2.1. */
static bool
hash_range(const char *log, guint64 size, guint64 from, guint64 to, Digest *digest,
	   GError **error)
{
	Tree tree = { .size = 0 };

	/* A range begins at a multiple of the largest power of two in it, so it is full
	 * subtrees from the largest to the smallest. */
	for (guint level = 64; level > 0; level--) {
		const guint64 leaves = (guint64)1 << (level - 1);
		Digest node;

		if (((to - from) & leaves) == 0)
			continue;
		if (!tiles_read_node(log, size, level - 1,
				     (from + tree.size) >> (level - 1), &node, error))
			return false;
		tree_add_node(&tree, level - 1, &node);
	}
	*digest = tree_root(&tree);
	return true;
}

/* The largest power of two below a number of at least two. */
static guint64
split(guint64 count)
{
	guint64 half = 1;

	while (half < count - half)
		half *= 2;
	return half;
}

/* The audit path in the tree of a size, root's child first; published: the size whose
 * tiles are there. */
static bool
find_path(const char *log, guint64 published, guint64 size, guint64 position,
	  GArray *nodes, GError **error)
{
	guint64 from = 0;
	guint64 to = size;

	while (to - from > 1) {
		const guint64 middle = from + split(to - from);
		const bool is_left = position < middle;
		Digest node;

		if (!hash_range(log, published, is_left ? middle : from,
				is_left ? to : middle, &node, error))
			return false;
		g_array_append_val(nodes, node);
		from = is_left ? from : middle;
		to = is_left ? middle : to;
	}
	return true;
}

static char *
format_proof(guint64 position, const char *entry, const GArray *nodes, const char *note)
{
	GString *text = g_string_new(first_line);
	g_autofree char *extra = g_base64_encode((const guint8 *)entry, strlen(entry));

	g_string_append_printf(text, "extra %s\nindex %" G_GUINT64_FORMAT "\n", extra,
			       position);
	for (guint i = nodes->len; i > 0; i--) {
		const Digest *node = &g_array_index(nodes, Digest, i - 1);
		g_autofree char *encoded = g_base64_encode(node->bytes, DIGEST_LEN);

		g_string_append_printf(text, "%s\n", encoded);
	}
	g_string_append_printf(text, "\n%s", note);
	return g_string_free(text, FALSE);
}

char *
prove_entry(const char *log, const char *note, guint64 position, const char *entry,
	    GError **error)
{
	g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(Digest));
	g_auto(Checkpoint) checkpoint = { 0 };
	g_auto(Checkpoint) now = { 0 };
	g_autofree char *text = note_text(note, error);
	g_autofree char *newest = NULL;

	if (text == NULL || !checkpoint_parse(text, &checkpoint, error))
		return NULL;
	if (position >= checkpoint.size) {
		g_set_error(error, PROVE_ERROR, PROVE_ERROR_EARLY,
			    "the checkpoint covers %" G_GUINT64_FORMAT
			    " entries, not yet this one",
			    checkpoint.size);
		return NULL;
	}
	newest = publish_read(log, &now, error);
	if (newest == NULL || !find_path(log, MAX(now.size, checkpoint.size),
					 checkpoint.size, position, nodes, error))
		return NULL;
	return format_proof(position, entry, nodes, note);
}

bool
prove_leads(const Digest *leaf, guint64 position, const GArray *nodes,
	    const Checkpoint *checkpoint)
{
	guint64 at = position;
	guint64 last = checkpoint->size - 1;
	Digest digest = *leaf;

	if (position >= checkpoint->size)
		return false;
	for (guint i = 0; i < nodes->len; i++) {
		const Digest *node = &g_array_index(nodes, Digest, i);

		if (last == 0)
			return false;
		if ((at & 1) != 0 || at == last) {
			digest = tree_node(node, &digest);
			for (; (at & 1) == 0 && at != 0; at >>= 1)
				last >>= 1;
		} else {
			digest = tree_node(&digest, node);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && digest_equal(&digest, &checkpoint->root);
}

static bool
refuse(GError **error, const char *what)
{
	g_set_error(error, PROVE_ERROR, PROVE_ERROR_FORMAT, "not a proof: %s", what);
	return false;
}

/* Base64 as it must be written; NULL for anything else. */
static guint8 *
decode(const char *text, gsize *len)
{
	g_autofree guint8 *bytes = g_base64_decode(text, len);
	g_autofree char *again = g_base64_encode(bytes, *len);

	return strcmp(text, again) == 0 ? g_steal_pointer(&bytes) : NULL;
}

/* "extra BASE64": any bytes; ours are an entry. */
static bool
read_extra(const char *line, Proof *proof)
{
	gsize len = 0;
	g_autofree guint8 *bytes = decode(line + strlen("extra "), &len);

	if (bytes == NULL)
		return false;
	if (len <= ENTRY_MAX && memchr(bytes, '\0', len) == NULL)
		proof->entry = g_strndup((const char *)bytes, len);
	return true;
}

static bool
read_index(const char *line, Proof *proof)
{
	g_autofree char *again = NULL;

	if (line == NULL || !g_str_has_prefix(line, "index ") ||
	    !g_ascii_string_to_unsigned(line + strlen("index "), 10, 0, G_MAXINT64,
					&proof->position, NULL))
		return false;
	again = g_strdup_printf("index %" G_GUINT64_FORMAT, proof->position);
	return strcmp(again, line) == 0;
}

static bool
read_node(const char *line, Proof *proof)
{
	gsize len = 0;
	g_autofree guint8 *bytes = decode(line, &len);

	if (bytes == NULL || len != DIGEST_LEN || proof->nodes->len == NODES_MAX)
		return false;
	g_array_append_vals(proof->nodes, bytes, 1);
	return true;
}

bool
proof_parse(const char *text, Proof *proof, GError **error)
{
	const char *end = strstr(text, "\n\n");
	g_autofree char *top = NULL;
	g_auto(GStrv) lines = NULL;
	guint i = 1;

	proof->nodes = g_array_new(FALSE, FALSE, sizeof(Digest));
	if (end == NULL || !g_str_has_prefix(text, first_line))
		return refuse(error, "it does not begin like one");
	top = g_strndup(text, (gsize)(end - text));
	lines = g_strsplit(top, "\n", -1);
	if (lines[i] != NULL && g_str_has_prefix(lines[i], "extra ") &&
	    !read_extra(lines[i++], proof))
		return refuse(error, "its extra line is no base64");
	if (!read_index(lines[i], proof))
		return refuse(error, "it has no index");
	for (i++; lines[i] != NULL; i++)
		if (!read_node(lines[i], proof))
			return refuse(error, "a line of it is no digest");
	proof->note = g_strdup(end + 2);
	return true;
}

void
proof_clear(Proof *proof)
{
	g_clear_pointer(&proof->entry, g_free);
	g_clear_pointer(&proof->nodes, g_array_unref);
	g_clear_pointer(&proof->note, g_free);
}

bool
proof_check(const Proof *proof, const char *entry, const char *verifier_key,
	    GError **error)
{
	const Digest leaf = tree_leaf(entry, strlen(entry));
	g_autofree char *text = note_open(proof->note, verifier_key, error);
	g_auto(Checkpoint) checkpoint = { 0 };

	if (text == NULL || !checkpoint_parse(text, &checkpoint, error))
		return false;
	if (prove_leads(&leaf, proof->position, proof->nodes, &checkpoint))
		return true;
	g_set_error(error, PROVE_ERROR, PROVE_ERROR_FALSE,
		    "the proof does not lead from this entry to its checkpoint");
	return false;
}
