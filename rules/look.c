/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look.c - what the parts of a message are, by name, type and first bytes
 *
 * A part is a picture if anything says so: its type, its name, or its bytes.  Nothing is
 * ever opened as a picture.  What hides its content is named by its kind, so that the
 * worker knows what to send instead.
 */
#include "config.h"

#include "rules/look.h"

#include "base/listing.h"
#include "rules/visible.h"

#include <string.h>

/* What is decoded of a part to see what it is; of text, to see what is wrapped in it;
 * of anything that must be gone through. */
enum { HEAD_MAX = 512, TEXT_MAX = 1 << 20, WHOLE_MAX = 64 << 20 };

static const char a_picture[] = "a picture";
static const char a_film[] = "a film";

/* First bytes. */
typedef struct Magic {
	gsize at;
	const char *bytes;
	gsize len;
	const char *what;
} Magic;

#define MAGIC(at, bytes, what)                     \
	{                                          \
		at, bytes, sizeof(bytes) - 1, what \
	}

static const Magic pictures[] = {
	MAGIC(0, "\xFF\xD8\xFF", a_picture),
	MAGIC(0, "\x89PNG\r\n", a_picture),
	MAGIC(0, "GIF8", a_picture),
	MAGIC(0, "II*\0", a_picture),
	MAGIC(0, "MM\0*", a_picture),
	MAGIC(8, "WEBP", a_picture),
	MAGIC(0, "8BPS", a_picture),
	MAGIC(6, "\0\0\0\0\x36\0\0\0\x28\0\0\0", a_picture), /* BMP, by its header */
	MAGIC(6, "\0\0\0\0\x36\4\0\0\x28\0\0\0", a_picture),
	MAGIC(6, "\0\0\0\0\x8A\0\0\0\x7C\0\0\0", a_picture),
	MAGIC(4, "ftypheic", a_picture),
	MAGIC(4, "ftypheix", a_picture),
	MAGIC(4, "ftypmif1", a_picture),
	MAGIC(4, "ftypmsf1", a_picture),
	MAGIC(4, "ftypavif", a_picture),
	MAGIC(4, "ftypavis", a_picture),
	MAGIC(0, "\xFF\x0A", a_picture),
	MAGIC(0, "\0\0\0\x0CJXL ", a_picture),
	MAGIC(0, "\0\0\0\x0CjP  ", a_picture),
	MAGIC(4, "ftyp", a_film),
	MAGIC(4, "moov", a_film),
	MAGIC(4, "mdat", a_film),
	MAGIC(8, "AVI LIST", a_film),
	MAGIC(0, "\x1A\x45\xDF\xA3", a_film),
	MAGIC(0, "\0\0\x01\xBA", a_film),
	MAGIC(0, "\0\0\x01\xB3", a_film),
	MAGIC(0, "FLV\x01", a_film),
	MAGIC(0, "\x30\x26\xB2\x75\x8E", a_film),
	MAGIC(0, "OggS", a_film),
};

static const Magic archives[] = {
	MAGIC(0, "PK\3\4", ""),
	MAGIC(0, "PK\5\6", ""),
	MAGIC(0, "7z\xBC\xAF\x27", ""),
	MAGIC(0, "Rar!\x1A", ""),
	MAGIC(0, "\x1F\x8B", ""),
	MAGIC(0, "BZh", ""),
	MAGIC(0,
	      "\xFD"
	      "7zXZ",
	      ""),
	MAGIC(0, "\x28\xB5\x2F\xFD", ""),
	MAGIC(0, "MSCF", ""),
	MAGIC(257, "ustar", ""),
};

/* By the end of a name. */
typedef struct Suffix {
	const char *suffix, *what;
} Suffix;

static const Suffix picture_names[] = {
	{ ".jpg", a_picture },  { ".jpeg", a_picture }, { ".png", a_picture },
	{ ".gif", a_picture },  { ".bmp", a_picture },  { ".tif", a_picture },
	{ ".tiff", a_picture }, { ".webp", a_picture }, { ".heic", a_picture },
	{ ".heif", a_picture }, { ".avif", a_picture }, { ".svg", a_picture },
	{ ".mp4", a_film },     { ".mov", a_film },     { ".avi", a_film },
	{ ".m4v", a_film },     { ".3gp", a_film },     { ".webm", a_film },
	{ ".mkv", a_film },     { ".wmv", a_film },     { ".mpg", a_film },
	{ ".mpeg", a_film },
};

static const Suffix archive_names[] = {
	{ ".zip", "" }, { ".7z", "" }, { ".rar", "" }, { ".tar", "" },
	{ ".tgz", "" }, { ".gz", "" }, { ".bz2", "" }, { ".xz", "" },
};

