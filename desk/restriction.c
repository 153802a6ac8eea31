/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restriction.c - finds the decision by which a record is for leads alone
 *
 * A decision about mail has the message in its key: content, sender and recipients.  One
 * about anything else, and one of an earlier version, has the record's id.
 */
#include "config.h"

#include "desk/restriction.h"

#include "desk/words.h"

static bool
has_decision(Store *store, const char *key)
{
	g_autoptr(json_t) decision = store_latest(store, "decision", key);

	return decision != NULL;
}

static char *
key_of_id(const json_t *json)
{
	return g_strconcat("restrict:", json_text(json, "id"), NULL);
}

char *
restriction_key(const json_t *json)
{
	const char *digest = json_text(json_object_get(json, "original"), "sha256");
	g_autofree char *same = NULL;

	if (g_strcmp0(json_text(json, "type"), "mail") != 0 || digest == NULL)
		return key_of_id(json);
	same = words_same(digest, json_object_get(json, "payload"));
	return g_strconcat("restrict:", same, NULL);
}

bool
restriction_is_on(Store *store, const json_t *json)
{
	g_autofree char *key = NULL;
	g_autofree char *id_key = NULL;

	if (json_truth(json_object_get(json, "payload"), "restricted"))
		return true;
	key = restriction_key(json);
	id_key = key_of_id(json);
	return has_decision(store, key) || has_decision(store, id_key);
}
