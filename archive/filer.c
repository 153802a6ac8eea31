/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filer.c - makes files, entries and the index of what the journal holds
 *
 * Up to FILE_AT_ONCE records are filed together (files.c); then the segments of the
 * journal go that only held filed records, and tiles and checkpoint are published over the
 * entries.  The published log and the index follow on their own, and an error of them
 * stops nothing else.  The index costs as much as all the rest, so it waits until mail is
 * quiet for a moment, somebody asks it something, or it is INDEX_BEHIND entries behind: a
 * burst is filed first and indexed afterwards.
 */
#include "config.h"

#include "archive/filer.h"

#include "archive/files.h"
#include "archive/store.h"
#include "base/memory.h"

#include <sys/resource.h>

enum {
	FILE_AT_ONCE = 1024,
	GATHER_MS = 250, /* between two rounds, when nobody waits for one */
	RETRY_SECONDS = 1,
	INDEX_BEHIND = 2048, /* entries, while there is mail to file */
	INDEX_SECONDS = 20,
	PUBLISH_SECONDS = 10,
	PROGRESS_MS = 100,
	NICENESS = 10,
	FILE_SECONDS = 60,
	BURST = 8 * 1024 * 1024, /* bytes that waited */
};

static const gsize backlog_max = (gsize)256 * 1024 * 1024;

struct Filer {
	FilerOptions options;
	GThread *thread;

	GMutex lock;              /* over what follows */
	GCond changed;            /* work for the thread, or work done by it */
	GQueue pending;           /* Sealed, in the order of the log */
	GHashTable *by_id;        /* the same, borrowed */
	gsize weight;             /* of them */
	gsize heaviest;           /* since memory was given back */
	guint64 indexed;          /* entries that the index covers */
	guint64 wanted;           /* entries that somebody waits for the index to cover */
	guint64 published;        /* entries that the checkpoint covers */
	bool is_anew_wanted;      /* another index is to be begun */
	bool is_remaking;         /* it is being made */
	guint64 remade;           /* entries that it covers */
	const GArray *forgetting; /* positions that the index is to forget, or NULL */
	bool is_stopping;         /* no more will be added */
	char *trouble;            /* why filing failed last */
	char *index_trouble;
	char *log_trouble;
};

Filer *
filer_new(const FilerOptions *options)
{
	Filer *filer = g_new0(Filer, 1);

	filer->options = *options;
	g_mutex_init(&filer->lock);
	g_cond_init(&filer->changed);
	g_queue_init(&filer->pending);
	filer->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	return filer;
}

static void
unref_sealed(gpointer sealed)
{
	sealed_unref(sealed);
}

void
filer_free(Filer *filer)
{
	if (filer == NULL)
		return;
	g_hash_table_unref(filer->by_id);
	g_queue_clear_full(&filer->pending, unref_sealed);
	g_free(filer->trouble);
	g_free(filer->index_trouble);
	g_free(filer->log_trouble);
	g_cond_clear(&filer->changed);
	g_mutex_clear(&filer->lock);
	g_free(filer);
}

/* Both with the lock held. */
static GPtrArray *
peek_pending(Filer *filer)
{
	GPtrArray *records = g_ptr_array_new_with_free_func(unref_sealed);
	const GList *link = filer->pending.head;

	for (; link != NULL && records->len < FILE_AT_ONCE; link = link->next)
		g_ptr_array_add(records, sealed_ref(link->data));
	return records;
}

static void
forget_pending(Filer *filer, guint count)
{
	for (guint i = 0; i < count; i++) {
		g_autoptr(Sealed) sealed = g_queue_pop_head(&filer->pending);

		g_hash_table_remove(filer->by_id, sealed->id);
		filer->weight -= sealed_weight(sealed);
	}
}

static void
set_trouble(char **trouble, const GError *error)
{
	g_free(*trouble);
	*trouble = error != NULL ? g_strdup(error->message) : NULL;
}

/* Each of these is called with the lock, gives it up for its work, and has it again.
 * True when there may be more to do. */
