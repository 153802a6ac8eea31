/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partials.h - tiles and bundles of former sizes against the one that goes on from them
 */
#ifndef ARCHIVE_PARTIALS_H
#define ARCHIVE_PARTIALS_H

#include "archive/problems.h"

#include <glib.h>

/* The bytes of a tile or bundle, by count, of how many each beginning is. */
typedef struct Whole {
	const char *name; /* under the log: "tile/0/000" */
	const guint8 *bytes;
	const gsize *ends; /* of the first, the first two, … */
	guint count;
} Whole;

/* Every NAME.p/W that is there and shorter has the first W; what is longer was not
 * published yet and is let be.  When the entries themselves are wrong, that follows. */
void partials_check(const char *log, const Whole *whole, Problems *problems);

#endif
