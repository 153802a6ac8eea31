/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redaction.h - who is taken out of a copy, and why
 *
 * One line for each: "WORDS : REASON", a name, an address, a number or a few words; '#' in
 * column one begins a comment.  They are found whatever their case and however the line
 * was broken, as whole words.
 */
#ifndef DESK_REDACTION_H
#define DESK_REDACTION_H

#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* Immutable. */
typedef struct Redaction Redaction;

typedef enum RedactionError {
	REDACTION_ERROR_SYNTAX, /* "file:line: …" */
} RedactionError;

#define REDACTION_ERROR (redaction_error_quark())
GQuark redaction_error_quark(void);

/* name: for messages.  No line at all takes nobody out. */
Redaction *redaction_parse(const char *name, const char *text, gsize len, GError **error);
void redaction_free(Redaction *redaction);

/* The line, from 1, that takes out a name or an address, or a part of it; 0: none. */
guint redaction_line(const Redaction *redaction, const char *text);

/* The text with "[taken out: REASON]" in the place of each; owned by the caller. */
char *redaction_apply(const Redaction *redaction, const char *text);
/* The same in every text of a payload but those that are words of ours: names of types,
 * actions, ids. */
json_t *redaction_apply_json(const Redaction *redaction, const json_t *payload);

/* How often each reason was given so far: [{"reason","count"}]. */
json_t *redaction_count(const Redaction *redaction, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Redaction, redaction_free)

#endif
