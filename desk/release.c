/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.c - a held message goes back through the mail server's ordinary listener and
 * is known again when it comes by
 *
 * What is on record before and after each step, so that a crash between any two
 * neither loses nor doubles silently:
 *   releasing, with the token's digest   then the letter goes out
 *   passed (the token used up)           then the milter lets it through
 *   released, or held again, or unknown  after the mail server's answer
 * At start, releasing without a pass is held again: its token is void, so what still
 * is in the mail server's queue comes by as an ordinary message.  Releasing with a
 * pass is unknown.
 */
#include "config.h"

#include "base/clock.h"
#include "base/ulid.h"
#include "desk/held.h"
#include "desk/mail.h"
#include "desk/rights.h"
#include "desk/verbs.h"

#include <string.h>

enum { TOKEN_LEN = 16 };

/* One recipient of a release. */
typedef struct Ticket {
	char *to;
	char *token; /* hex; only its digest is on record */
	PostAnswer answer;
	char *reply;
	char *state; /* afterwards */
} Ticket;

typedef struct Release {
	const Ask *ask;
	const Held *held;
	const char *reason;
	char **wanted; /* recipients; empty for all that are held */
	bool is_again; /* those unknown as well */
	Envelope *envelope;
	GBytes *message;
	GPtrArray *tickets; /* Ticket * */
} Release;

static void
ticket_free(void *data)
{
	Ticket *ticket = data;

	g_free(ticket->to);
	g_free(ticket->token);
	g_free(ticket->reply);
	g_free(ticket->state);
	g_free(ticket);
}

static void
release_clear(Release *release)
{
	g_strfreev(release->wanted);
	envelope_free(release->envelope);
	g_bytes_unref(release->message);
	g_ptr_array_unref(release->tickets);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Release, release_clear)

static char *
token_new(void)
{
	guint8 bytes[TOKEN_LEN];
	GString *hex = g_string_new(NULL);

	seal_random(bytes, sizeof bytes);
	for (gsize i = 0; i < sizeof bytes; i++)
		g_string_append_printf(hex, "%02x", bytes[i]);
	return g_string_free(hex, FALSE);
}

static char *
token_digest(const char *token)
{
	Digest digest = digest_of(token, strlen(token));

	return digest_format(&digest);
}

/* Takes as long for a near miss as for a far one. */
static bool
is_same_text(const char *a, const char *b)
{
	gsize len = strlen(a);
	guint8 difference = 0;

	if (len != strlen(b))
		return false;
	for (gsize i = 0; i < len; i++)
		difference |= (guint8)(a[i] ^ b[i]);
	return difference == 0;
}

static bool
is_named(const Release *release, const json_t *recipient)
{
	return release->wanted[0] == NULL ||
	       g_strv_contains((const char *const *)release->wanted,
			       json_text(recipient, "to"));
}

static bool
check_wanted(const Release *release, const json_t *state, GError **error)
{
	for (char **to = release->wanted; *to != NULL; to++)
		if (hold_recipient(state, *to) == NULL) {
			g_set_error(
				error, DESK_ERROR, DESK_ERROR_USAGE,
				"--to: '%s' is no recipient of this message: see held "
				"show",
				*to);
			return false;
		}
	return true;
}

/* Whether a recipient can be released now; those merely not held are passed over
 * unless they were named. */
static bool
check_recipient(const Release *release, const json_t *recipient, GError **error)
{
	const char *to = json_text(recipient, "to");

	if (hold_is(recipient, "releasing"))
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: it is being released to %s at this moment", to);
	else if (hold_is(recipient, "unknown") && !release->is_again)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "ID: it may have been delivered to %s: look in the mail log; "
			    "release it with --again when it was not",
			    to);
	else if (release->wanted[0] != NULL && !hold_is(recipient, "held") &&
		 !hold_is(recipient, "unknown"))
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "--to: for %s it is %s already", to,
			    json_text(recipient, "state"));
	else
		return true;
	return false;
}

static void
add_ticket(Release *release, json_t *recipient)
{
	Ticket *ticket = g_new0(Ticket, 1);
	g_autofree char *digest = NULL;

	ticket->to = g_strdup(json_text(recipient, "to"));
	ticket->token = token_new();
	digest = token_digest(ticket->token);
	hold_set(recipient, "releasing", NULL, release->ask->now);
	hold_set_token(recipient, digest);
	json_object_set_new(recipient, "queue_id", json_null());
	g_ptr_array_add(release->tickets, ticket);
}

