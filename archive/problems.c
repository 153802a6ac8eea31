/* SPDX-License-Identifier: Apache-2.0 */
/*
 * problems.c - what was found wrong with an archive, in the order in which it was found
 */
#include "config.h"

#include "archive/problems.h"

struct Problems {
	json_t *list;
	json_t *doubtful;
};

Problems *
problems_new(void)
{
	Problems *problems = g_new0(Problems, 1);

	problems->list = json_array();
	problems->doubtful = json_array();
	return problems;
}

void
problems_free(Problems *problems)
{
	if (problems == NULL)
		return;
	json_decref(problems->list);
	json_decref(problems->doubtful);
	g_free(problems);
}

static json_t *
make(const char *id, const char *problem, const char *detail)
{
	return json_pack("{s:o, s:s, s:o}", "id", json_text_new(id), "problem", problem,
			 "detail", json_text_new(detail));
}

void
problems_add(Problems *problems, const char *id, const char *problem, const char *detail)
{
	json_array_append_new(problems->list, make(id, problem, detail));
}

void
problems_doubt(Problems *problems, const char *id, const char *problem,
	       const char *detail)
{
	json_array_append_new(problems->doubtful, make(id, problem, detail));
}

void
problems_settle(Problems *problems, bool counts)
{
	if (counts)
		json_array_extend(problems->list, problems->doubtful);
	json_array_clear(problems->doubtful);
}

bool
problems_any(const Problems *problems)
{
	return json_array_size(problems->list) > 0;
}

json_t *
problems_list(const Problems *problems)
{
	return problems->list;
}
