/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal.c - the one place where a batch becomes durable
 *
 * A segment is a file journal/ID of zeros, written and synced before it has its name,
 * so that a batch is one pwrite and one fdatasync of blocks that are there already.
 * Segments have no order by name: the number of the first batch in the head gives it.
 *
 * 1. Batches are numbered without a gap, over all segments.
 * 2. A segment is written by one process alone: every start begins a new one.
 * 3. After a write or flush that failed nothing is written any more: the kernel may
 *    have marked the pages clean that never reached the disk.
 */
#include "config.h"

#include "archive/journal.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ZEROS_LEN = 1024 * 1024,
	NAME_LEN = 2 * SEGMENT_ID_LEN,
};

static const gsize segment_max = G_MAXUINT32;

G_DEFINE_QUARK(journal_error, journal_error)

typedef struct Segment {
	guint8 id[SEGMENT_ID_LEN];
	char *path;
	int fd; /* -1 unless it is written to */
	gsize len;
	gsize used;
	guint64 end;      /* size of the log after its last batch */
	GBytes *bytes;    /* while it is read */
	SegmentHead head; /* the same */
} Segment;

struct Journal {
	char *directory;
	gsize segment_len;
	bool is_lost;
	guint64 next_batch;
	guint64 size;
	Digest root;

	GMutex lock;       /* over what follows */
	GPtrArray *filled; /* Segment, in order: written before, by us or others */
	Segment *current;
	Segment *spare;
	bool is_turning; /* current takes no more */
};

static void
free_segment(gpointer data)
{
	Segment *segment = data;

	if (segment == NULL)
		return;
	if (segment->fd >= 0)
		close(segment->fd);
	g_clear_pointer(&segment->bytes, g_bytes_unref);
	g_free(segment->path);
	g_free(segment);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Segment, free_segment)

/* Always false. */
static bool
fail(GError **error, JournalError code, const char *path, const char *what)
{
	const int number = errno;
	const bool is_full = number == ENOSPC || number == EDQUOT;

	if (is_full && code != JOURNAL_ERROR_LOST)
		code = JOURNAL_ERROR_FULL;
	g_set_error(error, JOURNAL_ERROR, (int)code, "%s: cannot %s: %s", path, what,
		    g_strerror(number));
	return false;
}

Journal *
journal_open(const char *directory, gsize segment_len)
{
	Journal *journal = g_new0(Journal, 1);

	journal->directory = g_strdup(directory);
	journal->segment_len = segment_len;
	journal->next_batch = 1;
	journal->root = digest_of("", 0);
	g_mutex_init(&journal->lock);
	journal->filled = g_ptr_array_new_with_free_func(free_segment);
	return journal;
}

void
journal_close(Journal *journal)
{
	if (journal == NULL)
		return;
	free_segment(journal->current);
	free_segment(journal->spare);
	g_ptr_array_unref(journal->filled);
	g_mutex_clear(&journal->lock);
	g_free(journal->directory);
	g_free(journal);
}

