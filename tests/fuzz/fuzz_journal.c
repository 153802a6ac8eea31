/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_journal.c - whatever is changed in a segment, its batches are read as they were
 * written, from the first on, or not at all
 *
 * The input is changes, of three bytes each: where (two) and by what.
 */
#include "config.h"

#include "archive/segment.h"

#include <stdint.h>
#include <string.h>

enum { BATCHES = 3, CHANGE_LEN = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
unref_sealed(gpointer sealed)
{
	sealed_unref(sealed);
}

static Sealed *
make_sealed(guint64 number)
{
	static const char text[] = "Subject: a\r\n\r\nchfr";
	Sealed *sealed = sealed_new("01ARZ3NDEKTSV4RRFFQ69G5FAV", "mail", 0);

	sealed->time = (gint64)number;
	sealed->body_len = 4;
	sealed->body = g_bytes_new_static(text, sealed->body_len);
	sealed->tail = g_bytes_new_static(text + 4, strlen(text) - 4);
	sealed->file = digest_of(text, strlen(text));
	return sealed;
}

static GByteArray *
make_segment(void)
{
	SegmentHead head = { .first_batch = 0 };
	GByteArray *bytes = g_byte_array_new();
	guint8 start[SEGMENT_HEAD_LEN];

	segment_write_head(&head, start);
	g_byte_array_append(bytes, start, SEGMENT_HEAD_LEN);
	for (guint64 i = 0; i < BATCHES; i++) {
		g_autoptr(GPtrArray) records =
			g_ptr_array_new_with_free_func(unref_sealed);
		g_autoptr(GByteArray) frames = NULL;
		const Batch batch = { .number = i, .size = i + 1, .records = records };

		g_ptr_array_add(records, make_sealed(i));
		frames = segment_format_batch(head.id, &batch);
		g_byte_array_append(bytes, frames->data, frames->len);
	}
	return bytes;
}

static bool
check_batch(const Batch *batch, void *data)
{
	guint64 *expected = data;

	g_assert(batch->number == *expected && batch->size == *expected + 1);
	g_assert(batch->records->len == 1);
	g_assert(((const Sealed *)batch->records->pdata[0])->time == (gint64)*expected);
	++*expected;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) segment = make_segment();
	g_autoptr(GBytes) bytes = NULL;
	guint64 visited = 0;
	guint64 next = 0;
	SegmentHead head;

	for (; size >= CHANGE_LEN; data += CHANGE_LEN, size -= CHANGE_LEN)
		segment->data[(data[0] << 8 | data[1]) % segment->len] ^= data[2];
	bytes = g_bytes_new(segment->data, segment->len);
	if (!segment_read_head(segment->data, segment->len, &head))
		return 0;
	if (segment_scan(bytes, &head, check_batch, &visited, &next) == SEGMENT_WHOLE)
		g_assert(visited == BATCHES);
	g_assert(next == visited);
	return 0;
}
