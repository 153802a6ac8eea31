/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hearsay.c - what a member of staff wrote down or brought, judged by the same rules as
 * mail (guidance 1.1, 1.8, 3.6)
 *
 * With whom it was and which way it went is what the record says; who wrote down vouches
 * for it.  Where no direction is given it is judged as a young person's words, because
 * those are what must not be overlooked.  Words become a message of plain text, so that
 * there is one judge.
 */
#include "config.h"

#include "desk/hearsay.h"

#include "desk/mail.h"

#include <string.h>

/* What --kind says of it, beside what is found in its words. */
static const struct {
	const char *kind;
	const char *rule, *paragraph, *reason;
	guint notify;
	Urgent urgent;
} kinds[] = {
	{ "concern", "concern", "4.3", "a concern was written down", NOTIFY_MANAGER,
	  URGENT_NO },
	{ "number-given", "work-number-given", "1.3",
	  "a work number was given, of which the line manager is told", NOTIFY_MANAGER,
	  URGENT_NO },
	{ "image-report", "image", "2.3", "a picture or film was reported",
	  NOTIFY_MANAGER | NOTIFY_LEAD, URGENT_NOW },
};

static bool
is_mail(const json_t *payload)
{
	return strcmp(json_text(payload, "form"), "mail") == 0;
}

static guint
channel_of(const char *form)
{
	static const struct {
		const char *form;
		AgreementChannel channel;
	} channels[] = { { "text", AGREEMENT_TEXT },
			 { "call", AGREEMENT_CALL },
			 { "mail", AGREEMENT_EMAIL } };

	for (gsize i = 0; i < G_N_ELEMENTS(channels); i++)
		if (strcmp(channels[i].form, form) == 0)
			return channels[i].channel;
	return 0;
}

/* Whether staff wrote a message that was brought. */
static bool
is_by_staff(const Directory *directory, const Headers *headers)
{
	g_autoptr(GPtrArray) originators = headers_originators(headers, NULL);

	for (guint i = 0; i < originators->len; i++) {
		const Mailbox *mailbox = originators->pdata[i];
		g_autoptr(Address) address = address_parse(mailbox->address, NULL);

		if (address != NULL && directory_staff_at(directory, address) != NULL)
			return true;
	}
	return false;
}

static Direction
find_direction(const Ask *ask, const json_t *payload, const Headers *headers)
{
	const char *said = json_text(payload, "direction");

	if (said != NULL)
		return strcmp(said, "outbound") == 0 ? DIRECTION_OUTBOUND
						     : DIRECTION_INBOUND;
	return is_mail(payload) && is_by_staff(ask_directory(ask), headers)
		       ? DIRECTION_OUTBOUND
		       : DIRECTION_INBOUND;
}

/* --- as if it had passed through -------------------------------------------------- */

static Path *
make_path(const Ask *ask, const char *text)
{
	return path_new(text, NULL, directory_work_domains(ask_directory(ask)));
}

/* Where the young person gets mail; "<>" when nobody knows. */
static const char *
address_of(const Ask *ask, const char *case_id)
{
	const Person *person = directory_person(ask_directory(ask), case_id);
	const PersonAddress *first =
		person->addresses->len == 0 ? NULL : person->addresses->pdata[0];

	return first == NULL ? "<>" : address_text(first->address);
}

static void
add_recipients(const Ask *ask, Envelope *envelope, const Headers *headers,
	       const char *field)
{
	g_autoptr(GPtrArray) mailboxes = headers_mailboxes(headers, field, NULL);

	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];

		g_ptr_array_add(envelope->recipients, make_path(ask, mailbox->address));
	}
}

/* Of a message that was brought, whom it names; else the two whom the record is about. */
static Envelope *
make_envelope(const Ask *ask, const json_t *payload, const Headers *headers,
	      Direction direction)
{
	const char *young = address_of(ask, json_text(payload, "case"));
	const char *staff = json_text(payload, "staff");
	bool is_out = direction == DIRECTION_OUTBOUND;
	g_autoptr(GPtrArray) authors = headers_mailboxes(headers, "From", NULL);
	const char *author = is_mail(payload) && authors->len > 0
				     ? ((const Mailbox *)authors->pdata[0])->address
				     : NULL;
	Envelope *envelope = envelope_new();

	envelope->sender = make_path(ask, author != NULL ? author
					  : is_out       ? staff
							 : young);
	envelope->login = is_out ? g_strdup(staff) : NULL;
	g_ptr_array_add(envelope->recipients, make_path(ask, is_out ? young : staff));
	if (is_mail(payload)) {
		add_recipients(ask, envelope, headers, "To");
		add_recipients(ask, envelope, headers, "Cc");
	}
	return envelope;
}

