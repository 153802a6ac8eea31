/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note.h - signed notes (C2SP signed-note), and the checkpoint that the log's are
 * (C2SP tlog-checkpoint)
 */
#ifndef ARCHIVE_NOTE_H
#define ARCHIVE_NOTE_H

#include "archive/seal.h"

#include <glib.h>
#include <stdbool.h>

typedef enum NoteError {
	NOTE_ERROR_FORMAT,    /* not a note, a verifier key or a checkpoint */
	NOTE_ERROR_SIGNATURE, /* not signed by this key, or not over this text */
} NoteError;

#define NOTE_ERROR (note_error_quark())
GQuark note_error_quark(void);

/* "NAME+ID+BASE64", by which others know the key; owned by the caller. */
char *note_verifier_key(const char *name, const LogKey *key);
/* The key's bytes out of it (LOG_KEY_LEN); false when it is none. */
bool note_key_parse(const char *verifier_key, guint8 *public_key);

/* A text, which ends with a newline, as a note by a key; owned by the caller. */
char *note_sign(const char *text, const char *name, const LogKey *key, GError **error);
/* A note with one more signature. */
char *note_add_signature(const char *note, const char *name, const LogKey *key,
			 GError **error);

/* The text of a note that is signed by a verifier key; owned by the caller. */
char *note_open(const char *note, const char *verifier_key, GError **error);
/* The same without asking who signed it. */
char *note_text(const char *note, GError **error);

/* The signed note about an origin in a text that may have more before and behind it and
 * CRLF lines, as people save mail; owned by the caller, NULL when there is none. */
char *note_find(const char *text, const char *origin);

/* What a checkpoint says. */
typedef struct Checkpoint {
	char *origin;
	guint64 size;
	Digest root;
} Checkpoint;

char *checkpoint_format(const char *origin, guint64 size, const Digest *root);
/* The text of a note; further lines are let be. */
bool checkpoint_parse(const char *text, Checkpoint *checkpoint, GError **error);
void checkpoint_clear(Checkpoint *checkpoint);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Checkpoint, checkpoint_clear)

#endif
