/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.c - a connection of the mail server, and the message that is on it
 *
 * A connection brings any number of messages one after the other, and may end at any
 * point; a new MAIL forgets what was before.
 */
#include "config.h"

#include "milter/session.h"

#include "desk/mail.h"

#include <arpa/inet.h>
#include <netinet/in.h>

struct Session {
	const Works *works;
	char *client, *listener, *helo;
	Capture *capture; /* NULL between messages */
	bool is_in_hand;  /* counts against max-in-flight */
};

Session *
session_new(const Works *works)
{
	Session *session = g_new0(Session, 1);

	session->works = works;
	return session;
}

void
session_free(Session *session)
{
	if (session == NULL)
		return;
	session_forget(session);
	g_free(session->client);
	g_free(session->listener);
	g_free(session->helo);
	g_free(session);
}

static char *
format_inet(const struct sockaddr_in *address)
{
	char text[INET_ADDRSTRLEN];

	/* What sendmail(1) brought has passed no network: Postfix says loopback, port 0. */
	if (address->sin_port == 0 && ntohl(address->sin_addr.s_addr) == INADDR_LOOPBACK)
		return NULL;
	return g_strdup(inet_ntop(AF_INET, &address->sin_addr, text, sizeof(text)));
}

static char *
format_inet6(const struct sockaddr_in6 *address)
{
	const struct in6_addr *addr = &address->sin6_addr;
	char text[INET6_ADDRSTRLEN];

	if (address->sin6_port == 0 && IN6_IS_ADDR_LOOPBACK(addr))
		return NULL;
	if (IN6_IS_ADDR_V4MAPPED(addr))
		return g_strdup(
			inet_ntop(AF_INET, &addr->s6_addr[12], text, sizeof(text)));
	return g_strdup(inet_ntop(AF_INET6, addr, text, sizeof(text)));
}

static char *
format_client(const struct sockaddr *address)
{
	if (address != NULL && address->sa_family == AF_INET)
		return format_inet((const struct sockaddr_in *)(const void *)address);
	if (address != NULL && address->sa_family == AF_INET6)
		return format_inet6((const struct sockaddr_in6 *)(const void *)address);
	return NULL;
}

void
session_set_client(Session *session, const struct sockaddr *address, const char *listener)
{
	g_free(session->client);
	g_free(session->listener);
	session->client = format_client(address);
	session->listener = g_strdup(listener);
}

void
session_set_helo(Session *session, const char *helo)
{
	g_free(session->helo);
	session->helo = g_strdup(helo);
}

/* Undoes xtext (RFC 3461, 4): "+2B" is "+". */
static char *
decode_xtext(const char *text)
{
	GString *plain = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (text[0] == '+' && g_ascii_isxdigit(text[1]) &&
		    g_ascii_isxdigit(text[2])) {
			g_string_append_c(plain,
					  (char)(g_ascii_xdigit_value(text[1]) * 16 +
						 g_ascii_xdigit_value(text[2])));
			text += 2;
		} else {
			g_string_append_c(plain, *text);
		}
	}
	return g_string_free(plain, FALSE);
}

/* Sendmail, whose v is its version alone, gives the login as xtext; Postfix, whose v
 * begins with its name, gives it as it is. */
static char *
read_login(const SessionMail *mail)
{
	const bool is_xtext = mail->server != NULL && g_ascii_isdigit(mail->server[0]);

	if (mail->login == NULL)
		return NULL;
	return is_xtext ? decode_xtext(mail->login) : g_strdup(mail->login);
}

static bool
has_parameter(const Path *path, const char *name)
{
	for (char **parameter = path->parameters; *parameter != NULL; parameter++)
		if (g_ascii_strcasecmp(*parameter, name) == 0)
			return true;
	return false;
}

/* argv: of MAIL or RCPT, the address first; NULL-terminated. */
static Path *
read_path(const World *world, char *const *argv, const char *resolved)
{
	Path *path = path_new(argv[0] != NULL ? argv[0] : "", resolved,
			      directory_work_domains(world->directory));

	if (argv[0] != NULL)
		path_set_parameters(path, (const char *const *)argv + 1);
	return path;
}

void
session_begin(Session *session, const SessionMail *mail)
{
	World *world = desk_world(session->works->desk);
	Envelope *envelope = envelope_new();

	session_forget(session);
	counters_add(session->works->counters, COUNT_SEEN);
	envelope->client = g_strdup(session->client);
	envelope->listener = g_strdup(session->listener);
	envelope->helo = g_strdup(session->helo);
	envelope->login = read_login(mail);
	envelope->sender = read_path(world, mail->argv, mail->resolved);
	envelope->is_utf8 = has_parameter(envelope->sender, "SMTPUTF8");
	session->capture = capture_new(world, envelope);
}

