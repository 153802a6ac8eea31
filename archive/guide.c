/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guide.c - VERIFY.txt: how a stranger checks an exported case with stock tools
 *
 * The text is guide.txt, with three places to fill in.  Its commands believe nothing but
 * what openssl has verified: in the signed part they take the last line that begins like
 * a record (a message that imitates one comes before it), of that line the original's
 * digest from before the payload, and the cases from its end (see draft.c).
 */
#include "config.h"

#include "archive/guide.h"

#include "archive/guide-text.h"

#include <glib.h>

/* The bytes that stand before a record's number in this case, as a shell word. */
static char *
quote_case(const json_t *manifest)
{
	g_autofree char *case_id = json_write(json_object_get(manifest, "case"));
	g_autofree char *text = g_strdup_printf("\"case\":%s,\"number\":", case_id);

	return g_shell_quote(text);
}

static gint64
find_highest(const json_t *list, gint64 highest)
{
	const json_t *entry;
	gsize i;

	json_array_foreach(list, i, entry)
		highest = MAX(highest, json_number(entry, "number", 0));
	return highest;
}

/* What is not here still has its place. */
static char *
list_unseen(const json_t *left_out)
{
	GString *text = g_string_new(NULL);
	const json_t *entry;
	gsize i;

	json_array_foreach(left_out, i, entry)
		if (json_text(entry, "sha256") != NULL)
			g_string_append_printf(text,
					       "    echo '%" G_GINT64_FORMAT
					       " unseen %s' >> \"$work/numbers\"\n",
					       json_number(entry, "number", 0),
					       json_text(entry, "sha256"));
	return g_string_free(text, FALSE);
}

char *
guide_write(const json_t *manifest)
{
	const json_t *records = json_object_get(manifest, "records");
	const json_t *left_out = json_object_get(manifest, "left_out");
	g_autofree char *highest = g_strdup_printf(
		"%" G_GINT64_FORMAT, find_highest(left_out, find_highest(records, 0)));
	g_autofree char *unseen = list_unseen(left_out);
	g_autofree char *case_key = quote_case(manifest);
	GString *text = g_string_new_len(guide_text, sizeof guide_text);

	g_string_replace(text, "@HIGHEST@", highest, 1);
	g_string_replace(text, "@UNSEEN@", unseen, 1);
	g_string_replace(text, "@CASE@", case_key, 1); /* last: it may hold anything */
	return g_string_free(text, FALSE);
}
