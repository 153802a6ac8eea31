/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h - fields of a register record's payload, read and checked one by one
 *
 * For register/ alone.  Each reader sets *value (owned by the caller) and returns true,
 * or leaves it and sets a REGISTER_ERROR_FIELD that begins with the field's name.
 * Absent, null and "" are the same.
 */
#ifndef REGISTER_FIELD_H
#define REGISTER_FIELD_H

#include "base/address.h"
#include "base/day.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

bool field_text(const json_t *json, const char *key, char **value, GError **error);
bool field_need_text(const json_t *json, const char *key, char **value, GError **error);
bool field_truth(const json_t *json, const char *key, bool *value, GError **error);
bool field_day(const json_t *json, const char *key, Day *value, GError **error);
bool field_need_day(const json_t *json, const char *key, Day *value, GError **error);
/* Whether it is a list of bounded length, or absent. */
bool field_list(const json_t *json, const char *key, GError **error);
/* An empty vector when absent. */
bool field_words(const json_t *json, const char *key, char ***value, GError **error);

bool field_need_address(const json_t *json, const char *key, Address **value,
			GError **error);
/* Address *; an empty array when absent. */
bool field_addresses(const json_t *json, const char *key, GPtrArray **value,
		     GError **error);
/* Addresses as text, in their one spelling. */
bool field_mailbox(const json_t *json, const char *key, char **value, GError **error);
bool field_mailboxes(const json_t *json, const char *key, char ***value, GError **error);

/* Sets "key: …"; always false. */
bool field_fail(GError **error, const char *key, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* The other way; null for what is not there.  New references. */
json_t *field_day_new(Day day);
json_t *field_addresses_new(const GPtrArray *addresses);

#endif
