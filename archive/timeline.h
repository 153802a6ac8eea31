/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline.h - which time stamps hold, and what time they give to the records
 *
 * A record was there at the time of the first stamp that covers it; what a record or its
 * signature says of its time is only somebody's word.
 */
#ifndef ARCHIVE_TIMELINE_H
#define ARCHIVE_TIMELINE_H

#include "archive/audit.h"
#include "archive/inspect.h"

#include <glib.h>

typedef struct Timeline Timeline;

/* audit: of the same log; it and the store outlive the timeline.  anchors: certificates
 * (PEM) of the authorities that are believed, or NULL, and then what a stamp is over is
 * checked, not whose it is.  problems: of each stamp that does not hold. */
Timeline *timeline_new(Store *store, const Audit *audit, const char *anchors,
		       Problems *problems);
void timeline_free(Timeline *timeline);

/* Every record, one by one from the first. */
void timeline_add(Timeline *timeline, const Inspection *inspection);
/* Files of stamps that no record stands for; size: of the log as far as it was added. */
void timeline_check_files(Timeline *timeline, guint64 size);
/* There are no more; adds to verify's notes. */
void timeline_finish(const Timeline *timeline, json_t *notes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

#endif
