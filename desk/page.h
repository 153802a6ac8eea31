/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - one self-contained page for people: its frame, and other people's words in it
 *
 * Everything that is not ours goes through page_add or page_text: that is what keeps a
 * message from being part of the page.
 */
#ifndef DESK_PAGE_H
#define DESK_PAGE_H

#include <glib.h>

/* The document up to its body; the title is escaped.  It names nothing outside itself,
 * and forbids the reader's browser to load or run anything. */
void page_begin(GString *page, const char *title);
void page_end(GString *page);

/* Words inside a line: escaped, on one line, in a direction of their own. */
void page_add(GString *page, const char *text);

/* Several lines as they were written; those quoted from an earlier message are set
 * apart. */
void page_text(GString *page, const char *text);

#endif
