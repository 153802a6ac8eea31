/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_units.c - whatever holds words becomes words that rules look at: parts of every
 * kind, what is hidden, what stands around the parts, documents and archives
 *
 * The documents in tests/data are made by tests/data/make-documents.
 */
#include "config.h"

#include "rules/text.h"
#include "tests/testing.h"

#include <string.h>

typedef struct Row {
	const char *what, *message;
	TextUnit unit;
	guint marks;
	const char *words; /* one of its pieces holds them, with these marks */
} Row;

#define HTML(body) \
	"Content-Type: text/html; charset=utf-8\n\n<html><body><p>seen</p>" body

static const Row rows[] = {
	{ "display none", HTML("<p style='display: none'>secret</p>"), TEXT_BODY,
	  TEXT_IS_HIDDEN, "secret" },
	{ "visibility", HTML("<p style='visibility:hidden'>secret</p>"), TEXT_BODY,
	  TEXT_IS_HIDDEN, "secret" },
	{ "no size", HTML("<span style='font-size:0px'>secret</span>"), TEXT_BODY,
	  TEXT_IS_HIDDEN, "secret" },
	{ "small size is seen", HTML("<span style='font-size:0.9em'>shown</span>"),
	  TEXT_BODY, 0, "shown" },
	{ "white on white", HTML("<span style='color:#ffffff'>secret</span>"), TEXT_BODY,
	  TEXT_IS_HIDDEN, "secret" },
	{ "see-through", HTML("<div style='opacity:0'>secret</div>"), TEXT_BODY,
	  TEXT_IS_HIDDEN, "secret" },
	{ "no height", HTML("<div style='max-height:0'>secret</div>"), TEXT_BODY,
	  TEXT_IS_HIDDEN, "secret" },
	{ "attribute", HTML("<div hidden>secret</div>"), TEXT_BODY, TEXT_IS_HIDDEN,
	  "secret" },
	{ "Outlook's", HTML("<p style='mso-hide:all'>secret</p>"), TEXT_BODY,
	  TEXT_IS_HIDDEN, "secret" },
	{ "comment", HTML("<!-- secret -->"), TEXT_BODY, TEXT_IS_HIDDEN, "secret" },
	{ "where a link leads", HTML("<a href='https://a.example/%73ecret'>x</a>"),
	  TEXT_BODY, TEXT_IS_HIDDEN, "a.example/secret" },
	{ "instead of a picture", HTML("<img src='cid:1' alt='spoken'>"), TEXT_BODY, 0,
	  "spoken" },
	{ "entities and tags inside a word",
	  HTML("<p>0&#55;7<b>0</b>0<i></i> 900&#x35;55</p>"), TEXT_BODY, 0,
	  "07700 900555" },
	{ "every alternative",
	  "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
	  "text/plain\n\n"
	  "one of them\n--b\nContent-Type: text/html\n\n<p>the other</p>\n--b--\n",
	  TEXT_BODY, 0, "one of them" },
	{ "every alternative, the last",
	  "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
	  "text/plain\n\n"
	  "one of them\n--b\nContent-Type: text/html\n\n<p>the other</p>\n--b--\n",
	  TEXT_BODY, 0, "the other" },
	{ "before the first part",
	  "Content-Type: multipart/mixed; boundary=b\n\nnobody sees "
	  "this\n--b\n\nseen\n--b--\n",
	  TEXT_BODY, TEXT_IS_HIDDEN, "nobody sees this" },
	{ "after the last part",
	  "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nseen\n--b--\nnor this\n",
	  TEXT_BODY, TEXT_IS_HIDDEN, "nor this" },
	{ "a message inside",
	  "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/plain\n\n"
	  "inner words\n",
	  TEXT_BODY, 0, "inner words" },
	{ "a message inside a message inside",
	  "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n"
	  "Subject: innermost\n\ninnermost words\n",
	  TEXT_BODY, 0, "innermost words" },
	{ "the subject of a message inside",
	  "Content-Type: message/rfc822\n\nSubject: what it is about\n\ninner words\n",
	  TEXT_BODY, TEXT_IS_HIDDEN, "what it is about" },
	{ "a calendar, folded",
	  "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nDESCRIPTION:meet me al\n one "
	  "at noon\n"
	  "END:VCALENDAR\n",
	  TEXT_BODY, 0, "meet me alone at noon" },
	{ "a card",
	  "Content-Type: text/vcard\nContent-Disposition: attachment; filename=a.vcf\n\n"
	  "BEGIN:VCARD\nTEL:07700 900555\nEND:VCARD\n",
	  TEXT_ATTACHMENT, 0, "07700 900555" },
	{ "a file by its name alone",
	  "Content-Type: application/octet-stream\n"
	  "Content-Disposition: attachment; filename=a.csv\n\nname,number\n",
	  TEXT_ATTACHMENT, 0, "name,number" },
	{ "the name of a file",
	  "Content-Type: application/octet-stream\n"
	  "Content-Disposition: attachment; filename=\"ring 07700 900555.bin\"\n\nx\n",
	  TEXT_NAMES, 0, "07700 900555" },
	{ "a display name", "To: \"ring 07700 900555\" <c@kids.example>\n\nx\n",
	  TEXT_NAMES, 0, "07700 900555" },
	{ "a header", "X-Note: =?utf-8?Q?caf=C3=A9?=\n\nx\n", TEXT_HEADER, 0, "café" },
	{ "no blank line: no header either", "just words\n", TEXT_BODY, 0, "just words" },
	{ "zero-width and soft hyphens",
	  "\nse\xE2\x80\x8B"
	  "cr\xC2\xAD"
	  "et\n",
	  TEXT_BODY, 0, "secret" },
	{ "full width", "\n\xEF\xBC\x90\xEF\xBC\x97\n", TEXT_BODY, 0, "07" },
};

