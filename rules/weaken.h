/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weaken.h - an expression that matches wherever another one does, and is cheap to
 * compile into an automaton
 *
 * For the prefilter: what matters there is never to say no in vain.
 */
#ifndef RULES_WEAKEN_H
#define RULES_WEAKEN_H

/* Word boundaries and \K are dropped, long bounded repeats have no upper bound, classes
 * take every character beyond ASCII.  NULL for an expression with something in it that
 * is not understood.  Owned by the caller. */
char *weaken_expression(const char *expression);

#endif
