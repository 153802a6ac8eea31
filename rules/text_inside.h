/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_inside.h - what the sources of text.h share: how stretches of words get into a
 * text
 */
#ifndef RULES_TEXT_INSIDE_H
#define RULES_TEXT_INSIDE_H

#include "rules/text.h"

/* How many bytes may still be read of the message; reading takes from it. */
gsize text_left(const Text *text);
/* Takes from it; notes where it became too much. */
void text_spend(Text *text, gsize bytes, const char *where);

/* Adds words as one piece with its forms.  utf8 is valid; where is copied. */
void text_add(Text *text, TextUnit unit, guint marks, const char *where, const char *utf8,
	      gsize len);
/* Adds what an author wrote: quoted and signature told apart. */
void text_add_written(Text *text, guint marks, const char *where, const char *utf8,
		      gsize len);
/* kind: static. */
void text_note(Text *text, const char *where, const char *kind);

/* text_part.c: the words of a part, and of its name. */
void text_take_part(Text *text, const Message *message, const Part *part);
/* text_around.c: what stands in a message around its parts. */
void text_take_around(Text *text, const Message *message);

#endif
