/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - the root of the log, as it grows: RFC 6962, 2.1
 */
#ifndef ARCHIVE_TREE_H
#define ARCHIVE_TREE_H

#include "archive/seal.h"

#include <glib.h>

/* The right edge of the Merkle tree: one digest for each bit of the size.  A value;
 * all zero is the empty tree. */
typedef struct Tree {
	guint64 size;
	Digest edge[64]; /* edge[i]: of the full subtree of 2^i leaves, where size has
			    that bit */
} Tree;

/* One more leaf: the bytes of an entry. */
void tree_add(Tree *tree, const void *entry, gsize len);

/* A leaf's digest, and the digest over two subtrees of one size. */
Digest tree_leaf(const void *entry, gsize len);
Digest tree_node(const Digest *left, const Digest *right);
/* One more full subtree of 2^level leaves, where the size is a multiple of that. */
void tree_add_node(Tree *tree, guint level, const Digest *digest);

/* Of what was added so far. */
Digest tree_root(const Tree *tree);

#endif
