/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip.c - an export as one ZIP file
 *
 * Stored, not deflated: signatures and mail parts hardly shrink, and what anybody may
 * have to read by hand in thirty years is plain.  Without the 64-bit extension, so at
 * most 4 GiB and 65,535 files; more is refused.
 */
#include "config.h"

#include "console/zip.h"

#include "base/file.h"
#include "desk/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum { COUNT_MAX = 65535, ZIP_VERSION = 20, UTF8_NAMES = 0x0800 };

struct Zip {
	char *path;
	char *folder;
	int fd;
	guint64 size;
	guint16 count;
	guint32 stamp;      /* date and time as MS-DOS wrote them */
	GByteArray *listed; /* the directory as it grows */
	bool is_finished;
};

static bool
fail(const Zip *zip, GError **error, const char *what)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_LATER, "%s: %s", zip->path, what);
	return false;
}

/* ISO 3309, bit by bit: the disk is slower. */
static guint32
checksum(const guint8 *bytes, gsize len)
{
	guint32 sum = 0xFFFFFFFF;

	for (gsize i = 0; i < len; i++) {
		sum ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = (sum >> 1) ^ (0xEDB88320 & (0 - (sum & 1)));
	}
	return ~sum;
}

static void
add_number(GByteArray *array, guint64 number, guint bytes)
{
	for (guint i = 0; i < bytes; i++) {
		guint8 byte = (guint8)(number >> (8 * i));

		g_byte_array_append(array, &byte, 1);
	}
}

static void
add_text(GByteArray *array, const char *text)
{
	g_byte_array_append(array, (const guint8 *)text, (guint)strlen(text));
}

static guint32
stamp_now(void)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	guint year = (guint)g_date_time_get_year(now) - 1980;
	guint month = (guint)g_date_time_get_month(now);
	guint day = (guint)g_date_time_get_day_of_month(now);
	guint hour = (guint)g_date_time_get_hour(now);
	guint minute = (guint)g_date_time_get_minute(now);

	return year << 25 | month << 21 | day << 16 | hour << 11 | minute << 5;
}

Zip *
zip_open(const char *name, GError **error)
{
	bool has_ending = g_str_has_suffix(name, ".zip");
	g_autofree char *bare = g_strndup(name, strlen(name) - (has_ending ? 4 : 0));
	g_autofree char *path = g_strconcat(bare, ".zip", NULL);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	Zip *zip;

	if (fd < 0) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "%s: %s", path,
			    errno == EEXIST ? "is there: name a new file"
					    : g_strerror(errno));
		return NULL;
	}
	zip = g_new0(Zip, 1);
	zip->path = g_steal_pointer(&path);
	zip->folder = g_path_get_basename(bare);
	zip->fd = fd;
	zip->stamp = stamp_now();
	zip->listed = g_byte_array_new();
	return zip;
}

/* What the header of a file and its line in the directory have alike. */
static void
add_entry(GByteArray *header, const Zip *zip, GBytes *bytes, const char *name)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(bytes, &len);

	add_number(header, ZIP_VERSION, 2);
	add_number(header, UTF8_NAMES, 2);
	add_number(header, 0, 2); /* stored */
	add_number(header, zip->stamp, 4);
	add_number(header, checksum(data, len), 4);
	add_number(header, len, 4);
	add_number(header, len, 4);
	add_number(header, strlen(name), 2);
	add_number(header, 0, 2);
}

static void
list_file(Zip *zip, const GByteArray *entry, const char *name)
{
	enum { ENTRY_LEN = 26 };

	add_text(zip->listed, "PK\001\002");
	add_number(zip->listed, ZIP_VERSION, 2);
	g_byte_array_append(zip->listed, entry->data, ENTRY_LEN);
	add_number(zip->listed, 0, 6); /* no comment, first disk, plain data */
	add_number(zip->listed, 0, 4);
	add_number(zip->listed, zip->size, 4);
	add_text(zip->listed, name);
	zip->count++;
}

static bool
write_bytes(Zip *zip, const void *data, gsize len, GError **error)
{
	if (zip->size + len > G_MAXUINT32 - zip->listed->len)
		return fail(zip, error, "would be past 4 GiB: export without --zip");
	if (!file_write_all(zip->fd, data, len, error))
		return false;
	zip->size += len;
	return true;
}

bool
zip_write(const char *path, GBytes *bytes, void *data, GError **error)
{
	Zip *zip = data;
	g_autofree char *name = g_strconcat(zip->folder, "/", path, NULL);
	g_autoptr(GByteArray) entry = g_byte_array_new();
	g_autoptr(GByteArray) header = g_byte_array_new();

	if (zip->count == COUNT_MAX)
		return fail(zip, error, "has too many files: export without --zip");
	if (g_bytes_get_size(bytes) > G_MAXUINT32)
		return fail(zip, error, "would be past 4 GiB: export without --zip");
	add_entry(entry, zip, bytes, name);
	add_text(header, "PK\003\004");
	g_byte_array_append(header, entry->data, entry->len);
	add_text(header, name);
	list_file(zip, entry, name);
	return write_bytes(zip, header->data, header->len, error) &&
	       write_bytes(zip, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
			   error);
}

bool
zip_finish(Zip *zip, GError **error)
{
	g_autoptr(GByteArray) end = g_byte_array_new();

	add_text(end, "PK\005\006");
	add_number(end, 0, 4);
	add_number(end, zip->count, 2);
	add_number(end, zip->count, 2);
	add_number(end, zip->listed->len, 4);
	add_number(end, zip->size, 4);
	add_number(end, 0, 2);
	if (!file_write_all(zip->fd, zip->listed->data, zip->listed->len, error) ||
	    !file_write_all(zip->fd, end->data, end->len, error))
		return false;
	if (fsync(zip->fd) != 0)
		return fail(zip, error, g_strerror(errno));
	zip->is_finished = true;
	return true;
}

void
zip_close(Zip *zip)
{
	if (zip == NULL)
		return;
	close(zip->fd);
	if (!zip->is_finished)
		(void)g_unlink(zip->path);
	g_byte_array_unref(zip->listed);
	g_free(zip->folder);
	g_free(zip->path);
	g_free(zip);
}
