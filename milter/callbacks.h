/* SPDX-License-Identifier: Apache-2.0 */
/*
 * callbacks.h - what libmilter calls
 */
#ifndef MILTER_CALLBACKS_H
#define MILTER_CALLBACKS_H

#include "milter/works.h"

#include <stdbool.h>

/* Registers with libmilter; once, before its socket is opened. */
bool callbacks_register(void);

/* What the connections will work with; before smfi_main, for good. */
void callbacks_set_works(const Works *all);

#endif
