/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strangers.h - what lies in the archive's folders and stands for nothing, or is gone
 */
#ifndef ARCHIVE_STRANGERS_H
#define ARCHIVE_STRANGERS_H

#include "archive/problems.h"
#include "archive/store.h"

#include <glib.h>

typedef struct Strangers Strangers;

/* size: of the log as far as it is looked at.  Store and problems outlive it. */
Strangers *strangers_new(Store *store, guint64 size, Problems *problems);
void strangers_free(Strangers *strangers);

/* Every entry of the log, and each certificate (PEM) that a `key` record introduces. */
void strangers_expect(Strangers *strangers, const StoreEntry *entry);
void strangers_expect_certificate(Strangers *strangers, const char *pem);

/* A record that stands in the log twice: who can write to the disk and has no key could
 * so bring back what was decided once. */
void strangers_check_twice(Strangers *strangers);
/* Files under records/ that no entry names; certs/ against the `key` records. */
void strangers_check_files(Strangers *strangers);
/* How many of those files are records of this archive, which the log has lost. */
guint64 strangers_lost(const Strangers *strangers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Strangers, strangers_free)

#endif
