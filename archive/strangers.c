/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strangers.c - what lies in the archive's folders and stands for nothing, or is gone
 *
 * What is kept is each record's id.  Mail may be filed meanwhile: what was put since
 * verification began is no stranger.  A link to another place is one: what it shows is
 * not in the archive.
 */
#include "config.h"

#include "archive/strangers.h"

#include "base/file.h"
#include "base/ulid.h"

#include <stdlib.h>
#include <string.h>

enum { CERTIFICATE_MAX = 64 * 1024 };

typedef struct Id {
	char text[ULID_LEN + 1];
} Id;

struct Strangers {
	Store *store;
	guint64 size;
	Problems *problems;
	GArray *ids;              /* Id: every record's */
	GHashTable *certificates; /* PEM that the log introduced */
	GHashTable *paths;        /* of files that no entry named so far */
	guint64 lost;
};

Strangers *
strangers_new(Store *store, guint64 size, Problems *problems)
{
	Strangers *strangers = g_new0(Strangers, 1);

	strangers->store = store;
	strangers->size = size;
	strangers->problems = problems;
	strangers->ids = g_array_new(FALSE, FALSE, sizeof(Id));
	strangers->certificates =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	strangers->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return strangers;
}

void
strangers_free(Strangers *strangers)
{
	if (strangers == NULL)
		return;
	g_array_unref(strangers->ids);
	g_hash_table_unref(strangers->certificates);
	g_hash_table_unref(strangers->paths);
	g_free(strangers);
}

void
strangers_expect(Strangers *strangers, const StoreEntry *entry)
{
	Id id;

	g_strlcpy(id.text, entry->id, sizeof id.text);
	g_array_append_val(strangers->ids, id);
}

void
strangers_expect_certificate(Strangers *strangers, const char *pem)
{
	g_hash_table_add(strangers->certificates, g_strdup(pem));
}

/* --- ids -------------------------------------------------------------------------- */

static int
compare_ids(gconstpointer a, gconstpointer b)
{
	return strcmp(((const Id *)a)->text, ((const Id *)b)->text);
}

static const char *
nth_id(const Strangers *strangers, guint i)
{
	return g_array_index(strangers->ids, Id, i).text;
}

void
strangers_check_twice(Strangers *strangers)
{
	g_array_sort(strangers->ids, compare_ids);
	for (guint i = 1; i < strangers->ids->len; i++)
		if (strcmp(nth_id(strangers, i - 1), nth_id(strangers, i)) == 0)
			problems_add(strangers->problems, nth_id(strangers, i), "log",
				     "this record stands in the log more than once");
}

/* Whether an entry stands for "records/…/ULID.eml". */
static bool
is_named(const Strangers *strangers, const char *path)
{
	g_autofree char *base = g_path_get_basename(path);
	g_autofree char *right = NULL;
	Id id;

	g_strlcpy(id.text, base, sizeof id.text);
	if (!ulid_is_valid(id.text) ||
	    bsearch(&id, strangers->ids->data, strangers->ids->len, sizeof id,
		    compare_ids) == NULL)
		return false;
	right = record_path(id.text);
	return strcmp(right, path) == 0;
}

/* --- records ---------------------------------------------------------------------- */

