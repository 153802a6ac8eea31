/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conclude.h - a captured message becomes a record, and the record an answer
 */
#ifndef MILTER_CONCLUDE_H
#define MILTER_CONCLUDE_H

#include "milter/capture.h"
#include "milter/conclusion.h"
#include "milter/court.h"
#include "milter/works.h"

#include <glib.h>

/* The way of a message from its last byte to its answer.  When it is not a failure,
 * everything is on stable storage. */
Conclusion *conclude(const Works *works, Capture *capture, const Waiting *waiting);

/* The error of a store as an answer; sounds the alarm. */
Conclusion *conclude_failure(const Works *works, const GError *error);

#endif
