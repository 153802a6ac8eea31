/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roots.c - the root that a log had at any size, from its entries
 *
 * Level L has the digests of full subtrees of 256^(L+1) entries.  A size is made of the
 * largest of them that fit, and of less than 256 entries, which are read again.
 */
#include "config.h"

#include "archive/roots.h"

#include "archive/entries.h"

#include <string.h>

enum { BITS = 8, WIDTH = 1 << BITS, LEVELS = 7 };

struct Roots {
	Store *store;
	guint64 size;
	Tree newest;           /* of less than 256 entries */
	GArray *nodes[LEVELS]; /* Digest */
};

Roots *
roots_new(Store *store)
{
	Roots *roots = g_new0(Roots, 1);

	roots->store = store;
	for (guint level = 0; level < LEVELS; level++)
		roots->nodes[level] = g_array_new(FALSE, FALSE, sizeof(Digest));
	return roots;
}

void
roots_free(Roots *roots)
{
	if (roots == NULL)
		return;
	for (guint level = 0; level < LEVELS; level++)
		g_array_unref(roots->nodes[level]);
	g_free(roots);
}

static Digest
join_last(const GArray *nodes)
{
	Tree tree = { .size = 0 };

	for (guint i = nodes->len - WIDTH; i < nodes->len; i++)
		tree_add_node(&tree, 0, &g_array_index(nodes, Digest, i));
	return tree_root(&tree);
}

void
roots_add(Roots *roots, const Digest *leaf)
{
	Digest digest;

	tree_add_node(&roots->newest, 0, leaf);
	if (++roots->size % WIDTH != 0)
		return;
	digest = tree_root(&roots->newest);
	roots->newest.size = 0;
	for (guint level = 0; level < LEVELS; level++) {
		g_array_append_val(roots->nodes[level], digest);
		if (roots->nodes[level]->len % WIDTH != 0)
			break;
		digest = join_last(roots->nodes[level]);
	}
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
	return growth->tree.size < growth->size;
}

static void
add_nodes(const Roots *roots, Growth *growth)
{
	for (guint level = LEVELS; level > 0; level--) {
		const guint bits = BITS * level;

		while ((growth->size - growth->tree.size) >> bits != 0) {
			const guint64 i = growth->tree.size >> bits;

			tree_add_node(&growth->tree, bits,
				      &g_array_index(roots->nodes[level - 1], Digest, i));
		}
	}
}

bool
roots_at(const Roots *roots, guint64 size, Digest *root)
{
	Growth growth = { .size = size };

	if (size > roots->size)
		return false;
	add_nodes(roots, &growth);
	if (growth.tree.size < size &&
	    !store_iterate(roots->store, growth.tree.size, grow, &growth, NULL))
		return false;
	*root = tree_root(&growth.tree);
	return growth.tree.size == size;
}
