/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper.h - CHRONOLOGY.html on A4, with numbered pages, by a browser that is installed
 *
 * Errors are DESK_ERRORs.
 */
#ifndef CONSOLE_PAPER_H
#define CONSOLE_PAPER_H

#include <glib.h>
#include <stdbool.h>

/* Whether there is a browser to print with. */
bool paper_check(GError **error);

/* Makes CHRONOLOGY.pdf beside CHRONOLOGY.html in a directory. */
bool paper_print(const char *directory, GError **error);

#endif
