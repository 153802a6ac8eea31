/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lend.h - text for libmilter, whose prototypes are older than const
 */
#ifndef MILTER_LEND_H
#define MILTER_LEND_H

#include <glib.h>

/* For the time of a call; libmilter changes nothing that it is given. */
static inline char *
lend(const char *text)
{
	return (char *)(guintptr)text;
}

#endif
