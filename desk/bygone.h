/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bygone.h - the register as it was when a message came, from the register's records
 *
 * For desk/ alone.  By one thread at a time.
 */
#ifndef DESK_BYGONE_H
#define DESK_BYGONE_H

#include "desk/inside.h"

typedef struct Bygone Bygone;

/* Compares addresses as the settings say now. */
Bygone *bygone_new(Desk *desk, GError **error);
void bygone_free(Bygone *bygone);

/* The register before the record of that id; ids are asked for in their order, and for
 * one that is out of order the answer is the latest that was given.  Borrowed, until the
 * next call. */
const Directory *bygone_before(Bygone *bygone, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bygone, bygone_free)

#endif
