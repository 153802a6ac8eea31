/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention.h - how long what is kept: retention.table, and what it says of one case
 *
 * One rule a line, "CLASS EVENT N years|months|days [if|unless EVENT [before|after …]]";
 * chaperone.conf(5) has the form.  The longest rule that applies wins.  Where a class has
 * no rule, or a rule's event has no date, the answer is to keep, and why.
 */
#ifndef DESK_RETENTION_H
#define DESK_RETENTION_H

#include "base/day.h"
#include "base/settings.h"

#include <glib.h>
#include <stdbool.h>

/* Immutable. */
typedef struct Retention Retention;

typedef enum RetentionError {
	RETENTION_ERROR_FILE,   /* the table cannot be read */
	RETENTION_ERROR_SYNTAX, /* "file:line: …" */
} RetentionError;

#define RETENTION_ERROR (retention_error_quark())
GQuark retention_error_quark(void);

/* name: for messages. */
Retention *retention_parse(const char *name, const char *text, gsize len, GError **error);
/* The table that the settings name; without one there is no rule. */
Retention *retention_load(const Settings *settings, GError **error);
void retention_free(Retention *retention);

/* Days between an approval, or the end of a hold, and an erasure. */
guint retention_cooling_off(const Retention *retention);

/* Whether any rule is of a class; classes, for those who may write one. */
bool retention_has_class(const Retention *retention, const char *class);
/* Whether it is the name of a class or of an event: lower-case letters, digits, '-'. */
bool retention_is_name(const char *word);

typedef struct RetentionTerm {
	Day until;  /* the first day on which it need not be kept; DAY_NONE: keep */
	char *rule; /* which says so, "FILE:LINE: …" */
	char *why;  /* it is to be kept although no rule says until when */
} RetentionTerm;

void retention_term_clear(RetentionTerm *term);

/* events: name → Day as pointer.  classes: NULL-terminated. */
RetentionTerm retention_judge(const Retention *retention, const char *const *classes,
			      GHashTable *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Retention, retention_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RetentionTerm, retention_term_clear)

#endif
