/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_unreadable.c - what nobody can look at, now or later (12): each kind by its name
 */
#include "config.h"

#include "rules/check.h"
#include "rules/look.h"

void
check_unreadable(Inquiry *inquiry)
{
	const GPtrArray *looks = inquiry_looks(inquiry);
	const char *problem = message_problem(inquiry->hearing->message);

	if (problem != NULL)
		inquiry_find(inquiry, "body", "", problem);
	for (guint i = 0; i < looks->len; i++) {
		const Look *look = looks->pdata[i];
		g_autofree char *where = g_strconcat("part:", look->part->path, NULL);
		const char *name = look->part->filename;

		if (look->closed != NULL)
			inquiry_find(inquiry, where, name == NULL ? "" : name,
				     look->closed);
	}
}
