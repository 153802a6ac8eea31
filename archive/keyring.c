/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyring.c - whose checkpoints are of this log: the keys that it introduced, and the
 * names that it has had
 *
 * A key signs until the record that introduces its successor is covered.  A crash may
 * come between that record and the first checkpoint over it: what is published then is
 * by the former, and right.
 */
#include "config.h"

#include "archive/keyring.h"

#include "base/message.h"

#include <string.h>

/* Of a mail that a pin came in. */
enum { MAIL_MAX = 1024 * 1024, MAIL_DEPTH = 10, MAIL_PARTS = 100 };

typedef struct Key {
	char *verifier;
	guint64 until; /* the largest size that it signs alone */
} Key;

struct Keyring {
	GArray *keys;       /* Key, oldest first */
	GPtrArray *origins; /* char *: all that the log has had */
};

static void
key_clear(gpointer data)
{
	g_free(((Key *)data)->verifier);
}

static Key *
nth(const Keyring *keyring, guint i)
{
	return &g_array_index(keyring->keys, Key, i);
}

static gint
compare_records(gconstpointer a, gconstpointer b)
{
	const json_t *const *first = a;
	const json_t *const *second = b;

	return g_strcmp0(json_text(*first, "id"), json_text(*second, "id"));
}

/* Where the record stands that introduces a key, its predecessor ends. */
static void
add_key(Keyring *keyring, Store *store, const char *id, const char *verifier)
{
	const Key key = { g_strdup(verifier), G_MAXUINT64 };
	StoreEntry entry;

	if (keyring->keys->len > 0 && store_find(store, id, &entry, NULL))
		nth(keyring, keyring->keys->len - 1)->until = entry.position;
	g_array_append_val(keyring->keys, key);
}

Keyring *
keyring_new(Store *store)
{
	g_autoptr(GPtrArray) records = store_latest_all(store, "key");
	Keyring *keyring = g_new0(Keyring, 1);

	keyring->keys = g_array_new(FALSE, FALSE, sizeof(Key));
	g_array_set_clear_func(keyring->keys, key_clear);
	keyring->origins = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(keyring->origins, g_strdup(store_origin(store)));
	g_ptr_array_sort(records, compare_records);
	for (guint i = 0; i < records->len; i++) {
		const json_t *payload = json_object_get(records->pdata[i], "payload");
		const char *verifier = json_text(payload, "verifier_key");
		const char *origin = json_text(payload, "origin");

		if (verifier != NULL)
			add_key(keyring, store, json_text(records->pdata[i], "id"),
				verifier);
		if (origin != NULL)
			g_ptr_array_add(keyring->origins, g_strdup(origin));
	}
	return keyring;
}

void
keyring_free(Keyring *keyring)
{
	if (keyring == NULL)
		return;
	g_array_unref(keyring->keys);
	g_ptr_array_unref(keyring->origins);
	g_free(keyring);
}

bool
keyring_any(const Keyring *keyring)
{
	return keyring->keys->len > 0;
}

/* --- what somebody kept ------------------------------------------------------------ */

static char *
find_note(const Keyring *keyring, const char *text)
{
	char *note = NULL;

	for (guint i = 0; note == NULL && i < keyring->origins->len; i++)
		note = note_find(text, keyring->origins->pdata[i]);
	return note;
}

/* The note in a mail that was saved whole, in whatever encoding it has arrived. */
static char *
find_in_mail(const Keyring *keyring, const char *text)
{
	static const MessageLimits limits = { MAIL_MAX, MAIL_DEPTH, MAIL_PARTS };
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autoptr(Message) message = message_read(bytes, &limits);
	const GPtrArray *parts = message_parts(message);
	char *found = NULL;

	for (guint i = 0; found == NULL && i < parts->len; i++) {
		g_autoptr(GBytes) part =
			message_part_decode(message, parts->pdata[i], MAIL_MAX);
		g_autofree char *content =
			part == NULL ? NULL
				     : g_strndup(g_bytes_get_data(part, NULL),
						 g_bytes_get_size(part));

		found = content == NULL ? NULL : find_note(keyring, content);
	}
	return found;
}

char *
keyring_find(const Keyring *keyring, const char *text)
{
	char *note = find_note(keyring, text);

	return note != NULL ? note : find_in_mail(keyring, text);
}

/* --- who signed -------------------------------------------------------------------- */

/* By the newest key that signed it; *until: how far that key goes. */
static char *
open_note(const Keyring *keyring, const char *note, guint64 *until)
{
	for (guint i = keyring->keys->len; i > 0; i--) {
		const Key *key = nth(keyring, i - 1);
		char *text = note_open(note, key->verifier, NULL);

		*until = key->until;
		if (text != NULL)
			return text;
	}
	return NULL;
}

static bool
fail(GError **error, NoteError code, const char *what)
{
	g_set_error_literal(error, NOTE_ERROR, (int)code, what);
	return false;
}

bool
keyring_open(const Keyring *keyring, const char *note, Checkpoint *head, GError **error)
{
	guint64 until = 0;
	g_autofree char *text = open_note(keyring, note, &until);

	if (text == NULL)
		return fail(error, NOTE_ERROR_SIGNATURE,
			    "this checkpoint is not signed by a key of this log");
	if (!checkpoint_parse(text, head, error))
		return false;
	if (!g_ptr_array_find_with_equal_func(keyring->origins, head->origin, g_str_equal,
					      NULL))
		return fail(error, NOTE_ERROR_FORMAT,
			    "this checkpoint is of another log");
	return head->size <= until ||
	       fail(error, NOTE_ERROR_SIGNATURE,
		    "this checkpoint is signed by a key that another had followed");
}

bool
keyring_proves(const Keyring *keyring, const Proof *proof)
{
	for (guint i = 0; proof->entry != NULL && i < keyring->keys->len; i++)
		if (proof_check(proof, proof->entry, nth(keyring, i)->verifier, NULL))
			return true;
	return false;
}
