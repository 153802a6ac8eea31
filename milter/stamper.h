/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamper.h - has the log stamped by a time stamp authority, now and then, behind the
 * mail
 */
#ifndef MILTER_STAMPER_H
#define MILTER_STAMPER_H

#include "archive/store.h"
#include "desk/desk.h"
#include "milter/alarms.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Stamper Stamper;

/* All borrowed; they outlive the stamper. */
typedef struct StamperOptions {
	Store *store;
	Desk *desk; /* whose settings of the moment count */
	Alarms *alarms;
} StamperOptions;

/* Begins: one thread. */
Stamper *stamper_start(const StamperOptions *options);
/* Whatever is under way is given up within a second, and nothing is begun any more. */
void stamper_give_up(Stamper *stamper);
/* Waits for the thread.  Not freed: a request may still be in it. */
void stamper_stop(Stamper *stamper);

/* A stamp at once, whatever the hour; by any thread. */
bool stamper_stamp(Stamper *stamper, GError **error);

#endif
