/* SPDX-License-Identifier: Apache-2.0 */
/* test_cut.c - parts taken out of messages of many shapes */
#include "config.h"

#include "base/cut.h"

#include <string.h>

#include "tests/testing.h"

static const MessageLimits limits = { 1 << 20, 32, 1000 };

#define TEXT "Put away.\n"

/* before and after stand around the part as it was and as it is. */
static const struct Case {
	const char *name, *path, *before, *part, *kept, *after;
} cases[] = {
	{ "mixed", "2",
	  "Subject: a\r\nContent-Type: multipart/mixed; "
	  "boundary=b\r\n\r\npreamble\r\n--b\r\n"
	  "\r\nwords\r\n--b\r\n",
	  "Content-Type: image/jpeg; name=x.jpg\r\nContent-Transfer-Encoding: base64\r\n"
	  "X-Kept: yes\r\n\r\nUElDVFVSRQ==",
	  "X-Kept: yes\r\n", "\r\n--b--\r\nepilogue\r\n" },
	{ "a part without header fields before it", "2",
	  "Content-Type: multipart/mixed; boundary=\"--odd b\"\r\n\r\n----odd "
	  "b\r\n\r\nwords\r\n"
	  "----odd b\r\n",
	  "Content-Type: image/jpeg\r\n\r\nPICTURE", "", "\r\n----odd b--\r\n" },
	{ "related inside alternative", "2.2",
	  "Content-Type: multipart/alternative; "
	  "boundary=a\r\n\r\n--a\r\n\r\nwords\r\n--a\r\n"
	  "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: "
	  "text/html"
	  "\r\n\r\n<p>words\r\n--r\r\n",
	  "Content-ID: <1>\r\nContent-Type:\r\n image/jpeg\r\nContent-Transfer-Encoding: "
	  "quoted-printable\r\n\r\nPICTUR=45",
	  "", "\r\n--r--\r\n--a--\r\n" },
	{ "a message inside", "2.1",
	  "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\n"
	  "Content-Type: message/rfc822\r\n\r\n",
	  "From: c@x.example\r\nSubject: inner\r\nContent-Type: "
	  "image/jpeg\r\n\r\nPICTURE",
	  "From: c@x.example\r\nSubject: inner\r\n", "\r\n--b--\r\n" },
	{ "bare LF", "2",
	  "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n--b\n",
	  "Content-Type: image/jpeg\n\nPICTURE", "", "\n--b--\n" },
};

static Cut *
cut_at(GBytes *bytes, const char *path)
{
	g_autoptr(Message) message = message_read(bytes, &limits);
	const GPtrArray *parts = message_parts(message);

	for (guint i = 0; i < parts->len; i++) {
		const Part *part = parts->pdata[i];

		if (strcmp(part->path, path) == 0)
			return cut_part(message, part);
	}
	return NULL;
}

static void
never(gpointer cut)
{
	fail_msg("cut %s was freed", ((const Cut *)cut)->path);
}

static GBytes *
apply(GBytes *bytes, Cut *cut, const char *text)
{
	g_autoptr(GPtrArray) cuts = g_ptr_array_new_with_free_func(never);
	GBytes *result;

	g_ptr_array_add(cuts, cut);
	result = cut_apply(bytes, cuts, text);
	g_ptr_array_set_free_func(cuts, NULL);
	return result;
}

static char *
text_of(GBytes *bytes)
{
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static char *
ours(const char *kept)
{
	g_autofree char *hex =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, "PICTURE", -1);

	return g_strdup_printf("%sContent-Type: text/plain; charset=utf-8\r\n"
			       "Content-Transfer-Encoding: 7bit\r\n"
			       "Chaperone-Sealed: image/jpeg; size=7;\r\n sha256=%s\r\n"
			       "\r\nPut away.\r\n",
			       kept, hex);
}

