/* SPDX-License-Identifier: Apache-2.0 */
/*
 * court.h - judging a message so that nothing in it can stop us
 */
#ifndef MILTER_COURT_H
#define MILTER_COURT_H

#include "milter/capture.h"
#include "milter/works.h"
#include "rules/verdict.h"

#include <glib.h>
#include <stdbool.h>

/* Called now and then while something takes long. */
typedef struct Waiting {
	void (*tick)(void *data);
	void *data;
} Waiting;

/* Always a verdict: what is too large, takes too long, or was being read when the
 * daemon died is unreadable by name.  Owned by the caller. */
Verdict *court_judge(const Works *works, Capture *capture, const Waiting *waiting,
		     bool *is_unreadable);

/* The same of what was written down or brought; a DeskOptions.judge, works as its data.
 * NULL when there is no room for it. */
Verdict *court_try(void *data, const DeskTrial *trial);

#endif
