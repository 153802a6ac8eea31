/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.h - rules files, read into the settings of checks, rules and lists
 *
 * For rules/ alone.  A reader takes one file after the other and keeps every fault
 * that it meets; all of them are told at the end.
 */
#ifndef RULES_READER_H
#define RULES_READER_H

#include "rules/policy.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Reader Reader;

/* The bytes of a file that a list includes: its name as written, and the file that
 * names it. */
typedef GBytes *(*ReaderInclude)(const char *name, const char *from, void *data,
				 GError **error);

/* Starts with every check as shipped.  include NULL: no file may be included. */
Reader *reader_new(ReaderInclude include, void *data);
void reader_free(Reader *reader);

/* name: of the file, for messages.  text need not be terminated. */
void reader_add(Reader *reader, const char *name, const char *text, gsize len);

/* Runs each rule's hits and misses.  CheckSetting * of every check in order, and the
 * rules, both owned by the caller; or NULL with every fault as a line "file:line: what:
 * what to do".  Strings of the settings are owned by the array. */
GPtrArray *reader_finish(Reader *reader, RuleSet **rules, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_free)

#endif
