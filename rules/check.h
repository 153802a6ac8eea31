/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - the built-in checks: what each is called and does as shipped, and what it
 * is given to look at
 *
 * For rules/ alone.
 */
#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include "register/agreement.h"
#include "rules/judge.h"
#include "rules/text.h"

#include <glib.h>
#include <stdbool.h>

/* A young person on the message, and how the message reaches or leaves them. */
typedef struct Reached {
	const Person *person; /* borrowed */
	char *address;        /* its comparable form */
	AgreementChannel channel;
	bool is_theirs; /* on the day of the message */
} Reached;

/* What a check looks at.  Borrowed but for findings, to which checks add. */
typedef struct Inquiry {
	const Hearing *hearing;
	const Headers *headers;
	Direction direction;
	Day day;             /* of receipt, where the agency is */
	const Staff *proven; /* whom the login proves to write; NULL when it does not */
	const Staff *author; /* the same, else whom the message claims; or NULL */
	GPtrArray *young;  /* Reached *, by case: outbound recipients, inbound authors */
	GPtrArray *alike;  /* the same: those whose address somebody's only looks like */
	GArray *addressed; /* Staff *, by address: inbound recipients */
	const CheckSetting *setting; /* of the check that runs */
	GPtrArray *findings;         /* Finding * */
	Verdict *verdict;            /* for verdict_seal */
	bool is_answer;              /* from an unregistered address, of recorded mail */
	bool is_automatic;           /* a program wrote it */
	bool is_private;             /* a private contact is on it */
	json_t *numbers_given;       /* facts that checks note */
	json_t *pictures;
	GPtrArray *looks; /* the same as text: Look * */
	Text *text;       /* NULL until inquiry_text made it; owned */
} Inquiry;

typedef void (*CheckRun)(Inquiry *inquiry);

/* A check as shipped. */
typedef struct Check {
	const char *name;
	const char *paragraph;
	Action action;
	Decides decides;
	bool tells_plainly;
	bool is_inbound_only;
	guint notify; /* Notify bits */
	Urgent urgent;
	const char *reason;
	CheckRun outbound, inbound; /* NULL: nothing to look at that way (yet) */
	CheckRun after_rules; /* inbound, when the rules have found what they find */
} Check;

/* Who is on a message in scope; zeroed before, but for is_answer. */
void inquiry_open(Inquiry *inquiry, const Hearing *hearing, const Headers *headers,
		  Verdict *verdict);
void inquiry_close(Inquiry *inquiry);
/* Reached *; owned by the caller. */
GPtrArray *inquiry_young_recipients(const Hearing *hearing);
bool inquiry_has_staff(const GArray *list, const Staff *staff);

/* All of them, in the order in which they run. */
const Check *check_table(guint *len);
bool check_is_built(const Check *check);

/* What the message says, read once for a judgement and only if somebody asks; NULL when
 * there is no message to read.  Borrowed. */
const Text *inquiry_text(Inquiry *inquiry);

/* A finding of the running check.  excerpt may be "", detail (NULL: none) follows the
 * reason after a colon. */
void inquiry_find(Inquiry *inquiry, const char *where, const char *excerpt,
		  const char *detail);
/* The same, but it is never more than a tag. */
void inquiry_tag(Inquiry *inquiry, const char *where, const char *excerpt,
		 const char *detail);
/* The same, but nobody is told of it. */
void inquiry_find_quietly(Inquiry *inquiry, const char *where, const char *excerpt,
			  const char *detail);
/* The same, but the lead decides and the author is told only that it waits. */
void inquiry_find_for_lead(Inquiry *inquiry, const char *where, const char *excerpt,
			   const char *detail);

/* Look * of the parts, made at the first call; owned by the inquiry. */
const GPtrArray *inquiry_looks(Inquiry *inquiry);

/* The agreement under which the author writes to a young person, newest first; NULL
 * when there is none, with *why (NULL: not asked) saying in words what is the matter
 * with the nearest one. */
const Agreement *check_covering(const Inquiry *inquiry, const Reached *reached,
				const Staff *author, const char **why);
/* Whether a parent must know or a manager have decided, at the age of that day. */
bool check_needs_aware(const Inquiry *inquiry, const Person *person);

/* Whether a program wrote it, by what it says of itself. */
bool check_is_automatic(const Hearing *hearing, const Headers *headers);

void check_work_sender(Inquiry *inquiry);
void check_agreement_outbound(Inquiry *inquiry);
void check_agreement_inbound(Inquiry *inquiry);
void check_parent_aware(Inquiry *inquiry);
void check_ambiguous_author(Inquiry *inquiry);
void check_unreadable(Inquiry *inquiry);
void check_third_party(Inquiry *inquiry);
void check_office_hours(Inquiry *inquiry);
void check_work_number_given(Inquiry *inquiry);
void check_image(Inquiry *inquiry);
void check_sender_verified(Inquiry *inquiry);
void check_impersonation(Inquiry *inquiry);
void check_automatic(Inquiry *inquiry);
void check_unregistered(Inquiry *inquiry);
void check_crisis_reply(Inquiry *inquiry);
void check_about_staff(Inquiry *inquiry);
void check_language(Inquiry *inquiry);

#endif
