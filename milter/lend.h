/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lend.h - text for libmilter, whose prototypes are older than const
 */
#ifndef MILTER_LEND_H
#define MILTER_LEND_H

/* For the time of a call; libmilter changes nothing that it is given. */
static inline char *
lend(const char *text)
{
	const union {
		const char *theirs;
		char *lent;
	} view = { .theirs = text };

	return view.lent;
}

#endif
