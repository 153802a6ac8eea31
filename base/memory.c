/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.c - gives freed memory back to the system
 */
#include "config.h"

#include "base/memory.h"

#ifdef HAVE_MALLOC_TRIM
#include <malloc.h>

void
memory_give_back(void)
{
	(void)malloc_trim(0); /* whether any was given back */
}
#else
void
memory_give_back(void)
{
}
#endif
