/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h - the register's records become a directory, and a change of it a record
 */
#ifndef DESK_REGISTRY_H
#define DESK_REGISTRY_H

#include "desk/inside.h"

/* Everyone on record, compared as the settings say. */
Directory *registry_load(Store *store, const Settings *settings, GError **error);

/* A directory of these, compared as the settings say. */
Directory *registry_build(const DirectoryLists *lists, const Settings *settings,
			  GError **error);

/* The same people under other settings. */
Directory *registry_rebuild(const Directory *directory, const Settings *settings,
			    GError **error);

/* One thing that is new or different; exactly one is set. */
typedef struct RegistryChange {
	Person *person;
	Staff *staff;
	Agreement *agreement;
	Contact *contact;
} RegistryChange;

/* Refuses what would leave a worker's mail with nobody who could release it. */
bool registry_check_deciders(const Directory *before, const Directory *after, Day today,
			     GError **error);

/* Checks the directory with the change, puts the draft with the payload (in the actor's
 * name), and only then makes it the world's.  Under desk->change. */
bool registry_keep(Ask *ask, Draft *draft, json_t *payload, const RegistryChange *change,
		   GError **error);

#endif
