/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - the one log line of a message in scope, and its count
 */
#ifndef MILTER_REPORT_H
#define MILTER_REPORT_H

#include "milter/capture.h"
#include "milter/conclusion.h"
#include "milter/counters.h"

/* After the mail server was told.  capture NULL: there was no message; queue_id NULL:
 * it had none yet. */
void report_conclusion(Counters *counters, const Conclusion *conclusion,
		       const Capture *capture, const char *queue_id);

#endif
