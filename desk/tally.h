/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - what another set of rules would change, counted: by rule and by verdict, with
 * a few ids of each for example
 *
 * One JSON object, so that half of it can be kept in a file:
 *   {COUNT: number, …, "verdicts":{"FROM>TO":ROW}, "rules":{NAME:ROW}}
 * For desk/ alone.
 */
#ifndef DESK_TALLY_H
#define DESK_TALLY_H

#include "base/json.h"
#include "rules/verdict.h"

#include <glib.h>
#include <stdbool.h>

json_t *tally_new(void);
/* Whether it may be counted on with: has the parts that tally_new gives. */
bool tally_is_valid(const json_t *tally);

void tally_count(json_t *tally, const char *count);
/* One rule on one message. */
void tally_rule(json_t *tally, const char *rule, const char *id, bool before, bool after);
/* One message whose verdict changes. */
void tally_verdict(json_t *tally, const char *id, Action before, Action after);

/* As the answer has it: "verdicts" and "rules" are lists, in order of their keys. */
json_t *tally_answer(const json_t *tally);

/* Calls visit for each id that is there for example, until it says false; false then. */
bool tally_examples(const json_t *tally, bool (*visit)(const char *id, void *data),
		    void *data);

#endif
