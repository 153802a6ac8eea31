/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conclusion.c - how a message in scope ended
 */
#include "config.h"

#include "milter/conclusion.h"

Conclusion *
conclusion_new(Answer answer, char *fault)
{
	Conclusion *conclusion = g_new0(Conclusion, 1);

	conclusion->answer = answer;
	conclusion->fault = fault;
	return conclusion;
}

void
conclusion_free(Conclusion *conclusion)
{
	if (conclusion == NULL)
		return;
	g_free(conclusion->id);
	verdict_free(conclusion->verdict);
	g_clear_pointer(&conclusion->shown, g_bytes_unref);
	g_free(conclusion->fault);
	g_free(conclusion);
}
