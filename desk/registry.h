/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h - the register's records become a directory, and a change of it a record
 */
#ifndef DESK_REGISTRY_H
#define DESK_REGISTRY_H

#include "desk/inside.h"
#include "register/entry.h"

/* Everyone on record, compared as the settings say. */
Directory *registry_load(Store *store, const Settings *settings, GError **error);

/* Nobody yet, compared as the settings say. */
Directory *registry_empty(const Settings *settings, GError **error);

/* The same people under other settings. */
Directory *registry_rebuild(const Directory *directory, const Settings *settings,
			    GError **error);

/* What the register's rules go by in a request. */
EntryTerms registry_terms(const Ask *ask);

/* Refuses what would leave a worker's mail with nobody who could release it. */
bool registry_check_deciders(const Directory *before, const Directory *after, Day today,
			     GError **error);

/* The record of a thing as it now is, in the actor's name. */
Draft *registry_draft(const Ask *ask, RegisterKind kind, const void *thing,
		      json_t *payload);

/* Puts the records of a checked change, and only then makes the directory the world's.
 * Under desk->change. */
bool registry_put(Ask *ask, Draft *const *drafts, gsize count, Directory *after,
		  GError **error);

/* One thing that is new or different, from its payload: checked, put, in force.  What has
 * an id of its own and none yet gets its first record's.  The answer, with its id.  Under
 * desk->change. */
json_t *registry_keep(Ask *ask, RegisterKind kind, json_t *payload, GError **error);

#endif