/* held → releasing, for every recipient that was asked for. */
static bool
begin(json_t *state, void *data, GError **error)
{
	Release *release = data;
	const json_t *recipients = json_object_get(state, "recipients");

	if (!check_wanted(release, state, error))
		return false;
	for (gsize i = 0; i < json_array_size(recipients); i++) {
		json_t *recipient = json_array_get(recipients, i);

		if (!is_named(release, recipient))
			continue;
		if (!check_recipient(release, recipient, error))
			return false;
		if (hold_is(recipient, "held") || hold_is(recipient, "unknown"))
			add_ticket(release, recipient);
	}
	hold_set_action(state, "releasing", release->reason);
	return true;
}

/* What the mail server's answer and the pass on record make of a recipient. */
static const char *
outcome(const json_t *recipient, PostAnswer answer)
{
	bool has_passed = hold_has_passed(recipient);

	if (answer == POST_ACCEPTED && has_passed)
		return "released";
	if (answer == POST_UNKNOWN && has_passed)
		return "unknown";
	return "held";
}

static char *
outcome_reply(const json_t *recipient, const Ticket *ticket)
{
	const char *queue_id = json_text(recipient, "queue_id");

	if (ticket->answer == POST_ACCEPTED && !hold_has_passed(recipient))
		return g_strdup_printf(
			"the mail server took it (%s), but changed it or did not show it "
			"to chaperoned: it was not let through as this release",
			ticket->reply);
	if (ticket->answer == POST_UNKNOWN && hold_has_passed(recipient))
		return g_strdup_printf("may have been delivered; look in the mail log "
				       "for %s; release again only with --again (%s)",
				       queue_id == NULL ? "it" : queue_id, ticket->reply);
	return g_strdup(ticket->reply);
}

/* One recipient of a release, and the release: what finish needs. */
typedef struct Finish {
	const Release *release;
	Ticket *ticket;
} Finish;

static bool
finish(json_t *state, void *data, GError **error)
{
	const Finish *finish = data;
	Ticket *ticket = finish->ticket;
	json_t *recipient = hold_recipient(state, ticket->to);
	const char *word = outcome(recipient, ticket->answer);
	char *reply = outcome_reply(recipient, ticket);

	(void)error;
	g_free(ticket->reply);
	ticket->reply = reply;
	g_free(ticket->state);
	ticket->state = g_strdup(word);
	hold_set(recipient, word, reply, clock_now());
	hold_set_action(state, strcmp(word, "held") == 0 ? "returned" : word,
			finish->release->reason);
	return true;
}

static bool
send_ticket(const Release *release, Ticket *ticket, GError **error)
{
	const DeskOptions *options = &release->ask->desk->options;
	g_autofree char *top = g_strdup_printf("Chaperone-Release: %s %s\r\n",
					       release->held->id, ticket->token);
	Letter letter = { .sender = path_text(release->envelope->sender),
			  .recipient = ticket->to,
			  .is_utf8 = release->envelope->is_utf8,
			  .top = top,
			  .message = release->message };
	Finish last = { .release = release, .ticket = ticket };

	ticket->answer = options->post(options->post_data, &letter, &ticket->reply);
	return holds_change(release->ask->desk->holds, release->held->id,
			    release->ask->actor->json, finish, &last, error);
}

static bool
read_message(Release *release, GError **error)
{
	const Directory *directory = ask_directory(release->ask);
	g_autoptr(Record) record =
		store_get(release->ask->desk->store, release->held->id, error);

	if (record == NULL)
		return false;
	release->message = record_original(record, error);
	if (release->message == NULL)
		return false;
	release->envelope =
		envelope_from_json(json_object_get(record_payload(record), "envelope"),
				   directory_work_domains(directory), error);
	return release->envelope != NULL;
}

static json_t *
result_of(const Release *release)
{
	json_t *recipients = json_array();

	for (guint i = 0; i < release->tickets->len; i++) {
		const Ticket *ticket = release->tickets->pdata[i];

		json_array_append_new(recipients,
				      json_pack("{s:o, s:s, s:o}", "to",
						json_text_new(ticket->to), "state",
						ticket->state, "reply",
						json_text_new(ticket->reply)));
	}
	return json_pack("{s:s, s:o}", "id", release->held->id, "recipients", recipients);
}

