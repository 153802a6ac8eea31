/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verbs.h - everything that the command can be asked: areas, their verbs, options
 *
 * The one table from which arguments are read, requests made, help printed and words
 * completed.
 */
#ifndef CONSOLE_VERBS_H
#define CONSOLE_VERBS_H

#include <glib.h>
#include <stdbool.h>

typedef enum OptionKind {
	OPTION_FLAG, /* stands alone */
	OPTION_ONE,  /* the next word; once */
	OPTION_TWO,  /* the next two words, as one value with a blank between; once */
	OPTION_MANY, /* all words up to the next option; may come again */
} OptionKind;

typedef struct Option {
	const char *name;  /* without the dashes; NULL ends a list */
	const char *value; /* what stands for the value in help; NULL for a flag */
	const char *help;
	OptionKind kind;
	bool is_local; /* for the command itself, not sent */
} Option;

/* Who does it. */
typedef enum VerbPlace {
	VERB_DAEMON, /* chaperoned alone */
	VERB_EITHER, /* chaperoned; while it does not run, the command as the archive's owner */
	VERB_HERE, /* the command alone */
} VerbPlace;

typedef struct Verb {
	const char *area; /* NULL ends the table */
	const char *name; /* "" when the area has no verbs */
	const char *help; /* one line */
	const char *
		words; /* what the words after it are, blanks between; "[PATH]" may miss */
	const char *needs; /* names of options that must be there, blanks between */
	const Option *options;
	VerbPlace place;
	bool takes_file; /* its word is a file, whose bytes are the request's content */
} Verb;

/* All verbs, area by area, ended by one without area. */
const Verb *verbs_all(void);
/* The options that every verb has. */
const Option *verbs_common_options(void);

/* The area's name in the table; NULL when there is none. */
const char *verbs_area(const char *area);
/* NULL when there is none; name "" for an area without verbs. */
const Verb *verbs_find(const char *area, const char *name);
/* Of the verb (may be NULL) or common to all; NULL when there is none. */
const Option *verbs_option(const Verb *verb, const char *name);
/* The first option of that name of any verb; for reading what stands before a verb. */
const Option *verbs_any_option(const char *name);

/* Names for "did you mean": char *, with the array's free function set. */
GPtrArray *verbs_area_names(void);
GPtrArray *verbs_verb_names(const char *area);
GPtrArray *verbs_option_names(const Verb *verb);

#endif
