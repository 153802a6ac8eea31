/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h - what the process has and does not need */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

/* Gives freed memory back to the system, where the C library can: after work that took much
 * more than what is left of it.  Takes some milliseconds. */
void memory_give_back(void);

#endif