static bool
do_filing(Filer *filer)
{
	g_autoptr(GPtrArray) records = peek_pending(filer);
	g_autoptr(GError) error = NULL;
	bool is_done;

	if (records->len == 0)
		return false;
	g_mutex_unlock(&filer->lock);
	is_done = files_make(&filer->options, records, &error);
	if (is_done)
		journal_drop(filer->options.journal, entries_size(filer->options.entries),
			     false);
	files_step(&filer->options, "dropped");
	g_mutex_lock(&filer->lock);
	set_trouble(&filer->trouble, error);
	if (is_done)
		forget_pending(filer, records->len);
	g_cond_broadcast(&filer->changed);
	return is_done;
}

/* True when this was the last time. */
static bool
do_publishing(Filer *filer)
{
	g_autoptr(GError) error = NULL;
	const bool is_last = filer->is_stopping;
	guint64 size = 0;

	g_mutex_unlock(&filer->lock);
	publisher_advance(filer->options.publisher, is_last, &size, &error);
	if (size > filer->published) /* written by this thread alone */
		files_step(&filer->options, "published");
	g_mutex_lock(&filer->lock);
	set_trouble(&filer->log_trouble, error);
	filer->published = size;
	g_cond_broadcast(&filer->changed);
	return is_last;
}

static bool
is_index_asked(const Filer *filer)
{
	return filer->wanted > filer->indexed || filer->forgetting != NULL ||
	       filer->is_anew_wanted || filer->is_remaking;
}

static bool
is_index_due(const Filer *filer)
{
	return filer->pending.length == 0 || filer->is_stopping ||
	       is_index_asked(filer) ||
	       entries_size(filer->options.entries) >= filer->indexed + INDEX_BEHIND;
}

static bool
do_indexing(Filer *filer)
{
	Catalog *catalog = filer->options.catalog;
	g_autoptr(GError) error = NULL;
	const bool is_anew = filer->is_anew_wanted;
	const GArray *forgetting = filer->forgetting;
	guint64 position = 0;
	bool is_done;

	g_mutex_unlock(&filer->lock);
	if (forgetting != NULL)
		catalog_forget(catalog, forgetting);
	is_done = (!is_anew || catalog_remake(catalog, &error)) &&
		  catalog_advance(catalog, &position, &error);
	g_mutex_lock(&filer->lock);
	set_trouble(&filer->index_trouble, error);
	if (is_anew)
		filer->is_anew_wanted = false;
	if (forgetting == filer->forgetting)
		filer->forgetting = NULL;
	filer->is_remaking = catalog_is_remaking(catalog, &filer->remade);
	filer->indexed = position;
	g_cond_broadcast(&filer->changed);
	return is_done &&
	       (position < entries_size(filer->options.entries) || filer->is_remaking);
}

/* A burst leaves as much memory behind as waited at its height.  True when the lock was
 * given up for it, so that there may be more to do. */
static bool
give_back(Filer *filer)
{
	const bool is_due = filer->pending.length == 0 && filer->heaviest > BURST;

	if (!is_due)
		return false;
	filer->heaviest = 0;
	g_mutex_unlock(&filer->lock);
	memory_give_back();
	g_mutex_lock(&filer->lock);
	return true;
}

static void
do_preparing(Filer *filer)
{
	g_mutex_unlock(&filer->lock);
	/* What fails here fails again, and is told, when the segment is needed. */
	journal_prepare(filer->options.journal, NULL);
	g_mutex_lock(&filer->lock);
}

/* Every round is a few flushes, which commits must share the disk with: under load
 * few large rounds are better than many small ones.  Nothing is lost by it, the
 * records are in the journal. */
static void
gather(Filer *filer, gint64 last_round)
{
	const gint64 end = last_round + GATHER_MS * G_TIME_SPAN_MILLISECOND;

	while (filer->pending.length > 0 && filer->pending.length < FILE_AT_ONCE &&
	       !filer->is_stopping && !is_index_asked(filer) &&
	       g_cond_wait_until(&filer->changed, &filer->lock, end))
		;
}

/* What is answered is in the journal: nobody's mail waits for its file or the index, so
 * that mail goes first where there are more threads than processors.  Of this thread
 * alone, on Linux; elsewhere nothing is lost by a failure. */
static void
stand_back(void)
{
	(void)setpriority(PRIO_PROCESS, 0, NICENESS);
}

