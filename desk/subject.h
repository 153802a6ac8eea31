/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.h - a case for the one whom it is about: to read, with third parties taken out
 *
 * For desk/ alone.
 */
#ifndef DESK_SUBJECT_H
#define DESK_SUBJECT_H

#include "desk/inside.h"

/* CHRONOLOGY.html, MANIFEST.json and ABOUT.txt; the request's content names who is to be
 * taken out.  Answers the open requests of the case.  {"files","for"}. */
json_t *subject_export(const Ask *ask, const Person *person, GError **error);

#endif
