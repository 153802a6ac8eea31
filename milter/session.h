/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - a connection of the mail server, and the message that is on it
 */
#ifndef MILTER_SESSION_H
#define MILTER_SESSION_H

#include "milter/capture.h"
#include "milter/conclude.h"
#include "milter/works.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/socket.h>

/* Used by one callback at a time, though not always on the same thread. */
typedef struct Session Session;

/* works is borrowed. */
Session *session_new(const Works *works);
void session_free(Session *session);

/* Who connected to the mail server (address NULL: a local user, by sendmail(1)), and on
 * which listener. */
void session_set_client(Session *session, const struct sockaddr *address,
			const char *listener);
void session_set_helo(Session *session, const char *helo);

/* What MAIL said; forgets the message before.  argv as libmilter has it. */
typedef struct SessionMail {
	char *const *argv;
	const char *resolved; /* {mail_addr} */
	const char *login;    /* {auth_authen} */
	const char *server;   /* v: the mail server's name or version */
} SessionMail;

void session_begin(Session *session, const SessionMail *mail);
void session_add_recipient(Session *session, char *const *argv, const char *resolved);

/* At DATA: false when the message is out of scope whatever its headers say; it is
 * forgotten then. */
bool session_may_be_in_scope(Session *session);

void session_add_header(Session *session, const char *name, const char *value);

/* At the end of the headers and for the body: true to go on.  False ends the message:
 * *end says how, and is NULL when it is out of scope. */
bool session_end_headers(Session *session, Conclusion **end);
bool session_add_body(Session *session, const void *data, gsize len, Conclusion **end);

/* At the end of the message: judged and recorded. */
Conclusion *session_conclude(Session *session, const char *queue_id,
			     const Waiting *waiting);

/* The message on it; NULL when there is none. */
const Capture *session_capture(const Session *session);

/* No message on it any more. */
void session_forget(Session *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

#endif
