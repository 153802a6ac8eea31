/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail.h - the desk's side for the milter: messages recorded, releases that come by,
 * and who must still be told
 */
#ifndef DESK_MAIL_H
#define DESK_MAIL_H

#include "archive/draft.h"
#include "base/envelope.h"
#include "base/message.h"
#include "desk/desk.h"
#include "rules/verdict.h"

#include <glib.h>
#include <stdbool.h>

/* Everything that a mail record says of its message.  All borrowed. */
typedef struct DeskMail {
	Draft *draft; /* with its content written */
	const Envelope *envelope;
	const Headers *headers;
	const Verdict *verdict;
	gint64 time;
	GBytes **shown; /* where to put what is delivered instead of the message, when
	                   parts of it were put away; may be NULL */
} DeskMail;

/* What earlier mail makes known of a message, for the judge: {"pictures_sent":[HEX]},
 * those of its parts that the agency itself has sent, and "numbers_given" and "danger" of
 * the young people it is addressed to (rules/judge.h).  New reference. */
json_t *desk_history(Desk *desk, const Envelope *envelope, const Message *message);

/* {"answers":[CASE]}: of the recorded mail that a message from outside answers, from an
 * address that nobody has; empty for all other mail.  A look-up or two, so that it may be
 * asked of mail that is not recorded.  New reference. */
json_t *desk_answered(Desk *desk, const World *world, const Envelope *envelope,
		      const Headers *headers);

/* What a person must mend before pictures can be put away as they should; NULL when all
 * is well.  Owned by the caller. */
char *desk_sealing_fault(Desk *desk);
/* The same for what was put away and is overdue. */
char *desk_sealed_due(Desk *desk);

/* Carries out what was approved to be erased and is due, and what a crash left half done.
 * Why it could not, owned by the caller; else NULL.  By the thread that takes
 * snapshots. */
char *desk_erase(Desk *desk);

/* Fills the draft, puts it, and beside it the encrypted original of what has cuts: then
 * the draft keeps the readable form alone, and *shown is set.  A held message that has the digest and envelope of one
 * still held is recorded as sent again under the first.  Errors are the store's. */
bool desk_record_mail(Desk *desk, const DeskMail *mail, GError **error);

/* A message whose header Chaperone-Release says "<id> <token>". */
typedef struct DeskPass {
	const char *id;
	const char *token;
	const Envelope
		*envelope; /* its one recipient and sender must be those released */
	Digest digest;     /* of the message without that header line */
} DeskPass;

/* True when it is the release that was asked for: the pass is on record, the token used
 * up.  False with no error: an ordinary message.  False with an error: could not be
 * recorded. */
bool desk_pass(Desk *desk, const DeskPass *pass, GError **error);

/* A notice that somebody must still get. */
typedef struct DeskNotice {
	char *id;   /* of the mail's record */
	char *to;   /* work address */
	char *role; /* "author" or "decides"; of a finding "manager", "lead" or "duty" */
	GBytes *text; /* the whole message: headers and body, CRLF lines, no content of what is held */
	char *checkpoint; /* what it is when it is the daily one; else NULL */
} DeskNotice;

void desk_notice_free(DeskNotice *notice);

/* Those due now, from the records (so that none is lost with the process); empty when
 * there are none.  DeskNotice *, with the array's free function set. */
GPtrArray *desk_notices(Desk *desk);
/* That it was handed over, on record. */
bool desk_notice_sent(Desk *desk, const DeskNotice *notice, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeskNotice, desk_notice_free)

#endif
