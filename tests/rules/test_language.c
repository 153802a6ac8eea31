/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_language.c - languages that the rules do not read, and English as young people
 * write it
 */
#include "config.h"

#include "tests/rules/court.h"

/* What a young person would write: "I do not want to go home, my dad hits me every day." */
static const char *const others[] = {
	"nie chcę iść do domu, tata bije mnie codziennie",
	"nu vreau să merg acasă, tata mă bate în fiecare zi",
	"não quero ir para casa, o meu pai bate-me todos os dias",
	"no quiero ir a casa, mi padre me pega todos los días",
	"je ne veux pas rentrer, mon père me frappe tous les jours",
	"ich will nicht nach Hause, mein Vater schlägt mich jeden Tag",
	"non voglio andare a casa, mio padre mi picchia ogni giorno",
	"ik wil niet naar huis, mijn vader slaat me elke dag",
	"eve gitmek istemiyorum, babam beni her gün dövüyor",
	"nuk dua të shkoj në shtëpi, babai më rreh çdo ditë",
	"nem akarok hazamenni, apám minden nap megver",
	"nechci jít domů, táta mě bije každý den",
	"nenoriu eiti namo, tėtis muša mane kiekvieną dieną",
	"ma ei taha koju minna, isa lööb mind iga päev",
	"tôi không muốn về nhà, bố đánh tôi mỗi ngày",
	"sitaki kwenda nyumbani, baba ananipiga kila siku",
	"dydw i ddim eisiau mynd adref, mae dad yn fy nharo bob dydd",
	"не хочу идти домой, папа бьет меня каждый день",
	"я не хочу йти додому, тато б'є мене щодня",
	"δεν θέλω να πάω σπίτι, ο μπαμπάς με χτυπάει κάθε μέρα",
	"لا أريد الذهاب إلى البيت، أبي يضربني كل يوم",
	"میں گھر نہیں جانا چاہتا، ابو مجھے روز مارتے ہیں",
	"मैं घर नहीं जाना चाहता, पापा मुझे रोज़ मारते हैं",
	"ਮੈਂ ਘਰ ਨਹੀਂ ਜਾਣਾ ਚਾਹੁੰਦਾ",
	"আমি বাড়ি যেতে চাই না, বাবা আমাকে রোজ মারে",
	"我不想回家，爸爸每天打我",
	"집에 가고 싶지 않아요, 아빠가 매일 때려요",
	"家に帰りたくない、父に毎日殴られる",
	"ቤት መሄድ አልፈልግም አባቴ በየቀኑ ይመታኛል",
	"אני לא רוצה ללכת הביתה, אבא מרביץ לי כל יום",
};

static const char *const english[] = {
	"",
	"ok",
	"ok thx",
	"k c u l8r",
	"lol",
	"hahahahaha",
	"i dont want to go home, my dad hits me every day",
	"wat time is footy 2nite m8? cud u tell tom",
	"soz cant come im ill c u fri x",
	"gr8 ta",
	"https://www.example.org/a/long/path?with=words&und=nicht&ich=bin",
	"Zo\xC3\xAB and Jos\xC3\xA9 are coming",
	"bonjour miss, je suis late lol see you at the club tomorrow",
	"\xF0\x9F\x98\x82\xF0\x9F\x98\x82\xF0\x9F\x98\x82",
	"see you there \xE3\x83\x84",
	"#bournemouth #beach #summer #sun #sea #sand #friends",
};

static bool
is_found(const Court *court, const char *words)
{
	static const MessageLimits limits = { 1 << 20, 32, 1000 };
	const Mail mail = { .from = "c@kids.example",
			    .to = "mia@agency.example",
			    .client = "192.0.2.9",
			    .listener = "MX" };
	g_autofree char *text = g_strdup_printf("From: c@kids.example\r\n"
						"Content-Type: text/plain; charset=utf-8"
						"\r\n\r\n%s\r\n",
						words);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autoptr(Message) message = message_read(bytes, &limits);
	g_autoptr(Envelope) envelope = court_envelope(&mail);
	g_autoptr(json_t) history = json_object();
	const Hearing hearing = { .envelope = envelope,
				  .message = message,
				  .directory = court->directory,
				  .policy = court->policy,
				  .history = history };
	g_autoptr(Verdict) verdict = judge(&hearing);
	g_autofree char *findings = court_findings(verdict);

	return strstr(findings, "language=tag") != NULL;
}

static void
test_what_is_not_english_is_found(void **state)
{
	Court court;

	(void)state;
	court_open(&court, "", "");
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		if (!is_found(&court, others[i]))
			fail_msg("not found: %s", others[i]);
	court_close(&court);
}

static void
test_english_is_not_found_however_it_is_written(void **state)
{
	Court court;

	(void)state;
	court_open(&court, "", "");
	for (gsize i = 0; i < G_N_ELEMENTS(english); i++)
		if (is_found(&court, english[i]))
			fail_msg("found: %s", english[i]);
	court_close(&court);
}

/* Of 2,292 real messages six, four of which are in languages of India. */
static void
test_one_real_text_message_in_a_hundred_at_most_is_found(void **state)
{
	const char *corpus = g_getenv("CHAPERONE_CORPUS");
	g_autofree char *path = NULL;
	g_autofree char *all = NULL;
	g_auto(GStrv) lines = NULL;
	guint count = 0, found = 0;
	Court court;

	(void)state;
	if (corpus == NULL)
		skip();
	path = g_build_filename(corpus, "text", "sms-spam-collection-dev-half.tsv", NULL);
	assert_true(g_file_get_contents(path, &all, NULL, NULL));
	court_open(&court, "", "");
	lines = g_strsplit(all, "\n", -1);
	for (char **line = lines; *line != NULL; line++)
		if (g_str_has_prefix(*line, "ham\t")) {
			count++;
			found += is_found(&court, *line + strlen("ham\t"));
		}
	court_close(&court);
	print_message("%u of %u\n", found, count);
	assert_true(found * 100 <= count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_english_is_found),
		cmocka_unit_test(test_english_is_not_found_however_it_is_written),
		cmocka_unit_test(
			test_one_real_text_message_in_a_hundred_at_most_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
