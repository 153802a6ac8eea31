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

static Text *
text_of(const char *words, Message **message)
{
	*message = message_of(words);
	return text_read(*message);
}

static void
test_html_is_read_as_it_is_shown_and_what_it_hides_is_marked(void **state)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(Text) text =
		text_of("Content-Type: text/html; charset=utf-8\r\n\r\n"
			"<p>ring 077<b>00</b> 9&#48;0<!-- secret -->123</p>"
			"<span style='display: none'>not seen</span>"
			"<a href='https://insta.example/mia'>here</a>"
			"<blockquote type=cite>what she wrote</blockquote>",
			&message);
	const TextPiece *hidden = find(text, TEXT_BODY, "not seen");

	(void)state;
	assert_non_null(find(text, TEXT_BODY, "ring 07700 900123"));
	assert_non_null(hidden);
	assert_int_equal(hidden->marks, TEXT_IS_HIDDEN);
	assert_non_null(find(text, TEXT_BODY, "secret"));
	assert_non_null(find(text, TEXT_BODY, "https://insta.example/mia"));
	assert_non_null(find(text, TEXT_QUOTED, "what she wrote"));
	assert_null(find(text, TEXT_BODY, "what she wrote"));
}

static void
test_quoted_words_and_the_signature_are_told_apart(void **state)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(Text) text =
		text_of("Subject: Re: hi\r\n\r\nmy answer\r\n\r\n"
			"Kind regards,\r\nMia Mill\r\n\r\n"
			"On Mon, 2 Nov 2026, Carl wrote:\r\n> his words\r\n",
			&message);

	(void)state;
	assert_int_equal(find(text, TEXT_BODY, "my answer")->marks, 0);
	assert_int_equal(find(text, TEXT_BODY, "Mia Mill")->marks, TEXT_IS_SIGNATURE);
	assert_non_null(find(text, TEXT_QUOTED, "his words"));
	assert_null(find(text, TEXT_BODY, "his words"));
}

static void
test_words_around_the_parts_are_read(void **state)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(Text) text =
		text_of("Content-Type: multipart/mixed; boundary=b\r\n\r\nbefore them\r\n"
			"--b\r\nContent-Type: text/plain\r\n\r\nthe part\r\n--b--\r\n"
			"after them\r\n",
			&message);

	(void)state;
	assert_non_null(find(text, TEXT_BODY, "the part"));
	assert_non_null(find(text, TEXT_BODY, "before them"));
	assert_non_null(find(text, TEXT_BODY, "after them"));
}

static void
test_the_encoding_does_not_change_the_words(void **state)
{
	static const char *const messages[] = {
		"charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xC3\xA9 at "
		"3\r\n",
		"charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xE9 "
		"at 3\r\n",
		"charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
		"caf=C3=A9 a=\r\nt 3\r\n",
		"charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		"Y2Fmw6kgYXQgMw0K\r\n",
		"charset=utf-7\r\n\r\ncaf+AOk- at 3\r\n",
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autofree char *words =
			g_strconcat("Content-Type: text/plain; ", messages[i], NULL);
		g_autoptr(Message) message = NULL;
		g_autoptr(Text) text = text_of(words, &message);
		const TextPiece *piece = find(text, TEXT_BODY, "at 3");

		assert_non_null(piece);
		assert_string_equal(piece->utf8, "café at 3\n");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_subject_and_body_are_read_with_their_encodings_undone),
		cmocka_unit_test(
			test_html_is_read_as_it_is_shown_and_what_it_hides_is_marked),
		cmocka_unit_test(test_quoted_words_and_the_signature_are_told_apart),
		cmocka_unit_test(test_words_around_the_parts_are_read),
		cmocka_unit_test(test_the_encoding_does_not_change_the_words),
		cmocka_unit_test(test_an_excerpt_shows_the_words_with_what_stands_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
