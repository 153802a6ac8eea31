/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files.c - makes the files and entries of records that the journal holds
 *
 * 1. each is written under its id in the spool, or its tail behind the body that is
 *    there already, and all are synced;
 * 2. each is linked to its name, never over another file, and the directories synced;
 * 3. a time stamp is written beside the log as well, for those who have openssl; then
 *    their entries are written and synced: from now on they are filed;
 * 4. their names in the spool go.
 *
 * A crash after any step leaves the journal to begin again with, and every step finds
 * what it did before and leaves it.
 */
#include "config.h"

#include "archive/files.h"

#include "archive/record.h"
#include "archive/stamps.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FSYNC_AT_MOST = 4 }; /* one by one; more are synced with their file system */

static bool
fail(GError **error, const char *path, const char *what)
{
	const int number = errno;

	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(number),
		    "%s: cannot %s: %s", path, what, g_strerror(number));
	return false;
}

void
files_step(const FilerOptions *options, const char *name)
{
	if (options->step != NULL)
		options->step(name, options->data);
}

static char *
filed_path(const FilerOptions *options, const Sealed *sealed)
{
	g_autofree char *relative = record_path(sealed->id);

	return g_build_filename(options->directory, relative, NULL);
}

/* A file that is there must be this record's; nothing is ever written over it. */
static bool
check_filed(const char *path, const Sealed *sealed, GError **error)
{
	g_autoptr(GBytes) bytes = file_read(path, G_MAXSSIZE, error);
	Digest digest;

	if (bytes == NULL)
		return false;
	digest = digest_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	if (digest_equal(&digest, &sealed->file))
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
		    "%s: another file has the name of this record: move it away", path);
	return false;
}

static bool
sync_file(const char *path, GError **error)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const bool is_done = fd >= 0 && fsync(fd) == 0;

	if (!is_done)
		fail(error, path, "sync");
	if (fd >= 0)
		close(fd);
	return is_done;
}

/* The whole file, or the tail behind the body that the spool has. */
static bool
write_bytes(const Sealed *sealed, const char *path, int fd, GError **error)
{
	const off_t kept = sealed->body != NULL ? 0 : (off_t)sealed->body_len;

	if (ftruncate(fd, kept) != 0 || lseek(fd, kept, SEEK_SET) < 0)
		return fail(error, path, "write");
	if ((sealed->body == NULL ||
	     file_write_all(fd, g_bytes_get_data(sealed->body, NULL), sealed->body_len,
			    error)) &&
	    file_write_all(fd, g_bytes_get_data(sealed->tail, NULL),
			   g_bytes_get_size(sealed->tail), error))
		return true;
	g_prefix_error(error, "%s: ", path);
	return false;
}

/* Step 1 of one record.  One that has its file from before a crash is synced again. */
static bool
write_record(const FilerOptions *options, const Sealed *sealed, bool is_synced,
	     GError **error)
{
	g_autofree char *filed = filed_path(options, sealed);
	g_autofree char *path = sealed_spool_path(sealed, options->spool);
	const int flags = sealed->body != NULL ? O_WRONLY | O_CREAT : O_WRONLY;
	bool is_done;
	int fd;

	if (g_file_test(filed, G_FILE_TEST_EXISTS))
		return check_filed(filed, sealed, error) && sync_file(filed, error);
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return fail(error, path, "open");
	is_done = write_bytes(sealed, path, fd, error) &&
		  (!is_synced || fsync(fd) == 0 || fail(error, path, "sync"));
	close(fd);
	return is_done;
}