/* The message that was brought, or one that has the words in it. */
static GBytes *
make_message(const Ask *ask, const json_t *payload)
{
	GBytes *content = ask->request->content;
	gsize len = 0;
	const char *data = g_bytes_get_data(content, &len);
	g_autofree char *words = NULL;
	char *text = NULL;

	if (is_mail(payload))
		return g_bytes_ref(content);
	words = g_utf8_make_valid(data, (gssize)len);
	text = g_strconcat("MIME-Version: 1.0\r\n"
			   "Content-Type: text/plain; charset=utf-8\r\n"
			   "Content-Transfer-Encoding: 8bit\r\n\r\n",
			   words, NULL);
	return g_bytes_new_take(text, strlen(text));
}

static void
name_both(const Envelope *envelope, json_t *payload)
{
	json_t *to = json_array();

	for (guint i = 0; i < envelope->recipients->len; i++)
		json_array_append_new(
			to, json_text_new(path_text(envelope->recipients->pdata[i])));
	json_object_set_new(payload, "from", json_text_new(path_text(envelope->sender)));
	json_object_set_new(payload, "to", to);
}

/* --- what follows ----------------------------------------------------------------- */

static Verdict *
judge_here(const Ask *ask, const DeskTrial *trial)
{
	enum { DEPTH_MAX = 32, PARTS_MAX = 1000 };

	const MessageLimits limits = { g_bytes_get_size(trial->message), DEPTH_MAX,
				       PARTS_MAX };
	g_autoptr(Message) message = message_read(trial->message, &limits);
	g_autoptr(json_t) history = desk_history(ask->desk, trial->envelope, message);
	const Hearing hearing = { .envelope = trial->envelope,
				  .message = message,
				  .directory = trial->world->directory,
				  .policy = trial->world->policy,
				  .history = history,
				  .time = trial->time,
				  .account = trial->account };

	return judge(&hearing);
}

static Verdict *
run_trial(const Ask *ask, const DeskTrial *trial, GError **error)
{
	const DeskOptions *options = &ask->desk->options;
	Verdict *verdict = options->judge != NULL
				   ? options->judge(options->judge_data, trial)
				   : judge_here(ask, trial);

	if (verdict == NULL)
		g_set_error_literal(error, DESK_ERROR, DESK_ERROR_LATER,
				    "it cannot be judged now: try again");
	return verdict;
}

static void
soften(Verdict *verdict)
{
	for (guint i = 0; i < verdict->findings->len; i++) {
		Finding *finding = verdict->findings->pdata[i];

		if (finding->action < ACTION_HOLD)
			continue;
		finding->action = ACTION_TAG;
		finding->notify |=
			finding->decides == DECIDES_LEAD ? NOTIFY_LEAD : NOTIFY_MANAGER;
		verdict->notify |= finding->notify;
	}
	verdict->action = MIN(verdict->action, ACTION_TAG);
	verdict->applied = verdict->action;
}

static void
add_kind(Verdict *verdict, const char *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		Finding *finding;

		if (g_strcmp0(kind, kinds[i].kind) != 0)
			continue;
		finding = g_new0(Finding, 1);
		finding->rule = g_strdup(kinds[i].rule);
		finding->paragraph = g_strdup(kinds[i].paragraph);
		finding->action = ACTION_TAG;
		finding->where = g_strdup("body");
		finding->excerpt = g_strdup("");
		finding->reason = g_strdup(kinds[i].reason);
		finding->tells_plainly = true;
		finding->notify = kinds[i].notify;
		finding->urgent = kinds[i].urgent;
		g_ptr_array_add(verdict->findings, finding);
		verdict->action = verdict->applied = ACTION_TAG;
		verdict->notify |= finding->notify;
		verdict->urgent = MAX(verdict->urgent, finding->urgent);
	}
}

Verdict *
hearsay_judge(const Ask *ask, json_t *payload, gint64 time, GError **error)
{
	g_autoptr(GBytes) message = make_message(ask, payload);
	g_autoptr(Headers) headers =
		headers_read(g_bytes_get_data(message, NULL), g_bytes_get_size(message));
	const char *case_id = json_text(payload, "case");
	g_autoptr(Account) account = g_new0(Account, 1);
	g_autoptr(Envelope) envelope = NULL;
	Verdict *verdict;

	account->case_id = g_strdup(case_id);
	account->direction = find_direction(ask, payload, headers);
	account->channel = channel_of(json_text(payload, "form"));
	account->is_mail = is_mail(payload);
	envelope = make_envelope(ask, payload, headers, account->direction);
	name_both(envelope, payload);
	verdict = run_trial(
		ask, &(DeskTrial){ ask->world, envelope, account, message, time }, error);
	if (verdict == NULL)
		return NULL;
	soften(verdict);
	add_kind(verdict, json_text(payload, "kind"));
	return verdict;
}
