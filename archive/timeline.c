/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline.c - which time stamps hold, and what time they give to the records
 *
 * Records wait in the order of the log until a stamp covers them.  Their time is then
 * compared with the days of the certificate that signed them: one that has ended since is
 * no fault when a stamp says that the record was there before.
 */
#include "config.h"

#include "archive/timeline.h"

#include "archive/stamps.h"
#include "base/clock.h"
#include "base/file.h"

#include <string.h>

enum { REPLY_MAX = 1024 * 1024 };

/* A record that no stamp covers so far. */
typedef struct Waiting {
	guint64 position;
	gint64 until; /* of its signer's certificate; 0: not known */
} Waiting;

struct Timeline {
	Store *store;
	const Audit *audit;
	char *anchors;
	Problems *problems;
	char *log;
	GArray *waiting;   /* Waiting */
	GHashTable *files; /* names under log/stamps that records stand for */
	guint64 stamps;    /* that hold */
	guint64 unread;    /* records that do not tell which file is theirs */
	guint64 outlived;  /* records by a certificate that ended before their time */
};

Timeline *
timeline_new(Store *store, const Audit *audit, const char *anchors, Problems *problems)
{
	Timeline *timeline = g_new0(Timeline, 1);

	timeline->store = store;
	timeline->audit = audit;
	timeline->anchors = g_strdup(anchors);
	timeline->problems = problems;
	timeline->log = store_log(store);
	timeline->waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
	timeline->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return timeline;
}

void
timeline_free(Timeline *timeline)
{
	if (timeline == NULL)
		return;
	g_free(timeline->anchors);
	g_free(timeline->log);
	g_array_unref(timeline->waiting);
	g_hash_table_unref(timeline->files);
	g_free(timeline);
}

/* What its checkpoint says is what the log was.  When the log is not what its own
 * checkpoint says either, the stamp is the one that is right. */
static bool
check_root(const Timeline *timeline, const StampRecord *stamp, const StoreEntry *entry)
{
	const bool is_before = stamp->head.size <= entry->position;

	if (is_before && audit_had(timeline->audit, &stamp->head))
		return true;
	problems_doubt(timeline->problems, entry->id, "stamp",
		       is_before ? "the log's entries are not those that were stamped"
				 : "it is over records that came after it");
	return false;
}

/* The file that people use is the record's reply. */
static void
check_file(Timeline *timeline, const StampRecord *stamp, bool is_filed)
{
	g_autofree char *name = stamp_record_path(stamp);
	g_autofree char *path = g_build_filename(timeline->log, name, NULL);
	g_autofree char *id = g_build_filename("log", name, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) file = file_read(path, REPLY_MAX, &error);

	if (!is_filed)
		return;
	if (file == NULL)
		problems_add(timeline->problems, id, "stamp",
			     "the stamp's file is gone; its record has it");
	else if (!g_bytes_equal(file, stamp->reply))
		problems_add(timeline->problems, id, "stamp",
			     "this file is not the stamp that is on record");
}

/* What waits below a size was there at a time. */
static void
cover(Timeline *timeline, guint64 size, gint64 time)
{
	guint count = 0;

	for (; count < timeline->waiting->len; count++) {
		const Waiting *one = &g_array_index(timeline->waiting, Waiting, count);

		if (one->position >= size)
			break;
		if (one->until != 0 && one->until < time)
			timeline->outlived++;
	}
	g_array_remove_range(timeline->waiting, 0, count);
}

static void
add_stamp(Timeline *timeline, const Inspection *inspection)
{
	const StoreEntry *entry = &inspection->entry;
	g_auto(StampRecord) stamp = { 0 };
	g_autoptr(GError) error = NULL;
	gint64 time = entry->time;

	if (!stamp_record_read(inspection->payload, &stamp, &error)) {
		timeline->unread++;
		problems_add(timeline->problems, entry->id, "stamp", error->message);
		return;
	}
	g_hash_table_add(timeline->files, stamp_record_path(&stamp));
	if (!audit_knows(timeline->audit, stamp.note, &error) ||
	    !stamp_record_check(&stamp, timeline->anchors, &time, &error)) {
		problems_add(timeline->problems, entry->id, "stamp", error->message);
		return;
	}
	if (!check_root(timeline, &stamp, entry))
		return;
	timeline->stamps++;
	check_file(timeline, &stamp, entry->is_filed);
	cover(timeline, stamp.head.size, time);
}

void
timeline_add(Timeline *timeline, const Inspection *inspection)
{
	const Waiting one = { inspection->entry.position, inspection->signed_until };

	if (inspection->is_wanted)
		g_array_append_val(timeline->waiting, one);
	if (strcmp(inspection->entry.type, "stamp") != 0)
		return;
	if (inspection->payload != NULL)
		add_stamp(timeline, inspection);
	else
		timeline->unread++; /* it is named already */
}

/* A stamp that came while the others were looked at. */
static bool
add_newcomer(const StoreEntry *entry, void *data)
{
	const Timeline *timeline = data;
	g_autoptr(Record) record = NULL;
	g_auto(StampRecord) stamp = { 0 };

	if (strcmp(entry->type, "stamp") != 0)
		return true;
	record = store_get(timeline->store, entry->id, NULL);
	if (record != NULL && stamp_record_read(record_payload(record), &stamp, NULL))
		g_hash_table_add(timeline->files, stamp_record_path(&stamp));
	return true;
}

static void
drop_known(const Timeline *timeline, GPtrArray *names)
{
	for (guint i = names->len; i > 0; i--)
		if (g_hash_table_contains(timeline->files, names->pdata[i - 1]))
			g_ptr_array_remove_index_fast(names, i - 1);
}

void
timeline_check_files(Timeline *timeline, guint64 size)
{
	g_autofree char *path = g_build_filename(timeline->log, "stamps", NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		if (name[0] != '.')
			g_ptr_array_add(names, g_build_filename("stamps", name, NULL));
	store_iterate(timeline->store, size, add_newcomer, timeline, NULL);
	drop_known(timeline, names);
	for (guint i = 0; i < names->len && names->len > timeline->unread; i++) {
		g_autofree char *id = g_build_filename("log", names->pdata[i], NULL);

		problems_add(timeline->problems, id, "stamp",
			     "no stamp on record stands for this file");
	}
}

static void
note(json_t *notes, guint64 count, const char *what)
{
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT " %s", count, what);

	if (count > 0)
		json_array_append_new(notes, json_string(text));
}

void
timeline_finish(const Timeline *timeline, json_t *notes)
{
	const gint64 now = clock_now();
	guint64 outlived = timeline->outlived;

	for (guint i = 0; i < timeline->waiting->len; i++) {
		const Waiting *one = &g_array_index(timeline->waiting, Waiting, i);

		outlived += one->until != 0 && one->until < now;
	}
	if (timeline->stamps > 0 || timeline->anchors != NULL)
		note(notes, timeline->waiting->len, "unstamped");
	if (timeline->anchors == NULL)
		note(notes, timeline->stamps,
		     "stamps of which nobody said whose they must be: see stamp-ca");
	note(notes, outlived,
	     "signed by a certificate that has ended, without a stamp from before");
}
