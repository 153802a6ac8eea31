/* SPDX-License-Identifier: Apache-2.0 */
/*
 * story.h - what became of a young person in the register, from the records
 */
#ifndef DESK_STORY_H
#define DESK_STORY_H

#include "desk/inside.h"

/* [{"id","time","type","what","changed":[],"reason","actor"}], oldest first: the
 * person's records, their agreements' and contacts'.  what: added, changed, ended, removed
 * or active (taken up again); changed: names of fields.  No mail: that is case show. */
json_t *story_tell(const Ask *ask, const char *case_id, GError **error);

#endif
