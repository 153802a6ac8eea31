/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cut.h - parts taken out of a message, and words put in their place
 *
 * Works on the bytes as they were captured; nothing else in the message is encoded or
 * folded anew.
 */
#ifndef BASE_CUT_H
#define BASE_CUT_H

#include "base/message.h"

#include <glib.h>
#include <stdbool.h>

/* One stretch that is taken out: a leaf, or all of a message.  Strings are owned. */
typedef struct Cut {
	char *path;   /* as Part's; CUT_WHOLE: the message itself */
	char *type;   /* as the part says it */
	gsize head;   /* where its header lines begin */
	gsize start;  /* where its content begins */
	gsize end;    /* after its content */
	gsize size;   /* of the content, its transfer encoding undone */
	char *sha256; /* of that, lower-case hex */
} Cut;

#define CUT_WHOLE "all"

/* NULL when the part's place in the bytes is not known. */
Cut *cut_part(const Message *message, const Part *part);
/* All but the header; bytes as captured. */
Cut *cut_whole(GBytes *bytes);
void cut_free(Cut *cut);

/* The message with each cut (Cut *, in any order, none inside another) replaced by a
 * text: Content-* lines of the part go, ours come, with "Chaperone-Sealed: TYPE;
 * size=N; sha256=HEX".  text: UTF-8, lines ended by LF.  New reference. */
GBytes *cut_apply(GBytes *bytes, const GPtrArray *cuts, const char *text);

/* Whether the message's own header lines change with it. */
bool cut_is_top(const GPtrArray *cuts);

/* Where the body begins: after the first empty line, or at the end. */
gsize cut_body(GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cut, cut_free)

#endif
