/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.h - the decision: a pure function of six things
 *
 * No I/O, no clock, no log; the same six always give the same verdict, which is why
 * `rules explain` and `rules replay` can run what the daemon runs.
 */
#ifndef RULES_JUDGE_H
#define RULES_JUDGE_H

#include "base/envelope.h"
#include "base/message.h"
#include "register/directory.h"
#include "rules/policy.h"
#include "rules/verdict.h"

#include <glib.h>

/* The history has, where there is something to say, what the desk looked up among the
 * records before judging:
 *   "numbers_given"  what facts of earlier verdicts had under that name, of the cases
 *                    on the message: [{"staff","case","number"}]
 *   "pictures_sent"  digests under "pictures" of the facts of outbound mail: [SHA-256]
 *   "answers"        cases of the recorded mail that one of scope_answered names: [CASE]
 *   "written"        mail that the message answers, from those whom it goes to:
 *                    [{"record","words"}], the words as heard.h has them
 *   "danger"         when words of danger came in: [{"case","time"}], RFC 3339
 *   "claims_release" true when it says that it was released here, and was not */

/* What did not pass through the mail server, but was written down or brought by a member
 * of staff: whom it was with and which way it went is told, not found out. */
typedef struct Account {
	char *case_id;
	Direction direction;
	guint channel; /* AgreementChannel; 0 for a note, of which only the words count */
	bool is_mail;  /* the message itself, not somebody's words about it */
} Account;

Account *account_copy(const Account *account);
void account_free(Account *account);

/* The six things.  All borrowed for the time of the call. */
typedef struct Hearing {
	const Envelope *envelope;
	const Message *message;
	GBytes *unread; /* its bytes, when message is NULL: nobody could read it */
	const Directory *directory;
	const Policy *policy;
	const json_t
		*history; /* facts looked up before judging; an object, may be empty */
	gint64 time;      /* of receipt, milliseconds since 1970 */
	const Account *account; /* NULL: mail that passes through */
	gint *given_up;         /* atomic, true once nobody waits for the verdict: it then
				 comes soon, and is worth nothing; may be NULL */
} Hearing;

Verdict *judge(const Hearing *hearing);

/* What the agency's rules alone find in a message whose direction is known: for replay.
 * No check runs. */
Verdict *judge_rules(const Hearing *hearing, Direction direction);

/* The verdict on what could not be judged (deadline, crash, too large): in scope, with
 * the finding `unreadable` for a reason; held outbound, tagged inbound.  message of the
 * hearing may be NULL; headers are what was captured. */
Verdict *judge_unreadable(const Hearing *hearing, const Headers *headers,
			  const char *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_free)

#endif
