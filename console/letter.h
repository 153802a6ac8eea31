/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter.h - a message from a file, as a mail client would send it
 */
#ifndef CONSOLE_LETTER_H
#define CONSOLE_LETTER_H

#include <glib.h>

/* Reads a file ("-": standard input) of at most max bytes; when its first line ends
 * with LF alone, every bare LF becomes CRLF.  Errors are DESK_ERROR_USAGE. */
GBytes *letter_read(const char *path, gsize max, GError **error);

/* The conversion alone; a new reference. */
GBytes *letter_with_crlf(GBytes *bytes);

#endif
