/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_message.c - the structure of messages, of bad ones too
 *
 * CHAPERONE_CORPUS may name a folder of real and broken messages (*.eml): all are read.
 */
#include "config.h"

#include "base/file.h"
#include "base/message.h"
#include "tests/testing.h"

#include <string.h>

static const MessageLimits roomy = { 50 << 20, 32, 1000 };

static Message *
read_text(const char *text, const MessageLimits *limits)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

	return message_read(bytes, limits);
}

/* "path type filename size" of each part, joined by "; ". */
static char *
parts_text(const Message *message)
{
	GString *text = g_string_new(NULL);
	const GPtrArray *parts = message_parts(message);

	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];

		g_string_append_printf(text, "%s%s %s %s %" G_GSIZE_FORMAT,
				       i == 0 ? "" : "; ", part->path, part->type,
				       part->filename == NULL ? "-" : part->filename,
				       part->size);
	}
	return g_string_free(text, FALSE);
}

static void
test_parts_are_named_and_placed(void **state)
{
	static const struct {
		const char *message, *parts;
	} cases[] = {
		{ "Subject: a\r\n\r\nhello\r\n", "1 text/plain - 7" },
		{ "Content-Type: TEXT/Html\n\n<b>", "1 text/html - 3" },
		{ "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
		  "--c\n\none\n--c\nContent-Type: text/html\n\ntwo!\n--c--\n"
		  "--b\nContent-Type: image/jpeg; name=\"=?utf-8?q?caf=C3=A9?=.jpg\"\n"
		  "Content-Transfer-Encoding: base64\n\nAAAA\n--b--\n",
		  "1.1 text/plain - 3; 1.2 text/html - 4; 2 image/jpeg café.jpg 4" },
		{ "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--b\n\none\n"
		  "--b\nContent-Type: message/rfc822\n\nSubject: in\n\ninside\n"
		  "--b\nContent-Type: message/rfc822\n\n"
		  "Content-Type: multipart/mixed; "
		  "boundary=c\n\n--c\n\nx\n--c\n\ny\n--c--\n"
		  "--b--\n",
		  "1 text/plain - 3; 2.1 text/plain - 6; 3.1 text/plain - 1; "
		  "3.2 text/plain - 1" },
		{ "Content-Type: application/pdf\n"
		  "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.pdf\n\nx",
		  "1 application/pdf café.pdf 1" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Message) message = read_text(cases[i].message, &roomy);
		g_autofree char *parts = parts_text(message);

		assert_null(message_problem(message));
		assert_string_equal(parts, cases[i].parts);
	}
}

static void
test_what_cannot_be_read_is_said(void **state)
{
	static const struct {
		const char *message, *problem;
	} cases[] = {
		{ "", "no MIME structure" },
		{ "Content-Type: multipart/mixed\n\nx\n", "a multipart has no boundary" },
		{ "Content-Type: multipart/mixed; boundary=b\n\nx\n",
		  "a multipart has no parts" },
		{ "Content-Type: text/plain\nContent-Type: text/html\n\nx\n",
		  "the Content-Type comes twice" },
		{ "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
		  "Content-Type: message/rfc822\n\n--b--\n",
		  "a message has no content" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Message) message = read_text(cases[i].message, &roomy);

		assert_non_null(message_problem(message));
		assert_string_equal(message_problem(message), cases[i].problem);
	}
}

/* A message of so many multiparts, one in the other. */
static char *
nested(guint depth)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < depth; i++)
		g_string_append_printf(
			text, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i,
			i);
	g_string_append(text, "\nend\n");
	for (guint i = depth; i > 0; i--)
		g_string_append_printf(text, "--b%u--\n", i - 1);
	return g_string_free(text, FALSE);
}

