/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.c - the root of the log, as it grows: RFC 6962, 2.1
 *
 * A tree of n leaves is split at the largest power of two below n, so it is made of
 * full subtrees, one for each bit of n.  A leaf is added as a binary counter counts:
 * where two subtrees are of one size they become one of the next.
 */
#include "config.h"

#include "archive/tree.h"

enum { LEAF = 0, NODE = 1 };

Digest
tree_leaf(const void *entry, gsize len)
{
	static const guint8 prefix = LEAF;
	g_autoptr(Hasher) hasher = hasher_new();

	hasher_add(hasher, &prefix, sizeof prefix);
	hasher_add(hasher, entry, len);
	return hasher_get(hasher);
}

Digest
tree_node(const Digest *left, const Digest *right)
{
	static const guint8 prefix = NODE;
	g_autoptr(Hasher) hasher = hasher_new();

	hasher_add(hasher, &prefix, sizeof prefix);
	hasher_add(hasher, left->bytes, DIGEST_LEN);
	hasher_add(hasher, right->bytes, DIGEST_LEN);
	return hasher_get(hasher);
}

void
tree_add_node(Tree *tree, guint level, const Digest *digest)
{
	Digest sum = *digest;
	guint at = level;

	for (; (tree->size >> at & 1) != 0; at++)
		sum = tree_node(&tree->edge[at], &sum);
	tree->edge[at] = sum;
	tree->size += (guint64)1 << level;
}

void
tree_add(Tree *tree, const void *entry, gsize len)
{
	const Digest leaf = tree_leaf(entry, len);

	tree_add_node(tree, 0, &leaf);
}

Digest
tree_root(const Tree *tree)
{
	Digest root = digest_of("", 0);
	bool is_first = true;

	for (guint level = 0; tree->size >> level != 0; level++) {
		if ((tree->size >> level & 1) == 0)
			continue;
		root = is_first ? tree->edge[level]
				: tree_node(&tree->edge[level], &root);
		is_first = false;
	}
	return root;
}
