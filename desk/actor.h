/* SPDX-License-Identifier: Apache-2.0 */
/*
 * actor.h - who asks, and whom they may decide for
 */
#ifndef DESK_ACTOR_H
#define DESK_ACTOR_H

#include "base/json.h"
#include "register/directory.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* A member of staff, or the administrator: root who speaks for nobody. */
typedef struct Actor {
	char *email;  /* work address; NULL for the administrator */
	guint roles;  /* StaffRole bits; whoever is named as someone's manager is one */
	json_t *json; /* as records name them */
} Actor;

/* Who it is that asks: from the peer's user id, and `as` (may be NULL), which only
 * root may use.  NULL with a refusal. */
Actor *actor_find(const Directory *directory, uid_t uid, const char *as, Day today,
		  GError **error);
void actor_free(Actor *actor);

/* The json of an actor that nobody could be found for. */
json_t *actor_unknown(uid_t uid, const char *as);

/* Who decides for those whom a member of staff manages: themselves, or their cover
 * while they are away and once they have left.  NULL when there is nobody. */
const Staff *actor_manager(const Directory *directory, const char *manager, Day today);

/* Whether they are the line manager (or the manager's cover) of a member of staff; of
 * a young person; of the young person by way of a worker, where the person has no
 * manager of their own. */
bool actor_manages_staff(const Actor *actor, const Directory *directory,
			 const char *email, Day today);
bool actor_manages_person(const Actor *actor, const Directory *directory,
			  const Person *person, Day today);

/* Whether they are among the workers, or of a team among them. */
bool actor_is_among(const Actor *actor, const Directory *directory,
		    const char *const *workers);

bool actor_has_role(const Actor *actor, guint roles);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Actor, actor_free)

#endif
