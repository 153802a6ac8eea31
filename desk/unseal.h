/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unseal.h - how many pictures that were put away still wait for what becomes of them
 *
 * For desk/ alone.
 */
#ifndef DESK_UNSEAL_H
#define DESK_UNSEAL_H

#include "desk/inside.h"

/* Every message with something sealed: [{"id","sealed":ID,"since","outcome","decided",
 * "final","overdue"}]; times as text, outcome and decided may be null. */
json_t *unseal_list(Desk *desk);

/* Adds "sealed", "sealed_open" and "sealed_due" (open for 10 working days) to a status. */
void unseal_add_counts(Desk *desk, json_t *status);

#endif
