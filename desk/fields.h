/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.h - the options of a request, checked and read into a record's payload; an
 * error begins with the option that is wrong
 */
#ifndef DESK_FIELDS_H
#define DESK_FIELDS_H

#include "base/day.h"
#include "base/json.h"
#include "register/directory.h"

#include <glib.h>
#include <stdbool.h>

typedef enum FieldKind {
	FIELD_TEXT,      /* "" takes the value away */
	FIELD_FLAG,      /* there or not */
	FIELD_WORDS,     /* may be repeated */
	FIELD_DAY,       /* YYYY-MM-DD */
	FIELD_ADDRESSES, /* may be repeated */
	FIELD_DATED,  /* the same, each with "from DAY" and "until DAY" after it or not */
	FIELD_STAFF,  /* one registered member of staff */
	FIELD_STAFFS, /* several; may be repeated, or separated by commas */
	FIELD_COMMAS, /* words with commas between */
} FieldKind;

typedef struct Field {
	const char *option; /* without its dashes */
	const char *key;    /* in the payload; NULL: not part of it */
	FieldKind kind;
	bool is_needed;
} Field;

/* Whether the options are of these and of their kind, and none is missing that is
 * needed. */
bool fields_check(const Field *fields, json_t *options, GError **error);

/* Sets the key of every option that was given; those not given stay as they are. */
bool fields_apply(const Field *fields, const json_t *options, const Directory *directory,
		  json_t *payload, GError **error);

/* An option that must say something, borrowed. */
const char *fields_need(const json_t *options, const char *option, GError **error);

/* DAY_NONE when it was not given, and with the error set when it is no day. */
Day fields_day(const json_t *options, const char *option, GError **error);

/* The values of an option that may be repeated. */
char **fields_words(const json_t *options, const char *option);

#endif
