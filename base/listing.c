/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listing.c - what an archive holds: the wall around libarchive
 *
 * Only formats that the library reads by itself: it would start outside programs for
 * some.  What an archive says of its sizes bounds the work, because to pass over a file
 * the library may have to unpack it.
 */
#include "config.h"

#include "base/listing.h"

#include <archive.h>
#include <archive_entry.h>

enum { ENTRIES_MAX = 2000, UNPACKED_MAX = 256 << 20 };

static void
entry_free(gpointer data)
{
	ListingEntry *entry = data;

	g_free(entry->name);
	g_bytes_unref(entry->head);
	g_free(entry);
}

static struct archive *
open_archive(GBytes *bytes)
{
	struct archive *archive = archive_read_new();
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_bzip2(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_zstd(archive);
	archive_read_support_format_zip(archive);
	archive_read_support_format_7zip(archive);
	archive_read_support_format_rar(archive);
	archive_read_support_format_rar5(archive);
	archive_read_support_format_tar(archive);
	archive_read_support_format_cab(archive);
	if (archive_read_open_memory(archive, data, len) == ARCHIVE_OK)
		return archive;
	archive_read_free(archive);
	return NULL;
}

/* One reading of an archive. */
typedef struct Unpacking {
	Listing *listing;
	struct archive *archive;
	ListingWants wants; /* NULL: nothing */
	gint64 left;        /* by what the archive says of its files */
	gsize most;         /* bytes of what is asked for */
} Unpacking;

static GBytes *
read_head(struct archive *archive)
{
	char head[LISTING_HEAD];
	la_ssize_t len = archive_read_data(archive, head, sizeof head);

	return g_bytes_new(head, len < 0 ? 0 : (gsize)len);
}

static GBytes *
read_whole(Unpacking *unpacking)
{
	GByteArray *whole = g_byte_array_new();
	guint8 chunk[16 * 1024];
	la_ssize_t len;

	while ((len = archive_read_data(unpacking->archive, chunk, sizeof chunk)) > 0) {
		gsize some = MIN((gsize)len, unpacking->most);

		g_byte_array_append(whole, chunk, (guint)some);
		unpacking->most -= some;
		if (some < (gsize)len) {
			unpacking->listing->is_cut = true;
			break;
		}
	}
	if (len < 0)
		unpacking->listing->is_cut = true;
	return g_byte_array_free_to_bytes(whole);
}

static GBytes *
read_entry(Unpacking *unpacking, const ListingEntry *entry)
{
	if (entry->is_encrypted)
		return g_bytes_new(NULL, 0);
	if (unpacking->wants != NULL && unpacking->wants(entry->name))
		return read_whole(unpacking);
	return read_head(unpacking->archive);
}

static void
add_entry(Unpacking *unpacking, struct archive_entry *raw)
{
	Listing *listing = unpacking->listing;
	ListingEntry *entry = g_new0(ListingEntry, 1);
	const char *name = archive_entry_pathname_utf8(raw);

	if (name == NULL)
		name = archive_entry_pathname(raw);
	entry->name = g_utf8_make_valid(name == NULL ? "" : name, -1);
	entry->is_encrypted = archive_entry_is_encrypted(raw) != 0;
	entry->head = read_entry(unpacking, entry);
	listing->is_encrypted |= entry->is_encrypted;
	g_ptr_array_add(listing->entries, entry);
}

/* Whether there is more to read within the bounds. */
static bool
take_entry(Unpacking *unpacking)
{
	Listing *listing = unpacking->listing;
	struct archive_entry *raw;
	int result = archive_read_next_header(unpacking->archive, &raw);

	if (result == ARCHIVE_EOF) {
		listing->is_whole = true;
		return false;
	}
	if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
		return false;
	unpacking->left -= MAX(archive_entry_size(raw), 0);
	if (unpacking->left < 0 || listing->entries->len == ENTRIES_MAX)
		return false;
	if (archive_entry_filetype(raw) != AE_IFDIR)
		add_entry(unpacking, raw);
	return true;
}

Listing *
listing_read(GBytes *bytes)
{
	return listing_read_wanted(bytes, NULL, 0);
}

Listing *
listing_read_wanted(GBytes *bytes, ListingWants wants, gsize most)
{
	Listing *listing = g_new0(Listing, 1);
	struct archive *archive = open_archive(bytes);
	Unpacking unpacking = { listing, archive, wants, UNPACKED_MAX, most };

	listing->entries = g_ptr_array_new_with_free_func(entry_free);
	if (archive == NULL)
		return listing;
	while (take_entry(&unpacking))
		continue;
	if (archive_read_has_encrypted_entries(archive) > 0)
		listing->is_encrypted = true;
	archive_read_free(archive);
	return listing;
}

void
listing_free(Listing *listing)
{
	if (listing == NULL)
		return;
	g_ptr_array_unref(listing->entries);
	g_free(listing);
}
