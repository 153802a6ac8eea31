/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_segment.c - a torn end is told from damage, wherever it begins [7 of store.c]
 */
#include "config.h"

#include "archive/segment.h"
#include "tests/testing.h"

#include <string.h>

enum { BATCHES = 4, SLACK = 300 };

static const guint8 segment_id[SEGMENT_ID_LEN] = "0123456789abcde";

static void
unref_sealed(gpointer sealed)
{
	sealed_unref(sealed);
}

static Sealed *
make_sealed(guint number, bool is_spooled)
{
	g_autofree char *id = g_strdup_printf("01ARZ3NDEKTSV4RRFFQ69G5F%02u", number);
	g_autofree char *text = g_strdup_printf("body %u\ntail %u\n", number, number);
	Sealed *sealed = sealed_new(id, "mail", 1795363560500 + number);

	sealed->body_len = 7;
	sealed->body = is_spooled ? NULL : g_bytes_new(text, sealed->body_len);
	sealed->tail =
		g_bytes_new(text + sealed->body_len, strlen(text) - sealed->body_len);
	sealed->file = digest_of(text, strlen(text));
	return sealed;
}

/* A segment of some batches; ends: where each of them ends. */
static GByteArray *
make_segment(gsize *ends)
{
	const SegmentHead head = { .first_batch = 7, .size = 100 };
	SegmentHead named = head;
	GByteArray *bytes = g_byte_array_new();
	guint8 start[SEGMENT_HEAD_LEN];
	guint size = 100;

	memcpy(named.id, segment_id, SEGMENT_ID_LEN);
	segment_write_head(&named, start);
	g_byte_array_append(bytes, start, SEGMENT_HEAD_LEN);
	for (guint i = 0; i < BATCHES; i++) {
		g_autoptr(GPtrArray) records =
			g_ptr_array_new_with_free_func(unref_sealed);
		g_autoptr(GByteArray) frames = NULL;
		Batch batch = { .number = 7 + i, .records = records };

		for (guint j = 0; j <= i % 2; j++)
			g_ptr_array_add(records, make_sealed(size++ - 100, j == 1));
		batch.size = size;
		batch.root = digest_of("root", 4);
		frames = segment_format_batch(segment_id, &batch);
		g_byte_array_append(bytes, frames->data, frames->len);
		ends[i] = bytes->len;
	}
	g_byte_array_set_size(bytes, bytes->len + SLACK);
	memset(bytes->data + ends[BATCHES - 1], 0, SLACK);
	return bytes;
}

static bool
count_batch(const Batch *batch, void *data)
{
	guint *count = data;

	assert_int_equal(batch->number, 7 + *count);
	++*count;
	return true;
}

static SegmentEnd
scan(const GByteArray *bytes, guint *count, guint64 *next)
{
	g_autoptr(GBytes) copy = g_bytes_new(bytes->data, bytes->len);
	SegmentHead head;

	*count = 0;
	assert_true(segment_read_head(bytes->data, bytes->len, &head));
	return segment_scan(copy, &head, count_batch, count, next);
}

static guint
batches_up_to(const gsize *ends, gsize at)
{
	guint count = 0;

	while (count < BATCHES && ends[count] <= at)
		count++;
	return count;
}

static void
test_a_segment_reads_as_it_was_written(void **state)
{
	gsize ends[BATCHES];
	g_autoptr(GByteArray) bytes = make_segment(ends);
	guint64 next = 0;
	guint count;

	(void)state;
	assert_int_equal(scan(bytes, &count, &next), SEGMENT_WHOLE);
	assert_int_equal(count, BATCHES);
	assert_int_equal(next, 7 + BATCHES);
}

static void
test_an_end_torn_anywhere_leaves_the_batches_before_it(void **state)
{
	gsize ends[BATCHES];
	g_autoptr(GByteArray) whole = make_segment(ends);

	(void)state;
	for (gsize cut = SEGMENT_HEAD_LEN; cut < ends[BATCHES - 1]; cut++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		const guint expected = batches_up_to(ends, cut);
		guint64 next = 0;
		guint count;

		g_byte_array_append(bytes, whole->data, whole->len);
		memset(bytes->data + cut, 0, bytes->len - cut);
		assert_int_not_equal(scan(bytes, &count, &next), SEGMENT_DAMAGED);
		/* A last byte that was zero anyway is not missed. */
		assert_in_range(count, expected, batches_up_to(ends, cut + 1));
		assert_int_equal(next, 7 + count);
		g_byte_array_set_size(bytes, (guint)cut); /* a file cut short */
		assert_int_not_equal(scan(bytes, &count, &next), SEGMENT_DAMAGED);
		assert_int_equal(count, expected);
	}
}

static void
test_a_bad_byte_is_damage_unless_it_is_in_the_last_batch(void **state)
{
	gsize ends[BATCHES];
	g_autoptr(GByteArray) whole = make_segment(ends);

	(void)state;
	for (gsize at = SEGMENT_HEAD_LEN; at < ends[BATCHES - 1]; at++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		const guint batch = batches_up_to(ends, at);
		guint64 next = 0;
		SegmentEnd end;
		guint count;

		g_byte_array_append(bytes, whole->data, whole->len);
		bytes->data[at] ^= 0x20;
		end = scan(bytes, &count, &next);
		assert_int_equal(end,
				 batch < BATCHES - 1 ? SEGMENT_DAMAGED : SEGMENT_TORN);
		assert_int_equal(count, batch);
		assert_int_equal(next, 7 + batch);
	}
}

static void
test_a_bad_head_is_no_head(void **state)
{
	gsize ends[BATCHES];
	g_autoptr(GByteArray) bytes = make_segment(ends);
	SegmentHead head;

	(void)state;
	for (gsize at = 0; at < 104; at++) {
		bytes->data[at] ^= 1;
		assert_false(segment_read_head(bytes->data, bytes->len, &head));
		assert_true(segment_has_batch(bytes->data, bytes->len, segment_id, 0));
		bytes->data[at] ^= 1;
	}
}

static void
test_frames_of_another_segment_are_nothing(void **state)
{
	gsize ends[BATCHES];
	g_autoptr(GByteArray) bytes = make_segment(ends);
	const guint8 other[SEGMENT_ID_LEN] = "another segment";

	(void)state;
	assert_false(segment_has_batch(bytes->data, bytes->len, other, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_segment_reads_as_it_was_written),
		cmocka_unit_test(test_an_end_torn_anywhere_leaves_the_batches_before_it),
		cmocka_unit_test(
			test_a_bad_byte_is_damage_unless_it_is_in_the_last_batch),
		cmocka_unit_test(test_a_bad_head_is_no_head),
		cmocka_unit_test(test_frames_of_another_segment_are_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
