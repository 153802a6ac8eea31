/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h - whose an address is, for a page that names people, and who must not be
 * named on it
 *
 * From the records' current state, so that it works without a running daemon.
 */
#ifndef DESK_NAMES_H
#define DESK_NAMES_H

#include "archive/store.h"
#include "desk/redaction.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Names Names;

Names *names_new(Store *store, const char *case_id);
void names_free(Names *names);

/* From here on all texts that are hidden, and the names of contacts, are without whom a
 * redaction takes out.  Borrowed; NULL takes nobody out. */
void names_redact(Names *names, const Redaction *redaction);
const Redaction *names_redaction(const Names *names);

/* The young person of the case: as registered, and the first word of it; the case's id
 * when nobody is.  Borrowed. */
const char *names_person(const Names *names);
const char *names_first(const Names *names);

/* Who has an address; NULL when nobody registered has.  is_person: whether it is the
 * young person of the case.  Borrowed. */
const char *names_get(const Names *names, const char *address, bool *is_person);

/* A text without the names, addresses and numbers of other young people whose cases
 * the record belongs to as well, and without whom the redaction takes out.  Owned by the caller. */
char *names_hide(const Names *names, const json_t *cases, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Names, names_free)

#endif
