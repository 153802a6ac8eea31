/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewrite.c - a text made from another, with the way back
 *
 * Only the replacements are kept.  Invariant: they stand in the order of the source and
 * of the text, so that a byte is traced by a binary search.
 */
#include "config.h"

#include "rules/rewrite.h"

#include <string.h>

typedef struct Edit {
	gsize from, until; /* in the source */
	gsize at, len;     /* in the text */
} Edit;

struct Rewrite {
	const char *source;
	gsize source_len;
	gsize done; /* bytes of the source that are in the text */
	GString *text;
	GArray *edits; /* Edit */
};

Rewrite *
rewrite_new(const char *source, gsize len)
{
	Rewrite *rewrite = g_new0(Rewrite, 1);

	rewrite->source = source;
	rewrite->source_len = len;
	return rewrite;
}

void
rewrite_free(Rewrite *rewrite)
{
	if (rewrite == NULL)
		return;
	if (rewrite->text != NULL) {
		g_string_free(rewrite->text, TRUE);
		g_array_unref(rewrite->edits);
	}
	g_free(rewrite);
}

static void
copy_until(Rewrite *rewrite, gsize until)
{
	if (until > rewrite->done)
		g_string_append_len(rewrite->text, rewrite->source + rewrite->done,
				    (gssize)(until - rewrite->done));
	rewrite->done = until;
}

void
rewrite_replace(Rewrite *rewrite, gsize from, gsize until, const char *words)
{
	Edit edit = { .from = from, .until = until, .len = strlen(words) };

	g_assert(rewrite->done <= from && from <= until && until <= rewrite->source_len);
	if (rewrite->text == NULL) {
		rewrite->text = g_string_sized_new(rewrite->source_len + 1);
		rewrite->edits = g_array_new(FALSE, FALSE, sizeof(Edit));
	}
	copy_until(rewrite, from);
	edit.at = rewrite->text->len;
	g_string_append_len(rewrite->text, words, (gssize)edit.len);
	rewrite->done = until;
	g_array_append_val(rewrite->edits, edit);
}

const char *
rewrite_finish(Rewrite *rewrite, gsize *len)
{
	if (rewrite->text == NULL)
		return NULL;
	copy_until(rewrite, rewrite->source_len);
	rewrite->source = NULL;
	*len = rewrite->text->len;
	return rewrite->text->str;
}

/* The last edit that begins at or before a byte of the text; NULL when there is none. */
static const Edit *
edit_before(const Rewrite *rewrite, gsize at)
{
	guint low = 0, high = rewrite->edits->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(rewrite->edits, Edit, middle).at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : &g_array_index(rewrite->edits, Edit, low - 1);
}

/* The stretch of the source that one byte was made from. */
static void
trace_byte(const Rewrite *rewrite, gsize at, gsize *from, gsize *until)
{
	const Edit *edit = edit_before(rewrite, at);

	if (edit != NULL && at < edit->at + edit->len) {
		/* What stands for nothing belongs to the character before it. */
		*from = edit->from - (edit->from == edit->until && edit->from > 0);
		*until = edit->until;
		return;
	}
	*from = edit == NULL ? at : edit->until + (at - edit->at - edit->len);
	*until = *from + 1;
}

void
rewrite_trace(const Rewrite *rewrite, gsize *start, gsize *end)
{
	gsize ignored;
	gsize last = *end;

	if (*end <= *start) {
		trace_byte(rewrite, *start, start, &ignored);
		*start = MIN(*start, rewrite->source_len);
		*end = *start;
		return;
	}
	trace_byte(rewrite, *start, start, &ignored);
	trace_byte(rewrite, last - 1, &ignored, end);
	*end = MIN(*end, rewrite->source_len);
}