/* The first recipient that it did not reach decides what the command says. */
static void
set_failure(const Release *release, GError **error)
{
	for (guint i = 0; i < release->tickets->len; i++) {
		const Ticket *ticket = release->tickets->pdata[i];
		bool is_final = ticket->answer == POST_REFUSED;

		if (strcmp(ticket->state, "released") == 0)
			continue;
		g_set_error(error, DESK_ERROR,
			    is_final ? DESK_ERROR_SERVER : DESK_ERROR_LATER,
			    strcmp(ticket->state, "unknown") == 0 ? "%s: %s"
								  : "%s: still held: %s",
			    ticket->to, ticket->reply);
		return;
	}
}

/* Every letter is sent and its answer put on record; a store that fails in between
 * leaves the rest releasing, which the next start settles. */
static json_t *
send_all(Release *release, GError **error)
{
	for (guint i = 0; i < release->tickets->len; i++)
		if (!send_ticket(release, release->tickets->pdata[i], error))
			return NULL;
	set_failure(release, error);
	return result_of(release);
}

json_t *
release_held(Ask *ask, GError **error)
{
	g_autoptr(Held) held = NULL;
	g_auto(Release) release = {
		.ask = ask,
		.tickets = g_ptr_array_new_with_free_func(ticket_free),
	};

	release.reason = fields_need(ask->options, "reason", error);
	if (release.reason == NULL)
		return NULL;
	held = held_find_to_decide(ask, error);
	if (held == NULL)
		return NULL;
	release.held = held;
	release.wanted = fields_words(ask->options, "to");
	release.is_again = json_truth(ask->options, "again");
	if (!read_message(&release, error) ||
	    !holds_change(ask->desk->holds, held->id, ask->actor->json, begin, &release,
			  error))
		return NULL;
	return send_all(&release, error);
}

/* Whether an envelope's path is the address that a release went to. */
static bool
is_path(const Path *path, const char *address)
{
	return path != NULL && address != NULL &&
	       g_ascii_strcasecmp(path_text(path), address) == 0;
}

static bool
is_expected(const DeskPass *pass, const Held *held)
{
	const json_t *original = json_object_get(held->mail, "original");
	const char *hex = json_text(original, "sha256");
	Digest digest;

	return hex != NULL && digest_parse(hex, &digest) &&
	       digest_equal(&digest, &pass->digest) &&
	       pass->envelope->recipients->len == 1 &&
	       is_path(pass->envelope->sender, json_text(held_payload(held), "from"));
}

static json_t *
find_passing(const json_t *state, const DeskPass *pass)
{
	const json_t *recipients = json_object_get(state, "recipients");
	const Path *path = pass->envelope->recipients->pdata[0];
	g_autofree char *digest = token_digest(pass->token);

	for (gsize i = 0; i < json_array_size(recipients); i++) {
		json_t *recipient = json_array_get(recipients, i);
		const char *token = hold_token(recipient);

		if (token != NULL && is_path(path, json_text(recipient, "to")) &&
		    is_same_text(token, digest))
			return recipient;
	}
	return NULL;
}

/* What let_pass needs: the message that came by. */
typedef struct Passage {
	const DeskPass *pass;
} Passage;

static bool
let_pass(json_t *state, void *data, GError **error)
{
	const DeskPass *pass = ((const Passage *)data)->pass;
	json_t *recipient = find_passing(state, pass);

	(void)error;
	if (recipient == NULL)
		return false;
	hold_set(recipient, "releasing", NULL, clock_now());
	json_object_set_new(recipient, "queue_id",
			    json_text_new(pass->envelope->queue_id));
	hold_set_action(state, "passed", NULL);
	return true;
}

bool
desk_pass(Desk *desk, const DeskPass *pass, GError **error)
{
	g_autoptr(Held) held =
		ulid_is_valid(pass->id) ? holds_get(desk->holds, pass->id) : NULL;
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "server");
	Passage passage = { .pass = pass };
	g_autoptr(GError) cause = NULL;

	if (held == NULL || !is_expected(pass, held))
		return false;
	if (holds_change(desk->holds, held->id, actor, let_pass, &passage, &cause))
		return true;
	if (cause != NULL &&
	    !g_error_matches(cause, DESK_ERROR, DESK_ERROR_REFUSED)) /* settled since */
		g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}
