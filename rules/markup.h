/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markup.h - the words in HTML and XML; markup.c is the wall around libxml2
 *
 * For rules/ alone.
 */
#ifndef RULES_MARKUP_H
#define RULES_MARKUP_H

#include <glib.h>

typedef enum MarkupKind {
	MARKUP_SHOWN,
	MARKUP_HIDDEN,    /* not shown: by its style, comments, where links lead */
	MARKUP_QUOTED,    /* in a block that a mail program made for an answer */
	MARKUP_SIGNATURE, /* in a block that a mail program made for a signature */
	MARKUP_KINDS,
} MarkupKind;

/* Words by kind, in lines as they are laid out. */
typedef struct Markup {
	GString *text[MARKUP_KINDS];
	const char *problem; /* why tags were only cut out, or NULL; static */
} Markup;

/* Valid UTF-8 without NULs; never fails. */
Markup *markup_read_html(const char *utf8, gsize len);
/* The words of a document (OOXML, ODF), bytes as they are in its file; NULL when it is
 * no XML.  Owned by the caller. */
char *markup_read_xml(const char *bytes, gsize len);
void markup_free(Markup *markup);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Markup, markup_free)

#endif