static bool
parse_name(const char *name, guint8 id[SEGMENT_ID_LEN])
{
	if (strlen(name) != NAME_LEN)
		return false;
	for (gsize i = 0; i < SEGMENT_ID_LEN; i++) {
		const int high = g_ascii_xdigit_value(name[2 * i]);
		const int low = g_ascii_xdigit_value(name[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		id[i] = (guint8)(high * 16 + low);
	}
	return true;
}

static void note_damage(char **damage, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The first one is told. */
static void
note_damage(char **damage, const char *format, ...)
{
	va_list args;

	if (*damage != NULL)
		return;
	va_start(args, format);
	*damage = g_strdup_vprintf(format, args);
	va_end(args);
}

/* A segment that has a head, among the filled ones; one without was never used, or
 * its first batch was never answered, unless a batch in it says otherwise. */
static bool
read_segment(Journal *journal, const char *name, char **damage, GError **error)
{
	g_autoptr(Segment) segment = g_new0(Segment, 1);
	const guint8 *bytes;
	gsize len;

	segment->fd = -1;
	if (!parse_name(name, segment->id))
		return true;
	segment->path = g_build_filename(journal->directory, name, NULL);
	segment->bytes = file_read(segment->path, segment_max, error);
	if (segment->bytes == NULL)
		return false;
	bytes = g_bytes_get_data(segment->bytes, &len);
	if (!segment_read_head(bytes, len, &segment->head) ||
	    memcmp(segment->head.id, segment->id, SEGMENT_ID_LEN) != 0) {
		if (segment_has_batch(bytes, len, segment->id, 0))
			note_damage(damage,
				    "journal segment %s is damaged at its head, before "
				    "batches that were answered",
				    name);
		g_clear_pointer(&segment->bytes, g_bytes_unref);
		segment->head.first_batch = 0;
	}
	g_ptr_array_add(journal->filled, g_steal_pointer(&segment));
	return true;
}

static int
compare_segments(gconstpointer a, gconstpointer b)
{
	const Segment *one = *(Segment *const *)a;
	const Segment *other = *(Segment *const *)b;

	if (one->head.first_batch != other->head.first_batch)
		return one->head.first_batch < other->head.first_batch ? -1 : 1;
	return 0;
}

static bool
read_segments(Journal *journal, char **damage, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(journal->directory, 0, error);
	const char *name;

	if (dir == NULL)
		return false;
	while ((name = g_dir_read_name(dir)) != NULL)
		if (!read_segment(journal, name, damage, error))
			return false;
	g_ptr_array_sort(journal->filled, compare_segments);
	return true;
}

/* Who visits batches, and how far the log then goes. */
typedef struct Visitor {
	SegmentVisit visit;
	void *data;
	guint64 end;
} Visitor;

static bool
visit_batch(const Batch *batch, void *data)
{
	Visitor *visitor = data;

	visitor->end = batch->size;
	return visitor->visit(batch, visitor->data);
}

/* Visits the batches of one segment; expected is the number of its first. */
static void
scan_segment(Segment *segment, Visitor *visitor, guint64 *expected, char **damage)
{
	g_autofree char *name = g_path_get_basename(segment->path);
	guint64 next = segment->head.first_batch;

	if (*expected != 0 && segment->head.first_batch != *expected) {
		note_damage(
			damage,
			"journal segment %s begins with batch %" G_GUINT64_FORMAT
			", but the journal is good only up to batch %" G_GUINT64_FORMAT,
			name, segment->head.first_batch, *expected - 1);
		return;
	}
	if (segment_scan(segment->bytes, &segment->head, visit_batch, visitor, &next) ==
	    SEGMENT_DAMAGED)
		note_damage(damage,
			    "journal segment %s is damaged at batch %" G_GUINT64_FORMAT
			    ", which was answered",
			    name, next);
	segment->end = visitor->end;
	*expected = next;
}

bool
journal_read(Journal *journal, SegmentVisit visit, void *data, char **damage,
	     GError **error)
{
	Visitor visitor = { visit, data, 0 };
	guint64 expected = 0;

	*damage = NULL;
	if (!read_segments(journal, damage, error))
		return false;
	for (guint i = 0; i < journal->filled->len; i++) {
		Segment *segment = journal->filled->pdata[i];

		if (segment->bytes != NULL && *damage == NULL)
			scan_segment(segment, &visitor, &expected, damage);
		g_clear_pointer(&segment->bytes, g_bytes_unref);
	}
	if (expected != 0)
		journal->next_batch = expected;
	return true;
}

/* A crash may have left a segment that has no name yet. */
static void
remove_unnamed(const Journal *journal)
{
	g_autoptr(GDir) dir = g_dir_open(journal->directory, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(journal->directory, name, NULL);

		if (g_str_has_suffix(name, ".new"))
			g_unlink(path);
	}
}

void
journal_begin(Journal *journal, guint64 size, const Digest *root)
{
	journal->size = size;
	journal->root = *root;
	remove_unnamed(journal);
}

static bool
write_zeros(const char *path, int fd, gsize len, GError **error)
{
	g_autofree guint8 *zeros = g_malloc0(ZEROS_LEN);

	for (gsize at = 0; at < len; at += ZEROS_LEN) {
		g_autoptr(GError) cause = NULL;

		if (!file_write_all(fd, zeros, MIN(len - at, (gsize)ZEROS_LEN), &cause))
			return fail(error, JOURNAL_ERROR_FAILED, path, "write");
	}
	return fsync(fd) == 0 || fail(error, JOURNAL_ERROR_FAILED, path, "sync");
}

static bool
fill_segment(Journal *journal, Segment *segment, const char *path, GError **error)
{
	segment->fd =
		open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (segment->fd < 0)
		return fail(error, JOURNAL_ERROR_FAILED, path, "make");
	if (!write_zeros(path, segment->fd, segment->len, error))
		return false;
	if (g_rename(path, segment->path) != 0)
		return fail(error, JOURNAL_ERROR_FAILED, path, "rename");
	return file_sync_directory(journal->directory, NULL) ||
	       fail(error, JOURNAL_ERROR_FAILED, journal->directory, "sync");
}

static Segment *
make_segment(Journal *journal, gsize len, GError **error)
{
	g_autoptr(Segment) segment = g_new0(Segment, 1);
	g_autoptr(GString) name = g_string_new(NULL);
	g_autofree char *path = NULL;

	seal_random(segment->id, SEGMENT_ID_LEN);
	for (gsize i = 0; i < SEGMENT_ID_LEN; i++)
		g_string_append_printf(name, "%02x", segment->id[i]);
	segment->path = g_build_filename(journal->directory, name->str, NULL);
	segment->len = len;
	path = g_strconcat(segment->path, ".new", NULL);
	if (fill_segment(journal, segment, path, error))
		return g_steal_pointer(&segment);
	g_unlink(path);
	g_unlink(segment->path);
	return NULL;
}

static Segment *
take_spare(Journal *journal, gsize len)
{
	Segment *spare = NULL;

	g_mutex_lock(&journal->lock);
	if (journal->spare != NULL && journal->spare->len >= len)
		spare = g_steal_pointer(&journal->spare);
	g_mutex_unlock(&journal->lock);
	return spare;
}

static void
retire(Journal *journal, Segment *next)
{
	g_mutex_lock(&journal->lock);
	if (journal->current != NULL) {
		close(journal->current->fd);
		journal->current->fd = -1;
		g_ptr_array_add(journal->filled, journal->current);
	}
	journal->current = next;
	g_mutex_unlock(&journal->lock);
}

static bool
write_at(Journal *journal, const void *data, gsize len, GError **error)
{
	Segment *segment = journal->current;
	const char *at = data;
	gsize done = 0;

	while (done < len) {
		const ssize_t wrote = pwrite(segment->fd, at + done, len - done,
					     (off_t)(segment->used + done));

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0 && errno == ENOSPC)
			return fail(error, JOURNAL_ERROR_FULL, segment->path, "write");
		if (wrote <= 0) {
			journal->is_lost = true;
			return fail(error, JOURNAL_ERROR_LOST, segment->path, "write");
		}
		done += (gsize)wrote;
	}
	return true;
}

/* Goes on in a new segment with room for a batch of so many bytes.  Its head is
 * flushed with its first batch. */
static bool
change_segment(Journal *journal, gsize batch_len, GError **error)
{
	const gsize len = SEGMENT_HEAD_LEN + batch_len;
	const Segment *before = journal->current;
	SegmentHead head = { .first_batch = journal->next_batch,
			     .size = journal->size,
			     .root = journal->root };
	Segment *next = take_spare(journal, len);
	guint8 bytes[SEGMENT_HEAD_LEN];

	if (next == NULL)
		next = make_segment(journal, MAX(len, journal->segment_len), error);
	if (next == NULL)
		return false;
	if (before == NULL && journal->filled->len > 0)
		before = journal->filled->pdata[journal->filled->len - 1];
	memcpy(head.id, next->id, SEGMENT_ID_LEN);
	if (before != NULL)
		memcpy(head.previous, before->id, SEGMENT_ID_LEN);
	retire(journal, next);
	segment_write_head(&head, bytes);
	if (!write_at(journal, bytes, SEGMENT_HEAD_LEN, error))
		return false;
	next->used = SEGMENT_HEAD_LEN;
	next->end = journal->size;
	return true;
}

void
journal_turn(Journal *journal)
{
	g_mutex_lock(&journal->lock);
	journal->is_turning = true;
	g_mutex_unlock(&journal->lock);
}

/* Whether the current segment may be written to at all; asked once for each batch. */
static bool
take_current(Journal *journal)
{
	const Segment *segment = journal->current;
	bool is_usable;

	g_mutex_lock(&journal->lock);
	is_usable = segment != NULL && segment->used != 0 && !journal->is_turning;
	journal->is_turning = false;
	g_mutex_unlock(&journal->lock);
	return is_usable;
}

/* The bytes of a batch, in a segment that has room for them. */
static GByteArray *
place_batch(Journal *journal, const Batch *batch, GError **error)
{
	static const guint8 nobody[SEGMENT_ID_LEN];
	const Segment *segment = journal->current;
	const bool is_usable = take_current(journal);
	g_autoptr(GByteArray) bytes =
		segment_format_batch(is_usable ? segment->id : nobody, batch);

	if (is_usable && segment->len - segment->used >= bytes->len)
		return g_steal_pointer(&bytes);
	if (bytes->len > segment_max - SEGMENT_HEAD_LEN) {
		g_set_error_literal(error, JOURNAL_ERROR, JOURNAL_ERROR_FAILED,
				    "a batch is too large for the journal");
		return NULL;
	}
	if (!change_segment(journal, bytes->len, error))
		return NULL;
	return segment_format_batch(journal->current->id, batch);
}

bool
journal_write(Journal *journal, Batch *batch, GError **error)
{
	g_autoptr(GByteArray) bytes = NULL;

	if (journal->is_lost) {
		g_set_error_literal(error, JOURNAL_ERROR, JOURNAL_ERROR_LOST,
				    "the journal failed before: restart after the disk "
				    "was looked at");
		return false;
	}
	batch->number = journal->next_batch;
	bytes = place_batch(journal, batch, error);
	if (bytes == NULL || !write_at(journal, bytes->data, bytes->len, error))
		return false;
	if (fdatasync(journal->current->fd) != 0) {
		journal->is_lost = true;
		return fail(error, JOURNAL_ERROR_LOST, journal->current->path, "flush");
	}
	journal->next_batch++;
	journal->size = batch->size;
	journal->root = batch->root;
	g_mutex_lock(&journal->lock);
	journal->current->used += bytes->len;
	journal->current->end = batch->size;
	g_mutex_unlock(&journal->lock);
	return true;
}

bool
journal_prepare(Journal *journal, GError **error)
{
	Segment *made;
	bool is_there;

	g_mutex_lock(&journal->lock);
	is_there = journal->spare != NULL;
	g_mutex_unlock(&journal->lock);
	if (is_there)
		return true;
	made = make_segment(journal, journal->segment_len, error);
	if (made == NULL)
		return false;
	g_mutex_lock(&journal->lock);
	journal->spare = made;
	g_mutex_unlock(&journal->lock);
	return true;
}

void
journal_drop(Journal *journal, guint64 size, bool is_end)
{
	g_mutex_lock(&journal->lock);
	while (journal->filled->len > 0) {
		const Segment *oldest = journal->filled->pdata[0];

		if (oldest->end > size)
			break;
		g_unlink(oldest->path);
		g_ptr_array_remove_index(journal->filled, 0);
	}
	if (is_end && journal->filled->len == 0 && journal->current != NULL &&
	    journal->current->end <= size)
		g_unlink(journal->current->path);
	if (is_end && journal->spare != NULL)
		g_unlink(journal->spare->path);
	g_mutex_unlock(&journal->lock);
}
