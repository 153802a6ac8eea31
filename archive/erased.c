/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erased.c - what a tombstone says: which records are gone
 */
#include "config.h"

#include "archive/erased.h"

#include <string.h>

static void
add(GHashTable *erased, const json_t *one)
{
	const char *id = json_text(one, "id");
	const char *digest = json_text(one, "sha256");

	if (id != NULL && digest != NULL)
		g_hash_table_replace(erased, g_strdup(id), g_strdup(digest));
}

static GHashTable *
make_table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
add_all(GHashTable *erased, const Record *tombstone)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(record_payload(tombstone), "records"), i, one)
		add(erased, one);
}

GHashTable *
erased_of(const Record *tombstone)
{
	GHashTable *erased = make_table();

	add_all(erased, tombstone);
	return erased;
}

static bool
collect(const StoreEntry *entry, void *data)
{
	if (strcmp(entry->type, "erased") == 0)
		g_ptr_array_add(data, g_strdup(entry->id));
	return true;
}

GHashTable *
erased_all(Store *store, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	GHashTable *erased = NULL;

	if (!store_iterate(store, 0, collect, ids, error))
		return NULL;
	erased = make_table();
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(Record) tombstone = store_get(store, ids->pdata[i], NULL);

		/* A forged one erases nothing, nor a record that is another. */
		if (tombstone != NULL && strcmp(record_type(tombstone), "erased") == 0)
			add_all(erased, tombstone);
	}
	return erased;
}

bool
erased_has(GHashTable *erased, const StoreEntry *entry)
{
	const char *named = g_hash_table_lookup(erased, entry->id);
	g_autofree char *digest = named == NULL ? NULL : digest_format(&entry->file);

	return g_strcmp0(named, digest) == 0 && named != NULL;
}
