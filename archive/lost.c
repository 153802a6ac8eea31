/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lost.c - what pins know of that a copy of the log does not have
 *
 * A checkpoint says how many records there were; a proof says of one of them what it was.
 */
#include "config.h"

#include "archive/lost.h"

#include "archive/entries.h"
#include "archive/keyring.h"
#include "base/clock.h"

typedef struct Lost {
	guint64 end;  /* of what the pins know of */
	GTree *known; /* guint64 * → json_t *, each owned */
} Lost;

static gint
compare_positions(gconstpointer a, gconstpointer b, gpointer data)
{
	const guint64 first = *(const guint64 *)a;
	const guint64 second = *(const guint64 *)b;

	(void)data;
	return first < second ? -1 : first > second;
}

static void
unref_json(gpointer json)
{
	json_decref(json);
}

static void
add_known(Lost *lost, const Proof *proof)
{
	g_autofree char *time = NULL;
	StoreEntry entry;

	if (!entry_parse(proof->entry, &entry))
		return;
	time = clock_format_utc(entry.time);
	g_tree_replace(lost->known, g_memdup2(&proof->position, sizeof proof->position),
		       json_pack("{s:I, s:s, s:s, s:s}", "position",
				 (json_int_t)proof->position, "id", entry.id, "type",
				 entry.type, "time", time));
}

static bool
add_pin(Lost *lost, const Keyring *keyring, const char *pin, guint64 size)
{
	g_autofree char *found = keyring_find(keyring, pin);
	g_auto(Checkpoint) head = { 0 };
	g_auto(Proof) proof = { 0 };
	const bool is_proof = proof_parse(pin, &proof, NULL);

	if ((is_proof && !keyring_proves(keyring, &proof)) ||
	    !keyring_open(keyring, found != NULL ? found : pin, &head, NULL))
		return false;
	lost->end = MAX(lost->end, head.size);
	if (is_proof && proof.position >= size)
		add_known(lost, &proof);
	return true;
}

static gboolean
append(gpointer position, gpointer json, gpointer list)
{
	(void)position;
	json_array_append(list, json);
	return FALSE;
}

static json_t *
to_json(const Lost *lost, guint64 size)
{
	json_t *known;

	if (lost->end <= size)
		return json_object();
	known = json_array();
	g_tree_foreach(lost->known, append, known);
	return json_pack("{s:I, s:I, s:o}", "from", (json_int_t)size, "to",
			 (json_int_t)lost->end - 1, "known", known);
}

json_t *
lost_list(Store *store, char *const *pins, GError **error)
{
	g_autoptr(Keyring) keyring = keyring_new(store);
	g_autoptr(json_t) status = store_status(store);
	const guint64 size = (guint64)json_number(status, "records", 0);
	g_autoptr(GTree) known =
		g_tree_new_full(compare_positions, NULL, g_free, unref_json);
	Lost lost = { 0, known };

	for (guint i = 0; pins[i] != NULL; i++)
		if (!add_pin(&lost, keyring, pins[i], size)) {
			g_set_error(error, NOTE_ERROR, NOTE_ERROR_FORMAT,
				    "number %u of them is no checkpoint or proof of this "
				    "log",
				    i + 1);
			return NULL;
		}
	return to_json(&lost, size);
}
