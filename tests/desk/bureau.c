/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bureau.c - a desk for one test
 */
#include "config.h"

#include "tests/desk/bureau.h"

#include "base/clock.h"
#include "base/file.h"
#include "desk/words.h"
#include "tests/testing.h"

#include <string.h>

static const char configuration[] = "agency Anytown Youth Service\n"
				    "archive %s/archive\n"
				    "rules %s/rules.d\n"
				    "work-domain agency.example\n"
				    "office-hours always Europe/London\n"
				    "notify-from safeguarding@agency.example\n"
				    "lead dsl@agency.example %s/signing.crt\n";

static const char *const people[][3] = {
	{ "staff add dsl@agency.example", "{'name':'Lea Lead','role':['lead']}", NULL },
	{ "staff add mia@agency.example",
	  "{'name':'Mia Manager','role':['manager'],'manager':'dsl@agency.example'}" },
	{ "staff add tom@agency.example",
	  "{'name':'Tom Tutor','role':['manager'],'manager':'dsl@agency.example'}" },
	{ "staff add wendy@agency.example",
	  "{'name':'Wendy Worker','manager':'mia@agency.example','unix-user':'daemon'}" },
	{ "staff add will@agency.example",
	  "{'name':'Will Worker','manager':'mia@agency.example'}" },
	{ "staff add dora@agency.example",
	  "{'name':'Dora','role':['duty'],'manager':'dsl@agency.example'}" },
	{ "staff add audrey@agency.example",
	  "{'name':'Audrey','role':['auditor'],'manager':'dsl@agency.example'}" },
	{ "staff add rupert@agency.example",
	  "{'name':'Rupert','role':['rule-admin'],'manager':'dsl@agency.example'}" },
	{ "staff add adam@agency.example",
	  "{'name':'Adam','role':['admin'],'manager':'dsl@agency.example'}" },
	{ "person add C1",
	  "{'name':'Carl','born':'2012-05-01','address':['carl@kids.example']}" },
	{ "person add C2",
	  "{'name':'Cleo','born':'2005-05-01','address':['cleo@kids.example'],"
	  "'manager':'tom@agency.example'}" },
};

static PostAnswer
post(void *data, const Letter *letter, char **reply)
{
	Bureau *bureau = data;

	bureau->letters++;
	g_free(bureau->top);
	g_free(bureau->sender);
	g_free(bureau->recipient);
	g_clear_pointer(&bureau->message, g_bytes_unref);
	bureau->top = g_strdup(letter->top);
	bureau->sender = g_strdup(letter->sender);
	bureau->recipient = g_strdup(letter->recipient);
	bureau->message = g_bytes_ref(letter->message);
	if (bureau->transit != NULL)
		bureau->transit(bureau, letter);
	*reply = g_strdup(bureau->answer == POST_ACCEPTED  ? "250 2.0.0 queued"
			  : bureau->answer == POST_REFUSED ? "550 5.1.1 no such user"
			  : bureau->answer == POST_LATER   ? "451 4.3.0 try again"
							   : "the answer was lost");
	return bureau->answer;
}

void
bureau_open(Bureau *bureau)
{
	g_autofree char *archive = scratch_file(bureau->scratch, "archive");
	StoreOptions options = { .directory = archive,
				 .origin = "agency.example/test",
				 .read = words_read };
	DeskOptions desk = { .post = post, .post_data = bureau, .judge = bureau->judge };
	g_autoptr(GError) error = NULL;

	bureau->store = store_open(&options, &error);
	assert_null(error);
	if (!bureau->is_mute)
		assert_true(store_set_signer(bureau->store,
					     scratch_signer(bureau->scratch), &error));
	desk.store = bureau->store;
	bureau->desk = desk_new(&desk, bureau->settings, &error);
	assert_null(error);
}

static void
write_configuration(Bureau *bureau)
{
	const char *root = bureau->scratch->path;
	g_autofree char *text = g_strdup_printf(configuration, root, root, root);
	g_autofree char *path = scratch_file(bureau->scratch, "chaperone.conf");
	g_autofree char *rules = scratch_file(bureau->scratch, "rules.d");
	g_autofree char *checks = g_build_filename(rules, "checks.rules", NULL);
	g_autoptr(GError) error = NULL;
	const char shipped[] = "check agreement\n    action hold\n";

	assert_true(file_make_directories(rules, 0700, NULL));
	assert_true(file_replace(checks, shipped, strlen(shipped), 0600, NULL));
	assert_true(file_replace(path, text, strlen(text), 0600, NULL));
	bureau->settings = settings_load(path, &error);
	assert_null(error);
}

