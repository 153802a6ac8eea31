/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approval.h - `rules-two-person yes`: a changed set of rules comes into force only when
 * a rule admin has approved its version
 */
#ifndef DESK_APPROVAL_H
#define DESK_APPROVAL_H

#include "archive/store.h"
#include "base/settings.h"
#include "rules/policy.h"

#include <glib.h>
#include <stdbool.h>

/* Whether a policy may come into force: it is what was last in force, it needs no
 * approval, or has one. */
bool approval_is_given(Store *store, const Settings *settings, const Policy *policy,
		       GError **error);

#endif
