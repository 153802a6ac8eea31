/* SPDX-License-Identifier: Apache-2.0 */
/*
 * segment.c - what stands in one file of the journal
 *
 *	head    magic 8, id 16, previous 16, first batch 8, size 8, root 32, check 16
 *	batch   a frame for each record, then one that commits them
 *	frame   magic 4, kind 4, segment id 16, batch 8, length 8, check 16, payload
 *	record  entry length 4, tail length 4, body length 8, entry, tail, body
 *	spooled the same without the body, which is in the spool
 *	commit  count 8, size 8, root 32
 *
 * Numbers have their lower bytes first.  A check is the first 16 bytes of SHA-256 over
 * what stands before it and, in a frame, the payload up to the body; the body is
 * covered by the digest of the file, which the entry names.  Zeros follow the last
 * batch.  What an earlier owner of the disk's blocks left, or a mail that looks like a
 * frame, is told by the id, which is random.
 *
 * Invariant: a batch is good when all its frames are, are of this segment and number,
 * are as many as the commit says, and nothing else stands between them.
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/segment.h"

#include <string.h>

enum {
	HEAD_CHECKED = 88,
	CHECK_LEN = 16,
	FRAME_CHECKED = 40,
	FRAME_LEN = FRAME_CHECKED + CHECK_LEN,
	SIZES_LEN = 16,
	COMMIT_LEN = 48,
	ENTRY_MAX = 65535,

	KIND_RECORD = 1,
	KIND_SPOOLED = 2,
	KIND_COMMIT = 3,
};

static const guint8 head_magic[8] = { 'c', 'h', 'a', 'p', 'j', 'r', 'n', '1' };
static const guint8 frame_magic[4] = { 'c', 'h', 'f', 'r' };

/* The rest of a segment while it is read. */
typedef struct Cursor {
	GBytes *bytes;
	const guint8 *at;
	gsize len;
	const guint8 *id;
	guint64 batch;
} Cursor;

typedef struct Frame {
	guint32 kind;
	const guint8 *payload;
	gsize len;
	gsize checked; /* of the payload */
} Frame;

static void
put_number(guint8 *at, guint64 value, gsize len)
{
	for (gsize i = 0; i < len; i++)
		at[i] = (guint8)(value >> (8 * i));
}

static guint64
get_number(const guint8 *at, gsize len)
{
	guint64 value = 0;

	for (gsize i = 0; i < len; i++)
		value |= (guint64)at[i] << (8 * i);
	return value;
}

void
segment_write_head(const SegmentHead *head, guint8 bytes[SEGMENT_HEAD_LEN])
{
	Digest check;

	memset(bytes, 0, SEGMENT_HEAD_LEN);
	memcpy(bytes, head_magic, 8);
	memcpy(bytes + 8, head->id, SEGMENT_ID_LEN);
	memcpy(bytes + 24, head->previous, SEGMENT_ID_LEN);
	put_number(bytes + 40, head->first_batch, 8);
	put_number(bytes + 48, head->size, 8);
	memcpy(bytes + 56, head->root.bytes, DIGEST_LEN);
	check = digest_of(bytes, HEAD_CHECKED);
	memcpy(bytes + HEAD_CHECKED, check.bytes, CHECK_LEN);
}

bool
segment_read_head(const guint8 *bytes, gsize len, SegmentHead *head)
{
	Digest check;

	if (len < SEGMENT_HEAD_LEN || memcmp(bytes, head_magic, 8) != 0)
		return false;
	check = digest_of(bytes, HEAD_CHECKED);
	if (memcmp(bytes + HEAD_CHECKED, check.bytes, CHECK_LEN) != 0)
		return false;
	memcpy(head->id, bytes + 8, SEGMENT_ID_LEN);
	memcpy(head->previous, bytes + 24, SEGMENT_ID_LEN);
	head->first_batch = get_number(bytes + 40, 8);
	head->size = get_number(bytes + 48, 8);
	memcpy(head->root.bytes, bytes + 56, DIGEST_LEN);
	return true;
}

static Digest
check_frame(const guint8 *head, const guint8 *payload, gsize checked)
{
	g_autoptr(Hasher) hasher = hasher_new();

	hasher_add(hasher, head, FRAME_CHECKED);
	hasher_add(hasher, payload, checked);
	return hasher_get(hasher);
}

/* A frame of a payload whose first bytes, those that the check covers, are given; the
 * others are added after. */