Bureau *
bureau_new(void)
{
	Bureau *bureau = g_new0(Bureau, 1);
	g_autofree char *archive = NULL;

	bureau->scratch = scratch_new();
	archive = scratch_file(bureau->scratch, "archive");
	assert_true(store_init(archive, NULL));
	write_configuration(bureau);
	bureau->transit = bureau_let_pass;
	bureau_open(bureau);
	for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
		if (bureau_exit(bureau, NULL, people[i][0], people[i][1]) != 0)
			fail_msg("%s: %s", people[i][0], bureau->error);
	return bureau;
}

void
bureau_close(Bureau *bureau)
{
	desk_free(bureau->desk);
	store_close(bureau->store);
}

void
bureau_restart(Bureau *bureau)
{
	bureau_close(bureau);
	bureau_open(bureau);
}

void
bureau_free(Bureau *bureau)
{
	bureau_close(bureau);
	settings_unref(bureau->settings);
	scratch_free(bureau->scratch);
	g_free(bureau->top);
	g_free(bureau->sender);
	g_free(bureau->recipient);
	g_clear_pointer(&bureau->message, g_bytes_unref);
	g_free(bureau->error);
	g_free(bureau);
}

static json_t *
read_options(const char *options)
{
	g_autofree char *json =
		g_strdelimit(g_strdup(options == NULL ? "{}" : options), "'", '"');
	json_t *value = json_read(json, strlen(json), NULL);

	assert_non_null(value);
	return value;
}

static json_t *
request_of(const char *as, const char *verb, const char *options)
{
	g_auto(GStrv) words = g_strsplit(verb, " ", -1);
	guint count = g_strv_length(words);
	json_t *body = json_pack("{s:s, s:s, s:[], s:o}", "area", words[0], "verb",
				 count > 1 ? words[1] : "", "words", "options",
				 read_options(options));

	for (guint i = 2; i < count; i++)
		json_array_append_new(json_object_get(body, "words"),
				      json_string(words[i]));
	if (as != NULL)
		json_object_set_new(body, "as", json_string(as));
	return body;
}

static bool
count_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	Bureau *bureau = data;

	(void)error;
	assert_true(path[0] != '/');
	assert_non_null(bytes);
	bureau->files++;
	return true;
}

static bool
is_awaited(void *data)
{
	Bureau *bureau = data;

	return bureau->patience == 0 || --bureau->patience > 0;
}

json_t *
bureau_ask_uid(Bureau *bureau, uid_t uid, const char *as, const char *verb,
	       const char *options)
{
	g_autoptr(json_t) body = request_of(as, verb, options);
	static const char message[] = "From: wendy@agency.example\r\n"
				      "To: carl@kids.example\r\n\r\nHello\r\n";
	const char *sent = bureau->content != NULL ? bureau->content : message;
	g_autoptr(GBytes) content = g_bytes_new_static(sent, strlen(sent));
	DeskRequest request = { .uid = uid,
				.body = body,
				.content = content,
				.file = count_file,
				.is_awaited = is_awaited,
				.data = bureau };
	g_autoptr(GError) error = NULL;
	json_t *result = NULL;

	bureau->files = 0;
	result = desk_answer(bureau->desk, &request, &error);
	bureau->exit = error == NULL ? 0 : error->code;
	g_free(bureau->error);
	bureau->error = g_strdup(error == NULL ? "" : error->message);
	assert_true(error == NULL || error->domain == DESK_ERROR);
	assert_true(result != NULL || error != NULL);
	return result;
}

json_t *
bureau_ask(Bureau *bureau, const char *as, const char *verb, const char *options)
{
	return bureau_ask_uid(bureau, 0, as, verb, options);
}

int
bureau_exit(Bureau *bureau, const char *as, const char *verb, const char *options)
{
	g_autoptr(json_t) result = bureau_ask(bureau, as, verb, options);

	return bureau->exit;
}

