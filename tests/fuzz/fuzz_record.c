/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_record.c - what reads as a record has its fields, and its original lies inside
 *
 * The input is read as it is, and again as the signed part of a file whose outside is
 * as it should be.
 */
#include "config.h"

#include "archive/layout.h"
#include "archive/record.h"
#include "base/ulid.h"

#include <stdint.h>

#define OUTER "00112233445566778899aabbccddeeff"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_file(GBytes *file)
{
	g_autoptr(Record) record = record_read(file, NULL);
	g_autoptr(Trust) nobody = trust_new();
	g_autoptr(GBytes) original = NULL;

	if (record == NULL)
		return;
	g_assert(ulid_is_valid(record_id(record)));
	g_assert(record_type(record) != NULL);
	g_assert(json_is_object(record_payload(record)));
	g_assert(!record_check(record, nobody, NULL));
	original = record_original(record, NULL);
	g_assert(original == NULL ||
		 g_bytes_get_size(original) <= g_bytes_get_size(file));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char top[] = LAYOUT_TOP OUTER LAYOUT_OPEN OUTER LAYOUT_CRLF
		LAYOUT_MIXED OUTER LAYOUT_FIRST OUTER LAYOUT_CRLF;
	static const char end[] =
		LAYOUT_NEXT OUTER "--" LAYOUT_NEXT OUTER LAYOUT_CRLF LAYOUT_SIGNATURE
				  "AAAA" LAYOUT_NEXT OUTER "--" LAYOUT_CRLF;
	g_autoptr(GBytes) plain = g_bytes_new(data, size);
	g_autoptr(GByteArray) array = g_byte_array_new();
	g_autoptr(GBytes) wrapped = NULL;

	g_byte_array_append(array, (const guint8 *)top, sizeof(top) - 1);
	g_byte_array_append(array, data, (guint)size);
	g_byte_array_append(array, (const guint8 *)end, sizeof(end) - 1);
	wrapped = g_bytes_new(array->data, array->len);
	check_file(plain);
	check_file(wrapped);
	return 0;
}