/* Types and names that say what cannot be looked into. */
static const Suffix closed_types[] = {
	{ "application/pkcs7-mime", "encrypted or closed (S/MIME)" },
	{ "application/x-pkcs7-mime", "encrypted or closed (S/MIME)" },
	{ "application/pgp-encrypted", "encrypted (PGP)" },
	{ "application/ms-tnef", "Outlook's own form (TNEF)" },
	{ "application/vnd.ms-tnef", "Outlook's own form (TNEF)" },
	{ "message/partial", "a piece of a message that was cut up" },
	{ "message/external-body", "kept somewhere else, not in the message" },
	{ "message/rfc822", "a message inside that is encoded" },
	{ "message/global", "a message inside that is encoded" },
};

static const Suffix closed_names[] = {
	{ ".p7m", "encrypted or closed (S/MIME)" },
	{ ".pgp", "encrypted (PGP)" },
	{ ".gpg", "encrypted (PGP)" },
	{ "winmail.dat", "Outlook's own form (TNEF)" },
};

static const char *
by_magic(const Magic *magics, gsize count, const char *bytes, gsize len)
{
	for (gsize i = 0; i < count; i++) {
		const Magic *magic = &magics[i];

		if (len >= magic->at + magic->len &&
		    memcmp(bytes + magic->at, magic->bytes, magic->len) == 0)
			return magic->what;
	}
	return NULL;
}

static const char *
by_suffix(const Suffix *suffixes, gsize count, const char *name)
{
	g_autofree char *lower = name == NULL ? NULL : g_ascii_strdown(name, -1);

	for (gsize i = 0; lower != NULL && i < count; i++)
		if (g_str_has_suffix(g_strchomp(lower), suffixes[i].suffix))
			return suffixes[i].what;
	return NULL;
}

static const char *
picture_in(const char *type, const char *name, GBytes *head)
{
	gsize len;
	const char *bytes = g_bytes_get_data(head, &len);
	const char *what = NULL;

	if (type != NULL && g_str_has_prefix(type, "image/"))
		return a_picture;
	if (type != NULL && g_str_has_prefix(type, "video/"))
		return a_film;
	what = by_suffix(picture_names, G_N_ELEMENTS(picture_names), name);
	if (what == NULL)
		what = by_magic(pictures, G_N_ELEMENTS(pictures), bytes, len);
	return what;
}

static bool
has_bytes(GBytes *bytes, const char *needle, gsize needle_len)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	return len >= needle_len && memmem(data, len, needle, needle_len) != NULL;
}

#define HAS(bytes, text) has_bytes(bytes, text, sizeof(text) - 1)

/* A line that begins so. */
static bool
has_line(GBytes *bytes, const char *start)
{
	g_autofree char *inside = g_strconcat("\n", start, NULL);
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	return (len >= strlen(start) && memcmp(data, start, strlen(start)) == 0) ||
	       has_bytes(bytes, inside, strlen(inside));
}

/* "begin 644 name" (POSIX uuencode). */
static bool
has_uuencode(GBytes *bytes)
{
	static const char *const starts[] = { "begin 6", "begin 7", "begin 06",
					      "begin-base64 " };

	for (gsize i = 0; i < G_N_ELEMENTS(starts); i++)
		if (has_line(bytes, starts[i]))
			return true;
	return false;
}

static const char *
closed_in_text(GBytes *text)
{
	if (has_line(text, "-----BEGIN PGP MESSAGE-----"))
		return "encrypted (PGP)";
	if (has_line(text, "=ybegin "))
		return "a file written into the text (yEnc)";
	return has_uuencode(text) ? "a file written into the text (uuencode)" : NULL;
}

