/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.h - the agency's rules and the settings that are policy, as one version
 *
 * Immutable and reference-counted; a reload builds a new one in full before the old
 * one goes.
 */
#ifndef RULES_POLICY_H
#define RULES_POLICY_H

#include "base/day.h"
#include "base/settings.h"
#include "register/hours.h"
#include "rules/ruleset.h"
#include "rules/verdict.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Policy Policy;

typedef enum PolicyError {
	POLICY_ERROR_FILE,   /* a rules file cannot be read, or there is none */
	POLICY_ERROR_SYNTAX, /* "file:line: …", one line for each fault */
	POLICY_ERROR_ACTION, /* an action that could stop a young person's mail */
} PolicyError;

#define POLICY_ERROR (policy_error_quark())
GQuark policy_error_quark(void);

/* What a check does when it finds something. */
typedef struct CheckSetting {
	const char *name;
	Action action;
	char *paragraph;
	char *reason; /* the shipped reason, or the agency's */
	Decides decides;
	bool tells_plainly;
	guint notify; /* Notify bits */
	Urgent urgent;
	bool is_built; /* false: known by name, comes with a later version */
	char *file;    /* "file:line" of its block, or NULL: as shipped */
} CheckSetting;

/* Reads the files of `rules` and the policy keywords of the settings. */
Policy *policy_load(const Settings *settings, GError **error);
/* The same with the rules of another file or directory, to try them. */
Policy *policy_load_from(const Settings *settings, const char *rules, GError **error);
/* Makes judging by it fast, which takes a while, before it is shared; the same verdicts
 * without. */
void policy_prepare(Policy *policy);
Policy *policy_ref(Policy *policy);
void policy_unref(Policy *policy);

/* Hex SHA-256 of the text; the text: files, holidays, keywords.  Borrowed. */
const char *policy_version(const Policy *policy);
const char *policy_text(const Policy *policy);

/* The setting of a check, always there for a check that exists. */
const CheckSetting *policy_check(const Policy *policy, const char *name);
/* All checks, NULL-terminated, in the order in which they run. */
const CheckSetting *const *policy_checks(const Policy *policy);

/* The agency's rules and lists.  Borrowed; not const, for it lends what threads match
 * with. */
RuleSet *policy_rules(const Policy *policy);

bool policy_enforces(const Policy *policy, Day day);
int policy_aware_age(const Policy *policy);
const Hours *policy_hours(const Policy *policy);
/* What a holiday is called, perhaps ""; NULL for any other day. */
const char *policy_holiday(const Policy *policy, Day day);
/* The agency's own words in place of a picture, or of words that went with it; NULL: those
 * that are shipped.  Borrowed. */
const char *policy_sealed_notice(const Policy *policy, bool is_whole);
/* Whose Authentication-Results count; NULL: nobody's. */
const char *policy_authserv_id(const Policy *policy);
const char *const *policy_sms_gateways(const Policy *policy);

/* Where a client stands.  NULL, mail by sendmail(1) on this host, is internal. */
bool policy_is_outside(const Policy *policy, const char *listener, const char *client);
bool policy_is_internal(const Policy *policy, const char *client);
/* client NULL: sendmail(1), trusted with `trusted-submitter local-users`. */
bool policy_is_trusted(const Policy *policy, const char *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Policy, policy_unref)

#endif