static void
add_frame(GByteArray *out, const guint8 *id, guint64 batch, const Frame *frame)
{
	guint8 head[FRAME_LEN];
	Digest check;

	memcpy(head, frame_magic, 4);
	put_number(head + 4, frame->kind, 4);
	memcpy(head + 8, id, SEGMENT_ID_LEN);
	put_number(head + 24, batch, 8);
	put_number(head + 32, frame->len, 8);
	check = check_frame(head, frame->payload, frame->checked);
	memcpy(head + FRAME_CHECKED, check.bytes, CHECK_LEN);
	g_byte_array_append(out, head, FRAME_LEN);
	g_byte_array_append(out, frame->payload, (guint)frame->checked);
}

static void
add_record(GByteArray *out, const guint8 *id, guint64 batch, const Sealed *sealed)
{
	g_autoptr(GByteArray) start = g_byte_array_new();
	g_autofree char *entry = sealed_entry(sealed);
	gsize tail_len;
	const void *tail = g_bytes_get_data(sealed->tail, &tail_len);
	const gsize entry_len = strlen(entry);
	guint8 sizes[SIZES_LEN];
	Frame frame = { .kind = sealed->body != NULL ? KIND_RECORD : KIND_SPOOLED };

	put_number(sizes, entry_len, 4);
	put_number(sizes + 4, tail_len, 4);
	put_number(sizes + 8, sealed->body_len, 8);
	g_byte_array_append(start, sizes, SIZES_LEN);
	g_byte_array_append(start, (const guint8 *)entry, (guint)entry_len);
	g_byte_array_append(start, tail, (guint)tail_len);
	frame.payload = start->data;
	frame.checked = start->len;
	frame.len = start->len + (sealed->body != NULL ? sealed->body_len : 0);
	add_frame(out, id, batch, &frame);
	if (sealed->body != NULL)
		g_byte_array_append(out, g_bytes_get_data(sealed->body, NULL),
				    (guint)sealed->body_len);
}

GByteArray *
segment_format_batch(const guint8 *id, const Batch *batch)
{
	GByteArray *out = g_byte_array_new();
	guint8 payload[COMMIT_LEN];
	const Frame commit = { KIND_COMMIT, payload, COMMIT_LEN, COMMIT_LEN };

	for (guint i = 0; i < batch->records->len; i++)
		add_record(out, id, batch->number, batch->records->pdata[i]);
	put_number(payload, batch->records->len, 8);
	put_number(payload + 8, batch->size, 8);
	memcpy(payload + 16, batch->root.bytes, DIGEST_LEN);
	add_frame(out, id, batch->number, &commit);
	return out;
}

/* How much of a payload its check covers; false when it cannot be one of its kind. */
static bool
find_checked(Frame *frame)
{
	guint64 body;

	frame->checked = frame->len;
	if (frame->kind == KIND_COMMIT)
		return frame->len == COMMIT_LEN;
	if ((frame->kind != KIND_RECORD && frame->kind != KIND_SPOOLED) ||
	    frame->len < SIZES_LEN)
		return false;
	body = frame->kind == KIND_RECORD ? get_number(frame->payload + 8, 8) : 0;
	if (frame->len - SIZES_LEN < body)
		return false;
	frame->checked = frame->len - (gsize)body;
	return frame->checked == SIZES_LEN + get_number(frame->payload, 4) +
					 get_number(frame->payload + 4, 4);
}

/* One frame of the segment, whatever its batch. */
static bool
read_frame(const guint8 *at, gsize len, const guint8 *id, Frame *frame)
{
	Digest check;

	if (len < FRAME_LEN || memcmp(at, frame_magic, 4) != 0 ||
	    memcmp(at + 8, id, SEGMENT_ID_LEN) != 0)
		return false;
	frame->kind = (guint32)get_number(at + 4, 4);
	frame->payload = at + FRAME_LEN;
	if (get_number(at + 32, 8) > len - FRAME_LEN)
		return false;
	frame->len = (gsize)get_number(at + 32, 8);
	if (!find_checked(frame))
		return false;
	check = check_frame(at, frame->payload, frame->checked);
	return memcmp(at + FRAME_CHECKED, check.bytes, CHECK_LEN) == 0;
}

static bool
take_frame(Cursor *cursor, Frame *frame)
{
	if (!read_frame(cursor->at, cursor->len, cursor->id, frame) ||
	    get_number(cursor->at + 24, 8) != cursor->batch)
		return false;
	cursor->len -= FRAME_LEN + frame->len;
	cursor->at += FRAME_LEN + frame->len;
	return true;
}

