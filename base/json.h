/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - the wall around jansson: what we read is bounded, what we write is UTF-8
 *
 * json_t is jansson's own reference-counted value; use its json_pack, json_object_*
 * and json_array_* freely.  A json_t that several threads can see is never changed.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef enum JsonError {
	JSON_ERROR_SYNTAX, /* not JSON, a key twice in one object, or nested too deep */
	JSON_ERROR_FIELD, /* a field is missing or of the wrong type; the message names it */
} JsonError;

#define JSON_ERROR (json_error_quark())
GQuark json_error_quark(void);

/* One object or array and nothing after it but blanks.  New reference, or NULL. */
json_t *json_read(const char *bytes, gsize len, GError **error);

/* One line, keys in the order they were set.  Owned by the caller. */
char *json_write(const json_t *value);

/* The same, indented for people. */
char *json_write_pretty(const json_t *value);

/* A string value of any bytes: those that are not UTF-8 become U+FFFD;
 * null for NULL.  New reference.  All outside text goes through here. */
json_t *json_text_new(const char *bytes);

/* A field's text, borrowed; NULL when absent, null or not text. */
const char *json_text(const json_t *object, const char *key);

/* A field's text that must be there. */
const char *json_need_text(const json_t *object, const char *key, GError **error);

gint64 json_number(const json_t *object, const char *key, gint64 otherwise);
bool json_truth(const json_t *object, const char *key);

/* An array of strings as a NULL-terminated vector (empty when absent; what is not text
 * is left out), owned by the caller; and back. */
char **json_words(const json_t *object, const char *key);
json_t *json_words_new(const char *const *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

#endif
