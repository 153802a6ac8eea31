/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dossier.c - staff export: all that one member of staff wrote and received, across
 * cases; for leads, and never about themselves
 *
 * The index says which records have one of their addresses; it is brought up to date
 * first, and archive verify says whether it is whole.
 */
#include "config.h"

#include "archive/export.h"
#include "desk/access.h"
#include "desk/rights.h"
#include "desk/verbs.h"

#include <string.h>

typedef struct Dossier {
	const Ask *ask;
	const Staff *staff;
	gint64 since, until;
	GHashTable *ids; /* char *, owned */
	guint64 files;
} Dossier;

static void
dossier_clear(Dossier *dossier)
{
	g_hash_table_unref(dossier->ids);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Dossier, dossier_clear)

static bool
read_days(Dossier *dossier, GError **error)
{
	const Ask *ask = dossier->ask;
	g_autoptr(GError) reason = NULL;
	Day from = fields_day(ask->options, "from", &reason);
	Day until =
		reason == NULL ? fields_day(ask->options, "until", &reason) : DAY_NONE;

	if (reason != NULL) {
		g_propagate_error(error, g_steal_pointer(&reason));
		return false;
	}
	dossier->since = day_start(from, ask_zone(ask));
	dossier->until = day_start(until + 1, ask_zone(ask));
	if (from <= until)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "--until: is before --from: change one of them");
	return false;
}

/* Every record that has the address on it. */
static bool
find(Dossier *dossier, const char *address, GError **error)
{
	g_autofree char *folded = g_utf8_strdown(address, -1);
	g_autofree char *label = g_strconcat("with:", folded, NULL);
	const char *const labels[] = { label, NULL };
	const StoreQuery query = { .labels = labels,
				   .since = dossier->since,
				   .until = dossier->until };
	g_autoptr(GPtrArray) ids = store_list(dossier->ask->desk->store, &query, error);

	for (guint i = 0; ids != NULL && i < ids->len; i++)
		g_hash_table_add(dossier->ids, g_strdup(ids->pdata[i]));
	return ids != NULL;
}

static bool
find_all(Dossier *dossier, GError **error)
{
	const Staff *staff = dossier->staff;

	if (!find(dossier, address_text(staff->email), error))
		return false;
	for (guint i = 0; i < staff->also->len; i++)
		if (!find(dossier, address_text(staff->also->pdata[i]), error))
			return false;
	for (char **login = staff->logins; *login != NULL; login++)
		if (!find(dossier, *login, error))
			return false;
	return true;
}

static int
compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the order of time, which is that of ids; borrowed from the dossier. */
static GPtrArray *
list_ids(const Dossier *dossier)
{
	GPtrArray *ids = g_ptr_array_new();
	GHashTableIter iter;
	gpointer id;

	g_hash_table_iter_init(&iter, dossier->ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		g_ptr_array_add(ids, id);
	g_ptr_array_sort(ids, compare_ids);
	return ids;
}

static bool
is_open(const Record *record, void *data)
{
	return rights_may_read_record(((const Dossier *)data)->ask, record);
}

static bool
pass_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	Dossier *dossier = data;
	const DeskRequest *request = dossier->ask->request;

	dossier->files++;
	return request->file == NULL || request->file(path, bytes, request->data, error);
}

static json_t *
hand_over(Dossier *dossier, GError **error)
{
	const Ask *ask = dossier->ask;
	g_autoptr(GPtrArray) ids = list_ids(dossier);
	const ExportOptions options = { .ids = ids,
					.zone = ask_zone(ask),
					.has_others = true,
					.is_open = is_open,
					.data = dossier };

	if (!export_case(ask->desk->store, &options, pass_file, dossier, error))
		return NULL;
	return json_pack("{s:I}", "files", (json_int_t)dossier->files);
}

json_t *
dossier_export(Ask *ask, GError **error)
{
	g_auto(Dossier) dossier = { .ask = ask,
				    .ids = g_hash_table_new_full(g_str_hash, g_str_equal,
								 g_free, NULL) };

	dossier.staff = directory_staff(ask_directory(ask), ask->words[0]);
	if (dossier.staff == NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "EMAIL: '%s' is not registered staff: see staff list",
			    ask->words[0]);
		return NULL;
	}
	if (g_strcmp0(ask->actor->email, address_text(dossier.staff->email)) == 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "EMAIL: is yours: another lead exports it");
		return NULL;
	}
	if (!read_days(&dossier, error) || !access_record(ask, NULL, NULL, error) ||
	    !find_all(&dossier, error))
		return NULL;
	return hand_over(&dossier, error);
}
