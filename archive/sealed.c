/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealed.c - a record that is signed and numbered and on its way to its file
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/sealed.h"
#include "base/file.h"

#include <string.h>

Sealed *
sealed_new(const char *id, const char *type, gint64 time)
{
	Sealed *sealed = g_new0(Sealed, 1);

	g_atomic_ref_count_init(&sealed->references);
	g_strlcpy(sealed->id, id, sizeof(sealed->id));
	g_strlcpy(sealed->type, type, sizeof(sealed->type));
	sealed->time = time;
	return sealed;
}

Sealed *
sealed_ref(Sealed *sealed)
{
	g_atomic_ref_count_inc(&sealed->references);
	return sealed;
}

void
sealed_unref(Sealed *sealed)
{
	if (sealed == NULL || !g_atomic_ref_count_dec(&sealed->references))
		return;
	g_clear_pointer(&sealed->body, g_bytes_unref);
	g_clear_pointer(&sealed->tail, g_bytes_unref);
	g_clear_pointer(&sealed->json, json_decref);
	g_free(sealed);
}

gsize
sealed_weight(const Sealed *sealed)
{
	return g_bytes_get_size(sealed->tail) +
	       (sealed->body != NULL ? g_bytes_get_size(sealed->body) : 0);
}

char *
sealed_entry(const Sealed *sealed)
{
	StoreEntry entry = { .time = sealed->time, .file = sealed->file };

	g_strlcpy(entry.type, sealed->type, sizeof(entry.type));
	g_strlcpy(entry.id, sealed->id, sizeof(entry.id));
	return entry_format(&entry);
}

char *
sealed_spool_path(const Sealed *sealed, const char *spool)
{
	return g_build_filename(spool, sealed->id, NULL);
}

/* A long body as the spool has it; the filer may have put the tail behind it. */
static GBytes *
read_spooled(const Sealed *sealed, const char *spool, GError **error)
{
	g_autofree char *path = sealed_spool_path(sealed, spool);
	g_autoptr(GBytes) file = file_read(path, G_MAXSSIZE, error);

	if (file == NULL)
		return NULL;
	if (g_bytes_get_size(file) < sealed->body_len) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    "%s: shorter than the journal says", path);
		return NULL;
	}
	return g_bytes_new_from_bytes(file, 0, sealed->body_len);
}

GBytes *
sealed_bytes(const Sealed *sealed, const char *spool, GError **error)
{
	g_autoptr(GBytes) body = sealed->body != NULL
					 ? g_bytes_ref(sealed->body)
					 : read_spooled(sealed, spool, error);
	gsize body_len;
	gsize tail_len;
	const void *head = body == NULL ? NULL : g_bytes_get_data(body, &body_len);
	const void *tail = g_bytes_get_data(sealed->tail, &tail_len);
	char *all;

	if (body == NULL)
		return NULL;
	all = g_malloc(body_len + tail_len);
	memcpy(all, head, body_len);
	memcpy(all + body_len, tail, tail_len);
	return g_bytes_new_take(all, body_len + tail_len);
}
