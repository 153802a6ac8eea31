/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marker.c - the head of the log, remembered beside the archive
 *
 * The marker is a file outside the archive's directory with the text of a checkpoint.  An
 * archive that was put back from a copy is behind it, or, on another machine, has none:
 * to go on would sign other checkpoints at sizes that were signed before.  The file
 * "marked" inside the archive says that there was a marker once.
 */
#include "config.h"

#include "archive/marker.h"

#include "archive/publish.h"
#include "base/file.h"

#include <string.h>
#include <sys/stat.h>

enum { MARKER_MAX = 4096 };

static char *
flag_path(const char *directory)
{
	return g_build_filename(directory, "marked", NULL);
}

bool
marker_is_due(const char *directory)
{
	g_autofree char *flag = flag_path(directory);

	return g_file_test(flag, G_FILE_TEST_EXISTS);
}

bool
marker_read(const char *path, Checkpoint *head, GError **error)
{
	g_autoptr(GBytes) bytes = file_read(path, MARKER_MAX, error);
	g_autofree char *text = NULL;

	if (bytes == NULL)
		return false;
	text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	if (checkpoint_parse(text, head, error))
		return true;
	g_prefix_error(error, "%s: ", path);
	return false;
}

bool
marker_write(const char *path, const char *directory, GError **error)
{
	g_autofree char *log = g_build_filename(directory, "log", NULL);
	g_autofree char *flag = flag_path(directory);
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *note = publish_read(log, &checkpoint, NULL);
	g_autofree char *text = note == NULL ? NULL : note_text(note, NULL);

	if (text == NULL)
		return true; /* nothing is published yet */
	return file_replace(path, text, strlen(text), S_IRUSR | S_IWUSR, error) &&
	       (marker_is_due(directory) ||
		file_replace(flag, "", 0, S_IRUSR | S_IWUSR, error));
}
