/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bygone.c - the register as it was when a message came, from the register's records
 *
 * A message's id is made when it begins to come in, which is when it takes the register
 * that it is judged by; a change's id is made just before it is in force.  So ids say
 * which came first.  What was erased since, or does not fit as addresses are compared
 * now, is left out.
 */
#include "config.h"

#include "desk/bygone.h"

#include "desk/registry.h"

#include <string.h>

struct Bygone {
	Desk *desk;
	Directory *directory;
	GPtrArray *ids; /* of the register's records, in order */
	guint next;     /* the first of them that is not in the directory */
};

static int
compare_ids(gconstpointer one, gconstpointer other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static GPtrArray *
list_changes(Store *store, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

	for (int kind = 0; kind < REGISTER_KINDS; kind++) {
		const StoreQuery query = { .type = kind_get((RegisterKind)kind)->name };
		GPtrArray *some = store_list(store, &query, error);

		if (some == NULL)
			return NULL;
		g_ptr_array_extend_and_steal(ids, some);
	}
	g_ptr_array_sort(ids, compare_ids);
	return g_steal_pointer(&ids);
}

Bygone *
bygone_new(Desk *desk, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(desk);
	g_autoptr(GPtrArray) ids = list_changes(desk->store, error);
	g_autoptr(Directory) directory = registry_empty(settings, error);
	Bygone *bygone;

	if (ids == NULL || directory == NULL)
		return NULL;
	bygone = g_new0(Bygone, 1);
	bygone->desk = desk;
	bygone->directory = g_steal_pointer(&directory);
	bygone->ids = g_steal_pointer(&ids);
	return bygone;
}

void
bygone_free(Bygone *bygone)
{
	if (bygone == NULL)
		return;
	directory_unref(bygone->directory);
	g_ptr_array_unref(bygone->ids);
	g_free(bygone);
}

/* Of each thing the latest alone: things by their key. */
static void
add_change(const Bygone *bygone, const char *id, GHashTable *const *things)
{
	g_autoptr(Record) record = store_get(bygone->desk->store, id, NULL);
	RegisterKind kind = REGISTER_STAFF;
	void *thing = NULL;

	if (record != NULL && kind_parse(record_type(record), &kind))
		thing = kind_get(kind)->from_json(record_payload(record), NULL);
	if (thing != NULL)
		g_hash_table_replace(things[kind],
				     (gpointer)(gsize)kind_get(kind)->key_of(thing),
				     thing);
}

static void
leave_out(RegisterKind kind, const void *thing, const GError *error, void *data)
{
	(void)kind;
	(void)thing;
	(void)error;
	(void)data;
}

static void
enter(Bygone *bygone, GHashTable *const *things)
{
	DirectoryLists changed = { { NULL } };
	Directory *after = NULL;

	for (int kind = 0; kind < REGISTER_KINDS; kind++) {
		g_autoptr(GList) values = g_hash_table_get_values(things[kind]);

		changed.of[kind] = g_ptr_array_new();
		for (GList *value = values; value != NULL; value = value->next)
			g_ptr_array_add(changed.of[kind], value->data);
	}
	after = directory_try(bygone->directory, &changed, leave_out, NULL);
	directory_unref(bygone->directory);
	bygone->directory = after;
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		g_ptr_array_unref(changed.of[kind]);
}

static bool
has_next(const Bygone *bygone, const char *id)
{
	return bygone->next < bygone->ids->len &&
	       strcmp(bygone->ids->pdata[bygone->next], id) < 0;
}

const Directory *
bygone_before(Bygone *bygone, const char *id)
{
	GHashTable *things[REGISTER_KINDS];

	if (!has_next(bygone, id))
		return bygone->directory;
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		things[kind] = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						     kind_get((RegisterKind)kind)->unref);
	for (; has_next(bygone, id); bygone->next++)
		add_change(bygone, bygone->ids->pdata[bygone->next], things);
	enter(bygone, things);
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		g_hash_table_unref(things[kind]);
	return bygone->directory;
}
