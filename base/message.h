/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - what a message says, read from its bytes; message.c is the wall around
 * gmime
 *
 * Reading goes in two steps, because scope is decided on the headers alone:
 * Headers are split by us and never fail; Message is the whole, read by gmime.
 */
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include <glib.h>
#include <stdbool.h>

/* The header fields of a message in their order.  Grows by headers_add, then read. */
typedef struct Headers Headers;

Headers *headers_new(void);
/* From the bytes of a message up to its first empty line; lines that are no field
 * and no continuation are passed over. */
Headers *headers_read(const char *bytes, gsize len);
void headers_free(Headers *headers);

/* name and value as libmilter gives them; the value may hold LF or CRLF folds. */
void headers_add(Headers *headers, const char *name, const char *value);

guint headers_count(const Headers *headers, const char *name); /* name: any case */
/* The index-th field of a name, raw with its folds undone; NULL when there are fewer.
 * Borrowed. */
const char *headers_get(const Headers *headers, const char *name, guint index);
/* The same with RFC 2047 words decoded to UTF-8.  Owned by the caller; NULL if none. */
char *headers_get_decoded(const Headers *headers, const char *name, guint index);
/* Every field, its name as it came; borrowed. */
guint headers_len(const Headers *headers);
const char *headers_name(const Headers *headers, guint position);
const char *headers_value(const Headers *headers, guint position);

/* Text with its RFC 2047 words decoded to UTF-8.  Owned by the caller. */
char *message_decode(const char *text);

/* One mailbox that an originator field names. */
typedef struct Mailbox {
	const char *field; /* "From", "Sender", … as asked for; static */
	char *name;        /* display name in UTF-8, or NULL */
	char *address;     /* addr-spec as written, without brackets; never NULL */
} Mailbox;

/* Everyone whom From, Sender, Reply-To and their Resent- forms may name: every
 * mailbox that parses, groups opened, and, from a field that does not parse in full,
 * everything around an '@' as well, so that no spelling hides a registered address.
 * is_clean (may be NULL): false when a field did not parse, held an encoded word
 * inside an address or a NUL, or named a group.  Mailbox *, freed with the array. */
GPtrArray *headers_originators(const Headers *headers, bool *is_clean);

/* The mailboxes of any one field ("To", "Cc"), the same way. */
GPtrArray *headers_mailboxes(const Headers *headers, const char *name, bool *is_clean);

/* How much of a message is read; past a limit it is not readable. */
typedef struct MessageLimits {
	gsize bytes; /* of the whole message */
	guint depth; /* of nesting */
	guint parts;
} MessageLimits;

/* One leaf of the message. */
typedef struct Part {
	char *path;         /* "1", "2.1": its place, as IMAP counts */
	char *type;         /* "image/jpeg", lower case */
	char *charset;      /* as the part says it, or NULL */
	char *filename;     /* UTF-8, or NULL */
	bool is_attachment; /* by its Content-Disposition */
	char *encoding;     /* its transfer encoding, lower case; NULL: none */
	gsize head;         /* where its header lines begin in the bytes of the message */
	gsize start;        /* where its content begins there */
	gsize size;         /* encoded bytes; 0 when unknown */
} Part;

/* A message, read.  Immutable; safe to share between threads. */
typedef struct Message Message;

/* Never fails: what could not be read is said by message_problem.  bytes are kept by
 * reference and never changed. */
Message *message_read(GBytes *bytes, const MessageLimits *limits);
void message_free(Message *message);

/* Why the message, or some of it, cannot be judged ("no MIME structure", "nested
 * deeper than 32", …); NULL when all of it was read.  Borrowed. */
const char *message_problem(const Message *message);
GBytes *message_bytes(const Message *message); /* borrowed */
const Headers *message_headers(const Message *message);
const GPtrArray *message_parts(const Message *message); /* Part * */
/* The content of a part with its transfer encoding undone, at most so many bytes of it
 * (one that is not known is taken as it stands).  Owned by the caller. */
GBytes *message_part_decode(const Message *message, const Part *part, gsize most);

/* Whether content in such a transfer encoding or charset can be read; NULL and "" are
 * what a part has that names none. */
bool message_knows_encoding(const char *encoding);
bool message_knows_charset(const char *charset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Headers, headers_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

#endif
