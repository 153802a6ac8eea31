/* SPDX-License-Identifier: Apache-2.0 */
/*
 * partials.c - tiles and bundles of former sizes against the one that goes on from them
 *
 * Somebody may have pinned the size that they are of.  Which sizes were published nobody
 * remembers, so that one that is gone is no finding: the longer one has it.
 */
#include "config.h"

#include "archive/partials.h"

#include "base/file.h"

#include <string.h>

static bool
is_beginning(const char *path, const Whole *whole, guint width)
{
	const gsize len = whole->ends[width - 1];
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = file_read(path, len, &error);

	if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return true; /* it went this moment: the full one is there */
	return bytes != NULL && g_bytes_get_size(bytes) == len &&
	       memcmp(g_bytes_get_data(bytes, NULL), whole->bytes, len) == 0;
}

void
partials_check(const char *log, const Whole *whole, Problems *problems)
{
	g_autofree char *folder = g_strconcat(whole->name, ".p", NULL);
	g_autofree char *full = g_build_filename(log, folder, NULL);
	g_autoptr(GDir) dir = g_dir_open(full, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(full, name, NULL);
		g_autofree char *id = g_build_filename("log", folder, name, NULL);
		guint64 width = 0;

		if (name[0] == '.') /* unfinished copies, which a crash leaves */
			continue;
		if (!g_ascii_string_to_unsigned(name, 10, 1, G_MAXUINT8, &width, NULL))
			problems_add(problems, id, "log",
				     "the log has no file of this name");
		else if (width < whole->count && !is_beginning(path, whole, (guint)width))
			problems_doubt(problems, id, "log",
				       "it is not a beginning of the log's entries");
	}
}