static void
find_in_folder(Strangers *strangers, const char *folder)
{
	g_autofree char *full =
		g_build_filename(store_directory(strangers->store), folder, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(full, 0, &error);
	const char *name;

	if (dir == NULL) {
		problems_add(strangers->problems, folder, "unreadable", error->message);
		return;
	}
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *at = g_build_filename(full, name, NULL);

		if (is_named(strangers, path))
			continue;
		if (g_file_test(at, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(at, G_FILE_TEST_IS_SYMLINK))
			find_in_folder(strangers, path);
		else
			g_hash_table_add(strangers->paths, g_steal_pointer(&path));
	}
}

/* What was put and filed since we began is no stranger. */
static bool
forget_newcomer(const StoreEntry *entry, gpointer data)
{
	Strangers *strangers = data;
	g_autofree char *path = record_path(entry->id);

	g_hash_table_remove(strangers->paths, path);
	return true;
}

/* Whether a file is a record in its place that this archive signed. */
static bool
is_ours(const Strangers *strangers, const char *path)
{
	g_autofree char *full =
		g_build_filename(store_directory(strangers->store), path, NULL);
	g_autoptr(GBytes) bytes = file_read(full, G_MAXUINT32, NULL);
	g_autoptr(Record) record = bytes == NULL ? NULL : record_read(bytes, NULL);
	g_autofree char *right = record == NULL ? NULL : record_path(record_id(record));

	return record != NULL && strcmp(right, path) == 0 &&
	       record_check(record, store_trust(strangers->store), NULL);
}

/* Of a log that has lost entries the files follow, and are no problem of their own. */
static void
report_stranger(Strangers *strangers, const char *path)
{
	static const char what[] = "no entry of the log names this file";

	if (is_ours(strangers, path)) {
		strangers->lost++;
		problems_doubt(strangers->problems, path, "unexpected", what);
	} else
		problems_add(strangers->problems, path, "unexpected", what);
}

static void
check_records(Strangers *strangers)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GList) paths = NULL;

	find_in_folder(strangers, "records");
	if (g_hash_table_size(strangers->paths) > 0 &&
	    !store_iterate(strangers->store, strangers->size, forget_newcomer, strangers,
			   &error))
		problems_add(strangers->problems, "log", "log", error->message);
	paths = g_list_sort(g_hash_table_get_keys(strangers->paths),
			    (GCompareFunc)strcmp);
	for (const GList *path = paths; path != NULL; path = path->next)
		report_stranger(strangers, path->data);
}

/* --- certificates ----------------------------------------------------------------- */

/* One that was introduced since we began is in a `key` record that was not added. */
static bool
add_newcomer(const StoreEntry *entry, gpointer data)
{
	Strangers *strangers = data;
	g_autoptr(Record) record = strcmp(entry->type, "key") == 0
					   ? store_get(strangers->store, entry->id, NULL)
					   : NULL;
	const char *pem =
		record == NULL ? NULL : json_text(record_payload(record), "certificate");

	if (pem != NULL)
		strangers_expect_certificate(strangers, pem);
	return true;
}

/* The text of a file in certs/; NULL when it cannot be read. */
static char *
read_certificate(const Strangers *strangers, const char *name)
{
	g_autofree char *path =
		g_build_filename(store_directory(strangers->store), "certs", name, NULL);
	g_autoptr(GBytes) bytes = file_read(path, CERTIFICATE_MAX, NULL);

	return bytes == NULL ? NULL
			     : g_strndup(g_bytes_get_data(bytes, NULL),
					 g_bytes_get_size(bytes));
}

/* People take a certificate from here to check a record by.  found: those that are
 * there. */
static void
check_certificate(const Strangers *strangers, const char *name, GHashTable *found)
{
	g_autofree char *id = g_build_filename("certs", name, NULL);
	g_autofree char *pem = read_certificate(strangers, name);

	if (pem == NULL || !g_hash_table_contains(strangers->certificates, pem))
		problems_add(strangers->problems, id, "unexpected",
			     "no key record of the log introduces what is in this file");
	else
		g_hash_table_add(found, g_steal_pointer(&pem));
}

static void
check_certificates(Strangers *strangers)
{
	g_autoptr(GHashTable) found =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *path =
		g_build_filename(store_directory(strangers->store), "certs", NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	GHashTableIter iter;
	const char *name;
	gpointer pem;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		if (name[0] != '.') /* unfinished copies, which a crash leaves */
			check_certificate(strangers, name, found);
	g_hash_table_iter_init(&iter, strangers->certificates);
	while (g_hash_table_iter_next(&iter, &pem, NULL))
		if (!g_hash_table_contains(found, pem))
			problems_add(strangers->problems, "certs", "missing",
				     "a certificate that signed is not there any more: "
				     "its key record has it, and every export");
}

void
strangers_check_files(Strangers *strangers)
{
	check_records(strangers);
	store_iterate(strangers->store, strangers->size, add_newcomer, strangers, NULL);
	check_certificates(strangers);
}

guint64
strangers_lost(const Strangers *strangers)
{
	return strangers->lost;
}
