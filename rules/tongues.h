/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tongues.h - small words by which a text's language is known, for check_language.c alone
 *
 * English as young people write it, and of other languages written in Latin letters what
 * is not an English word too.  Counted on real text messages (docs/testing.md).
 */
#ifndef RULES_TONGUES_H
#define RULES_TONGUES_H

/* clang-format off */
static const char tongue_english[] =
	"about after again ago ah all alone also always am an and another "
	"any anyone anything anyway are aren arent around as ask at away "
	"back bad bc bcoz bcz be because been before being better big bit "
	"book both bring bro brother busy but buy by bye call called came "
	"can cannot cant car care cause christmas class cm come coming cool "
	"cos could coz cus cute cya dad date day days dear did didn didnt "
	"dinner do does doesn doesnt dog doing don done dont door down "
	"drive driving dun dunno each early eat either else end enough er "
	"even evening ever every everyone everything far feel few film "
	"finally find fine finish first food for free friday friend friends "
	"from fuck fun game gave get gets getting girl give go god goes "
	"goin going gone gonna good goodnight gosh got gotta great gud "
	"guess guy guys gym ha had haha half happen happy hard has hasn "
	"hate have haven havent having he hear heard hello help her here "
	"hers hey hi him his hiya hmm holiday home hope hospital hour hours "
	"house how hows hungry hurt id idk if ill im in into is isn isnt it "
	"its ive job join jus just keep kids kind knew know knows last late "
	"later laugh leave left less let lets life like little live lol "
	"long look looking lost lot lots love loved lunch luv made make man "
	"many mate may maybe me mean meet meeting meh message met might "
	"mind mine mins minute miss missed mobile mom monday money month "
	"more morning most movie movies msg much mum mums must my myself na "
	"name near need never new next nice night nite no nobody none nope "
	"not nothing now nt number of off office oh ok okay okie old on "
	"once one ones online only open or oso other our out over own paper "
	"party pay people phone pic pick place play please pls plz pm pobox "
	"point probably problem put quite rain reach read ready real really "
	"reply right room run sad said same sat saturday saw say saying "
	"says school see seen send sent shall she shit shop should shower "
	"sir sister sleep sleeping slow so some someone something sometimes "
	"soon sorry sound speak start started stay still stop study stuff "
	"such sun sunday sure sweet take taking talk tell test text than "
	"thank thanks thanx that thats the their them then there theres "
	"these they thing things think this tho those though thought thru "
	"thursday thx til till time times tired to today told tomo tomorrow "
	"tonight too took town train tried true try trying tuesday tv two "
	"txt ugh um under understand until up ur us use used very wait "
	"waiting wake walk wan wana wanna want wanted wants was wasn wasnt "
	"wat watch watching way we weather wednesday week weekend well went "
	"were what whats when where wheres which while who whole why wid "
	"will win wish wit with without won wont word work working world "
	"worry would wouldn wow wrong xmas xx xxx ya yea yeah year years "
	"yep yes yest yesterday yet yo you your youre yours yourself yup";

static const char tongue_others[] =
	"aabe aan aber acum ada ai ajo aku ale ama anche aniga att au auch "
	"auf aux avec ayaa az aš bana bardzo bet bij bin bir bu byłem ca "
	"che co com como con csak cu cuando czy că da daha dan dans dat de "
	"del della dem den dengan der des det değil dhe di die din dla "
	"dove du dziękuję een egy ei ein eine einen el ela ele ella elle "
	"en es est esta este esti estou estoy está et ett että eu ești "
	"fac foarte foi fost för für geen gibi gli haben hai han hapana "
	"har hat heb heel het hij ho hogy hon hooyo hun hän ich igu ihr ik "
	"ikke il ile imi ini inte ir isso ist itt itu iyo için iš ja jag "
	"jak jam je jeg jen jest jestem ji jij jis jsem jsi juz już ka kad "
	"kaip kamu kann ku kun kwa la labai lakini las le les lo los ma "
	"maan maar mai mais mam mas med meg men mert mes meu mi mich mig "
	"mimi minha minä mir mit mnie moja molto mon mucho muito mutta muy "
	"mycket mám más më mój mă naar nagyon nao ne nebo nel nem "
	"není ni nicht nie niet niin një noch nog non nous nu nuk não "
	"në nėra och og olen oo ook para pas pe pentru perché pero por "
	"porque pour prosze proszę på për que questo qui quiero qué që "
	"sa sana saya se sehr sen ses shumë si sie sinä się som son su "
	"suis sunt sur så tai tak te tengo ti tidak très tu ty tylko të "
	"tú uma una und une unos untuk unë už vagyok van var ve vil voce "
	"você von voor vous vreau wa waa waxaan wenn wewe wie wij wir yang "
	"yok yra ze zij zu är ça çok él én és është îmi że že "
	"și";
/* clang-format on */

#endif
