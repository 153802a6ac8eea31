/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h - the directory and the policy that one message is judged by
 *
 * A message keeps the world it started with; a reload or a change of the register
 * swaps in a new one.
 */
#ifndef DESK_WORLD_H
#define DESK_WORLD_H

#include "register/directory.h"
#include "rules/policy.h"

#include <glib.h>

/* Immutable, reference-counted. */
typedef struct World {
	Directory *directory;
	Policy *policy;
} World;

World *world_new(Directory *directory, Policy *policy); /* takes references of its own */
World *world_ref(World *world);
void world_unref(World *world);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_unref)

#endif
