/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_text.c - whatever a message holds, its units are valid UTF-8 that ends with a NUL,
 * and every range of a form leads back into the plain form that it was made from
 */
#include "config.h"

#include "rules/text.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_range(const Text *text, guint index, gsize start, gsize end)
{
	const TextPiece *plain = text_piece(text, text_piece(text, index)->plain);
	g_autofree char *excerpt = NULL;

	text_trace(text, index, &start, &end);
	g_assert_cmpuint(start, <=, end);
	g_assert_cmpuint(end, <=, plain->len);
	excerpt = text_excerpt(text, index, start, end, 10);
	g_assert_true(g_utf8_validate(excerpt, -1, NULL));
}

static void
check_piece(const Text *text, guint index)
{
	const TextPiece *piece = text_piece(text, index);

	g_assert_true(g_utf8_validate(piece->utf8, (gssize)piece->len, NULL));
	g_assert_cmpint(piece->utf8[piece->len], ==, '\0');
	g_assert_cmpuint(piece->plain, <=, index);
	g_assert_true((piece->form == TEXT_PLAIN) == (piece->plain == index));
	for (gsize at = 0; at < piece->len; at += 1 + piece->len / 50)
		check_range(text, index, at, MIN(at + 7, piece->len));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const MessageLimits limits = { 1 << 20, 8, 50 };
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(Message) message = message_read(bytes, &limits);
	g_autoptr(Text) text = text_read(message);

	for (guint i = 0; i < text_len(text); i++)
		check_piece(text, i);
	return 0;
}