static void
test_limits_are_kept(void **state)
{
	static const struct {
		guint depth;
		MessageLimits limits;
		const char *problem;
	} cases[] = {
		{ 3, { 10000, 3, 1 }, NULL },
		{ 4, { 10000, 3, 1 }, "nested deeper than 3" },
		{ 3, { 20, 3, 1 }, "larger than 20 bytes" },
		{ 900, { 1000000, 32, 1 }, "nested deeper than 32" },
		{ 5000, { 1000000, 32, 1 }, "nested too deep" },
	};

	static const char three[] = "Content-Type: multipart/mixed; boundary=b\n\n"
				    "--b\n\n1\n--b\n\n2\n--b\n\n3\n--b--\n";
	const MessageLimits two = { 1000, 3, 2 };
	g_autoptr(Message) message = read_text(three, &two);

	(void)state;
	assert_string_equal(message_problem(message), "more than 2 parts");
	assert_int_equal(message_parts(message)->len, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = nested(cases[i].depth);
		g_autoptr(Message) deep = read_text(text, &cases[i].limits);

		assert_int_equal(message_problem(deep) != NULL, cases[i].problem != NULL);
		if (cases[i].problem != NULL)
			assert_string_equal(message_problem(deep), cases[i].problem);
	}
}

static void
test_headers_are_had_from_what_cannot_be_read(void **state)
{
	const MessageLimits none = { 1, 1, 1 };
	g_autoptr(Message) message = read_text("From: a@x.example\n\nx\n", &none);

	(void)state;
	assert_string_equal(headers_get(message_headers(message), "from", 0),
			    "a@x.example");
}

/* gmime 3.2 goes round for ever when it is asked for the boundary of this. */
static void
test_a_multipart_that_hangs_others_is_read(void **state)
{
	g_autofree char *name = g_strnfill(72, '\xe9');
	g_autofree char *text =
		g_strdup_printf("Content-Type: multipart/mixed; %s=x\n\nbody\n", name);
	g_autoptr(Message) message = read_text(text, &roomy);

	(void)state;
	assert_string_equal(message_problem(message), "a multipart has no boundary");
}

static void
read_file_of_corpus(const char *path)
{
	g_autoptr(GBytes) bytes = file_read(path, 50 << 20, NULL);
	g_autoptr(Message) message = NULL;
	g_autoptr(GPtrArray) authors = NULL;
	g_autofree char *subject = NULL;

	assert_non_null(bytes);
	message = message_read(bytes, &roomy);
	authors = headers_originators(message_headers(message), NULL);
	assert_non_null(authors);
	subject = headers_get_decoded(message_headers(message), "Subject", 0);
	if (subject != NULL)
		assert_true(g_utf8_validate(subject, -1, NULL));
	for (guint i = 0; i < message_parts(message)->len; i++) {
		const Part *part = message_parts(message)->pdata[i];

		if (part->filename != NULL)
			assert_true(g_utf8_validate(part->filename, -1, NULL));
		assert_in_range(part->size, 0, g_bytes_get_size(bytes));
	}
}

static guint
read_folder_of_corpus(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;
	guint count = 0;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *entry = g_build_filename(path, name, NULL);

		if (g_file_test(entry, G_FILE_TEST_IS_DIR)) {
			count += read_folder_of_corpus(entry);
		} else if (g_str_has_suffix(name, ".eml")) {
			read_file_of_corpus(entry);
			count++;
		}
	}
	return count;
}

static void
test_every_message_of_the_corpus_is_read(void **state)
{
	const char *corpus = g_getenv("CHAPERONE_CORPUS");

	(void)state;
	if (corpus == NULL)
		skip();
	assert_int_not_equal(read_folder_of_corpus(corpus), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_are_named_and_placed),
		cmocka_unit_test(test_what_cannot_be_read_is_said),
		cmocka_unit_test(test_limits_are_kept),
		cmocka_unit_test(test_headers_are_had_from_what_cannot_be_read),
		cmocka_unit_test(test_a_multipart_that_hangs_others_is_read),
		cmocka_unit_test(test_every_message_of_the_corpus_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
