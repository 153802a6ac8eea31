/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_quotes.c - who wrote which lines of an answer, as mail programs lay them out, and
 * that a quote is believed only when the words are on record
 *
 * The layouts are those of real mail programs, the words are ours.
 */
#include "config.h"

#include "rules/heard.h"
#include "rules/quote.h"
#include "tests/corpus.h"
#include "tests/rules/court.h"
#include "tests/testing.h"

#include <string.h>

/* "mine" is the author's in every layout, "theirs" quoted, "block" their signature. */
static const struct {
	const char *program, *text;
} layouts[] = {
	{ "Gmail",
	  "mine\n\nOn Mon, 2 Nov 2026 at 10:03, Carl Kid <c@kids.example> wrote:\n\n"
	  "> theirs\n> theirs again\n" },
	{ "Gmail, wrapped", "mine\n\nOn Mon, 2 Nov 2026 at 10:03, Carl Christopher Kid\n"
			    "<c@kids.example> wrote:\n\n> theirs\n" },
	{ "Gmail, signature",
	  "mine\n\n-- \nblock\nblock of Anytown\n\nOn Mon, 2 Nov 2026 at "
	  "10:03, Carl <c@kids.example> wrote:\n> theirs\n" },
	{ "Outlook",
	  "mine\n\nKind regards,\nblock\nblock\n\nFrom: Carl Kid <c@kids.example>\n"
	  "Sent: 02 November 2026 10:03\nTo: Mia Mill <mia@agency.example>\n"
	  "Subject: Re: Tuesday\n\ntheirs\n" },
	{ "Outlook, bold in text",
	  "mine\n\n*From:* Carl Kid <c@kids.example>\n*Sent:* 02 November "
	  "2026 10:03\n*To:* Mia\n*Subject:* hi\n\ntheirs\n" },
	{ "Outlook, line",
	  "mine\n\n________________________________\nFrom: Carl Kid\n"
	  "Sent: Monday, November 2, 2026 10:03\nTo: Mia\nSubject: hi\n\ntheirs\n" },
	{ "Outlook, old",
	  "mine\n\n-----Original Message-----\nFrom: Carl Kid\nSent: Monday\n"
	  "To: Mia\nSubject: hi\n\ntheirs\n" },
	{ "Outlook on a telephone",
	  "mine\n\nGet Outlook for Android<https://aka.ms/block>\n"
	  "________________________________\nFrom: Carl <c@kids.example>\n"
	  "Sent: Monday, 2 November 2026, 10:03\nTo: Mia\n"
	  "Subject: hi\n\ntheirs\n" },
	{ "Apple Mail",
	  "mine\n\n> On 2 Nov 2026, at 10:03, Carl Kid <c@kids.example> wrote:\n"
	  "> \n> theirs\n" },
	{ "iPhone",
	  "mine\n\nSent from my iPhone, block\n\nOn 2 Nov 2026, at 10:03, Carl Kid "
	  "<c@kids.example> wrote:\n\n\xEF\xBB\xBF\ntheirs\n" },
	{ "Apple Mail, forwarded",
	  "mine\n\nBegin forwarded message:\n\nFrom: Carl\nDate: 2 "
	  "November 2026\nTo: Mia\nSubject: hi\n\ntheirs\n" },
	{ "Thunderbird", "mine\n\nOn 02/11/2026 10:03, Carl Kid wrote:\n> theirs\n" },
	{ "Thunderbird, below",
	  "On 02/11/2026 10:03, Carl Kid wrote:\n> theirs\n> theirs\n\nmine\n" },
	{ "Thunderbird, between",
	  "On 02/11/2026 10:03, Carl Kid wrote:\n> theirs\n\nmine\n\n> theirs\n"
	  "\nmine\n" },
	{ "Thunderbird, forwarded",
	  "mine\n\n-------- Forwarded Message --------\nSubject: hi\n"
	  "Date: Mon, 2 Nov 2026\nFrom: Carl\n\ntheirs\n" },
	{ "Yahoo", "mine\n\nOn Monday, 2 November 2026 at 10:03:22 GMT, Carl Kid "
		   "<c@kids.example> wrote:\n\ntheirs\n" },
	{ "Yahoo on a telephone",
	  "mine\n\nSent from Yahoo Mail on Android, block\n\nOn Mon, 2 Nov "
	  "2026 at 10:03, Carl Kid<c@kids.example> wrote:\ntheirs\n" },
	{ "Yahoo, old",
	  "mine\n\n--- On Mon, 2/11/26, Carl Kid <c@kids.example> wrote:\n\ntheirs\n" },
	{ "Samsung",
	  "mine\n\n-------- Original message --------\nFrom: Carl Kid "
	  "<c@kids.example>\nDate: 02/11/2026 10:03 (GMT+00:00)\nTo: Mia\n\ntheirs\n" },
	{ "Zoho",
	  "mine\n\n---- On Mon, 02 Nov 2026 10:03:22 +0000 Carl <c@kids.example> wrote "
	  "----\n\ntheirs\n" },
	{ "no date", "mine\n\nCarl Kid wrote:\n> theirs\n" },
	{ "German", "mine\n\nAm 02.11.2026 um 10:03 schrieb Carl Kid:\n> theirs\n" },
	{ "German, Gmail",
	  "mine\n\nAm Mo., 2. Nov. 2026 um 10:03 Uhr hat Carl <c@kids.example> "
	  "geschrieben:\n\ntheirs\n" },
	{ "German, Outlook",
	  "mine\n\nVon: Carl Kid\nGesendet: Montag, 2. November 2026\nAn: Mia\n"
	  "Betreff: hi\n\ntheirs\n" },
	{ "French", "mine\n\nLe lun. 2 nov. 2026 \xC3\xA0 10:03, Carl <c@kids.example> a "
		    "\xC3\xA9\x63rit :\n\ntheirs\n" },
	{ "French, Outlook",
	  "mine\n\nDe : Carl Kid\nEnvoy\xC3\xA9 : lundi 2 novembre 2026\n"
	  "\xC3\x80 : Mia\nObjet : hi\n\ntheirs\n" },
	{ "Spanish", "mine\n\nEl lun, 2 nov 2026 a las 10:03, Carl (<c@kids.example>) "
		     "escribi\xC3\xB3:\n\ntheirs\n" },
	{ "Portuguese", "mine\n\nEm seg., 2 de nov. de 2026, Carl <c@kids.example> "
			"escreveu:\n\ntheirs\n" },
	{ "Italian",
	  "mine\n\nIl giorno lun 2 nov 2026, Carl <c@kids.example> ha scritto:\n\n"
	  "theirs\n" },
	{ "Dutch", "mine\n\nOp ma 2 nov 2026 om 10:03 schreef Carl <c@kids.example>:\n> "
		   "theirs\n" },
	{ "Polish", "mine\n\npon., 2 lis 2026 o 10:03 Carl <c@kids.example> "
		    "napisa\xC5\x82(a):\n> theirs\n" },
	{ "Romanian",
	  "mine\n\nPe lun., 2 nov. 2026 la 10:03, Carl <c@kids.example> a scris:\n\n"
	  "theirs\n" },
	{ "Welsh", "mine\n\nAr Llun, 2 Tach 2026 am 10:03, Carl <c@kids.example> "
		   "ysgrifennodd:\n\ntheirs\n" },
	{ "Welsh, Outlook",
	  "mine\n\nOddi wrth: Carl Kid\nAnfonwyd: 02 Tachwedd 2026\nAt: Mia\n"
	  "Pwnc: hi\n\ntheirs\n" },
	{ "Ukrainian", "mine\n\n\xD0\xBF\xD0\xBD, 2 2026 \xD1\x80. Carl <c@kids.example> "
		       "\xD0\xBF\xD0\xB8\xD1\x88\xD0\xB5:\n> theirs\n" },
	{ "Arabic", "mine\n\n\xD9\x81\xD9\x8A 2/11/2026 Carl <c@kids.example> "
		    "\xD9\x83\xD8\xAA\xD8\xA8:\n\ntheirs\n" },
	{ "no answer at all",
	  "mine\n\nOn Monday we go swimming. I wrote it down:\nmine: bring a "
	  "towel\n" },
	{ "a letter about letters",
	  "mine\n\nFrom: the office we walk on, mine\nTo: the park, mine\n" },
};

