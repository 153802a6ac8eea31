/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h - the configuration file, read and checked in full
 *
 * Keyword, blanks, values, one setting a line; a backslash at the end goes on;
 * '#' comments; `include GLOB`.  A keyword comes once in a file; a file that is
 * included later replaces what an earlier one said.  chaperone.conf(5) has the
 * keywords; the table in settings.c is the one place that lists them.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <glib.h>
#include <stdbool.h>

/* Everything that was set, and shipped values for the rest.  Immutable. */
typedef struct Settings Settings;

typedef enum SettingsError {
	SETTINGS_ERROR_FILE, /* a file cannot be read */
	SETTINGS_ERROR_SYNTAX, /* unknown or repeated keyword, bad value: "file:line: …" */
} SettingsError;

#define SETTINGS_ERROR (settings_error_quark())
GQuark settings_error_quark(void);

/* Reads a file and all that it includes.  Free with settings_unref, as all here. */
Settings *settings_load(const char *path, GError **error);
/* Shipped values alone, for what needs no agency. */
Settings *settings_shipped(void);
Settings *settings_ref(Settings *settings);
void settings_unref(Settings *settings);

/* Getters borrow from the settings.  Asking for a keyword that does not exist is
 * a programmer's error. */

/* The whole value; NULL when not set and nothing is shipped. */
const char *settings_text(const Settings *settings, const char *keyword);

/* The value at its blanks; an empty vector when not set. */
const char *const *settings_words(const Settings *settings, const char *keyword);

/* Counts and modes as they are, sizes in bytes, durations in milliseconds, of
 * `stamp` how often; 0 when not set. */
gint64 settings_number(const Settings *settings, const char *keyword);

/* Whether the first word of the value is "yes". */
bool settings_is_yes(const Settings *settings, const char *keyword);

/* "file:line" of a keyword, for errors that are found later; the name of the main
 * file when it was not set. */
const char *settings_where(const Settings *settings, const char *keyword);

/* The keywords that are policy, one "keyword value" a line in the table's order:
 * what the policy version covers.  Owned by the caller. */
char *settings_policy_text(const Settings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_unref)

#endif
