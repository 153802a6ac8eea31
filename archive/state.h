/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.h - what the records say is so now: the last record of each case, and of each
 * (type, key)
 *
 * Not thread-safe; the store's lock is over it.
 */
#ifndef ARCHIVE_STATE_H
#define ARCHIVE_STATE_H

#include "archive/seal.h"
#include "archive/tree.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

typedef struct State State;

typedef enum StateError {
	STATE_ERROR_FORMAT, /* not a snapshot's payload */
} StateError;

#define STATE_ERROR (state_error_quark())
GQuark state_error_quark(void);

/* The end of a case's chain. */
typedef struct CaseHead {
	guint64 number; /* of its last record; the first has 1 */
	Digest last;    /* of that record's file */
} CaseHead;

State *state_new(void);
void state_free(State *state);

/* The record at a position: its JSON part and the digest of its file. */
void state_apply(State *state, guint64 position, json_t *json, const Digest *file);

const CaseHead *state_head(const State *state, const char *case_id); /* NULL: none yet */
json_t *state_latest(const State *state, const char *type,
		     const char *key); /* borrowed */
/* json_t *, each a reference, in order of keys. */
GPtrArray *state_latest_all(const State *state, const char *type);

/* How many things it tells of. */
guint64 state_size(const State *state);

/* A field of the payload of the newest `key` record that has it; borrowed, or NULL. */
const char *state_key_field(const State *state, const char *field);

/* A snapshot's payload: all of this, and the tree; and back. */
json_t *state_to_json(const State *state, const Tree *tree);
State *state_from_json(const json_t *payload, Tree *tree, GError **error);

/* The tree alone. */
bool state_read_tree(const json_t *payload, Tree *tree, GError **error);

/* Positions of the `key` records that a snapshot's payload tells of. */
GArray *state_keys(const json_t *payload); /* guint64 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(State, state_free)

#endif