static const char *
kind_name(const char *text, const QuoteRun *run, const char *words)
{
	const char *at =
		g_strstr_len(text + run->start, (gssize)(run->end - run->start), words);

	return at == NULL ? NULL : words;
}

static void
test_the_layout_of_each_mail_program_is_told_apart(void **state)
{
	static const char *const words[] = { "mine", "block", "theirs" };
	static const QuoteKind kinds[] = { QUOTE_OWN, QUOTE_SIGNATURE, QUOTE_OTHER };

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++) {
		const char *text = layouts[i].text;
		g_autoptr(GArray) runs = quote_split(text, strlen(text));

		for (guint j = 0; j < runs->len; j++)
			for (gsize k = 0; k < G_N_ELEMENTS(words); k++) {
				const QuoteRun *run = &g_array_index(runs, QuoteRun, j);

				if (kind_name(text, run, words[k]) != NULL &&
				    run->kind != kinds[k])
					fail_msg("%s: '%s' is taken for kind %d",
						 layouts[i].program, words[k], run->kind);
			}
	}
}

/* The corpus of real mail is not part of the tree: without CHAPERONE_CORPUS, nothing. */
static void
test_marked_lines_of_real_mail_are_quoted(void **state)
{
	static const MessageLimits limits = { 16 << 20, 32, 1000 };
	g_auto(GStrv) paths = corpus_paths();
	guint count = 0;

	(void)state;
	if (paths == NULL)
		skip();
	for (char **path = paths; *path != NULL; path++) {
		g_autoptr(GMappedFile) file = g_mapped_file_new(*path, FALSE, NULL);
		g_autoptr(GBytes) bytes = g_mapped_file_get_bytes(file);
		g_autoptr(Message) message = message_read(bytes, &limits);
		g_autoptr(Text) text = text_read_plainly(message);

		for (guint i = 0; i < text_len(text); i++) {
			const TextPiece *piece = text_piece(text, i);
			const bool is_marked = g_str_has_prefix(piece->utf8, "> ") ||
					       strstr(piece->utf8, "\n> ") != NULL;

			if (piece->unit == TEXT_BODY && piece->marks == 0 && is_marked)
				fail_msg("%s: a marked line is the author's", *path);
			count += piece->unit == TEXT_QUOTED;
		}
	}
	assert_true(count > 0);
}

