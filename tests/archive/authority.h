/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority.h - a time stamp authority made of openssl's command line, which can be told
 * to fail
 */
#ifndef TESTS_ARCHIVE_AUTHORITY_H
#define TESTS_ARCHIVE_AUTHORITY_H

#include "tests/archive/scratch.h"

typedef struct Authority {
	char *directory;
	char *anchors; /* PEM */
} Authority;

Authority *authority_new(const Scratch *scratch);
void authority_free(Authority *authority);

/* fault: as tests/system/authority.py has them, or "none". */
GBytes *authority_reply(const Authority *authority, const char *fault, GBytes *question);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Authority, authority_free)

#endif