static void
test_a_part_is_replaced_and_every_other_byte_stays(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct Case *at = &cases[i];
		g_autofree char *whole =
			g_strconcat(at->before, at->part, at->after, NULL);
		g_autoptr(GBytes) bytes = g_bytes_new(whole, strlen(whole));
		g_autoptr(Cut) cut = cut_at(bytes, at->path);
		g_autofree char *new = ours(at->kept);
		g_autofree char *expected = g_strconcat(at->before, new, at->after, NULL);
		g_autoptr(GBytes) result = NULL;
		g_autofree char *text = NULL;

		print_message("%s\n", at->name);
		assert_non_null(cut);
		result = apply(bytes, cut, TEXT);
		text = text_of(result);
		assert_string_equal(text, expected);
	}
}

static void
test_a_message_that_is_one_picture_keeps_its_own_header(void **state)
{
	static const char message[] = "From: c@x.example\r\nContent-Type: image/jpeg\r\n"
				      "Subject: look\r\n\r\nPICTURE";
	g_autoptr(GBytes) bytes = g_bytes_new_static(message, strlen(message));
	g_autoptr(Cut) cut = cut_at(bytes, "1");
	g_autoptr(GPtrArray) cuts = g_ptr_array_new();
	g_autoptr(GBytes) result = apply(bytes, cut, TEXT);
	g_autofree char *text = text_of(result);
	g_autofree char *expected = ours("From: c@x.example\r\nSubject: look\r\n"
					 "MIME-Version: 1.0\r\n");

	(void)state;
	g_ptr_array_add(cuts, cut);
	assert_true(cut_is_top(cuts));
	assert_string_equal(text, expected);
	assert_string_equal(text + cut_body(result), "Put away.\r\n");
}

static void
test_a_whole_message_goes_but_for_its_header(void **state)
{
	static const char message[] =
		"From: c@x.example\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/mixed\r\n\r\n--b\r\nPICTURE";
	g_autoptr(GBytes) bytes = g_bytes_new_static(message, strlen(message));
	g_autoptr(Cut) cut = cut_whole(bytes);
	g_autoptr(GBytes) result = apply(bytes, cut, TEXT);
	g_autofree char *text = text_of(result);

	(void)state;
	assert_true(g_str_has_prefix(text, "From: c@x.example\r\nMIME-Version: 1.0\r\n"
					   "Content-Type: text/plain"));
	assert_null(strstr(text, "PICTURE"));
	assert_null(strstr(text, "multipart"));
}

static void
test_words_in_any_language_arrive(void **state)
{
	static const char message[] = "Content-Type: image/jpeg\r\n\r\nPICTURE";
	g_autoptr(GBytes) bytes = g_bytes_new_static(message, strlen(message));
	g_autoptr(Cut) cut = cut_at(bytes, "1");
	g_autoptr(GBytes) result = apply(bytes, cut, "Zoë hütet Bilder.\n");
	g_autoptr(Message) read = message_read(result, &limits);
	const Part *part = message_parts(read)->pdata[0];
	g_autoptr(GBytes) content = message_part_decode(read, part, G_MAXSIZE);
	g_autofree char *text = text_of(content);

	(void)state;
	assert_string_equal(part->encoding, "base64");
	assert_string_equal(text, "Zoë hütet Bilder.\r\n");
}

static void
test_a_type_cannot_bring_lines_of_its_own(void **state)
{
	static const char message[] = "Content-Type: image/\"x;\ty\"\r\n\r\nPICTURE";
	g_autoptr(GBytes) bytes = g_bytes_new_static(message, strlen(message));
	g_autoptr(Cut) cut = cut_at(bytes, "1");
	g_autoptr(GBytes) result = NULL;
	g_autofree char *text = NULL;

	(void)state;
	g_free(cut->type);
	cut->type = g_strdup("image/x\r\nBcc: y");
	result = apply(bytes, cut, TEXT);
	text = text_of(result);
	assert_non_null(strstr(text, "Chaperone-Sealed: image/x??Bcc??y;"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_part_is_replaced_and_every_other_byte_stays),
		cmocka_unit_test(test_a_message_that_is_one_picture_keeps_its_own_header),
		cmocka_unit_test(test_a_whole_message_goes_but_for_its_header),
		cmocka_unit_test(test_words_in_any_language_arrive),
		cmocka_unit_test(test_a_type_cannot_bring_lines_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
