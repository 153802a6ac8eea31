/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_unreadable.c - what nobody can look at, now or later (12): each kind by its name
 */
#include "config.h"

#include "rules/check.h"
#include "rules/look.h"

#include <string.h>

/* What a part hides is told by its look. */
static bool
is_told(const GPtrArray *looks, const char *where)
{
	static const char prefix[] = "part:";

	for (guint i = 0; i < looks->len; i++) {
		const Look *look = looks->pdata[i];

		if (look->closed != NULL && g_str_has_prefix(where, prefix) &&
		    strcmp(where + strlen(prefix), look->part->path) == 0)
			return true;
	}
	return false;
}

/* What could not be read, or not all of it. */
static void
find_problems(Inquiry *inquiry, const GPtrArray *looks)
{
	const Text *text = inquiry_text(inquiry);
	const TextProblem *problem;

	for (guint i = 0; (problem = text_problem(text, i)) != NULL; i++)
		if (!is_told(looks, problem->where))
			inquiry_find(inquiry, problem->where, "", problem->kind);
}

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
	find_problems(inquiry, looks);
}
