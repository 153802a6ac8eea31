/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h - the agency's rules run on a message: matches become findings
 *
 * For rules/ alone.
 */
#ifndef RULES_ENGINE_H
#define RULES_ENGINE_H

#include "rules/check.h"
#include "rules/rule.h"

#include <glib.h>
#include <stdbool.h>

/* Findings of every rule that goes this way; parts that a rule seals go to sealed. */
void engine_run(Inquiry *inquiry, Verdict *verdict);

/* Lists that `unless` may name without a block: what they hold comes from the register
 * as well. */
bool engine_is_own_list(const char *name);

/* Whether a rule finds something in words, as a message would bring them; matched (may
 * be NULL): what, owned by the caller. */
bool engine_hits(const Rule *rule, GHashTable *lists, const char *words, char **matched);

#endif