static gpointer
run(gpointer data)
{
	Filer *filer = data;
	gint64 last_round = 0;

	stand_back();
	g_mutex_lock(&filer->lock);
	for (;;) {
		bool is_more;
		bool is_last;

		if (!filer->is_stopping)
			do_preparing(filer);
		gather(filer, last_round);
		is_more = do_filing(filer);
		is_last = do_publishing(filer);
		is_more = (is_index_due(filer) && do_indexing(filer)) || is_more;
		last_round = g_get_monotonic_time();
		if (is_more || (filer->pending.length > 0 && filer->trouble == NULL) ||
		    filer->is_anew_wanted || filer->forgetting != NULL)
			continue;
		if (is_last)
			break;
		if (filer->is_stopping || give_back(filer))
			continue;
		g_cond_wait_until(&filer->changed, &filer->lock,
				  g_get_monotonic_time() +
					  RETRY_SECONDS * G_TIME_SPAN_SECOND);
	}
	g_mutex_unlock(&filer->lock);
	return NULL;
}

void
filer_start(Filer *filer)
{
	filer->thread = g_thread_new("filer", run, filer);
}

bool
filer_stop(Filer *filer)
{
	if (filer->thread == NULL)
		return false;
	g_mutex_lock(&filer->lock);
	filer->is_stopping = true;
	g_cond_broadcast(&filer->changed);
	g_mutex_unlock(&filer->lock);
	g_thread_join(g_steal_pointer(&filer->thread));
	return filer->pending.length == 0;
}

void
filer_add(Filer *filer, const GPtrArray *records)
{
	bool was_idle;

	g_mutex_lock(&filer->lock);
	was_idle = filer->pending.length == 0;
	for (guint i = 0; i < records->len; i++) {
		Sealed *sealed = sealed_ref(records->pdata[i]);

		g_queue_push_tail(&filer->pending, sealed);
		g_hash_table_insert(filer->by_id, sealed->id, sealed);
		filer->weight += sealed_weight(sealed);
	}
	filer->heaviest = MAX(filer->heaviest, filer->weight);
	if (was_idle || filer->pending.length >= FILE_AT_ONCE)
		g_cond_broadcast(&filer->changed);
	g_mutex_unlock(&filer->lock);
}

Sealed *
filer_get(Filer *filer, const char *id)
{
	Sealed *sealed;

	g_mutex_lock(&filer->lock);
	sealed = g_hash_table_lookup(filer->by_id, id);
	if (sealed != NULL)
		sealed_ref(sealed);
	g_mutex_unlock(&filer->lock);
	return sealed;
}

GPtrArray *
filer_pending(Filer *filer, guint64 from)
{
	GPtrArray *records = g_ptr_array_new_with_free_func(unref_sealed);

	g_mutex_lock(&filer->lock);
	for (const GList *link = filer->pending.head; link != NULL; link = link->next) {
		Sealed *sealed = link->data;

		if (sealed->position >= from)
			g_ptr_array_add(records, sealed_ref(sealed));
	}
	g_mutex_unlock(&filer->lock);
	return records;
}

bool
filer_wait_for_room(Filer *filer, GError **error)
{
	bool has_room;

	g_mutex_lock(&filer->lock);
	while (filer->weight > backlog_max && filer->trouble == NULL)
		g_cond_wait(&filer->changed, &filer->lock);
	has_room = filer->weight <= backlog_max;
	if (!has_room)
		g_set_error(error, STORE_ERROR, STORE_ERROR_STOPPED,
			    "too much waits to be filed: %s", filer->trouble);
	g_mutex_unlock(&filer->lock);
	return has_room;
}

bool
filer_wait_for_index(Filer *filer, guint64 size, GError **error)
{
	const gint64 end = g_get_monotonic_time() + INDEX_SECONDS * G_TIME_SPAN_SECOND;
	bool is_there;

	g_mutex_lock(&filer->lock);
	filer->wanted = MAX(filer->wanted, size);
	g_cond_broadcast(&filer->changed);
	while (filer->indexed < size && filer->index_trouble == NULL &&
	       filer->trouble == NULL &&
	       g_cond_wait_until(&filer->changed, &filer->lock, end))
		;
	is_there = filer->indexed >= size;
	if (!is_there)
		g_set_error(error, STORE_ERROR, STORE_ERROR_BUSY,
			    "the index has not caught up%s%s: try again later",
			    filer->index_trouble != NULL ? ": " : "",
			    filer->index_trouble != NULL ? filer->index_trouble : "");
	g_mutex_unlock(&filer->lock);
	return is_there;
}