/* Office wraps what it encrypts into a compound file, PDF names it in its trailer. */
static const char *
closed_in_document(const Message *message, const Part *part, const char *head, gsize len)
{
	static const char office[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k";
	g_autoptr(GBytes) whole = NULL;

	if (len >= 4 && memcmp(head, "\x78\x9F\x3E\x22", 4) == 0)
		return "Outlook's own form (TNEF)";
	if (len >= 4 && memcmp(head, "\xD0\xCF\x11\xE0", 4) == 0) {
		whole = message_part_decode(message, part, WHOLE_MAX);
		return HAS(whole, office) ? "encrypted (Office)" : NULL;
	}
	if (len >= 4 && memcmp(head, "%PDF", 4) == 0) {
		whole = message_part_decode(message, part, WHOLE_MAX);
		return HAS(whole, "/Encrypt") ? "encrypted (PDF)" : NULL;
	}
	return NULL;
}

/* What is inside an archive: pictures, and archives that nobody looks into further. */
static void
look_at_entry(Look *look, const ListingEntry *entry)
{
	gsize len;
	const char *bytes = g_bytes_get_data(entry->head, &len);
	const char *picture = picture_in(NULL, entry->name, entry->head);

	if (picture != NULL)
		look->picture = picture == a_film ? "a film in an archive"
						  : "a picture in an archive";
	if (by_magic(archives, G_N_ELEMENTS(archives), bytes, len) != NULL)
		look->closed = "an archive inside an archive";
}

static void
look_at_archive(Look *look, const Message *message)
{
	g_autoptr(GBytes) whole = message_part_decode(message, look->part, WHOLE_MAX);
	g_autoptr(Listing) listing = listing_read(whole);

	for (guint i = 0; i < listing->entries->len; i++)
		look_at_entry(look, listing->entries->pdata[i]);
	if (listing->is_encrypted)
		look->closed = "an encrypted archive";
	else if (!listing->is_whole)
		look->closed = "an archive that cannot be opened";
}

/* How it is encoded, or what it calls itself. */
static const char *
closed_by_name(const Part *part)
{
	bool is_text = g_str_has_prefix(part->type, "text/");

	if (!message_knows_encoding(part->encoding))
		return "in an unknown transfer encoding";
	if (is_text && !message_knows_charset(part->charset))
		return "in an unknown charset";
	for (gsize i = 0; i < G_N_ELEMENTS(closed_types); i++)
		if (strcmp(part->type, closed_types[i].suffix) == 0)
			return closed_types[i].what;
	return by_suffix(closed_names, G_N_ELEMENTS(closed_names), part->filename);
}

static void
look_inside(Look *look, const Message *message, GBytes *head)
{
	gsize len;
	const char *bytes = g_bytes_get_data(head, &len);
	const Part *part = look->part;

	if (by_magic(archives, G_N_ELEMENTS(archives), bytes, len) != NULL ||
	    by_suffix(archive_names, G_N_ELEMENTS(archive_names), part->filename) != NULL)
		look_at_archive(look, message);
	else
		look->closed = closed_in_document(message, part, bytes, len);
}

static void
look_at_letters(Look *look, GBytes *text)
{
	look->closed = closed_in_text(text);
	if (HAS(text, "data:image/") || HAS(text, "data:video/"))
		look->picture = "a picture written into the text";
}

/* Whether a charset writes the letters of ASCII as other bytes (UTF-16, UTF-7). */
static bool
is_other_bytes(const char *charset)
{
	static const char plain[] = "+AGI-begin";
	g_autofree char *read = visible_convert(plain, strlen(plain), charset, NULL);

	return strcmp(read, plain) != 0;
}

static void
look_at_text(Look *look, const Message *message)
{
	g_autoptr(GBytes) text = message_part_decode(message, look->part, TEXT_MAX);
	const char *charset = look->part->charset;

	look_at_letters(look, text);
	if (charset != NULL && look->closed == NULL && look->picture == NULL &&
	    is_other_bytes(charset)) {
		gsize len;
		const char *bytes = g_bytes_get_data(text, &len);
		char *read = visible_convert(bytes, len, charset, NULL);
		g_autoptr(GBytes) letters = g_bytes_new_take(read, strlen(read));

		look_at_letters(look, letters);
	}
}

static char *
digest_of(const Message *message, const Part *part)
{
	g_autoptr(GBytes) whole = message_part_decode(message, part, WHOLE_MAX);

	return g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, whole);
}

static void
look_at(Look *look, const Message *message)
{
	const Part *part = look->part;
	g_autoptr(GBytes) head = message_part_decode(message, part, HEAD_MAX);

	look->closed = closed_by_name(part);
	look->picture = picture_in(part->type, part->filename, head);
	if (look->picture != NULL)
		look->digest = digest_of(message, part);
	if (look->closed != NULL || look->picture != NULL)
		return;
	if (g_str_has_prefix(part->type, "text/"))
		look_at_text(look, message);
	if (look->closed == NULL)
		look_inside(look, message, head);
}

static void
look_free(gpointer data)
{
	Look *look = data;

	g_free(look->digest);
	g_free(look);
}

GPtrArray *
look_at_parts(const Message *message)
{
	const GPtrArray *parts = message_parts(message);
	GPtrArray *looks = g_ptr_array_new_with_free_func(look_free);

	for (guint i = 0; i < parts->len; i++) {
		Look *look = g_new0(Look, 1);

		look->part = parts->pdata[i];
		look_at(look, message);
		if (look->picture != NULL || look->closed != NULL)
			g_ptr_array_add(looks, look);
		else
			look_free(look);
	}
	return looks;
}
