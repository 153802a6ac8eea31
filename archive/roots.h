/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roots.h - the root that a log had at any size, from its entries
 *
 * What is kept is a digest for each 256 entries; a root costs a few hundred more.
 */
#ifndef ARCHIVE_ROOTS_H
#define ARCHIVE_ROOTS_H

#include "archive/store.h"
#include "archive/tree.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Roots Roots;

/* store: of the same log; it outlives this. */
Roots *roots_new(Store *store);
void roots_free(Roots *roots);

/* The digest of the next entry (tree_leaf). */
void roots_add(Roots *roots, const Digest *leaf);
/* False when a size was not reached, or the entries before it cannot be read again. */
bool roots_at(const Roots *roots, guint64 size, Digest *root);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Roots, roots_free)

#endif