static Envelope *
envelope_of(const char *sender, const char *const *to)
{
	static const char *const ours[] = { "agency.example", NULL };
	Envelope *envelope = envelope_new();

	envelope->sender = path_new(sender[0] == '\0' ? "<>" : sender, NULL, ours);
	for (; *to != NULL; to++)
		g_ptr_array_add(envelope->recipients, path_new(*to, NULL, ours));
	envelope->queue_id = g_strdup("4XyZ12");
	return envelope;
}

static Verdict *
verdict_of(const BureauMail *mail)
{
	Verdict *verdict = verdict_new();
	Finding *finding = g_new0(Finding, 1);

	finding->rule = g_strdup(mail->rule != NULL ? mail->rule : "agreement");
	finding->paragraph = g_strdup("3.5");
	finding->action = mail->action;
	finding->where = g_strdup("envelope");
	finding->excerpt = g_strdup("");
	finding->reason = g_strdup("mail is written only where it was agreed");
	finding->decides = mail->decides;
	finding->tells_plainly = !mail->is_neutral;
	g_ptr_array_add(verdict->findings, finding);
	finding->notify = verdict->notify = mail->notify;
	verdict->in_scope = true;
	verdict->direction = mail->is_inbound ? DIRECTION_INBOUND : DIRECTION_OUTBOUND;
	if (mail->is_private)
		json_object_set_new(verdict->facts, "private", json_true());
	verdict->is_restricted = mail->about[0] != NULL;
	for (gsize i = 0; mail->about[i] != NULL; i++)
		g_ptr_array_add(verdict->about, g_strdup(mail->about[i]));
	verdict->action = verdict->applied = mail->action;
	verdict->decides = mail->decides;
	verdict->author = mail->is_inbound ? NULL : g_strdup(mail->author);
	for (gsize i = 0; mail->cases[i] != NULL; i++)
		g_ptr_array_add(verdict->cases, g_strdup(mail->cases[i]));
	return verdict;
}

char *
bureau_put_mail(Bureau *bureau, const BureauMail *mail)
{
	g_autoptr(Draft) draft = draft_new("mail", clock_now());
	g_autoptr(Envelope) envelope = envelope_of(mail->author, mail->to);
	g_autoptr(Verdict) verdict = verdict_of(mail);
	g_autofree char *text =
		g_strdup_printf("From: %s\r\nSubject: %s\r\n\r\nSecret words\r\n",
				mail->author, mail->subject);
	g_autoptr(Headers) headers = headers_read(text, strlen(text));
	DeskMail record = { .draft = draft,
			    .envelope = envelope,
			    .headers = headers,
			    .verdict = verdict,
			    .time = clock_now() };
	g_autoptr(GError) error = NULL;

	envelope->login = mail->is_inbound ? NULL : g_strdup(mail->author);
	draft_open_content(draft, store_spool(bureau->store));
	assert_true(draft_write(draft, text, strlen(text), NULL));
	if (!desk_record_mail(bureau->desk, &record, &error))
		fail_msg("%s", error->message);
	return g_strdup(draft_id(draft));
}

char *
bureau_hold(Bureau *bureau)
{
	return bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						      .to = { CARL },
						      .cases = { "C1" },
						      .subject = "Tuesday",
						      .action = ACTION_HOLD });
}

bool
bureau_passes(Bureau *bureau, const char *top, const char *sender, const char *recipient,
	      GBytes *message)
{
	const char *const to[] = { recipient, NULL };
	g_autoptr(Envelope) envelope = envelope_of(sender, to);
	g_auto(GStrv) words = g_strsplit_set(top, " \r", 4);
	gsize len = 0;
	const void *bytes = g_bytes_get_data(message, &len);
	DeskPass pass = { .id = words[1],
			  .token = words[2],
			  .envelope = envelope,
			  .digest = digest_of(bytes, len) };
	g_autoptr(GError) error = NULL;
	bool is_pass = desk_pass(bureau->desk, &pass, &error);

	assert_null(error);
	return is_pass;
}

void
bureau_let_pass(Bureau *bureau, const Letter *letter)
{
	assert_true(bureau_passes(bureau, letter->top, letter->sender, letter->recipient,
				  letter->message));
}

guint
bureau_count(Bureau *bureau, const char *type)
{
	StoreQuery query = { .type = type };
	g_autoptr(GPtrArray) ids = store_list(bureau->store, &query, NULL);

	assert_non_null(ids);
	return ids->len;
}
