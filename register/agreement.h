/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.h - that a worker and a young person write to each other: for what, from
 * when to when, and who permitted it (guidance 1.6, 3.5, 12)
 */
#ifndef REGISTER_AGREEMENT_H
#define REGISTER_AGREEMENT_H

#include "base/day.h"
#include "base/json.h"

#include <glib.h>
#include <stdbool.h>

typedef enum AgreementGround {
	AGREEMENT_PARENT,   /* a parent or carer is aware, and may have permitted */
	AGREEMENT_DECISION, /* a line manager's recorded decision */
	AGREEMENT_OF_AGE,   /* the young person is old enough that neither is asked */
} AgreementGround;

typedef enum AgreementChannel {
	AGREEMENT_EMAIL = 1 << 0,
	AGREEMENT_TEXT = 1 << 1,
	AGREEMENT_CALL = 1 << 2,
} AgreementChannel;

/* Immutable, reference-counted. */
typedef struct Agreement {
	char *id; /* of the record that made it; its key */
	char *case_id;
	char **staff; /* work addresses of workers and teams */
	guint channels;
	char *purpose;
	Day from, until; /* until inclusive */
	Day agreed;      /* with the young person */
	Day informed;    /* when they were told that mail is kept and may be read */
	AgreementGround ground;
	char *parent;                /* name, or NULL */
	Day parent_aware;            /* or DAY_NONE */
	Day parent_permits;          /* or DAY_NONE */
	char *decision, *decided_by; /* words and work address, or NULL */
	Day ended; /* the first day on which it no longer holds, or DAY_NONE */
	char *end_reason;
} Agreement;

Agreement *agreement_from_json(const json_t *json, GError **error);
json_t *agreement_to_json(const Agreement *agreement);
Agreement *agreement_ref(Agreement *agreement);
void agreement_unref(Agreement *agreement);

/* Whether its dates cover a day: begun, not past, not ended. */
bool agreement_holds_on(const Agreement *agreement, Day day);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Agreement, agreement_unref)

#endif