static Text *
read_text(const char *bytes, Message **message)
{
	static const MessageLimits limits = { 8 << 20, 32, 1000 };
	g_autoptr(GBytes) all = g_bytes_new_static(bytes, strlen(bytes));

	*message = message_read(all, &limits);
	return text_read(*message);
}

static bool
has(const Text *text, TextUnit unit, guint marks, const char *words)
{
	for (guint i = 0; i < text_len(text); i++) {
		const TextPiece *piece = text_piece(text, i);

		if (piece->unit == unit && piece->form == TEXT_PLAIN &&
		    piece->marks == marks && strstr(piece->utf8, words) != NULL)
			return true;
	}
	return false;
}

static void
test_words_are_found_wherever_they_stand(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) message = NULL;
		g_autoptr(Text) text = read_text(rows[i].message, &message);

		if (!has(text, rows[i].unit, rows[i].marks, rows[i].words))
			fail_msg("%s: '%s' is not there", rows[i].what, rows[i].words);
	}
}

static const struct {
	const char *file;
	const char *words;   /* NULL: there are none */
	const char *problem; /* of text_problem; NULL: it is read in full */
} documents[] = {
	{ "letter.docx", "ring me on 07700 900555 & tell nobody", NULL },
	{ "letter.docx", "hidden words of a document", NULL },
	{ "letter.docx", "second cell", NULL },
	{ "letter.docx", "words of the header", NULL },
	{ "letter.docx", "words of a footnote", NULL },
	{ "letter.docx", "words of a comment", NULL },
	{ "letter.odt", "ring me on 07700 900555", NULL },
	{ "letter.odt", "one\ntwo", NULL },
	{ "writer.docx", "ring me on 07700 900 555 & tell nobody", NULL },
	{ "writer.docx", "words of the header", NULL },
	{ "writer.docx", "words of the footer", NULL },
	{ "writer.docx", "words of a footnote", NULL },
	{ "writer.docx", "words put in", NULL },
	{ "writer.docx", "words struck out", NULL },
	{ "writer.docx", "hidden words of a document", NULL },
	{ "writer.docx", "words of a comment", NULL },
	{ "writer.docx", "first of the list", NULL },
	{ "writer.docx", "second cell", NULL },
	{ "writer.docx", "words of a box", NULL },
	{ "writer.odt", "ring me on 07700 900 555 & tell nobody", NULL },
	{ "writer.odt", "words of the header", NULL },
	{ "writer.odt", "words of the footer", NULL },
	{ "writer.odt", "words of a footnote", NULL },
	{ "writer.odt", "words put in", NULL },
	{ "writer.odt", "words struck out", NULL },
	{ "writer.odt", "hidden words of a document", NULL },
	{ "writer.odt", "words of a comment", NULL },
	{ "writer.odt", "first of the list", NULL },
	{ "writer.odt", "second cell", NULL },
	{ "writer.odt", "words of a box", NULL },
	{ "sheet.xlsx", "words of a cell", NULL },
	{ "slides.pptx", "words of a slide", NULL },
	{ "slides.pptx", "words of a note", NULL },
	{ "bomb.docx", NULL, "a document that unpacks to more than is looked at" },
	{ "laughs.docx", "before it", NULL },
	{ "outside.docx", "before it", NULL },
	{ "many.zip", "name 2.txt", NULL },
	{ "nested.zip", "inner.zip", NULL },
};

static char *
attach(const char *file)
{
	g_autofree char *path =
		g_build_filename(g_getenv("top_srcdir"), "tests", "data", file, NULL);
	g_autofree char *bytes = NULL;
	g_autofree char *base64 = NULL;
	gsize len;

	assert_true(g_file_get_contents(path, &bytes, &len, NULL));
	base64 = g_base64_encode((const guchar *)bytes, len);
	return g_strdup_printf("Content-Type: application/octet-stream\n"
			       "Content-Disposition: attachment; filename=%s\n"
			       "Content-Transfer-Encoding: base64\n\n%s\n",
			       file, base64);
}

static bool
has_problem(const Text *text, const char *kind)
{
	const TextProblem *problem;

	for (guint i = 0; (problem = text_problem(text, i)) != NULL; i++)
		if (kind == NULL || strcmp(problem->kind, kind) == 0)
			return true;
	return false;
}

static void
test_documents_are_read_and_bombs_are_named(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) {
		g_autofree char *bytes = attach(documents[i].file);
		g_autoptr(Message) message = NULL;
		g_autoptr(Text) text = read_text(bytes, &message);

		if (documents[i].words != NULL &&
		    !has(text, TEXT_ATTACHMENT, 0, documents[i].words))
			fail_msg("%s: '%s' is not there", documents[i].file,
				 documents[i].words);
		if (has_problem(text, documents[i].problem) !=
		    (documents[i].problem != NULL))
			fail_msg("%s: problem is not %s", documents[i].file,
				 documents[i].problem);
		/* Nothing of the machine that reads it comes in. */
		assert_false(has(text, TEXT_ATTACHMENT, 0, "root:"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_found_wherever_they_stand),
		cmocka_unit_test(test_documents_are_read_and_bombs_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
