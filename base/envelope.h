/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.h - what the mail server said about a message before its first byte
 */
#ifndef BASE_ENVELOPE_H
#define BASE_ENVELOPE_H

#include "base/address.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

/* One address of MAIL or RCPT.  The mail server may have resolved it ({mail_addr},
 * {rcpt_addr}) or not, so it stands for a set: every mailbox it may mean. */
typedef struct Path {
	char *given; /* as in the SMTP command, without ESMTP parameters; "<>" for null */
	char *resolved;    /* the server's macro; NULL when there was none */
	char *text;        /* see path_text */
	char **parameters; /* of ESMTP, as given: "SIZE=1000", "NOTIFY=NEVER"; never NULL */
	GPtrArray *forms; /* const Address *, owned by the path; empty for the null sender
	                     and for what is no address at all */
} Path;

/* Strings are owned and NULL when the server did not tell. */
typedef struct Envelope {
	Path *sender;          /* NULL before MAIL */
	GPtrArray *recipients; /* Path *, in the order of RCPT */
	char *login;           /* {auth_authen} */
	char *client; /* address of the client as text: "192.0.2.1", "2001:db8::1";
	                          NULL for mail that a local user handed to sendmail(1) */
	char *helo;
	char *listener; /* {daemon_name} */
	char *queue_id; /* may come late */
	bool is_utf8;   /* SMTPUTF8 */
} Envelope;

Envelope *envelope_new(void);
void envelope_free(Envelope *envelope);

/* our_domains: NULL-terminated, lower-case A-labels.  While a domain is one of ours (or
 * below one, or names this host: an address literal, a name without dots), "a%b@ours",
 * "b!a@ours" and "a@b@ours" are undone; source routes and trailing dots are dropped; a
 * bare local part stands for itself at every one of our domains; what stands in the last
 * angle brackets counts ("<Carl <c@x>>").  The plain reading of each spelling is in the
 * set as well. */
Path *path_new(const char *given, const char *resolved, const char *const *our_domains);
void path_free(Path *path);
/* What stood behind the address in the command; NULL-terminated. */
void path_set_parameters(Path *path, const char *const *parameters);

/* The address to show and to send to: resolved, else (also when only that has a domain)
 * given, without brackets; "" for the null sender.  Borrowed. */
const char *path_text(const Path *path);

/* As the record keeps it, and back (rules replay); the forms are made anew. */
json_t *envelope_to_json(const Envelope *envelope);
Envelope *envelope_from_json(const json_t *json, const char *const *our_domains,
			     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Envelope, envelope_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Path, path_free)

#endif