/* All of a file system at once: one flush for many files. */
static bool
sync_spool(const FilerOptions *options, GError **error)
{
	const int fd = open(options->spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const bool is_done = fd >= 0 && syncfs(fd) == 0;

	if (!is_done)
		fail(error, options->spool, "sync");
	if (fd >= 0)
		close(fd);
	return is_done;
}

static bool
write_records(const FilerOptions *options, const GPtrArray *records, GError **error)
{
	const bool is_synced = records->len <= FSYNC_AT_MOST;

	for (guint i = 0; i < records->len; i++)
		if (!write_record(options, records->pdata[i], is_synced, error))
			return false;
	files_step(options, "written");
	return is_synced || sync_spool(options, error);
}

/* A month's directory and the year's, made and durable. */
static bool
make_month(const char *month, GError **error)
{
	g_autofree char *year = g_path_get_dirname(month);
	g_autofree char *records = g_path_get_dirname(year);

	return file_make_directories(month, S_IRWXU, error) &&
	       file_sync_directory(year, error) && file_sync_directory(records, error);
}

/* Step 2 of one record. */
static bool
link_record(const FilerOptions *options, const Sealed *sealed, GError **error)
{
	g_autofree char *filed = filed_path(options, sealed);
	g_autofree char *month = g_path_get_dirname(filed);
	g_autofree char *path = sealed_spool_path(sealed, options->spool);

	if (!g_file_test(month, G_FILE_TEST_IS_DIR) && !make_month(month, error))
		return false;
	if (link(path, filed) == 0)
		return true;
	return g_file_test(filed, G_FILE_TEST_EXISTS) ? check_filed(filed, sealed, error)
						      : fail(error, filed, "link");
}

static bool
link_records(const FilerOptions *options, const GPtrArray *records, GError **error)
{
	g_autoptr(GHashTable) months =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer month;

	for (guint i = 0; i < records->len; i++) {
		g_autofree char *filed = filed_path(options, records->pdata[i]);

		if (!link_record(options, records->pdata[i], error))
			return false;
		g_hash_table_add(months, g_path_get_dirname(filed));
	}
	files_step(options, "linked");
	g_hash_table_iter_init(&iter, months);
	while (g_hash_table_iter_next(&iter, &month, NULL))
		if (!file_sync_directory(month, error))
			return false;
	return true;
}

/* The reply of a stamp's record under log/stamps; what it holds is in the record, so a
 * file that is there and says otherwise is not worth keeping. */
static bool
write_stamp(const FilerOptions *options, const Sealed *sealed, GError **error)
{
	g_autoptr(GBytes) bytes = sealed_bytes(sealed, options->spool, error);
	g_autoptr(Record) record = bytes == NULL ? NULL : record_read(bytes, error);
	g_auto(StampRecord) stamp = { 0 };
	g_autofree char *name = NULL;
	g_autofree char *path = NULL;

	if (record == NULL)
		return false;
	if (!stamp_record_read(record_payload(record), &stamp, NULL))
		return true; /* verify says so */
	name = stamp_record_path(&stamp);
	path = g_build_filename(options->directory, "log", name, NULL);
	return file_replace(path, g_bytes_get_data(stamp.reply, NULL),
			    g_bytes_get_size(stamp.reply), S_IRUSR | S_IWUSR, error);
}

static bool
write_stamps(const FilerOptions *options, const GPtrArray *records, GError **error)
{
	for (guint i = 0; i < records->len; i++) {
		const Sealed *sealed = records->pdata[i];

		if (strcmp(sealed->type, "stamp") == 0 &&
		    !write_stamp(options, sealed, error))
			return false;
	}
	return true;
}

/* Step 3.  Some of the entries may be there from a try that failed. */
static bool
add_entries(const FilerOptions *options, const GPtrArray *records, GError **error)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	const guint64 size = entries_size(options->entries);

	for (guint i = 0; i < records->len; i++) {
		const Sealed *sealed = records->pdata[i];

		if (sealed->position >= size)
			g_ptr_array_add(lines, sealed_entry(sealed));
	}
	return entries_append(options->entries, (const char *const *)lines->pdata,
			      lines->len, error);
}

/* Step 4. */
static void
remove_spooled(const FilerOptions *options, const GPtrArray *records)
{
	for (guint i = 0; i < records->len; i++) {
		g_autofree char *path =
			sealed_spool_path(records->pdata[i], options->spool);

		g_unlink(path);
	}
}

bool
files_make(const FilerOptions *options, const GPtrArray *records, GError **error)
{
	if (!write_records(options, records, error))
		return false;
	files_step(options, "synced");
	if (!link_records(options, records, error))
		return false;
	files_step(options, "named");
	if (!write_stamps(options, records, error))
		return false;
	files_step(options, "stamped");
	if (!add_entries(options, records, error))
		return false;
	files_step(options, "entered");
	remove_spooled(options, records);
	files_step(options, "cleared");
	return true;
}
