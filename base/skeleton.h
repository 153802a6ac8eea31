/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skeleton.h - what a text looks like: two that look alike have one skeleton (UTS #39, 4)
 */
#ifndef BASE_SKELETON_H
#define BASE_SKELETON_H

#include "base/address.h"

/* Of any UTF-8 text, case-folded.  Owned by the caller. */
char *skeleton_of(const char *text);

/* Of an address in its comparable form (address_form_key), its domain as people see it.
 * Owned by the caller. */
char *skeleton_of_key(const char *key);

#endif
