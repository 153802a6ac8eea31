/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.h - what --help prints, and how words are completed, both from the table
 */
#ifndef CONSOLE_HELP_H
#define CONSOLE_HELP_H

#include "console/verbs.h"

#include <glib.h>

/* For a verb; for an area, when verb is NULL; for everything, when both are.  Lines,
 * owned by the caller. */
char *help_text(const char *area, const Verb *verb);

/* What a person sees who types the name alone: the few things that are done daily. */
char *help_examples(void);

/* What the last of the words (those after the program's name, ended by NULL) may become,
 * one a line; "" when it may be anything.  Owned by the caller. */
char *help_complete(const char *const *words);

#endif