static bool
has_file_digest(const Sealed *sealed)
{
	g_autoptr(Hasher) hasher = hasher_new();
	Digest digest;

	hasher_add(hasher, g_bytes_get_data(sealed->body, NULL), sealed->body_len);
	hasher_add(hasher, g_bytes_get_data(sealed->tail, NULL),
		   g_bytes_get_size(sealed->tail));
	digest = hasher_get(hasher);
	return digest_equal(&digest, &sealed->file);
}

/* NULL when the payload is not what its entry says. */
static Sealed *
read_record(const Cursor *cursor, const Frame *frame)
{
	const guint8 *start = g_bytes_get_data(cursor->bytes, NULL);
	const gsize entry_len = (gsize)get_number(frame->payload, 4);
	const gsize tail_len = (gsize)get_number(frame->payload + 4, 4);
	const guint8 *text = frame->payload + SIZES_LEN;
	g_autofree char *line = g_strndup((const char *)text, entry_len);
	g_autoptr(Sealed) sealed = NULL;
	StoreEntry entry;

	if (entry_len > ENTRY_MAX || !entry_parse(line, &entry))
		return NULL;
	sealed = sealed_new(entry.id, entry.type, entry.time);
	sealed->file = entry.file;
	sealed->body_len = (gsize)get_number(frame->payload + 8, 8);
	sealed->tail = g_bytes_new_from_bytes(
		cursor->bytes, (gsize)(text + entry_len - start), tail_len);
	if (frame->kind == KIND_SPOOLED)
		return g_steal_pointer(&sealed);
	sealed->body = g_bytes_new_from_bytes(
		cursor->bytes, (gsize)(text + entry_len + tail_len - start),
		sealed->body_len);
	return has_file_digest(sealed) ? g_steal_pointer(&sealed) : NULL;
}

/* One whole batch; the cursor then stands behind it. */
static bool
take_batch(Cursor *cursor, Batch *batch)
{
	Frame frame;

	g_ptr_array_set_size(batch->records, 0);
	batch->number = cursor->batch;
	while (take_frame(cursor, &frame)) {
		Sealed *sealed;

		if (frame.kind == KIND_COMMIT) {
			batch->size = get_number(frame.payload + 8, 8);
			memcpy(batch->root.bytes, frame.payload + 16, DIGEST_LEN);
			return get_number(frame.payload, 8) == batch->records->len &&
			       batch->size >= batch->records->len;
		}
		sealed = read_record(cursor, &frame);
		if (sealed == NULL)
			return false;
		g_ptr_array_add(batch->records, sealed);
	}
	return false;
}

static bool
is_zero(const guint8 *bytes, gsize len)
{
	for (gsize i = 0; i < len; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

bool
segment_has_batch(const guint8 *bytes, gsize len, const guint8 *id, guint64 from)
{
	const guint8 *end = bytes + len;
	Frame frame;

	for (; bytes < end; bytes++) {
		bytes = memchr(bytes, frame_magic[0], (gsize)(end - bytes));
		if (bytes == NULL)
			return false;
		/* Only a commit ends a batch, and it is short: no long hashing here. */
		if (end - bytes >= FRAME_LEN + COMMIT_LEN &&
		    get_number(bytes + 4, 4) == KIND_COMMIT &&
		    read_frame(bytes, (gsize)(end - bytes), id, &frame) &&
		    get_number(bytes + 24, 8) >= from)
			return true;
	}
	return false;
}

static void
unref_sealed(gpointer sealed)
{
	sealed_unref(sealed);
}

SegmentEnd
segment_scan(GBytes *bytes, const SegmentHead *head, SegmentVisit visit, void *data,
	     guint64 *next)
{
	g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(unref_sealed);
	Batch batch = { .records = records };
	gsize len;
	const guint8 *start = g_bytes_get_data(bytes, &len);
	Cursor cursor = { bytes, start, len, head->id, head->first_batch };
	Cursor rest;

	cursor.at += MIN(len, (gsize)SEGMENT_HEAD_LEN);
	cursor.len -= MIN(len, (gsize)SEGMENT_HEAD_LEN);
	for (rest = cursor; take_batch(&cursor, &batch); rest = cursor) {
		cursor.batch++;
		*next = cursor.batch;
		if (!visit(&batch, data))
			return SEGMENT_WHOLE;
	}
	*next = rest.batch;
	if (is_zero(rest.at, rest.len))
		return SEGMENT_WHOLE;
	return segment_has_batch(rest.at, rest.len, head->id, rest.batch + 1)
		       ? SEGMENT_DAMAGED
		       : SEGMENT_TORN;
}
