/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish.h - the log as others see it: tiles and the signed checkpoint over them
 */
#ifndef ARCHIVE_PUBLISH_H
#define ARCHIVE_PUBLISH_H

#include "archive/entries.h"
#include "archive/note.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Publisher Publisher;

typedef enum PublishError {
	PUBLISH_ERROR_MISSING, /* nothing was published yet */
	PUBLISH_ERROR_FORKED,  /* what was published is not what the entries lead to */
} PublishError;

#define PUBLISH_ERROR (publish_error_quark())
GQuark publish_error_quark(void);

/* log: the directory "log" of an archive; entries outlive it. */
Publisher *publisher_new(const char *log, Entries *entries);
/* For tests: called after each step that a crash may follow; may be NULL. */
void publisher_set_step(Publisher *publisher, void (*step)(const char *name, void *data),
			void *data);
void publisher_free(Publisher *publisher);

/* Who signs from now on, in the log's name, once it has so many entries: those that
 * introduce the key.  Takes the key.  Who signed before in this run goes on signing beside
 * it, so that whoever knows that key alone can follow.  From any thread. */
void publisher_set_key(Publisher *publisher, const char *origin, LogKey *key,
		       guint64 from);

/* Nothing is published while keys change hands: the record that introduces a key is not
 * covered by the former alone.  publisher_set_key ends it. */
void publisher_hold(Publisher *publisher, bool is_held);

/* Publishes what is among the entries: at most once a second, unless it is the last
 * time.  By one thread.  size: of what is published now. */
bool publisher_advance(Publisher *publisher, bool is_last, guint64 *size, GError **error);

/* What was published last: the note as it is, and what it says.  Nobody is asked who
 * signed it. */
char *publish_read(const char *log, Checkpoint *checkpoint, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Publisher, publisher_free)

#endif
