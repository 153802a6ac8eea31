/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_text.c - a message becomes the units that rules look at
 */
#include "config.h"

#include "rules/text.h"
#include "tests/testing.h"

#include <string.h>

static Message *
message_of(const char *text)
{
	static const MessageLimits limits = { 1 << 20, 32, 1000 };
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

	return message_read(bytes, &limits);
}

static const TextPiece *
find(const Text *text, TextUnit unit, const char *words)
{
	for (guint i = 0; i < text_len(text); i++) {
		const TextPiece *piece = text_piece(text, i);

		if (piece->unit == unit && strstr(piece->utf8, words) != NULL)
			return piece;
	}
	return NULL;
}

static void
test_subject_and_body_are_read_with_their_encodings_undone(void **state)
{
	g_autoptr(Message) message =
		message_of("Subject: =?utf-8?q?Caf=C3=A9?=\r\n"
			   "X-Note: hi\r\n"
			   "Content-Type: text/plain; charset=iso-8859-1\r\n"
			   "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
			   "see you at the caf=E9, ring 01202=\r\n 496000\r\n");
	g_autoptr(Text) text = text_read(message);

	(void)state;
	assert_non_null(find(text, TEXT_SUBJECT, "Café"));
	assert_non_null(find(text, TEXT_HEADER, "hi"));
	assert_non_null(find(text, TEXT_BODY, "see you at the café, ring 01202 496000"));
}

static void
test_an_excerpt_shows_the_words_with_what_stands_around(void **state)
{
	g_autoptr(Message) message = message_of("Subject: one\r\n\r\nab é cd ef\r\n");
	g_autoptr(Text) text = text_read(message);

	(void)state;
	for (guint i = 0; i < text_len(text); i++) {
		const char *at = strstr(text_piece(text, i)->utf8, "cd");
		gsize start = (gsize)(at - text_piece(text, i)->utf8);
		g_autofree char *bare = NULL;

		if (at == NULL)
			continue;
		bare = text_excerpt(text, i, start, start + 2, 0);
		assert_string_equal(bare, "cd");
		g_free(bare);
		bare = text_excerpt(text, i, start, start + 2, 4);
		assert_string_equal(bare, "é cd ef");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_subject_and_body_are_read_with_their_encodings_undone),
		cmocka_unit_test(test_an_excerpt_shows_the_words_with_what_stands_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
