/* SPDX-License-Identifier: Apache-2.0 */
/*
 * callbacks.c - what libmilter calls: each turns a step of the protocol into one call
 * of the session
 *
 * The callbacks of one connection come one after the other, but on any thread, so
 * nothing here belongs to a thread.  Everything that libmilter passes in is gone after
 * the callback.
 *
 * connect, HELO, MAIL, RCPT and headers are sent to us without waiting for an answer
 * where the mail server can do that: the message is decided at DATA, at the end of the
 * headers, or at its end, and nothing before can fail.  The body is answered, because
 * the end of the message is not shown to a filter that did not answer its last chunk.
 *
 * A session is made by the first callback of a connection and freed in close; its
 * message is forgotten in abort, in close, and after our own answer.
 */
#include "config.h"

#include "milter/callbacks.h"

#include "base/log.h"
#include "milter/lend.h"
#include "milter/reply.h"
#include "milter/report.h"
#include "milter/session.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <stdatomic.h>

/* What must be granted, and what is used when it is offered. */
static const unsigned long needed_actions = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_ADDRCPT;
static const unsigned long wanted_actions =
	SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_ADDRCPT | SMFIF_SETSYMLIST;
static const unsigned long needed_steps = SMFIP_HDR_LEADSPC;
static const unsigned long wanted_steps = SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN |
					  SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL |
					  SMFIP_NR_RCPT | SMFIP_NR_HDR;

/* libmilter hands nothing of ours to the first callback of a connection, and asks some
 * servers only once for several connections; so these two stand here. */
static const Works *works;
static _Atomic unsigned long steps;

static Session *
session_of(SMFICTX *ctx)
{
	Session *session = smfi_getpriv(ctx);

	if (session == NULL) {
		session = session_new(works);
		smfi_setpriv(ctx, session);
	}
	return session;
}

static const char *
symbol(SMFICTX *ctx, const char *name)
{
	const char *value = smfi_getsymval(ctx, lend(name));

	return value != NULL && *value != '\0' ? value : NULL;
}

