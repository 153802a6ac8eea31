/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - the units of a message as rules look at them: subject, body, quoted, names,
 * headers, attachments; each in a plain UTF-8 form and normalised forms beside it, with
 * offsets back to what was written
 *
 * Pure and capped; reading never fails: what could not be read is a problem.
 */
#ifndef RULES_TEXT_H
#define RULES_TEXT_H

#include "base/message.h"

#include <glib.h>
#include <stdbool.h>

/* Made once for a judgement, then immutable. */
typedef struct Text Text;

/* What `look-in` names. */
typedef enum TextUnit {
	TEXT_SUBJECT,
	TEXT_BODY,       /* what the author wrote, hidden text and signature included */
	TEXT_QUOTED,     /* what the other person wrote */
	TEXT_NAMES,      /* display names, names of files */
	TEXT_HEADER,     /* one field each; the subject is not among them */
	TEXT_ATTACHMENT, /* the text inside attached documents, listings of archives */
} TextUnit;

/* A normalised form is there only where it differs from the plain one. */
typedef enum TextForm {
	TEXT_PLAIN,   /* as it is seen: NFKC, entities and tags undone, nothing invisible;
	                 quotes, dashes and blanks as ASCII has them */
	TEXT_DIGITS,  /* digits in words and other scripts, spaced and dotted: as digits,
	                 those of a telephone number in one run from its 0 or +44 */
	TEXT_LETTERS, /* leet, look-alikes, letters spaced or drawn out: as plain words */
	TEXT_ADDRESSES, /* "at" and "dot" as signs; headers have the plain form alone */
} TextForm;

/* What rules may want to tell apart inside a unit. */
typedef enum TextMark {
	TEXT_IS_HIDDEN = 1 << 0,    /* not shown by a mail program: by style, around the
	                               parts; also where a link leads */
	TEXT_IS_SIGNATURE = 1 << 1, /* the signature block of a member of staff */
} TextMark;

/* One form of one stretch of a unit.  Borrowed from the text. */
typedef struct TextPiece {
	TextUnit unit;
	TextForm form;
	guint marks; /* TextMark bits */
	guint plain; /* index of the plain form of the same stretch; itself if plain */
	const char *where; /* as in a finding: subject, body, header:NAME, part:1.2 */
	const char *utf8;  /* valid UTF-8, terminated; NULs inside are replaced */
	gsize len;
} TextPiece;

/* What could not be read. */
typedef struct TextProblem {
	const char *where; /* part:1.2 */
	const char *kind;  /* "encrypted", "unknown charset", … in words */
} TextProblem;

/* message is borrowed until the text is freed.  Plainly: no normalised forms, for those
 * who want to show or to find the words. */
Text *text_read(const Message *message);
Text *text_read_plainly(const Message *message);
void text_free(Text *text);

/* Each plain form, and the normalised ones made of it after it. */
guint text_len(const Text *text);
const TextPiece *text_piece(const Text *text, guint index);

/* Moves the range of bytes [*start, *end) of a piece to that of its plain form which it
 * was made from: whole characters, never empty for a range that is not. */
void text_trace(const Text *text, guint index, gsize *start, gsize *end);

/* The words at a range of a piece as they were written, with up to `around` bytes of
 * what stands on either side; one line, capped.  Owned by the caller. */
char *text_excerpt(const Text *text, guint index, gsize start, gsize end, gsize around);

/* The index-th problem; NULL when there are fewer. */
const TextProblem *text_problem(const Text *text, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Text, text_free)

#endif
