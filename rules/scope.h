/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope.h - whether a message is between staff and a young person, and which way it
 * goes: decided by facts that its writer cannot choose.  Pure.
 */
#ifndef RULES_SCOPE_H
#define RULES_SCOPE_H

#include "base/envelope.h"
#include "base/message.h"
#include "register/directory.h"
#include "rules/policy.h"
#include "rules/verdict.h"

#include <glib.h>
#include <stdbool.h>

typedef enum ScopeAnswer {
	SCOPE_OUT,
	SCOPE_IN,
	SCOPE_PERHAPS, /* only without headers: they must be read to know */
} ScopeAnswer;

typedef struct Scope {
	ScopeAnswer answer;
	Direction direction; /* DIRECTION_NONE unless SCOPE_IN */
} Scope;

/* headers: NULL at DATA, when only the envelope is known; never SCOPE_PERHAPS with
 * them.  SCOPE_IN may be answered at DATA already. */
Scope scope_decide(const Envelope *envelope, const Headers *headers,
		   const Directory *directory, const Policy *policy);

/* The Message-IDs in In-Reply-To, then in References.  Without brackets; owned by the
 * caller. */
char **scope_message_ids(const Headers *headers);

/* The Message-IDs that mail answers which is out of scope so far, from outside, to ours
 * and from nobody registered: when recorded mail has one of them, it is probably a new
 * address of a young person.  As above; empty for any other mail. */
char **scope_answered(const Envelope *envelope, const Headers *headers,
		      const Directory *directory, const Policy *policy);
/* Whether it is such mail, given the cases of the mail that it answers (NULL-terminated)
 * and the day: a contact of each of them is nobody new. */
bool scope_is_answer(const Envelope *envelope, const Headers *headers,
		     const Directory *directory, const Policy *policy,
		     const char *const *cases, Day day);

/* Whether ours submitted it: a login of staff or of a work domain, or, not from the
 * outside, an internal or trusted client; never a young person's login. */
bool scope_is_ours(const Envelope *envelope, const Directory *directory,
		   const Policy *policy);

/* The young people whom an address reaches, a number at a text gateway included;
 * NULL when there are none.  Person *, borrowed from the directory. */
const GPtrArray *scope_people_at(const Address *address, const Directory *directory,
				 const Policy *policy);
/* The young people whose login it is: an address of theirs.  NULL too. */
const GPtrArray *scope_people_login(const char *login, const Directory *directory,
				    const Policy *policy);
/* Whether an address is a work one or staff's, and no young person's. */
bool scope_is_our_address(const Address *address, const Directory *directory,
			  const Policy *policy);

#endif
