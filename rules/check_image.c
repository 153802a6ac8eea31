/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_image.c - pictures and films, and links to where they are kept (2.3 to 2.5)
 *
 * Pictures that the agency itself sent come back in answers (the logo of a signature):
 * the history has their digests as "pictures_sent", and they pass.  The facts of each
 * verdict have those that it saw as "pictures".
 */
#include "config.h"

#include "rules/check.h"
#include "rules/look.h"

#include <string.h>

/* Where pictures are kept for others to fetch. */
static const char *const clouds[] = {
	"photos.app.goo.gl",
	"photos.google.com",
	"share.icloud.com",
	"icloud.com/photos",
	"flickr.com",
	"flic.kr",
	"imgur.com",
	"dropbox.com",
	"db.tt",
	"1drv.ms",
	"onedrive.live.com",
	"drive.google.com",
	"amazon.com/photos",
	"photobucket.com",
	"postimg.cc",
	"ibb.co",
	"wetransfer.com",
	"we.tl",
	"mega.nz",
	"gofile.io",
	"streamable.com",
	"adobe.ly",
	"smugmug.com",
	"snapfish.com",
};

static bool
is_ours(const Inquiry *inquiry, const char *digest)
{
	const json_t *sent = json_object_get(inquiry->hearing->history, "pictures_sent");
	size_t i;
	const json_t *one;

	json_array_foreach(sent, i, one)
		if (g_strcmp0(json_string_value(one), digest) == 0)
			return true;
	return false;
}

static void
check_look(Inquiry *inquiry, const Look *look)
{
	g_autofree char *where = g_strconcat("part:", look->part->path, NULL);
	const char *name = look->part->filename;

	if (look->digest != NULL)
		json_array_append_new(inquiry->pictures,
				      json_pack("{s:s, s:s}", "part", look->part->path,
						"sha256", look->digest));
	if (look->digest != NULL && is_ours(inquiry, look->digest))
		return;
	inquiry_find(inquiry, where, name == NULL ? "" : name, look->picture);
	verdict_seal(inquiry->verdict, look->part->path);
}

/* Whether the cloud's name stands around its first dot, as a whole one and not as the end
 * of another. */
static bool
is_cloud(const char *text, const char *dot, const char *cloud)
{
	const gsize len = strlen(cloud), label = strcspn(cloud, ".");
	const char *at = dot - label;

	if ((gsize)(dot - text) < label || g_ascii_strncasecmp(at, cloud, len) != 0)
		return false;
	return (at == text || (!g_ascii_isalnum(at[-1]) && at[-1] != '-')) &&
	       !g_ascii_isalnum(at[len]) && at[len] != '-' &&
	       !(at[len] == '.' && g_ascii_isalnum(at[len + 1]));
}

/* Each cloud once. */
static void
check_piece(Inquiry *inquiry, const TextPiece *piece)
{
	bool is_found[G_N_ELEMENTS(clouds)] = { false };

	for (const char *dot = strchr(piece->utf8, '.'); dot != NULL;
	     dot = strchr(dot + 1, '.'))
		for (gsize i = 0; i < G_N_ELEMENTS(clouds) && g_ascii_isalnum(dot[1]);
		     i++)
			is_found[i] |= is_cloud(piece->utf8, dot, clouds[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(clouds); i++)
		if (is_found[i])
			inquiry_find(inquiry, piece->where, clouds[i],
				     "a link to where pictures are kept");
}

void
check_image(Inquiry *inquiry)
{
	const GPtrArray *looks = inquiry_looks(inquiry);
	const Text *text = inquiry_text(inquiry);

	for (guint i = 0; i < looks->len; i++) {
		const Look *look = looks->pdata[i];

		if (look->picture != NULL)
			check_look(inquiry, look);
	}
	for (guint i = 0; i < text_len(text); i++) {
		const TextPiece *piece = text_piece(text, i);

		if (piece->form == TEXT_PLAIN && piece->unit != TEXT_HEADER)
			check_piece(inquiry, piece);
	}
}