/* The answer to a step that may be one without answers. */
static sfsistat
go_on(unsigned long step)
{
	return (atomic_load(&steps) & step) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

/* Says how the message ended, and forgets it.  end NULL: out of scope. */
static sfsistat
finish(SMFICTX *ctx, Session *session, Conclusion *end)
{
	const Capture *capture = session_capture(session);
	sfsistat status = SMFIS_ACCEPT;

	if (end != NULL) {
		status = reply_give(ctx, end, capture != NULL ? capture->headers : NULL);
		report_conclusion(works->counters, end, capture, symbol(ctx, "i"));
	}
	session_forget(session);
	return status;
}

/* The macros that we read, and no others. */
static void
ask_for_macros(SMFICTX *ctx)
{
	(void)smfi_setsymlist(ctx, SMFIM_CONNECT, lend("{daemon_name}"));
	(void)smfi_setsymlist(ctx, SMFIM_ENVFROM, lend("{auth_authen} {mail_addr} v"));
	(void)smfi_setsymlist(ctx, SMFIM_ENVRCPT, lend("{rcpt_addr}"));
	(void)smfi_setsymlist(ctx, SMFIM_EOM, lend("i"));
}

/* libmilter's parameters.  NOLINTBEGIN(readability-function-size) */
static sfsistat
at_negotiation(SMFICTX *ctx, unsigned long actions, unsigned long offered,
	       unsigned long unused1, unsigned long unused2, unsigned long *use_actions,
	       unsigned long *use_steps, unsigned long *use1, unsigned long *use2)
{
	(void)unused1;
	(void)unused2;
	*use1 = *use2 = 0;
	*use_actions = actions & wanted_actions;
	*use_steps = offered & wanted_steps;
	if ((actions & needed_actions) != needed_actions ||
	    (offered & needed_steps) != needed_steps) {
		log_event(LOG_LEVEL_ALARM, NULL, "alarm", "about", "mail-server", "fault",
			  "it does not let us change headers and add recipients: see "
			  "milter_protocol",
			  NULL);
		return SMFIS_REJECT;
	}
	atomic_store(&steps, *use_steps);
	if ((actions & SMFIF_SETSYMLIST) != 0)
		ask_for_macros(ctx);
	return SMFIS_CONTINUE;
}

/* NOLINTEND(readability-function-size) */

/* NOLINTBEGIN(readability-non-const-parameter) */
static sfsistat
at_connect(SMFICTX *ctx, char *host, struct sockaddr *address)
{
	(void)host;
	session_set_client(session_of(ctx), address, symbol(ctx, "{daemon_name}"));
	return go_on(SMFIP_NR_CONN);
}

/* NOLINTEND(readability-non-const-parameter) */

static sfsistat
at_helo(SMFICTX *ctx, char *helo)
{
	session_set_helo(session_of(ctx), helo);
	return go_on(SMFIP_NR_HELO);
}

static sfsistat
at_mail(SMFICTX *ctx, char **argv)
{
	const SessionMail mail = {
		.argv = argv,
		.resolved = symbol(ctx, "{mail_addr}"),
		.login = symbol(ctx, "{auth_authen}"),
		.server = symbol(ctx, "v"),
	};

	session_begin(session_of(ctx), &mail);
	return go_on(SMFIP_NR_MAIL);
}

static sfsistat
at_recipient(SMFICTX *ctx, char **argv)
{
	session_add_recipient(session_of(ctx), argv, symbol(ctx, "{rcpt_addr}"));
	return go_on(SMFIP_NR_RCPT);
}

static sfsistat
at_data(SMFICTX *ctx)
{
	return session_may_be_in_scope(session_of(ctx)) ? SMFIS_CONTINUE : SMFIS_ACCEPT;
}

static sfsistat
at_header(SMFICTX *ctx, char *name, char *value)
{
	session_add_header(session_of(ctx), name, value);
	return go_on(SMFIP_NR_HDR);
}

static sfsistat
at_end_of_headers(SMFICTX *ctx)
{
	Session *session = session_of(ctx);
	g_autoptr(Conclusion) end = NULL;

	if (session_end_headers(session, &end))
		return SMFIS_CONTINUE;
	return finish(ctx, session, end);
}

static sfsistat
at_body(SMFICTX *ctx, unsigned char *chunk, size_t len)
{
	Session *session = session_of(ctx);
	g_autoptr(Conclusion) end = NULL;

	if (session_add_body(session, chunk, len, &end))
		return SMFIS_CONTINUE;
	return finish(ctx, session, end);
}

/* Keeps the mail server from giving up on us. */
static void
show_progress(void *ctx)
{
	(void)smfi_progress(ctx);
}

static sfsistat
at_end_of_message(SMFICTX *ctx)
{
	const Waiting waiting = { show_progress, ctx };
	Session *session = session_of(ctx);
	g_autoptr(Conclusion) end = session_conclude(session, symbol(ctx, "i"), &waiting);

	return finish(ctx, session, end);
}

static sfsistat
at_abort(SMFICTX *ctx)
{
	session_forget(session_of(ctx));
	return SMFIS_CONTINUE;
}

static sfsistat
at_close(SMFICTX *ctx)
{
	session_free(smfi_getpriv(ctx));
	smfi_setpriv(ctx, NULL);
	return SMFIS_CONTINUE;
}

bool
callbacks_register(void)
{
	const struct smfiDesc filter = {
		.xxfi_name = lend("chaperoned"),
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY |
			      SMFIF_ADDRCPT | SMFIF_SETSYMLIST,
		.xxfi_connect = at_connect,
		.xxfi_helo = at_helo,
		.xxfi_envfrom = at_mail,
		.xxfi_envrcpt = at_recipient,
		.xxfi_header = at_header,
		.xxfi_eoh = at_end_of_headers,
		.xxfi_body = at_body,
		.xxfi_eom = at_end_of_message,
		.xxfi_abort = at_abort,
		.xxfi_close = at_close,
		.xxfi_data = at_data,
		.xxfi_negotiate = at_negotiation,
	};

	return smfi_register(filter) == MI_SUCCESS;
}

void
callbacks_set_works(const Works *all)
{
	works = all;
}