void
session_add_recipient(Session *session, char *const *argv, const char *resolved)
{
	Capture *capture = session->capture;

	if (capture == NULL)
		return;
	g_ptr_array_add(capture->envelope->recipients,
			read_path(capture->world, argv, resolved));
}

bool
session_may_be_in_scope(Session *session)
{
	const Capture *capture = session->capture;
	Scope scope;

	if (capture == NULL)
		return true;
	scope = scope_decide(capture->envelope, NULL, capture->world->directory,
			     capture->world->policy);
	if (scope.answer == SCOPE_OUT)
		session_forget(session);
	return scope.answer != SCOPE_OUT;
}

void
session_add_header(Session *session, const char *name, const char *value)
{
	if (session->capture != NULL)
		capture_add_header(session->capture, name, value);
}

/* One alarm while there is too much, and not one for each message that comes and goes
 * at the bound. */
static void
note_load(const Works *works, guint64 in_hand, guint64 most)
{
	if (in_hand > most)
		alarms_set(works->alarms, "load",
			   "more messages in hand than max-in-flight");
	else if (in_hand <= most / 2)
		alarms_set(works->alarms, "load", NULL);
}

/* Takes one of the places for messages in hand; false when all are taken. */
static bool
take_in_hand(Session *session)
{
	const Works *works = session->works;
	g_autoptr(Settings) settings = desk_settings(works->desk);
	guint64 most = (guint64)settings_number(settings, "max-in-flight");
	guint64 in_hand;

	counters_add(works->counters, COUNT_IN_SCOPE);
	counters_add(works->counters, COUNT_IN_HAND);
	session->is_in_hand = true;
	in_hand = counters_get(works->counters, COUNT_IN_HAND);
	note_load(works, in_hand, most);
	return in_hand <= most;
}

static Conclusion *
without_message(void)
{
	return conclusion_new(
		ANSWER_FAILED,
		g_strdup("the mail server left out a step of the protocol"));
}

bool
session_end_headers(Session *session, Conclusion **end)
{
	Capture *capture = session->capture;
	const Works *works = session->works;
	g_autoptr(GError) error = NULL;
	bool is_kept;

	if (capture == NULL) {
		*end = without_message();
		return false;
	}
	if (capture->headers != NULL)
		capture->answers = desk_answered(works->desk, capture->world,
						 capture->envelope, capture->headers);
	is_kept = capture_end_headers(capture, works->spool, &error);
	if (is_kept && capture->scope.answer == SCOPE_OUT)
		return false;
	if (!take_in_hand(session))
		*end = conclusion_new(
			ANSWER_BUSY,
			g_strdup("more messages in hand than max-in-flight"));
	else if (!is_kept)
		*end = conclude_failure(works, error);
	return *end == NULL;
}

bool
session_add_body(Session *session, const void *data, gsize len, Conclusion **end)
{
	Capture *capture = session->capture;
	g_autoptr(GError) error = NULL;

	if (capture == NULL || capture->draft == NULL)
		*end = without_message();
	else if (!capture_add_body(capture, data, len, &error))
		*end = conclude_failure(session->works, error);
	return *end == NULL;
}

Conclusion *
session_conclude(Session *session, const char *queue_id, const Waiting *waiting)
{
	const Works *works = session->works;
	Capture *capture = session->capture;
	Conclusion *end;

	if (capture == NULL || capture->draft == NULL)
		return without_message();
	g_free(capture->envelope->queue_id);
	capture->envelope->queue_id = g_strdup(queue_id);
	/* In this order: whoever closes says so, then waits for those at the end. */
	counters_add(works->counters, COUNT_AT_END);
	if (g_atomic_int_get(works->is_closing) != 0)
		end = conclusion_new(ANSWER_FAILED, g_strdup("the program is stopping"));
	else
		end = conclude(works, capture, waiting);
	counters_drop(works->counters, COUNT_AT_END);
	return end;
}

const Capture *
session_capture(const Session *session)
{
	return session->capture;
}

void
session_forget(Session *session)
{
	if (session->is_in_hand)
		counters_drop(session->works->counters, COUNT_IN_HAND);
	session->is_in_hand = false;
	capture_unref(g_steal_pointer(&session->capture));
}
