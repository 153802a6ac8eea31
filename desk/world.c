/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.c - a directory and a policy held together
 */
#include "config.h"

#include "desk/world.h"

World *
world_new(Directory *directory, Policy *policy)
{
	World *world = g_atomic_rc_box_new(World);

	world->directory = directory_ref(directory);
	world->policy = policy_ref(policy);
	return world;
}

World *
world_ref(World *world)
{
	return g_atomic_rc_box_acquire(world);
}

static void
world_clear(void *data)
{
	World *world = data;

	directory_unref(world->directory);
	policy_unref(world->policy);
}

void
world_unref(World *world)
{
	if (world != NULL)
		g_atomic_rc_box_release_full(world, world_clear);
}
