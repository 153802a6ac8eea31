/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyring.h - whose checkpoints are of this log: the keys that it introduced, and the
 * names that it has had
 *
 * As the log was when it was made; immutable.
 */
#ifndef ARCHIVE_KEYRING_H
#define ARCHIVE_KEYRING_H

#include "archive/note.h"
#include "archive/prove.h"
#include "archive/store.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Keyring Keyring;

Keyring *keyring_new(Store *store);
void keyring_free(Keyring *keyring);

/* Whether the log introduced any. */
bool keyring_any(const Keyring *keyring);

/* The signed note about this log in what somebody kept: a text, or a mail as it was
 * saved.  Owned by the caller; NULL when there is none. */
char *keyring_find(const Keyring *keyring, const char *text);

/* What a note says that is signed by a key of the time: one that was not followed by
 * another before that size.  NOTE_ERROR_SIGNATURE, or NOTE_ERROR_FORMAT when it is no
 * checkpoint or another log's. */
bool keyring_open(const Keyring *keyring, const char *note, Checkpoint *head,
		  GError **error);

/* Whether a proof leads from its own entry to a checkpoint of this log. */
bool keyring_proves(const Keyring *keyring, const Proof *proof);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keyring, keyring_free)

#endif