bool
filer_wait_for_checkpoint(Filer *filer, guint64 size, GError **error)
{
	const gint64 end = g_get_monotonic_time() + PUBLISH_SECONDS * G_TIME_SPAN_SECOND;
	bool is_there;

	g_mutex_lock(&filer->lock);
	while (filer->published < size && filer->log_trouble == NULL &&
	       g_cond_wait_until(&filer->changed, &filer->lock, end))
		;
	is_there = filer->published >= size;
	if (!is_there)
		g_set_error(error, STORE_ERROR, STORE_ERROR_BUSY,
			    "no checkpoint covers this record%s%s",
			    filer->log_trouble != NULL ? ": " : " yet: try again later",
			    filer->log_trouble != NULL ? filer->log_trouble : "");
	g_mutex_unlock(&filer->lock);
	return is_there;
}

bool
filer_wait_for_files(Filer *filer, guint64 size, GError **error)
{
	const gint64 end = g_get_monotonic_time() + FILE_SECONDS * G_TIME_SPAN_SECOND;
	bool is_there;

	g_mutex_lock(&filer->lock);
	while (filer->pending.length > 0 &&
	       ((const Sealed *)filer->pending.head->data)->position < size &&
	       filer->trouble == NULL &&
	       g_cond_wait_until(&filer->changed, &filer->lock, end))
		;
	is_there = filer->pending.length == 0 ||
		   ((const Sealed *)filer->pending.head->data)->position >= size;
	if (!is_there)
		g_set_error(error, STORE_ERROR, STORE_ERROR_BUSY,
			    "not everything is filed yet%s%s: try again later",
			    filer->trouble != NULL ? ": " : "",
			    filer->trouble != NULL ? filer->trouble : "");
	g_mutex_unlock(&filer->lock);
	return is_there;
}

/* With the lock: begins another index and waits until it is the one that is asked. */
static bool
remake(Filer *filer, StoreProgress progress, void *data, GError **error)
{
	set_trouble(&filer->index_trouble, NULL);
	filer->is_anew_wanted = true;
	g_cond_broadcast(&filer->changed);
	while ((filer->is_anew_wanted || filer->is_remaking ||
		filer->forgetting != NULL) &&
	       filer->index_trouble == NULL) {
		const guint64 size = entries_size(filer->options.entries);
		const guint64 done = MIN(filer->remade, size);

		g_cond_wait_until(&filer->changed, &filer->lock,
				  g_get_monotonic_time() +
					  PROGRESS_MS * G_TIME_SPAN_MILLISECOND);
		g_mutex_unlock(&filer->lock);
		if (progress != NULL)
			progress(done, size, data);
		g_mutex_lock(&filer->lock);
	}
	if (filer->index_trouble == NULL)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_BUSY, "the index cannot be made: %s",
		    filer->index_trouble);
	return false;
}

bool
filer_forget(Filer *filer, const GArray *positions, GError **error)
{
	bool is_done;

	g_mutex_lock(&filer->lock);
	filer->forgetting = positions;
	is_done = remake(filer, NULL, NULL, error);
	while (filer->forgetting != NULL)
		g_cond_wait(&filer->changed, &filer->lock);
	g_mutex_unlock(&filer->lock);
	return is_done;
}

bool
filer_remake_index(Filer *filer, StoreProgress progress, void *data, GError **error)
{
	bool is_done;

	g_mutex_lock(&filer->lock);
	is_done = remake(filer, progress, data, error);
	g_mutex_unlock(&filer->lock);
	return is_done;
}

guint64
filer_indexed(Filer *filer)
{
	guint64 indexed;

	g_mutex_lock(&filer->lock);
	indexed = filer->indexed;
	g_mutex_unlock(&filer->lock);
	return indexed;
}

gsize
filer_weight(Filer *filer)
{
	gsize weight;

	g_mutex_lock(&filer->lock);
	weight = filer->weight;
	g_mutex_unlock(&filer->lock);
	return weight;
}

char *
filer_log_trouble(Filer *filer)
{
	char *trouble;

	g_mutex_lock(&filer->lock);
	trouble = g_strdup(filer->log_trouble);
	g_mutex_unlock(&filer->lock);
	return trouble;
}

char *
filer_trouble(Filer *filer)
{
	char *trouble;

	g_mutex_lock(&filer->lock);
	trouble = g_strdup(filer->trouble);
	g_mutex_unlock(&filer->lock);
	return trouble;
}
