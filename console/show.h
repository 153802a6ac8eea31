/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show.h - results as people read them: short lines and aligned tables
 */
#ifndef CONSOLE_SHOW_H
#define CONSOLE_SHOW_H

#include "base/json.h"
#include "console/verbs.h"

#include <glib.h>
#include <stdbool.h>

/* How the reader wants it. */
typedef struct Look {
	GTimeZone *zone; /* of office-hours: times are shown there */
	bool has_color;  /* a terminal */
} Look;

/* The result of a verb, in lines; "" when there is nothing to say.  Outside text can do
 * nothing to a terminal: control and formatting characters are replaced.  Owned by the
 * caller. */
char *show_result(const Verb *verb, const json_t *result, const Look *look);

#endif