#define SAID                                                                      \
	"hi miss, this is my mates number 07700 900555 and my new one is\n07700 " \
	"900666. "                                                                \
	"dont tell my mum, ok? my snap is carlxx\n"

/* What an answer with these words is held for, when SAID is on record. */
static char *
answer_with(const char *words)
{
	static const MessageLimits limits = { 1 << 20, 32, 1000 };
	static const Mail mail = { .login = "mia" };
	g_autofree char *rules = g_build_filename(g_getenv("top_srcdir"), "rules", NULL);
	g_autoptr(GBytes) said = g_bytes_new_static("\n" SAID, sizeof("\n" SAID) - 1);
	g_autoptr(Message) first = message_read(said, &limits);
	g_autofree char *heard = heard_words(first);
	g_autofree char *all = g_strconcat("From: mia@agency.example\n\n", words, NULL);
	g_autoptr(GBytes) bytes = g_bytes_new_static(all, strlen(all));
	g_autoptr(Message) message = message_read(bytes, &limits);
	g_autoptr(Envelope) envelope = court_envelope(&mail);
	g_autoptr(json_t) history =
		json_pack("{s:[{s:s, s:s}]}", "written", "record", "R1", "words", heard);
	Court court = { court_directory(), court_policy_at(rules) };
	const Hearing hearing = { .envelope = envelope,
				  .message = message,
				  .directory = court.directory,
				  .policy = court.policy,
				  .history = history,
				  .time = G_GINT64_CONSTANT(1795000000000) };
	g_autoptr(Verdict) verdict = judge(&hearing);
	char *findings = court_findings(verdict);

	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(verdict->facts, "answered"), 0)),
			    "R1");
	court_close(&court);
	return findings;
}

static void
test_a_quote_is_believed_only_when_its_words_are_on_record(void **state)
{
	static const struct {
		const char *words, *findings;
	} rows[] = {
		{ "Thank you.\n\nOn Mon, 2 Nov 2026, Carl wrote:\n> hi miss, this is my "
		  "mates\n"
		  "> number 07700 900555 and my new one is 07700\n> 900666. dont tell my "
		  "mum, ok?\n"
		  "> my snap is carlxx\n",
		  "" },
		{ "Thank you.\n\nFrom: Carl\nSent: Monday\nTo: Mia\n\n" SAID, "" },
		{ "Thank you.\n\n> 07700 900777 is better\n", "personal-mobile=hold" },
		{ "Thank you.\n\nOn Mon, 2 Nov 2026, Carl wrote:\n> hi miss, text me on "
		  "07700 "
		  "900777\n",
		  "personal-mobile=hold" },
		{ "On Monday I wrote:\n\nthis is our little secret\n", "secrecy=hold" },
		{ "> hi miss, this is my mates number 07700 900555, mine is 07700 "
		  "900777\n",
		  "personal-mobile=hold" },
		/* What is only tagged in the body is not looked for in a quote. */
		{ "Thank you.\n\n> gr8, c u 2moro\n", "" },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *findings = answer_with(rows[i].words);

		if (strcmp(findings, rows[i].findings) != 0)
			fail_msg("%s: '%s'", rows[i].words, findings);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_layout_of_each_mail_program_is_told_apart),
		cmocka_unit_test(test_marked_lines_of_real_mail_are_quoted),
		cmocka_unit_test(
			test_a_quote_is_believed_only_when_its_words_are_on_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
