/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conclusion.h - how a message in scope ended
 */
#ifndef MILTER_CONCLUSION_H
#define MILTER_CONCLUSION_H

#include "rules/verdict.h"

#include <glib.h>
#include <stdbool.h>

/* What the mail server is to do; milter/reply.c says it in its words. */
typedef enum Answer {
	ANSWER_DELIVER, /* with our headers */
	ANSWER_HOLD,    /* said to be accepted, and not delivered */
	ANSWER_REJECT,
	ANSWER_BUSY,   /* try again: too much in hand */
	ANSWER_FULL,   /* try again: the disk is full */
	ANSWER_FAILED, /* try again: it could not be recorded */
} Answer;

typedef struct Conclusion {
	Answer answer;
	char *id; /* of its record (for a release, of the mail released), or NULL */
	Verdict *verdict; /* NULL for a release, and when it was not judged */
	GBytes *shown;  /* what is delivered instead, when parts were put away; or NULL */
	char *fault;    /* why it could not be recorded, or NULL */
	bool is_forged; /* said it was a release, and was not one */
	bool is_unreadable;
} Conclusion;

/* Takes ownership of the fault. */
Conclusion *conclusion_new(Answer answer, char *fault);
void conclusion_free(Conclusion *conclusion);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conclusion, conclusion_free)

#endif
